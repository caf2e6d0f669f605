"""Functions of numbers as SymPy has them; those of entries are one for all entries.

    s*log(1 + exp(X*w))    s*log(1 + exp(z)),  z an entry of X*w

What is no function of numbers, as tr(A*B), det(X), x'*A*x, stands as a symbol.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from matcalc.expressions.constructors import multiply
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Apply, Named, Node, Number, Product, Sum, Symbol, Zero
from matcalc.expressions.operations import ElementwisePower, Hadamard, Ones, Power
from matcalc.interchange.functions import FUNCTIONS
from matcalc.rulebook.structure import range_of, structure_of

Known = Mapping[str, bool]


class InSymPy:
    """The numbers, or entries, that nodes stand for, each opaque one as one symbol.

    `known` tells what SymPy may assume of an opaque one.
    """

    def __init__(self, known: Callable[[Node], Known] | None = None) -> None:
        import sympy  # takes half a second, and few formulas need it

        self.sympy, self._known = sympy, known or declared
        self.symbols: dict[Node, Any] = {}

    def written(self, node: Node) -> Any:
        """The value in SymPy; raises NoRule for complex ones, whose branches are not looked at."""
        match node:
            case Named(value=value):
                return self.written(value)
            case Number(value=value):
                return self.rational(value)
            case Zero():
                return self.sympy.Integer(0)
            case Ones():
                return self.sympy.Integer(1)
            case Sum(terms=terms):
                return self.sympy.Add(*(self.rational(c) * self.written(t) for c, t in terms))
            case Product(coefficient=c, scalars=scalars, factors=factors):
                parts = list(map(self.written, scalars))
                chain = [self._chain(factors)] if factors else []
                return self.sympy.Mul(self.rational(c), *parts, *chain)
            case Hadamard(arguments):
                return self.sympy.Mul(*map(self.written, arguments))
            case Power(base, exponent) | ElementwisePower(base, exponent):
                return self.written(base) ** self.written(exponent)
            case Apply(operation=name, arguments=arguments) if name in FUNCTIONS:
                return self.applied(name, list(map(self.written, arguments)))
        return self._symbol(node)

    def applied(self, word: str, values: Sequence[Any]) -> Any:
        return FUNCTIONS[word](self.sympy, *values)

    def _chain(self, factors: Sequence[Node]) -> Any:
        return self.written(factors[0]) if len(factors) == 1 else self._symbol(multiply(*factors))

    def rational(self, value: Fraction) -> Any:
        return self.sympy.Rational(value.numerator, value.denominator)

    def _symbol(self, node: Node) -> Any:
        if node.is_complex:
            raise NoRule(f"{node} is no function of real numbers")
        if node not in self.symbols:
            self.symbols[node] = self.sympy.Dummy(f"v{len(self.symbols)}", **self._known(node))
        return self.symbols[node]

    def near(self, value: Any) -> complex:
        """The value at one point, numbers of both signs where they may be."""
        places = {symbol: place for place, symbol in enumerate(self.symbols.values())}
        point = {
            s: self.sympy.Rational(
                (3 + 2 * places[s]) * (1 if s.is_nonnegative else -1), 11 + 3 * places[s]
            )
            for s in value.free_symbols
        }
        return complex(value.evalf(subs=point))

    def exponents(self, value: Any) -> Iterator[Any]:
        """The t of each exp(t), exp(-2*t), ..., products first."""
        powers = value.atoms(self.sympy.exp)
        found = {power.exp.as_coeff_Mul()[1] for power in powers if power.free_symbols}
        found = {one for one in found if not isinstance(one, self.sympy.log)}  # powers already
        yield from sorted(found, key=lambda one: (-one.count_ops(), str(one)))

    def with_variable_for_exp(self, value: Any, exponent: Any) -> Any:
        """The value with log(e) for t, where e = exp(t) becomes a positive variable."""
        new = self.sympy.Dummy("e", positive=True)
        return self.sympy.powsimp(value.subs(exponent, self.sympy.log(new)))


def declared(node: Node) -> Known:
    """What its kind says of a value: that it is an integer, its sign, or that it is real."""
    words, found = structure_of(node), range_of(node)
    is_positive = found.low > 0 or (found.low == 0 and found.is_open_below) or "positive" in words
    sign = "positive" if is_positive else "nonnegative" if found.low >= 0 else "real"
    is_integer = isinstance(node, Symbol) and not words.isdisjoint({"integer", "dimension"})
    return {sign: True, **({"integer": True} if is_integer else {})}
