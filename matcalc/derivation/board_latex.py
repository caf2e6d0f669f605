r"""The board as an `align*` block for a paper, with amsmath and nothing else.

No line is wider than the text of a page: formulas are broken, and reasons stand at the right of
their lines where there is room, else below them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from matcalc.derivation.board import Board, Told, equation, lines_of
from matcalc.derivation.steps import Step
from matcalc.expressions.nodes import Node
from matcalc.expressions.phrases import listed
from matcalc.printing.breaking import broken, words_width, wrapped
from matcalc.printing.definitions import LATEX, complete, definitions, readable
from matcalc.printing.latex import in_macros
from matcalc.printing.phrases import phrase_latex
from matcalc.printing.width import TEXT_WIDTH, width
from matcalc.rulebook.laws import Law

_WIDEST_LEFT = 0.3 * TEXT_WIDTH
_WIDEST_REASONS = (0.5, 0.4, 0.25, 0.0)  # of the text; what takes fewest lines is chosen
_GAP = 12.0  # that align* puts before the reasons, at least
_INDENT = r"\qquad"
_NEXT = " \\\\\n"


class Row(NamedTuple):
    """A line: what stands on its left, the formula, and why in words; an answer is in a box."""

    left: str
    formula: str
    reason: str = ""
    in_box: bool = False

    def lines(self, room: float) -> list[str]:
        """The formula with the sign before it, on lines."""
        if not self.in_box:
            first, *more = broken(self.formula, room - width("="))
            return [f"= {first}", *(rf"\quad {line}" for line in more)]
        whole = rf"\boxed{{{self.left} = {self.formula}}}"
        if width(whole) <= room:
            return [whole]
        lines = broken(self.formula, room - width(rf"\boxed{{{self.left} = \quad}}"))
        value = r" \\ &\quad ".join(lines)
        return [rf"\boxed{{\begin{{aligned}} {self.left} &= {value} \end{{aligned}}}}"]


def board_latex(board: Board) -> str:
    """The derivation, and in boxes what it comes to, in the macros of `typesetting`."""
    rows = [*_rows(board), *_answers(board)]
    room = TEXT_WIDTH - max(width(row.left) for row in rows if _is_in_column(row))
    layouts = (_laid(rows, room, widest * TEXT_WIDTH) for widest in _WIDEST_REASONS)
    _, _, text = min(layouts, key=lambda one: one[:2])
    below = [_below(words, room) for words in _closing(board)]
    return "\n".join([r"\begin{align*}", _NEXT.join([text, *below]), r"\end{align*}"])


def _laid(rows: Sequence[Row], room: float, widest: float) -> tuple[float, int, str]:
    """The rows with reasons up to a width at the right of their lines.

    Before it by how much a line is too wide, and how many lines there are.
    """
    reasons = [one for row in rows if 0 < (one := words_width(row.reason)) <= widest]
    narrow = room - _GAP - max(reasons) if reasons else room
    lines = [row.lines(narrow) for row in rows]
    texts = [_text(row, one, widest, room) for row, one in zip(rows, lines, strict=True)]
    text = _NEXT.join(texts)
    excess = max(width(line) for one in lines for line in one) - narrow
    return max(excess, 0), text.count("\n"), text


def _rows(board: Board) -> Iterator[Row]:
    told = Told(board, in_macros, LATEX)
    variables = ", ".join(map(in_macros, board.variables))
    yield Row(f"f({variables})", in_macros(board.expression))
    for step in board.restated:
        yield Row("", told(step.after), _why(step))
    for left, node, reason in lines_of(board.blocks, in_macros, lambda label: label.latex):
        yield Row(left, told(node), _why(reason) if reason else "")


def _answers(board: Board) -> Iterator[Row]:
    values = readable([one.value for one in board.results])
    last = len(values) - 1
    inner = f"in {phrase_latex(board.inner)}" if board.inner else ""
    for place, (one, value) in enumerate(zip(board.results, values, strict=True)):
        yield Row(one.label.latex, in_macros(value), inner if place == last else "", in_box=True)


def _closing(board: Board) -> Iterator[str]:
    """What the answers rest on: what the names in them stand for, and where they are valid."""
    names = definitions(readable([one.value for one in board.results]), in_macros, LATEX)
    if names:
        told = names.removeprefix(LATEX.before).split(LATEX.between)
        yield f"where {', '.join(f'${one}$' for one in told)}"
    if board.layout:
        yield f"in {board.layout}"
    if board.conditions:
        yield f"valid where {phrase_latex(listed(board.conditions))}"


def _is_in_column(row: Row) -> bool:
    """Whether its left side stands beside the formula; one too wide has a line of its own."""
    return not row.in_box and width(row.left) <= _WIDEST_LEFT


def _text(row: Row, lines: Sequence[str], widest: float, room: float) -> str:
    text = _NEXT.join(f"&{line}" for line in lines)
    if _is_in_column(row):
        text = f"{row.left} {text}".lstrip()
    elif not row.in_box:
        text = f"&{row.left}{_NEXT}{text}"
    if not row.reason:
        return text
    if words_width(row.reason) <= widest:
        return rf"{text} && \text{{{row.reason}}}"
    return text + _NEXT + _below(f"({row.reason})", room)


def _below(words: str, room: float) -> str:
    """Words on lines of their own, which widen no column."""
    lines = wrapped(words, room - width(_INDENT))
    return _NEXT.join(rf"&\rlap{{{_INDENT}\text{{{line}}}}}" for line in lines)


def formula_in_macros(value: Node) -> str:
    """A formula, and after it what the names in it stand for."""
    return complete(value, in_macros, LATEX)


def _why(step: Step) -> str:
    """The reasons of a line, equations as such."""
    return "; ".join(dict.fromkeys(map(_reason, step.laws)))


def _reason(law: Law) -> str:
    words = phrase_latex(law.phrase or (law.words if law.equation else law.name,))
    if law.equation is None:
        return words
    found = f"${equation(law.equation, in_macros, LATEX)}$" + phrase_latex(law.where)
    return f"{words}: {found}" if words else found
