"""From arguments to an exit status.

0 done (a claim or a verification holds), 1 it does not hold, 2 the input is wrong, 3 nothing could
be decided. What is wrong goes to the standard error stream as one message, never a traceback; with
`--format json` it is an object on the standard output.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import warnings
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from matcalc.cli.options import DONE, INTERRUPTED, WRONG_INPUT, Options, add_options, typed
from matcalc.expressions.errors import MatcalcError, SyntaxProblem
from matcalc.verbs.table import VERBS

LATER = ("web",)
_TYPED = {typed(verb): verb for verb in VERBS}
_JSON = re.compile("(^|\0)--format[=\0]json(\0|$)")
_OPTION = re.compile(r"--[a-z][a-z-]*(=.*)?|-h", re.DOTALL)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status.

    >>> main(["gradient", "x'*x", "--wrt", "x", "--format", "latex"])
    2 x
    0
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that lacks a letter shows a question mark in its place.
        sys.stdout.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _run(given)
        sys.stdout.flush()
        return status
    except MatcalcError as error:
        return _refused(error, given)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has had enough; nothing may be flushed at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _refused(error: MatcalcError, arguments: list[str]) -> int:
    """Say what is wrong; where objects are asked for, as one on the standard output."""
    if _JSON.search("\0".join(arguments)):
        from matcalc.cli.verbs import print_object
        from matcalc.verbs.to_json import to_json

        return print_object(to_json(error), WRONG_INPUT)
    print(error.report(), file=sys.stderr)
    return WRONG_INPUT


def _run(arguments: list[str]) -> int:
    verb = arguments[0] if arguments else ""
    if verb in LATER:
        raise MatcalcError(f"{verb} is not available yet", hint=_verbs_hint())
    if verb and not verb.startswith("-") and verb not in _TYPED:
        close = get_close_matches(verb, _TYPED, n=1)
        hint = f"did you mean {close[0]}?" if close else _verbs_hint()
        raise SyntaxProblem(f"there is no verb {_short(verb)}", hint=hint)
    options, rest = _parser().parse_known_args(_protected(arguments))
    if rest:
        raise _not_taken(options.verb, rest)
    return _act(options)


def _act(options: Options) -> int:
    """Do what was asked; what only tells of the program, like --help, loads nothing of it."""
    from matcalc.cli.verbs import act
    from matcalc.verbs.load_rules import load_rules

    with warnings.catch_warnings(record=True) as told:
        for path in options.rules:
            load_rules(Path(path))
        status = act(_TYPED[options.verb], options)
    for warning in told:  # without the place in the program
        print(f"note: {warning.message}", file=sys.stderr)
    return status


def _short(text: str, width: int = 40) -> str:
    return repr(text if len(text) <= width else text[:width] + "...")


def _not_taken(verb: str, rest: Sequence[str]) -> SyntaxProblem:
    """The complaint about arguments that a verb does not take."""
    option = next((one for one in rest if _is_option(one)), None)
    taken = [f"--{typed(name)}" for name in (*VERBS[_TYPED[verb]].options, "format", "rules")]
    if option is None:
        subjects = VERBS[_TYPED[verb]].subjects
        count = f"one {subjects[0]}" if len(subjects) == 1 else "two expressions"
        return SyntaxProblem(f"{verb} takes {count}, and here is more: {_short(rest[0])}")
    close = get_close_matches(option, taken, n=1)
    guess = f"did you mean {close[0]}? " if close else ""
    return SyntaxProblem(
        f"{verb} takes no {option.partition('=')[0]} here",
        hint=f"{guess}it takes {', '.join(taken)}",
    )


def _verbs_hint() -> str:
    return f'the verbs are {", ".join(_TYPED)}: matcalc gradient "x\'*A*x" --wrt x'


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are errors like all others."""

    def error(self, message: str) -> NoReturn:
        raise SyntaxProblem(message, hint=f"{self.prog} --help lists the options")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="matcalc",
        description="Differentials, gradients and Jacobians of matrix expressions.",
        epilog='example: matcalc gradient "norm2(A*X - B)^2" --wrt X',
        allow_abbrev=False,
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, verb in _TYPED.items():
        summary = VERBS[verb].summary
        one = verbs.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        add_options(one, verb)
    return parser


def _protected(arguments: Sequence[str]) -> list[str]:
    """Arguments such as `-x'*x` made safe: a space in front keeps them from being options."""
    return [
        f" {argument}"
        if argument.startswith("-") and argument not in ("-", "--") and not _is_option(argument)
        else argument
        for argument in arguments
    ]


def _is_option(argument: str) -> bool:
    return _OPTION.fullmatch(argument) is not None
