"""to_json: what a verb gives, an expression or an error as an object for JSON.

It is what the command line prints with `--format json`; `protocol.schema.json` describes it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from matcalc.answers.answer import Answer
from matcalc.answers.conventions import Conventions
from matcalc.answers.writing import written_blocks
from matcalc.convexity.record import Curvature
from matcalc.derivation.board import Line, lines_of
from matcalc.expressions.blocks import Value, leaves, map_leaves
from matcalc.expressions.errors import MatcalcError, WrongArgument
from matcalc.expressions.nodes import Node
from matcalc.expressions.python_arguments import checked
from matcalc.interchange import node_list
from matcalc.interchange.node_list import PROTOCOL
from matcalc.language.kinds import kind_text
from matcalc.language.understanding import Problem
from matcalc.printing.definitions import LATEX, TEXT, given, readable
from matcalc.printing.latex import to_latex
from matcalc.printing.phrases import fact_text
from matcalc.printing.text import to_text
from matcalc.simplify.naming import names_in_order
from matcalc.verify.marks import Marks
from matcalc.verify.verdict import Verdict


@checked
def to_json(found: Any, samples: int = 20, seed: int = 0) -> dict[str, Any]:
    """What a verb gives, an expression or an error as an object for JSON.

    Of an answer and of conventions `verified` says whether they hold at random points. Raises
    WrongArgument for anything else.

    >>> from matcalc import check
    >>> to_json(check("x'*A*x", "x", claim="2*A*x"))["status"]
    'refuted'
    """
    return _finite(_object(found, samples, seed))  # type: ignore[no-any-return]


def _object(found: Any, samples: int, seed: int) -> dict[str, Any]:
    match found:
        case Node():
            return node_list.to_json(found)
        case MatcalcError():
            return of_error(found)
        case Answer():
            return of_answer(found, found.verify(samples, seed).passed)
        case Conventions():
            return of_conventions(found, found.answer.verify(samples, seed).passed)
        case Verdict():
            return of_verdict(found)
        case Marks():
            return of_marks(found)
        case Curvature():
            return of_curvature(found)
        case _:
            raise WrongArgument(
                f"no object stands for {found!r:.60}",
                hint="give what a verb gives, or a MatcalcError",
            )


def of_error(error: MatcalcError) -> dict[str, Any]:
    """The object of a refusal: the message, the likeliest repair and the place in the text."""
    return {
        "protocol": PROTOCOL,
        "kind": "error",
        "error": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "text": error.text,
        "place": None if error.span is None else list(error.span),
    }


def of_problem(problem: Problem) -> dict[str, Any]:
    """The object of a text that was read, with its expression as a list of nodes."""
    return {
        "protocol": PROTOCOL,
        "kind": "expression",
        "reading": _reading(problem),
        **_formulas(problem.expression),
        "assumptions": list(map(fact_text, problem.facts)),
        "nodes": node_list.to_json(problem.expression)["nodes"],
    }


def of_answer(answer: Answer, is_right: bool) -> dict[str, Any]:
    """The object of an answer; `is_right` says whether what was asked of it holds."""
    operator, arranged = answer.kind.shown_operator(answer), answer.question.arranged
    is_shown = answer.value is answer.shown
    value = answer.written if is_shown else map_leaves(answer.value, arranged)
    lines = list(lines_of(written_blocks(answer), to_text, lambda label: label.text))
    image = (str(operator.tangent), arranged(operator.body)) if operator else None
    return {
        "protocol": PROTOCOL,
        "kind": str(answer.kind),
        "reading": _reading(answer.problem),
        **_formulas(value, lines, image),
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
        found["of"] = found["kind"]
    else:
        found = {"protocol": PROTOCOL, "kind": "verdict", **_formulas(verdict.right)}
        found |= {"assumptions": list(verdict.assumptions), "conditions": []}
        found["verified"] = verdict.holds
    return {**found, **verdict.as_dict(), "kind": "verdict"}


def of_marks(marks: Marks) -> dict[str, Any]:
    """The object of the differential that a derivation is held against, and each mark."""
    return {**of_answer(marks.answer, marks.holds), **marks.as_dict(), "kind": "marks"}


def of_curvature(found: Curvature) -> dict[str, Any]:
    """The object of a curvature: of the function, with the certificate for its steps."""
    assert found.value is not None
    return {
        "protocol": PROTOCOL,
        "kind": "curvature",
        **_formulas(found.value),
        "steps": [
            {"of": "", "line": str(line), "rule": line.reason, "source": ""}
            for line in found.statements
        ],
        "assumptions": list(found.assumptions),
        "conditions": [found.domain],
        "verified": found.is_decided,
        **found.as_dict(),
    }


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
    said = {"kind": "conventions", "conventions": rows, "why": list(table.why)}
    return {**of_answer(table.answer, is_right), **said}


def of_rules(text: str, is_right: bool = True) -> dict[str, Any]:
    """The object of a page of the rule book, or of the verdicts on rules."""
    return {"protocol": PROTOCOL, "kind": "rules", "text": text, "verified": is_right}


def _reading(problem: Problem) -> dict[str, Any]:
    """How a text was read: what was typed, what it means here, and the kind of each variable."""
    variables = {name: kind_text(one.shape, one.structure) for name, one in problem.symbols.items()}
    return {
        "text": problem.text,
        "dialect": problem.dialect.name,
        "expression": str(problem.expression),
        "variables": variables,
    }


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


def _finite(value: Any) -> Any:
    """The same with null for numbers that JSON has not."""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value
