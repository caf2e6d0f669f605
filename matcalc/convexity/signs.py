"""The sign of a value, as far as its form tells it: a Gram form is never negative.

A sign is the set of the signs that the value, or each entry of it, may have: `{0, 1}` of what is
nonnegative. It follows from declared kinds, from what the domain says, and from the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from matcalc.expressions.constructors import UNIT, minus, multiply, number, ones, scale, transpose
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Zero,
)
from matcalc.expressions.operations import (
    AnyPower,
    Diagonal,
    DiagonalOf,
    Entry,
    EntryOfMatrix,
    EntrySum,
    Hadamard,
    IndexSum,
    Inverse,
    MatrixPower,
    RealPower,
    Reshape,
    Segment,
    Slice,
    Stack,
    Trace,
    Transpose,
    Vec,
)
from matcalc.rulebook.structure import range_of, structure_of

Sign = frozenset[int]
ANY, ZERO = Sign({-1, 0, 1}), Sign({0})
POSITIVE, NONNEGATIVE = Sign({1}), Sign({0, 1})
NEGATIVE, NONPOSITIVE = Sign({-1}), Sign({-1, 0})
_TWO = number(2)

# The entries of the value are some of those of the argument, or sums of them.
PARTS_AND_SUMS = (
    Transpose, Vec, Reshape, EntrySum, DiagonalOf, Entry, EntryOfMatrix, Segment, Slice
)  # fmt: skip
_IN_WORDS = {POSITIVE: "> 0", NONNEGATIVE: ">= 0", NEGATIVE: "< 0", NONPOSITIVE: "<= 0"}


def in_words(sign: Sign) -> str:
    """`>= 0` of what is nonnegative."""
    return _IN_WORDS.get(sign, "= 0")


def opposite(sign: Sign) -> Sign:
    return Sign(-one for one in sign)


def product_sign(signs: Iterable[Sign]) -> Sign:
    """Of a product of numbers."""
    found = POSITIVE
    for sign in signs:
        found = Sign(one * other for one, other in product(found, sign))
    return found


def sum_sign(signs: Iterable[Sign]) -> Sign:
    """Of a sum of numbers."""
    found = ZERO
    for sign in signs:
        found = frozenset[int]().union(*(_added(*pair) for pair in product(found, sign)))
    return found


def summed(sign: Sign) -> Sign:
    """Of a sum of any number of values of that sign."""
    return sign if sign <= NONNEGATIVE or sign <= NONPOSITIVE else ANY


def _added(one: int, other: int) -> Sign:
    return ANY if one * other < 0 else Sign({one or other})


def power_sign(base: Sign, exponent: Fraction | None) -> Sign:
    """Of a power; only what has a value counts."""
    if exponent is None and not base <= NONNEGATIVE:
        return ANY  # it may be odd
    if exponent is not None and exponent.denominator == 1:
        signs = (one**2 if exponent % 2 == 0 else one for one in base)
    else:
        signs = (one for one in base if one >= 0)
    return Sign(one for one in signs if one or exponent is None or exponent > 0)


@dataclass(frozen=True)
class Signs:
    """The signs of values, where the `facts` hold."""

    facts: Mapping[Node, Sign] = field(default_factory=dict)
    _known: dict[Node, Sign] = field(default_factory=dict)

    def of(self, node: Node) -> Sign:
        """The signs that entries may have."""
        if node not in self._known:
            turned = scale(Fraction(-1), node)
            told = self.facts.get(node, ANY) & opposite(self.facts.get(turned, ANY))
            known = _of_range(node) & opposite(_of_range(turned))
            self._known[node] = told & known & self._of_form(node)
        return self._known[node]

    def _of_form(self, node: Node) -> Sign:
        match node:
            case Zero():
                return ZERO
            case Identity():
                return NONNEGATIVE
            case Named(value=value):
                return self.of(value)
            case Sum(terms=terms):
                return sum_sign(
                    product_sign((sign_of_number(c), self.of(term))) for c, term in terms
                )
            case Product(coefficient=c, scalars=scalars, factors=factors):
                return product_sign(
                    (sign_of_number(c), *map(self.of, scalars), self._of_chain(factors))
                )
            case Hadamard(arguments):
                return product_sign(map(self.of, arguments))
            case AnyPower(base, exponent) if not isinstance(node, MatrixPower | RealPower):
                known = exponent.value if isinstance(exponent, Number) else None
                return power_sign(self.of(base), known)
            case Diagonal(inner):
                return self.of(inner) | ZERO
            case IndexSum(_, _, _, body):
                return summed(self.of(body)) | ZERO
            case Trace(inner):
                return self._of_trace(inner)
            case Stack(left, right):
                return self.of(left) | self.of(right)
            case Apply():
                return self._of_operation(node)
        return ANY

    def _of_operation(self, node: Apply) -> Sign:
        inner = node.arguments[0] if node.arguments else node
        if node.operation == "log":
            return self.of(minus(inner, _one(inner)))
        is_form = isinstance(node, EntrySum) or node.operation == "det"
        if is_form and self.is_psd(inner):
            return NONNEGATIVE
        return summed(self.of(inner)) if isinstance(node, PARTS_AND_SUMS) else ANY

    def _of_chain(self, factors: Sequence[Node]) -> Sign:
        """Of a product of matrices: a Gram form v'*S*v, or what its entries tell."""
        if not factors:
            return POSITIVE
        is_form = multiply(*factors).shape.is_scalar and self.is_psd_chain(factors)
        by_entries = product_sign(summed(self.of(factor)) for factor in factors)
        return by_entries & (NONNEGATIVE if is_form else ANY)

    def _of_trace(self, inner: Node) -> Sign:
        match inner:
            case _ if "spd" in structure_of(inner):
                return POSITIVE
            case Sum(terms=terms):
                return sum_sign(
                    product_sign((sign_of_number(c), self._of_trace(term))) for c, term in terms
                )
            case Product(coefficient=c, scalars=scalars, factors=factors):
                chain = NONNEGATIVE if self._is_of_two(factors) else ANY
                return product_sign((sign_of_number(c), *map(self.of, scalars), chain))
            case _ if self.is_psd(inner):
                return NONNEGATIVE
        return summed(self.of(inner)) if isinstance(inner, Hadamard) else ANY

    def _is_of_two(self, factors: Sequence[Node]) -> bool:
        """Whether the trace of a product is that of two psd matrices, in its cyclic order."""
        factors = _single(factors)
        turned = ([*factors[k:], *factors[:k]] for k in range(len(factors)))
        cuts = product(turned, range(1, len(factors) + 1))
        return any(self.is_psd_chain(f[:k]) and self.is_psd_chain(f[k:]) for f, k in cuts)

    # ------------------------------------------------------------ psd matrices

    def is_psd(self, node: Node) -> bool:
        """Whether a matrix is known to be symmetric and positive semidefinite."""
        if node.shape.is_scalar:
            return self.of(node) <= NONNEGATIVE
        if "psd" in structure_of(node):
            return True
        match node:
            case Named(value=value):
                return self.is_psd(value)
            case Sum(terms=terms):
                return all(c > 0 and self.is_psd(term) for c, term in terms)
            case Product(coefficient=c, scalars=scalars, factors=factors):
                signs = product_sign((sign_of_number(c), *map(self.of, scalars)))
                return signs <= NONNEGATIVE and self.is_psd_chain(factors)
            case Diagonal(inner):
                return self.of(inner) <= NONNEGATIVE
            case Inverse(inner):
                return self.is_psd(inner)
            case MatrixPower(base, Number(value=value)):
                is_even = value % 2 == 0 and transpose(base) is base
                return is_even or self.is_psd(base)
        return False

    def is_psd_chain(self, factors: Sequence[Node]) -> bool:
        """Whether a product reads L*S*L' with S psd."""
        factors = _single(factors)
        low, high = 0, len(factors) - 1
        while low < high and transpose(factors[low]) is factors[high]:
            low, high = low + 1, high - 1
        return low > high or (low == high and self.is_psd(factors[low]))


def _single(factors: Sequence[Node]) -> list[Node]:
    """Squares of matrices written as products of two."""
    found: list[Node] = []
    for one in factors:
        match one:
            case MatrixPower(base, exponent) if exponent is _TWO:
                found += [base, base]
            case _:
                found.append(one)
    return found


def _one(like: Node) -> Node:
    return UNIT if like.shape.is_scalar else ones(like.shape)


def sign_of_number(value: Fraction) -> Sign:
    return Sign({(value > 0) - (value < 0)})


def _of_range(node: Node) -> Sign:
    """What declared kinds, and the structure that operations state, say."""
    if isinstance(node, Number):
        return sign_of_number(node.value)
    words = structure_of(node)
    found = range_of(node)
    sign = ANY
    if found.low >= 0:
        is_open = found.low > 0 or found.is_open_below or "positive" in words
        sign = POSITIVE if is_open else NONNEGATIVE
    elif found.high <= 0:
        sign = NEGATIVE if found.high < 0 or found.is_open_above else NONPOSITIVE
    return POSITIVE if "positive" in words else sign
