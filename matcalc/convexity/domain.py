"""Where a function is looked at: the kinds of its variables, and where it has values.

Its curvature is that along segments inside the domain. The domain is convex if it is given by
linear kinds, cones and `g > 0` with a concave g; else what is said holds on each convex part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from matcalc.calculus.conditions import domain, second_conditions
from matcalc.calculus.differential import differential
from matcalc.convexity.signs import NEGATIVE, NONNEGATIVE, POSITIVE, Sign, Signs
from matcalc.expressions.constructors import minus, multiply, ones, transpose
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.expressions.predicates import (
    ForAll,
    Has,
    Ordered,
    Predicate,
    Property,
    Unless,
    mapped,
)
from matcalc.expressions.valued_words import values_of
from matcalc.language.kinds import KINDS, closure
from matcalc.printing.predicates import predicate_text
from matcalc.rulebook.facts import decided
from matcalc.simplify.naming import opened
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction

# The words of a kind that a convex set has; a matrix of any other lies in none.
_LINEAR = ("diagonal", "symmetric", "skew", "lower", "upper")
_CONVEX = {*_LINEAR, "psd", "spd", "positive", "nonnegative", "real", "probability"}
OPEN_PARTS = frozenset({"invertible", "real_powers", "hurwitz"})
_SIGNS = {
    Property.POSITIVE: POSITIVE,
    Property.NONNEGATIVE: NONNEGATIVE,
    Property.NONZERO: POSITIVE | NEGATIVE,
    Property.NONZERO_ENTRIES: POSITIVE | NEGATIVE,
}


@dataclass(frozen=True)
class Domain:
    """The variables that move together, and the `conditions` that they meet.

    What is `implied` holds all over the domain: nobody has to be told.
    """

    variables: tuple[Symbol, ...]
    conditions: tuple[Predicate, ...] = ()
    implied: tuple[Predicate, ...] = ()
    facts: Mapping[Node, Sign] = field(default_factory=dict)
    _affine: dict[Node, bool] = field(default_factory=dict)

    @cached_property
    def signs(self) -> Signs:
        facts: dict[Node, Sign] = {**self.facts}
        for condition in map(_inside, (*self.conditions, *self.implied)):
            for subject, sign in told(condition):
                facts[subject] = facts.get(subject, sign) & sign
        return Signs(facts)

    @cached_property
    def tangents(self) -> Mapping[Symbol, Symbol]:
        """The directions inside the linear span of the domain."""
        return {one: _direction(one) for one in self.variables}

    def of_any_sign(self, variable: Symbol) -> Symbol:
        """The variable in the linear span of the domain."""
        words = self.tangents[variable].structure - {"tangent"}
        return Symbol(variable.name, variable.shape, words)

    def is_constant(self, node: Node) -> bool:
        """Whether no variable stands in it."""
        return not any(one in self.tangents for one in ordered(node) if isinstance(one, Symbol))

    def is_affine(self, node: Node) -> bool:
        """Whether its differential is the same everywhere."""
        if node not in self._affine:
            moved = simplify(differential(node, self.tangents))
            self._affine[node] = self.is_constant(moved) and self.is_smooth(node)
        return self._affine[node]

    def second(self, node: Node) -> Node:
        """d2 of an expression along one direction twice."""
        moved = simplify(differential(node, self.tangents))
        return simplify(differential(moved, self.tangents))

    def is_smooth(self, node: Node) -> bool:
        """Whether it is twice differentiable all over the domain."""
        moved = differential(node, self.tangents)
        required = second_conditions(node, [moved], differential(moved, self.tangents))
        return all(self.holds(one.predicate) for one in required)

    def holds(self, condition: Predicate) -> bool:
        """Whether a condition is known to be met all over the domain."""
        if condition in (*self.conditions, *self.implied) or decided(condition):
            return True
        match condition:
            case Has(subject, Property.SYMMETRIC):
                return transpose(subject) is subject
            case Has(subject, Property.INVERTIBLE) if is_domain_of_psd(self, subject):
                return True
            case Unless(inner, exception):
                return self.holds(inner) or self.holds(exception)
            case ForAll():
                return self.holds(condition.predicate)
        signs = [*told(condition)]
        return bool(signs) and all(self.signs.of(subject) <= sign for subject, sign in signs)

    # ------------------------------------------------------------ in words

    @property
    def text(self) -> str:
        """`x > 0`, `X spd`, `all x`, with what else holds."""
        said = [_kind(one) for one in self.variables]
        said += [_in_words(one) for one in self.conditions]
        bounded = [one for one in said if not one.startswith("all ")]
        return ", ".join(bounded) or f"all {', '.join(map(str, self.variables))}"


def is_domain_of_psd(place: Domain, subject: Node) -> bool:
    """Whether a psd matrix is said to be invertible."""
    return Has(subject, Property.INVERTIBLE) in place.conditions and place.signs.is_psd(subject)


def domain_of(
    f: Node, variables: Iterable[Symbol], more: Iterable[Predicate] = (), parts: Iterable[Node] = ()
) -> Domain:
    """Where f and its `parts` have values, of variables of their kinds, and where `more` holds.

    Raises DomainError for a kind that no segment stays in.
    """
    known = tuple(variables)
    for one in known:
        _require_segments(one)
    needed = (mapped(one.predicate, opened) for one in domain(f, *parts))
    return Domain(known, tuple(dict.fromkeys((*more, *needed))))


def in_symmetric(f: Node, variables: Iterable[Node]) -> tuple[Symbol, ...]:
    """The variables, symmetric where f has values of symmetric ones only."""
    needed = {one.predicate for one in domain(f)}
    return tuple(
        Symbol(one.name, one.shape, closure(*one.structure, "symmetric"))
        if Has(one, Property.SYMMETRIC) in needed
        else one
        for one in variables
        if isinstance(one, Symbol)
    )


def _require_segments(variable: Symbol) -> None:
    plain = {word for word in variable.structure if "(" not in word}
    if wrong := plain - _CONVEX - OPEN_PARTS:
        word = min(wrong & KINDS.keys() or wrong)
        raise DomainError(
            f"{variable.name} is {word}: between two such values lie others, so that there is "
            "nothing convex about them",
            hint=f"ask for another kind of {variable.name}, by `where` or `on`",
        )


def _direction(variable: Symbol) -> Symbol:
    found = direction(f"d{variable.name}", variable)
    word = next((word for word in _LINEAR if word in variable.structure), None)
    return Symbol(found.name, found.shape, closure(word)) if word else found


def _inside(condition: Predicate) -> Predicate:
    while isinstance(condition, ForAll):
        condition = condition.predicate
    return condition


def told(condition: Predicate) -> Iterable[tuple[Node, Sign]]:
    """What a condition says of signs."""
    match condition:
        case Has(subject, one) if one in _SIGNS:
            yield subject, _SIGNS[one]
        case Ordered(smaller, larger, strict):
            shape = larger.shape if smaller.shape.is_scalar else smaller.shape
            small, large = (_repeated(side, shape) for side in (smaller, larger))
            yield minus(large, small), POSITIVE if strict else NONNEGATIVE


def _repeated(side: Node, shape: Shape) -> Node:
    """A number beside entries is one of each."""
    return side if side.shape == shape else multiply(side, ones(shape))


def _kind(variable: Symbol) -> str:
    words = variable.structure
    if (ends := values_of(words, "open_interval")) and "probability" not in words:
        return f"{ends[0]} < {variable.name} < {ends[1]}"
    if "probability" in words:
        return f"{variable.name} probability"
    if "positive" in words or "nonnegative" in words:
        sign = "> 0" if "positive" in words else ">= 0"
        return f"{variable.name} {sign}"
    found = (word for word in ("spd", "psd", *_LINEAR, "invertible") if word in words)
    word = next(found, "")
    return f"{variable.name} {word}" if word else f"all {variable.name}"


def _in_words(condition: Predicate) -> str:
    match condition:
        case Has(subject, one) if one in (Property.POSITIVE, Property.NONNEGATIVE):
            return f"{subject} {'>' if one is Property.POSITIVE else '>='} 0"
        case _:
            return predicate_text(condition)
