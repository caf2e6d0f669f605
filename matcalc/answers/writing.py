"""An answer on the board, in text, Unicode and LaTeX, and its formula alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcalc.answers.steps import restated
from matcalc.derivation.board import Block, Board, Result
from matcalc.derivation.board_latex import board_latex, formula_in_macros
from matcalc.derivation.steps import Step
from matcalc.expressions.blocks import Blocks, Value, leaves
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Apply, Node, ordered
from matcalc.expressions.phrases import Phrase, listed
from matcalc.printing.definitions import LATEX, definitions, readable
from matcalc.printing.latex import in_macros
from matcalc.printing.phrases import phrase_latex, words_latex
from matcalc.printing.text import describe
from matcalc.printing.typesetting import Typesetting
from matcalc.questions.question import Moving
from matcalc.rulebook import book

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer


def board(answer: Answer, with_layout: bool = False) -> Board:
    """What the board shows of an answer, perhaps with its layout named."""
    asked = answer.question
    return Board(
        expression=asked.arranged(asked.expression),
        variables=[one.variable for one in asked.moving],
        restated=[_arranged(answer, step) for step in _restated(answer)],
        blocks=written_blocks(answer),
        results=[
            Result(answer.kind.label(answer, path), node, answer.kind.aside(answer, path, node))
            for path, node in leaves(answer.written)
        ],
        inner=_inner(asked.moving) if answer.kind.depends_on_setting else (),
        conditions=answer.validity,
        notes=answer.notes,
        symbols=tuple(answer.problem.symbols.values()),
        layout=answer.kind.layout if with_layout else "",
    )


def _arranged(answer: Answer, step: Step) -> Step:
    """The line in the person's order."""
    before, after = map(answer.question.arranged, (step.before, step.after))
    return Step(step.reasons, before, after)


def _inner(moving: Sequence[Moving]) -> Phrase:
    """The products and the spaces of variables, each after its name where they differ."""
    said = {one.variable: _said(one) for one in moving}
    if len(set(said.values())) == 1:
        return said[moving[0].variable]
    each = [("; ", variable, ": ", *phrase) for variable, phrase in said.items() if phrase]
    return tuple(part for phrase in each for part in phrase)[1:]


def _said(one: Moving) -> Phrase:
    """The product and the space of a variable, nothing where nothing is chosen."""
    setting = one.setting
    return () if setting.is_plain and not setting.conjugates else setting.phrase


def _restated(answer: Answer) -> Sequence[Step]:
    """How f is restated; not where the lines are too many to read."""
    try:
        return restated(answer)
    except MatcalcError:
        return ()


def written_blocks(answer: Answer) -> list[Block]:
    """The lines in the person's order; none where they are too many to read."""
    arranged = answer.question.arranged
    try:
        return [
            Block(one.label, arranged(one.start), [_arranged(answer, step) for step in one.steps])
            for one in answer.blocks
        ]
    except MatcalcError:
        return []


def formula(answer: Answer) -> str:
    """The answer alone, each block with its label, its names told, and where it holds.

    It is in the macros of `typesetting`.
    """
    valid = phrase_latex(("valid where ", *listed(answer.validity))) if answer.validity else ""
    if not isinstance(answer.written, Blocks):
        return formula_in_macros(answer.written) + (rf",\quad \text{{{valid}}}" if valid else "")
    paths, nodes = zip(*leaves(answer.written), strict=True)
    values = readable(nodes)
    pairs = zip(paths, values, strict=True)
    lines = [
        f"{answer.kind.label(answer, path).latex} &= {in_macros(value)}" for path, value in pairs
    ]
    lines[-1] += definitions(values, in_macros, LATEX)
    lines += [rf"&\text{{{valid}}}"] if valid else []
    return r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}"


def whole_document(answer: Answer, typesetting: Typesetting) -> str:
    """The derivation as a document to be compiled, with the macros in its preamble."""
    declared = ", ".join(words_latex(describe(one)) for one in answer.problem.symbols.values())
    heading = words_latex(answer.kind.heading(answer))
    lines = [
        r"\documentclass{article}",
        r"\usepackage{amsmath}",
        typesetting.preamble,
        r"\allowdisplaybreaks",
        r"\begin{document}",
        rf"\noindent The {heading} of $f$, where {declared}:",
        typesetting.in_macros(board_latex(board(answer, typesetting.layout))),
        r"\end{document}",
    ]
    return "\n".join(lines)


def notes(answer: Answer) -> tuple[str, ...]:
    """What the book says of the words of an answer that the person has not typed."""
    typed = _words(answer.problem.expression)
    met = dict.fromkeys(word for _, value in leaves(answer.written) for word in _words(value))
    new = (book.operation(word) for word in met if word not in typed)
    return tuple(text for operation in new if (text := operation.text("note")))


def _words(root: Node) -> dict[str, None]:
    """The operations in an expression and in what its names stand for, each once."""
    words = (node.operation for node in ordered(root) if isinstance(node, Apply))
    return dict.fromkeys(word for word in words if book.has(word))


def shapes(value: Value) -> str:
    """The shape of a formula; of several variables each with its name."""
    return "; ".join(
        f"{', '.join(path)}: {node.shape}" if path else str(node.shape)
        for path, node in leaves(value)
    )
