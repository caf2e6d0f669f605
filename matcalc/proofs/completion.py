"""Proof by the equations of the operations: completion of words of matrices, bounded.

Each equation is turned into a rule for its longest word. Rules that overlap give new ones, until
the difference of both sides reduces to 0 or a bound is met. What is told is a certificate, in the
equations alone: the difference is a sum of terms `P*(left - right)*Q`, multiplied out.

After Helton, Stankus & Wavrik 1998 and Hofstadler, Raab & Regensburger 2019, who compute such
certificates for operators.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from heapq import heappop, heappush

from matcalc.expressions.constructors import add, is_zero, minus, zero
from matcalc.expressions.nodes import Node
from matcalc.proofs.normal_forms import cleared, difference, lines_of_cleared
from matcalc.proofs.proof import Line, Proof, Use
from matcalc.proofs.relations import Relation, relations_of
from matcalc.proofs.words import (
    Context,
    Word,
    around,
    composed,
    context_of,
    has_scalars,
    letters_in,
    spread,
    terms_of,
    word_of,
)
from matcalc.rulebook.laws import DISTRIBUTIVE
from matcalc.simplify.expansion import expand

_MOST_RULES = 60
_MOST_OVERLAPS = 80
_MOST_REDUCTIONS = 300
_MOST_TERMS = 40  # of a rule, a difference
_LONGEST_WORD = 12
_MOST_BRACKETS = 60


@dataclass(frozen=True, slots=True)
class Step:
    """A multiple of lead - rest of a rule, in its place in a term."""

    value: Fraction
    context: Context
    rule: Rewriting


@dataclass(frozen=True, slots=True, eq=False)
class Rewriting:
    """A word and what it is, by an equation or by steps with other rules."""

    word: Word
    rest: Node
    origin: Relation | tuple[Step, ...]
    value: Fraction = Fraction(1)  # lead - rest is so many times the bracket of the equation


Bracket = tuple[Fraction, Node, Relation]
"""A multiple of left - right of an equation, and its number."""


def by_completion(left: Node, right: Node) -> Proof | None:
    """The difference follows from the equations of the operations in it."""
    whole = cleared(difference(left, right))
    relations = relations_of(whole)
    steps = _steps_to_zero(whole, relations) if relations else None
    if steps is None:
        return None
    brackets = list(_brackets(steps))
    if len(brackets) > _MOST_BRACKETS:
        return None
    reason = f"it follows from {_named(one for _, _, one in brackets)}"
    return Proof(left, right, reason, partial(_lines, left, right, whole, brackets))


def _named(used: Iterable[Relation]) -> str:
    return ", ".join(dict.fromkeys(Use(one.left, one.right, one.by).name for one in used))


# ---------------------------------------------------------------- the search


def _steps_to_zero(whole: Node, relations: Sequence[Relation]) -> list[Step] | None:
    """The steps from the difference to 0."""
    rules = [rule for one in relations if (rule := _oriented(one))]
    rest, steps = reduced(whole, rules)
    queue: list[tuple[int, int, int]] = []
    for new in range(len(rules)):
        _queue(queue, rules, new)
    for _ in range(_MOST_OVERLAPS):
        if is_zero(rest) or not queue:
            break
        _, first, second = heappop(queue)
        for rule in _consequences(rules[first], rules[second], rules):
            rules.append(rule)
            _queue(queue, rules, len(rules) - 1)
        if len(rules) > _MOST_RULES:
            break
        rest, more = reduced(rest, rules)
        steps += more
    return steps if is_zero(rest) else None


def _oriented(relation: Relation) -> Rewriting | None:
    """The equation as a rule for its longest word."""
    found = _lead(expand(relation.bracket))
    if found is None:
        return None
    value, word, rest = found
    return Rewriting(word, rest, relation, 1 / value)


def _lead(node: Node) -> tuple[Fraction, Word, Node] | None:
    """A sum that is 0 as its heaviest word and what that is; None where it is no rule."""
    terms = list(terms_of(node))
    if not terms or len(terms) > _MOST_TERMS:
        return None
    value, lead = max(terms, key=lambda term: _weight(term[1]))
    word = word_of(lead)
    others = [(v, t) for v, t in terms if t is not lead]
    if not word or has_scalars(lead) or any(word_of(t) == word for _, t in others):
        return None
    if len(word) > _LONGEST_WORD:
        return None
    return value, word, add(((-v / value, t) for v, t in others), node.shape)


def _weight(term: Node) -> tuple[int, bool, list[tuple[int, str, int]]]:
    word = word_of(term)
    return len(word), not has_scalars(term), [letter.rank for letter in word]


def reduced(node: Node, rules: Sequence[Rewriting]) -> tuple[Node, list[Step]]:
    """What the rules leave of a sum, and the steps that lead there."""
    waiting = {term: value for value, term in terms_of(node)}
    left: dict[Node, Fraction] = {}
    steps: list[Step] = []
    while waiting and len(steps) < _MOST_REDUCTIONS:
        term, value = waiting.popitem()
        found = _first(term, rules)
        if found is None:
            left[term] = left.get(term, Fraction(0)) + value
            continue
        context, rule = found
        steps.append(Step(value, context, rule))
        for number, one in terms_of(spread(context, rule.rest)):
            waiting[one] = waiting.get(one, Fraction(0)) + value * number
            if not waiting[one]:
                del waiting[one]
    rest = [*left.items(), *waiting.items()]
    return add(((value, term) for term, value in rest), node.shape), steps


def _first(term: Node, rules: Sequence[Rewriting]) -> tuple[Context, Rewriting] | None:
    letters = letters_in(term)
    for rule in rules:
        if letters.issuperset(rule.word) and (context := context_of(rule.word, term)):
            return context, rule
    return None


# ---------------------------------------------------------------- overlaps


def _queue(queue: list[tuple[int, int, int]], rules: Sequence[Rewriting], new: int) -> None:
    """The pairs of the new rule with all that overlap it, those with short words first."""
    for other in range(new + 1):
        for first, second in {(new, other), (other, new)}:
            for count in _overlaps(rules[first].word, rules[second].word):
                size = len(rules[first].word) + len(rules[second].word) - count
                heappush(queue, (size, first, second))


def _overlaps(first: Word, second: Word) -> Iterator[int]:
    """How many letters the end of one word and the start of the other may have in common."""
    for count in range(1, min(len(first), len(second))):
        if first[-count:] == second[:count]:
            yield count


def _consequences(
    first: Rewriting, second: Rewriting, rules: Sequence[Rewriting]
) -> Iterator[Rewriting]:
    """The rules that two ways of rewriting one word give, as far as they say something new."""
    for count in _overlaps(first.word, second.word):
        before, behind = first.word[:-count], second.word[count:]
        ways = [
            Step(Fraction(1), around((), behind), first),
            Step(Fraction(-1), around(before, ()), second),
        ]
        apart = [spread(way.context, way.rule.rest) for way in ways]
        rest, more = reduced(minus(apart[1], apart[0]), rules)
        if found := _lead(rest):
            value, word, what = found
            steps = [*ways, *(replace(one, value=-one.value) for one in more)]
            scaled = (replace(one, value=one.value / value) for one in steps)
            yield Rewriting(word, what, tuple(scaled))


# ---------------------------------------------------------------- the certificate


def _brackets(steps: Sequence[Step]) -> Iterator[Bracket]:
    """The multiples of left - right of equations that the steps come down to."""
    waiting: list[tuple[Fraction, Context, Step]] = [
        (Fraction(1), around((), ()), s) for s in steps
    ]
    while waiting:
        value, outer, step = waiting.pop()
        context, rule = composed(outer, step.context), step.rule
        value *= step.value
        if isinstance(rule.origin, Relation):
            yield value * rule.value, context(rule.origin.bracket), rule.origin
        else:
            waiting += [(value, context, one) for one in rule.origin]


def _lines(left: Node, right: Node, whole: Node, brackets: Sequence[Bracket]) -> Iterator[Line]:
    """The difference, as a sum of brackets that are 0."""
    yield from lines_of_cleared(left, right)
    nothing = zero(left.shape)
    told = add(((value, node) for value, node, _ in brackets), left.shape)
    yield Line(told, nothing, (Use(whole, told, DISTRIBUTIVE),))
    used = dict.fromkeys(one for _, _, one in brackets)
    yield Line(nothing, nothing, tuple(Use(one.left, one.right, one.by) for one in used))
