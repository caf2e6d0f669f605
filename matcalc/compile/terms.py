"""Terms: array operations as text with holes, interned so that equal operations are one object.

A term is a piece of source text whose holes are other terms. Equal terms are one object, so an
operation that two expressions share is found by counting uses. `level` is Python's binding
strength: a hole says how strongly its content must bind, and is bracketed where it does not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from functools import cache

from matcalc.expressions.limits import LARGEST_FLOAT

_EXACT_INTEGER = 2**53
_HOLE = re.compile(r"\$(?:\[(\w+)\]|\((\w+)\)|(\w+))")
_NO_INDICES: frozenset[str] = frozenset()


class Level(IntEnum):
    """How strongly an operator binds in Python."""

    ANY = 0
    SUM = 10
    PRODUCT = 20
    RIGHT = 21
    UNARY = 30
    POWER = 40
    ATOM = 50


@dataclass(frozen=True)
class Loop:
    """The body of a sum or product over an index, and the identifier of the index."""

    variable: str
    body: Term


@dataclass(frozen=True, eq=False)
class Term:
    """An array operation. `cheap` terms are views and literals, repeated instead of named.

    `indices` are the loop variables on which the value depends. With a `loop`, the text of a
    generator over its body comes after the first part, and the second part is its range.
    """

    parts: tuple[str | tuple[Term, Level], ...]
    level: Level
    cheap: bool
    serial: int
    indices: frozenset[str]
    loop: Loop | None = None

    @property
    def arguments(self) -> list[Term]:
        return [part[0] for part in self.parts if not isinstance(part, str)]

    @property
    def inside(self) -> list[Term]:
        """The same with the body of a loop."""
        return [*self.arguments, *([self.loop.body] if self.loop is not None else [])]


@dataclass(frozen=True)
class Hole:
    """A hole of a template: the name, how strongly its content must bind, as a 2-D array?"""

    name: str
    level: Level
    square: bool


class Terms:
    """Creates terms; equal parts give the same term."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Term] = {}
        self._views: dict[Term, Term] = {}

    def make(
        self,
        *parts: str | Term | tuple[Term, Level],
        level: Level = Level.ATOM,
        cheap: bool = False,
        indices: frozenset[str] = _NO_INDICES,
        loop: Loop | None = None,
    ) -> Term:
        """The term with these parts; a bare term as part is a hole that needs an atom."""
        whole = tuple((part, Level.ATOM) if isinstance(part, Term) else part for part in parts)
        key = (whole, level, loop)
        found = self._known.get(key)
        if found is None:
            inner = [part[0].indices for part in whole if not isinstance(part, str)]
            free = indices.union(*inner)
            found = Term(whole, level, cheap, len(self._known), free, loop)
            self._known[key] = found
        return found

    def name(self, identifier: str, indices: frozenset[str] = _NO_INDICES) -> Term:
        return self.make(identifier, cheap=True, indices=indices)

    def number(self, value: Fraction) -> Term:
        """A literal: an integer, a decimal where that is exact, or a quotient."""
        text = decimal(abs(value))
        if text is None:
            top = self.number(Fraction(value.numerator))
            bottom = f" / {value.denominator}"
            return self.make((top, Level.PRODUCT), bottom, level=Level.PRODUCT, cheap=True)
        if value < 0:
            return self.make("-" + text, level=Level.UNARY, cheap=True)
        return self.make(text, cheap=True)

    def view(self, term: Term, text: str) -> Term:
        """`term` followed by an attribute or a subscript, which costs nothing."""
        return self.make(term, text, cheap=term.cheap)

    def transposed(self, term: Term) -> Term:
        """The transpose of a 2-D term; twice transposed is the term itself."""
        back = self._views.get(term)
        if back is not None:
            return back
        turned = self.view(term, ".T")
        self._views[turned] = term
        return turned

    def symmetric(self, term: Term) -> Term:
        """The term, marked as its own transpose."""
        return self._views.setdefault(term, term)

    def negative(self, term: Term) -> Term:
        return self.make("-", (term, Level.UNARY), level=Level.UNARY, cheap=term.cheap)

    def binary(self, left: Term, operator: str, right: Term) -> Term:
        """`left operator right` for an operator at the level of products."""
        return self.make(
            (left, Level.PRODUCT), f" {operator} ", (right, Level.RIGHT), level=Level.PRODUCT
        )

    def joined(self, terms: Iterable[Term]) -> Term:
        """The terms as a list of arguments."""
        parts: list[str | tuple[Term, Level]] = []
        for term in terms:
            parts += [", "] if parts else []
            parts.append((term, Level.SUM))
        return self.make(*parts, level=Level.ANY, cheap=True)

    def fill(self, template: str, holes: Mapping[str, Term]) -> Term:
        """A template with its holes filled; `[X]` in `holes` stands for `$[X]`."""
        pieces, level = read_template(template)
        parts: list[str | tuple[Term, Level]] = []
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(piece)
            else:
                key = f"[{piece.name}]" if piece.square else piece.name
                parts.append((holes[key], piece.level))
        return self.make(*parts, level=level)


def decimal(value: Fraction) -> str | None:
    """A positive number without a division sign; None where that is not exact.

    Numbers too long for a float to hold exactly are rounded to one.
    """
    is_long = max(value.numerator, value.denominator) > _EXACT_INTEGER
    if value.denominator == 1 and not is_long:
        return str(value.numerator)
    try:
        text = repr(float(value))
    except OverflowError:
        raise LARGEST_FLOAT.exceeded(len(str(value.numerator // value.denominator))) from None
    return text if is_long or Fraction(text) == value else None


@cache
def read_template(template: str) -> tuple[Sequence[str | Hole], Level]:
    """A template as text and holes, and how strongly its result binds."""
    return pieces_of(template), _level_of(_HOLE.sub("x", template))


def pieces_of(template: str) -> Sequence[str | Hole]:
    """A template as text and holes."""
    pieces: list[str | Hole] = []
    place = 0
    for found in _HOLE.finditer(template):
        pieces.append(template[place : found.start()])
        square, bracketed, plain = found.groups()
        free = bracketed or _is_delimited(template, found.start(), found.end())
        level = Level.ANY if free else Level.ATOM
        hole = Hole(square or bracketed or plain, level, square is not None)
        pieces += ["(", hole, ")"] if bracketed else [hole]
        place = found.end()
    pieces.append(template[place:])
    return tuple(piece for piece in pieces if piece != "")


def _is_delimited(template: str, start: int, end: int) -> bool:
    """Whether brackets or commas stand on both sides, so that anything may be put there."""
    before, after = template[:start].rstrip(), template[end:].lstrip()
    return before[-1:] in ("(", "[", ",", "") and after[:1] in (")", "]", ",", "")


def _level_of(text: str) -> Level:
    match ast.parse(text, mode="eval").body:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return Level.SUM
        case ast.BinOp(op=ast.Mult() | ast.Div() | ast.MatMult() | ast.FloorDiv() | ast.Mod()):
            return Level.PRODUCT
        case ast.BinOp(op=ast.Pow()):
            return Level.POWER
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            return Level.UNARY
        case ast.Call() | ast.Attribute() | ast.Subscript() | ast.Name() | ast.Constant():
            return Level.ATOM
        case ast.List() | ast.Tuple():
            return Level.ATOM
        case _:
            return Level.ANY


def reachable(roots: Iterable[Term]) -> set[Term]:
    """The terms under some roots, with the bodies of loops."""
    found = set(roots)
    stack = list(found)
    while stack:
        term = stack.pop()
        for inner in term.inside:
            if inner not in found:
                found.add(inner)
                stack.append(inner)
    return found
