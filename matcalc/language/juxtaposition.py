"""Operands without a sign between them, and exponents: what is read, and what is refused.

`2x`, `x' A x` and `1/2 x'A x` are products; what two readers would read in two ways is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from matcalc.expressions.errors import SyntaxProblem
from matcalc.language.syntax import Chain, Name, Negation, Numeral, Power, Syntax

_OF_ROOT = re.compile(r"\s*(?:(?!(?:where|with|in)\b)[\w(\[|‖√^'\u2019\u2032]|\*\*|\.[\^*T']|⁻)")
# What separates entries for some readers: a space before a sign that touches what follows, or
# before a bracket; and a new line before a sign.
_ENDED = r"[\w.)\]}'\u2019\u2032]"
_GAP = re.compile(
    rf"(?:(?<={_ENDED})|(?<={_ENDED}[|\u2016])|(?<={_ENDED}\|\|))"
    r"(?:[^\S\n]+(?=[+\-\u2212\u2013(]\S)|\s*\n\s*)(?P<mark>[+\-\u2212\u2013(])"
)
_WHOLE = ")}⁰¹²³⁴⁵⁶⁷⁸⁹"  # an exponent that ends so goes no further


def check_juxtaposed(
    text: str, right: Syntax, operators: Sequence[str], factors: Sequence[Syntax]
) -> None:
    """Refuse what two readers would read in two ways: `2 3`, `A^2x`, `a/b c`, `1j`."""
    left = factors[-1]
    one, other = (text[node.start : node.end] for node in (left, right))
    if isinstance(left, Numeral) and other in ("j", "i") and left.end == right.start:
        raise SyntaxProblem(
            f"`{one}{other}` is a number of Python's over the complex numbers, "
            f"or a product with {other}",
            hint=f"write `{one}*{other}`, and declare `{other}`",
        ).at(text, (left.start, right.end))
    if isinstance(right, Numeral):
        raise SyntaxProblem(
            f"an operator is missing between `{one}` and `{other}`",
            hint=f"did you mean `{one}*{other}`?",
        ).at(text, (left.start, right.end))
    if isinstance(left, Power) and text[left.end - 1] not in _WHOLE and not _is_whole(left):
        exponent = text[slice(*left.exponent.span)]
        raise SyntaxProblem(
            f"`{one} {other}` can be read in two ways",
            hint=f"write `{one}*{other}` or `{one.removesuffix(exponent)}({exponent}*{other})`",
        ).at(text, (left.start, right.end))
    if operators and operators[-1] in ("/", "./") and not _is_coefficient(factors, right, text):
        upper = text[factors[0].start : factors[-2].end]
        raise SyntaxProblem(
            f"`{upper}/{one} {other}` can be read in two ways",
            hint=f"write `{upper}/({one}*{other})` or `{upper}/{one}*{other}`",
        ).at(text, (factors[0].start, right.end))


def _is_whole(power: Power) -> bool:
    """Whether it is a transpose or an inverse, which nobody takes for a longer exponent."""
    exponent = power.exponent
    operand = exponent.operand if isinstance(exponent, Negation) else exponent
    if isinstance(operand, Numeral):
        return operand is not exponent and operand.value == 1
    return isinstance(operand, Name) and operand.word in ("T", "H")


def _is_coefficient(factors: Sequence[Syntax], right: Syntax, text: str) -> bool:
    """A number over a number, as the `-1/2` of `-1/2 x'A x`, but not that of `1/2m x'x`."""
    above, below = factors[-2:]
    above = above.operand if isinstance(above, Negation) else above
    name = right.base if isinstance(right, Power) else right
    in_denominator = isinstance(name, Name) and not text[below.end : right.start]
    is_word = text[right.end : right.end + 1].isalpha()
    numbers = isinstance(above, Numeral) and isinstance(below, Numeral)
    return numbers and (is_word or not in_denominator)


def check_exponent(text: str, base: Syntax, start: int, exponent: Syntax) -> None:
    """Refuse `A^+`, the pseudo-inverse of books, and `A^2^T`."""
    one = text[base.start : base.end]
    if text[start:].lstrip()[:1] == "+":
        raise SyntaxProblem(
            f"`{one}^+` can be read in two ways",
            hint=f"write `pinv({one})`, or leave the `+` out",
        ).at(text, (base.start, exponent.end))
    inner = exponent.exponent if isinstance(exponent, Power) else None
    if isinstance(inner, Name) and inner.word in ("T", "H") and text[exponent.end - 1] not in ")}":
        assert isinstance(exponent, Power)
        power = text[exponent.base.start : exponent.base.end]
        raise SyntaxProblem(
            f"`{text[base.start : exponent.end]}` can be read in two ways",
            hint=f"write `({one}^{power})'`, or `{one}^({power}^T)`",
        ).at(text, (base.start, exponent.end))


def check_root(text: str, sign: str, inner: Syntax) -> None:
    """Refuse `√x'y`, which may be the root of x or of all of it, and roots that are no square's."""
    operand = text[slice(*inner.span)]
    bare = operand[1:-1] if operand[:1] in ("(", "{") else operand
    if sign != "√":
        degree = "34"["∛∜".index(sign)]
        raise SyntaxProblem(
            f"`{sign}` is not part of the language", hint=f"write `({bare})^(1/{degree})`"
        ).at(text, (inner.start - 1, inner.end))
    if bare is operand and _OF_ROOT.match(text, inner.end):
        raise SyntaxProblem(
            f"nothing tells where the root of `√{operand}` ends",
            hint=f"write `sqrt({operand})` for its own, `sqrt(...)` around all that is meant",
        ).at(text, (inner.start - 1, inner.end))


