"""The verbs of the command line: each is asked with the options, printed, and gives a status."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from matcalc.answers.answer import Answer
from matcalc.cli import problem
from matcalc.cli.options import DONE, FAILED, UNDECIDED, Options
from matcalc.cli.page import WRITERS, page
from matcalc.printing.phrases import fact_text
from matcalc.questions.reading import problem_of
from matcalc.rulebook import book
from matcalc.spaces.choices import requests_of
from matcalc.verbs.check import check
from matcalc.verbs.check_derivation import check_derivation
from matcalc.verbs.conventions import conventions
from matcalc.verbs.curvature import curvature
from matcalc.verbs.equivalent import equivalent
from matcalc.verbs.rules import rules
from matcalc.verbs.table import ARGUMENTS, DERIVATIVES, SETTING, function
from matcalc.verbs.to_json import of_answer, of_problem, of_rules, to_json

if TYPE_CHECKING:
    from matcalc.samples.report import Report
    from matcalc.verify.verdict import Verdict

_STATUS = {"refuted": FAILED, "undecided": UNDECIDED}
Writers = Mapping[str, Callable[[], str]]


def act(verb: str, options: Options) -> int:
    """Do what a verb of the table is asked, and give the exit status."""
    if verb in _OTHERS:
        return _OTHERS[verb](options)
    text = problem.text(options)
    kind = verb if verb in DERIVATIVES else _kind(text, options)
    return _shown(_answer(kind, text, options), _VIEWS.get(verb, _page), options)


# ---------------------------------------------------------------- derivatives and their views


class View(NamedTuple):
    """An answer as one verb prints it, and what that adds to the object of all."""

    writers: Writers
    added: Callable[[], Mapping[str, Any]] = dict
    report: Report | None = None


def _kind(text: str, options: Options) -> str:
    """The derivative that a view is of: the gradient of a scalar if nothing is said.

    The text is read as the gradient reads it, so that it is read once.
    """
    if options.of:
        return str(options.of)
    names = problem.variables(options, text)
    settings = problem.given_of(SETTING, options, names)
    asked = requests_of(names, settings.get("inner"), settings.get("space"))
    found = problem_of(text, options.where, names, asked, options.dialect)
    return "gradient" if found.expression.shape.is_scalar else "differential"


def _answer(kind: str, text: str, options: Options) -> Answer:
    """The derivative of that kind of the problem, asked with the options."""
    names = problem.variables(options, text)
    wrt = names[0] if len(names) == 1 else names
    how = problem.arguments(kind, options, names)
    found: Answer = function(kind)(text, wrt, where=options.where, dialect=options.dialect, **how)
    return found


def _shown(answer: Answer, view: Callable[[Answer, Options], View], options: Options) -> int:
    """One way of writing the answer, or all of it as an object; then its verification."""
    found = view(answer, options)
    if options.format == "json":
        report = found.report or _report(answer, options)
        whole = {**of_answer(answer, report.passed), **found.added()}
        return print_object(whole, DONE if report.passed else FAILED)
    print(found.writers[options.format]().rstrip())
    if found.report:
        return DONE if found.report.passed else FAILED
    if not getattr(options, "verify", False):
        return DONE
    report = _report(answer, options)
    print(report.summary())
    return DONE if report.passed else FAILED


def _report(answer: Answer, options: Options) -> Report:
    return answer.verify(samples=options.samples, seed=options.seed)


def print_object(found: Mapping[str, Any], status: int) -> int:
    """The object on a line, in ASCII: no terminal lacks a letter of it."""
    print(json.dumps(found, allow_nan=False))
    return status


def _page(answer: Answer, options: Options) -> View:
    writers = {name: lambda write=write: page(answer, write) for name, write in WRITERS.items()}
    return View({**writers, "latex": answer.formula_latex})


def _steps(answer: Answer, options: Options) -> View:
    return View({"text": answer.text, "unicode": answer.unicode, "latex": answer.latex})


def _latex(answer: Answer, options: Options) -> View:
    text = answer.latex(options.style or "", options.document)
    return View(dict.fromkeys(("text", "unicode", "latex"), lambda: text))


def _code(answer: Answer, options: Options) -> View:
    source = answer.source(options.backend)
    return View({"text": lambda: source}, lambda: {"source": source})


def _cost(answer: Answer, options: Options) -> View:
    report = answer.cost()
    return View({"text": report.__str__}, report.as_dict)


def _verify(answer: Answer, options: Options) -> View:
    report = _report(answer, options)
    rows = [dict(vars(row)) for row in report.rows]
    added = {"rows": rows, "notes": list(report.notes), "problem": report.problem}
    return View({"text": report.__str__}, lambda: added, report)


_VIEWS: Mapping[str, Callable[[Answer, Options], View]] = {
    "steps": _steps,
    "latex": _latex,
    "code": _code,
    "cost": _cost,
    "verify": _verify,
}

# ---------------------------------------------------------------- claims, conventions, rules


def _one_or_all(given: list[str]) -> str | list[str] | None:
    return given[0] if len(given) == 1 else given or None


def _check(options: Options) -> int:
    text = problem.text(options)
    claims = [problem.with_macros(claim.strip(), options) for claim in options.claim or ()]
    names = problem.variables(options, text) if claims else problem.named(options)
    verdict = check(
        text,
        _one_or_all(names),
        _one_or_all(claims),
        options.where,
        options.samples,
        options.seed,
        options.of or "",
        dialect=options.dialect,
        claim_dialect=options.claim_dialect,
        **problem.given_of(ARGUMENTS, options, names),
    )
    return _judged(verdict, options)


def _equivalent(options: Options) -> int:
    both = (problem.given(options, "first"), problem.given(options, "second"))
    how = (options.where, options.samples, options.seed, options.dialect)
    return _judged(equivalent(*both, *how), options)


def _judged(verdict: Verdict, options: Options) -> int:
    status = _STATUS.get(verdict.status, DONE)
    if options.format == "json":
        return print_object(to_json(verdict), status)
    print(verdict)
    if options.proof and verdict.proof:
        print(verdict.proof)
    return status


def _curvature(options: Options) -> int:
    text = problem.text(options)
    names = problem.variables(options, text)
    wrt = names[0] if len(names) == 1 else names
    how = (options.where, options.on, options.samples, options.seed, options.dialect)
    found = curvature(text, wrt, *how)
    status = DONE if found.is_decided else UNDECIDED
    if options.format == "json":
        return print_object(to_json(found), status)
    print(found)
    return status


def _mark(options: Options) -> int:
    names = problem.named(options)
    marks = check_derivation(
        problem.lines(options),
        _one_or_all(names),
        options.where,
        options.samples,
        options.seed,
        dialect=options.dialect,
        **problem.given_of(SETTING, options, names),
    )
    status = _STATUS.get(marks.status, DONE)
    if options.format == "json":
        return print_object(to_json(marks), status)
    print(marks)
    return status


def _conventions(options: Options) -> int:
    text = problem.text(options)
    name = problem.variable(options, text)
    setting = problem.given_of(SETTING, options, [name])
    found = conventions(
        text, name, options.where, options.layout, dialect=options.dialect, **setting
    )
    if options.format == "json":
        whole = to_json(found, options.samples, options.seed)
        return print_object(whole, DONE if whole["verified"] else FAILED)
    writers: Writers = {"text": found.__str__, "unicode": found.unicode, "latex": found.latex}
    print(writers[options.format]())
    return DONE


def _rules(options: Options) -> int:
    text, is_right = _verified_rules(options) if options.verify else (_rules_page(options), True)
    status = DONE if is_right else FAILED
    if options.format == "json":
        return print_object(of_rules(text, is_right), status)
    print(text)
    return status


def _rules_page(options: Options) -> str:
    return rules(options.name, options.format == "markdown").rstrip()


def _verified_rules(options: Options) -> tuple[str, bool]:
    """The rules of one operation, or of all that a person has added, beside their code."""
    from matcalc.verify.own_entries import verdicts  # brings in NumPy
    from matcalc.verify.own_spaces import space_verdicts

    names = [options.name] if options.name else book.own()
    found = [verdict for name in names for verdict in verdicts(name)]
    if not options.name:
        found += [verdict for entry in book.own_spaces() for verdict in space_verdicts(entry)]
    said = "\n".join(map(str, found)) or "there is no rule to verify: give a file by --rules"
    return said, bool(found) and all(verdict.holds for verdict in found)


def _parse(options: Options) -> int:
    """How a text is read: the expression, and what was assumed."""
    found = problem_of(problem.text(options), options.where, dialect=options.dialect)
    if options.format == "json":
        return print_object(of_problem(found), DONE)
    node = found.expression
    writers: Writers = {"text": node.__str__, "unicode": node.unicode, "latex": node.latex}
    print(writers[options.format]())
    for fact in found.facts if options.format != "latex" else ():
        print(f"assumed: {fact_text(fact)}")
    return DONE


_OTHERS: Mapping[str, Callable[[Options], int]] = {
    "check": _check,
    "equivalent": _equivalent,
    "check_derivation": _mark,
    "conventions": _conventions,
    "curvature": _curvature,
    "parse": _parse,
    "rules": _rules,
}
