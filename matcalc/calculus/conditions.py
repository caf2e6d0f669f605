"""Where an answer is valid, as predicates: what the operations in it demand of their arguments.

An operation of f demands what its entry says. What stands in the answer alone, such as a quotient,
demands its own too, unless the entry whose rule brought it has said where that rule holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import chain

from matcalc.calculus.differential import choose_rule, matrix_at_solution
from matcalc.calculus.implicit import equations
from matcalc.expressions.binders import bound, bound_in
from matcalc.expressions.constructors import UNIT, conjugate, dagger, minus, number, transpose
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    children,
    ordered,
)
from matcalc.expressions.operations import (
    Absolute,
    Binder,
    Conjugate,
    Diagonal,
    ElementwisePower,
    Hadamard,
    Inverse,
    Kronecker,
    Norm2,
    Power,
    Trace,
    Transpose,
)
from matcalc.expressions.predicates import (
    Equal,
    ForAll,
    Has,
    NoOppositeEigenvalues,
    Ordered,
    Predicate,
    Property,
    SimpleEigenvalue,
    SimpleSingularValue,
    Unless,
    mapped,
    of_all_entries,
    subjects,
)
from matcalc.rulebook import book
from matcalc.rulebook.facts import decided
from matcalc.rulebook.requirements import Requirement
from matcalc.rulebook.rule_book import REQUIREMENTS
from matcalc.simplify.naming import all_opened, behind_names, in_names, with_turned
from matcalc.simplify.rewriting import simplify

Around = Mapping[Node, Collection[tuple[Apply, ...]]]
_OF_COLUMNS = {Property.FULL_COLUMN_RANK, Property.SINGLE_LARGEST_ENTRY_IN_ROWS}
_STRONGER = {
    Property.NONNEGATIVE: {Property.POSITIVE},
    Property.NONZERO: {Property.POSITIVE, Property.NONZERO_ENTRIES, Property.INVERTIBLE},
    Property.NONZERO_ENTRIES: {Property.POSITIVE},
    Property.SYMMETRIC: {Property.SPD},
    Property.INVERTIBLE: {Property.SPD},
    Property.FULL_RANK: {Property.FULL_COLUMN_RANK, Property.INVERTIBLE},
}


def conditions(expression: Node, *values: Node, parts: Collection[Node] = ()) -> list[Requirement]:
    """What has to hold for the `values`, derivatives of the expression, to be right.

    Each once, without what declarations meet and without what another one implies. That x is not
    0 is demanded by a quotient by norm2(x), not by the norm itself: norm2(x)^3 is smooth. The
    `parts` have to have values: what was typed, and vanished from the expression.
    """
    found = chain(_behind_names((expression,), values), _of_values(parts))
    return _in_names_of(expression, _collected(found))


def second_conditions(
    expression: Node, gradients: Iterable[Node], *values: Node, parts: Collection[Node] = ()
) -> list[Requirement]:
    """The same for second derivatives: those of f and of its gradients; a kink has none at all."""
    found = chain(_behind_names((expression, *gradients), values), _of_values(parts))
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
    joined = _joined(found)
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
        yield Requirement(_solvable(simplify(matrix_at_solution(equation))))
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


def _solvable(matrix: Node) -> Predicate:
    return Has(matrix, Property.NONZERO if matrix.shape.is_scalar else Property.INVERTIBLE)


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


# ---------------------------------------------------------------- the shortest that says it


def simplest(predicate: Predicate) -> Iterator[Predicate]:
    """The same of smaller parts: x'*x and norm2(x) are not 0 where x is not."""
    match predicate:
        case Has(subject=subject, property=Property.NONZERO | Property.NONZERO_ENTRIES as one):
            for part in _factors(subject):
                scalar = part.shape.is_scalar
                yield Has(part, Property.NONZERO if scalar else one)
        case Has(subject=subject, property=Property.INVERTIBLE):
            yield from _invertible(subject)
        case Has(subject=subject, property=one) if one not in _OF_COLUMNS:
            yield Has(_unconjugated(_untransposed(subject)), one)
        case Unless(condition=condition, exception=exception):
            yield from (Unless(one, _shifted(exception)) for one in simplest(condition))
        case ForAll(predicate=inner):
            yield from (replace(predicate, predicate=part) for part in simplest(inner))
        case NoOppositeEigenvalues(left=left, right=right):
            yield NoOppositeEigenvalues(_untransposed(left), _untransposed(right))
        case Ordered():
            yield _shifted(predicate)
        case Has() | Equal() | SimpleEigenvalue() | SimpleSingularValue():
            yield predicate


