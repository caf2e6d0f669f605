"""The problem that a command is about: its text, its variable, its inner product."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from matcalc import interface
from matcalc.expressions.errors import MatcalcError, SyntaxProblem, UnknownName
from matcalc.expressions.nodes import symbols_of

Options = argparse.Namespace

_FIXED = frozenset({"integer", "callable", "solution"})
_CALL = re.compile(r"\s*([a-z-]+)\s*(?:\((.*)\))?\s*", re.DOTALL)


def text(options: Options) -> str:
    """The problem as typed, from the argument, a file or the standard input."""
    if options.file is not None:
        if options.expression is not None:
            raise SyntaxProblem("give an expression or --file, not both")
        return _read(Path(options.file))
    if options.expression is None:
        raise SyntaxProblem("there is no expression", hint=f"{options.verb} needs one, or --file")
    if options.expression == "-":
        return _decoded(sys.stdin.buffer.read(), "the standard input")
    return str(options.expression).strip()


def _read(path: Path) -> str:
    try:
        return _decoded(path.read_bytes(), str(path))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise MatcalcError(f"cannot read {path}: {reason}") from None


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise SyntaxProblem(f"{name} is not text in UTF-8") from None


def variable(options: Options, text: str) -> str:
    """The variable asked for, or the only one that the expression has."""
    if options.wrt is not None:
        return str(options.wrt).strip()
    expression = interface.parse(text, options.where)
    variables = (s for s in symbols_of(expression) if not s.structure & _FIXED)
    names = [symbol.name for symbol in variables]
    if len(names) == 1:
        return names[0]
    if not names:
        raise UnknownName("the expression has no variable to differentiate by")
    raise UnknownName(
        f"the variable is not named, and the expression has {len(names)}: {', '.join(names)}",
        hint=f"say which one: --wrt {names[-1]}",
    )


def inner(text: str | None) -> interface.Weighted | None:
    """`frobenius`, `weighted(M)`, `weighted(M,N)`, `weighted(right=N)`."""
    if text is None:
        return None
    call = _CALL.fullmatch(text)
    name = call[1] if call else ""
    if call is None or name not in ("frobenius", "weighted"):
        hint = 'there are frobenius and "weighted(M,N)", <U,V> = tr(U\'*M*V*N)'
        raise SyntaxProblem(f"no inner product {short(text)}", hint=hint)
    if name == "frobenius":
        return None
    return interface.Weighted(**weights_of(_split(call[2] or ""), text))


def weights_of(given: Sequence[str], text: str) -> dict[str, str]:
    weights: dict[str, str] = {}
    for side, weight in zip(("left", "right"), given, strict=False):
        key, equals, value = weight.partition("=")
        named = equals and key.strip() in ("left", "right")
        weights[key.strip() if named else side] = value.strip() if named else weight
    if not weights or len(given) > 2 or not all(weights.values()):
        raise SyntaxProblem(f"{short(text)} needs one or two weights", hint='"weighted(M,N)"')
    return weights


def _split(text: str) -> list[str]:
    """The parts between the commas that no bracket encloses."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def short(text: str, width: int = 40) -> str:
    return repr(text if len(text) <= width else text[:width] + "...")
