"""What is known of a value: `symmetric`, `spd`, `invertible`, `positive`, ...

Symbols declare it, operations state it in their `structure` clauses, sums and products follow
here: e is symmetric where e' is e, and sums and congruences of (semi)definite matrices are
(semi)definite.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import inf
from typing import NamedTuple

from matcalc.expressions.bottom_up import bottom_up
from matcalc.expressions.constructors import dagger, negate, transpose
from matcalc.expressions.nodes import (
    NO_STRUCTURE,
    Apply,
    Identity,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    children,
)
from matcalc.expressions.operations import (
    ElementwisePower,
    Hadamard,
    HorizontalStack,
    IndexSum,
    Ones,
    Power,
    Trace,
    Transpose,
    VerticalStack,
    blocks_along,
)
from matcalc.expressions.valued_words import Bound, interval_of, without_values
from matcalc.language.kinds import closure, complex_word
from matcalc.rulebook.records import Operation

_CLAUSE = re.compile(r"^(?P<words>[\w, -]+?)(?:\s+if\s+(?P<conditions>.+))?$")
_SIGNED = frozenset({"positive", "nonnegative"})
_NORMED = frozenset(  # what a multiple is not
    {"orthogonal", "stiefel", "projection", "permutation", "probability", "onehot"}
)
_EVEN = frozenset({2, 4, 6, 8})
_ADDITIVE = frozenset({"symmetric", "diagonal", "lower", "upper", "psd"})
_SIGNS = _SIGNED | {"real"}
_TRANSPOSED = _SIGNS | {"invertible", "orthogonal", "permutation", "projection"}
_WORDS = (
    "symmetric spd orthogonal stiefel lower upper diagonal invertible projection hermitian real"
)
_OVER_COMPLEX = frozenset(_WORDS.split())
_IDENTITY = closure("spd", "diagonal", "orthogonal", "permutation", "projection")


def _deciding(node: Node) -> Sequence[Node]:
    """The parts whose structure decides on that of the node."""
    match node:
        case Named() | Sum() | Product() | Hadamard():
            return children(node)
        case Power(base, _) | ElementwisePower(base, _) | Transpose(base) | Trace(base):
            return (base,)
        case IndexSum(_, _, _, body):
            return (body,)
        case _:
            return ()


@bottom_up(_deciding)
def structure_of(node: Node) -> frozenset[str]:
    """Everything that is known of an expression."""
    known = {part: structure_of(part) for part in _deciding(node)}
    match node:
        case Symbol(structure=structure):
            return structure
        case Named(value=value):
            return known[value]
        case Identity():
            return _IDENTITY
        case Number(value=value):
            return closure(*(["positive"] if value > 0 else []))
        case Ones():
            return _symmetric(node) | closure("positive")
        case Power(base, exponent) | ElementwisePower(base, exponent):
            even = isinstance(exponent, Number) and exponent.value % 2 == 0 and not base.is_complex
            signs = known[base] & _SIGNS | (closure("nonnegative") if even else NO_STRUCTURE)
            return _symmetric(node) | signs
        case Transpose(inner):
            return node.structure | closure(*known[inner] & _TRANSPOSED)
        case Trace(inner) if "psd" in known[inner]:
            return closure("positive" if "spd" in known[inner] else "nonnegative")
        case IndexSum(_, _, _, body) if body.shape.is_scalar:
            return closure("nonnegative") if known[body] & _SIGNED else NO_STRUCTURE
        case Hadamard(arguments):
            signs = frozenset[str].intersection(*(known[a] for a in arguments)) & _SIGNS
            return _symmetric(node) | signs
        case VerticalStack():
            return node.structure | _symmetric_blocks(node)
        case Apply(structure=structure):
            return structure
        case Sum() | Product() if node.is_complex:
            return _symmetric(node) | _complex(node, known)
        case Sum(terms=terms):
            return _symmetric(node) | _sum(tuple(terms), known)
        case Product():
            return _symmetric(node) | _product(node, known)
        case _:
            return NO_STRUCTURE


def _symmetric(node: Node) -> frozenset[str]:
    if node.shape.is_scalar or not node.shape.is_square:
        return NO_STRUCTURE
    if node.is_complex and dagger(node) is node:
        return closure("hermitian")
    return frozenset({"symmetric"}) if transpose(node) is node else NO_STRUCTURE


def _symmetric_blocks(node: VerticalStack) -> frozenset[str]:
    """[A, B; B', D] is symmetric where A and D are."""
    rows = [blocks_along(row, HorizontalStack) for row in blocks_along(node, VerticalStack)]
    mirrored = [[transpose(part) for part in column] for column in zip(*rows, strict=False)]
    return frozenset({"symmetric"}) if rows == mirrored else NO_STRUCTURE


def _sum(
    terms: Sequence[tuple[Fraction, Node]], known: Mapping[Node, frozenset[str]]
) -> frozenset[str]:
    """Sums with positive coefficients keep what is closed under addition."""
    kept = frozenset[str].intersection(*(known[term] & _ADDITIVE for _, term in terms))
    kept |= _sign(terms)
    if any(value < 0 for value, _ in terms):
        return kept - {"psd"}
    definite = all("psd" in known[t] for _, t in terms) and any("spd" in known[t] for _, t in terms)
    return closure(*kept, "spd") if definite else kept


def _sign(terms: Sequence[tuple[Fraction, Node]]) -> frozenset[str]:
    """What follows from where the terms are: 1 - p is positive where p is in (0, 1)."""
    lowest: Bound = 0
    is_open = False
    for value, term in terms:
        found = range_of(term)
        end = found.low if value > 0 else found.high
        if end in (inf, -inf):  # which is no factor of a fraction that no float can hold
            return NO_STRUCTURE
        lowest += value * end
        is_open |= found.is_open_below if value > 0 else found.is_open_above
    if lowest > 0 or (lowest == 0 and is_open):
        return closure("positive")
    return closure("nonnegative") if lowest == 0 else NO_STRUCTURE


class Range(NamedTuple):
    """Two numbers between which all entries are; where it is open, they are never that number."""

    low: Bound
    high: Bound
    is_open_below: bool = False
    is_open_above: bool = False


def range_of(node: Node) -> Range:
    """Where all entries of a value are known to be."""
    match node:
        case Number(value=value):
            return Range(value, value)
        case Ones():
            return Range(1, 1)
        case Product(coefficient=coefficient) if coefficient < 0:
            found = range_of(negate(node))
            return Range(-found.high, -found.low, found.is_open_above, found.is_open_below)
        case Power(base, Number(value=exponent)) | ElementwisePower(base, Number(value=exponent)):
            if exponent in _EVEN and (interval := interval_of(structure_of(base))):
                return _even_power(*interval, int(exponent))
    known = structure_of(node)
    interval = interval_of(known)
    if interval is not None:
        return Range(*interval, True, True)
    return Range(0 if "nonnegative" in known else -inf, inf)


def _even_power(low: Bound, high: Bound, exponent: int) -> Range:
    """Of what is in an open interval."""
    if low >= 0:
        return Range(low**exponent, high**exponent, True, True)
    return Range(0, max(-low, high) ** exponent, False, True)


def _product(node: Product, known: Mapping[Node, frozenset[str]]) -> frozenset[str]:
    """Positive multiples, congruences A*S*A' of psd matrices, products of invertible ones."""
    positive = node.coefficient > 0 and all("positive" in known[s] for s in node.scalars)
    parts = [known[part] for part in children(node)]
    found: set[str] = set()
    if node.coefficient > 0 and all(part & _SIGNED for part in parts):
        found.add("positive" if all("positive" in part for part in parts) else "nonnegative")
    if not node.factors:
        return closure(*found)
    if all("invertible" in known[f] for f in node.factors) and positive:
        found.add("invertible")
    if len(node.factors) == 1 and positive:
        found |= without_values(known[node.factors[0]]) - _NORMED
    if positive and _is_congruence(node.factors, known):
        found |= {"nonnegative"} if node.shape.is_scalar else {"psd", "symmetric"}
        if "invertible" in found:
            found.add("spd")
    return closure(*found)


def _complex(node: Sum | Product, known: Mapping[Node, frozenset[str]]) -> frozenset[str]:
    """Of a complex value only the zeros of a sum and the invertibility of a product are kept."""
    parts = [known[child] for child in children(node)]
    if isinstance(node, Sum):
        kept = frozenset({"symmetric", "diagonal", "lower", "upper"})
        return kept.intersection(*parts)
    invertible = node.factors and all("invertible" in part for part in parts[len(node.scalars) :])
    return frozenset({"invertible"}) if invertible and not node.scalars else NO_STRUCTURE


def _is_congruence(factors: Sequence[Node], known: Mapping[Node, frozenset[str]]) -> bool:
    """Whether the chain reads L * M * L' with M psd (or absent)."""
    low, high = 0, len(factors) - 1
    while low < high and transpose(factors[low]) is factors[high]:
        low, high = low + 1, high - 1
    return low > high or (low == high and "psd" in known[factors[low]])


Statement = tuple[frozenset[str], tuple[tuple[str, str], ...]]


@cache
def _statements(operation: Operation) -> tuple[Statement, ...]:
    """The `structure` clauses of an operation: words, and what they need of which argument."""
    found = []
    for clause in operation.texts("structure"):
        match = _CLAUSE.match(clause.text)
        assert match is not None, clause.location
        conditions = tuple(re.findall(r"(\w+) (\w+)", match["conditions"] or ""))
        found.append((frozenset(re.findall(r"\w+", match["words"])), conditions))
    return tuple(found)


@cache
def statements_over_complex(operation: Operation) -> tuple[Statement, ...]:
    """The same for complex arguments: as they stand, or with ' the conjugate transpose.

    What is about signs, or about a transpose that has no word there, is left out.
    """
    statements = _statements(operation)
    if operation.over_complex != "derivatives":
        return statements
    found = []
    for words, conditions in statements:
        if all(word in _OVER_COMPLEX for _, word in conditions):
            needed = tuple((name, complex_word(word)) for name, word in conditions)
            found.append((frozenset(map(complex_word, words & _OVER_COMPLEX)), needed))
    return tuple(found)


def stated(operation: Operation, arguments: Sequence[Node]) -> frozenset[str]:
    """What the `structure` clauses of an operation say of its value at these arguments."""
    over_complex = any(argument.is_complex for argument in arguments)
    statements = (statements_over_complex if over_complex else _statements)(operation)
    if not statements:
        return NO_STRUCTURE
    found: set[str] = set()
    names = [parameter.name for parameter in operation.parameters]
    known: dict[str, frozenset[str]] = {}
    for words, conditions in statements:
        for name, _ in conditions:
            if name not in known:
                known[name] = structure_of(arguments[names.index(name)])
        if all(word in known[name] for name, word in conditions):
            found |= words
    return closure(*found)
