"""Tokens of LaTeX as matcalc's own language spells them, for names and short formulas."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from matcalc.language.latex.tokens import ENDS

if TYPE_CHECKING:
    from lark import Token

_BEGINS = """
    NUMBER NAME INDEXED FUNCTION FRACTION BIG OPEN OPEN_BAR OPEN_NORM OPEN_ANGLE OPEN_BLOCK
"""
_BEGINNINGS = frozenset(_BEGINS.split())
_SPELLED = {
    "OPEN_BAR": "|", "CLOSE_BAR": "|", "OPEN_NORM": "‖", "OPEN_ANGLE": "⟨", "CLOSE_ANGLE": "⟩",
    "OPEN_BLOCK": "[", "CLOSE_BLOCK": "]", "OPEN_ENTRY": "[", "CLOSE_ENTRY": "]", "SEMICOLON": "; ",
    "COMMA": ", ", "FRACTION": "(",
}  # fmt: skip
_VALUES = {"⋅": "*", ".I": "^-1", "inf": "∞"}


def spelled(tokens: Sequence[Token]) -> str:
    """The formula as it is typed, with a sign between operands that stand beside each other.

    A fraction is `((a)/(b))`: its two groups are counted where they close.
    """
    found, fractions, depth = "", list[tuple[int, int]](), 0
    for token, after in pairwise((*tokens, None)):
        assert token is not None
        depth += (token.type == "OPEN") - (token.type == "CLOSE")
        found += _one(token, after)
        if token.type == "FRACTION":
            fractions.append((depth, 2))
        elif token.type == "CLOSE" and fractions and fractions[-1][0] == depth:
            outside, left = fractions.pop()
            if left == 2:
                fractions.append((outside, 1))
                found += "/"
                continue
            found += ")"
        if after is not None and token.type in ENDS and after.type in _BEGINNINGS:
            found += "*"
    return found


def _one(token: Token, after: Token | None) -> str:
    value = _VALUES.get(str(token), str(token))
    if token.type == "CLOSE_NORM":
        return f"‖_{value}" if value else "‖"
    if token.type == "INDEX":
        return f"{value} in " if after is not None and after.type != "COMMA" else value
    return _SPELLED.get(token.type, value)
