"""Equations between dimensions: what is bound solves them, and undo forgets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matcalc.expressions.dimensions import Dimension, dimension
from matcalc.language.unification import Unifier

ATOMS = st.integers(0, 5)
EQUATIONS = st.lists(st.tuples(st.lists(ATOMS, min_size=1, max_size=2), ATOMS), max_size=8)


def atoms(unifier: Unifier) -> list[Dimension]:
    return [unifier.unknown() for _ in range(3)] + [dimension("n"), dimension("m"), dimension(2)]


def product(sizes: list[Dimension]) -> Dimension:
    total = dimension(1)
    for size in sizes:
        total = total * size
    return total


@given(EQUATIONS)
def test_what_unifies_is_equal(equations: list[tuple[list[int], int]]) -> None:
    unifier = Unifier()
    known = atoms(unifier)
    pairs = [(product([known[i] for i in left]), known[right]) for left, right in equations]
    if all(unifier.unify(left, right) for left, right in pairs) and unifier.settle():
        for left, right in pairs:
            assert unifier.resolve(left) == unifier.resolve(right)


@given(EQUATIONS)
def test_undo_forgets(equations: list[tuple[list[int], int]]) -> None:
    unifier = Unifier()
    known = atoms(unifier)
    mark = unifier.mark()
    for left, right in equations:
        unifier.unify(product([known[i] for i in left]), known[right])
    unifier.undo(mark)
    assert [unifier.resolve(size) for size in known] == known


def test_named_dimensions_are_rigid() -> None:
    assert not Unifier().unify(dimension("n"), dimension("m"))
    assert not Unifier().unify(dimension("n"), dimension(2))


def test_a_flexible_name_may_be_an_integer_or_a_product_but_not_another_name() -> None:
    unifier = Unifier(["n", "m", "k"])
    assert not unifier.unify(dimension("n"), dimension("m"))
    assert not unifier.unify(dimension("n"), dimension(1))
    assert unifier.unify(dimension("k"), dimension("n") * dimension("m"))
    assert unifier.unify(dimension("n"), dimension(2))
    assert unifier.resolve(dimension("k")) == dimension("m") * 2


def test_a_proper_unknown_is_never_one() -> None:
    unifier = Unifier()
    proper, plain = unifier.unknown(proper=True), unifier.unknown()
    assert unifier.unify(proper, plain)
    assert not unifier.unify(plain, dimension(1))


def test_equations_wait_until_they_can_be_solved() -> None:
    unifier = Unifier()
    a, b = unifier.unknown(), unifier.unknown()
    assert unifier.unify(a * b, dimension("n") * dimension("m"))
    assert unifier.unify(a, dimension("n"))
    assert unifier.settle()
    assert unifier.resolve(b) == dimension("m")


def test_the_order_of_a_half_vectorised_matrix() -> None:
    unifier = Unifier()
    order = unifier.unknown()
    assert unifier.unify(order * (order + 1) / 2, dimension(6))
    assert unifier.resolve(order) == dimension(3)
