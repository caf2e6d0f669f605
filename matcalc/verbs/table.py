"""Every verb in one table, which Python and the command line read; nothing else lists them.

The verb `name` is the function of that name in `verbs/name.py`. On the command line it is written
with hyphens, and an option gives the argument of its name. A verb in DERIVATIVES gives an Answer:
with the table alone it has a page and a JSON object there, and every view of VIEWS by `--of`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

WRITTEN = ("text", "unicode", "latex", "json")
PLAIN = ("text", "json")
PROBLEM = ("file", "wrt", "where")
SETTING = ("inner", "space")
POINTS = ("seed", "samples")


class Verb(NamedTuple):
    """What a verb is about, its options on the command line, and how its answer is written.

    `left` is what stands on the left of a claim about a derivative, as a pattern.
    """

    summary: str
    options: tuple[str, ...]
    formats: tuple[str, ...] = WRITTEN
    subjects: tuple[str, ...] = ("expression",)
    left: str = ""


def _derivative(summary: str, left: str, *arguments: str) -> Verb:
    return Verb(summary, (*PROBLEM, *SETTING, *arguments, *POINTS, "verify"), left=left)


_F = r"[^\W\d]\w*(?:\(\w+\))?"  # f or f(X)
_NAMES = r"\w+(?:, ?\w+)*"
_BY = rf"(?:_(?P<below>\w+)|\[(?P<at>{_NAMES})\])?(?: ?{_F})?(?: by (?P<by>{_NAMES}))?"
_ALONG = rf"(?:\[{_NAMES}\])?"
PARTIAL = rf"[d∂]{_F}/[d∂](?P<by>\w+)"
DERIVATIVES: Mapping[str, Verb] = {
    "gradient": _derivative("the gradient of a scalar", rf"(?:grad(?:ient)?|nabla|∇){_BY}"),
    "differential": _derivative(
        "the differential, as a linear operator in dX",
        rf"[dD]{_F}{_ALONG}|{_F}'\(\w+\)\[\w+\]",
        "inner_out",
    ),
    "jacobian": _derivative(
        "the Jacobian matrix", rf"(?:[Jj]ac(?:obian)?|J){_BY}|[d∂]{_F}/[d∂](?P<row>\w+)'"
    ),
    "hessian": _derivative(
        "the Hessian matrix, and the operator it writes",
        rf"(?:[Hh]ess(?:ian)?|∇2|H){_BY}{_ALONG}|d\((?:grad|∇)[^()]*\)|[d∂]2{_F}/[d∂]\w+",
    ),
    "nth_derivative": _derivative(
        "the derivative of any order, a multilinear map", rf"d(?P<order>\d){_F}{_ALONG}", "order"
    ),
    "wirtinger": _derivative(
        "the derivative by Z or by conj(Z)",
        rf"[d∂]{_F}/[d∂]conj\((?P<conjugate>\w+)\)",
        "conjugate",
    ),
}
_LOWERED = str.maketrans("²³⁴⁵⁶⁷⁸⁹", "23456789")
_SHORT = {"derivative": "nth_derivative"}
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
        (*PROBLEM, *SETTING, "claim", "of", "order", "conjugate", *POINTS),
        PLAIN,
    ),
    "equivalent": Verb(
        "whether two expressions are equal", ("where", *POINTS), PLAIN, ("first", "second")
    ),
    "conventions": Verb(
        "the derivative in the conventions in use, side by side",
        (*PROBLEM, *SETTING, "layout", *POINTS),
    ),
    "rules": Verb("the rule book", ("verify",), ("text", "markdown"), ("name",)),
}
VERBS: Mapping[str, Verb] = {**DERIVATIVES, **VIEWS, **OTHERS}
IN_PYTHON = (*DERIVATIVES, *OTHERS, "evaluate", "load_rules", "parse", "symbols")


def function(name: str) -> Callable[..., Any]:
    """The verb of that name."""
    found: Callable[..., Any] = getattr(import_module(f"matcalc.verbs.{name}"), name)
    return found


def derivative_named(text: str) -> str:
    """The name of a derivative as Python spells it, or nothing."""
    name = text.strip().replace("-", "_")
    name = _SHORT.get(name, name)
    return name if name in DERIVATIVES else ""


def left_side(text: str) -> tuple[str, dict[str, str]] | None:
    """The derivative that stands on the left of a claim, with what it says of that.

    The name is empty where it may be one or another, as of df/dX.
    """
    plain = text.strip().replace("^", "").translate(_LOWERED)
    for name, pattern in [("", PARTIAL), *((n, row.left) for n, row in DERIVATIVES.items())]:
        if found := re.fullmatch(pattern, plain):
            return name, {key: value for key, value in found.groupdict().items() if value}
    return None
