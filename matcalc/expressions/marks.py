"""How an expression looks: what moves in it, its transposes, and conjugates that a reader would not
expect.

Z and Z' (the conjugate transpose) read well; conj(Z) and the plain transpose of Z do not. Of the
forms that a scalar or a trace has, x'*y and the equal transpose(y)*conj(x), the one that reads
well is kept.
"""

from __future__ import annotations

from functools import lru_cache

from matcalc.expressions.bottom_up import bottom_up
from matcalc.expressions.nodes import Named, Node, Product, Sum, Symbol, children
from matcalc.expressions.operations import (
    Conjugate,
    Differential,
    ElementwisePower,
    EntrySum,
    Hadamard,
    ImaginaryPart,
    IndexSum,
    Power,
    RealPart,
    Trace,
    Transpose,
)

_TRANSPARENT = (
    Sum,
    Product,
    Trace,
    EntrySum,
    RealPart,
    ImaginaryPart,
    Hadamard,
    Power,
    ElementwisePower,
    IndexSum,
)


@lru_cache(maxsize=8192)
def net_plain(root: Node) -> int:
    """Positive where more of the variables inside stand plain than conjugated."""
    total, seen, waiting = 0, {root}, [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Symbol | Named):  # a name reads as a variable, whatever it stands for
            total += 1
        elif isinstance(node, Conjugate):
            total -= 1
        else:
            for child in children(node):
                if child.is_complex and child not in seen:
                    seen.add(child)
                    waiting.append(child)
    return total


def _transparent(node: Node) -> tuple[Node, ...]:
    """What a reader sees in a complex node without looking into an operation."""
    return children(node) if node.is_complex and isinstance(node, _TRANSPARENT) else ()


@bottom_up(_transparent)
def lone_marks(node: Node) -> int:
    """The number of factors and terms that are conjugated or transposed, but not both."""
    if not node.is_complex:
        return 0
    if isinstance(node, _TRANSPARENT):
        return sum(map(lone_marks, children(node)))
    return int(net_plain(node.inner) > 0 if isinstance(node, Transpose) else is_conjugated(node))


def is_conjugated(node: Node) -> bool:
    """Whether a variable or an operation reads better in its conjugate: conj(Z), det(conj(Z))."""
    turned = any(_is_dagger(child) for child in children(node))
    return node.is_complex and not turned and net_plain(node) < 0


def _is_dagger(node: Node) -> bool:
    """Z', or an operation at Z': frechet(expm, Z', C') reads well."""
    return isinstance(node, Transpose) and node.inner.is_complex and net_plain(node.inner) < 0


def _plain(node: Node) -> tuple[Node, ...]:
    match node:
        case Product(factors=factors):
            return factors
        case Sum():
            return children(node)
        case Hadamard(arguments):
            return arguments
        case ElementwisePower(base, _):
            return (base,)
        case _:
            return ()


@bottom_up(_plain)
def transposes(node: Node) -> int:
    """How many transposes and conjugates a reader sees in a factor, outside other operations."""
    if isinstance(node, Transpose | Conjugate):
        return 1
    return sum(map(transposes, _plain(node)))


def is_tangent(node: Node) -> bool:
    """Whether it is dX, d(e) not yet worked out, or dR under that name."""
    if isinstance(node, Named):
        return is_moving(node.value)
    return isinstance(node, Symbol | Differential) and "tangent" in node.structure


@bottom_up(children)
def is_moving(node: Node) -> bool:
    """Whether a tangent stands in it, or in what its names stand for."""
    return is_tangent(node) or any(map(is_moving, children(node)))
