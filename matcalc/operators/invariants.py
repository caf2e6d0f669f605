"""Trace, determinant and norms of a linear map, in closed form where its normal form has one.

Of V -> A*V*B the trace is tr(A)*tr(B), the determinant det(A)^p*det(B)^m for V m x p, the norms
are the products of the norms. Where no closed form is known the matrix of the map stands in it.
Source: Magnus & Neudecker 2019, ch. 2 (Kronecker products) and ch. 3 sec. 7 (commutation matrix).
"""

from __future__ import annotations

from matcalc.calculus.kronecker import kronecker_matrix, vec
from matcalc.calculus.linear_terms import LinearTerm, Pair, is_identity, linear_terms
from matcalc.calculus.pull_back import inner_product
from matcalc.expressions.constructors import (
    UNIT,
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
    split_coefficient,
    split_scalars,
    trace,
    transpose,
)
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import Identity, Node, Symbol
from matcalc.expressions.operations import (
    Absolute,
    Diagonal,
    DiagonalOf,
    EntrySum,
    Hadamard,
    Norm2,
    Ones,
)
from matcalc.operators.normal_form import NormalForm, diagonal_of, entrywise_part, multiple_of
from matcalc.operators.structure import DIAGONAL, LOW_RANK, Structure
from matcalc.rulebook import book
from matcalc.rulebook.structure import structure_of
from matcalc.simplify.forms import factored
from matcalc.simplify.rewriting import simplify

_HALF = number("1/2")


def operator_trace(form: NormalForm) -> Node:
    """The sum of the eigenvalues, <E_ij, L(E_ij)> summed over all entries."""
    terms = [multiply(trace(left), trace(right)) for left, right in form.products]
    # The entry ij of C*E_ij'*D is C_ij*D_ij.
    terms += [inner_product(left, right) for left, right in form.transposed]
    if form.weights is not None:
        terms.append(book.make(EntrySum, form.weights))
    terms += [inner_product(functional, direction) for direction, functional in form.rank_one]
    terms += [_trace_of_other(other, form.tangent) for other in form.others]
    return factored(simplify(plus(number(0), *terms)))


def _trace_of_other(other: Node, tangent: Symbol) -> Node:
    """That of A*(W.*V)*B and of A*(W.*V')*B by their factors, any other by its matrix."""
    terms = linear_terms(other, tangent) or []
    found = [_trace_of_weighted(term, tangent) for term in terms]
    known = [one for one in found if one is not None]
    if not found or len(known) < len(found):
        return trace(kronecker_matrix(other, tangent))
    return plus(*known)


def _trace_of_weighted(term: LinearTerm, tangent: Symbol) -> Node | None:
    """The sum over W_ij*A_ii*B_jj; for V' in place of V that over W_ji*A_ij*B_ij."""
    core, turned = term.core, transpose(tangent)
    arguments = core.arguments if isinstance(core, Hadamard) else ()
    moved = [argument for argument in arguments if argument in (tangent, turned)]
    if len(moved) != 1:
        return None
    weights = hadamard(*(argument for argument in arguments if argument is not moved[0]))
    if moved[0] is tangent:
        return multiply(
            term.scalar, transpose(_diagonal(term.left)), weights, _diagonal(term.right)
        )
    if is_identity(term.left):
        sides = hadamard(_diagonal(weights), _diagonal(term.right))
    else:
        sides = hadamard(transpose(weights), term.left, term.right)
    return multiply(term.scalar, book.make(EntrySum, sides))


def _diagonal(matrix: Node) -> Node:
    found = diagonal_of(matrix)
    return book.make(DiagonalOf, matrix) if found is None else found


# ---------------------------------------------------------------- determinants


def operator_determinant(form: NormalForm, found: Structure) -> Node:
    """The product of the eigenvalues."""
    value = closed_determinant(form, found)
    return simplify(value if value is not None else determinant(found.dense))


def closed_determinant(form: NormalForm, found: Structure) -> Node | None:
    """The determinant by a formula that needs no matrix of the map, None where none is known."""
    return _of_structure(found) or _of_products(form) or _of_transposes(form)


def determinant(matrix: Node) -> Node:
    """det(M); of c*I a power of c."""
    scalar, rest = split_scalars(matrix)
    if isinstance(rest, Identity):
        return raised(scalar, rest.order)
    return matrix if matrix.shape.is_scalar else book.apply("det", [matrix])


def _is_ones(node: Node) -> bool:
    return node is UNIT or isinstance(node, Ones)


