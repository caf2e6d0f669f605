"""The entry (i, j) of an expression as a sum over indices of products of entries.

What is no such sum, inv(M) or det(M), is a matrix or a number of its own, whose argument has been
brought to this form itself. Two expressions are equal where their forms are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from matcalc.expressions.dimensions import Dimension, Shape, dimension
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    Zero,
    ordered,
)
from matcalc.expressions.operations import (
    AnyPower,
    ElementwisePower,
    EntrySum,
    Hadamard,
    Inner,
    KhatriRao,
    Kronecker,
    MatrixPower,
    Norm2,
    Ones,
    Power,
    Trace,
    Transpose,
)
from matcalc.proofs.arrangements import ARRANGED, ARRANGED_BY_NAME, Known, of_one
from matcalc.proofs.functions import FUNCTIONS, PI, exponential, logarithm, raised, to_power
from matcalc.proofs.networks import (
    UNIT,
    Poly,
    Unresolved,
    added,
    equal,
    fresh,
    number_poly,
    of_size,
    scaled,
    times,
)
from matcalc.proofs.opaque import given, opaque
from matcalc.proofs.reduction import canonical
from matcalc.proofs.shapes import (
    Entries,
    alike,
    at,
    contracted,
    divided,
    made,
    numbered,
    outside,
    plain_sizes,
    sizes_of,
    split_at,
    summing,
    turned,
    whole_size,
)
from matcalc.proofs.small import LARGEST, SMALL
from matcalc.proofs.unfolding import UNFOLDED

_ONE = Fraction(1)
_LARGEST_POWER = 4
_HALF = Fraction(1, 2)


def scalar(poly: Poly) -> Entries:
    return Entries((), (), poly)


def entries_of(node: Node, known: Known) -> Entries:
    """The entries of a node, of whose parts they are known."""
    match node:
        case Symbol(structure=structure) if "index" in structure:
            raise Unresolved
        case Symbol(name=name, structure=structure) if "dimension" in structure:
            return scalar(of_size(dimension(name)))
        case Symbol(structure=structure) if "skew" in structure:
            return _skew(given(node))
        case Symbol():
            return given(node)
        case Number(value=value):
            return scalar(number_poly(value))
        case Zero(shape=shape):
            return _constant(shape, {})
        case Ones(shape=shape):
            return _constant(shape, UNIT)
        case Identity(order=order):
            (row, column) = fresh(order), fresh(order)
            return made([row], [column], [(_ONE, equal([row], [column]), [])])
        case Sum(terms=terms):
            found = alike(*(known[term] for _, term in terms))
            parts = [scaled(one.terms, own) for one, (own, _) in zip(found, terms, strict=True)]
            return found[0]._replace(terms=added(*parts))
        case Product():
            return _product(node, known)
        case Named(value=value):
            return known[value]
    assert isinstance(node, Apply)
    made_of = _OF_CLASS.get(type(node)) or _OF_NAME.get(node.operation)
    if made_of is not None:
        return made_of(node, known)
    if node.operation in UNFOLDED:
        return _through(UNFOLDED[node.operation](*node.arguments), known)
    if node.operation in SMALL and (node.arguments[0].shape.rows.integer or LARGEST + 1) <= LARGEST:
        return _through(SMALL[node.operation](node.arguments[0]), known)
    if node.operation in FUNCTIONS:
        inner = known[node.arguments[0]]
        return inner._replace(terms=FUNCTIONS[node.operation](inner.terms))
    return opaque(node, known)


def _skew(inner: Entries) -> Entries:
    """Half of each entry, and minus half of the one across the diagonal."""
    half = scaled(inner.terms, _HALF)
    across = scaled(turned(inner).terms, -_HALF)
    return inner._replace(terms=added(half, across))


def _through(other: Node, known: Known) -> Entries:
    """The entries of what a node is equal to."""
    found = dict(known)
    for node in ordered(other):
        if node not in found:
            found[node] = entries_of(node, found)
    return found[other]


def _constant(shape: Shape, terms: Poly) -> Entries:
    rows = numbered(plain_sizes(shape.rows))
    return Entries(rows, numbered(plain_sizes(shape.columns), len(rows) + 1), terms)


# ---------------------------------------------------------------- products


def _product(node: Product, known: Known) -> Entries:
    found = scalar(number_poly(node.coefficient))
    for one in node.scalars:
        found = scalar(canonical(times(at(found, (), ()), at(known[one], (), ()))))
    if not node.factors:
        return found
    chain = known[node.factors[0]]
    for factor in node.factors[1:]:
        chain = contracted(chain, known[factor])
    rows, columns = outside(chain.rows), outside(chain.columns)
    return made(rows, columns, times(at(found, (), ()), at(chain, rows, columns)))


def _entrywise(parts: Sequence[Entries]) -> Entries:
    found = alike(*parts)
    rows, columns = outside(found[0].rows), outside(found[0].columns)
    raws = at(found[0], rows, columns)
    for one in found[1:]:
        raws = at(made(rows, columns, times(raws, at(one, rows, columns))), rows, columns)
    return made(rows, columns, raws)


def _trace(inner: Entries) -> Entries:
    one, _ = alike(inner, turned(inner))
    digits = outside(one.rows)
    return scalar(canonical(summing(at(one, digits, digits), *digits)))


def _all(inner: Entries) -> Entries:
    rows, columns = outside(inner.rows), outside(inner.columns)
    return scalar(canonical(summing(at(inner, rows, columns), *rows, *columns)))


def _kronecker(node: Apply, known: Known) -> Entries:
    left, right = (known[one] for one in node.arguments)
    i, j = outside(left.rows), outside(left.columns)
    k, m = outside(right.rows), outside(right.columns)
    return made([*i, *k], [*j, *m], times(at(left, i, j), at(right, k, m)))


def _khatri_rao(node: Apply, known: Known) -> Entries:
    left, right = (turned(known[one]) for one in node.arguments)
    left, right = (
        divided(a, sizes_of(b.rows), sizes_of(a.columns)) for a, b in ((left, right), (right, left))
    )
    column, i, k = outside(left.rows), outside(left.columns), outside(right.columns)
    return made([*i, *k], column, times(at(left, column, i), at(right, column, k)))


def _kron_left(node: Apply, known: Known) -> Entries:
    """[i, j] of the sum over k, m of C[(i, k), (j, l)]*B[k, m]."""
    other, whole = known[node.arguments[0]], known[node.arguments[1]]
    rows, columns = plain_sizes(node.shape.rows), plain_sizes(node.shape.columns)
    return _partly_contracted(whole, other, rows, columns, after=True)


def _kron_right(node: Apply, known: Known) -> Entries:
    """[k, m] of the sum over i, j of A[i, j]*C[(i, k), (j, l)]."""
    other, whole = known[node.arguments[0]], known[node.arguments[1]]
    rows, columns = plain_sizes(node.shape.rows), plain_sizes(node.shape.columns)
    return _partly_contracted(whole, other, rows, columns, after=False)


def _partly_contracted(
    whole: Entries, other: Entries, rows: list[Dimension], columns: list[Dimension], after: bool
) -> Entries:
    def both(kept: list[Dimension], gone: list[Dimension]) -> list[Dimension]:
        return [*kept, *gone] if after else [*gone, *kept]

    own_rows, own_columns = sizes_of(other.rows), sizes_of(other.columns)
    whole = divided(whole, both(rows, own_rows), both(columns, own_columns))
    first_rows, last_rows = split_at(whole.rows, whole_size(rows if after else own_rows))
    first_columns, last_columns = split_at(
        whole.columns, whole_size(columns if after else own_columns)
    )
    gone = (last_rows, last_columns) if after else (first_rows, first_columns)
    other = divided(other, sizes_of(gone[0]), sizes_of(gone[1]))
    i, j, k, m = map(outside, (first_rows, first_columns, last_rows, last_columns))
    inside, kept = ((k, m), (i, j)) if after else ((i, j), (k, m))
    raws = times(at(whole, i + k, j + m), at(other, *inside))
    return made(*kept, summing(raws, *inside[0], *inside[1]))


# ---------------------------------------------------------------- powers


def _power(node: Apply, known: Known) -> Entries:
    assert isinstance(node, AnyPower)
    base = known[node.base]
    if isinstance(node.exponent, Number):
        return base._replace(terms=raised(base.terms, node.exponent.value))
    return base._replace(terms=to_power(base.terms, known[node.exponent].terms))


def _matrix_power(node: Apply, known: Known) -> Entries:
    assert isinstance(node, AnyPower)
    exponent = node.exponent
    whole = isinstance(exponent, Number) and 2 <= exponent.value <= _LARGEST_POWER
    if not whole:
        return opaque(node, known)
    assert isinstance(exponent, Number)
    found = known[node.base]
    for _ in range(int(exponent.value) - 1):
        found = contracted(found, known[node.base])
    return found


def _length(inner: Entries) -> Entries:
    squared = _all(_entrywise([inner, inner]))
    return scalar(raised(squared.terms, _HALF))


def _softmax(exponents: Entries, rows: bool) -> Entries:
    """exp(x[i]) over the sum of exp(x[k]), along the rows or down the column."""
    powers = exponents._replace(terms=exponential(exponents.terms))
    i, j = outside(powers.rows), outside(powers.columns)
    gone = j if rows else i
    sums = made((i if rows else ()), (), summing(at(powers, i, j), *gone))
    over = sums._replace(terms=raised(sums.terms, Fraction(-1)))
    i, j = outside(powers.rows), outside(powers.columns)
    return made(i, j, times(at(powers, i, j), at(over, i if rows else (), ())))


def _log_sum_exp(inner: Entries) -> Entries:
    total = _all(inner._replace(terms=exponential(inner.terms)))
    return scalar(logarithm(total.terms))


_OF_CLASS: Mapping[type, Callable[[Apply, Known], Entries]] = {
    **ARRANGED,
    Transpose: of_one(turned),
    Trace: of_one(_trace),
    EntrySum: of_one(_all),
    Norm2: of_one(_length),
    Hadamard: lambda node, known: _entrywise([known[one] for one in node.arguments]),
    Inner: lambda node, known: _all(_entrywise([known[one] for one in node.arguments])),
    Kronecker: _kronecker,
    KhatriRao: _khatri_rao,
    Power: _power,
    ElementwisePower: _power,
    MatrixPower: _matrix_power,
}
_OF_NAME: Mapping[str, Callable[[Apply, Known], Entries]] = {
    **ARRANGED_BY_NAME,
    "pi": lambda node, known: scalar(PI),
    "softmax": lambda node, known: _softmax(known[node.arguments[0]], rows=False),
    "softmax_rows": lambda node, known: _softmax(known[node.arguments[0]], rows=True),
    "logsumexp": of_one(_log_sum_exp),
    "logsumexp_all": of_one(_log_sum_exp),
    "kron_left": _kron_left,
    "kron_right": _kron_right,
}


def all_entries(*roots: Node) -> dict[Node, Entries]:
    """The entries of expressions and of all that is in them, as far as they can be worked out.

    Raises Unresolved over the complex numbers.
    """
    known: dict[Node, Entries] = {}
    for node in ordered(*roots):
        if node.is_complex:
            raise Unresolved
        try:
            known[node] = entries_of(node, known)
        except (Unresolved, KeyError):  # what it stands in may do without
            continue
    return known
