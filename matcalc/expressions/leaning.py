"""How an expression looks: its transposes, and conjugates that a reader would not expect.

Z and Z' (the conjugate transpose) read well; conj(Z) and the plain transpose of Z do not. Of the
forms that a scalar or a trace has, x'*y and the equal transpose(y)*conj(x), the one that reads
well is kept.
"""

from __future__ import annotations

from functools import lru_cache

from matcalc.expressions.nodes import Node, Product, Sum, Symbol, children
from matcalc.expressions.operations import (
    Conjugate,
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
def leaning(root: Node) -> int:
    """Positive where more of the variables inside stand plain than conjugated."""
    total, seen, waiting = 0, {root}, [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Symbol):
            total += 1
        elif isinstance(node, Conjugate):
            total -= 1
        else:
            for child in children(node):
                if child.is_complex and child not in seen:
                    seen.add(child)
                    waiting.append(child)
    return total


def awkward(root: Node) -> int:
    """The number of factors and terms that are conjugated or transposed, but not both."""
    total, waiting = 0, [root]
    while waiting:
        node = waiting.pop()
        if not node.is_complex:
            continue
        match node:
            case _ if isinstance(node, _TRANSPARENT):
                waiting += children(node)
            case Transpose(inner):
                total += leaning(inner) > 0
            case _:
                total += is_conjugated(node)
    return total


def is_conjugated(node: Node) -> bool:
    """Whether a variable or an operation reads better in its conjugate: conj(Z), det(conj(Z))."""
    turned = any(_is_dagger(child) for child in children(node))
    return node.is_complex and not turned and leaning(node) < 0


def _is_dagger(node: Node) -> bool:
    """Z', or an operation at Z': frechet(expm, Z', C') reads well."""
    match node:
        case Transpose(inner):
            return inner.is_complex and leaning(inner) < 0
        case _:
            return False


def transposes(node: Node) -> int:
    """How many transposes and conjugates a reader sees in a factor, outside other operations."""
    match node:
        case Transpose() | Conjugate():
            return 1
        case Product(factors=factors):
            return sum(map(transposes, factors))
        case Sum(terms=terms):
            return sum(transposes(term) for _, term in terms)
        case Hadamard(arguments):
            return sum(map(transposes, arguments))
        case ElementwisePower(base, _):
            return transposes(base)
        case _:
            return 0
