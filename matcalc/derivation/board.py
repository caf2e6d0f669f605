"""A derivation as on the board: the problem, one rewriting a line with its reason, the answer.

Source of the form: MIT 18.S096, solutions: restate f and its symbols, df = ..., a short reason at
the right of each line, the gradient boxed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from matcalc.derivation.lines import chain, replace
from matcalc.derivation.steps import Step
from matcalc.derivation.toward_gradient import plus_as_written
from matcalc.expressions.conjugation import REAL
from matcalc.expressions.constructors import add, conjugate, number, real_part
from matcalc.expressions.nodes import Named, Node, Sum, Symbol, visible
from matcalc.expressions.operations import Conjugate, Inner, RealPart
from matcalc.expressions.phrases import Phrase, Written, listed
from matcalc.printing.definitions import (
    BOARD,
    LONGEST,
    TEXT,
    Marks,
    complete,
    definitions,
    readable,
)
from matcalc.printing.phrases import phrase_plain
from matcalc.printing.text import describe, to_text
from matcalc.printing.unicode import to_unicode
from matcalc.rulebook.laws import DISTRIBUTIVE, DOT, REAL_PAIRING, Equation, Law
from matcalc.simplify.forms import size
from matcalc.simplify.naming import names_in_order

_WIDEST_REASON_COLUMN = 64
_WIDEST_LABEL = 20  # letters that the lines below it are indented by


@dataclass(frozen=True)
class Block:
    """Lines that follow one from another: `start` is worked out step by step.

    One that starts where the block before ended, or with the formula that is its label, goes on
    from there to what its label says.
    """

    label: Written | Node
    start: Node
    steps: Sequence[Step]


@dataclass(frozen=True)
class Result:
    """One formula of the answer, and in words what it is beside that."""

    label: Written
    value: Node
    words: str


@dataclass(frozen=True)
class Board:
    """What is written: f, the lines, the answers; `inner` names a product."""

    expression: Node
    variables: Sequence[Symbol]
    restated: Sequence[Step]
    blocks: Sequence[Block]
    results: Sequence[Result]
    inner: Phrase
    conditions: Sequence[Phrase]
    notes: Sequence[str]
    symbols: Sequence[Symbol]
    layout: str = ""  # the layout of the derivative in words, where it is to be named


def board_text(board: Board) -> str:
    """The board in the language that a person types."""
    return _plain(board, to_text, lambda label: label.text)


def board_unicode(board: Board) -> str:
    """The board for a terminal."""
    return _plain(board, to_unicode, lambda label: label.unicode)


def _plain(board: Board, write: Callable[[Node], str], name: Callable[[Written], str]) -> str:
    declared = ", ".join(describe(symbol) for symbol in board.symbols)
    head = f"f = {complete(board.expression, write, BOARD)}"
    head += f"    where {declared}" if declared else ""
    told = Told(board, write, BOARD)
    lines = [(f"  = {told(step.after)}", _said(step, write)) for step in board.restated]
    indent = ""
    for left, node, step in lines_of(board.blocks, write, name):
        if left:
            indent = " " * (len(left) if len(left) <= _WIDEST_LABEL else 2)
        lines.append((f"{left or indent} = {told(node)}", _said(step, write) if step else ""))
    width = min(max((len(line) for line, _ in lines), default=0), _WIDEST_REASON_COLUMN)
    written = [f"{line:<{width}}    {reason}".rstrip() for line, reason in lines]
    values = readable([one.value for one in board.results])
    answers = [
        f"{name(one.label)} = {write(value)}{_aside(one.words)}"
        for one, value in zip(board.results, values, strict=True)
    ]
    if board.inner:
        answers[-1] += f"    in {phrase_plain(board.inner, write)}"
    answers[-1] += definitions(values, write, BOARD)
    if board.conditions:
        answers.append(f"valid where {phrase_plain(listed(board.conditions), write)}")
    answers += [f"here {note}" for note in board.notes]
    return "\n".join([head, *written, *answers])


class Told:
    """A line as it is written, and after it what the names that are new in it stand for."""

    def __init__(self, board: Board, write: Callable[[Node], str], marks: Marks) -> None:
        self.write, self.marks = write, marks
        self.known = {part.name for part in names_in_order(board.expression)}
        self.known |= {block.label.name for block in board.blocks if isinstance(block.label, Named)}
        self.told: dict[str, Node] = {}

    def __call__(self, node: Node) -> str:
        if size(node) > LONGEST:
            return complete(node, self.write, self.marks, self.known)
        written = self.write(node)
        if any(isinstance(part, Named) and self._is_new(part) for part in visible(node)):
            new = {part.name: part.value for part in names_in_order(node) if self._is_new(part)}
            known = {part.name for part in names_in_order(node)} - new.keys()
            written += definitions([node], self.write, self.marks, known)
            self.told |= new
        return written

    def _is_new(self, part: Named) -> bool:
        """Whether a name has not been told, or has been told of something else."""
        told = self.told.get(part.name)
        is_told = told is part.value or (told and self.write(told) == self.write(part.value))
        return part.name not in self.known and not is_told


Line = tuple[str, Node, Step | None]
"""What begins a line, "" where it goes on, the line, and the step that it is, if one."""


def lines_of(
    blocks: Sequence[Block], write: Callable[[Node], str], name: Callable[[Written], str]
) -> Iterator[Line]:
    """The lines of the blocks, each once."""
    end: Node | None = None
    before = ""
    for block in blocks:
        left = write(_paired(block.label)) if isinstance(block.label, Node) else name(block.label)
        start = _paired(block.start)
        goes_on = bool(block.steps) and (block.start is end or write(start) == left)
        if not goes_on:
            yield left, start, None
        for place, step in enumerate(block.steps):
            is_new = goes_on and place == 0 and left != before
            line = _paired(step.after)
            if is_new or _is_seen(step, line):
                yield left if is_new else "", line, step
        before = left
        end = block.steps[-1].after if block.steps else block.start


def _paired(line: Node) -> Node:
    """A line with c*ds for <c, ds> of scalars, and re(<C, dZ>) where C and dZ are complex."""
    found = {node: _pairing(node) for node in visible(line)}
    pairs = {node: value for node, value in found.items() if value is not node}
    if pairs and isinstance(line, Sum):  # equal terms are not collected
        return plus_as_written([chain(number(c), replace(one, pairs)) for c, one in line.terms])
    return replace(line, pairs)


def _pairing(node: Node) -> Node:
    pair = node.inner if isinstance(node, Conjugate) else node
    if not isinstance(pair, Inner):
        return node
    if pair.right.shape.is_scalar:
        return real_part(chain(conjugate(pair.left), pair.right))
    return RealPart.raw(node, structure=REAL) if pair.is_complex else node


def _is_seen(step: Step, line: Node) -> bool:
    """Whether a line says more than the one before: c*ds is <c, ds>."""
    is_named = {reason.law for reason in step.reasons} <= {DOT, REAL_PAIRING, DISTRIBUTIVE}
    return not is_named or str(_in_order(line)) != str(_in_order(_paired(step.before)))


def _in_order(line: Node) -> Node:
    return add(line.terms) if isinstance(line, Sum) else line


def _aside(words: str) -> str:
    return f"    ({words})" if words else ""


def _said(step: Step, write: Callable[[Node], str]) -> str:
    """The reasons of a line, equations written as formulas are."""
    return "; ".join(dict.fromkeys(_law_in_text(law, write) for law in step.laws))


def _law_in_text(law: Law, write: Callable[[Node], str]) -> str:
    if write is to_text:
        return law.name
    words = phrase_plain(law.phrase or (law.words if law.equation else law.name,), write)
    if law.equation is None:
        return words
    found = equation(law.equation, write, TEXT) + phrase_plain(law.where, write)
    return f"{words}: {found}" if words else found


def equation(sides: Equation, write: Callable[[Node], str], marks: Marks) -> str:
    """The sides of a law, and what the names in them stand for."""
    left, right = map(write, sides)
    return f"{left} = {right}{definitions(sides, write, marks)}"
