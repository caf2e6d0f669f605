"""Where an answer is valid, as predicates: what the operations in it demand of their arguments.

An operation of f demands what its entry says. What stands in the answer alone, such as a quotient,
demands its own too, unless the entry whose rule brought it has said where that rule holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain

from matcalc.calculus.differential import choose_rule, matrix_at_solution
from matcalc.calculus.implicit import equations
from matcalc.calculus.shortest_conditions import implied, merged, simplest, solvable
from matcalc.expressions.binders import bound, bound_in
from matcalc.expressions.constructors import UNIT, minus
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import (
    Apply,
    Node,
    Symbol,
    children,
    ordered,
)
from matcalc.expressions.operations import (
    Binder,
)
from matcalc.expressions.predicates import (
    ForAll,
    Ordered,
    Predicate,
    mapped,
    subjects,
)
from matcalc.rulebook import book
from matcalc.rulebook.facts import decided
from matcalc.rulebook.requirements import Requirement
from matcalc.rulebook.rule_book import REQUIREMENTS
from matcalc.simplify.naming import all_opened, behind_names, in_names, opened, with_turned
from matcalc.simplify.rewriting import simplify

Around = Mapping[Node, Collection[tuple[Apply, ...]]]


def conditions(expression: Node, *values: Node, parts: Collection[Node] = ()) -> list[Requirement]:
    """What has to hold for the `values`, derivatives of the expression, to be right.

    Each once, without what declarations meet and without what another one implies. That x is not
    0 is demanded by a quotient by norm2(x), not by the norm itself: norm2(x)^3 is smooth. The
    `parts` have to have values: what was typed, and vanished from the expression.
    """
    found = chain(_behind_names((expression,), values), _as_typed(expression, *parts))
    return _in_names_of(expression, _collected(found))


def second_conditions(
    expression: Node, gradients: Iterable[Node], *values: Node, parts: Collection[Node] = ()
) -> list[Requirement]:
    """The same for second derivatives: those of f and of its gradients; a kink has none at all."""
    found = chain(_behind_names((expression, *gradients), values), _as_typed(expression, *parts))
    return _in_names_of(expression, _collected(replace(one, subgradient=False) for one in found))


def _behind_names(functions: tuple[Node, ...], values: tuple[Node, ...]) -> Iterator[Requirement]:
    """What is demanded where all names are written out: a name hides what it implies."""
    demanding = _demanding(*functions, *values)
    plain, new = (all_opened([n for n in roots if n in demanding]) for roots in (functions, values))
    return _of_derivative(tuple(map(simplify, plain)), tuple(new))


def _demanding(*roots: Node) -> set[Node]:
    """The nodes in which anything is demanded: the others need not be written out."""
    found: set[Node] = set()
    for node in ordered(*roots):
        if not found.isdisjoint(children(node)) or _demands(node):
            found.add(node)
    return found


def _demands(node: Node) -> bool:
    """Whether a node itself demands anything; loops and equations do for what is in them."""
    if isinstance(node, Binder):
        return True
    if not isinstance(node, Apply) or not book.has(node.operation):
        return False
    return any(next(_required_by(node, word), None) for word in REQUIREMENTS)


def _in_names_of(expression: Node, found: list[Requirement]) -> list[Requirement]:
    if not found:
        return found
    names = with_turned(behind_names(expression))
    named = partial(in_names, known=names)
    return [one.about(mapped(one.predicate, named)) for one in found] if names else found


def domain(*roots: Node) -> list[Requirement]:
    """What has to hold for the expressions to have values."""
    return _collected(_of_values(roots))


def _as_typed(*roots: Node) -> Iterator[Requirement]:
    """What nodes demand before they are simplified away: exp(log(x)) has a value for x > 0.

    Each stands for what it is by itself: log(det(X)) for logdet(X).
    """
    around = _around(roots)
    for node in _operations(roots):
        short = simplify(opened(node)) if book.required(node, "requires") else UNIT
        for one in _of_values((short,)):
            for binders in around[node]:
                yield one.about(_quantified(one.predicate, binders))


def _of_values(roots: Collection[Node]) -> Iterator[Requirement]:
    around = _around(tuple(roots))
    return (one for node in _operations(tuple(roots)) for one in _own(node, around, "requires"))


def _collected(required: Iterable[Requirement]) -> list[Requirement]:
    """Each once; what is demanded strictly is not softened by a kink that asks for the same."""
    found: dict[Predicate, Requirement] = {}
    for one in required:
        for predicate in simplest(one.predicate):
            known = found.get(predicate)
            if decided(predicate) or (known is not None and not known.subgradient):
                continue
            if known is None or not one.subgradient:
                found[predicate] = one.about(predicate)
    joined = merged(found)
    strict = {predicate for predicate, one in joined.items() if not one.subgradient}
    return [
        one
        for predicate, one in joined.items()
        if not implied(predicate, joined if one.subgradient else strict)
    ]


def _of_derivative(roots: tuple[Node, ...], values: tuple[Node, ...]) -> Iterator[Requirement]:
    """What the roots, which are differentiated, and the values demand."""
    covered: set[Predicate] = set()
    inside = set(ordered(*roots))
    for equation in equations(*roots):
        yield Requirement(solvable(simplify(matrix_at_solution(equation))))
    around = _around(roots)
    for node in _operations(roots):
        own = [one for word in REQUIREMENTS for one in _own(node, around, word)]
        covered.update(_covered(node) if own else ())
        yield from own
    around = _around(values)
    for new in ordered(*values):
        if isinstance(new, Apply) and new not in inside:
            yield from _of_bounds(new, values)
    for node in _operations(values):
        if node not in inside and not covered.issuperset(_required_by(node)):
            yield from _own(node, around, "requires")


def _of_bounds(node: Apply, values: tuple[Node, ...]) -> Iterator[Requirement]:
    """A sum that a rule brought, over i in 1..k, means something from k = 0 on.

    The code checks one inside another at each pass.
    """
    if bound(node) and len(node.arguments) == 4:
        _, lower, upper, _ = node.arguments
        indices = set[Node]().union(*map(bound_in, values))
        if indices.isdisjoint(ordered(lower, upper)):
            yield Requirement(Ordered(minus(lower, UNIT), upper, strict=False))


def _operations(roots: tuple[Node, ...]) -> Iterator[Apply]:
    for node in ordered(*roots):
        if isinstance(node, Apply) and book.has(node.operation):
            yield node


def _own(node: Apply, around: Around, word: str) -> Iterator[Requirement]:
    """What a node demands, for all values of the indices of the sums around it."""
    for one in book.required(node, word):
        for binders in around[node]:
            yield one.about(_quantified(one.predicate, binders))


def _around(roots: tuple[Node, ...]) -> Around:
    """For each node the sums and products over an index that it stands in, the inner ones first.

    A node that stands in several places has an entry for each.
    """
    found: dict[Node, set[tuple[Apply, ...]]]
    found = {node: {()} if node in roots else set() for node in ordered(*roots)}
    for node in reversed(ordered(*roots)):
        inside = list(children(node))
        if isinstance(node, Apply) and len(inside) == 4 and bound(node):
            body = inside.pop()
            found[body] |= {(node, *outer) for outer in found[node]}
        for child in inside:
            found[child] |= found[node]
    return found


def _quantified(predicate: Predicate, binders: tuple[Apply, ...]) -> Predicate:
    free = set(ordered(*subjects(predicate)))
    for binder in binders:
        index, lower, upper, _ = binder.arguments
        if index in free and isinstance(index, Symbol):
            predicate = ForAll(index, lower, upper, predicate)
            free = (free - {index}) | set(ordered(lower, upper))
    return predicate


def _covered(node: Apply) -> Iterator[Predicate]:
    """What its rule demands of other expressions than the arguments: of 1 - X.^2 for arcsin.

    The entry has said in its own words where that holds.
    """
    try:
        rule = choose_rule(node, "differential")
    except NoRule:
        return
    for inner in _operations((book.instantiate(rule, node.operation, node.arguments),)):
        for predicate in _required_by(inner):
            if set(node.arguments).isdisjoint(subjects(predicate)):
                yield predicate


def _required_by(node: Apply, word: str = "requires") -> Iterator[Predicate]:
    for one in book.required(node, word):
        yield from (predicate for predicate in simplest(one.predicate) if not decided(predicate))
