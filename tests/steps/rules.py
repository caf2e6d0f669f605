"""Rules of the book re-applied where a derivation says that it used them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from matcalc.expressions.constructors import number, plus, power, zero
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import Apply, Node, children, ordered
from matcalc.expressions.operations import Differential
from matcalc.rulebook import book
from matcalc.rulebook.binding import bind
from matcalc.rulebook.equations import tangent_of
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.records import Rule
from tests.steps.arithmetic import same_value, written_value
from tests.steps.context import Context
from tests.steps.differentials import entry_by_entry, upright
from tests.steps.pairings import Adjoint, Pair, moved, paired, pairs_of
from tests.steps.patterns import instances
from tests.steps.written import same


def follows(rule: Rule, before: Node, after: Node, known: Context) -> bool:
    """Whether the rule, at this very part, gives what the part became."""
    match rule.kind:
        case "differential":
            return _differential(rule, before, after, known)
        case "adjoint":
            return _adjoint(rule, before, after)
        case "vec":
            return entry_by_entry(before, after, known)
        case "definition":
            return _definition(rule, before, after)
        case _:
            return _identity(rule, before, after)


def _differential(rule: Rule, before: Node, after: Node, known: Context) -> bool:
    assert isinstance(before, Differential) and isinstance(before.inner, Apply)
    node = before.inner
    values, sizes = _arguments(rule, node)
    for symbol, argument in list(values.items()):
        values[tangent_of(symbol)] = known.d(argument)  # type: ignore[arg-type]
    right = instantiate(rule.right, values, sizes, book.apply)
    return same(upright(right), upright(after)) or same_value(upright(right), upright(after))


def _arguments(rule: Rule, node: Apply) -> tuple[dict[Node, Node], Mapping[str, Dimension]]:
    operation = book.operation(node.operation)
    symbols = [rule.symbols[parameter.name] for parameter in operation.parameters]
    return dict(zip(symbols, node.arguments, strict=True)), bind(
        operation.signature, node.arguments
    )


def _adjoint(rule: Rule, before: Node, after: Node) -> bool:
    """At the argument that the equation is about; with the others as they are beside it."""

    def through(cotangent: Node, node: Node) -> Iterator[Pair]:
        if isinstance(node, Apply) and node.operation == rule.left.operation:  # type: ignore[attr-defined]
            values, sizes = _arguments(rule, node)
            assert rule.cotangent is not None
            values[rule.cotangent] = cotangent
            right = instantiate(rule.right, values, sizes, book.apply)
            yield right, values[rule.symbols[rule.argument]]

    return moved(before, after, through) or _one_of_several(rule, before, after, through)


def _one_of_several(rule: Rule, before: Node, after: Node, through: Adjoint) -> bool:
    """The same where other arguments move too: <f(V, W), C> = <V, R> + <f(0, W), C>."""
    for cotangent, node in pairs_of(before):
        for share, moving in through(cotangent, node):
            arguments = list(children(node))
            arguments[_place(rule)] = zero(moving.shape)
            rest = book.apply(node.operation, arguments, node.shape)  # type: ignore[attr-defined]
            both = product(paired(share, moving), paired(cotangent, rest))
            if any(same(plus(*pair), after) for pair in both):
                return True
    return False


def _place(rule: Rule) -> int:
    """Which argument of the operation the equation is about."""
    names = [parameter.name for parameter in book.operation(rule.left.operation).parameters]  # type: ignore[attr-defined]
    return names.index(rule.argument)


def _definition(rule: Rule, before: Node, after: Node) -> bool:
    """A name and what it stands for, in either direction, under a power too."""
    for whole, named in ((after, before), (before, after)):
        for node in ordered(named):
            if isinstance(node, Apply) and node.operation == rule.left.operation:  # type: ignore[attr-defined]
                values, sizes = _arguments(rule, node)
                meant = instantiate(rule.right, values, sizes, book.apply)
                base = written_value(whole)
                there = instantiate(named, {node: meant}, {}, book.apply)
                if written_value(there) is base or _as_powers(there, base):
                    return True
    return False


def _as_powers(left: Node, right: Node) -> bool:
    return power(left, number(2)) is power(right, number(2))


def _identity(rule: Rule, before: Node, after: Node) -> bool:
    """The left side stands in the part, alone or among other terms or factors."""
    for found, rest in instances(rule.left, before):
        right = instantiate(rule.right, found.values, found.sizes, book.apply)
        if written_value(rest(right)) is written_value(after):
            return True
    return False
