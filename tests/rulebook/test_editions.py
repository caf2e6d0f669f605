"""What was found with the book is forgotten with what it was found by."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Node
from matcalc.rulebook import book
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored
from matcalc.simplify.rewriting import simplify

X_DOUBLED = "numpy 2*$X"
X_TRIPLED = "numpy 3*$X"


@pytest.fixture(autouse=True)
def _leave_the_book_as_it_was() -> Iterator[None]:
    before = set(book.names())
    yield
    book.forget(set(book.names()) - before)


def load(*clauses: str, name: str = "warp", shapes: str = "(X: n x n) -> n x n") -> None:
    lines = [f"operation {name}{shapes}", *clauses, "source elementary", ""]
    mc.load_rules("\n  ".join(lines))


def typed(text: str) -> Node:
    return mc.parse(text, "X: square(n), Y: square(n), x: scalar")


ANSWERS: dict[str, tuple[Callable[[], object], str, str]] = {
    "identities": (
        lambda: str(simplify(typed("warp(warp(X))"))),
        "identity rule-of-warp: warp(warp(X)) = X",
        "identity rule-of-warp: warp(warp(X)) = warp(X)",
    ),
    "identities at sums": (
        lambda: str(simplify(typed("warp(X) + warp(X')"))),
        "identity rule-of-warp: warp(X) + warp(X') = X",
        "identity rule-of-warp: warp(X) + warp(X') = X'",
    ),
    "factors": (
        lambda: str(factored(typed("warp(X) + warp(Y)"))),
        "linear X\n  adjoint <warp(X), C> = <X, C>",
        "differential warp(X) = X*dX",
    ),
    "terms": (
        lambda: str(expand(typed("warp(X + Y)"))),
        "linear X\n  adjoint <warp(X), C> = <X, C>",
        "differential warp(X) = X*dX",
    ),
    "code": (
        lambda: mc.evaluate(typed("tr(warp(X))"), X=np.eye(3)),
        X_DOUBLED,
        X_TRIPLED,
    ),
    "source": (
        lambda: mc.gradient("tr(warp(X)*X)", "X").source(),
        f"linear X\n  adjoint <warp(X), C> = <X, 2*C>\n  {X_DOUBLED}",
        f"linear X\n  adjoint <warp(X), C> = <X, 3*C>\n  {X_TRIPLED}",
    ),
    "definitions": (
        lambda: str(mc.parse("tr(warp(X)) where X: square(n)")),
        "definition warp(X) = X*X",
        "definition warp(X) = X'*X*X",
    ),
    "differentials": (
        lambda: str(mc.gradient("tr(warp(X))", "X").value),
        "differential warp(X) = X*dX",
        "differential warp(X) = dX*X*X",
    ),
    "Jacobians": (
        lambda: str(mc.jacobian("warp(X)", "X").value),
        "linear X\n  vec vec(warp(X)) = 2*vec(X)",
        "linear X\n  vec vec(warp(X)) = 3*vec(X)",
    ),
    "structure": (
        lambda: str(mc.parse("warp(X)'", "X: square(n)")),
        "structure symmetric",
        "structure invertible",
    ),
    "LaTeX": (
        lambda: typed("warp(X)").latex(),
        r"latex W($X)",
        r"latex V($X)",
    ),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_the_old_rule_goes_and_the_new_one_comes(what: str) -> None:
    answer, first, second = ANSWERS[what]
    load(first)
    before = answer()
    assert answer() == before
    book.forget(["warp"])
    load(second)
    after = answer()
    assert after != before
    book.forget(["warp"])
    load(first)
    assert answer() == before


def test_a_node_of_a_forgotten_operation_has_no_rules() -> None:
    load("identity rule-of-warp: warp(warp(X)) = X", "linear X", "adjoint <warp(X), C> = <X, C>")
    twice, both = typed("warp(warp(X))"), typed("warp(X) + warp(Y)")
    assert str(simplify(twice)) == "X"
    assert str(factored(both)) == "warp(X + Y)"
    book.forget(["warp"])
    assert simplify(twice) is twice
    assert factored(both) is both
    with pytest.raises(mc.UnknownName):
        typed("warp(X)")
    with pytest.raises(NoRule):
        mc.evaluate(twice, X=np.eye(2))
    with pytest.raises(AttributeError):
        _ = mc.warp


def test_a_rule_written_with_an_operation_follows_it() -> None:
    for factor, expected in (("2", "2*eye(n)"), ("5", "5*eye(n)")):
        load(f"definition warp(X) = {factor}*X")
        load("differential bend(X) = tr(warp(dX))", name="bend", shapes="(X: n x n) -> scalar")
        assert str(mc.gradient("bend(X)", "X").value) == expected
        book.forget(["warp"])
        load(f"definition warp(X) = {factor}*3*X")
        tripled = f"{int(factor) * 3}*eye(n)"
        assert str(mc.gradient("bend(X)", "X").value) == tripled
        book.forget(["warp", "bend"])


def test_what_is_refused_leaves_nothing_behind() -> None:
    load("identity rule-of-warp: warp(warp(X)) = X")
    assert str(simplify(typed("warp(warp(X))"))) == "X"
    with pytest.raises(mc.MatcalcError):
        load("identity rule-of-bend: bend(X) = bend(bend(X))", name="bend")
    assert str(simplify(typed("warp(warp(X))"))) == "X"
    assert not book.has("bend")
