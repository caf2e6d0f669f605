"""The differential of an expression: df, linear in the tangents dX, dY, ...

One pass over the DAG, children first: the sum and the product rule (for every product: matrix,
scalar, entrywise), and for every other operation the rule of its entry with the arguments and
their differentials put in, which is the chain rule:  d g(h(x)) = g'(h(x))[dh].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from matcalc.calculus.kronecker import kronecker_matrix, new_indices, unstacked, vec
from matcalc.expressions.binders import apart
from matcalc.expressions.constructors import (
    UNIT,
    add,
    divide,
    hadamard,
    index_sum,
    is_zero,
    minus,
    multiply,
    named,
    negate,
    plus,
    split_scalars,
    symbol,
    transpose,
    without_scalar,
    zero,
)
from matcalc.expressions.dimensions import ONE, Shape
from matcalc.expressions.errors import NoRule
from matcalc.expressions.limits import MOST_WRITTEN
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Named,
    Node,
    Product,
    Sum,
    Symbol,
    children,
    ordered,
)
from matcalc.expressions.operations import (
    FunctionEntrywise,
    Hadamard,
    IndexProduct,
    IndexSum,
    Inverse,
    Positioned,
    Solution,
    Transpose,
)
from matcalc.rulebook import book
from matcalc.rulebook.laws import (
    IMPLICIT,
    LINEAR,
    PRODUCT,
    UNKNOWN_FUNCTION,
    Rewritten,
    definition,
    linear_operation,
)
from matcalc.rulebook.records import Rule
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.naming import names_in_order, opened, under_name

Differentials = Mapping[Node, Node]


def differential(expression: Node, tangents: Mapping[Symbol, Node]) -> Node:
    """df, with each variable of `tangents` moving along its tangent."""
    found = named_differential(expression, tangents)
    still = set(names_in_order(expression))
    return opened(found, closed=still)


def named_differential(expression: Node, tangents: Mapping[Symbol, Node]) -> Node:
    """df with dR, as a part under that name, for the differential of every part R that moves."""
    expression, _ = apart(expression, dict(tangents.items()))
    return changes(expression, tangents).get(expression, zero(expression.shape))


def changes(expression: Node, tangents: Mapping[Symbol, Node]) -> dict[Node, Node]:
    """The differentials of an expression and of all in it that moves, in terms of one another.

    Raises NoRule where an operation has no differential.
    Source: Magnus & Neudecker 2019, ch. 5 and 8 (first differential, product and chain rule).
    """
    moving: dict[Node, Node] = {v: d for v, d in tangents.items() if not is_zero(d)}
    names = {name.value: name for name in names_in_order(expression)}
    written = 0
    for node in ordered(expression):
        written += _written(node, moving)
        MOST_WRITTEN.check(written)
        if not moving.keys().isdisjoint(children(node)):
            change = differentiated(node, moving, called=names.get(node, node)).node
            if not is_zero(change):
                moving[node] = _named_after(node, change)
    return moving


def _named_after(node: Node, change: Node) -> Node:
    """dR for the differential of a part R, in terms of R: dp = p.*(1 - p).*du for a sigmoid p."""
    if not isinstance(node, Named):
        return change
    return named(f"d{node.name}", under_name(change, node.value, node))


def differentiated(
    node: Node,
    moving: Differentials,
    join: Callable[..., Node] = multiply,
    called: Node | None = None,
) -> Rewritten:
    """d(node) by one rule, from the differentials of what moves inside it.

    Where the rule has the node itself, that stands under the name that it is `called`, if any.

    They may be worked out, or written as d(...) for a derivation, which has its own way to `join`
    the factors of a product.
    """
    match node:
        case Named(value=value):
            return Rewritten(moving[value], definition(node))
        case Sum(terms=terms):
            parts = ((value, moving[term]) for value, term in terms if term in moving)
            return Rewritten(add(parts, node.shape), LINEAR)
        case Product():
            return product_rule(node, moving, join)
        case Hadamard(arguments):
            return _entrywise_rule(arguments, moving)
        case Transpose(inner):
            return Rewritten(transpose(moving[inner]), LINEAR)
        case IndexSum(index, lower, upper, body):
            return Rewritten(index_sum(index, lower, upper, moving[body]), LINEAR)
        case IndexProduct(body=body) if body.shape.is_scalar:
            return Rewritten(_rule_of_index_product(node, moving[body]), PRODUCT)
        case FunctionEntrywise(inner=inner):
            return Rewritten(hadamard(derived(node), moving[inner]), UNKNOWN_FUNCTION)
        case Solution(residual=residual):
            return Rewritten(_differential_of_solution(node, moving[residual]), IMPLICIT)
    assert isinstance(node, Apply), "nothing inside a leaf moves"
    return differential_of_operation(node, moving, called or node)


def _rule_of_index_product(node: Apply, change: Node) -> Node:
    """The sum over i of df(i) times the factors before and those after it.

    For positive factors, as likelihoods have them, f(1)*...*f(n) * sum(i in 1..n, df(i)/f(i)).
    """
    index, lower, upper, body = node.arguments
    if "positive" in structure_of(body):
        return multiply(node, index_sum(index, lower, upper, divide(change, body)))
    other = next(new_indices(node))
    factor = substitute(body, {index: other})
    ranges = ((lower, minus(index, UNIT)), (plus(index, UNIT), upper))
    others = [book.make(IndexProduct, other, *ends, factor) for ends in ranges]
    return index_sum(index, lower, upper, multiply(change, *others))


def _written(node: Node, moving: Differentials) -> int:
    """How many factors the product rule writes at a node: as many terms as factors move."""
    if isinstance(node, (Product, Hadamard)):
        parts = children(node)
        return len(parts) * sum(part in moving for part in parts)
    return 0


def product_rule(
    node: Product, moving: Differentials, join: Callable[..., Node] = multiply
) -> Rewritten:
    """d(c*s*A*B) = c*ds*A*B + c*s*dA*B + c*s*A*dB, the order of the factors kept."""
    before, _ = split_scalars(node)
    scalars, factors = node.scalars, node.factors

    def changed(place: int, change: Node) -> Node:
        if place < len(scalars):
            return join(without_scalar(node, place), change)
        place -= len(scalars)
        return join(before, *factors[:place], change, *factors[place + 1 :])

    return _each(scalars + factors, moving, changed)


def _entrywise_rule(factors: tuple[Node, ...], moving: Differentials) -> Rewritten:
    """d(A.*B) = dA.*B + A.*dB."""

    def changed(place: int, change: Node) -> Node:
        return hadamard(*factors[:place], change, *factors[place + 1 :])

    return _each(factors, moving, changed)


def _each(
    parts: Sequence[Node], moving: Differentials, changed: Callable[[int, Node], Node]
) -> Rewritten:
    """The sum over the moving parts of the product in which that part is replaced."""
    places = [place for place, part in enumerate(parts) if part in moving]
    total = plus(*(changed(place, moving[parts[place]]) for place in places))
    return Rewritten(total, PRODUCT if len(places) > 1 else LINEAR)


def differential_of_operation(node: Apply, moving: Differentials, called: Node) -> Rewritten:
    """The rule of the operation with its arguments and their differentials put in."""
    operation = book.operation(node.operation)
    changes = [moving[a] if a in moving else zero(a.shape) for a in node.arguments]
    parameters = zip(operation.parameters, node.arguments, strict=True)
    if all(operation.is_linear_in(p.name) for p, argument in parameters if argument in moving):
        return _linear(node, changes)
    rule = choose_rule(node, "differential")
    return Rewritten(book.differential(rule, node, changes, called), rule)


def _linear(node: Apply, changes: Sequence[Node]) -> Rewritten:
    """A linear operation is its own differential; a multilinear one follows the product rule."""
    operation = book.operation(node.operation)
    names = [parameter.name for parameter in operation.parameters]
    terms = []
    for group in operation.linear:
        arguments = [
            change if name in group else argument
            for name, argument, change in zip(names, node.arguments, changes, strict=True)
        ]
        term = book.apply(node.operation, arguments, node.shape)
        if not is_zero(term):
            terms.append(term)
    plain = LINEAR if isinstance(node, Positioned) else linear_operation(operation)
    law = PRODUCT if len(terms) > 1 else plain
    return Rewritten(add([(Fraction(1), term) for term in terms], node.shape), law)


def derived(node: Apply) -> Node:
    """phi'(X) for phi(X), where nothing is known of phi."""
    function, order, argument = node.arguments
    return book.make(FunctionEntrywise, function, plus(order, UNIT), argument)


