"""The text of generated functions: what it says, what it must not say, and that it runs alone."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.function import compile_function, evaluate, source
from matcalc.expressions.constructors import (
    identity,
    minus,
    multiply,
    named,
    number,
    ones,
    plus,
    scale,
    symbol,
)
from matcalc.expressions.dimensions import shape
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node
from tests.compile.expressions import (
    SYMBOLS,
    A,
    B,
    C,
    S,
    T,
    a,
    apply,
    arrays,
    chain,
    inv,
    n,
    t,
    x,
    y,
)
from tests.compile.test_values import CASES


def body(expression: Node) -> str:
    """The lines after the docstring."""
    return source(expression, SYMBOLS).split('"""')[2]


def fresh(text: str, name: str = "f") -> Any:
    """The function that a text defines, in a namespace of its own."""
    space: dict[str, Any] = {}
    exec(text, space)
    return space[name]


@pytest.mark.parametrize("name", CASES)
def test_source_runs_alone_and_equals_the_callable(name: str) -> None:
    expression = CASES[name][0]
    function = compile_function(expression, SYMBOLS)
    values = arrays(1)
    alone = fresh(function.source)(**values)
    np.testing.assert_array_equal(function(**values), alone)
    assert "matcalc" not in function.source
    assert max(map(len, function.source.splitlines())) <= 120


@pytest.mark.parametrize(
    "expression",
    [
        chain(inv(S), x),
        chain(A, inv(S)),
        chain(t(x), t(inv(S)), T, inv(S), x),
        chain(A, inv(S), t(inv(T)), t(A)),
        Apply("tr", (chain(A, inv(S), t(A)),), shape(1), NO_STRUCTURE),
        Apply("tr", (chain(inv(S), T),), shape(1), NO_STRUCTURE),
    ],
)
def test_no_inverse_where_a_solve_will_do(expression: Node) -> None:
    assert "inv(" not in body(expression)
    assert "solve(" in body(expression)


def test_vectors_are_multiplied_before_matrices() -> None:
    assert "A.T @ (A @ x)" in body(chain(t(A), A, x))
    assert "A @ (S @ x)" in body(chain(A, S, x))


def test_diagonals_scale() -> None:
    assert "diag" not in body(chain(A, apply("diag", x), B))


def test_no_ones_where_a_scalar_broadcasts() -> None:
    assert "ones" not in body(plus(A, multiply(a, ones(A.shape)), chain(y, ones(shape(1, n)))))


def test_trace_of_a_product_is_a_sum_of_entries() -> None:
    text = body(Apply("tr", (chain(t(A), C),), shape(1), NO_STRUCTURE))
    assert "np.sum(A * C)" in text


def test_shared_parts_are_computed_once() -> None:
    residual = minus(chain(A, B), chain(C, B))
    text = body(chain(t(residual), residual))
    assert text.count("A @ B") == text.count("C @ B") == 1


def test_definitions_keep_their_names() -> None:
    residual = named("R", minus(chain(A, x), y))
    text = source(scale(2, chain(t(A), residual)), [A, x, y])
    assert "R = A @ x - y\n    return 2 * (A.T @ R)" in text


def test_docstring_states_formula_and_shapes() -> None:
    text = source(chain(A, x), [A, x], name="image")
    documentation = ast.get_docstring(ast.parse(text).body[0])  # type: ignore[arg-type]
    assert documentation is not None
    assert documentation.startswith("A*x")
    assert "A: m x n, x: n x 1" in documentation


def test_only_what_is_needed_is_imported() -> None:
    assert not source(chain(A, x), [A, x]).startswith("import")
    assert source(inv(S), [S]).startswith("import numpy as np\n")


@pytest.mark.parametrize(
    "name", ["lambda", "np", "t1", "sum", "None", "λ", "x.y", "a b", "2x", "__import__"]
)
def test_names_become_safe_identifiers(name: str) -> None:
    variable = symbol(name, shape(n))
    twice = apply("exp", plus(variable, x))
    expression = plus(twice, scale(2, apply("sin", twice)))
    expected = np.exp(3.0) + 2 * np.sin(np.exp(3.0))
    found = evaluate(expression, **{name: np.ones(2), "x": np.full(2, 2.0)})
    np.testing.assert_allclose(found, expected)


def test_names_cannot_leave_the_docstring() -> None:
    name = '"""\nraise SystemExit\n"""\\'
    assert evaluate(symbol(name, shape(1)), **{name: 2.0}) == 2.0


def test_wide_unicode_letters_are_one_letter() -> None:
    variable = symbol("ϵ", shape(1))
    assert evaluate(scale(2, variable), ϵ=3.0) == 6.0


def test_unknown_backend() -> None:
    with pytest.raises(DomainError, match="no backend 'fortran'"):
        source(x, [x], backend="fortran")


def test_constants_need_no_argument_but_sizes() -> None:
    text = source(plus(identity(n), scale(2, identity(n))), [])
    assert "def f(n):" in text
    assert fresh(source(number(3), []))() == 3


def test_a_docstring_lists_a_bounded_number_of_values_and_arguments() -> None:
    names = [f"s{place}" for place in range(1, 41)]
    declared = ", ".join(f"{name}: scalar" for name in names)
    found = mc.gradient(" + ".join(f"{name}^2" for name in names), names, where=declared)
    documentation = found.source().split(chr(34) * 3)[1]
    assert "    s32: 2*s32\n    and 8 more\n" in documentation
    assert documentation.rstrip().endswith("s32: 1 x 1, and 8 more")
    assert found.compile()(**{name: 3.0 for name in names})["s40"] == 6.0
