"""How transposed an expression looks, and its upright form for reading and for code.

The constructors push transposes to the leaves, so the transpose of a residual A*X - B is stored as
X'*A' - B'. A reader wants (A*X - B)', and so does code, which has A*X - B already. So it is with
the conjugates that are pushed to complex variables: inv(conj(X))' is written conj(inv(X))'.
"""

from __future__ import annotations

from matcalc.expressions.conjugation import conjugate, dagger
from matcalc.expressions.leaning import is_conjugated, transposes
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node, Product, Sum, ordered
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
from matcalc.expressions.products import transpose
from matcalc.expressions.sums import ONE, split_coefficient

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
                turn = _turned_sum if isinstance(node, Differential | Inner) else _as_done
                if not isinstance(node, _WRITTEN_OUT) and is_conjugated(node):
                    done[node] = _conjugated(upright(conjugate(node)))
                    continue
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
    if node.is_complex:
        return _saving_complex(node, done, least)
    if node.shape.is_scalar or transposes(node) <= least:
        return done[node]
    turned = transpose(node)
    if transposes(node) - transposes(turned) < least + 1:
        return done[node]
    sign, inner = split_coefficient(turned) if isinstance(turned, Product) else (ONE, turned)
    whole = Apply("transpose", (upright(inner),), node.shape, NO_STRUCTURE)
    return whole if sign == ONE else Product(sign, (), (whole,))


# ---------------------------------------------------------------- complex expressions


def _conjugated(node: Node) -> Node:
    return Apply("conj", (node,), node.shape, node.structure)


def _saving_complex(node: Node, done: dict[Node, Node], least: int) -> Node:
    """The node as one conjugate, transpose or conjugate transpose, where that saves `least`."""
    forms = (transpose, conjugate, dagger) if _is_wide(node) else (conjugate,)
    best = min(forms, key=lambda form: transposes(form(node)))
    turned = best(node)
    if transposes(node) - transposes(turned) < least + 1:
        return done[node]
    sign, inner = split_coefficient(turned) if isinstance(turned, Product) else (ONE, turned)
    whole = upright(inner)
    if best is not transpose:
        whole = _conjugated(whole)
    if best is not conjugate:
        whole = Apply("transpose", (whole,), node.shape, NO_STRUCTURE)
    if sign == ONE:
        return whole
    return Product(sign, (), (whole,)) if _is_wide(node) else Product(sign, (whole,), ())


def _is_wide(node: Node) -> bool:
    return not node.shape.is_scalar
