"""The laws of a derivation, each as a test of what a part of a line was and became.

Nothing here asks how a step was found: a law says what is equal, by its own small algebra.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from matcalc.derivation.lines import again, chain, is_tangent, replace
from matcalc.expressions.constructors import (
    add,
    conjugate,
    content,
    dagger,
    hadamard,
    identity,
    index_sum,
    multiply,
    number,
    ones,
    plus,
    power,
    real_part,
    scale,
    split_scalars,
    trace,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    children,
    ordered,
)
from matcalc.expressions.operations import (
    AnyPower,
    Conjugate,
    Differential,
    ElementwisePower,
    EntrySum,
    Hadamard,
    IndexProduct,
    IndexSum,
    Inner,
    Ones,
    Power,
    Trace,
    Transpose,
)
from matcalc.rulebook import book
from matcalc.rulebook.laws import raw, unevaluated
from matcalc.rulebook.substitution import substitute
from tests.steps.written import same, written


@dataclass(frozen=True)
class Context:
    """What the lines are about: how the variables move, and what is declared of them."""

    tangents: Mapping[Symbol, Node]
    declared: Mapping[Node, Node]

    def moves(self, node: Node) -> bool:
        return not set(self.tangents).isdisjoint(ordered(node))

    def d(self, node: Node) -> Node:
        """d(node): 0 for a constant, dX for the variable, and so for its transpose."""
        if not self.moves(node):
            return zero(node.shape)
        match node:
            case Symbol():
                return self.tangents[node]
            case Transpose(inner):
                return transpose(self.d(inner))
            case Conjugate(inner):
                return conjugate(self.d(inner))
            case _:
                return unevaluated(node)


def upright(line: Node) -> Node:
    """The line with one of d(M) and d(M') only: d is linear."""
    values: dict[Node, Node] = {}
    for node in ordered(line):
        if isinstance(node, Differential) and not node.is_complex:
            turned = transpose(node.inner)
            if turned.rank < node.inner.rank:
                values[node] = transpose(unevaluated(turned))
    return substitute_written(line, values)


def substitute_written(line: Node, values: Mapping[Node, Node]) -> Node:
    return written(replace(line, values))


# ---------------------------------------------------------------- the laws of d


def differential(before: Node, after: Node, known: Context) -> bool:
    """d of a sum, of a product of any kind, and of a linear operation."""
    assert isinstance(before, Differential)
    return any(same(upright(one), upright(after)) for one in _by_linearity(before.inner, known))


def _by_linearity(node: Node, known: Context) -> Iterator[Node]:
    match node:
        case Sum(terms=terms):
            yield add(((value, known.d(term)) for value, term in terms), node.shape)
        case Product(coefficient=value):
            parts = children(node)
            yield _each(parts, lambda *factors: chain(number(value), *factors), known)
        case Hadamard(arguments):
            yield _each(arguments, hadamard, known)
        case IndexSum(index, lower, upper, body):
            yield index_sum(index, lower, upper, known.d(body))
        case IndexProduct(index, lower, upper, body):
            yield multiply(node, index_sum(index, lower, upper, known.d(body) * body**-1))
            yield from _product_over_index(node, known)
        case Apply(arguments=arguments):
            operation = book.operation(node.operation)
            names = [parameter.name for parameter in operation.parameters]
            terms = []
            for group in operation.linear:
                moved = [
                    known.d(argument) if name in group else argument
                    for name, argument in zip(names, arguments, strict=True)
                ]
                terms.append(book.apply(node.operation, moved, node.shape))
            yield add(((Fraction(1), term) for term in terms), node.shape)


def _each(parts: tuple[Node, ...], join: Callable[..., Node], known: Context) -> Node:
    terms = []
    for place, part in enumerate(parts):
        if known.moves(part):
            terms.append(join(*parts[:place], known.d(part), *parts[place + 1 :]))
    return plus(*terms)


def _product_over_index(node: IndexProduct, known: Context) -> Iterator[Node]:
    """sum(i, df(i)*prod(j < i, f(j))*prod(j > i, f(j)))."""
    from matcalc.calculus.kronecker import new_indices

    index, lower, upper, body = node.variable, node.lower, node.upper, node.body
    other = next(new_indices(node))
    factor = substitute(body, {index: other})
    ends = ((lower, index - 1), (index + 1, upper))
    others = [book.apply("index_prod", [other, *end, factor]) for end in ends]
    yield index_sum(index, lower, upper, multiply(known.d(body), *others))


def unknown_function(before: Node, after: Node, known: Context) -> bool:
    assert isinstance(before, Differential) and isinstance(before.inner, Apply)
    function, order, inner = before.inner.arguments
    derived = book.apply("elementwise", [function, plus(order, number(1)), inner])
    return same(after, hadamard(derived, known.d(inner)))


# ---------------------------------------------------------------- the laws of the trace


def linear_trace(before: Node, after: Node, _: Context) -> bool:
    return same(_spread(before), _spread(after))


def _spread(line: Node) -> Node:
    """Every trace and every sum of entries taken apart, and products over the sums of these."""
    done: dict[Node, Node] = {}
    for node in ordered(line):
        made = written_again(node, done)
        done[node] = _apart(made)
    return distributed(done[line])


def written_again(node: Node, done: Mapping[Node, Node]) -> Node:
    from tests.steps.written import _collected

    return _collected(node, done)


def _apart(node: Node) -> Node:
    if not isinstance(node, Trace) and getattr(node, "operation", "") != "sum":
        return node
    (inner,) = children(node)
    terms = inner.terms if isinstance(inner, Sum) else ((Fraction(1), inner),)
    return add((value, _of_term(node, term)) for value, term in terms)


def _of_term(node: Node, term: Node) -> Node:
    scalar, rest = split_scalars(term)
    made = raw("tr", rest) if isinstance(node, Trace) else book.apply("sum", [rest])
    return multiply(scalar, made)


def cyclic(before: Node, after: Node, _: Context) -> bool:
    """tr(A*B) = tr(B*A): the factors of one are a rotation of those of the other."""
    assert isinstance(before, Trace)
    value, rest = split_scalars(after)
    first, second = (_factors(node) for node in (before.inner, _inside(after)))
    rotations = [first[k:] + first[:k] for k in range(len(first))]
    return second in rotations or _scalar_rotation(before, after)


def _inside(node: Node) -> Node:
    _, rest = (None, node)
    found = [one for one in ordered(node) if isinstance(one, Trace)]
    return found[-1].inner if found else rest


def _factors(node: Node) -> tuple[Node, ...]:
    return node.factors if isinstance(node, Product) else (node,)


def _scalar_rotation(before: Node, after: Node) -> bool:
    """tr(x*y'*A) = y'*A*x."""
    return trace(before.inner) is written_value(after)  # type: ignore[attr-defined]


def mirrored(before: Node, after: Node, _: Context) -> bool:
    """tr M = tr M', with numbers before it."""
    return same(_mirror(before), _mirror(after))


def _mirror(line: Node) -> Node:
    values: dict[Node, Node] = {}
    for node in ordered(line):
        if isinstance(node, Trace):
            scalar, turned = split_scalars(transpose(node.inner))
            both = [node.inner, turned]
            if min(both, key=lambda one: one.rank) is turned:
                values[node] = multiply(scalar, raw("tr", turned))
    return substitute_written(line, values)


def own_transpose(before: Node, after: Node, _: Context) -> bool:
    """A scalar chain is its own transpose."""
    assert isinstance(before, Product)
    turned = chain(*(transpose(factor) for factor in reversed(before.factors)))
    return (
        same(turned, after)
        or same(multiply(before), multiply(turned))
        and same(after, multiply(*before.factors))
    )


def own_trace(before: Node, after: Node, _: Context) -> bool:
    return same(after, raw("tr", before))


def own_real_part(before: Node, after: Node, _: Context) -> bool:
    return written_value(after) is real_part(written_value(before))


# ---------------------------------------------------------------- the laws of the inner product


def dot_product(before: Node, after: Node, _: Context) -> bool:
    """<G, V> = tr(G'*V) = sum(G.*V), with what a scalar is."""
    return any(same_value(before, _evaluated(after, form)) for form in (_as_trace, _as_sum))


def _evaluated(line: Node, form: Callable[[Node, Node], Node]) -> Node:
    values: dict[Node, Node] = {
        node: form(node.left, node.right) for node in ordered(line) if isinstance(node, Inner)
    }
    return substitute(line, values)


def _as_trace(left: Node, right: Node) -> Node:
    return real_part(trace(multiply(dagger(left), right)))


def _as_sum(left: Node, right: Node) -> Node:
    product = hadamard(conjugate(left), right)
    return real_part(product if product.shape.is_scalar else book.apply("sum", [product]))


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


def linear_pairing(before: Node, after: Node, _: Context) -> bool:
    """The inner product is linear on both sides; so it is inside a sum over an index."""
    return _by_partner(renamed(before)) == _by_partner(renamed(after))


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
        case IndexSum(index, lower, upper, body):
            yield from _over_index(line, _taken_apart(body, outside))
        case Trace(inner) if _is_moving(inner):
            yield from _linear_in_partner(multiply(outside, identity(inner.shape.rows)), inner)
        case EntrySum(inner) if _is_moving(inner):
            yield from _linear_in_partner(multiply(outside, ones(inner.shape)), inner)
        case Product(coefficient=value, scalars=scalars, factors=()):
            place = next(p for p, scalar in enumerate(scalars) if _is_moving(scalar))
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
            inside = raw("inner", distributed(cotangent), moving)
            whole = (index, lower, upper, inside)
            yield number(1), Apply("index_sum", whole, inside.shape, frozenset())
        else:
            yield index_sum(index, lower, upper, cotangent), moving


def _is_moving(node: Node) -> bool:
    return any(map(is_tangent, ordered(node)))


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
                if _is_moving(scalar):
                    others = scalars[:place] + scalars[place + 1 :]
                    for cotangent, moving in pairs_of(scalar):
                        yield multiply(number(value), *others, cotangent), moving
        case _:
            yield number(1), line


def paired(cotangent: Node, moving: Node) -> Iterator[Node]:
    """The ways to write an inner product down."""
    yield raw("inner", cotangent, moving)
    if moving.shape.is_scalar:
        yield chain(cotangent, moving)
        return
    scalar, rest = split_scalars(cotangent)
    if isinstance(rest, Identity):
        yield chain(scalar, raw("tr", moving))
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
        if _is_moving(part):
            left = [dagger(factor) for factor in reversed(node.factors[:place])]
            right = [dagger(factor) for factor in reversed(node.factors[place + 1 :])]
            outside = [number(node.coefficient), *map(conjugate, node.scalars)]
            yield multiply(*outside, *left, cotangent, *right), part
    for place, scalar in enumerate(node.scalars):
        if _is_moving(scalar):
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
            (moving,) = (a for a in node.arguments if _is_moving(a))
            others = [conjugate(a) for a in node.arguments if a is not moving]
            yield hadamard(cotangent, *others), moving

    return moved(before, after, through)


# ---------------------------------------------------------------- arithmetic


def distributive(before: Node, after: Node, _: Context) -> bool:
    return distributed(written_value(before)) is distributed(written_value(after))


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
            return _power(*parts)
        case Inner(left, right):
            return raw("inner", done[left], done[right])
        case Trace():
            return _over(trace, parts)
        case Apply(operation=name) if parts and book.has(name):
            first = book.operation(name).parameters[0].name
            if any(group == {first} for group in book.operation(name).linear):
                return _over(lambda one: book.apply(name, [one, *parts[1:]], node.shape), parts[:1])
            return book.apply(name, parts, node.shape)
        case Apply(operation=name) if parts:
            return book.apply(name, parts, node.shape)
        case _:
            return node


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


def _over(join: Callable[..., Node], parts: list[Node]) -> Node:
    found: list[tuple[Fraction, list[Node]]] = [(Fraction(1), [])]
    for part in parts:
        terms = part.terms if isinstance(part, Sum) else ((Fraction(1), part),)
        found = [(value * own, [*chosen, one]) for value, chosen in found for own, one in terms]
        if len(found) > 2000:
            return join(*parts)
    return add((value, join(*chosen)) for value, chosen in found)


Law = Callable[[Node, Node, Context], bool]
LAWS: dict[str, Law] = {
    "d is linear; constants stay": differential,
    "product rule": differential,
    "distributive law": distributive,
    "the trace is linear": linear_trace,
    "sum is linear": linear_trace,
    "tr M = tr M'": mirrored,
    "a scalar is its own transpose": own_transpose,
    "a scalar is its own trace": own_trace,
    "the trace is cyclic": cyclic,
    "a real number is its own real part": own_real_part,
    "definition of the dot product": dot_product,
    "the inner product <U, V> = re(tr(U'*V))": dot_product,
    "the inner product is linear": linear_pairing,
    "<A*V*B, C> = <V, A'*C*B'>": adjoint_of_product,
    "<s*M, C> = <s, tr(M'*C)>": adjoint_of_product,
    "<V', C> = <V, C'>": adjoint_of_transpose,
    "<A.*V, C> = <V, A.*C>": adjoint_of_hadamard,
    "d phi(X) = phi'(X) .* dX": unknown_function,
}
