"""Solving L(V) = R for a linear map L that is given as an expression in V.

What stands around V is taken off from the outside: L(V) = A*f(V)*B gives f(V) = inv(A)*R*inv(B),
W.*f(V) gives R./W, and so on. A sum is solved where its terms combine: A*V + V*B by `sylvester`,
entrywise weights by adding them, a*V + b*V' on symmetric and skew parts, a*V + b*conj(V) on real
and imaginary ones, a term <P, V>*Q of rank one by Sherman and Morrison. What is left over has no
closed form here but the Kronecker one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from matcalc.calculus.kronecker import kronecker_matrix, reshaped
from matcalc.calculus.linear_terms import LinearTerm, Pair, is_identity, linear_terms, together
from matcalc.calculus.pull_back import moving_nodes, pull_back_to
from matcalc.expressions.constructors import (
    UNIT,
    conjugate,
    dagger,
    divide,
    elementwise_power,
    hadamard,
    is_zero,
    minus,
    multiply,
    negate,
    number,
    ones,
    plus,
    real_part,
    scale,
    split_coefficient,
    split_scalars,
    transpose,
)
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Identity, Node, Product, Sum, Symbol, ordered
from matcalc.expressions.operations import (
    Diagonal,
    Hadamard,
    Inner,
    Inverse,
    Reshape,
    Sylvester,
    Transpose,
    Vec,
)
from matcalc.rulebook import book
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.forms import size
from matcalc.simplify.rewriting import simplify


def solve(body: Node, unknown: Symbol, right: Node) -> Node | None:
    """The V with body(V) = right, None where no closed form is found.

    Inverses that occur are taken to exist; who asks has to know that the map is invertible.
    """
    if unknown.shape.is_scalar:
        at_one = substitute(body, {unknown: UNIT})
        return divide(right, at_one)
    while body is not unknown:
        step = _peel(body, unknown, right)
        if step is None:
            return _solve_sum(body, unknown, right)
        body, right = step
    return right


def _peel(body: Node, unknown: Symbol, right: Node) -> tuple[Node, Node] | None:
    """What is left of the equation when the outermost operation is taken off."""
    moving = moving_nodes(ordered(body), unknown)
    match body:
        case Product():
            return _peel_product(body, moving, right)
        case Transpose(inner):
            return inner, transpose(right)
        case Hadamard(arguments):
            inside = [argument for argument in arguments if argument in moving]
            weights = hadamard(*(argument for argument in arguments if argument not in moving))
            return (inside[0], _divided(right, weights)) if len(inside) == 1 else None
        case Sylvester((left, after, inner)) if left not in moving and after not in moving:
            return inner, plus(multiply(left, right), multiply(right, after))
        case Vec(inner) | Reshape(inner):
            return inner, reshaped(right, inner.shape)
        case _:
            return None


def _divided(right: Node, weights: Node) -> Node:
    """R./W."""
    return hadamard(right, elementwise_power(weights, number(-1)))


def _peel_product(body: Product, moving: set[Node], right: Node) -> tuple[Node, Node] | None:
    """c*s*A*f*B = R gives f = inv(A)*R*inv(B)/(c*s)."""
    place = next((i for i, factor in enumerate(body.factors) if factor in moving), None)
    scalars = [scalar for scalar in body.scalars if scalar not in moving]
    if place is None and body.factors:
        return None
    right = divide(right, multiply(number(body.coefficient), *scalars))
    if place is None:
        (inner,) = (scalar for scalar in body.scalars if scalar in moving)
        return inner, right
    before, after = body.factors[:place], body.factors[place + 1 :]
    moved = body.factors[place]
    if isinstance(moved, Diagonal) and body.shape.columns == ONE and not before:
        return moved.arguments[0], _divided(right, multiply(*after))  # diag(f)*b = R
    if len(scalars) < len(body.scalars) or not (_is_square(before) and _is_square(after)):
        return None
    solved = multiply(*inverse_factors(before), right, *inverse_factors(after))
    return moved, solved


def _is_square(factors: Sequence[Node]) -> bool:
    return not factors or factors[0].shape.rows == factors[-1].shape.columns


def inverse_factors(factors: Sequence[Node]) -> list[Node]:
    """The inverse of a product as factors: each by itself where all are square."""
    if all(factor.shape.is_square for factor in factors):
        return [inverse(factor) for factor in reversed(factors)]
    return [inverse(multiply(*factors))]


def inverse(matrix: Node) -> Node:
    """inv(M), for a diagonal plus a term of rank one by Sherman and Morrison, or of rank p where
    that takes no inverse but a number's."""
    if matrix.shape.is_scalar:
        return divide(UNIT, matrix)
    scalar, core = split_scalars(matrix)
    if core is not matrix:
        return divide(inverse(core), scalar)
    if isinstance(matrix, Identity):
        return matrix
    if isinstance(matrix, Inverse):
        return matrix.arguments[0]
    if isinstance(matrix, Sum):
        diagonal, pairs = _diagonal_and_rank_one(matrix)
        if diagonal is not None and len(pairs) == 1:
            left, right = pairs[0]
            scalar, core = split_scalars(diagonal)
            first = inverse(core)
            solved, turned = multiply(first, left), multiply(transpose(right), first)
            inner, middle = split_scalars(simplify(multiply(transpose(right), solved)))
            if middle.shape.is_scalar or isinstance(middle, Identity):
                bottom = plus(scalar, multiply(inner, middle) if middle.shape.is_scalar else inner)
                return divide(minus(first, divide(multiply(solved, turned), bottom)), scalar)
    return book.make(Inverse, matrix)


