"""A space of directions is linear: equations with a constant in them are refused, with a repair."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.cli import main
from tests.oracle import evaluate

QUADRATIC = "x'*A*x"
WHERE = "x: vector(n), A: square(n), B: matrix(p,n), C: vector(n), c: vector(p)"
AFFINE = [  # and the equation of its directions
    ("sum(U) = 1", "sum(U) = 0"),
    ("ones(n)'*U = 1", "sum(U) = 0"),
    ("mean(U) = 1", "sum(U)/n = 0"),
    ("U = C", "U = 0"),
    ("B*U = c", "B*U = 0"),
    ("B*U - c", "B*U = 0"),
    ("B*(U + x) = 0", "B*U = 0"),
    ("U[1] = 2", "U[1] = 0"),
    ("B*U = 0, sum(U) = 1", "sum(U) = 0"),
    ("sum(i in 1..n, i*U[i]) = 1", "sum(i in 1..n, i*U[i]) = 0"),
    ("B'*t + x with t: vector(p)", "B'*t"),
    ("s*x + C with s: scalar", "s*x"),
]


@pytest.mark.parametrize(("space", "directions"), AFFINE)
def test_an_affine_set_is_refused_and_its_directions_are_named(space: str, directions: str) -> None:
    with pytest.raises(mc.DomainError, match="no linear space of directions") as refused:
        _ = mc.gradient(QUADRATIC, "x", WHERE, space=space).value
    assert refused.value.hint.endswith(f"with the directions {directions}")


@pytest.mark.parametrize("space", ["sum(U)^2 = 1", "U'*U = 0", "abs(U) = 0", "f(U) = 0"])
def test_what_is_not_linear_is_refused_too(space: str) -> None:
    with pytest.raises(mc.DomainError, match="no linear space") as refused:
        _ = mc.hessian(QUADRATIC, "x", f"{WHERE}, f: elementwise", space=space).value
    assert "affine" not in refused.value.hint


@pytest.mark.parametrize("space", ["sum(U) = 0", "B*(U + x) = B*x", "sum(U) + sum(x) = sum(x)"])
def test_the_directions_of_an_affine_set_project(space: str) -> None:
    gradient = mc.gradient(QUADRATIC, "x", WHERE, space=space).value
    random = np.random.default_rng(3)
    x, A, B = random.normal(size=4), random.normal(size=(4, 4)), random.normal(size=(2, 4))
    rows = B if "B" in space else np.ones((1, 4))
    free = (A + A.T) @ x
    expected = free - np.linalg.pinv(rows) @ rows @ free
    assert np.allclose(np.ravel(evaluate(gradient, x=x, A=A, B=B, n=4, p=2)), expected)


def test_the_command_refuses_it_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gradient", QUADRATIC, "--wrt", "x", "--space", "sum(U) = 1"]) == 2
    assert "sum(U) = 0" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [mc.gradient, mc.hessian])
def test_an_image_needs_its_parameters(verb: type) -> None:
    with pytest.raises(mc.SyntaxProblem, match=r"needs its parameters") as refused:
        _ = verb(QUADRATIC, "x", space=mc.Space.image("B*t")).value
    assert 'Space.image("B*t", t="vector(p)")' in refused.value.hint
