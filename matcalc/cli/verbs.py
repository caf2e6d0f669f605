"""The verbs of the command line: each takes the options, prints, and gives the exit status."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from matcalc.answers.answer import Answer
from matcalc.cli import problem
from matcalc.cli.options import DONE, FAILED, Options
from matcalc.cli.page import WRITERS, content, page, write_json
from matcalc.rulebook import book
from matcalc.verbs.check import check
from matcalc.verbs.conventions import Conventions, conventions
from matcalc.verbs.differential import differential
from matcalc.verbs.gradient import gradient
from matcalc.verbs.hessian import hessian
from matcalc.verbs.jacobian import jacobian
from matcalc.verbs.parse import parse
from matcalc.verbs.rules import rules


def _asked(verb: Callable[..., Answer], text: str, options: Options) -> Answer:
    """The answer of a verb to the problem that a text and the options give."""
    names = problem.variables(options, text)
    wrt = names[0] if len(names) == 1 else names
    chosen = {"inner": problem.chosen(options.inner, names)}
    chosen["space"] = problem.chosen(options.space, names)
    return verb(text, wrt, where=options.where, **chosen)


def _page_of(verb: Callable[..., Answer]) -> Callable[[Options], int]:
    """The verb of the command line that shows the page of an answer."""

    def show(options: Options) -> int:
        answer = _asked(verb, problem.text(options), options)
        writers = {name: lambda write=write: page(answer, write) for name, write in WRITERS.items()}
        return _write(answer, {**writers, "latex": answer.formula_latex}, options)

    return show


def _derivation(options: Options) -> Answer:
    """The gradient of a scalar; the differential of anything else."""
    text = problem.text(options)
    if parse(text, options.where).shape.is_scalar:
        return _asked(gradient, text, options)
    problem.refuse_setting(options, "the derivative itself depends on neither")
    return _asked(differential, text, options)


def _steps(options: Options) -> int:
    answer = _derivation(options)
    writers: Mapping[str, Callable[[], str]] = {
        "text": answer.text,
        "unicode": answer.unicode,
        "latex": answer.latex,
    }
    return _write(answer, writers, options)


def _latex(options: Options) -> int:
    answer = _derivation(options)
    return _write(answer, dict.fromkeys(("text", "unicode", "latex"), answer.latex), options)


def _code(options: Options) -> int:
    answer = _derivation(options)
    source = answer.source(options.backend)
    if options.format == "json":
        return _object(answer, options, {"source": source})
    print(source.rstrip())
    return DONE


def _cost(options: Options) -> int:
    answer = _derivation(options)
    report = answer.cost()
    if options.format == "json":
        return _object(answer, options, report.as_dict())
    print(report)
    return DONE


def _verify(options: Options) -> int:
    answer = _derivation(options)
    report = answer.verify(samples=options.samples, seed=options.seed)
    if options.format == "json":
        rows = [dict(vars(row)) for row in report.rows]
        added = {"rows": rows, "notes": list(report.notes), "problem": report.problem}
        return _object(answer, options, added)
    print(report)
    return DONE if report.passed else FAILED


def _check(options: Options) -> int:
    text = problem.text(options)
    wrt = problem.variable(options, text)
    verdict = check(
        text,
        wrt,
        options.claim.strip(),
        options.where,
        options.samples,
        options.seed,
        options.of,
        options.inner,
        options.space,
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
    print(rules(options.name, options.format == "markdown").rstrip())
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
        return _object(answer, options, {})
    print(writers[options.format]())
    if not options.verify:
        return DONE
    report = answer.verify(samples=options.samples, seed=options.seed)
    print(report.summary())
    return DONE if report.passed else FAILED


def _object(answer: Answer, options: Options, added: Mapping[str, Any]) -> int:
    """The answer as one object, the same for every verb, and what the verb adds."""
    found = content(answer, options.samples, options.seed)
    write_json({**found, **added})
    return DONE if found["verified"] else FAILED


ACTIONS: Mapping[str, Callable[[Options], int]] = {
    "gradient": _page_of(gradient),
    "differential": _page_of(differential),
    "jacobian": _page_of(jacobian),
    "hessian": _page_of(hessian),
    "steps": _steps,
    "latex": _latex,
    "code": _code,
    "cost": _cost,
    "verify": _verify,
    "check": _check,
    "conventions": _conventions,
    "rules": _rules,
}
