"""check_derivation: whether each line of a derivation worked out by hand is right."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matcalc.expressions.errors import SyntaxProblem, UnknownName
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import Inner, Spaces
from matcalc.questions.reading import Several, Variable, Where, problem_of
from matcalc.verbs.differential import differential
from matcalc.verbs.handwriting import Written, words, written
from matcalc.verbs.unevaluated import innermost, is_claim

if TYPE_CHECKING:
    from matcalc.verify.marks import Marks

_FIXED = frozenset({"integer", "callable", "dimension", "solution"})

_TOLD = (r"(?<![\w/])d", r"(?:/[d∂]|grad_|∇_?)")


@checked
def check_derivation(
    lines: str | Sequence[str],
    wrt: Variable | Several | None = None,
    where: Where = None,
    samples: int = 20,
    seed: int = 0,
    inner: Inner = None,
    space: Spaces = None,
    dialect: str | None = None,
) -> Marks:
    """Whether each line of a derivation worked out by hand is right.

    The lines, or a text of lines, are what stands on a board: `f = ...` and definitions first,
    then `df = ...`, `d(A*x) = ...`, `grad f = ...`, `H = ...`, or any equation; a line that begins
    with `=` goes on from the one before, and a reason may stand behind the formula. Each line is
    held against what is true; of one behind a wrong line it is said whether it follows from that.
    A line that cannot be read is undecided. `wrt` is told by dX or grad_X where it is left out,
    and kinds may be declared in a line `where A: matrix(m,n)`. Raises a MatcalcError where the
    function itself cannot be read.

    >>> print(check_derivation(["f = x'*A*x", "df = 2*x'*A*dx"], where="A: square(n)").first_wrong)
    1
    """
    from matcalc.verbs.marking import Marking  # brings in NumPy
    from matcalc.verify.marks import Marks

    every = list(_board(lines.splitlines() if isinstance(lines, str) else lines))
    board = [line for line in every if line.left or line.sides]
    if not board:
        raise SyntaxProblem("there is no line to check", hint='lines=["f = x\'*A*x", "df = ..."]')
    how: dict[str, Any] = {"where": _all_declared(where, every), "inner": inner, "space": space}
    how |= {"dialect": dialect}
    moving = [] if wrt is None else [wrt] if isinstance(wrt, str | Symbol) else [*wrt]
    text = _problem(board, [*map(str, moving)])
    answer = differential(text, wrt or _moving(text, board, how), **how)
    marking = Marking(answer, text, how, samples, seed)
    marks = [marking.mark(line, board[place:]) for place, line in enumerate(board, 1)]
    return Marks(tuple(marks), answer)


def _board(lines: Iterable[str]) -> Iterator[Written]:
    """The lines in turn; the words of those before are names."""
    names: set[str] = set()
    for line in lines:
        found = written(line, names)
        names |= words(found.formulas)
        yield found


def _all_declared(where: Where, lines: Iterable[Written]) -> Where:
    """The declarations given, and those that stand in the lines."""
    declared = [line.declared for line in lines if line.declared]
    if not declared:
        return where
    told = [where] if isinstance(where, str) else [f"{n}: {k}" for n, k in (where or {}).items()]
    return ", ".join([*told, *declared])


# ---------------------------------------------------------------- what is differentiated


def _problem(board: Sequence[Written], wrt: Collection[str]) -> str:
    """The definitions that stand first, f the last of them; else what the first line is about."""
    parts: dict[str, str] = {}
    for place, line in enumerate(board):
        name, later = line.name or ("f" if not (line.sides or parts) else ""), board[place + 1 :]
        known = name in parts or name.removeprefix("d") in parts
        if not name or known or (parts and is_claim(name, later)):
            return _with_value_last(parts, board[place:]) if parts else _first(line, later, wrt)
        parts |= {**line.definitions, name: f"{name} = {(line.sides or (line.left,))[0]}"}
    return _with_value_last(parts, ())


def _first(line: Written, later: Iterable[Written], wrt: Collection[str]) -> str:
    """What a first line is about that defines nothing."""
    if unknown := _unknown(line, later, wrt):
        return f"{unknown} solves {line.left} = {line.sides[0]}; {unknown}"
    return innermost(line.left) or line.left


def _with_value_last(parts: Mapping[str, str], later: Iterable[Written]) -> str:
    """The definitions as statements; last what is differentiated: no other one uses it, and the
    left of a later line speaks of it, as df and grad f do.
    """
    used = set().union(*(words(text) - {name} for name, text in parts.items()))
    told = set().union(*(words(line.left) for line in later))
    ends = [name for name in parts if name not in used] or [*parts]
    value = next((n for n in ends if {n, f"d{n}"} & told), ends[-1])
    others = (text for name, text in parts.items() if name != value)
    return "; ".join([*others, parts[value]])


def _unknown(first: Written, later: Iterable[Written], wrt: Collection[str]) -> str:
    """The B of A*B = I, which moves with A: a line finds dB, or speaks of it where A is asked."""
    if not first.sides:
        return ""
    told = {line.left for line in later}
    if wrt:
        told = set().union(*(words(line.formulas) for line in later))
    names = sorted(words(first.formulas).difference(wrt))
    return next((name for name in names if f"d{name}" in told), "")


def _moving(text: str, board: Sequence[Written], how: Mapping[str, Any]) -> str | list[str]:
    """The variables that move: those of dX, or else of grad_X and df/dX, or the only one."""
    symbols = problem_of(text, how["where"], dialect=how["dialect"]).symbols
    free = [name for name, one in symbols.items() if not one.structure & _FIXED]
    said = " ".join(line.formulas for line in board)
    ways = ([n for n in free if re.search(rf"{way}{n}(?!\w)", said)] for way in _TOLD)
    found = next(filter(None, ways), free)
    if len(found) != 1 and found is free:
        raise UnknownName(
            f"no line says which variable moves: {', '.join(free)}",
            hint=f"name it: wrt={free[-1]!r}" if free else "",
        )
    return found[0] if len(found) == 1 else found
