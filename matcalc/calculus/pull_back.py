"""The adjoint of a linear map by reverse accumulation: <L(dX), C> = <dX, L*(C)>.

From the value down to all the tangents in one sweep, each shared node once. Every step is one law
of the trace: <A*V*B, C> = <V, A'*C*B'>, <V', C> = <V, C'>, <A.*V, C> = <V, A.*C>, and for linear
operations the `adjoint` equation of their entry. Nothing else is needed: all gradients follow.

Over the complex numbers the pairing is the real one, <U, V> = re(tr(U'*V)) with the conjugate
transpose, and the same laws hold with ' read so: <A.*V, C> = <V, conj(A).*C>, <conj(V), C> =
<V, conj(C)>, <re(V), C> = <V, re(C)>. For a real V only the real part of what arrives counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from matcalc.expressions.binders import parted
from matcalc.expressions.constructors import (
    conjugate,
    dagger,
    hadamard,
    index_sum,
    is_zero,
    multiply,
    named,
    number,
    plus,
    real_part,
    scale,
    split_scalars,
    trace,
    transpose,
    without_scalar,
    zero,
)
from matcalc.expressions.errors import NoRule, NotLinear
from matcalc.expressions.nodes import Apply, Named, Node, Product, Sum, Symbol, children, ordered
from matcalc.expressions.operations import EntrySum, Hadamard, IndexSum, Ones, Transpose
from matcalc.rulebook import book
from matcalc.simplify.naming import names_in_order, opened

Cotangents = Iterator[tuple[Node, Node]]


@dataclass(frozen=True, slots=True)
class Moved:
    """One step: the inner product with a node as those of its moving children with their shares."""

    node: Node
    cotangent: Node
    shares: tuple[tuple[Node, Node], ...]


def pull_back(
    body: Node,
    tangents: Sequence[Node],
    cotangent: Node,
    record: Callable[[Moved], None] | None = None,
) -> tuple[Node, ...]:
    """L*(cotangent) for the map (dX, dY, ...) -> body: one part for each of the tangents.

    They may be parts under names, which are not opened then. Each step is told to `record`.
    Raises NotLinear where `body` is not linear in the tangents together, NoRule where a linear
    operation has no adjoint. Source: Griewank & Walther 2008, ch. 3 (reverse mode).
    """
    nodes = ordered(body)
    moving = moving_nodes(nodes, *tangents)
    ends = frozenset(tangents)
    arriving: dict[Node, list[Node]] = {body: [cotangent]}
    for node in reversed(nodes):
        if node in moving and node in arriving and node not in ends:
            total = _named_after(node, plus(*arriving.pop(node)))
            shares = tuple(transposed(node, moving, total, tangents))
            for child, share in shares:
                arriving.setdefault(child, []).append(share)
            if record is not None:
                record(Moved(node, total, shares))
    return tuple(_arrived(tangent, arriving.get(tangent, ())) for tangent in tangents)


def _named_after(node: Node, cotangent: Node) -> Node:
    """g_R for what arrives at dR, the gradient by a part R."""
    return named(f"g_{node.name[1:]}", cotangent) if isinstance(node, Named) else cotangent


def pull_back_to(body: Node, tangent: Symbol, cotangent: Node) -> Node:
    """L*(cotangent) for the map tangent -> body, as `pull_back` finds it."""
    (found,) = pull_back(body, [tangent], cotangent)
    return found


def _arrived(tangent: Node, shares: Sequence[Node]) -> Node:
    found = plus(*shares) if shares else zero(tangent.shape)
    return found if tangent.is_complex else real_part(found)


def moving_nodes(nodes: Sequence[Node], *tangents: Node) -> set[Node]:
    """The nodes that depend on one of the tangents."""
    moving = set(tangents)
    for node in nodes:
        if not moving.isdisjoint(children(node)):
            moving.add(node)
    return moving


def transposed(
    node: Node, moving: Collection[Node], cotangent: Node, tangents: Sequence[Node]
) -> Cotangents:
    """How the cotangent of a node reaches its moving children.

    A sum over an index is one step, down to the tangents: inside it everything depends on the
    index.
    """
    match node:
        case Sum(terms=terms):
            for value, term in terms:
                if term in moving:
                    yield term, scale(value, cotangent)
        case Named(value=value):
            yield value, cotangent
        case Product():
            yield _through_product(node, moving, cotangent)
        case Transpose(inner):
            yield inner, transpose(cotangent)
        case IndexSum():
            index, lower, upper, body = parted(node, cotangent)
            still = [p for p in names_in_order(body) if p not in moving or p in tangents]
            inside = pull_back(opened(body, closed=still), tangents, cotangent)
            for tangent, part in zip(tangents, inside, strict=True):
                if not is_zero(part):
                    yield tangent, index_sum(index, lower, upper, part)
        case Hadamard(arguments):
            place = only_moving(node, arguments, moving)
            others = map(conjugate, arguments[:place] + arguments[place + 1 :])
            yield arguments[place], hadamard(cotangent, *others)
        case Apply():
            yield from _through_operation(node, moving, cotangent)
        case _:
            raise AssertionError("a leaf does not move")


def only_moving(node: Node, parts: tuple[Node, ...], moving: Collection[Node]) -> int:
    """The place of the one part that moves. Raises NotLinear where there is none, or another."""
    places = [place for place, part in enumerate(parts) if part in moving]
    if len(places) != 1:
        raise NotLinear(f"{node} is not linear in the tangent")
    return places[0]


def _through_product(node: Product, moving: Collection[Node], cotangent: Node) -> tuple[Node, Node]:
    """<c*s*A*V*B, C> = <V, c*s*A'*C*B'> and <s*M, C> = <s, tr(M'*C)>."""
    parts = node.scalars + node.factors
    place = only_moving(node, parts, moving)
    count = len(node.scalars)
    if place < count:
        return parts[place], inner_product(without_scalar(node, place), cotangent)
    left = [dagger(factor) for factor in reversed(parts[count:place])]
    right = [dagger(factor) for factor in reversed(parts[place + 1 :])]
    scalars = (number(node.coefficient), *map(conjugate, node.scalars))
    return parts[place], multiply(*scalars, *left, cotangent, *right)


def inner_product(left: Node, right: Node) -> Node:
    """tr(A'*C) in the shortest of its forms; <A, C> is its real part."""
    outside, matrix = split_scalars(left)
    if isinstance(matrix, Ones):
        return book.make(EntrySum, multiply(conjugate(outside), right))
    outside, matrix = split_scalars(right)
    if isinstance(matrix, Ones):
        return book.make(EntrySum, multiply(outside, conjugate(left)))
    if isinstance(left, Hadamard) or isinstance(right, Hadamard):
        return book.make(EntrySum, hadamard(conjugate(left), right))
    return trace(multiply(dagger(left), right))


def _through_operation(node: Apply, moving: Collection[Node], cotangent: Node) -> Cotangents:
    operation = book.operation(node.operation)
    if not operation.linear:
        raise NotLinear(f"{node} is not linear in the tangent")
    rules = book.rules_at(node, "adjoint")
    for parameter, argument in zip(operation.parameters, node.arguments, strict=True):
        if argument not in moving:
            continue
        if not operation.is_linear_in(parameter.name):
            raise NotLinear(f"{operation.name} is not linear in {parameter.name}")
        matching = [rule for rule in rules if rule.argument == parameter.name]
        if not matching:
            raise NoRule(
                f"{operation.name} has no adjoint in {parameter.name} ({operation.location})",
                hint="add an `adjoint` line to its entry in grammar/rules",
            )
        yield argument, book.adjoint(matching[0], node, cotangent)
