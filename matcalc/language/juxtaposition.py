"""Operands side by side, as in `2x` and `x'Ax`: what is read in two ways, or by few tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matcalc.expressions.errors import SyntaxProblem
from matcalc.language.syntax import Name, Numeral, Power, Syntax


def check_juxtaposed(
    text: str, right: Syntax, operators: Sequence[str], factors: Sequence[Syntax]
) -> None:
    """Refuse what two readers would read in two ways: `2 3`, `A^2x`, `a/b c`."""
    left = factors[-1]
    one, other = (text[node.start : node.end] for node in (left, right))
    if isinstance(right, Numeral):
        raise SyntaxProblem(
            f"an operator is missing between `{one}` and `{other}`",
            hint=f"did you mean `{one}*{other}`?",
        ).at(text, (left.start, right.end))
    if isinstance(left, Power) and text[left.end - 1] != ")":
        base, exponent = (text[slice(*node.span)] for node in (left.base, left.exponent))
        raise SyntaxProblem(
            f"`{one} {other}` can be read in two ways",
            hint=f"write `{one}*{other}` or `{base}^({exponent}*{other})`",
        ).at(text, (left.start, right.end))
    coefficient = isinstance(left, Numeral) and isinstance(factors[-2:][0], Numeral)
    if operators and operators[-1] in ("/", "./") and not coefficient:
        above = text[factors[0].start : factors[-2].end]
        raise SyntaxProblem(
            f"`{above}/{one} {other}` can be read in two ways",
            hint=f"write `{above}/({one}*{other})` or `{above}/{one}*{other}`",
        ).at(text, (factors[0].start, right.end))


def marks_of_juxtaposed(
    right: Syntax, operators: Sequence[str], factors: Sequence[Syntax]
) -> Iterator[tuple[str, tuple[int, int]]]:
    """A word that was cut into letters; `1/2x`, in which Julia multiplies first."""
    left = factors[-1]
    if isinstance(left, Name) and left.end == right.start:
        yield "Ax", (left.start, right.end)
    if operators and operators[-1] == "/":
        yield "1/2x", (factors[-2].start, right.end)
