"""The derivative of a function that a person defines is as short as SymPy makes it."""

import subprocess
import sys

import numpy as np
import pytest

import matcalc as mc

WHERE = {"A": "matrix(m,n)", "x": "vector(n)", "b": "vector(m)"}
RANDOM = np.random.default_rng(7)
A, B, X = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(4, 1)), RANDOM.normal(size=(3, 1))
R = A @ X - B

FUNCTIONS = [
    ("t/(1 + abs(t))", "A'*(1./(abs(A*x - b) + 1).^2)", 1 / (1 + abs(R)) ** 2),
    ("(exp(t) - exp(-t))/(exp(t) + exp(-t))", "A'*(1./cosh(A*x - b).^2)", 1 - np.tanh(R) ** 2),
    ("atan(t) + t/(1 + t^2)", "2*A'*(1./((A*x - b).^2 + 1).^2)", 2 / (1 + R**2) ** 2),
    (
        "1/(1 + exp(-t))",
        "A'*(p.*(1 - p)) with p = sigmoid(A*x - b)",
        np.exp(R) / (1 + np.exp(R)) ** 2,
    ),
]


@pytest.mark.parametrize(("body", "written", "slopes"), FUNCTIONS)
def test_the_shortest_derivative_is_given(body: str, written: str, slopes: np.ndarray) -> None:
    g = mc.gradient(f"def f(t) = {body}; sum(f(A*x - b))", "x", where=WHERE)
    assert str(g) == written
    found = g.compile()(A=A, b=B[:, 0], x=X[:, 0])
    np.testing.assert_allclose(found, (A.T @ slopes)[:, 0], rtol=1e-12)


def test_no_condition_is_lost() -> None:
    g = mc.gradient("def f(t) = (t^2 - 1)/(t - 1); sum(f(A*x))", "x", where=WHERE)
    assert str(g) == "A'*ones(m)"
    assert g.conditions == ("A*x - 1 with nonzero entries",)


def test_a_step_says_so() -> None:
    g = mc.gradient(f"def f(t) = {FUNCTIONS[1][0]}; f(s)", "s", where={"s": "scalar"})
    assert "simplified by SymPy" in g.text()


def test_sympy_waits_for_a_function() -> None:
    asked = "print(mc.gradient('sum(tanh(x))', 'x')); print('sympy' in sys.modules)"
    code = f"import sys, matcalc as mc; {asked}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")
