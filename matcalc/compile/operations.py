"""The operations: those with a syntax of their own here, all others by their template in the book.

Positions are counted from 1 in the language and from 0 in the code.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.compile.chains import dimensions_of
from matcalc.compile.factors import factors_of
from matcalc.compile.lowering import Lowering
from matcalc.compile.positions import label, position_term, range_term, steps_term
from matcalc.compile.terms import Level, Loop, Term, read_template
from matcalc.expressions.constructors import UNIT, identity, power, zero
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.errors import DomainError, NoRule
from matcalc.expressions.nodes import Apply, Node, Number, Product, Symbol
from matcalc.expressions.operations import (
    Column,
    Entry,
    EntryOfMatrix,
    FunctionEntrywise,
    HorizontalStack,
    IndexSum,
    MatrixPower,
    OverIndex,
    Positioned,
    Row,
    Segment,
    SelectedRows,
    Slice,
    Stack,
    Trace,
)
from matcalc.language.functions import derivative_name, function_symbol
from matcalc.language.signatures import Parameter

Selection = tuple[Node, Node] | Node | None  # from, to | one position | everything


def operation_term(lowering: Lowering, node: Apply) -> Term:
    """The value of an operation, as an array of the node's own shape."""
    match node:
        case SelectedRows((a, b, _)):
            unit = identity(node.shape.columns)
            return _selected(lowering, unit, ((a, b), None), node.shape, label(node))
        case Positioned():
            return _selected(lowering, node.arguments[0], _selections(node), node.shape)
        case Stack():
            return _stacked(lowering, node)
        case MatrixPower(X, k) if X.shape.is_scalar:
            return lowering.full(power(X, k))
        case FunctionEntrywise(Symbol(name=name), Number(value=order), X):
            function = lowering.symbol(function_symbol(derivative_name(name, int(order))))
            return lowering.terms.make(function, "(", (lowering.full(X), Level.ANY), ")")
        case MatrixPower(X, k):
            holes = {"a": lowering.full(X), "n": lowering.integer(k)}
            return lowering.terms.fill(lowering.backend.matrix_power, holes)
        case OverIndex(i, lower, upper, body):
            looped = _looped(lowering, node, i, (lower, upper), body)
            return lowering.measured.loop(looped, i, lower, upper)
        case Trace(Product(coefficient=1, scalars=(), factors=factors)):
            return lowering.chains.trace(factors_of(lowering, factors))
        case _:
            better = _computed(node)
            return _by_template(lowering, node) if better is None else lowering.full(better)


# ---------------------------------------------------------------- entries


def _selections(node: Positioned) -> tuple[Selection, Selection]:
    """What is kept of the rows and of the columns."""
    match node:
        case Row(_, i):
            return i, None
        case Column(_, j):
            return None, j
        case Entry(x, i):
            return (i, None) if x.shape.columns == ONE else (None, i)
        case EntryOfMatrix((_, i, j)):
            return i, j
        case Slice((_, a, b, c, d)):
            return (a, b), (c, d)
        case Segment((x, a, b)):
            return ((a, b), None) if x.shape.columns == ONE else (None, (a, b))
    raise AssertionError(f"not a part of an array: {node.operation}")


def _selected(
    lowering: Lowering,
    array: Node,
    selections: tuple[Selection, Selection],
    result: Shape,
    name: str = "",
) -> Term:
    """A part of an array. Only dimensions that are not the integer 1 are axes of it.

    Where a position is outside, the array is called by its `name`, by default its own text.
    """
    sizes = (array.shape.rows, array.shape.columns)
    kept = (result.rows, result.columns)
    axes = list(zip(selections, sizes, kept, strict=True))
    if any(size == ONE and not _is_first(lowering, one) for one, size, _ in axes):
        value = lowering.square(array)  # a position of 1 that has to be checked
    else:
        value = lowering.full(array)
        axes = [axis for axis in axes if axis[1] != ONE]
    if not axes:
        return value
    name = name or label(array)
    parts = [_axis(lowering, one, size, left, name) for one, size, left in axes]
    inside = lowering.terms.joined(parts)
    return lowering.terms.make(value, "[", (inside, Level.ANY), "]", cheap=value.cheap)