def marks_of_juxtaposed(
    right: Syntax, operators: Sequence[str], factors: Sequence[Syntax]
) -> Iterator[tuple[str, tuple[int, int]]]:
    """No sign at all; a word that was cut into letters; `1/2x`, where Julia multiplies first."""
    left = factors[-1]
    yield "2x", (left.start, right.end)
    if isinstance(left, Name) and left.end == right.start:
        yield "Ax", (left.start, right.end)
    if operators and operators[-1] == "/":
        yield "1/2x", (factors[-2].start, right.end)


def check_row(text: str, blocks: Sequence[Syntax]) -> None:
    """Refuse `[A B]`, where a comma may have been forgotten."""
    for one in blocks:
        if isinstance(one, Chain) and one.juxtaposed:
            apart, product = _signed(text, one, ", "), _signed(text, one, "*")
            raise SyntaxProblem(
                f"`{text[slice(*one.span)]}` inside square brackets can be read in two ways",
                hint=f"write `{apart}` for blocks, `{product}` for their product",
            ).at(text, one.span)


def marks_of_row(text: str, blocks: Sequence[Syntax]) -> Iterator[tuple[str, tuple[int, int]]]:
    """`[A -B]` and `[s (t)]`, two entries where a space separates them; a new line in a row."""
    for one in blocks:
        if _gaps(text[slice(*one.span)]):
            yield "[a -b]", one.span
    for left, right in pairwise(blocks):
        if "\n" in text[left.end : right.start]:
            yield "[a,\n b]", (left.start, right.end)


def _gaps(written: str) -> list[re.Match[str]]:
    """The gaps that no bracket encloses."""
    return [gap for gap in _GAP.finditer(written) if _is_outside(written[: gap.start()])]


def _is_outside(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count("[") == text.count("]")


def with_and_without_gaps(written: str) -> tuple[str, str]:
    """An entry of `[A -B]` as it is typed if it is one, and if it is more."""
    apart = together = written
    for gap in reversed(_gaps(written)):
        before, mark, after = written[: gap.start()], gap["mark"], gap.end()
        separator = "; " if "\n" in gap[0] else ", "
        apart = f"{before}{separator}{mark}{apart[after:].lstrip()}"
        joined = mark if mark == "(" else f" {mark} "
        together = f"{before}{joined}{together[after:].lstrip()}"
    return f"[{together}]", f"[{apart}]"


def _signed(text: str, chain: Chain, sign: str) -> str:
    """The chain as it is typed, with a sign where none stands."""
    found = text[chain.factors[0].start : chain.factors[0].end]
    for left, right in pairwise(chain.factors):
        between = text[left.end : right.start]
        found += (between if between.strip() else sign) + text[right.start : right.end]
    return found
