r"""The templates of the rule book: `\operatorname{tr}\left($(X)\right)`, `$A \otimes $B`.

`$X` is the argument for the parameter X, in brackets where it binds more loosely than a postfix
(before a superscript: than an atom) and nothing delimits it already; a hole between an opening
bracket, bar, brace or comma and a closing one is delimited, and after a plus or minus a product
needs no brackets. `$(X)` is never bracketed. `$n` is the dimension n. What a template makes binds
like a superscript where it ends in one, like a product where it ends in a bare hole or has a sign
outside brackets (`\det $X`, `$A \otimes $B`), like a fraction where bars end but do not enclose it
(`\log\lvert\det $X\rvert`) or a logarithm of something stands without brackets
(`\log\sigma\left($(X)\right)`), otherwise like an atom.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from matcalc.expressions.nodes import Apply
from matcalc.printing.style import Level, Piece, Style

_HOLE = re.compile(r"\$(?:\((?P<bare>[^\W_]+)\)|(?P<name>[^\W_]+))")
_OPENING = re.compile(r"(?:[(\[{,;|‖⟨]|\\lVert|\\lvert|\\langle|\\[|])\s*$")
_CLOSING = re.compile(r"\s*(?:\\right)?(?:[)\],;|‖⟩]|\}(?!\^)|\\rVert|\\rvert|\\rangle|\\[|])")
_RAISED = re.compile(r"[\^'⁻⁰-ⁿ²³¹ᵀᴴ*]")
_ENDS_RAISED = re.compile(r"(?:\^(?:\{[^{}]*\}|\w|\\\w+)|[⁰-ⁿ²³¹ᵀᴴ])$")
_FENCED = re.compile(r"^(?:\\left)?(?:[(\[|‖⟨]|\\lVert|\\lvert|\\langle)")
_ENDS_IN_HOLE = re.compile(r"\$[^\W_]+$")
_SUBSCRIPT = re.compile(r"(?:_\{[^{}]*\}|_[\w*]+|[₀-₉]+)$")
_GROUP = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_ADDED = re.compile(r"[-+−]\s*$")
_ENDS_IN_WORD = re.compile(r"(?:\\[a-z]+|\}) $")
_BRACKET = r"\left("
_BARRED = re.compile(r"^\\left\\lvert")
_HEAD = re.compile(r"^(?:\\operatorname\{\w+\}|\\[a-z]+)")
_COMPOSED = re.compile(r"^\\?(?:log|exp)(?![a-z]|\\left\(|\()")
_INFIX = re.compile(r"\\otimes|\\odot|\\ast|\\cdot|[⊗⊙∗+−]")


class _Hole(NamedTuple):
    """A hole, the text before it, and how tightly its argument must bind."""

    before: str
    name: str
    level: Level


def filled(template: str, values: Mapping[str, Piece], style: Style) -> Piece:
    """The template with its holes filled."""
    holes, end, level = _parts(template)
    texts = []
    for before, name, at_least in holes:
        piece = values[name]
        bare = at_least == Level.SUM
        if _ENDS_IN_WORD.search(before) and piece.text.startswith(_BRACKET):
            at_least = Level.ATOM  # \det(A)^{-1} would be the reciprocal of a determinant
        texts += [before, style.whole(piece) if bare else style.within(piece, at_least)]
    return Piece("".join([*texts, end]), level)


@cache
def _parts(template: str) -> tuple[tuple[_Hole, ...], str, Level]:
    holes = []
    place = 0
    for found in _HOLE.finditer(template):
        before, after = template[place : found.start()], template[found.end() :]
        holes.append(_Hole(before, found["bare"] or found["name"], _asked(found, before, after)))
        place = found.end()
    return tuple(holes), template[place:], _made(template)


def _asked(found: re.Match[str], before: str, after: str) -> Level:
    if found["bare"] or (_OPENING.search(before) and _CLOSING.match(after)):
        return Level.SUM
    if _RAISED.match(after):
        return Level.ATOM
    return Level.PRODUCT if _ADDED.search(before) else Level.POSTFIX


def _made(template: str) -> Level:
    """How tightly the filled template binds."""
    if _ENDS_RAISED.search(template):
        return Level.POSTFIX
    if _INFIX.search(_outside_brackets(template)) or _ENDS_IN_HOLE.search(template):
        return Level.PRODUCT
    barred = _SUBSCRIPT.sub("", template).endswith(("|", "‖", r"\rvert", r"\rVert"))
    loose = (barred and not _FENCED.match(template)) or _COMPOSED.match(template)
    return Level.FRACTION if loose else Level.ATOM


def _outside_brackets(template: str) -> str:
    found = 1
    while found:
        template, found = _GROUP.subn("", template)
    return template


def entrywise(template: str, node: Apply, has: Callable[[str], bool]) -> str | None:
    r"""The template for an array, where the one for a number would be read otherwise.

    Bars around a matrix are a determinant, around a vector its length; `\exp` of a square matrix is
    that of the matrix, entry by entry it is `\exp^{\circ}`.
    """
    if _BARRED.match(template):
        return None if node.arguments[0].shape == node.shape else template
    twin = has(f"{node.operation}m") and node.arguments[0].shape == node.shape
    if not (twin and node.shape.is_square):
        return template
    return _HEAD.sub(lambda found: rf"{found[0]}^{{\circ}}", template, count=1)


def holes(template: str) -> set[str]:
    """The names of the parameters and dimensions that a template asks for."""
    return {hole.name for hole in _parts(template)[0]}


def without_holes(template: str) -> str:
    """What stays of a template where its holes are taken out."""
    return _HOLE.sub("", template)
