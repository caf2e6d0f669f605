"""check_derivation: whether each line of a derivation worked out by hand is right."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from matcalc.expressions.errors import SyntaxProblem, UnknownName
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import Inner, Spaces
from matcalc.questions.reading import Several, Variable, Where, problem_of
from matcalc.verbs.differential import differential
from matcalc.verbs.handwriting import Written, declarations, words, written
from matcalc.verbs.unevaluated import innermost, is_claim

if TYPE_CHECKING:
    from matcalc.verify.marks import Marks

_FIXED = frozenset({"integer", "callable", "dimension", "solution"})

_TOLD = (r"(?<![\w/])d", r"(?:/[d∂]|grad_|∇_?)")


class Stated(NamedTuple):
    """The problem that the first lines state, its value last, and how many lines those are."""

    text: str
    lines: int


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

    kept, declared = declarations(lines.splitlines() if isinstance(lines, str) else lines)
    if not kept:
        raise SyntaxProblem("there is no line to check", hint='lines=["f = x\'*A*x", "df = ..."]')
    board = list(_board(kept))
    how: dict[str, Any] = {"where": _all_declared(where, declared), "inner": inner, "space": space}
    how |= {"dialect": dialect}
    moving = [] if wrt is None else [wrt] if isinstance(wrt, str | Symbol) else [*wrt]
    stated = _problem(board, [*map(str, moving)])
    answer = differential(stated.text, wrt or _moving(stated.text, board, how), **how)
    marking = Marking(answer, stated.text, how, samples, seed)
    marks = [marking.mark(line, board[place:]) for place, line in enumerate(board, 1)]
    return Marks(tuple(marks), answer)


def _board(lines: Iterable[str]) -> Iterator[Written]:
    """The lines in turn; the words of those before are names."""
    names: set[str] = set()
    for line in lines:
        found = written(line, names)
        names |= words(found.formulas)
        yield found


def _all_declared(where: Where, declared: str) -> Where:
    if not declared:
        return where
    if isinstance(where, str):
        return f"{where}; {declared}"
    return ", ".join([*(f"{name}: {kind}" for name, kind in (where or {}).items()), declared])


# ---------------------------------------------------------------- what is differentiated


def _problem(board: Sequence[Written], wrt: Collection[str]) -> Stated:
    """The definitions that stand first, f the last of them; else what the first line is about."""
    parts: dict[str, str] = {}
    for place, line in enumerate(board):
        name, later = line.name or ("f" if not (line.sides or parts) else ""), board[place + 1 :]
        known = name in parts or name.removeprefix("d") in parts
        if not name or known or (parts and is_claim(name, later)):
            break
        parts[name] = f"{name} = {(line.sides or (line.left,))[0]}{_behind(line)}"
    if parts:
        return Stated(_with_value_last(parts, board[len(parts) :]), len(parts))
    first, later = board[0], board[1:]
    if unknown := _unknown(first, later, wrt):
        return Stated(f"{unknown} solves {first.left} = {first.sides[0]}; {unknown}", 1)
    return Stated(innermost(first.left) or first.left, 0)


def _behind(line: Written) -> str:
    return f" with {line.defined}" if line.defined else ""


def _with_value_last(parts: Mapping[str, str], later: Iterable[Written]) -> str:
    """The definitions as statements; last what is differentiated: no other one uses it, and the
    left of a later line speaks of it, as df and grad f do.
    """
    used = set().union(*(words(text.partition("=")[2]) for text in parts.values()))
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
