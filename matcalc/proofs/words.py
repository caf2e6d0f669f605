"""Terms as words of matrices, and where a word stands in a term.

A term is a product of scalars and of a chain of factors. A word stands in the chain, or in the
chain of a scalar `x'*A*y` or of a trace (there after turning it round); what else is linear passes
it on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product

from matcalc.expressions.constructors import (
    add,
    is_zero,
    multiply,
    number,
    power,
    split_coefficient,
    trace,
    transpose,
)
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.nodes import Apply, Identity, Node, Number, Product, Sum, ordered
from matcalc.expressions.operations import Power, Trace
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition

Word = tuple[Node, ...]
Term = tuple[Fraction, Node]
Context = Callable[[Node], Node]
"""A term as a function of what stands in one place of it: linear."""


def terms_of(node: Node) -> Iterator[Term]:
    """The terms of an expanded sum, each with its number."""
    common, rest = split_coefficient(node)
    if isinstance(rest, Sum):
        yield from ((common * value, term) for value, term in rest.terms)
    elif not is_zero(node):
        yield common, rest


def word_of(term: Node) -> Word:
    """The chain of a term without scalars; empty for I and for a number."""
    match term:
        case Product(factors=factors) if not any(isinstance(f, Identity) for f in factors):
            return factors
        case Product() | Identity() | Number():
            return ()
        case _:
            return (term,)


def has_scalars(term: Node) -> bool:
    """Whether something else than a word stands in the term."""
    return isinstance(term, Product) and bool(term.scalars)


def spread(context: Context, node: Node) -> Node:
    """The context of each term of a sum."""
    shape = context(node).shape
    return add(((value, context(term)) for value, term in terms_of(node)), shape)


def letters_in(term: Node) -> set[Node]:
    """All that words in a term may be made of: its parts, and those of a scalar turned round."""
    parts = ordered(term)
    scalars = (scalar for part in parts if isinstance(part, Product) for scalar in part.scalars)
    return set(parts).union(*(turn for scalar in scalars for turn in _turns(scalar)))


@kept_for_an_edition(20_000)
def context_of(word: Word, term: Node) -> Context | None:
    """The first place of the word in a term."""
    scalars, factors = _parts(term)
    place = _place(word, factors)
    if place is not None:
        return around((*scalars, *factors[:place]), factors[place + len(word) :])
    parts = (*scalars, *factors)
    for k, part in enumerate(parts):
        inner = _inside(word, part)
        if inner is not None:
            return composed(around(parts[:k], parts[k + 1 :]), inner)
    return _across(word, scalars, factors)


def _across(word: Word, scalars: Word, factors: Word) -> Context | None:
    """Over the seam of two chains: u*v' stands in (v'*x)*u, which is u*v'*x."""
    cuts = [k for k in range(1, len(word)) if word[k].shape.rows == ONE]
    if not cuts:
        return None
    pieces = [(place, chain) for place, scalar in enumerate(scalars) for chain in _turns(scalar)]
    pieces += [(len(scalars), factors)] if factors else []
    for k, (i, left), (j, right) in product(cuts, pieces, pieces):
        if i != j and left[-k:] == word[:k] and right[: len(word) - k] == word[k:]:
            others = [one for place, one in enumerate(scalars) if place not in (i, j)]
            rest = () if len(scalars) in (i, j) else factors
            joined = around(left[:-k], right[len(word) - k :])
            return composed(around(others, rest), joined)
    return None


def _turns(scalar: Node) -> list[Word]:
    """A scalar chain and its transpose, which is the same number."""
    if not isinstance(scalar, Product) or not scalar.factors or scalar.scalars:
        return []
    turned = tuple(transpose(factor) for factor in reversed(scalar.factors))
    return [scalar.factors, turned]


def around(before: Sequence[Node], behind: Sequence[Node]) -> Context:
    """What is multiplied by these from both sides."""
    return lambda node: multiply(*before, node, *behind)


def composed(outer: Context, inner: Context) -> Context:
    """One context within another."""
    return lambda node: outer(inner(node))


def _parts(term: Node) -> tuple[Word, Word]:
    if not isinstance(term, Product):
        return (), (term,)
    scalars = term.scalars if term.coefficient == 1 else (number(term.coefficient), *term.scalars)
    return scalars, term.factors


def _place(word: Word, factors: Word) -> int | None:
    count = len(word)
    starts = range(len(factors) - count + 1)
    return next((k for k in starts if factors[k : k + count] == word), None)


def _inside(word: Word, part: Node) -> Context | None:
    """A place of the word further inside: in a scalar chain, a trace, what is linear."""
    match part:
        case Product():
            return context_of(word, part)
        case Power(base, Number(value=value)) if value.denominator == 1 and value > 1:
            inner = context_of(word, base)
            once = power(base, number(value - 1))
            return None if inner is None else composed(around((once,), ()), inner)
        case Trace(inner):
            return _in_trace(word, inner)
        case Apply(operation=name, arguments=arguments) if arguments and book.has(name):
            return _in_argument(word, part)
    return None


def _in_trace(word: Word, inner: Node) -> Context | None:
    """In a rotation of the chain."""
    scalars, factors = _parts(inner)
    for k in range(len(factors)):
        turned = factors[k:] + factors[:k]
        if turned[: len(word)] == word:
            return composed(trace, around(scalars, turned[len(word) :]))
    found = None if isinstance(inner, Sum) else context_of(word, inner)
    return None if found is None else composed(trace, found)


def _in_argument(word: Word, node: Apply) -> Context | None:
    """In an argument in which the operation is linear."""
    operation = book.operation(node.operation)
    for k, argument in enumerate(node.arguments[: len(operation.parameters)]):
        is_open = operation.is_linear_in(operation.parameters[k].name)
        inner = context_of(word, argument) if is_open and not isinstance(argument, Sum) else None
        if inner is not None:
            return _applied(node, k, inner)
    return None


def _applied(node: Apply, place: int, inner: Context) -> Context:
    before, behind = node.arguments[:place], node.arguments[place + 1 :]
    return lambda one: book.apply(node.operation, [*before, inner(one), *behind], node.shape)