def _axis(
    lowering: Lowering, selection: Selection, size: Dimension, kept: Dimension, name: str
) -> Term:
    """What stands for one axis between the brackets."""
    match selection:
        case None:
            return lowering.terms.make(":" if size != ONE else "0", cheap=True)
        case (first, last) if kept != ONE:
            return range_term(lowering, first, last, size, name)
        case (one, _) | one:
            return position_term(lowering, one, size, name, -1)


def _is_first(lowering: Lowering, selection: Selection) -> bool:
    """Whether a selection on an axis of length 1 is certainly all of it."""
    last = selection[1] if isinstance(selection, tuple) else selection
    return last is None or lowering.ranges.is_ordered(last, UNIT)


# ---------------------------------------------------------------- blocks


def _stacked(lowering: Lowering, node: Stack) -> Term:
    """Blocks beside or above each other; a nested run of them is stacked at once."""
    blocks = node.blocks
    backend = lowering.backend
    if dimensions_of(node.shape) < 2:
        items, template = [lowering.full(block) for block in blocks], backend.beside
    else:
        items = [lowering.square(block) for block in blocks]
        template = backend.beside if isinstance(node, HorizontalStack) else backend.above
    return lowering.terms.fill(template, {"items": lowering.terms.joined(items)})


# ---------------------------------------------------------------- sums and products over an index


def _looped(
    lowering: Lowering, node: OverIndex, index: Symbol, bounds: tuple[Node, Node], body: Node
) -> Term:
    terms = lowering.terms
    loop = Loop(lowering.names[index.name], lowering.full(body))
    span = steps_term(lowering, *bounds)
    free = loop.body.indices - {loop.variable}
    if isinstance(node, IndexSum) and node.shape.is_scalar:
        return terms.make("sum(", span, ")", loop=loop, indices=free)
    if isinstance(node, IndexSum):
        start = lowering.full(zero(node.shape))
        return terms.make("sum((", span, "), ", (start, Level.SUM), ")", loop=loop, indices=free)
    if node.shape.is_scalar:
        return terms.make("math.prod(", span, ")", loop=loop, indices=free)
    if not node.shape.is_square:
        raise DomainError(f"a product over an index takes square factors, not {node.shape}")
    start, opening = lowering.full(identity(node.shape.rows)), lowering.backend.ordered_product
    return terms.make(opening, span, "), ", (start, Level.SUM), ")", loop=loop, indices=free)


# ---------------------------------------------------------------- the rule book


def _computed(node: Apply) -> Node | None:
    """The value in other operations, where the book says that code had better compute it so."""
    from matcalc.calculus.differential import choose_rule
    from matcalc.rulebook import book

    if not book.operation(node.operation).texts("computed"):
        return None
    try:
        rule = choose_rule(node, "computed")
    except NoRule:
        return None
    return book.instantiate(rule, node.operation, node.arguments)


def _by_template(lowering: Lowering, node: Apply) -> Term:
    """The entry's template with the arguments put into it.

    Raises NoRule where the entry has none for this backend.
    """
    from matcalc.rulebook import book  # reads the rules: only where code is asked for

    operation = book.operation(node.operation)
    template = operation.templates.get(lowering.backend.template)
    if template is None:
        raise NoRule(
            f"{node.operation} has no code for {lowering.backend.name}",
            hint=f"add a line `{lowering.backend.template} ...` at {operation.location}",
        )
    dimensions = book.bind(operation, node)
    pairs = list(zip(operation.parameters, node.arguments, strict=True))
    narrow = any(_is_narrow(parameter.shape, argument) for parameter, argument in pairs)
    arguments = {parameter.name: (parameter, argument) for parameter, argument in pairs}
    holes: dict[str, Term] = {}
    pieces = [piece for piece in read_template(template)[0] if not isinstance(piece, str)]
    for hole in pieces:
        if hole.square:
            holes[f"[{hole.name}]"] = lowering.square(arguments[hole.name][1])
        elif hole.name in dimensions:
            holes[hole.name] = lowering.dimension(dimensions[hole.name])
        else:
            holes[hole.name] = _argument(lowering, node, *arguments[hole.name], narrow)
    value = lowering.terms.fill(template, holes)
    sides = [node.shape.rows, node.shape.columns]
    if any(hole.square for hole in pieces):
        return _flattened(lowering, _of_declared_shape(lowering, value, node, sides), node.shape)
    if narrow or all(_has_form(parameter.shape) for parameter in operation.parameters):
        value = _narrowed(lowering, value, operation.result, node.shape)
    return _of_declared_shape(lowering, value, node, [side for side in sides if side != ONE])