def _invertible(node: Node) -> Iterator[Predicate]:
    """The same of smaller parts: A*B and kron(A, B) are invertible where A and B are."""
    match node:
        case Product(scalars=scalars, factors=factors) if all(f.shape.is_square for f in factors):
            yield from (Has(part, Property.NONZERO) for one in scalars for part in _factors(one))
            for factor in factors:
                yield from _invertible(factor)
        case Kronecker(A, B) if A.shape.is_square and B.shape.is_square:
            yield from chain(_invertible(A), _invertible(B))
        case Transpose(inner) | Conjugate(inner) | Inverse(inner):
            yield from _invertible(inner)
        case Diagonal(inner):
            yield from simplest(Has(inner, Property.NONZERO_ENTRIES))
        case Sum(terms=((1, Kronecker(left, Identity())), (1, Kronecker(Identity(), right)))):
            yield from simplest(NoOppositeEigenvalues(right, transpose(left)))
        case _:
            yield _solvable(_unconjugated(node))


def _unconjugated(node: Node) -> Node:
    """A matrix or its conjugate, which are invertible together: C*C' for conj(C)*C.'."""
    return min((node, conjugate(node)), key=_marks) if node.is_complex else node


def _marks(root: Node) -> int:
    """How often conj and .' are printed in it; C' is neither."""
    pairs = ((node, part) for node in ordered(root) for part in children(node))
    return sum(isinstance(node, Transpose) != isinstance(part, Conjugate) for node, part in pairs)


def _shifted(exception: Predicate) -> Predicate:
    """`p - 1 is an integer` and `0 <= p - 1` without the number."""
    match exception:
        case Ordered(smaller=Number(value=low), larger=Sum() as larger, strict=strict) if (
            larger.shape.is_scalar
        ):
            apart = _number_in(larger)
            return Ordered(number(low - apart), minus(larger, number(apart)), strict)
        case Has(subject=Sum() as subject, property=Property.INTEGER):
            apart = _number_in(subject)
            whole = number(apart if apart.denominator == 1 else 0)
            return Has(minus(subject, whole), Property.INTEGER)
    return exception


def _number_in(node: Sum) -> Fraction:
    return sum((value for value, term in node.terms if term is UNIT), Fraction(0))


def _untransposed(node: Node) -> Node:
    return node.inner if isinstance(node, Transpose) else node


def _factors(node: Node) -> Iterator[Node]:
    """What has to be nonzero for the node to be so."""
    match node:
        case Product(scalars=scalars, factors=()):
            for scalar in scalars:
                yield from _factors(scalar)
        case Trace(Product(scalars=(), factors=(left, right))) if left is dagger(right):
            yield right
        case Product(scalars=(), factors=(left, right)) if left is dagger(right):
            yield right
        case Norm2(inner) | Absolute(inner):
            yield from _factors(inner)
        case Hadamard(arguments) | Kronecker(arguments=arguments):
            for argument in arguments:
                yield from _factors(argument)
        case Power(base, _) | ElementwisePower(base, _):
            yield from _factors(base)
        case _:
            yield node


def _joined(found: dict[Predicate, Requirement]) -> dict[Predicate, Requirement]:
    """Neither negative nor 0 is positive."""
    joined: dict[Predicate, Requirement] = {}
    for predicate, one in found.items():
        match predicate:
            case Has(subject=subject, property=Property.NONNEGATIVE):
                named = Property.NONZERO if subject.shape.is_scalar else Property.NONZERO_ENTRIES
                other = found.get(Has(subject, named))
                if other is not None and not other.subgradient:
                    predicate = Has(subject, Property.POSITIVE)
        joined[predicate] = one.about(predicate)
    return joined


def implied(predicate: Predicate, found: Collection[Predicate]) -> bool:
    """Whether another condition says more."""
    match predicate:
        case Has(subject=subject, property=one):
            known = {*found, *map(of_all_entries, found)}
            return any(Has(subject, stronger) in known for stronger in _STRONGER.get(one, ()))
        case ForAll(index=index, lower=lower, upper=upper, predicate=inner):
            same = (one for one in found if isinstance(one, ForAll) and one.index is index)
            return implied(
                inner, [one.predicate for one in same if (one.lower, one.upper) == (lower, upper)]
            )
        case Ordered(smaller=smaller, larger=larger, strict=False):
            return Ordered(smaller, larger, True) in found
        case Ordered(smaller=Number(value=low), larger=larger) if low <= 0:
            return Has(larger, Property.POSITIVE) in found
        case SimpleEigenvalue(subject=subject, mass=None):
            return Has(subject, Property.SIMPLE_EIGENVALUES) in found
        case Unless(exception=exception) if exception in found:
            return True
        case Unless(condition=condition, exception=Ordered(smaller=low, larger=p) as exception):
            others = (one for one in found if isinstance(one, Unless) and one is not predicate)
            return any(
                one.condition == condition
                and isinstance(one.exception, Ordered)
                and one.exception.larger is p
                and decided(replace(exception, larger=one.exception.smaller)) is True
                and decided(Ordered(one.exception.smaller, low, False)) is False
                for one in others
            )
        case _:
            return False
