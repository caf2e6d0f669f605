"""The derivation of an answer line by line: the differential, then what the kind makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from matcalc.answers.first_order import formed, free_parts, wirtinger_change, wirtinger_parts
from matcalc.answers.higher_order import lower_orders, slots
from matcalc.answers.labels import gradient_changed, hessian_label, order_label
from matcalc.answers.naming import with_solutions
from matcalc.answers.second_order import SOURCE, second_order
from matcalc.calculus.wirtinger import is_complex_linear
from matcalc.derivation.board import Block
from matcalc.derivation.derive import Derived, derived_differential, derived_map, derived_operator
from matcalc.derivation.forward import forward
from matcalc.derivation.lines import inner_products
from matcalc.derivation.lines import replace as replace_in_line
from matcalc.derivation.parts import are_called_after
from matcalc.derivation.steps import Reason, Step, joined
from matcalc.derivation.toward_jacobian import is_stacked
from matcalc.derivation.trace import Lines
from matcalc.derivation.turning import merge_as_ordered
from matcalc.expressions.blocks import Blocks
from matcalc.expressions.constructors import is_zero, minus, plus
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, ordered
from matcalc.expressions.operations import Inner
from matcalc.expressions.phrases import Phrase, Written
from matcalc.printing.phrases import phrase_text
from matcalc.questions.question import Moving, Question
from matcalc.rulebook.laws import ADJOINT, Law
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.forms import is_longer_behind, size
from matcalc.simplify.naming import names_in_order
from matcalc.simplify.rewriting import simplify

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer

_LONGEST_DERIVED = 400
_CURVED: Phrase = (
    "curvature of the space: minus ",
    Written("(dK*)(m)", "(dK*)(m)", r"(\mathrm{d}K^{*})(m)"),
    " with the multipliers ",
    Written("m", "m", "m"),
    " of its equations ",
    Written("K(dX) = 0", "K(dX) = 0", r"K(\mathrm{d}X) = 0"),
)
_WIRTINGER = Law(
    "df = sum(P.*dZ) + sum(Q.*conj(dZ)) with P = df/dZ and Q = df/dconj(Z)",
    source="Kreutz-Delgado 2009, sec. 3",
    phrase=(
        Written(
            "df = sum(P.*dZ) + sum(Q.*conj(dZ))",
            "df = Σᵢⱼ Pᵢⱼ dZᵢⱼ + Qᵢⱼ conj(dZᵢⱼ)",
            r"\mathrm{d}f = \sum_{ij} P_{ij}\,\mathrm{d}Z_{ij} "
            r"+ Q_{ij}\,\mathrm{d}\overline{Z}_{ij}",
        ),
        " with ",
        Written("P = df/dZ", "P = ∂f/∂Z", r"P = \partial f/\partial Z"),
        " and ",
        Written("Q = df/dconj(Z)", "Q = ∂f/∂conj(Z)", r"Q = \partial f/\partial\overline{Z}"),
    ),
)
_ALONG = Law(
    "dZ is in the space: the orthogonal projection keeps it",
    source="elementary",
    phrase=(
        Written("dZ", "dZ", r"\mathrm{d}Z"),
        " is in the space: the orthogonal projection keeps it",
    ),
)
_WARPED: Phrase = ("Christoffel terms of a product that depends on the point",)


def blocks(answer: Answer) -> list[Block]:
    """The lines in blocks, those of each following one from another.

    Raises MatcalcError where they are too many to read.
    """
    _refuse_long(answer.question)
    return answer.kind.blocks(answer)


def _refuse_long(asked: Question) -> None:
    f = asked.expression
    lengths = [len(ordered(f)), size(f), *(size(part.value) for part in names_in_order(f))]
    if max(lengths) > _LONGEST_DERIVED:
        raise _too_long()
    if not are_called_after(asked.tangents):
        _refuse_long_behind(f)


def _refuse_long_behind(f: Node) -> None:
    """Refuse what is too long with all its names written out, where lines do that."""
    if is_longer_behind(f, _LONGEST_DERIVED):
        raise _too_long()


def _too_long() -> MatcalcError:
    return MatcalcError(
        f"the derivation of more than {_LONGEST_DERIVED} parts is too long to write out",
        hint="the value, the code and the verification are there",
    )


def restated(answer: Answer) -> Sequence[Step]:
    """How f is restated before the lines of a derivative begin: norms as roots of traces."""
    _refuse_long(answer.question)
    return answer.question.once(answer.kind.derived).restated


def in_settings(answer: Answer, lines: Lines) -> None:
    """From the gradients in the Frobenius product on to those in the settings."""
    for one in answer.question.moving:
        if not one.setting.is_plain:
            _in_setting(answer, one, lines)


def by_adjoint_solutions(answer: Answer, lines: Lines) -> None:
    """From the gradients on to the same with their adjoint solutions under names."""
    pairs = [(pair, with_solutions(answer, pair.left)) for pair in inner_products(lines.line)]
    named = [Reason(ADJOINT, pair, Inner.raw(left, pair.right)) for pair, left in pairs]
    lines.put([one for one in named if one.after is not one.before])


def by_both_parts(answer: Answer, lines: Lines) -> None:
    """From df on to its parts in dZ and in conj(dZ)."""
    asked = answer.question
    for parts, law in ((free_parts, _WIRTINGER), (wirtinger_parts, _ALONG)):
        both = wirtinger_change(asked, {one.name: parts(asked, one) for one in asked.moving})
        lines.write([Reason(law, lines.line, both)], both)


def matrices_in_lines(asked: Question, values: Mapping[str, Node]) -> dict[Node, Node]:
    """The Jacobians by their directions, as lines lead to them.

    None on a space, or where scalars move beside others and the value is a matrix.
    """
    found: dict[Node, Node] = {one.tangent: values[one.name] for one in asked.moving}
    has_scalars = any(tangent.shape.is_scalar for tangent in found)
    is_plain = all(setting.is_plain for setting in asked.settings)
    return found if is_plain and not (has_scalars and is_stacked(asked.expression, found)) else {}


def _in_setting(answer: Answer, one: Moving, lines: Lines) -> None:
    """The lines in which the representer of a variable's part takes its place, in its form."""
    value = answer.value if isinstance(answer.value, Node) else answer.value[one.name]
    for pair in inner_products(lines.line):
        if pair.right is one.tangent:
            for step in _represented(answer.question, one, pair, value):
                lines.write(step.reasons, replace_in_line(lines.line, {step.before: step.after}))