def _diagonal_and_rank_one(matrix: Sum) -> tuple[Node | None, list[tuple[Node, Node]]]:
    """The diagonal part of a sum and its terms u*v'; None where a term is neither."""
    diagonal: list[Node] = []
    pairs: list[tuple[Node, Node]] = []
    for value, term in matrix.terms:
        if "diagonal" in structure_of(term):
            diagonal.append(scale(value, term))
        elif isinstance(term, Product) and (cut := _narrowest(term)):
            left = multiply(number(value * term.coefficient), *term.scalars, *term.factors[:cut])
            pairs.append((left, transpose(multiply(*term.factors[cut:]))))
        else:
            return None, []
    return (plus(*diagonal) if diagonal else None), pairs


def _narrowest(term: Product) -> int:
    """Where a product is cut in two: after a column, or into M*M'; 0 for neither."""
    factors, half = term.factors, len(term.factors) // 2
    columns = [place + 1 for place, f in enumerate(factors) if f.shape.columns == ONE]
    is_gram = len(factors) == 2 * half and multiply(*factors[:half]) is transpose(
        multiply(*factors[half:])
    )
    return columns[0] if columns else half if is_gram else 0


# ---------------------------------------------------------------- sums


def _solve_sum(body: Node, unknown: Symbol, right: Node) -> Node | None:
    terms = linear_terms(body, unknown)
    if terms is None:
        return None
    if unknown.shape.columns == ONE and not unknown.shape.is_scalar:
        return multiply(inverse(kronecker_matrix(body, unknown)), right)  # the map is a matrix
    low = [term for term in terms if term.core.shape.is_scalar and not unknown.shape.is_scalar]
    if low:
        return _with_rank_one([t for t in terms if t not in low], low, unknown, right)
    return _solve_terms(terms, unknown, right)


def _with_rank_one(
    terms: list[LinearTerm], low: list[LinearTerm], unknown: Symbol, right: Node
) -> Node | None:
    """K(V) + <P, V>*Q = R: V = K^-1 R - <P, K^-1 R>/(1 + <P, K^-1 Q>) * K^-1 Q."""
    if len(low) != 1 or not terms:
        return None
    functional = pull_back_to(multiply(low[0].scalar, low[0].core), unknown, UNIT)
    direction = multiply(low[0].left, low[0].right)
    first = _solve_terms(terms, unknown, right)
    second = _solve_terms(terms, unknown, direction)
    if first is None or second is None:
        return None
    core = low[0].core
    bottom = plus(UNIT, _pair(functional, second, core))
    return minus(first, multiply(divide(_pair(functional, first, core), bottom), second))


def _pair(left: Node, right: Node, core: Node) -> Node:
    """<P, V>, real where the functional is."""
    found = book.make(Inner, left, right)
    return found if core.is_complex else real_part(found)


