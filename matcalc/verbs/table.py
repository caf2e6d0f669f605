"""Every verb in one table, which Python and the command line read; nothing else lists them.

The verb `name` is the function of that name in `verbs/name.py`. On the command line it is written
with hyphens, and an option gives the argument of its name. A verb in DERIVATIVES gives an Answer:
with the table alone it has a page and a JSON object there, and every view of VIEWS by `--of`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from itertools import count
from string import digits
from typing import Any, NamedTuple

WRITTEN = ("text", "unicode", "latex", "json")
PLAIN = ("text", "json")
TEXT = ("where", "dialect", "macros")
PROBLEM = ("file", "wrt", *TEXT)
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


_places = count()


_NAME = r"[^\W\d]\w*"
_FORMULA = rf"\((?!grad|∇).+\)|\|.+|{_NAME}\(.+\).*"  # (A*x), ||A*x||^2, tr(A*X)/2


def _f(formula: str = rf"{_NAME}(?:\(\w+\))?|{_FORMULA}") -> str:
    """f, f(X) or a formula; each of its places in a pattern has a name of its own."""
    return rf" ?(?P<function{next(_places)}>{formula})"


_NAMES = r"\w+(?:, ?\w+)*"
_BY = rf"(?:_f|_(?P<below>\w+)|\[(?P<at>{_NAMES})\])?(?:{_f()})?(?: by (?P<by>{_NAMES}))?"
_ALONG = rf"(?:\[(?P<along>{_NAMES})\])?"
_STACKED = r"[d∂] ?vec ?\(?(?P<function>\w+)\)?/[d∂] ?vec ?\(?(?P<row>\w+)\)?'?"
PARTIAL = rf"[d∂]{_f()}/[d∂](?P<by>\w+)|[d∂]/[d∂](?P<by1>\w+){_f()}"
DERIVATIVES: Mapping[str, Verb] = {
    "gradient": _derivative(
        "the gradient of a scalar", rf"(?:grad(?:ient)?|nabla|∇){_BY}|(?P<by1>\w+)\.grad"
    ),
    "differential": _derivative(
        "the differential, as a linear operator in dX",
        rf"(?P<stacked>vec)\(d{_f()}\)|d ?(?P<stacked1>vec)\({_f('.+')}\)"
        rf"|[dD]{_f()}{_ALONG}|{_f()}'\(\w+\)\[(?P<along1>\w+)\]",
        "inner_out",
    ),
    "jacobian": _derivative(
        "the Jacobian matrix", rf"(?:[Jj]ac(?:obian)?|J){_BY}|[d∂]{_f()}/[d∂](?P<row>\w+)'"
    ),
    "hessian": _derivative(
        "the Hessian matrix, and the operator it writes",
        rf"(?:[Hh]ess(?:ian)?|∇2|H){_BY}{_ALONG}|d\((?:grad|∇){_f()}\)"
        rf"|[d∂]2{_f()}/[d∂](?P<twice>[\w∂]+)(?:\^2)?'?",
    ),
    "nth_derivative": _derivative(
        "the derivative of any order, a multilinear map", rf"d(?P<order>\d){_f()}{_ALONG}", "order"
    ),
    "wirtinger": _derivative(
        "the derivative by Z or by conj(Z)",
        rf"[d∂]{_f()}/[d∂]conj\((?P<conjugate>\w+)\)",
        "conjugate",
    ),
}
_RAISED = str.maketrans({raised: f"^{k}" for k, raised in enumerate("²³⁴⁵⁶⁷⁸⁹", 2)})
_TRANSPOSED = re.compile(r"ᵀ|\^T")  # of the variable, as in df/dx^T
_BY_SPACED = re.compile(r" */ *(?=[d∂])")
_OFTEN = re.compile(r"(?<!\w)([dD∂∇])\^")  # the 2 of d^2, not that of f^2
_SHORT = {"derivative": "nth_derivative"}
ARGUMENTS = ("inner", "space", "inner_out", "order", "conjugate")  # what only some of them take


def _view(summary: str, *options: str, formats: tuple[str, ...] = PLAIN) -> Verb:
    return Verb(summary, (*PROBLEM, "of", *ARGUMENTS, *POINTS, *options), formats)


VIEWS: Mapping[str, Verb] = {
    "steps": _view("the derivation, line by line", "verify", formats=WRITTEN),
    "latex": _view(
        "the derivation as a block for a paper", "style", "document", "verify", formats=WRITTEN
    ),
    "code": _view("a function that computes the derivative", "backend"),
    "cost": _view("what the derivative costs, forward mode against reverse mode"),
    "verify": _view("a numerical check of the derivative"),
}
OTHERS: Mapping[str, Verb] = {
    "check": Verb(
        "whether a derivative worked out by hand is right",
        (
            *PROBLEM,
            *SETTING,
            "claim",
            "claim_dialect",
            "of",
            "order",
            "conjugate",
            "proof",
            *POINTS,
        ),
        PLAIN,
    ),
    "equivalent": Verb(
        "whether two expressions are equal",
        (*TEXT, "proof", *POINTS),
        PLAIN,
        ("first", "second"),
    ),
    "conventions": Verb(
        "the derivative in the conventions in use, side by side",
        (*PROBLEM, *SETTING, "layout", *POINTS),
    ),
    "curvature": Verb(
        "whether a function is convex, concave, affine or neither, and why",
        (*PROBLEM, "on", *POINTS),
        PLAIN,
    ),
    "check_derivation": Verb(
        "a derivation worked out by hand, line by line",
        ("wrt", *TEXT, *SETTING, *POINTS),
        PLAIN,
        ("derivation",),
    ),
    "parse": Verb("how a text is read", ("file", *TEXT)),
    "rules": Verb("the rule book", ("verify",), ("text", "markdown", "json"), ("name",)),
}
VERBS: Mapping[str, Verb] = {**DERIVATIVES, **VIEWS, **OTHERS}
IN_PYTHON = (
    *DERIVATIVES,
    *OTHERS,
    "assert_gradient",
    "evaluate",
    "from_json",
    "from_latex",
    "from_sympy",
    "load_rules",
    "symbols",
    "to_json",
)


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
    plain = _BY_SPACED.sub("/", _TRANSPOSED.sub("'", text.strip()).translate(_RAISED))
    plain = _OFTEN.sub(r"\1", plain)
    named = [(name, row.left) for name, row in DERIVATIVES.items()]
    for name, pattern in [("jacobian", _STACKED), ("", PARTIAL), *named]:
        if found := re.fullmatch(pattern, plain):
            said = {key.rstrip(digits): value for key, value in found.groupdict().items() if value}
            return name, said
    return None
