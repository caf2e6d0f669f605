"""Matching a pattern of the rule book with an expression.

A symbol of the pattern stands for any expression of its shape that has the structure it was
declared with; the dimension names of the pattern stand for dimensions. A product pattern matches
some of the scalars and a run of neighbours of a longer product; a sum pattern some of the terms
and an entrywise product pattern some of the factors, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from matcalc.expressions.constructors import (
    UNIT,
    add,
    hadamard,
    is_number,
    multiply,
    negate,
    number,
    scale,
    split_coefficient,
    split_scalars,
    transpose,
)
from matcalc.expressions.dimension_values import as_dimension
from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.marks import lone_marks, transposes
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    Zero,
    children,
    ordered,
    symbols_of,
)
from matcalc.expressions.operations import Hadamard, Transpose
from matcalc.expressions.valued_words import rank_of, without_values
from matcalc.rulebook import book
from matcalc.rulebook.instantiate import instantiate
from matcalc.rulebook.structure import structure_of

_variables = lru_cache(maxsize=1024)(symbols_of)
T = TypeVar("T")
Term = tuple[Fraction, Node]

SYNTACTIC = frozenset({"index", "integer", "function", "dimension"})


@dataclass
class Bindings:
    """What the symbols and dimension names of a pattern stand for."""

    values: dict[Node, Node] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)

    def copy(self) -> Bindings:
        return Bindings(dict(self.values), dict(self.dimensions))


def match(pattern: Node, node: Node, found: Bindings) -> bool:
    """Whether `node` is the pattern with values for its symbols, noted in `found`.

    Patterns come from the rule book and are a few levels deep, so recursion is on the pattern.
    """
    match pattern:
        case Symbol():
            return _match_symbol(pattern, node, found)
        case Number():
            return pattern is node
        case Identity(order=order):
            return isinstance(node, Identity) and _bind(order, node.order, found)
        case Zero():
            return isinstance(node, Zero) and _bind_shape(pattern, node, found)
        case Transpose(Symbol() as inner) if inner in found.values:
            return transpose(found.values[inner]) is node
        case Transpose(Symbol() as inner) if _has_fewer_transposed(node):
            return match(inner, transpose(node), found)
        case Apply():
            return _match_operation(pattern, node, found)
        case Product() if all("dimension" in part.structure for part in children(pattern)):
            return _match_dimension(pattern, node, found)
        case Product():
            return _is_settled(pattern, node, found) or _match_product(pattern, node, found)
        case Sum():
            find = _match_dimension if _is_of_dimensions(pattern) else _match_sum
            return find(pattern, node, found)
        case _:
            return False


def _has_fewer_transposed(node: Node) -> bool:
    """Whether a product, or a row of functions of one, has fewer transposes when transposed.

    A conjugate or a transpose alone is worse than any number of conjugate transposes.
    """
    turns = isinstance(node, Product) or (isinstance(node, Apply) and node.shape.rows == ONE)
    if not turns:
        return False
    turned = transpose(node)
    return (lone_marks(node), transposes(node)) > (lone_marks(turned), transposes(turned))


def _match_operation(pattern: Apply, node: Node, found: Bindings) -> bool:
    return (
        isinstance(node, Apply)
        and node.operation == pattern.operation
        and len(node.arguments) == len(pattern.arguments)
        and all(match(pattern.arguments[k], node.arguments[k], found) for k in _order(pattern))
        and _bind_shape(pattern, node, found)
    )


@lru_cache(maxsize=4096)
def _order(pattern: Apply) -> list[int]:
    """The places of the arguments, dimensions first: they say what the shapes of others are."""
    arguments = pattern.arguments
    return sorted(range(len(arguments)), key=lambda k: "dimension" not in arguments[k].structure)


def match_all(patterns: Sequence[Node], nodes: Sequence[Node], found: Bindings) -> bool:
    return all(match(p, node, found) for p, node in zip(patterns, nodes, strict=True))


def _match_symbol(pattern: Symbol, node: Node, found: Bindings) -> bool:
    known = found.values.get(pattern)
    if known is not None:
        return known is node
    if "function" in pattern.structure and book.has(pattern.name):
        return pattern is node
    if "dimension" in pattern.structure:
        return _match_dimension(pattern, node, found)
    if not _bind_shape(pattern, node, found):
        return False
    needed = pattern.structure - SYNTACTIC
    if needed and not _has(node, needed, found):
        return False
    found.values[pattern] = node
    return True


def _has(node: Node, needed: frozenset[str], found: Bindings) -> bool:
    """Whether the node is known to have a structure, a rank in it being noted in `found`."""
    known = structure_of(node)
    rank = rank_of(needed)
    if rank is None:
        return needed <= known
    own = rank_of(known)
    return own is not None and _bind(rank, own, found) and without_values(needed) <= known


@lru_cache(maxsize=1024)
def _is_of_dimensions(pattern: Sum) -> bool:
    """Whether it is a size: `b - a + 1`."""
    return pattern.shape.is_scalar and not symbols_of(pattern)


def _match_dimension(pattern: Node, node: Node, found: Bindings) -> bool:
    """A dimension as an argument, `n` or `b - a + 1`, of the names that shapes are made of."""
    try:
        return _bind(as_dimension(pattern, ""), as_dimension(node, ""), found)
    except ShapeError:
        return False


def _bind_shape(pattern: Node, node: Node, found: Bindings) -> bool:
    wanted, shape = pattern.shape, node.shape
    return _bind(wanted.rows, shape.rows, found) and _bind(wanted.columns, shape.columns, found)


def _bind(pattern: Dimension, actual: Dimension, found: Bindings) -> bool:
    name = pattern.name
    if name is not None:
        known = found.dimensions.setdefault(name, actual)
        return known is actual or known == actual
    return pattern.substitute(found.dimensions) == actual


def _is_settled(pattern: Product, node: Node, found: Bindings) -> bool:
    """Whether what is known of the variables makes the pattern this node: -X is z where X is -z.

    So sum(X)/(m*n) is sum(x)/n where X is a column x.
    """
    parts = pattern.scalars + pattern.factors
    known = found.values.get(parts[0])
    if len(parts) == 1 and known is not None:
        return scale(pattern.coefficient, known) is node
    return _is_known(pattern, node, found)


def _is_known(pattern: Product, node: Node, found: Bindings) -> bool:
    """Whether what its variables stand for makes the pattern this node: sum(X)/n where X is x."""
    if not all(variable in found.values for variable in _variables(pattern)):
        return False
    return instantiate(pattern, found.values, found.dimensions, book.apply) is node


def _match_sum(pattern: Sum, node: Node, found: Bindings) -> bool:
    """A whole sum, term by term in any order; a variable that stands for itself takes the rest."""
    if not isinstance(node, Sum) or len(pattern.terms) > len(node.terms):
        return False
    if (open_one := _open_one(tuple(term for _, term in pattern.terms))) is not None:
        return _match_rest(pattern, open_one, node, found)
    if len(pattern.terms) != len(node.terms):
        return False
    whole = replace_in_sum(pattern, node, found)
    if whole is None or whole[2] != 1:
        return False
    found.values, found.dimensions = whole[0].values, whole[0].dimensions
    return True


def _match_rest(pattern: Sum, open_one: Node, node: Sum, found: Bindings) -> bool:
    closed = [one for one in pattern.terms if one[1] is not open_one]
    factor = next(value for value, term in pattern.terms if term is open_one)
    for trial, left in _choices(closed, node.terms, found, _match_term):
        if match(open_one, scale(1 / factor, add(left)), trial):
            found.values, found.dimensions = trial.values, trial.dimensions
            return True
    return False


def _match_product(pattern: Product, node: Node, found: Bindings) -> bool:
    """A whole product: `s*X` with a scalar variable, `-X`, or a chain factor by factor."""
    if len(pattern.scalars) > 1:
        return _is_known(pattern, node, found)
    if pattern.coefficient == -1 and len(pattern.scalars + pattern.factors) == 1:
        return _match_negative((pattern.scalars + pattern.factors)[0], node, found)
    scalar, rest = split_scalars(node)
    if pattern.scalars:
        if is_number(scalar, 1):
            return False
        if not match(pattern.scalars[0], scale(1 / pattern.coefficient, scalar), found):
            return False
    elif not is_number(scalar) or scalar is not number(pattern.coefficient):
        return False
    if len(pattern.factors) < 2:
        return match(pattern.factors[0] if pattern.factors else UNIT, rest, found)
    factors = rest.factors if isinstance(rest, Product) else (rest,)
    if len(pattern.factors) == 2 and len(factors) > 2:
        return _match_split(pattern.factors, factors, found)
    return len(factors) == len(pattern.factors) and match_all(pattern.factors, factors, found)


def _match_negative(pattern: Node, node: Node, found: Bindings) -> bool:
    """-X where the node has a minus sign, whatever number or scalars stand behind it."""
    return _is_negative(node) and match(pattern, negate(node), found)


def _is_negative(node: Node) -> bool:
    if isinstance(node, Number):
        return node.value < 0
    return split_coefficient(split_scalars(node)[0])[0] < 0


def _match_split(patterns: Sequence[Node], factors: Sequence[Node], found: Bindings) -> bool:
    """A chain cut in two somewhere: in `A*B*C` the pattern `X*Y` is A and B*C, or A*B and C.

    The middle comes first, so that a long chain is in single factors after a few rounds.
    """
    middle = len(factors) // 2
    for place in sorted(range(1, len(factors)), key=lambda place: abs(place - middle)):
        trial = found.copy()
        sides = multiply(*factors[:place]), multiply(*factors[place:])
        if match_all(patterns, sides, trial):
            found.values, found.dimensions = trial.values, trial.dimensions
            return True
    return False


def replace_in_sum(
    pattern: Sum, node: Sum, known: Bindings
) -> tuple[Bindings, list[Term], Fraction] | None:
    """Where a sum pattern stands among the terms of a sum, in any order.

    Gives the bindings, the terms left, and the number that the matched ones are multiplied by.
    """
    wanted = sorted(pattern.terms, key=lambda term: _is_loose(term[1]))
    for factor in dict.fromkeys(value / wanted[0][0] for value, _ in node.terms):
        scaled = [(value / factor, term) for value, term in node.terms]
        for found, left in _choices(wanted, scaled, known, _match_term):
            return found, [(value * factor, term) for value, term in left], factor
    return None


def _match_term(pattern: Term, term: Term, found: Bindings) -> bool:
    if isinstance(pattern[1], Product) and pattern[1].scalars:
        return match(pattern[1], scale(term[0] / pattern[0], term[1]), found)
    return pattern[0] == term[0] and match(pattern[1], term[1], found)


def take(
    patterns: Sequence[Node], nodes: Sequence[Node], known: Bindings
) -> tuple[Bindings, list[Node]] | None:
    """Where commuting patterns stand among commuting factors: the bindings, and the others."""
    choices = _choices(_loose_last(tuple(patterns)), nodes, known, match)
    return min(choices, key=lambda choice: _negatives(choice[0]), default=None)


def _negatives(found: Bindings) -> int:
    """Variables that stand for -Y: in sigmoid(Y).*sigmoid(-Y), X is Y whichever comes first."""
    return sum(map(_is_negative, found.values.values()))


def take_entries(pattern: Hadamard, node: Hadamard) -> tuple[Bindings, list[Node]] | None:
    """The same of entrywise products; a variable that stands for itself takes all that is left."""
    open_one = _open_one(pattern.arguments)
    closed = [argument for argument in pattern.arguments if argument is not open_one]
    found = take(closed, node.arguments, Bindings())
    if not (found and open_one):
        return found
    return (found[0], []) if match(open_one, hadamard(*found[1]), found[0]) else None


@lru_cache(maxsize=1024)
def _open_one(parts: Sequence[Node]) -> Node | None:
    """The only variable among factors or terms that stands in no other one."""
    alone = [
        part
        for part in parts
        if isinstance(part, Symbol)
        and all(other is part or part not in ordered(other) for other in parts)
    ]
    return alone[0] if len(alone) == 1 else None


@lru_cache(maxsize=1024)
def _loose_last(patterns: tuple[Node, ...]) -> list[Node]:
    return sorted(patterns, key=_is_loose)


@lru_cache(maxsize=1024)
def _is_loose(pattern: Node) -> tuple[bool, int]:
    """What goes last: I, which only binds a dimension, and long patterns.

    exp(X) says what X is, which sigmoid(-X) then has to agree with.
    """
    return isinstance(pattern, Identity), len(ordered(pattern))


def _choices(
    patterns: Sequence[T],
    items: Sequence[T],
    found: Bindings,
    matches: Callable[[T, T, Bindings], bool],
) -> Iterator[tuple[Bindings, list[T]]]:
    """The ways to give each pattern an item of its own, with the items left over.

    The recursion is as deep as there are patterns, which are few.
    """
    if not patterns:
        yield found, list(items)
        return
    for place, item in enumerate(items):
        trial = found.copy()
        if matches(patterns[0], item, trial):
            left = [*items[:place], *items[place + 1 :]]
            yield from _choices(patterns[1:], left, trial, matches)
