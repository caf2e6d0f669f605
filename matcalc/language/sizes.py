"""Dimension expressions: the text of `n + 1` or `m*n` as a `Dimension`."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.dimensions import Dimension, dimension
from matcalc.expressions.errors import SyntaxProblem
from matcalc.language.syntax import Chain, Name, Negation, Numeral, Power, Syntax, Total

_LARGEST_EXPONENT = 8
_MOST_TERMS = 100
_LARGEST = 10**12


def size_of(
    node: Syntax, arena: Sequence[Syntax], text: str, with_indices: bool = False
) -> Dimension:
    """The dimension that a syntax tree spells: integers and names with `+ - *`, powers, `/2`.

    The bounds of a sum may also hold the indices of sums around it, the size of a matrix may not.
    Raises SyntaxProblem for anything else.
    """
    values: dict[int, Dimension] = {}
    for inner in arena[node.first : node.place + 1]:
        is_index = isinstance(inner, Name) and inner.bound
        value = None if is_index and not with_indices else _value(inner, values)
        if value is None or len(value.terms) > _MOST_TERMS or _is_huge(value):
            raise SyntaxProblem(
                f"`{text[node.start : node.end]}` is not a dimension",
                hint="a dimension is a positive integer, a name, or sums and products of them, "
                "like `m*n` or `n + 1`",
                text=text,
                span=(inner.start, inner.end),
            )
        values[inner.place] = value
    return values[node.place]


def _is_huge(size: Dimension) -> bool:
    return any(abs(value.numerator) > _LARGEST for _, value in size.terms)


def _value(node: Syntax, values: dict[int, Dimension]) -> Dimension | None:
    match node:
        case Numeral(value=value) if value.denominator == 1:
            return dimension(int(value))
        case Name(word=word):
            return dimension(word)
        case Negation(operand=operand):
            return values[operand.place] * -1
        case Total(terms=terms, signs=signs):
            total = dimension(0)
            for term, sign in zip(terms, signs, strict=True):
                total = total + values[term.place] * sign
            return total
        case Chain():
            return _product(node, values)
        case Power(base=base, exponent=exponent):
            power = values[exponent.place].integer
            small = power is not None and 0 <= power <= _LARGEST_EXPONENT
            return values[base.place] ** power if power is not None and small else None
        case _:
            return None


def _product(node: Chain, values: dict[int, Dimension]) -> Dimension | None:
    product = values[node.factors[0].place]
    for operator, factor in zip(node.operators, node.factors[1:], strict=True):
        value = values[factor.place]
        if operator == "*":
            product = product * value
        elif operator == "/" and value.integer:
            product = product / value.integer
        else:
            return None
        if len(product.terms) > _MOST_TERMS:
            return None
    return product