def _represented(asked: Question, one: Moving, pair: Inner, value: Node) -> Iterator[Step]:
    """<E, dX> in the setting: the law of the representer, and its form as the answer has it.

    Where what holds at the point leads to another form, the law gives that of the answer at once.
    """
    setting, tangent = one.setting, one.tangent
    at: dict[Node, Node] = {setting.space.cotangent: pair.left}
    element = substitute(setting.at_the_point, at)
    elements = Lines(Inner.raw(element, tangent))
    formed(asked, setting, element, elements.sweep)
    if elements.line is not Inner.raw(value, tangent):
        element, elements = value, Lines(value)

    def written(line: Node) -> Node:
        return setting.written(line.left, tangent) if isinstance(line, Inner) else line

    first = setting.written(element, tangent)
    yield Step((Reason(setting.riesz(tangent), pair, first),), pair, first)
    for step in elements.steps:
        yield Step(step.reasons, written(step.before), written(step.after))


def change_of_gradient(asked: Question, one: Moving, value: Node | Blocks) -> Iterator[Block]:
    """The lines of d(grad f) without the space, and on to the operator in it.

    In the Frobenius product, all entries free, on to the matrices in `value`.

    D(grad f) is what it becomes with the terms of the space and of the product, before its
    representer in them is taken.
    """
    work, by = second_order(asked), [one.variable] if asked.is_list else []
    label = gradient_changed(by, one.variable)
    about = asked.about(work.covectors[one.name])
    if work.is_plain:
        found = _plain_change(asked, about, one, value)
        yield Block(gradient_changed(by, one.variable, ""), about.expression, found.restated)
        yield from found.blocks(label)
        return
    yield Block(gradient_changed(by, one.variable, ""), about.expression, ())
    _refuse_long_behind(about.expression)
    along = {other.free: other.inside for other in asked.moving}
    lines = forward(about.expression, along, merge=merge_as_ordered)
    start = lines.steps[0].before if lines.steps else lines.line
    lines.settle()
    free: dict[Node, Node] = {other.variable: other.free for other in asked.moving}
    lines.restore(asked.restored, asked.declared, free)
    yield Block(label, start, joined(lines.steps))
    done = len(lines.steps)
    bent, warped = work.bent(one), work.warped(one)
    added = minus(bent, warped)
    if not is_zero(added):
        total = plus(lines.line, added)
        lines.put([Reason(_law_of_space(bent, warped), lines.line, total)])
        asked.shaped(total, lines.sweep)
    yield from _going_on(gradient_changed(by, one.variable, "D"), lines.steps[done:])
    done = len(lines.steps)
    if not is_zero(lines.line):
        lines.put([Reason(one.setting.riesz(one.inside), lines.line, work.body(one))])
    yield from _going_on(hessian_label(by, tuple(asked.directions.values())), lines.steps[done:])


def _plain_change(asked: Question, about: Question, one: Moving, value: Node | Blocks) -> Derived:
    """The same in the Frobenius product, all entries free."""
    body = second_order(asked).body(one)
    matrices = value[one.name] if isinstance(value, Blocks) else {one.name: value}
    has_matrix = all(is_complex_linear(body, other.tangent) for other in asked.moving)
    if not has_matrix or body in matrices.values():
        return derived_operator(about, body)
    return derived_map(about, matrices_in_lines(about, matrices))


def _going_on(label: Written, steps: Sequence[Step]) -> Iterator[Block]:
    """The lines that go on from those before, to what the label says."""
    if steps:
        yield Block(label, steps[0].before, joined(steps))


def _law_of_space(bent: Node, warped: Node) -> Law:
    """What a space that bends and products that depend on the point add to a derivative."""
    rules = [rule for rule, part in ((_CURVED, bent), (_WARPED, warped)) if not is_zero(part)]
    phrase = tuple(part for rule in rules for part in ("; ", *rule))[1:]
    return Law(phrase_text(phrase), source=SOURCE, phrase=phrase)


def by_orders(asked: Question, order: int) -> Iterator[Block]:
    """The differential of the differential, and so on."""
    bodies = list(lower_orders(asked, order))
    for place, slot in enumerate(slots(asked, order)):
        _refuse_long_behind(bodies[place])
        along = replace(
            asked.about(bodies[place]),
            moving=tuple(replace(one, tangent=slot[one.name]) for one in asked.moving),
        )
        found = derived_differential(along, simplify(asked.restored(bodies[place + 1])))
        yield from found.blocks(order_label(place + 1))
