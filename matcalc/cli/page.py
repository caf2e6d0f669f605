"""The page of an answer, whatever its kind: the formulas, and what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from matcalc.answers.answer import Answer
from matcalc.answers.writing import shapes
from matcalc.expressions.blocks import Path, leaves
from matcalc.expressions.nodes import Node
from matcalc.expressions.phrases import TO, listed, related
from matcalc.operators.operator import ALONE
from matcalc.operators.structure import GENERAL, Structure
from matcalc.printing.definitions import PAGE, definitions, readable
from matcalc.printing.phrases import phrase_plain
from matcalc.printing.text import to_text
from matcalc.printing.unicode import to_unicode
from matcalc.simplify.naming import in_names, names_in_order, with_turned
from matcalc.simplify.rewriting import written

Write = Callable[[Node], str]


def page(answer: Answer, write: Write) -> str:
    """The answer for a person."""
    paths, nodes = zip(*leaves(answer.written), strict=True)
    named = readable(nodes)
    facts = {
        "as an operator": _operator(answer, write),
        "as a matrix": _matrix(answer, write),
        "structure": _structure(answer),
        "adjoint": _adjoint(answer, write),
        "with": definitions(named, write, PAGE),
        "shape": shapes(answer.shown),
        "assumed": ", ".join(answer.assumptions),
        "valid where": phrase_plain(listed(answer.validity), write),
        "here": "; ".join(answer.notes),
        **_setting(answer, write),
    }
    shown = {name: fact for name, fact in facts.items() if fact}
    width = max([13, *map(len, shown)]) + 2
    lines = [f"{name + ':':{width}}{fact}" for name, fact in shown.items()]
    return "\n".join(
        [f"{answer.kind.heading(answer)}:", "", *_formulas(paths, map(write, named)), "", *lines]
    )


def _formulas(paths: Iterable[Path], formulas: Iterable[str]) -> list[str]:
    """Each formula in a line, of several variables after their names."""
    found = {", ".join(path): text for path, text in zip(paths, formulas, strict=True)}
    width = max(map(len, found)) + 1
    heads = {name: f"{name + ':':{width}} " if name else "" for name in found}
    return [f"    {heads[name]}{line}" for name, text in found.items() for line in text.split("\n")]


def _setting(answer: Answer, write: Write) -> dict[str, str]:
    """The inner product and the space, where the answer depends on them or they were chosen."""
    outer = () if answer.kind.depends_on_setting else answer.outer.values()
    is_plain = all(setting.is_plain for setting in (*answer.question.settings, *outer))
    if is_plain and not answer.kind.depends_on_setting:
        return {}
    inner = answer.of_settings(lambda setting: phrase_plain(setting.inner_phrase, write))
    space = answer.of_settings(lambda setting: phrase_plain(setting.space.phrase, write))
    values = {"of the values": answer.inner_out} if any(not one.is_plain for one in outer) else {}
    return {"inner product": inner, "space": space, **values}


def _adjoint(answer: Answer, write: Write) -> str:
    """The adjoint in the products and on the spaces chosen, of what does not show them itself."""
    if answer.kind.depends_on_setting or answer.order > 1 or not _setting(answer, write):
        return ""
    adjoint = answer.adjoint
    (cotangent,) = adjoint.tangents.values()
    parts = {name: write(body) for name, body in adjoint.bodies.items()}
    formulas = [f"{name}: {text}" if name != ALONE else text for name, text in parts.items()]
    return f"{write(cotangent)} {phrase_plain((TO,), write)} {'; '.join(formulas)}"


def _operator(answer: Answer, write: Write) -> str:
    """Of what is shown as a matrix the operator that it writes, in the same names."""
    operator = answer.kind.shown_operator(answer)
    if operator is None or answer.shown is not answer.value or answer.value is operator.body:
        return ""
    (named,) = (node for _, node in leaves(answer.named))
    names: dict[Node, Node] = {part.value: part for part in names_in_order(named)}
    body = in_names(written(operator.body), with_turned(names))
    return phrase_plain(related(operator.tangent, TO, answer.question.arranged(body)), write)


def _structure(answer: Answer) -> str:
    """What the operator of a Hessian is, where all entries are free and it is something special."""
    is_matrix = bool(_operator(answer, to_text) or _matrix(answer, to_text))
    if answer.order < 2 or not is_matrix or answer.operator.is_complex:
        return ""
    found = answer.structure
    assert isinstance(found, Structure)
    return "" if found.name == GENERAL or answer.variable.shape.is_scalar else found.name


def _matrix(answer: Answer, write: Write) -> str:
    """The matrix of what is shown as an operator; on a space of matrices it is no form to read."""
    operator, value = answer.kind.shown_operator(answer), answer.value
    if operator is None or value in (answer.shown, operator.body):
        return ""
    if not (operator.domain.is_vector or all(one.is_plain for one in answer.question.settings)):
        return ""
    return write(answer.question.arranged(value))


WRITERS: Mapping[str, Write] = {"text": to_text, "unicode": to_unicode}
