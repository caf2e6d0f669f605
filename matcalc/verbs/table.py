"""Every verb in one table, which Python and the command line read; nothing else lists them.

The verb `name` is the function of that name in `verbs/name.py`. On the command line it is written
with hyphens, and an option gives the argument of its name. A verb in DERIVATIVES gives an Answer:
with the table alone it has a page and a JSON object there, and every view of VIEWS by `--of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

WRITTEN = ("text", "unicode", "latex", "json")
PLAIN = ("text", "json")
PROBLEM = ("file", "wrt", "where")
SETTING = ("inner", "space")
POINTS = ("seed", "samples")


class Verb(NamedTuple):
    """What a verb is about, its options on the command line, and how its answer is written."""

    summary: str
    options: tuple[str, ...]
    formats: tuple[str, ...] = WRITTEN
    subjects: tuple[str, ...] = ("expression",)


def _derivative(summary: str, *arguments: str) -> Verb:
    return Verb(summary, (*PROBLEM, *SETTING, *arguments, *POINTS, "verify"))


DERIVATIVES: Mapping[str, Verb] = {
    "gradient": _derivative("the gradient of a scalar"),
    "differential": _derivative("the differential, as a linear operator in dX", "inner_out"),
    "jacobian": _derivative("the Jacobian matrix"),
    "hessian": _derivative("the Hessian matrix, and the operator it writes"),
    "nth_derivative": _derivative("the derivative of any order, a multilinear map", "order"),
    "wirtinger": _derivative("the derivative by Z or by conj(Z)", "conjugate"),
}
ARGUMENTS = ("inner", "space", "inner_out", "order", "conjugate")  # what only some of them take


def _view(summary: str, *options: str, formats: tuple[str, ...] = PLAIN) -> Verb:
    return Verb(summary, (*PROBLEM, "of", *ARGUMENTS, *POINTS, *options), formats)


VIEWS: Mapping[str, Verb] = {
    "steps": _view("the derivation, line by line", "verify", formats=WRITTEN),
    "latex": _view("the derivation as a block for a paper", "verify", formats=WRITTEN),
    "code": _view("a function that computes the derivative", "backend"),
    "cost": _view("what the derivative costs, forward mode against reverse mode"),
    "verify": _view("a numerical check of the derivative"),
}
OTHERS: Mapping[str, Verb] = {
    "check": Verb(
        "whether a derivative worked out by hand is right",
        (*PROBLEM, *SETTING, "claim", "of", *POINTS),
        PLAIN,
    ),
    "equivalent": Verb(
        "whether two expressions are equal", ("where", *POINTS), PLAIN, ("first", "second")
    ),
    "conventions": Verb(
        "the derivative in the conventions in use, side by side", (*PROBLEM, "layout", *POINTS)
    ),
    "rules": Verb("the rule book", ("verify",), ("text", "markdown"), ("name",)),
}
VERBS: Mapping[str, Verb] = {**DERIVATIVES, **VIEWS, **OTHERS}
IN_PYTHON = (*DERIVATIVES, *OTHERS, "evaluate", "load_rules", "parse", "symbols")
