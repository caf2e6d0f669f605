"""The weight that every identity of the book must decrease, so that rewriting ends.

What is inside a nonlinear operation counts twice, so that `inv(X')` is heavier than `inv(X)'` and
`inv(A*B)` heavier than `inv(B)*inv(A)`. A variable counts by the places where it stands; the right
side may have no variable in more (or deeper) places than the left. Numbers and dimensions are
free, and the name of a function is always one leaf.
"""

from __future__ import annotations

from collections import Counter

from matcalc.expressions.nodes import Apply, Node, Number, Product, Sum, Symbol, children, ordered
from matcalc.expressions.operations import (
    Conjugate,
    ElementwisePower,
    Hadamard,
    KhatriRao,
    Kronecker,
    Ones,
    Power,
    Transpose,
)

_TRANSPOSE = 5
_PRODUCT = 6
_KRONECKER = 7
_OPERATION = 5
_LINEAR = 4
_LEAF = 1
_FLAT = frozenset({"transpose", "conj", "sum", "vec", "vech", "unvech", "diag", "diag_of", "hat"})
_FLAT_AT = {"sylvester": 2, "lyap": 1, "dlyap": 1}  # the place of the right side of an equation
_LIGHT = _FLAT | {"tr", "det", "entry", "entry_of"}
_SPECIAL = 24  # words that a reader would look up weigh more than what textbooks write instead
_LOOKED_UP = frozenset({"frechet", "kron_left", "kron_right", "sylvester", "lyap"})


def weight(root: Node) -> Counter[str]:
    """The weight of an expression: a number under the key "" and one for each variable."""
    weights: dict[Node, Counter[str]] = {}
    for node in ordered(root):
        total: Counter[str] = Counter({"": _own(node)})
        if isinstance(node, Symbol) and not node.structure & {"dimension", "function"}:
            total[node.name] += 1
        for place, child in enumerate(children(node)):
            for name, value in weights[child].items():
                total[name] += value * (2 if _doubles(node, place) else 1)
        weights[node] = total
    return weights[root]


def _doubles(node: Node, place: int) -> bool:
    """Operations that are linear in a simple way do not double what is inside them."""
    if not isinstance(node, Apply) or _FLAT_AT.get(node.operation) == place:
        return False
    return node.operation not in _FLAT and not _is_product(node)


def _is_product(node: Apply) -> bool:
    return isinstance(node, Kronecker | KhatriRao | Hadamard)


def _own(node: Node) -> int:
    match node:
        case Transpose():
            return _TRANSPOSE
        case Power() | ElementwisePower() | Conjugate():
            return 0
        case Kronecker():
            return _KRONECKER
        case Apply() if _is_product(node):
            return _PRODUCT
        case Ones():
            return _LEAF
        case Apply(operation=name) if name in _LIGHT:
            return _LINEAR
        case Apply(operation=name):
            return _SPECIAL if name in _LOOKED_UP else _OPERATION
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            joints = max(0, sum(map(_counts, scalars + factors)) - 1)
            return _PRODUCT * joints + (coefficient != 1)
        case Symbol():
            return _LEAF if _counts(node) else 0
        case Number() | Sum():
            return 0
        case _:
            return _LEAF


def _counts(node: Node) -> bool:
    return "dimension" not in node.structure


def decreases(left: Node, right: Node) -> bool:
    """Whether `right` is lighter than `left` whatever stands for the variables."""
    before, after = weight(left), weight(right)
    return after[""] < before[""] and all(after[name] <= before[name] for name in after if name)
