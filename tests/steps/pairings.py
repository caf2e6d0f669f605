"""The laws of the inner product, re-applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from matcalc.derivation.lines import again, chain, replace
from matcalc.expressions.constructors import (
    conjugate,
    dagger,
    hadamard,
    identity,
    index_sum,
    multiply,
    number,
    ones,
    plus,
    real_part,
    scale,
    split_scalars,
    trace,
    transpose,
)
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.marks import is_moving
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Named,
    Node,
    Product,
    Sum,
    Symbol,
    children,
    ordered,
)
from matcalc.expressions.operations import (
    EntrySum,
    Hadamard,
    IndexSum,
    Inner,
    Ones,
    Trace,
    Transpose,
)
from matcalc.rulebook import book
from tests.steps.arithmetic import distributed, same_value
from tests.steps.context import Context
from tests.steps.truth import differing
from tests.steps.written import remade, same


def dot_product(before: Node, after: Node, _: Context) -> bool:
    """<G, V> = tr(G'*V) = sum(G.*V), with what a scalar is; sum(V) = <ones, V>."""
    forms = (_as_trace, _as_sum)
    return any(same_value(before, _evaluated(after, form)) for form in forms) or any(
        same_value(_evaluated(before, form), _evaluated(after, form)) for form in forms
    )


def _evaluated(line: Node, form: Callable[[Node, Node], Node]) -> Node:
    done: dict[Node, Node] = {}
    for node in ordered(line):
        match node:
            case Inner(left, right):
                done[node] = form(done[left], done[right])
            case EntrySum(inner):
                done[node] = form(ones(inner.shape), done[inner])
            case _:
                done[node] = remade(node, [done[child] for child in children(node)])
    return done[line]


def _as_trace(left: Node, right: Node) -> Node:
    return real_part(trace(multiply(dagger(left), right)))


def _as_sum(left: Node, right: Node) -> Node:
    product = hadamard(conjugate(left), right)
    return real_part(product if product.shape.is_scalar else book.apply("sum", [product]))


def linear_pairing(before: Node, after: Node, known: Context) -> bool:
    """The inner product is linear on both sides; so it is inside a sum over an index."""
    if _by_partner(renamed(before)) == _by_partner(renamed(after)):
        return True
    # indices of several sums under other names: numbers tell whether they are the same
    inside = any(isinstance(node, IndexSum) for node in ordered(before))
    return inside and differing([before, after], known.tangents) is None


def renamed(line: Node) -> Node:
    """The indices of sums under names that only say how deep they stand."""
    done: dict[Node, Node] = {}
    depth: dict[Node, int] = {}
    for node in ordered(line):
        depth[node] = max((depth[child] for child in children(node)), default=0)
        done[node] = again(node, done)
        if isinstance(node, IndexSum):
            depth[node] += 1
            index = Symbol(f"i__{depth[node]}", SCALAR, node.variable.structure)
            body = replace(done[node.body], {node.variable: index})
            done[node] = index_sum(index, done[node.lower], done[node.upper], body)
    return done[line]


def real_variable(before: Node, after: Node, _: Context) -> bool:
    """For a real V only the real part of C counts in <C, V>."""
    assert isinstance(before, Inner)
    return same(Inner.raw(real_part(before.left), before.right), after)


def lines_above(before: Node, after: Node, known: Context) -> bool:
    """What lines of their own say, and the name g_R that they begin with."""
    assert isinstance(before, Inner)
    if isinstance(after, Inner) and isinstance(after.left, Named) and after in known.shown:
        return after.left.value is before.left and after.right is before.right
    return known.shown.get(before) is after


def _by_partner(line: Node) -> dict[Node, Node]:
    """The cotangents of a line, added up, by what they are paired with."""
    found: dict[Node, Node] = {}
    for cotangent, moving in _taken_apart(line, number(1)):
        found[moving] = plus(found[moving], cotangent) if moving in found else cotangent
    return {moving: distributed(total) for moving, total in found.items()}


Pair = tuple[Node, Node]


def _taken_apart(line: Node, outside: Node) -> Iterator[Pair]:
    """The line as inner products with what is no sum: c*s is <c, s>, c*tr(V) is <c*I, V>."""
    match line:
        case Sum(terms=terms) if line.shape.is_scalar:
            for value, term in terms:
                yield from _taken_apart(term, scale(value, outside))
        case Inner(left, right):
            yield from _linear_in_partner(multiply(outside, left), right)
        case IndexSum(body=body):
            yield from _over_index(line, _taken_apart(body, outside))
        case Trace(inner) if is_moving(inner):
            yield from _linear_in_partner(multiply(outside, identity(inner.shape.rows)), inner)
        case EntrySum(inner) if is_moving(inner):
            yield from _linear_in_partner(multiply(outside, ones(inner.shape)), inner)
        case Product(coefficient=value, scalars=scalars, factors=()):
            place = next(p for p, scalar in enumerate(scalars) if is_moving(scalar))
            others = scalars[:place] + scalars[place + 1 :]
            yield from _taken_apart(scalars[place], multiply(number(value), outside, *others))
        case _:
            yield outside, line


def _linear_in_partner(cotangent: Node, moving: Node) -> Iterator[Pair]:
    match moving:
        case Sum(terms=terms):
            for value, term in terms:
                yield from _linear_in_partner(scale(value, cotangent), term)
        case IndexSum(body=body):
            yield from _over_index(moving, _linear_in_partner(cotangent, body))
        case _ if moving.shape.is_scalar:
            yield from _taken_apart(moving, cotangent)
        case _:
            yield cotangent, moving


def _over_index(node: IndexSum, pairs: Iterator[Pair]) -> Iterator[Pair]:
    """Inside a sum: what is paired with something without the index is a sum itself."""
    index, lower, upper = node.variable, node.lower, node.upper
    for cotangent, moving in pairs:
        if index in ordered(moving):
            inside = Inner.raw(distributed(cotangent), moving)
            whole = (index, lower, upper, inside)
            yield number(1), Apply("index_sum", whole, inside.shape, frozenset())
        else:
            yield index_sum(index, lower, upper, cotangent), moving


def pairs_of(line: Node) -> Iterator[Pair]:
    """What a term may be as an inner product: <C, V>, c*tr(V), c*sum(V), c*s."""
    match line:
        case Inner(left, right):
            yield left, right
        case Trace(inner):
            yield identity(inner.shape.rows), inner
        case EntrySum(inner):
            yield ones(inner.shape), inner
            yield number(1), line
        case Product(coefficient=value, scalars=scalars, factors=()):
            for place, scalar in enumerate(scalars):
                if is_moving(scalar):
                    others = scalars[:place] + scalars[place + 1 :]
                    for cotangent, moving in pairs_of(scalar):
                        yield multiply(number(value), *others, cotangent), moving
        case _:
            yield number(1), line


def paired(cotangent: Node, moving: Node) -> Iterator[Node]:
    """The ways to write an inner product down."""
    yield Inner.raw(cotangent, moving)
    if moving.shape.is_scalar:
        yield chain(cotangent, moving)
        return
    scalar, rest = split_scalars(cotangent)
    if isinstance(rest, Identity):
        yield chain(scalar, Trace.raw(moving))
    if isinstance(rest, Ones):
        yield chain(scalar, book.apply("sum", [moving]))


Adjoint = Callable[[Node, Node], Iterator[Pair]]


def moved(before: Node, after: Node, through: Adjoint) -> bool:
    """Whether the adjoint of what stands outermost leads from one line to the other."""
    return any(
        same(written_down, after)
        for pair in pairs_of(before)
        for share in through(*pair)
        for written_down in paired(*share)
    )


def adjoint_of_product(before: Node, after: Node, _: Context) -> bool:
    """<A*V*B, C> = <V, A'*C*B'> and <s*M, C> = <s, tr(M'*C)>, at the factor that moves."""
    return moved(before, after, _through_product)


def _through_product(cotangent: Node, node: Node) -> Iterator[Pair]:
    if not isinstance(node, Product):
        return
    for place, part in enumerate(node.factors):
        if is_moving(part):
            left = [dagger(factor) for factor in reversed(node.factors[:place])]
            right = [dagger(factor) for factor in reversed(node.factors[place + 1 :])]
            outside = [number(node.coefficient), *map(conjugate, node.scalars)]
            yield multiply(*outside, *left, cotangent, *right), part
    for place, scalar in enumerate(node.scalars):
        if is_moving(scalar):
            others = node.scalars[:place] + node.scalars[place + 1 :]
            rest = multiply(number(node.coefficient), *others, *node.factors)
            yield _as_trace(rest, cotangent), scalar
            yield _as_sum(rest, cotangent), scalar


def adjoint_of_transpose(before: Node, after: Node, _: Context) -> bool:
    """<V', C> = <V, C'>."""

    def through(cotangent: Node, node: Node) -> Iterator[Pair]:
        if isinstance(node, Transpose):
            yield transpose(cotangent), node.inner

    return moved(before, after, through)


def adjoint_of_hadamard(before: Node, after: Node, _: Context) -> bool:
    """<A.*V, C> = <V, A.*C>."""

    def through(cotangent: Node, node: Node) -> Iterator[Pair]:
        if isinstance(node, Hadamard):
            (moving,) = (a for a in node.arguments if is_moving(a))
            others = [conjugate(a) for a in node.arguments if a is not moving]
            yield hadamard(cotangent, *others), moving

    return moved(before, after, through)
