"""What a claim of another shape than what is right may be instead: its transpose, its diagonal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matcalc.calculus.kronecker import vec
from matcalc.expressions.constructors import transpose
from matcalc.expressions.nodes import Node
from matcalc.rulebook import book
from matcalc.verify.verdict import Verdict


def meant(right: Node, said: str, what: str, judged: Callable[[Node], Verdict | None]) -> str:
    """The form of `right` that a claim has, correctly or with a slip of its own, or nothing.

    `judged` gives the verdict on the claim as another form, None where the shapes do not fit.
    """
    for text, form in _other_forms(right).items():
        verdict = judged(form)
        if verdict is None:
            continue
        told = text.format(said=said, what=what, shape=right.shape)
        if verdict.holds:
            return told
        if verdict.hint:
            return f"{told}; then: {verdict.hint}"
    return ""


def _other_forms(right: Node) -> Mapping[str, Node]:
    forms = {"layout: {said} is the transpose; {what} is {shape}": transpose(right)}
    if right.shape.is_square and not right.shape.is_scalar:
        forms["{said} is the diagonal of {what} only"] = book.apply("diag_of", [right])
    columns, rows = vec(right), vec(transpose(right))
    forms["{said} has the columns of {what} one below another; that is {shape}"] = columns
    forms["{said} has the rows of {what} one behind another; that is {shape}"] = rows
    return forms
