"""How transposed an expression looks, and its upright form for reading and for code.

The constructors push transposes to the leaves, so the transpose of a residual A*X - B is stored as
X'*A' - B'. A reader wants (A*X - B)', and so does code, which has A*X - B already. So it is with
the conjugates that are pushed to complex variables: inv(conj(X))' is written conj(inv(X))'.
"""

from __future__ import annotations

from collections.abc import Callable

from matcalc.expressions.bottom_up import bottom_up
from matcalc.expressions.conjugation import conjugate, dagger
from matcalc.expressions.marks import is_conjugated, transposes
from matcalc.expressions.nodes import Apply, Named, Node, Product, Sum, children
from matcalc.expressions.operations import (
    Conjugate,
    Diagonal,
    Differential,
    ElementwisePower,
    Entry,
    EntryOfMatrix,
    EntrySum,
    Hadamard,
    Inner,
    OverIndex,
    Power,
    Slice,
    Trace,
    Transpose,
)
from matcalc.expressions.products import multiply, split_scalars, transpose
from matcalc.expressions.sums import UNIT, number, split_coefficient

_WORTH_TURNING = 3
# What is no operation to a reader, or is as good with the conjugate inside.
_WRITTEN_OUT = (
    Conjugate,
    Transpose,
    Differential,
    Inner,
    Trace,
    EntrySum,
    Hadamard,
    Power,
    ElementwisePower,
    Diagonal,
    OverIndex,
    Entry,
    EntryOfMatrix,
    Slice,
)


def upright(root: Node) -> Node:
    """`root` with sums of transposed terms, inside products, written as one transpose.

    The whole, too, is written as one transpose where that saves three: (inv(X)*B*A*inv(X))'.
    The result is for printing and for code: it is not in normal form.
    """
    return _saving(root, _WORTH_TURNING)


@bottom_up(children)
def _inside(node: Node) -> Node:
    """The node with what is inside it upright; not as one transpose."""
    match node:
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            turned = tuple(map(_turned_sum, factors))
            return Product(coefficient, tuple(map(_inside, scalars)), turned)
        case Sum(terms=terms):
            return Sum(tuple((value, _inside(term)) for value, term in terms))
        case Apply() if _is_turned(node):
            return _conjugated(upright(conjugate(node)))
        case Apply(operation=name, arguments=arguments, shape=shape, structure=structure):
            turn = _turned_sum if isinstance(node, Differential | Inner) else _inside
            return Apply(name, tuple(map(turn, arguments)), shape, structure)
        case Named(name=name, value=value):
            return Named(name, _inside(value))
        case _:
            return node


def _turned_sum(node: Node) -> Node:
    return _saving(node, 1) if isinstance(node, Sum) else _inside(node)


def _saving(node: Node, least: int) -> Node:
    """The node as one transpose, conjugate or both, if that saves at least `least`."""
    ways: list[Callable[[Node], Node]] = [] if node.shape.is_scalar else [transpose]
    if node.is_complex:
        ways += [conjugate, dagger] if ways else [conjugate]
    elif transposes(node) <= least:
        return _inside(node)
    best = min(ways, key=lambda way: transposes(way(node)), default=None)
    if best is None or transposes(node) - transposes(best(node)) < least + 1:
        return _inside(node)
    scalar, inner = _real_scalar(best(node))
    whole = upright(inner)
    if best is not transpose:
        whole = _conjugated(whole)
    if best is not conjugate:
        whole = Transpose.raw(whole, shape=node.shape)
    return whole if scalar is UNIT else multiply(_inside(scalar), whole)


def _real_scalar(node: Node) -> tuple[Node, Node]:
    """The scalar before a matrix, which turning leaves, and the rest; of a scalar its number."""
    if node.shape.is_scalar:
        value, rest = split_coefficient(node)
        return number(value), rest
    scalar, rest = split_scalars(node)
    return (UNIT, node) if scalar.is_complex else (scalar, rest)


# ---------------------------------------------------------------- complex expressions


def _is_turned(node: Node) -> bool:
    """Whether an operation reads better as the conjugate of one that itself reads well."""
    if isinstance(node, _WRITTEN_OUT) or not is_conjugated(node):
        return False
    return not is_conjugated(conjugate(node))


def _conjugated(node: Node) -> Node:
    return Conjugate.raw(node, shape=node.shape, structure=node.structure)
