"""The multipliers of the spaces of the book, and what they shorten."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.expressions.nodes import Symbol
from matcalc.geometry.covariant import Covariant, tangent_equations
from matcalc.geometry.judged import Samples, vanishes
from matcalc.geometry.setting import setting
from matcalc.language.declarations import parse_declarations
from matcalc.language.problem import parse_problem
from matcalc.rulebook import book
from matcalc.simplify.equations import shortened
from matcalc.spaces.spaces import Space

KINDS = {"simplex": "positive_vector(n)", "hyperboloid": "vector(n)", "ellipsoid": "vector(n)"}
KINDS |= {"generalized-stiefel": "matrix(n,p)", "oblique": "matrix(n,p)", "sphere": "matrix(n,p)"}
KINDS |= {"stiefel": "stiefel(n,p)", "stiefel-canonical": "stiefel(n,p)"}
KINDS |= {"grassmann": "stiefel(n,p)", "orthogonal": "orthogonal(n)", "rotation": "orthogonal(n)"}
KINDS |= {"spd-det1": "spd(n)", "fixed-rank": "matrix(m,n)", "symplectic": "square(n)"}
MATRICES = {"ellipsoid": {"B": "B"}, "generalized-stiefel": {"B": "B"}, "fixed-rank": {"rank": "r"}}
BENDING = [n for n in book.spaces if n in KINDS and book.spaces[n].texts("tangent")]
COMPLEX = [n for n in book.spaces if book.spaces[n].parameters[0].is_complex]


@pytest.mark.parametrize("name", BENDING)
def test_the_multipliers_give_the_normal_part(name: str) -> None:
    problem = parse_problem(f"tr(X*X') where X: {KINDS[name]}, B: spd(n)", None, book)
    space = Space.named(name, **MATRICES.get(name, {}))
    chosen = setting(problem, problem.symbols["X"], None, space)
    assert chosen.has_multiplier


def test_wrong_multipliers_are_seen() -> None:
    problem = parse_problem("x'*x where x: vector(n)", None, book)
    chosen = setting(problem, problem.symbols["x"], None, Space.named("sphere"))
    covariant = chosen.covariant
    space = covariant.space
    twice = Covariant(covariant.metric, space, covariant.representer, covariant.variable)
    object.__setattr__(twice, "multiplier", covariant.multiplier)
    samples = Samples(covariant.metric, space, covariant.variable)
    assert vanishes(samples, twice.remainder)
    object.__setattr__(twice, "multiplier", 2 * covariant.multiplier)  # type: ignore[operator]
    assert not vanishes(samples, twice.remainder)


@pytest.mark.parametrize("name", COMPLEX)
def test_the_multipliers_of_complex_spaces(name: str) -> None:
    variable = book.spaces[name].parameters[0]
    problem = parse_problem("re(tr(X'*X))", f"X: {kind(variable)}", book)
    chosen = setting(problem, problem.symbols["X"], None, Space.named(name))
    assert chosen.has_multiplier == (name not in ("hermitian", "hpd"))  # without equations


def kind(variable: Symbol) -> str:
    return f"complex_matrix({variable.shape.rows},{variable.shape.columns})"


def test_directions_satisfy_their_equations() -> None:
    problem = parse_problem("tr(X'*X) where X: stiefel(n,p)", None, book)
    space = setting(problem, problem.symbols["X"], None, Space.named("stiefel")).space
    direction = Symbol("V", space.shape, frozenset({"tangent"}))
    ((left, right),) = tangent_equations(space, direction)
    assert (str(left), str(right)) in (("V'*X", "-X'*V"), ("X'*V", "-V'*X"))


def test_equations_shorten_entrywise_products_too() -> None:
    symbols = parse_declarations("x: vector(n), y: vector(n), a: vector(n)")
    known = [(mc.parse("x.*y", KNOWN), mc.parse("ones(n)", KNOWN))]
    assert str(shortened(mc.parse("a.*x.*y", KNOWN), known)) == "a"
    assert shortened(mc.parse("a.*x", KNOWN), known) is mc.parse("a.*x", KNOWN)
    assert symbols["x"] is mc.parse("x", KNOWN)


KNOWN = "x: vector(n), y: vector(n), a: vector(n)"
