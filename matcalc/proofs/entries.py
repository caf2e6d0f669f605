"""The entry (i, j) of an expression as a sum over indices of products of entries.

What is no such sum, inv(M) or det(M), is a matrix or a number of its own, whose argument has been
brought to this form itself. Two expressions are equal where their forms are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction

from matcalc.expressions.dimensions import Shape, dimension
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
    Inverse,
    Kronecker,
    MatrixPower,
    Ones,
    Power,
    Trace,
    Transpose,
)
from matcalc.proofs.arrangements import ARRANGED, Known, of_one
from matcalc.proofs.functions import FUNCTIONS, PI, raised, to_power
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
    made,
    numbered,
    outside,
    plain_sizes,
    summing,
    turned,
)
from matcalc.proofs.small import LARGEST, determinant
from matcalc.rulebook import book
from matcalc.simplify.rewriting import simplify

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
    if made_of := _OF_CLASS.get(type(node)):
        return made_of(node, known)
    if (other := _in_plainer_operations(node)) is not None:
        return _through(other, known)
    if node.operation == "pi":
        return scalar(PI)
    if node.operation in FUNCTIONS:
        inner = known[node.arguments[0]]
        return inner._replace(terms=FUNCTIONS[node.operation](inner.terms))
    return opaque(node, known)


def _in_plainer_operations(node: Apply) -> Node | None:
    """What the book says that it is; of an inverse or a determinant what that simplifies to."""
    for rule in book.rules(node.operation, "entries") if book.has(node.operation) else ():
        return book.instantiate(rule, node.operation, node.arguments)
    if isinstance(node, Inverse) and (plain := simplify(node)) is not node:
        return plain
    if node.operation == "det" and (node.arguments[0].shape.rows.integer or LARGEST + 1) <= LARGEST:
        return determinant(node.arguments[0])
    return None


def _skew(inner: Entries) -> Entries:
    """Half of each entry, and minus half of the one across the diagonal."""
    half = scaled(inner.terms, _HALF)
    across = scaled(turned(inner).terms, -_HALF)
    return inner._replace(terms=added(half, across))


def _through(other: Node, known: Known) -> Entries:
    """The entries of what a node is equal to."""
    return _filled(dict(known), other)[other]


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


_OF_CLASS: Mapping[type, Callable[[Apply, Known], Entries]] = {
    **ARRANGED,
    Transpose: of_one(turned),
    Trace: of_one(_trace),
    EntrySum: of_one(_all),
    Hadamard: lambda node, known: _entrywise([known[one] for one in node.arguments]),
    Inner: lambda node, known: _all(_entrywise([known[one] for one in node.arguments])),
    Kronecker: _kronecker,
    Power: _power,
    ElementwisePower: _power,
    MatrixPower: _matrix_power,
}


def all_entries(*roots: Node) -> dict[Node, Entries]:
    """The entries of expressions and of all that is in them, as far as they can be worked out.

    Raises Unresolved over the complex numbers.
    """
    if any(node.is_complex for node in ordered(*roots)):
        raise Unresolved
    return _filled({}, *roots)


def _filled(known: dict[Node, Entries], *roots: Node) -> dict[Node, Entries]:
    for node in ordered(*roots):
        if node not in known:
            with suppress(Unresolved, KeyError):  # what it stands in may do without
                known[node] = entries_of(node, known)
    return known
