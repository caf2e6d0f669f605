"""An answer on the board, in text, Unicode and LaTeX, and its formula alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcalc.answers.labels import hessian_label, label_of
from matcalc.answers.steps import blocks, derived
from matcalc.derivation.steps import Step
from matcalc.expressions.blocks import Blocks, Value, leaves
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node
from matcalc.printing.board import Block, Board, Label, Result, formula_latex
from matcalc.printing.definitions import LATEX, definitions, readable
from matcalc.printing.latex import to_latex
from matcalc.questions.question import Moving

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer


def board(answer: Answer) -> Board:
    """What the board shows of an answer."""
    asked = answer.question
    settings = {one.name: _said(one) for one in asked.moving}
    said = set(settings.values())
    inner = (
        said.pop() if len(said) == 1 else "; ".join(f"{n}: {s}" for n, s in settings.items() if s)
    )
    return Board(
        expression=asked.expression,
        variables=[one.variable for one in asked.moving],
        restated=_restated(answer),
        blocks=_blocks(answer),
        results=[
            Result(_label(answer, path, node), node, _words(answer, path, node))
            for path, node in leaves(answer.named)
        ],
        inner=inner if answer.kind in ("gradient", "hessian") else "",
        conditions=answer.conditions,
        symbols=tuple(answer.problem.symbols.values()),
    )


def _said(one: Moving) -> str:
    """The product and the space of a variable in words, "" where nothing is chosen."""
    setting = one.setting
    return "" if setting.is_plain and not setting.conjugates else setting.name


def _restated(answer: Answer) -> Sequence[Step]:
    """How f is restated before the lines begin: norms as roots of traces."""
    if answer.order > 1:
        return ()
    try:
        return derived(answer).restated
    except MatcalcError:
        return ()


def _blocks(answer: Answer) -> list[Block]:
    """The lines; none where they are too many to read."""
    try:
        return blocks(answer)
    except MatcalcError:
        return []


def _label(answer: Answer, path: Sequence[str], node: Node) -> Label:
    """The label of a block; of an operator with its direction."""
    if answer.kind != "hessian" or answer.shown is answer.value:
        return label_of(answer, path)
    variables = [answer.question.by_name[name].variable for name in path]
    return hessian_label(variables, str(answer.question.moving[0].tangent))


def _words(answer: Answer, path: Sequence[str], node: Node) -> str:
    """The shape, and of a gradient that it is the variable's."""
    if answer.kind in ("differential", "derivative"):
        return ""
    if answer.kind == "gradient":
        name = path[0] if path else answer.question.moving[0].name
        return f"{node.shape}, as {name}"
    return str(node.shape)


def formula(answer: Answer) -> str:
    """The answer alone in LaTeX, each block with its label, and what the names stand for."""
    if not isinstance(answer.named, Blocks):
        return formula_latex(answer.named)
    paths, nodes = zip(*leaves(answer.named), strict=True)
    values = readable(nodes)
    pairs = zip(paths, values, strict=True)
    lines = [f"{label_of(answer, path).latex} &= {to_latex(value)}" for path, value in pairs]
    said = definitions(values, to_latex, LATEX)
    return r"\begin{aligned}" + r" \\ ".join(lines) + said + r"\end{aligned}"


def shapes(value: Value) -> str:
    """The shape of a formula; of several variables each with its name."""
    return "; ".join(
        f"{', '.join(path)}: {node.shape}" if path else str(node.shape)
        for path, node in leaves(value)
    )
