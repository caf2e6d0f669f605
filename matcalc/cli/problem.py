"""The problem that a command is about: its text and its variable."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matcalc.cli.options import Options, typed
from matcalc.expressions.binders import variables_of
from matcalc.expressions.errors import SyntaxProblem, UnknownName
from matcalc.language.files import text_of, text_of_file
from matcalc.questions.reading import problem_of
from matcalc.verbs.table import ARGUMENTS, DERIVATIVES, SETTING

_FIXED = frozenset({"integer", "callable", "solution"})


def text(options: Options) -> str:
    """The problem as typed, from the argument, a file or the standard input."""
    return with_macros(_typed(options).strip(), options)


def with_macros(text: str, options: Options) -> str:
    r"""A text after the `\newcommand` lines of a person's file, where it has commands."""
    if options.macros is None or "\\" not in text:
        return text
    return f"{text_of_file(Path(options.macros)).strip()}\n{text}"


def _typed(options: Options) -> str:
    if options.file is not None:
        if options.expression is not None:
            raise SyntaxProblem("give an expression or --file, not both")
        return text_of_file(Path(options.file))
    if options.expression is None:
        raise SyntaxProblem("there is no expression", hint=f"{options.verb} needs one, or --file")
    if options.expression == "-":
        return _piped()
    return str(options.expression)


def lines(options: Options) -> str:
    """The lines of a derivation, from a file or the standard input."""
    if options.derivation is None:
        raise SyntaxProblem("there is no derivation", hint=f"{options.verb} FILE, or - for a pipe")
    is_piped = options.derivation == "-"
    return with_macros(_piped() if is_piped else text_of_file(Path(options.derivation)), options)


def _piped() -> str:
    return text_of(sys.stdin.buffer, "the standard input")


def named(options: Options) -> list[str]:
    """The variables asked for: `--wrt U,V`, or `--wrt U --wrt V`."""
    names = [name.strip() for given in options.wrt or () for name in given.split(",")]
    for name in names:
        if not name:
            raise SyntaxProblem("--wrt has an empty name", hint="two variables: --wrt X,Y")
        if names.count(name) > 1:
            raise SyntaxProblem(f"--wrt names {name} twice")
    return names


def variables(options: Options, text: str) -> list[str]:
    """The variables asked for, or the only one that the expression has."""
    if told := named(options):
        return told
    read = problem_of(text, options.where, dialect=options.dialect)
    if read.told.variables:
        return list(read.told.variables)
    found = (s for s in variables_of(read.expression) if not s.structure & _FIXED)
    names = [symbol.name for symbol in found]
    if len(names) == 1:
        return names
    if not names:
        raise UnknownName("the expression has no variable to differentiate by")
    raise UnknownName(
        f"the variable is not named, and the expression has {len(names)}: {', '.join(names)}",
        hint=f"say which one: --wrt {names[-1]}",
    )


def variable(options: Options, text: str) -> str:
    """The one variable that the verb is about."""
    names = variables(options, text)
    if len(names) > 1:
        raise SyntaxProblem(
            f"{options.verb} takes one variable, not {', '.join(names)}",
            hint="all other verbs take several",
        )
    return names[0]


def chosen(given: str, names: Sequence[str]) -> str | dict[str, str]:
    """A product or a space: one for all variables, or `x: sphere; y: simplex` for each its own."""
    parts = [part.partition(":") for part in given.split(";")]
    if not all(mark and name.strip() in names for name, mark, _ in parts):
        return given
    return {name.strip(): choice.strip() for name, _, choice in parts}


def arguments(kind: str, options: Options, names: Sequence[str]) -> dict[str, Any]:
    """The settings and what else was given. Raises SyntaxProblem for what a kind does not take."""
    found = given_of(ARGUMENTS, options, names)
    for name in found:
        if name not in DERIVATIVES[kind].options:
            raise SyntaxProblem(f"the {typed(kind)} takes no --{typed(name)}")
    if "order" in DERIVATIVES[kind].options and "order" not in found:
        raise SyntaxProblem(
            "--order, how often it is differentiated, is a whole number from 1 on",
            hint="say it: --order 3",
        )
    return found


def given_of(which: Sequence[str], options: Options, names: Sequence[str]) -> dict[str, Any]:
    """Those of the options that were given, products and spaces perhaps for each variable."""
    found = {name: value for name in which if (value := getattr(options, name, None))}
    return {
        name: chosen(value, names) if name in SETTING else value for name, value in found.items()
    }


def given(options: Options, subject: str) -> str:
    """One of the expressions that a verb is about. Raises SyntaxProblem where it is missing."""
    found = getattr(options, subject)
    if found is None:
        raise SyntaxProblem(f"there is no {subject} expression", hint=f"{options.verb} needs two")
    return with_macros(str(found).strip(), options)
