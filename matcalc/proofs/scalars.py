"""Proofs of what SymPy knows of functions of numbers: parts of both sides that are the same ones.

    exp(x)./(1 + exp(x)) = sigmoid(x)    in a product with X', or on its own

The values of a part lie on the branches that SymPy takes wherever it has one, since all that is
in it is real there: what SymPy finds equal is so wherever both have a value.
"""

from __future__ import annotations

from cmath import isfinite
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from typing import Any

from matcalc.expressions.constructors import minus, scale
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered
from matcalc.expressions.operations import ElementwisePower, Hadamard, Power
from matcalc.interchange.functions import FUNCTIONS
from matcalc.interchange.scalars import InSymPy
from matcalc.proofs.normal_forms import by_common_denominator, lines_of_simplified
from matcalc.proofs.proof import Line, Proof, Use
from matcalc.rulebook.laws import BY_SYMPY, Law
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify

_REASON = "SymPy simplifies the difference of functions of numbers to 0"
_LONGEST = 60  # nodes of a part, and operations of a difference that all of SymPy is asked about
_MOST = 40  # parts of a side
_MOST_FAILURES = 4  # each takes up to seconds
_LARGEST_DENOMINATOR = 100
_DIGITS = 1e-9


def by_scalars(left: Node, right: Node) -> Proof | None:
    """Both sides are the same once parts of one are put for equal parts of the other."""
    one, other = simplify(left), simplify(right)
    lines = []
    for use in _equal_parts(one, other):
        if use.before in set(ordered(other)):
            other = substitute(other, {use.before: use.after})
            lines.append(Line(one, other, (use,)))
    rest = by_common_denominator(one, other) if lines else None
    if rest is None:
        return None
    before = lines_of_simplified(left, right)
    return Proof(left, right, _REASON, lambda: chain(before, lines, rest.lines))


def _equal_parts(left: Node, right: Node) -> Iterator[Use]:
    """Parts of the right, the largest first, and those of the left that are the same."""
    mine, others = _parts(left, right), _parts(right, left)
    if not mine or not others:
        return
    equal = _Equal()
    for part in others:
        multiples = ((one, equal.ratio(one, part)) for one in mine)
        found = next((scale(1 / ratio, one) for one, ratio in multiples if ratio), None)
        if found is not None:
            yield Use(part, found, Law(f"{BY_SYMPY.words}: {minus(part, found)}"))


def _parts(side: Node, other: Node) -> list[Node]:
    """The functions of numbers that only this side has, the largest first."""
    own = [node for node in reversed(ordered(side)) if _is_function(node)]
    elsewhere = set(ordered(other))
    return [node for node in own if node not in elsewhere][:_MOST]


def _is_function(node: Node) -> bool:
    """Whether functions of numbers stand in it, and no index that a sum runs over."""
    inside = ordered(node)
    if len(inside) > _LONGEST or any(_is_index(one) for one in inside):
        return False
    return any(
        isinstance(one, Power | ElementwisePower | Hadamard)
        or (isinstance(one, Apply) and one.operation in FUNCTIONS)
        for one in inside
    )


def _is_index(node: Node) -> bool:
    return isinstance(node, Symbol) and "index" in node.structure


class _Equal:
    """Which functions of numbers are multiples of others: at one point, then by SymPy."""

    def __init__(self) -> None:
        self._in = InSymPy()
        self._known: dict[Node, tuple[Any, complex] | None] = {}
        self._failed = 0

    def ratio(self, one: Node, other: Node) -> Fraction | None:
        """How many times the other it is, for all values of the symbols in both."""
        if one.shape != other.shape:
            return None
        if (left := self._of(one)) is None or (right := self._of(other)) is None:
            return None
        ratio = _quotient(left[1], right[1])
        if not ratio or self._failed == _MOST_FAILURES:
            return None
        if _vanishes(self._in, left[0] - right[0] * self._in.rational(ratio)):
            return ratio
        self._failed += 1
        return None

    def _of(self, node: Node) -> tuple[Any, complex] | None:
        """The value in SymPy, and at one point; nothing where it has none."""
        if node not in self._known:
            self._known[node] = None
            with suppress(NoRule, TypeError):
                value = self._in.written(node)
                near = self._in.near(value)
                self._known[node] = (value, near) if isfinite(near) else None
        return self._known[node]


def _quotient(one: complex, other: complex) -> Fraction | None:
    """The quotient of two values, if it is a plain fraction; of two zeros it is 1."""
    if max(abs(one), abs(other)) < _DIGITS:
        return Fraction(1)
    if abs(other) < _DIGITS:
        return None
    ratio = Fraction((one / other).real).limit_denominator(_LARGEST_DENOMINATOR)
    return ratio if abs(one / other - ratio) < _DIGITS * abs(ratio) else None


def _vanishes(within: InSymPy, value: Any) -> bool:
    """Whether one of the forms is 0, the cheap ones first."""
    for form in _FORMS:
        with suppress(within.sympy.PolynomialError):
            if form(within, value) == 0:
                return True
    return False


def _over_exponentials(within: InSymPy, value: Any) -> Any:
    """Over a common denominator, in variables e for exp(t), with logarithms taken apart."""
    sympy = within.sympy
    hyperbolic = (sympy.sinh, sympy.cosh, sympy.tanh)
    value = value.rewrite((sympy.asinh, sympy.acosh, sympy.atanh), sympy.log)
    value = value.rewrite(hyperbolic, sympy.exp).rewrite(sympy.acos, sympy.asin)
    value = sympy.expand_power_exp(value)
    for exponent in within.exponents(value):
        value = within.with_variable_for_exp(value, exponent)
    value = value.replace(sympy.log, lambda inner: sympy.log(sympy.factor(inner)))
    return sympy.cancel(sympy.expand_log(value))


def _trigonometric(within: InSymPy, value: Any) -> Any:
    """All that SymPy has for angles, of what is small: its general search takes up to a minute."""
    small = within.sympy.count_ops(value) <= _LONGEST
    return within.sympy.trigsimp(value) if small else value


_FORMS: Sequence[Callable[[InSymPy, Any], Any]] = (
    lambda within, value: within.sympy.cancel(value),
    _over_exponentials,
    lambda within, value: within.sympy.cancel(value.rewrite(within.sympy.exp).expand()),
    lambda within, value: within.sympy.cancel(within.sympy.expand_func(value)),
    _trigonometric,
)