def _differential_of_solution(node: Apply, change: Node) -> Node:
    """dx = -inv(dg/dx)*dg for x that solves g = 0; `change` is dg with x held fixed.

    Source: the implicit function theorem, as in MIT 18.S096, lecture 6.
    """
    unknown = node.arguments[0]
    solution = solution_of(unknown.shape, equation_matrix(node), negate(change))
    values: dict[Node, Node] = {unknown: node}
    return substitute(solution, values)


def solution_of(shape: Shape, matrix: Node, right: Node) -> Node:
    """The x of that shape with matrix*vec(x) = vec(right)."""
    if shape.is_scalar:
        return divide(right, matrix)
    if _is_turned(matrix, shape):
        matrix, right = negate(matrix), negate(right)
    return unstacked(multiply(book.make(Inverse, matrix), vec(right)), shape)


def _is_turned(matrix: Node, shape: Shape) -> bool:
    """Whether it is kron(A, A) - eye(n^2), which nobody typed, and its negative is known.

    The matrix of an equation for a vector stands as it was typed.
    """
    if shape.columns == ONE or not isinstance(matrix, Sum):
        return False
    identities = (value for value, term in matrix.terms if isinstance(term, Identity))
    return next(identities, matrix.terms[0][0]) < 0


def equation_matrix(node: Apply) -> Node:
    """dg/dx for a variable x that solves g = 0, in vec order; x stands in it as a symbol."""
    unknown, residual = node.arguments
    assert isinstance(unknown, Symbol)
    tangent = symbol(f"d{unknown.name}", unknown.shape, "tangent")
    return kronecker_matrix(differential(residual, {unknown: tangent}), tangent)


