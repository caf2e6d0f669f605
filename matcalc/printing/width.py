r"""About how wide a formula in LaTeX is on paper, in points at the size of ten points.

Computer Modern's widths by kinds of signs (the TeXbook, appendix F, and ch. 18 for the spaces
around a sign): on nine lines in ten of derivations 0.96 to 1.19 times what TeX measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from matcalc.language.latex.groups import Group, Item, Lexeme, groups

TEXT_WIDTH = 335.0  # the class `article` has 345, and these are estimates
_LETTER, _UPRIGHT, _SCRIPT = 6.0, 5.6, 0.72
_SIGNS = {
    **dict.fromkeys("0123456789", 5.0),
    **dict.fromkeys("+-=<>", 12.8),
    **dict.fromkeys("()[]", 5.2),
    **dict.fromkeys(",;", 4.5),
    **dict.fromkeys("'.|:", 3.4),
    **dict.fromkeys("ijlrst", 4.2),
    **dict.fromkeys("ABCDEFGHKLMNOQRUVWXZmw", 8.6),
    **dict.fromkeys(["&", "quad"], 10.0),
    **dict.fromkeys(["qquad"], 20.0),
    **dict.fromkeys(["odot", "oslash", "otimes", "circ", "cdot", "le", "mapsto"], 12.5),
    **dict.fromkeys(["sum", "prod", "Sigma", "Omega", "Phi", "Psi"], 12.0),
    **dict.fromkeys(["log", "det", "exp", "sin", "cos", "tan"], 15.5),
    **dict.fromkeys(["sqrt"], 9.0),
    **dict.fromkeys(["hat", "bar", "tilde", "overline", "matr"], 0.0),
    "boxed": 7.0,
}
_WORDS = frozenset(["operatorname", "mathrm", "mathit", "mathbf", "mathsf", "text"])


@lru_cache(maxsize=10_000)
def width(formula: str) -> float:
    r"""The width of a formula on one line.

    >>> 40 < width(r"A^{\top} X - B") < 60
    True
    """
    return _of(groups(formula))


def _of(items: Sequence[Item]) -> float:
    rest = iter(items)
    return sum(_next(item, rest) for item in rest)


def _next(item: Item, rest: Iterator[Item]) -> float:
    """The width of an item, with what belongs to it taken from the rest."""
    if isinstance(item, Group):
        return _of(item.items) if item.kind == "{" else _of_rows(item)
    if item.command and item.text == "frac":
        return max(_of([next(rest)]), _of([next(rest)])) + 3
    if item.command and item.text in _WORDS:
        word = next(rest)
        return 2 + _UPRIGHT * (len(word.items) if isinstance(word, Group) else 1)
    if item.text in "^_" and not item.command:
        return _SCRIPT * _of([next(rest)])
    return _SIGNS.get(item.text, _LETTER)


def _of_rows(matrix: Group) -> float:
    """A matrix is as wide as its widest row; the signs between entries stand for the gaps."""
    rows: list[list[Item]] = [[]]
    for item in matrix.items:
        if isinstance(item, Lexeme) and item.text == "\\":
            rows.append([])
        else:
            rows[-1].append(item)
    return max(map(_of, rows)) + _SIGNS["&"]
