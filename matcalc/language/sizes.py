"""Dimension expressions: the text of `n + 1` or `m*n` as a `Dimension`."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.dimensions import Dimension, dimension
from matcalc.expressions.errors import SyntaxProblem, TooLarge
from matcalc.expressions.limits import (
    LARGEST_DIMENSION,
    MOST_DIMENSION_FACTORS,
    MOST_DIMENSION_TERMS,
)
from matcalc.language.provenance import quoted
from matcalc.language.syntax import Chain, Name, Negation, Numeral, Power, Syntax, Total


def size_of(
    node: Syntax, arena: Sequence[Syntax], text: str, with_indices: bool = False
) -> Dimension:
    """The dimension that a syntax tree spells: integers and names with `+ - *`, powers, `/2`.

    The bounds of a sum may also hold the indices of sums around it, the size of a matrix may not.
    Raises SyntaxProblem for anything else, TooLarge for what no machine could hold.
    """
    values: dict[int, Dimension] = {}
    for inner in arena[node.first : node.place + 1]:
        is_index = isinstance(inner, Name) and inner.bound
        try:
            value = None if is_index and not with_indices else _value(inner, values)
        except TooLarge as error:
            raise error.at(text, inner.span) from None
        if value is None:
            raise SyntaxProblem(
                f"{quoted(text[node.start : node.end])} is not a dimension",
                hint="a dimension is a positive integer, a name, or sums and products of them, "
                "like `m*n` or `n + 1`",
            ).at(text, inner.span)
        values[inner.place] = value
    return values[node.place]


def _bounded(size: Dimension) -> Dimension:
    """The same where a machine could hold it, else TooLarge."""
    MOST_DIMENSION_TERMS.check(len(size.terms))
    MOST_DIMENSION_FACTORS.check(max((len(names) for names, _ in size.terms), default=0))
    LARGEST_DIMENSION.check(max((abs(value.numerator) for _, value in size.terms), default=0))
    return size


def _value(node: Syntax, values: dict[int, Dimension]) -> Dimension | None:
    match node:
        case Numeral(value=value) if value.denominator == 1:
            return _bounded(dimension(int(value)))
        case Name(word=word):
            return dimension(word)
        case Negation(operand=operand):
            return values[operand.place] * -1
        case Total(terms=terms, signs=signs):
            total = dimension(0)
            for term, sign in zip(terms, signs, strict=True):
                total = _bounded(total + values[term.place] * sign)
            return total
        case Chain():
            return _product(node, values)
        case Power(base=base, exponent=exponent):
            power = values[exponent.place].integer
            return None if power is None or power < 0 else _power(values[base.place], power)
        case _:
            return None


def _power(base: Dimension, exponent: int) -> Dimension:
    MOST_DIMENSION_FACTORS.check(exponent)
    power = dimension(1)
    for _ in range(exponent):
        power = _bounded(power * base)
    return power


def _product(node: Chain, values: dict[int, Dimension]) -> Dimension | None:
    product = values[node.factors[0].place]
    for operator, factor in zip(node.operators, node.factors[1:], strict=True):
        value = values[factor.place]
        if operator == "*":
            product = _bounded(product * value)
        elif operator == "/" and value.integer:
            product = product / value.integer
        else:
            return None
    return product