def raised(base: Node, exponent: Dimension) -> Node:
    return power(base, from_dimension(exponent))


def _of_structure(found: Structure) -> Node | None:
    """prod(w), and of diag(w) + U*W' by the matrix determinant lemma."""
    if found.name not in (DIAGONAL, LOW_RANK):
        return None
    weights = found.parts["w"]
    scalar, rest = split_scalars(weights)
    diagonal = raised(scalar, weights.shape.size)
    if not _is_ones(rest):
        diagonal = book.apply("prod", [weights])
    if found.name == DIAGONAL:
        return diagonal
    over = elementwise_power(vec(weights), number(-1))
    left, right = found.parts["U"], found.parts["W"]
    spread = multiply(transpose(right), book.make(Diagonal, over), left)
    if _is_ones(rest):
        spread = multiply(transpose(right), left, power(scalar, number(-1)))
    small = plus(identity(left.shape.columns), spread)
    return multiply(diagonal, determinant(small))


def _of_products(form: NormalForm) -> Node | None:
    """det(A)^p*det(B)^m for the one product A*V*B with V m x p."""
    return _of_pair(form.products[0], form) if form.consists_of(1) else None


def _of_pair(pair: Pair, form: NormalForm) -> Node:
    shape = form.tangent.shape
    return multiply(
        raised(determinant(pair[0]), shape.columns), raised(determinant(pair[1]), shape.rows)
    )


def _of_transposes(form: NormalForm) -> Node | None:
    """Of C*V'*D, where the transposition has n*(n - 1)/2 eigenvalues -1; and of a*V + b*V'."""
    order = form.tangent.shape.rows
    skew = order * (order - 1) / 2
    if not form.tangent.shape.is_square or not (form.consists_of(0, 1) or form.consists_of(1, 1)):
        return None
    if not form.products:
        return multiply(raised(number(-1), skew), _of_pair(form.transposed[0], form))
    straight, across = multiple_of(form.products[0]), multiple_of(form.transposed[0])
    if straight is None or across is None:
        return None
    symmetric = raised(plus(straight, across), order * (order + 1) / 2)
    return multiply(symmetric, raised(minus(straight, across), skew))


# ---------------------------------------------------------------- norms


def spectral_norm(form: NormalForm, matrix: Node) -> Node:
    """The largest |L(V)| over |V| = 1 in the Frobenius norm."""
    weights, alone = _terms(form)
    if form.others or len(alone) + (weights is not None) != 1:
        return spectral(matrix)
    if weights is not None:
        scalar, rest = split_scalars(weights)
        if _is_ones(rest):
            return simplify(size_of(scalar))
        return simplify(book.apply("max", [book.make(Absolute, weights)]))
    if form.rank_one:
        return simplify(multiply(*map(frobenius, form.rank_one[0])))
    return simplify(multiply(*map(spectral, alone[0])))


def frobenius_norm(form: NormalForm, matrix: Node) -> Node:
    """The root of the sum of all squared entries of the matrix of the map."""
    weights, alone = _terms(form)
    if form.others or len(alone) + (weights is not None) != 1:
        return frobenius(matrix)
    if weights is not None:
        return simplify(frobenius(weights))
    return simplify(multiply(*map(frobenius, alone[0])))


def _terms(form: NormalForm) -> tuple[Node | None, list[Pair]]:
    """The weights of all that acts entry by entry, and the pairs of all other terms."""
    weights, pairs = entrywise_part(form)
    return weights, [*pairs, *form.transposed, *form.rank_one]


def size_of(scalar: Node) -> Node:
    """|s|, the number in it taken out."""
    value, rest = split_coefficient(scalar)
    known = rest is UNIT or "positive" in structure_of(rest)
    return scale(abs(value), rest if known else book.make(Absolute, rest))


def spectral(matrix: Node) -> Node:
    scalar, rest = split_scalars(matrix)
    size = size_of(scalar)
    if is_identity(rest):
        return simplify(size)
    inner = book.apply("norm_spec", [rest])
    return simplify(multiply(size, inner))


def frobenius(matrix: Node) -> Node:
    scalar, rest = split_scalars(matrix)
    size = size_of(scalar)
    if is_identity(rest):
        return simplify(multiply(size, power(from_dimension(matrix.shape.rows), _HALF)))
    if _is_ones(rest):
        return simplify(multiply(size, power(from_dimension(matrix.shape.size), _HALF)))
    return simplify(multiply(size, book.make(Norm2, rest)))
