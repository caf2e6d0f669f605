"""What each verb of the command line takes: its help lists these options, and no others work."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130  # what the program exits with
Options = argparse.Namespace

VERBS: Mapping[str, str] = {
    "gradient": "the gradient of a scalar",
    "differential": "the differential, as a linear operator in dX",
    "jacobian": "the Jacobian matrix",
    "hessian": "the Hessian matrix, and the operator it writes",
    "steps": "the derivation, line by line",
    "latex": "the derivation as a block for a paper",
    "code": "a function that computes the value and the derivative",
    "cost": "what the derivative costs, forward mode against reverse mode",
    "verify": "a numerical check of the derivative",
    "check": "whether a derivative worked out by hand is right",
    "conventions": "the derivative in the conventions in use, side by side",
    "rules": "the rule book",
}
_SPACES = "symmetric, sphere, A*U = 0, span of P, Q, mask of M"


def _count(text: str) -> int:
    """A whole number from 0 on."""
    if not text.strip().isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


class _Once(argparse.Action):
    """An option that is given once: of two values one would be lost."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        given = namespace.__dict__.setdefault("given", set())
        if self.dest in given:
            parser.error(f"{option_string} is given twice")
        given.add(self.dest)
        setattr(namespace, self.dest, values)


def _once(meaning: str, name: str | None = None, **more: Any) -> dict[str, Any]:
    return {"action": _Once, "help": meaning, "metavar": name, **more}


OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "file": _once("read the problem from a file", "PATH"),
    "wrt": {
        "action": "append",
        "metavar": "X",
        "help": "the variable, or several: U,V; not needed for an only one",
    },
    "where": _once('what the names are: "A: matrix(m,n)"', "DECLARATIONS"),
    "of": _once("what the claim is: gradient, hessian, ...", "KIND", default=""),
    "inner": _once("the inner product: weighted(M,N), elementwise(W), ...", "PRODUCT"),
    "space": _once(f"where the variable moves: {_SPACES}", "SPACE"),
    "seed": _once("seed of the random points", "N", type=_count, default=0),
    "samples": _once("number of random points", "N", type=_count, default=20),
    "verify": {"action": "store_true", "help": "verify the answer numerically too"},
    "claim": _once("the derivative to be judged", "FORMULA", required=True),
    "backend": _once("the language of the code", "NAME", default="numpy"),
    "layout": _once("one of them: numerator, vech, ...", "NAME", default=""),
}

_PROBLEM = ("file", "wrt", "where")
_SETTING = ("inner", "space")
_POINTS = ("seed", "samples")
TAKEN: Mapping[str, Sequence[str]] = {
    "gradient": (*_PROBLEM, *_SETTING, *_POINTS, "verify"),
    "differential": (*_PROBLEM, *_SETTING, *_POINTS, "verify"),
    "jacobian": (*_PROBLEM, *_SETTING, *_POINTS, "verify"),
    "hessian": (*_PROBLEM, *_SETTING, *_POINTS, "verify"),
    "steps": (*_PROBLEM, *_SETTING, *_POINTS, "verify"),
    "latex": (*_PROBLEM, *_SETTING, *_POINTS, "verify"),
    "code": (*_PROBLEM, *_SETTING, "backend", *_POINTS),
    "cost": (*_PROBLEM, *_SETTING, *_POINTS),
    "verify": (*_PROBLEM, *_SETTING, *_POINTS),
    "check": (*_PROBLEM, *_SETTING, "claim", "of", *_POINTS),
    "conventions": (*_PROBLEM, "layout"),
    "rules": ("verify",),
}

WRITTEN = ("text", "unicode", "latex", "json")
_PLAIN = ("text", "json")
FORMATS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(TAKEN, WRITTEN),
    **dict.fromkeys(("code", "cost", "verify", "check"), _PLAIN),
    "rules": ("text", "markdown"),
}


def add_options(parser: argparse.ArgumentParser, verb: str) -> None:
    """The options of a verb, and what it is about."""
    parser.add_argument(
        "--rules", metavar="FILE", action="append", default=[], help="operations of your own"
    )
    if verb == "rules":
        parser.add_argument("name", nargs="?", help="an operation; without it, all of them")
    else:
        about = "the expression; - reads it from standard input"
        parser.add_argument("expression", nargs="?", help=about)
    parser.set_defaults(inner=None, space=None)  # what takes no setting is asked in the default one
    for name in TAKEN[verb]:
        parser.add_argument(f"--{name}", **OPTIONS[name])
    how = _once("how the answer is written", choices=FORMATS[verb], default="text")
    parser.add_argument("--format", **how)