def _solve_terms(terms: list[LinearTerm], unknown: Symbol, right: Node) -> Node | None:
    weights = _weights(terms, unknown)
    if weights is not None:
        return _divided(right, weights)
    if all(term.core is unknown for term in terms):
        return _two_sided(terms, right)
    if all(term.core is transpose(unknown) for term in terms):
        turned = _two_sided(terms, right)
        return transpose(turned) if turned is not None else None
    return _with_involution(terms, unknown, right)


def _weights(terms: list[LinearTerm], unknown: Symbol) -> Node | None:
    """W where the terms are entrywise products with V, or multiples of V."""
    multiples = [term for term in terms if term.is_plain and term.core is unknown]
    found = [term.weights(unknown) for term in terms if term not in multiples]
    weights = [one for one in found if one is not None]
    if not weights or len(weights) < len(found):
        return None
    return plus(*weights, *(multiply(term.scalar, ones(unknown.shape)) for term in multiples))


def _two_sided(terms: list[LinearTerm], right: Node) -> Node | None:
    """Sums of A*V*B: one pair of factors, A*V + V*B, or A1*V*B1 + A2*V*B2 of invertible ones."""
    on_the_left = together([(multiply(t.scalar, t.left), t.right) for t in terms])
    on_the_right = together([(t.left, multiply(t.scalar, t.right)) for t in terms])
    pairs = min(on_the_left, on_the_right, key=len)
    pairs, right = _without_common_coefficient(pairs, right)
    if len(pairs) == 1:
        return multiply(inverse(pairs[0][0]), right, inverse(pairs[0][1]))
    if len(pairs) != 2:
        return None
    found = [
        # a*V*b + c*V*d = R, divided by c on the left and by b on the right.
        [
            multiply(inverse(c), a),
            multiply(d, inverse(b)),
            multiply(inverse(c), right, inverse(b)),
        ]
        for (a, b), (c, d) in (pairs, pairs[::-1])
        if _inverts(b) and _inverts(c)
    ]
    if not found:
        return None
    return book.make(Sylvester, *min(found, key=lambda parts: sum(map(size, parts))))


def _without_common_coefficient(pairs: list[Pair], right: Node) -> tuple[list[Pair], Node]:
    """c*A1*V*B1 + c*A2*V*B2 = R as A1*V*B1 + A2*V*B2 = R/c."""
    coefficients = {split_coefficient(left)[0] for left, _ in pairs}
    if len(coefficients) != 1:
        return pairs, right
    inverted = 1 / coefficients.pop()
    return [(scale(inverted, left), after) for left, after in pairs], scale(inverted, right)


def _inverts(matrix: Node) -> bool:
    known = structure_of(matrix)
    return (
        is_identity(matrix)
        or matrix.shape.is_scalar
        or bool(known & {"invertible", "spd", "orthogonal"})
    )


def _with_involution(terms: list[LinearTerm], unknown: Symbol, right: Node) -> Node | None:
    """a*V + b*T(V) = R with T the transpose, the conjugate, or both; a and b are real.

    The part of V that T keeps is that of R by a + b, the one that it turns around by a - b.
    """
    turn = next((t for t in _INVOLUTIONS if all(_turns(t, term, unknown) for term in terms)), None)
    if turn is None:
        return None
    straight = plus(*(t.scalar for t in terms if t.core is unknown), number(0))
    across = plus(*(t.scalar for t in terms if t.core is not unknown), number(0))
    if is_zero(plus(straight, across)) or is_zero(minus(straight, across)):
        raise NoRule("the map keeps only a part of the matrices, and has no inverse")
    kept, turned = (
        scale(Fraction(1, 2), part)
        for part in (plus(right, turn(right)), minus(right, turn(right)))
    )
    return plus(
        divide(kept, plus(straight, across)),
        divide(turned, plus(straight, negate(across))),
    )


_INVOLUTIONS = (transpose, conjugate, dagger)


def _turns(turn: Callable[[Node], Node], term: LinearTerm, unknown: Symbol) -> bool:
    """Whether a term is a real multiple of V or of T(V)."""
    known = term.core is unknown or term.core is turn(unknown)
    return known and term.is_plain and not term.scalar.is_complex
