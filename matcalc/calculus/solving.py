"""Solving L(V) = R for a linear map L given as an expression in its tangent V.

The map is expanded into terms A*V*B, A*V'*B, W.*V and U*<G, V>. Closed forms: one product
(inverses), one entrywise product (division), two products (Sylvester), a*V + b*V', a rank-one
term added to any of these (Sherman & Morrison), and for vectors the matrix of the map. What is
left is solved with the Kronecker matrix. Sources: Golub & Van Loan 2013, sec. 2.1.4, 7.6.3, 12.3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from matcalc.calculus.kronecker import kronecker_matrix, vec
from matcalc.calculus.pull_back import inner_product, moving_nodes, pull_back
from matcalc.expressions.constructors import (
    UNIT,
    divide,
    elementwise_power,
    from_dimension,
    hadamard,
    identity,
    minus,
    multiply,
    number,
    plus,
    power,
    scale,
    transpose,
)
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Apply, Identity, Node, Product, Sum, Symbol, ordered
from matcalc.rulebook import book
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify

Pair = tuple[Node, Node]
Solver = Callable[[Node], Node]


@dataclass
class _Terms:
    """A map in normal form: sum A*V*B + sum A*V'*B + W.*V + sum U*<G, V>."""

    products: list[Pair] = field(default_factory=list)
    transposed: list[Pair] = field(default_factory=list)
    weights: list[Node] = field(default_factory=list)
    functionals: list[Pair] = field(default_factory=list)


def solve_map(body: Node, tangent: Symbol, right: Node) -> Node:
    """The V with body(V) = right, where the map is invertible.

    Raises NoRule where domain and codomain differ in size or a term has no known form.
    """
    if body.shape.size != tangent.shape.size:
        raise NoRule(
            f"a map from {tangent.shape} to {body.shape} has no inverse",
            hint="domain and codomain need the same number of entries",
        )
    terms = _split(expand(simplify(body)), tangent)
    solver = _closed_form(terms, tangent) if terms is not None else None
    if solver is None:
        solver = _by_matrix(body, tangent)
    return simplify(solver(right))


def _split(body: Node, tangent: Symbol) -> _Terms | None:
    """The terms of an expanded map, or None where one has another form."""
    found = _Terms()
    moving = moving_nodes(ordered(body), tangent)
    for value, term in body.terms if isinstance(body, Sum) else [(1, body)]:
        if not _place(scale(value, term), tangent, moving, found):
            return None
    return found


def _parts(term: Node) -> tuple[Node, tuple[Node, ...], tuple[Node, ...]]:
    if isinstance(term, Product):
        return number(term.coefficient), term.scalars, term.factors
    return UNIT, (), (term,)


def _place(term: Node, tangent: Symbol, moving: set[Node], found: _Terms) -> bool:
    coefficient, scalars, factors = _parts(term)
    inside = [scalar for scalar in scalars if scalar in moving]
    if inside:
        others = [scalar for scalar in scalars if scalar not in moving]
        functional = pull_back(inside[0], tangent, UNIT)
        found.functionals.append((multiply(coefficient, *others, *factors), functional))
        return True
    place = next(p for p, factor in enumerate(factors) if factor in moving)
    scalar = multiply(coefficient, *scalars)
    middle = factors[place]
    rows, columns = middle.shape.rows, middle.shape.columns
    left = multiply(scalar, *factors[:place]) if place else multiply(scalar, identity(rows))
    right = multiply(*factors[place + 1 :]) if factors[place + 1 :] else identity(columns)
    return _sort(middle, left, right, tangent, moving, found)


def _sort(
    middle: Node, left: Node, right: Node, tangent: Symbol, moving: set[Node], found: _Terms
) -> bool:
    match middle:
        case Symbol():
            found.products.append((left, right))
        case Apply(operation="transpose", arguments=(inner,)) if inner is tangent:
            found.transposed.append((left, right))
        case Apply(operation="hadamard", arguments=arguments) if tangent in arguments:
            others = [argument for argument in arguments if argument is not tangent]
            scaled = _scalar_of(left), _scalar_of(right)
            if scaled[0] is None or scaled[1] is None:
                return False
            found.weights.append(multiply(scaled[0], scaled[1], hadamard(*others)))
        case _:
            return False
    return True


def _scalar_of(node: Node) -> Node | None:
    """s for s*I, None for any other matrix."""
    if isinstance(node, Identity) or node is UNIT:
        return UNIT
    if node.shape.is_scalar:
        return node
    match node:
        case Product(coefficient=value, scalars=scalars, factors=(Identity(),)):
            return multiply(number(value), *scalars)
        case _:
            return None


