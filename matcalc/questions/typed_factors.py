"""The factors of a chain such as `A*x/2` as they were typed, nothing turned round or joined."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from matcalc.expressions.constructors import number
from matcalc.expressions.nodes import Node, Number, Product, Sum
from matcalc.expressions.operations import ElementwisePower, Hadamard, Power
from matcalc.expressions.sums import product_node

_ONE = Fraction(1)
Parts = tuple[Fraction, tuple[Node, ...], tuple[Node, ...]]


class TypedFactors:
    """A coefficient, scalars and a chain, perhaps of one entrywise product."""

    def __init__(self, first: Node) -> None:
        self.coefficient, self.scalars, self.chain = _parts(first)
        self.entries: tuple[Node, ...] = ()  # the chain, where it is an entrywise product

    def all(self, operators: Sequence[str], others: Sequence[Node]) -> Node | None:
        """The whole chain, None where it has an operator that is no product or quotient."""
        for operator, part in zip(operators, others, strict=True):
            if not self._meet(operator, part):
                return None
        return self.finish()

    def _meet(self, operator: str, part: Node) -> bool:
        if operator in ("/", "./") and part.shape.is_scalar:
            return self._divide(part)
        if operator in ("*", "@") or (operator == ".*" and self._is_beside_scalar(part)):
            return self._multiply(part)
        if operator in (".*", "./"):
            return self._entrywise(part, operator == "./")
        return False

    def _is_beside_scalar(self, part: Node) -> bool:
        return part.shape.is_scalar or not self.chain

    def _divide(self, part: Node) -> bool:
        coefficient, scalars, chain = _parts(part)
        below = (*scalars, product_node(_ONE, (), chain)) if chain else scalars
        self.coefficient /= coefficient or 1
        self.scalars += tuple(_inverted(Power, one) for one in below)
        return bool(coefficient)

    def _multiply(self, part: Node) -> bool:
        coefficient, scalars, chain = _parts(part)
        if part.shape.is_scalar and chain:
            scalars, chain = (*scalars, product_node(_ONE, (), chain)), ()
        self.coefficient *= coefficient
        self.scalars += scalars
        self._close()
        if self.chain and chain and self.chain[-1].shape.columns != chain[0].shape.rows:
            return False
        self.chain += chain
        return True

    def _close(self) -> None:
        """A 1 x 1 chain is a scalar from there on, an entrywise product one factor."""
        if self.entries:
            self.chain, self.entries = (_entrywise(self.entries),), ()
        whole = product_node(_ONE, (), self.chain)
        if self.chain and whole.shape.is_scalar:
            self.scalars, self.chain = (*self.scalars, whole), ()

    def _entrywise(self, part: Node, is_quotient: bool) -> bool:
        coefficient, scalars, chain = _parts(part)
        last = product_node(_ONE, (), chain)
        entries = last.arguments if isinstance(last, Hadamard) else (last,)
        if is_quotient:
            coefficient = 1 / coefficient
            scalars = tuple(_inverted(Power, one) for one in scalars)
            entries = tuple(_inverted(ElementwisePower, one) for one in entries)
        if self.chain and not self.entries:
            first = product_node(_ONE, (), self.chain)
            self.entries = first.arguments if isinstance(first, Hadamard) else (first,)
        self.coefficient *= coefficient
        self.scalars += scalars
        self.entries += entries
        self.chain = self.chain or entries
        return all(one.shape == part.shape for one in self.entries)

    def finish(self) -> Node:
        """The product."""
        chain = (_entrywise(self.entries),) if self.entries else self.chain
        return scaled(self.coefficient, product_node(_ONE, self.scalars, chain))


def _entrywise(entries: Sequence[Node]) -> Node:
    return entries[0] if len(entries) == 1 else Hadamard.raw(*entries, shape=entries[0].shape)


def _parts(node: Node) -> Parts:
    match node:
        case Number(value=value):
            return value, (), ()
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            return coefficient, scalars, factors
        case _:
            return (_ONE, (node,), ()) if node.shape.is_scalar else (_ONE, (), (node,))


def _inverted(power: type[Power | ElementwisePower], node: Node) -> Node:
    """1/x, of a power the other power."""
    base, exponent = node.arguments if isinstance(node, power) else (node, number(1))
    if not isinstance(exponent, Number):
        base, exponent = node, number(1)
    return power.raw(base, number(-exponent.value), shape=node.shape)


def scaled(value: Fraction, node: Node) -> Node:
    """A multiple; of a sum that of its terms."""
    if isinstance(node, Sum):
        return Sum(tuple((value * own, term) for own, term in node.terms))
    coefficient, scalars, chain = _parts(node)
    return product_node(value * coefficient, scalars, chain)


def spread(scalar: Node, all_ones: Node) -> Node:
    """A scalar in every entry."""
    coefficient, scalars, chain = _parts(scalar)
    scalars += (product_node(_ONE, (), chain),) if chain else ()
    return product_node(coefficient, scalars, (all_ones,))
