"""How transposed an expression looks, and its upright form for reading and for code.

The constructors push transposes to the leaves, so the transpose of a residual A*X - B is stored as
X'*A' - B'. A reader wants (A*X - B)', and so does code, which has A*X - B already.
"""

from __future__ import annotations

from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Product, Sum, ordered
from matcalc.expressions.products import transpose
from matcalc.expressions.sums import ONE, split_coefficient

_WORTH_TURNING = 3


def transposes(node: Node) -> int:
    """How many transposes a reader sees in a factor, outside other operations."""
    match node:
        case Apply(operation="transpose"):
            return 1
        case Product(factors=factors):
            return sum(map(transposes, factors))
        case Sum(terms=terms):
            return sum(transposes(term) for _, term in terms)
        case Apply(operation="hadamard", arguments=arguments):
            return sum(map(transposes, arguments))
        case Apply(operation="elementwise_power", arguments=(base, _)):
            return transposes(base)
        case _:
            return 0


def upright(root: Node) -> Node:
    """`root` with sums of transposed terms, inside products, written as one transpose.

    The whole, too, is written as one transpose where that saves three: (inv(X)*B*A*inv(X))'.
    The result is for printing and for code: it is not in normal form.
    """
    done: dict[Node, Node] = {}
    for node in ordered(root):
        match node:
            case Product(coefficient=coefficient, scalars=scalars, factors=factors):
                turned = tuple(_turned_sum(factor, done) for factor in factors)
                kept = tuple(done[scalar] for scalar in scalars)
                done[node] = Product(coefficient, kept, turned)
            case Sum(terms=terms):
                done[node] = Sum(tuple((value, done[term]) for value, term in terms))
            case Apply(operation=name, arguments=arguments, shape=shape, structure=structure):
                turn = _turned_sum if name in ("d", "inner") else _as_done
                inner = tuple(turn(argument, done) for argument in arguments)
                done[node] = Apply(name, inner, shape, structure)
            case _:
                done[node] = node
    return _saving(root, done, _WORTH_TURNING)


def _as_done(node: Node, done: dict[Node, Node]) -> Node:
    return done[node]


def _turned_sum(node: Node, done: dict[Node, Node]) -> Node:
    return _saving(node, done, 1) if isinstance(node, Sum) else done[node]


def _saving(node: Node, done: dict[Node, Node], least: int) -> Node:
    """The node as one transpose, if that shows fewer transposes by at least `least`."""
    if node.shape.is_scalar or transposes(node) <= least:
        return done[node]
    turned = transpose(node)
    if transposes(node) - transposes(turned) < least + 1:
        return done[node]
    sign, inner = split_coefficient(turned) if isinstance(turned, Product) else (ONE, turned)
    whole = Apply("transpose", (upright(inner),), node.shape, NO_STRUCTURE)
    return whole if sign == ONE else Product(sign, (), (whole,))