def _argument(
    lowering: Lowering, node: Apply, parameter: Parameter, argument: Node, narrow: bool
) -> Term:
    """What stands for an argument in the code of an operation."""
    from matcalc.rulebook import book

    if parameter.kind == "function":
        return _function_term(lowering, argument)
    if parameter.last is not None:
        size = parameter.last.substitute(book.bind(book.operation(node.operation), node))
        return position_term(lowering, argument, size, label(node))
    return _widened(lowering, parameter.shape, argument) if narrow else lowering.full(argument)


def _of_declared_shape(
    lowering: Lowering, value: Term, node: Apply, sides: Sequence[Dimension]
) -> Term:
    """The value of a person's template; one of another shape would be spread over an array."""
    from matcalc.rulebook import book

    if not book.is_own(node.operation):
        return value
    axes = (lowering.terms.joined(map(lowering.dimension, sides)), Level.ANY)
    name = f"{node.operation} ({book.operation(node.operation).location})"
    end = f"{',' if len(sides) == 1 else ''}), {name!r})"
    return lowering.terms.make("shaped(", (value, Level.SUM), ", (", axes, end)


def _has_form(declared: Shape) -> bool:
    """Whether code for the shape returns its axes; for m x n it is for arrays of any number."""
    return declared.is_square or ONE in (declared.rows, declared.columns)


def _is_narrow(declared: Shape, argument: Node) -> bool:
    """Whether an array has fewer axes than the code for it expects: inv of a 1 x 1 matrix."""
    return _has_form(declared) and dimensions_of(argument.shape) < dimensions_of(declared)


def _widened(lowering: Lowering, declared: Shape, argument: Node) -> Term:
    """The argument with as many axes as declared."""
    if dimensions_of(declared) == dimensions_of(argument.shape):
        return lowering.full(argument)
    square = lowering.square(argument)
    return square if dimensions_of(declared) == 2 else lowering.terms.view(square, ".reshape(-1)")


def _narrowed(lowering: Lowering, value: Term, declared: Shape, actual: Shape) -> Term:
    """The value of such code with the axes that the node has."""
    match dimensions_of(declared), dimensions_of(actual):
        case 2, axes if axes < 2:
            return _flattened(lowering, value, actual)
        case 1, 0:
            return lowering.terms.view(value, "[0]")
        case _:
            return value


def _function_term(lowering: Lowering, function: Node) -> Term:
    """A matrix function as a Python function: its template with a bound variable."""
    from matcalc.rulebook import book

    assert isinstance(function, Symbol)
    operation = book.operation(function.name)
    template = operation.templates.get(lowering.backend.template)
    if len(operation.parameters) != 1 or template is None:
        raise NoRule(f"{function.name} is not a function of one matrix with code")
    pieces, _ = read_template(template)
    body = "".join(piece if isinstance(piece, str) else "Z" for piece in pieces)
    return lowering.terms.make(f"(lambda Z: {body})")


def _flattened(lowering: Lowering, value: Term, shape: Shape) -> Term:
    """A 2-D value as the array of a vector or a scalar."""
    match dimensions_of(shape):
        case 0:
            return lowering.terms.view(value, "[0, 0]")
        case 1:
            return lowering.terms.view(value, ".reshape(-1)")
        case _:
            return value
