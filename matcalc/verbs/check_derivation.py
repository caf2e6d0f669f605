"""check_derivation: whether each line of a derivation worked out by hand is right."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from matcalc.answers.answer import Answer
from matcalc.expressions.binders import variables_of
from matcalc.expressions.errors import MatcalcError, SyntaxProblem, UnknownName
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.python_arguments import checked
from matcalc.language.latex_marks import is_latex
from matcalc.questions.asking import Inner, Spaces
from matcalc.questions.reading import Several, Variable, Where, problem_of
from matcalc.verbs.differential import differential
from matcalc.verbs.handwriting import Written, board, words
from matcalc.verbs.latex_lines import latex_lines
from matcalc.verbs.unevaluated import innermost, is_claim

if TYPE_CHECKING:
    from matcalc.verify.marks import Marks

_FIXED = frozenset({"integer", "callable", "dimension", "solution"})

_INSIDE = re.compile(r"\\begin\{(\w*matrix|array|cases)\}.*?\\end\{\1\}", re.DOTALL)
_MOVES, _BY = r"(?<![\w/])d", r"(?:/[d∂]|grad_|∇_?)"


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
    A condition, as `grad f = 0` or an equation in the first line, is taken as it stands, and later
    lines may solve it. A line that cannot be read is undecided. `wrt` is told by dX or grad_X
    where it is left out, and kinds may be declared in a line `where A: matrix(m,n)`. Raises a
    MatcalcError where the function itself cannot be read.

    >>> print(check_derivation(["f = x'*A*x", "df = 2*x'*A*dx"], where="A: square(n)").first_wrong)
    1
    """
    from matcalc.verbs.marking import Marking  # brings in NumPy
    from matcalc.verify.marks import Marks

    text = lines if isinstance(lines, str) else "\n".join(lines)
    if is_latex(text, (), dialect):
        whole = text if "\\\\" in _INSIDE.sub("", text) else "\\\\".join(text.splitlines())
        lines, dialect = latex_lines(whole, where), None
    given = lines.splitlines() if isinstance(lines, str) else lines
    found = list(board(given, _declared_in(where)))
    if not any(line.left or line.sides for line in found):
        raise SyntaxProblem("there is no line to check", hint='lines=["f = x\'*A*x", "df = ..."]')
    how: dict[str, Any] = {"where": _all_declared(where, found), "inner": inner, "space": space}
    how |= {"dialect": dialect}
    answer, text = _asked(found, wrt, how)
    marking = Marking(answer, text, how, samples, seed)
    marks = [marking.mark(line, found[place:]) for place, line in enumerate(found, 1)]
    return Marks(tuple(marks), answer)


def _asked(
    lines: Sequence[Written], wrt: Variable | Several | None, how: Mapping[str, Any]
) -> tuple[Answer, str]:
    """The differential that the lines are held against, and the problem as a text."""
    moving = [] if wrt is None else [wrt] if isinstance(wrt, str | Symbol) else [*wrt]
    said = [line for line in lines if line.left or line.sides]
    if implicit := _unknown(said, [*map(str, moving)]):
        with suppress(MatcalcError):  # one equation does not tell lam and x of A*x = lam*x
            return _differential(_problem(said, implicit), said, wrt, how)
    return _differential(_problem(said, ""), said, wrt, how)


def _differential(
    text: str, lines: Sequence[Written], wrt: Variable | Several | None, how: Mapping[str, Any]
) -> tuple[Answer, str]:
    answer = differential(text, wrt or _moving(text, lines, how), **how)
    expression = answer.question.expression
    known = {one.name for one in variables_of(expression)}
    for name in answer.question.by_name:
        if name not in known:
            raise UnknownName(
                f"{name} does not occur in {text}", hint=f"its names are {', '.join(sorted(known))}"
            )
    return answer, text


def _declared_in(where: Where) -> set[str]:
    """The names in declarations."""
    return words(where if isinstance(where, str) else " ".join(where or ()))


def _all_declared(where: Where, lines: Iterable[Written]) -> Where:
    """The declarations given, and those that stand in the lines."""
    declared = [line.declared for line in lines if line.declared]
    if not declared:
        return where
    told = [where] if isinstance(where, str) else [f"{n}: {k}" for n, k in (where or {}).items()]
    return ", ".join([*told, *declared])


# ---------------------------------------------------------------- what is differentiated