def _closed_form(terms: _Terms, tangent: Symbol) -> Solver | None:
    if terms.functionals:
        return _rank_one(terms, tangent)
    if terms.weights:
        return _entrywise(terms, tangent)
    if terms.transposed:
        return _with_transpose(terms)
    return _products(terms.products, tangent)


def _rank_one(terms: _Terms, tangent: Symbol) -> Solver | None:
    """(M + U<G, .>)^-1 R = M^-1 R - M^-1 U <G, M^-1 R>/(1 + <G, M^-1 U>)."""
    rest = _Terms(terms.products, terms.transposed, terms.weights)
    merged: dict[Node, Node] = {}
    for outer, functional in terms.functionals:
        known = merged.get(functional)
        merged[functional] = plus(known, outer) if known is not None else outer
    base = _closed_form(rest, tangent) if rest != _Terms() else None
    if base is None or len(merged) != 1:
        return None
    ((functional, outer),) = merged.items()

    def solve(right: Node) -> Node:
        plain, correction = simplify(base(right)), simplify(base(outer))
        slope = plus(UNIT, inner_product(functional, correction))
        return minus(plain, multiply(divide(inner_product(functional, plain), slope), correction))

    return solve


def _entrywise(terms: _Terms, tangent: Symbol) -> Solver | None:
    """W.*V + s*V = R is solved by division."""
    scalars = [(_scalar_of(left), _scalar_of(right)) for left, right in terms.products]
    if terms.transposed or any(a is None or b is None for a, b in scalars):
        return None
    shifts = [multiply(a, b, _ones(tangent)) for a, b in scalars if a is not None and b is not None]
    weight = plus(*terms.weights, *shifts)
    return lambda right: hadamard(right, elementwise_power(weight, number(-1)))


def _ones(tangent: Symbol) -> Node:
    return book.apply("ones", [], tangent.shape)


def _with_transpose(terms: _Terms) -> Solver | None:
    """A*V'*B = R alone, or a*V + b*V' = R."""
    if not terms.products and len(terms.transposed) == 1:
        inner = _products(terms.transposed, None)
        return (lambda right: transpose(inner(right))) if inner is not None else None
    straight = [_both(pair) for pair in terms.products]
    turned = [_both(pair) for pair in terms.transposed]
    if any(factor is None for factor in straight + turned):
        return None
    a = plus(*(factor for factor in straight if factor is not None))
    b = plus(*(factor for factor in turned if factor is not None))
    size = minus(power(a, number(2)), power(b, number(2)))
    return lambda right: divide(
        minus(multiply(a, right), multiply(b, transpose(right))), size
    )


def _both(pair: Pair) -> Node | None:
    left, right = _scalar_of(pair[0]), _scalar_of(pair[1])
    return multiply(left, right) if left is not None and right is not None else None


def _products(products: Sequence[Pair], tangent: Symbol | None) -> Solver | None:
    gathered = _gathered(products)
    if tangent is not None and tangent.shape.columns.integer == 1:
        return None
    match gathered:
        case [(left, right)]:
            return lambda r: multiply(_inverse(left), r, _inverse(right))
        case [(a, b), (c, d)]:
            return _sylvester((a, b), (c, d))
        case _:
            return None


def _gathered(products: Sequence[Pair]) -> list[Pair]:
    """Terms with a common side added up: A*V*B + C*V*B = (A + C)*V*B."""
    rights: dict[Node, Node] = {}
    for left, right in products:
        rights[right] = plus(rights[right], left) if right in rights else left
    lefts: dict[Node, Node] = {}
    for right, left in rights.items():
        lefts[left] = plus(lefts[left], right) if left in lefts else right
    return list(lefts.items())


def _inverse(node: Node) -> Node:
    return power(node, number(-1)) if node.shape.is_scalar else book.apply("inv", [node])


def _sylvester(first: Pair, second: Pair) -> Solver:
    """A*V*B + C*V*D = R as (C^-1*A)*V + V*(D*B^-1) = C^-1*R*B^-1."""
    (a, b), (c, d) = first, second
    if _scalar_of(b) is None and _scalar_of(d) is not None:
        (a, b), (c, d) = (c, d), (a, b)
    before, after = _inverse(c), _inverse(b)
    left, right = multiply(before, a), multiply(d, after)
    return lambda r: book.apply("sylvester", [left, right, multiply(before, r, after)])


def _by_matrix(body: Node, tangent: Symbol) -> Solver:
    """V from its matrix: vec(V) = J^-1*vec(R)."""
    matrix = kronecker_matrix(body, tangent)
    inverse = _inverse(matrix)
    sizes = [from_dimension(tangent.shape.rows), from_dimension(tangent.shape.columns)]

    def solve(right: Node) -> Node:
        stacked = multiply(inverse, vec(right))
        if tangent.shape.columns.integer == 1:
            return stacked
        return book.apply("reshape", [stacked, *sizes])

    return solve
