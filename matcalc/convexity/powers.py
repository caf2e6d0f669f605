"""Powers, sums of powers and products of powers of convex and concave functions.

Source: Boyd & Vandenberghe 2004, sec. 3.1.5, 3.2.4 and 3.2.6; Minkowski's inequality.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matcalc.convexity.domain import Domain
from matcalc.convexity.found import AFFINE, CONCAVE, CONVEX, Found, composed, proved
from matcalc.convexity.record import Line
from matcalc.convexity.signs import NEGATIVE, NONNEGATIVE, POSITIVE, Sign
from matcalc.expressions.constructors import (
    from_dimension,
    is_number,
    multiply,
    number,
    power,
    scale,
)
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import Apply, Node, Number
from matcalc.expressions.operations import ElementwisePower, EntrySum, Power
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify

Known = Callable[[Node], Found | None]
_HALF = Fraction(1, 2)


def power_of(node: Node, base: Node, exponent: Node, place: Domain, of: Known) -> Found | None:
    """A power of what is nonnegative, an even one, or a root of a square."""
    found = of(base)
    if found is None or not isinstance(exponent, Number):
        return None
    p = exponent.value
    if p >= _HALF and node.shape.is_scalar and is_square(base, place):
        return proved(found.lines, node, CONVEX, f"{base} is the square of a norm")
    if _is_even(p) and p > 0 and found.curvature == AFFINE:
        return proved(found.lines, node, CONVEX, "an even power")
    if not place.signs.of(base) <= NONNEGATIVE and (p < 0 or p.denominator == 1):
        return None
    outer = CONCAVE if 0 < p < 1 else CONVEX
    return composed(outer, POSITIVE if p > 0 else NEGATIVE, found, node, f"the power {p}")


def is_square(base: Node, place: Domain) -> bool:
    """Whether a function is quadratic, and nonnegative whatever its variables are."""
    free = [place.of_any_sign(one) for one in place.variables]
    twins: dict[Node, Node] = dict(zip(place.variables, free, strict=True))
    everywhere, value = Domain(tuple(free)), substitute(base, twins)
    is_quadratic = everywhere.is_constant(everywhere.second(value)) and everywhere.is_smooth(value)
    return is_quadratic and everywhere.signs.of(value) <= NONNEGATIVE


def power_of_parts(
    node: Node, base: Node, exponent: Node, place: Domain, of: Known
) -> Found | None:
    """sum(h.^q)^(1/q), or a product of n factors to a power of at most 1/n."""
    signs = place.signs
    match base:
        case EntrySum(ElementwisePower(h, Number(value=q))) if is_number(scale(q, exponent), 1):
            found, is_nonnegative = of(h), signs.of(h) <= NONNEGATIVE
            is_fit = is_nonnegative or (q > 0 and _is_even(q) and place.is_affine(h))
            outer, name = CONVEX if q >= 1 else CONCAVE, f"the mean of exponent {q} (Minkowski)"
        case Apply(operation="prod", arguments=(h,)):
            found = of(h)
            is_fit = signs.of(h) <= NONNEGATIVE and _is_share(exponent, h.shape.size)
            outer, name = CONCAVE, "a geometric mean"
        case Apply(operation="det", arguments=(h,)):
            found = of(h)
            is_fit = signs.is_psd(h) and _is_share(exponent, h.shape.rows) and place.is_affine(h)
            outer, name = CONCAVE, "a geometric mean of eigenvalues"
        case _:
            return None
    return composed(outer, POSITIVE, found, node, name) if is_fit else None


@dataclass(frozen=True)
class Factor:
    """A nonnegative function with its curvature, to a power."""

    base: Node
    exponent: Fraction
    found: Found


def factor_of_product(node: Node, place: Domain, of: Known) -> Factor | None:
    """A factor as a power of a nonnegative function; the square of a norm is one of the norm."""
    match node:
        case Power(base, Number(value=p)):
            pass
        case _:
            base, p = node, Fraction(1)
    if (found := of(base)) is None or not place.signs.of(base) <= NONNEGATIVE:
        return None
    if found.curvature != AFFINE and is_square(base, place):
        norm = simplify(power(base, number(_HALF)))
        line = Line(norm, "convex", f"{base} is the square of a norm")
        return Factor(norm, 2 * p, Found(CONVEX, (line,)))
    return Factor(base, p, found)


def of_exponents(parts: Sequence[tuple[Fraction, Sign]]) -> Sign | None:
    """The curvature of a product of powers of functions of these curvatures.

    x^a*y^b is concave for a, b >= 0 and a + b <= 1, of concave x and y; convex for a, b <= 0; and
    for b <= 0 and a + b >= 1 it is convex where x is convex and y concave.
    """
    total = sum(p for p, _ in parts)
    rising = [curvature for p, curvature in parts if p > 0]
    falling = [curvature for p, curvature in parts if p <= 0]
    if not all(one <= CONCAVE for one in falling):
        return None
    if not falling and total <= 1 and all(one <= CONCAVE for one in rising):
        return CONCAVE
    is_convex = not rising or (len(rising) == 1 and total >= 1 and rising[0] <= CONVEX)
    return CONVEX if is_convex else None


def _is_share(exponent: Node, count: Dimension) -> bool:
    """Whether so many of the exponents are at most 1 together."""
    part = simplify(multiply(exponent, from_dimension(count)))
    return isinstance(part, Number) and 0 < part.value <= 1


def _is_even(p: Fraction) -> bool:
    return p.denominator == 1 and p % 2 == 0