def _problem(lines: Sequence[Written], implicit: str) -> str:
    """The definitions that stand first, f the last of them; else what the first line is about.

    An `implicit` statement, as `B solves A*B = I`, tells what moves with the variable.
    """
    parts: dict[str, str] = {}
    for place, line in enumerate(lines):
        name = line.name or ("" if line.sides or parts else "f")
        known = name in parts or name.removeprefix("d") in parts
        if not name or known or (parts and _ends(line, parts)):
            return _with_value_last(parts, lines[place:], implicit)
        parts |= {**line.definitions, name: f"{name} = {(line.sides or (line.left,))[0]}"}
    return _with_value_last(parts, (), implicit)


def _is_told(name: str, later: Iterable[Written]) -> bool:
    """Whether later lines are about the differential or the gradient of that name."""
    told = rf"(?:[dD∂]\s*\(?|(?:grad|∇|nabla|[Hh]ess)\w*\s*\(?){name}(?!\w)"
    return bool(name) and any(re.match(told, line.left) for line in later)


def _ends(line: Written, parts: Mapping[str, str]) -> bool:
    """Whether a line is no definition before f: it speaks of differentials, or it is a claim about
    an f that it does not use, as `G = ...`.
    """
    known = set().union(*map(words, parts.values()))
    if any(word[0] == "d" and word[1:] in known for word in words(line.formulas)):
        return True
    used = set().union(*(words(text) - {name} for name, text in parts.items()))
    return is_claim(line.name, parts) and not parts.keys() <= used | words(line.formulas)


def _with_value_last(parts: Mapping[str, str], later: Sequence[Written], implicit: str) -> str:
    """The definitions as statements; last what is differentiated: no other one uses it, and the
    later lines are about its derivative, or do not use it.
    """
    if not parts:
        return _first(later[0], implicit)
    used = set().union(*(words(text) - {name} for name, text in parts.items()))
    again = set().union(*(words(" ".join(line.sides)) for line in later))
    ends = [name for name in parts if name not in used] or [*parts]
    plain = [name for name in ends if name not in again] or ends
    told = [name for name in ends if _is_told(name, later)]
    value = next((name for name in told if not is_claim(name)), (told or plain)[-1])
    others = [text for name, text in parts.items() if name != value]
    return "; ".join(filter(None, [implicit, *others, parts[value]]))


def _first(line: Written, implicit: str) -> str:
    """What a first line is about that defines nothing; both sides of an equation, for the sizes."""
    if implicit:
        return f"{implicit}; {implicit.partition(' ')[0]}"
    said = words(line.formulas)
    moved = next((word for word in sorted(said) if word[0] == "d" and word[1:] in said), "")
    if not innermost(line.left) and (moved or line.left.startswith("vec(d")):
        raise UnknownName(
            f"`{line.text}` is about differentials, and no line before says of what",
            hint="begin with what is differentiated: f = ...",
        )
    return innermost(line.left) or " - ".join((line.left, *(f"({one})" for one in line.sides)))


def _unknown(lines: Sequence[Written], wrt: Collection[str]) -> str:
    """`B solves A*B = I`, where B moves with A: a line finds dB, or speaks of it where A is asked.

    Nothing where every name of every equation is a variable or a definition.
    """
    defined = {line.name for line in lines if line.sides}
    told = {line.left for line in lines}
    if wrt:
        told = set().union(*(words(line.formulas) for line in lines))
    for line in lines:
        names = sorted(words(line.formulas).difference(wrt, defined))
        unknown = next((name for name in names if f"d{name}" in told), "")
        is_still = not any(f"d{name}" in words(line.formulas) for name in names)
        if unknown and line.sides and not line.name and is_still:
            return f"{unknown} solves {line.left} = {line.sides[0]}"
    return ""


def _moving(text: str, lines: Sequence[Written], how: Mapping[str, Any]) -> str | list[str]:
    """The variables that move: those of dX, or else of grad_X and df/dX, or the only one."""
    symbols = problem_of(text, how["where"], dialect=how["dialect"]).symbols
    free = [name for name, one in symbols.items() if not one.structure & _FIXED]
    said = " ".join(line.formulas for line in lines)
    found = [n for n in free if re.search(rf"{_MOVES}{n}(?!\w)", said)]
    weights = {name for name, one in symbols.items() if "spd" in one.structure} if found else ()
    by = [n for n in free if n not in weights and re.search(rf"{_BY}{n}(?!\w)", said)]
    found = list(dict.fromkeys((*found, *by))) or free
    if len(found) != 1 and found is free:
        raise UnknownName(
            f"no line says which variable moves: {', '.join(free)}",
            hint=f"name it: wrt={free[-1]!r}" if free else "",
        )
    return found[0] if len(found) == 1 else found
