"""The JSON object of every verb, as `answer.schema.json` describes it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matcalc.answers.answer import Answer
from matcalc.answers.conventions import Conventions
from matcalc.answers.writing import written_blocks
from matcalc.derivation.board import Line, lines_of
from matcalc.expressions.blocks import Value, leaves, map_leaves
from matcalc.expressions.nodes import Node
from matcalc.printing.definitions import LATEX, TEXT, given, readable
from matcalc.printing.latex import to_latex
from matcalc.printing.text import to_text
from matcalc.simplify.naming import names_in_order

if TYPE_CHECKING:
    from matcalc.convexity.record import Curvature
    from matcalc.verify.marks import Marks
    from matcalc.verify.verdict import Verdict


def of_answer(answer: Answer, is_right: bool) -> dict[str, Any]:
    """The object of an answer; `is_right` says whether what was asked of it holds."""
    operator, arranged = answer.kind.shown_operator(answer), answer.question.arranged
    is_shown = answer.value is answer.shown
    value = answer.written if is_shown else map_leaves(answer.value, arranged)
    lines = list(lines_of(written_blocks(answer), to_text, lambda label: label.text))
    image = (str(operator.tangent), arranged(operator.body)) if operator else None
    found = _formulas(value, lines, image)
    return {
        **found,
        "assumptions": list(answer.assumptions),
        "conditions": list(answer.conditions),
        "inner": answer.inner,
        "space": answer.space,
        "verified": is_right,
    }


def of_verdict(verdict: Verdict) -> dict[str, Any]:
    """The object of a verdict: of the answer that a claim is judged by, or of one expression."""
    if verdict.answer is not None:
        found = of_answer(verdict.answer, verdict.holds)
    else:
        assumed: Mapping[str, Any] = {"assumptions": list(verdict.assumptions), "conditions": []}
        found = {**_formulas(verdict.right), **assumed, "verified": verdict.holds}
    return {**found, **verdict.as_dict()}


def of_marks(marks: Marks) -> dict[str, Any]:
    """The object of the differential that a derivation is held against, and each mark."""
    return {**of_answer(marks.answer, marks.holds), **marks.as_dict()}


def of_curvature(found: Curvature) -> dict[str, Any]:
    """The object of a curvature: of the function, with the certificate for its steps."""
    steps = [
        {"of": "", "line": str(line), "rule": line.reason, "source": ""}
        for line in found.statements
    ]
    told = {"assumptions": list(found.assumptions), "conditions": [found.domain]}
    assert found.value is not None
    whole = {**_formulas(found.value), "steps": steps, **told, "verified": found.is_decided}
    return {**whole, **found.as_dict()}


def of_conventions(table: Conventions, is_right: bool) -> dict[str, Any]:
    """The object of the answer that all conventions write, and each of them."""
    rows = [
        {
            "name": row.name,
            "value": str(row.value),
            "latex": row.value.latex(),
            "shape": row.shape,
            "meaning": row.meaning,
        }
        for row in table
    ]
    return {**of_answer(table.answer, is_right), "conventions": rows, "why": list(table.why)}


def _formulas(
    value: Value, lines: Sequence[Line] = (), operator: tuple[str, Node] | None = None
) -> dict[str, Any]:
    """What the names in the formulas stand for is said once for all of them, under `names`.

    Of a name that lines of their own are about, these say it.
    """
    roots = [node for _, node in leaves(value)]
    roots += [line for _, line, _ in lines]
    roots += operator[1:] if operator else []
    shown = dict(zip(roots, readable(roots), strict=True))
    found: dict[str, Any] = {
        "value": _plain(map_leaves(value, lambda node: to_text(shown[node]))),
        "latex": _plain(map_leaves(value, lambda node: to_latex(shown[node]))),
        "shape": _plain(map_leaves(value, lambda node: str(node.shape))),
        "names": _names(shown.values(), {left for left, _, _ in lines}),
        "steps": [
            {
                "of": left,
                "line": to_text(shown[line]),
                "rule": step.rule if step else "",
                "source": step.source if step else "",
            }
            for left, line, step in lines
        ],
    }
    if operator:
        direction, body = operator
        image = {"value": to_text(shown[body]), "latex": to_latex(shown[body])}
        found["operator"] = {"direction": direction, **image}
    return found


def _names(shown: Iterable[Node], said: Container[str]) -> list[dict[str, str]]:
    """What the names in the formulas stand for, each after those that it is made of."""
    return [
        {
            "name": one.name,
            "text": given(one, to_text, TEXT),
            "latex": given(one, to_latex, LATEX),
        }
        for one in names_in_order(*shown)
        if one.name not in said
    ]


def _plain(value: Any) -> Any:
    """Blocks as dictionaries, for JSON."""
    if not isinstance(value, Mapping):
        return value
    return {name: _plain(part) for name, part in value.items()}