def matrix_at_solution(node: Apply) -> Node:
    """dg/dx, at the x that solves g = 0, or its negative: the matrix that `solution_of` inverts."""
    values: dict[Node, Node] = {node.arguments[0]: node}
    matrix = equation_matrix(node)
    return substitute(negate(matrix) if _is_turned(matrix, node.shape) else matrix, values)


def choose_rule(node: Apply, kind: str) -> Rule:
    """The first rule of that kind whose `where` conditions the arguments meet.

    The conditioned ones come first in an entry; raises NoRule where none is left.
    """
    operation = book.operation(node.operation)
    names = [parameter.name for parameter in operation.parameters]
    for rule in book.rules_at(node, kind):
        needed = [(rule.symbols[name], a) for name, a in zip(names, node.arguments, strict=True)]
        if all(_meets(argument, variable) for variable, argument in needed):
            return rule
    raise NoRule(
        f"{operation.spelled[0]} has no {kind} in the rule book ({operation.location})",
        hint=f"add a `{kind}` line to its entry in grammar/rules",
    )


def _meets(argument: Node, variable: Symbol) -> bool:
    """Whether an argument has the structure of a rule's variable, or is its known function."""
    words = variable.structure
    if "function" in words and book.has(variable.name):
        return argument is variable
    conditions = words - {"index", "integer", "positive", "dimension", "function", "complex"}
    return not conditions or conditions <= structure_of(argument)
