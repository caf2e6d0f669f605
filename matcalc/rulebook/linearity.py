"""Linear operations: scalars come out of them; and whether a side of a rule is linear in tangents.

Each term has one of them, once, as a factor or inside operations that are linear where it stands.
That is read off the form, so what is accepted is linear; `(X + dX)*A - X*A` is to be written
`dX*A`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction

from matcalc.expressions.constructors import is_number, is_zero, split_scalars
from matcalc.expressions.errors import NotLinear
from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, Symbol, children, ordered
from matcalc.expressions.operations import (
    FunctionEntrywise,
    Hadamard,
    IndexProduct,
    IndexSum,
    Solution,
)
from matcalc.rulebook.records import Operation

Moves = Mapping[Node, bool]


def require_linear(
    root: Node, tangents: Collection[Symbol], entry: Callable[[str], Operation]
) -> None:
    """Raises NotLinear, with the reason, where `root` is not linear in the tangents together."""
    names = " or ".join(tangent.name for tangent in tangents)
    moves: dict[Node, bool] = {}
    for node in ordered(root):
        moves[node] = node in tangents or _moves(node, moves, names, entry)
    if not moves[root] and not is_zero(root):
        raise _has_none(names)


def _moves(node: Node, moves: Moves, names: str, entry: Callable[[str], Operation]) -> bool:
    """Whether a tangent stands in the node, of which the node is then a linear function."""
    inside = [child for child in children(node) if moves[child]]
    match node:
        case _ if not inside:
            return False
        case Sum(terms=terms):
            if len(inside) < len(terms):
                raise _has_none(names)
        case Product() | Hadamard():
            if len(inside) > 1:
                raise NotLinear(f"in a product of it {names} stands twice")
        case IndexSum(arguments=(*_, body)) if inside == [body]:
            pass
        case FunctionEntrywise() | IndexProduct() | Solution():
            raise NotLinear(f"{names} stands inside a function that need not be linear")
        case Apply(operation=name, arguments=arguments):
            if not _is_linear_there(arguments, moves, entry(name)):
                raise NotLinear(f"{names} stands inside `{name}`, which is not linear there")
    return True


def _has_none(names: str) -> NotLinear:
    return NotLinear(f"a term of it has no {names}")


def _is_linear_there(arguments: Collection[Node], moves: Moves, operation: Operation) -> bool:
    """Whether the operation is linear in its moving arguments; what rests beside them is zero."""
    pairs = dict(zip((p.name for p in operation.parameters), arguments, strict=True))
    moving = {name for name, argument in pairs.items() if moves[argument]}
    return any(
        moving <= group and all(n in moving or is_zero(pairs[n]) for n in group)
        for group in operation.linear
    )


def linear_parts(
    operation: Operation, arguments: Sequence[Node]
) -> tuple[list[Node], list[Node] | None]:
    """Scalars taken out of the arguments in which the operation is linear; None for zero."""
    outside: list[Node] = []
    inside: list[Node] = []
    single = {name for group in operation.linear if len(group) == 1 for name in group}
    for parameter, argument in zip(operation.parameters, arguments, strict=True):
        if parameter.name in single:
            if is_zero(argument):
                return [], None
            if not argument.shape.is_scalar:
                scalar, argument = split_scalars(argument)
                if not is_number(scalar, 1):
                    outside.append(scalar)
            elif isinstance(argument, Number):
                outside.append(argument)
                argument = Number(Fraction(1))
        inside.append(argument)
    for group in operation.linear:
        joint = [a for p, a in zip(operation.parameters, inside, strict=True) if p.name in group]
        if len(group) > 1 and all(is_zero(argument) for argument in joint):
            return [], None
    return outside, inside
