"""The options of the command line: the help of a verb lists those it takes, and no others work."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from matcalc.verbs.table import DERIVATIVES, VERBS, derivative_named

DONE, FAILED, WRONG_INPUT, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130  # what the program exits with
Options = argparse.Namespace
_SPACES = "symmetric, sphere, A*U = 0, span of P, Q, mask of M"
_TYPED: Mapping[str, str] = {"check_derivation": "mark"}
_SUBJECTS: Mapping[str, str] = {
    "expression": "the expression; - reads it from standard input",
    "first": "an expression",
    "second": "another expression",
    "derivation": "a file of lines; - reads them from standard input",
    "name": "an operation; without it, all of them",
}


def _count(text: str) -> int:
    """A whole number from 0 on."""
    if not text.strip().isdecimal():
        raise argparse.ArgumentTypeError(f"{text.strip()!r} is not a whole number from 0 on")
    return int(text)


def _kind(text: str) -> str:
    """The name of a derivative, as Python spells it."""
    if found := derivative_named(text):
        return found
    raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(map(typed, DERIVATIVES))}")


def typed(name: str) -> str:
    """A name as it is typed on the command line."""
    return _TYPED.get(name) or name.replace("_", "-")


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
    "dialect": _once("the language that the text is in: numpy, matlab, latex, ...", "NAME"),
    "macros": _once(r"what commands of LaTeX stand for: a file of \newcommand lines", "FILE"),
    "claim_dialect": _once("the language that the claim is in", "NAME"),
    "of": _once("of which derivative: gradient, hessian, ...", "KIND", type=_kind),
    "inner": _once("the inner product: weighted(M,N), elementwise(W), ...", "PRODUCT"),
    "on": _once('a further restriction: "X symmetric", "x > 0", "A*x < b"', "CONDITIONS"),
    "space": _once(f"where the variable moves: {_SPACES}", "SPACE"),
    "inner_out": _once("the inner product of the values", "PRODUCT"),
    "order": _once("how often it is differentiated", "N", type=_count),
    "conjugate": {"action": "store_true", "help": "by conj(Z)"},
    "style": _once(
        "of a paper: transpose=T, differential=d, gradient=partial, bold, layout", "MARKS"
    ),
    "document": {"action": "store_true", "help": "a whole document, its macros in the preamble"},
    "seed": _once("seed of the random points", "N", type=_count, default=0),
    "samples": _once("number of random points", "N", type=_count, default=20),
    "verify": {"action": "store_true", "help": "verify the answer numerically too"},
    "proof": {"action": "store_true", "help": "show the proof, if there is one, line by line"},
    "claim": {
        "action": "append",
        "metavar": "FORMULA",
        "help": 'the derivative to be judged, perhaps "df/dX = ..."; one for each variable',
    },
    "backend": _once("the language of the code", "NAME", default="numpy"),
    "layout": _once("one of them: numerator, vech, ...", "NAME", default=""),
}


def add_options(parser: argparse.ArgumentParser, verb: str) -> None:
    """The options of a verb, and what it is about."""
    parser.add_argument(
        "--rules", metavar="FILE", action="append", default=[], help="operations of your own"
    )
    row = VERBS[verb]
    for subject in row.subjects:
        parser.add_argument(subject, nargs="?", help=_SUBJECTS[subject])
    for name in row.options:
        parser.add_argument(f"--{typed(name)}", **OPTIONS[name])
    how = _once("how the answer is written", choices=row.formats, default="text")
    parser.add_argument("--format", **how)
