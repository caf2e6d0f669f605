"""Arithmetic of its own: brackets multiplied out, lines without d(...) as plain expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor

from matcalc.expressions.constructors import add, content, hadamard, multiply, number, power, trace
from matcalc.expressions.marks import is_moving
from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, children, ordered
from matcalc.expressions.operations import AnyPower, ElementwisePower, Hadamard, Inner, Power, Trace
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from tests.steps.context import Context
from tests.steps.written import remade


def same_value(left: Node, right: Node) -> bool:
    return left is right or distributed(written_value(left)) is distributed(written_value(right))


def written_value(line: Node) -> Node:
    """What a line without d(...) stands for, as the constructors write it."""
    return substitute(_rebuilt(line), {})


def _rebuilt(line: Node) -> Node:
    done: dict[Node, Node] = {}
    for node in ordered(line):
        parts = [done[child] for child in children(node)]
        match node:
            case Sum(terms=terms):
                done[node] = add(((value, done[term]) for value, term in terms), node.shape)
            case Product(coefficient=value):
                done[node] = multiply(number(value), *parts)
            case Apply(operation=name):
                done[node] = book.apply(name, parts, node.shape) if parts else node
            case _:
                done[node] = node
    return done[line]


def distributive(before: Node, after: Node, _: Context) -> bool:
    """Both are the same multiplied out; a constant sum may have to stay whole, to cancel first."""
    sides = written_value(before), written_value(after)
    ways = (sides, [over_moving_sums(side) for side in sides])
    return any(distributed(left) is distributed(right) for left, right in ways)


def over_moving_sums(root: Node) -> Node:
    """Products multiplied out over the sums with dX inside."""
    done: dict[Node, Node] = {}
    for node in ordered(root):
        parts = [done[child] for child in children(node)]
        if isinstance(node, Product):
            done[node] = _over(multiply, [number(node.coefficient), *parts], is_moving)
        else:
            done[node] = remade(node, parts)
    return done[root]


def distributed(root: Node) -> Node:
    """Every product and linear operation multiplied out over the sums inside."""
    done: dict[Node, Node] = {}
    for node in ordered(root):
        done[node] = _multiplied_out(node, done)
    return done[root]


def _multiplied_out(node: Node, done: Mapping[Node, Node]) -> Node:
    parts = [done[child] for child in children(node)]
    match node:
        case Sum(terms=terms):
            return add(((value, done[term]) for value, term in terms), node.shape)
        case Product(coefficient=value):
            return _over(multiply, [number(value), *map(_opened, parts)])
        case Hadamard():
            return _over(hadamard, list(map(_opened, parts)))
        case ElementwisePower():
            return _opened(book.apply("elementwise_power", parts))
        case Power():
            return _opened(_power(*parts))
        case Inner(left, right):
            return Inner.raw(done[left], done[right])
        case Trace():
            return _over(trace, parts)
        case Apply(operation=name) if parts and book.has(name):
            return _applied(node, parts)
        case Apply(operation=name) if parts:
            return book.apply(name, parts, node.shape)
        case _:
            return node


def _applied(node: Apply, parts: list[Node]) -> Node:
    """Multiplied out over the first argument in which the operation is linear."""
    operation = book.operation(node.operation)
    names = [parameter.name for parameter in operation.parameters]
    at = next((k for k, one in enumerate(names) if {one} in operation.linear), None)
    if at is None:
        return book.apply(node.operation, parts, node.shape)
    before, behind = parts[:at], parts[at + 1 :]
    return _over(
        lambda one: book.apply(node.operation, [*before, one, *behind], node.shape), [parts[at]]
    )


def _power(base: Node, exponent: Node) -> Node:
    """Numbers and whole powers of factors taken out: (2*a*b)^(3/2) = 2^(3/2)*a*b*sqrt(a*b)."""
    if not isinstance(exponent, Number):
        return book.apply("power", [base, exponent])
    common, rest = content(base)
    whole = Fraction(floor(exponent.value))
    exponents = (number(whole), number(exponent.value - whole))
    return multiply(*(power(part, e) for part in (number(common), rest) for e in exponents))


def _opened(node: Node) -> Node:
    """(a + b)^2 multiplied out, and its entrywise twin."""
    if isinstance(node, AnyPower) and isinstance(node.exponent, Number):
        base, exponent = node.base, node.exponent.value
        if isinstance(base, Sum) and exponent.denominator == 1 and 1 < exponent <= 4:
            join = multiply if isinstance(node, Power) else hadamard
            return _over(join, [base] * int(exponent))
    return node


def _over(
    join: Callable[..., Node], parts: list[Node], opens: Callable[[Node], bool] = lambda _: True
) -> Node:
    found: list[tuple[Fraction, list[Node]]] = [(Fraction(1), [])]
    for part in parts:
        is_open = isinstance(part, Sum) and opens(part)
        terms = part.terms if isinstance(part, Sum) and is_open else ((Fraction(1), part),)
        found = [(value * own, [*chosen, one]) for value, chosen in found for own, one in terms]
        if len(found) > 2000:
            return join(*parts)
    return add((value, join(*chosen)) for value, chosen in found)
