"""The verbs of the command line: each takes the options, prints, and gives the exit status."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matcalc import checking, interface
from matcalc.calculus.operator_structure import GENERAL
from matcalc.cli import problem, several
from matcalc.cli.problem import Options
from matcalc.convention_table import Conventions, conventions
from matcalc.derivation.steps import Step
from matcalc.expressions.errors import MatcalcError, NoRule
from matcalc.expressions.nodes import Node
from matcalc.printing.board import formula_latex
from matcalc.printing.definitions import PAGE, definitions, readable
from matcalc.printing.text import to_text
from matcalc.printing.unicode import to_unicode
from matcalc.rulebook import book
from matcalc.second_order import Hessian

DONE, FAILED = 0, 1

Answer = Any  # a Derivation or a LinearMap


def _gradient(options: Options) -> int:
    text = problem.text(options)
    if names := problem.several(options):
        return DONE if several.gradient(text, names, options).show(options) else FAILED
    wrt = problem.variable(options, text)
    answer = interface.gradient(
        text, wrt, where=options.where, inner=options.inner, space=options.space
    )
    return _show(answer, f"gradient with respect to {wrt}", options)


def _jacobian(options: Options) -> int:
    text = problem.text(options)
    wrt = problem.variable(options, text)
    answer = interface.jacobian(text, wrt, where=options.where)
    return _show(answer, f"Jacobian with respect to {wrt}", options)


def _hessian(options: Options) -> int:
    text = problem.text(options)
    if names := problem.several(options):
        return DONE if several.hessian(text, names, options).show(options) else FAILED
    wrt = problem.variable(options, text)
    answer = interface.hessian(
        text, wrt, where=options.where, inner=options.inner, space=options.space
    )
    is_matrix = answer.shown is not answer.map.body
    form = "in vec order" if is_matrix else f"as an operator on {answer.map.tangent}"
    return _show(answer, f"Hessian with respect to {wrt}, {form}", options)


def _differential(options: Options) -> int:
    text = problem.text(options)
    if names := problem.several(options):
        return DONE if several.differential(text, names, options).show(options) else FAILED
    wrt = problem.variable(options, text)
    answer = interface.differential(text, wrt, where=options.where).derivation()
    return _show(answer, f"differential, linear in d{wrt}", options)


def _derivation(options: Options) -> Answer:
    """The gradient of a scalar; the differential of anything else."""
    text = problem.text(options)
    wrt = problem.variable(options, text)
    if interface.parse(text, options.where).shape.is_scalar:
        inner, space = options.inner, options.space
        return interface.gradient(text, wrt, where=options.where, inner=inner, space=space)
    problem.refuse_setting(options, "the derivative itself depends on neither")
    return interface.differential(text, wrt, where=options.where).derivation()


def _steps(options: Options) -> int:
    answer = _derivation(options)
    writers: Mapping[str, Callable[[], str]] = {
        "text": answer.__str__,
        "unicode": answer.unicode,
        "latex": answer.latex,
    }
    return _write(answer, writers, options)


def _latex(options: Options) -> int:
    answer = _derivation(options)
    return _write(answer, dict.fromkeys(("text", "unicode", "latex"), answer.latex), options)


def _code(options: Options) -> int:
    if names := problem.several(options):
        source = several.code(problem.text(options), names, options)
    else:
        source = _derivation(options).source(options.backend)
    print(json.dumps({"source": source}) if options.format == "json" else source.rstrip())
    return DONE


def _cost(options: Options) -> int:
    report = _derivation(options).cost()
    print(json.dumps(report.as_dict()) if options.format == "json" else report)
    return DONE


def _verify(options: Options) -> int:
    report = _derivation(options).verify(samples=options.samples, seed=options.seed)
    if options.format == "json":
        rows = [dict(vars(row)) for row in report.rows]
        notes, problem = list(report.notes), report.problem
        answer = {"verified": report.passed, "rows": rows, "notes": notes, "problem": problem}
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(report)
    return DONE if report.passed else FAILED


def _check(options: Options) -> int:
    text = problem.text(options)
    wrt = problem.variable(options, text)
    verdict = checking.check(
        text, wrt, options.claim.strip(), options.where, options.samples, options.seed
    )
    if options.format == "json":
        print(json.dumps(verdict.as_dict(), ensure_ascii=False))
    else:
        print(verdict)
    return DONE if verdict.holds else FAILED


def _conventions(options: Options) -> int:
    text = problem.text(options)
    found = conventions(text, problem.variable(options, text), options.where, options.layout)
    writers: Mapping[str, Callable[[], str]] = {
        "text": found.__str__,
        "unicode": found.unicode,
        "latex": found.latex,
        "json": lambda: json.dumps(_rows(found), ensure_ascii=False),
    }
    print(writers[options.format]())
    return DONE


def _rows(found: Conventions) -> dict[str, Any]:
    rows = [
        {
            "name": row.name,
            "value": str(row.value),
            "latex": row.value.latex(),
            "shape": row.shape,
            "meaning": row.meaning,
        }
        for row in found
    ]
    return {"conventions": rows, "why": list(found.why), "assumptions": list(found.assumptions)}


def _rules(options: Options) -> int:
    if options.verify:
        return _verified_rules(options)
    print(interface.rules(options.name, options.format == "markdown").rstrip())
    return DONE


def _verified_rules(options: Options) -> int:
    """The rules of one operation, or of all that a person has added, beside their code."""
    from matcalc.verify.own_entries import verdicts  # brings in NumPy

    names = [options.name] if options.name else book.own()
    found = [verdict for name in names for verdict in verdicts(name)]
    print("\n".join(map(str, found)) or "there is no rule to verify: give a file by --rules")
    return DONE if found and all(verdict.holds for verdict in found) else FAILED


def _write(answer: Answer, writers: Mapping[str, Callable[[], str]], options: Options) -> int:
    """One way of writing the answer, or all of it as an object; then its verification."""
    if options.format == "json":
        return _object(answer, options)
    print(writers[options.format]())
    return _verdict(answer, options) if options.verify else DONE


def _verdict(answer: Answer, options: Options) -> int:
    report = answer.verify(samples=options.samples, seed=options.seed)
    print(report.summary())
    return DONE if report.passed else FAILED


def _show(answer: Answer, title: str, options: Options) -> int:
    writers: Mapping[str, Callable[[], str]] = {
        "text": lambda: _page(answer, title, to_text),
        "unicode": lambda: _page(answer, title, to_unicode),
        "latex": lambda: formula_latex(answer.named),
    }
    return _write(answer, writers, options)


def _shown(answer: Answer) -> Node:
    """What is printed as the answer: of a Hessian on a space the operator."""
    shown: Node = answer.shown if isinstance(answer, Hessian) else answer.value
    return shown


def _page(answer: Answer, title: str, write: Callable[[Node], str]) -> str:
    """The answer for a person: the value, and what it rests on."""
    named = readable(answer.named)
    value = write(named)
    facts = {
        "as an operator": _operator(answer, write),
        "as a matrix": _matrix_of_operator(answer, write),
        "structure": _structure(answer),
        "with": definitions(named, write, PAGE),
        "shape": str(_shown(answer).shape),
        "assumed": ", ".join(answer.assumptions),
        "valid where": ", ".join(answer.conditions),
        "inner product": answer.inner,
        "space": answer.space,
    }
    shown = {name: fact for name, fact in facts.items() if fact}
    width = max([13, *map(len, shown)]) + 2
    lines = [f"{name + ':':{width}}{fact}" for name, fact in shown.items()]
    return "\n".join([f"{title}:", "", *(f"    {line}" for line in value.splitlines()), "", *lines])


def _operator(answer: Answer, write: Callable[[Node], str]) -> str:
    if not isinstance(answer, Hessian) or answer.shown is answer.map.body:
        return ""
    return f"{write(answer.map.tangent)} -> {write(answer.map.body)}"


def _structure(answer: Answer) -> str:
    """What the operator of a Hessian is, where all entries are free and it is something special."""
    if not isinstance(answer, Hessian) or answer.shown is answer.map.body or answer.map.is_complex:
        return ""
    name = answer.structure.name
    return "" if name == GENERAL or answer.variable.shape.is_scalar else name


def _matrix_of_operator(answer: Answer, write: Callable[[Node], str]) -> str:
    """The matrix of a Hessian that is shown as an operator, for a vector."""
    if not isinstance(answer, Hessian) or answer.shown is not answer.map.body:
        return ""
    matrix = _matrix(answer) if answer.variable.shape.is_vector else None
    return write(matrix) if matrix is not None else ""


def _matrix(answer: Answer) -> Node | None:
    """The answer, of a Hessian its matrix in vec order; None where there is none."""
    try:
        return answer.value  # type: ignore[no-any-return]
    except NoRule:
        return None


def _of_hessian(answer: Hessian) -> dict[str, Any]:
    """What only a Hessian has: the operator on a direction, and what it refers to."""
    tangent, body = answer.map.tangent, answer.map.body
    operator = {"direction": str(tangent), "value": str(body), "latex": body.latex()}
    return {"operator": operator, "inner": answer.inner, "space": answer.space}


def _lines(answer: Answer) -> Sequence[Step]:
    """The derivation, empty where it would be too long to write."""
    try:
        return answer.steps  # type: ignore[no-any-return]
    except MatcalcError:
        return ()


def _object(answer: Answer, options: Options) -> int:
    """The answer for a program; it has been verified, and says whether it holds."""
    report = answer.verify(samples=options.samples, seed=options.seed)
    steps = [
        {"rule": s.rule, "source": s.source, "before": str(s.before), "after": str(s.after)}
        for s in _lines(answer)
    ]
    value = _matrix(answer)
    content: dict[str, Any] = {
        "value": str(value) if value is not None else None,
        "latex": value.latex() if value is not None else None,
        "steps": steps,
        "assumptions": list(answer.assumptions),
        "conditions": list(answer.conditions),
        "shape": str(value.shape) if value is not None else None,
        "verified": report.passed,
    }
    if isinstance(answer, Hessian):
        content |= _of_hessian(answer)
    print(json.dumps(content, ensure_ascii=False))
    return DONE if report.passed else FAILED


VERBS: dict[str, tuple[str, Callable[[Options], int]]] = {
    "gradient": ("the gradient of a scalar", _gradient),
    "differential": ("the differential, as a linear operator in dX", _differential),
    "jacobian": ("the Jacobian matrix", _jacobian),
    "hessian": ("the Hessian matrix, and the operator it writes", _hessian),
    "steps": ("the derivation, line by line", _steps),
    "latex": ("the derivation as a block for a paper", _latex),
    "code": ("a function that computes the value and the derivative", _code),
    "cost": ("what the derivative costs, forward mode against reverse mode", _cost),
    "verify": ("a numerical check of the derivative", _verify),
    "check": ("whether a derivative worked out by hand is right", _check),
    "conventions": ("the derivative in the conventions in use, side by side", _conventions),
    "rules": ("the rule book", _rules),
}
