"""What was likely meant by a formula whose shapes do not fit: the same with one sign changed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from matcalc.expressions.constructors import transpose
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.scanner import scan
from matcalc.language.statements import read_statements
from matcalc.language.syntax import Call, Chain, Name, Postfix, Power, Selection, Syntax, Total

if TYPE_CHECKING:
    from matcalc.verify.verdict import Verdict

_MOST_JUDGED = 8  # each costs as much as the claim itself
Edit = tuple[int, int, str]  # of text[start:end], what stands there instead


def likely_repair(
    formula: str,
    known: Collection[Symbol],
    read: Callable[[str], Node],
    shape: Shape,
    judged: Callable[[Node], Verdict],
) -> str:
    """The formula that was likely meant, in words: one that is right, or else that fits."""
    fitting = ((text, judged(one)) for text, one in _fitting(formula, known, read, shape))
    first = ""
    for text, verdict in itertools.islice(fitting, _MOST_JUDGED):
        if verdict.holds:
            return f"`{text}` fits, and is right"
        first = first or (verdict.hint and f"`{text}` fits; then: {verdict.hint}")
    return first


def _fitting(
    formula: str, known: Collection[Symbol], read: Callable[[str], Node], shape: Shape
) -> Iterator[tuple[str, Node]]:
    for text in repairs(formula, known):
        with suppress(MatcalcError):
            found = read(text)
            if found.shape == shape:
                yield text, found
            elif found.shape.transposed == shape:
                yield f"({text})'", transpose(found)


def repairs(text: str, known: Collection[Symbol]) -> Iterator[str]:
    """The text with a sign entry by entry, with all of them, with one transpose more or less, with
    two factors swapped, with another of the `known` names or sizes, and with one as a factor.
    """
    names = [one.name for one in known]
    try:
        arena = read_statements(text, scan(text), {}, names).arena
    except MatcalcError:
        return
    signs = [one for node in arena for one in _signs(node, text)]
    powers = [one for one in signs if text[one[0] : one[1]] not in ("*", "@")]
    several = [some for some in (powers, signs) if len(some) > 1]
    transposes = [one for node in arena for one in _transposed(node, text)]
    swaps = [one for node in arena for one in _swapped(node, text)]
    for some in [*([one] for one in signs), *several, *([one] for one in (*transposes, *swaps))]:
        yield _edited(text, some)
    sizes = sorted({name for one in known for name in one.dimensions})
    renamed = [one for node in arena for one in _renamed(node, names, sizes)]
    for one in (*renamed, *(one for node in arena for one in _multiplied(node, text, names))):
        yield _edited(text, [one])


def _edited(text: str, edits: Sequence[Edit]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _signs(node: Syntax, text: str) -> Iterator[Edit]:
    """Each sign of products, quotients and powers, read entry by entry."""
    match node:
        case Chain(factors=factors, juxtaposed=False):
            pairs = itertools.pairwise(factors)
            gaps = [(one.end, other.start) for one, other in pairs]
        case Power(base=base, exponent=exponent):
            gaps = [(base.end, exponent.start)]
        case _:
            return
    for start, end in gaps:
        sign = text[start:end].strip()
        if sign in ("*", "/", "^"):
            yield _at(text, start, end, f".{sign}")
        elif sign == "@":
            yield _at(text, start, end, "*")


def _at(text: str, start: int, end: int, sign: str) -> Edit:
    """The edit of the sign in a gap, the spaces around it left."""
    gap = text[start:end]
    first = start + len(gap) - len(gap.lstrip())
    return first, first + len(gap.strip()), sign


def _transposed(node: Syntax, text: str) -> Iterator[Edit]:
    """A name, a call or a bracket with a transpose more, or without the one that it has."""
    if isinstance(node, Postfix) and node.operator != "inverse":
        yield node.operand.end, node.end, ""
    bracketed = isinstance(node, Chain | Total) and text[node.start] == "("
    whole = bracketed or isinstance(node, Name | Call | Selection)
    if whole and not text.startswith(("'", ".T"), node.end):
        yield node.end, node.end, ".T" if ".T" in text or "@" in text else "'"


def _swapped(node: Syntax, text: str) -> Iterator[Edit]:
    if isinstance(node, Chain) and not node.juxtaposed:
        for one, other in zip(node.factors, node.factors[1:], strict=False):
            gap = text[one.end : other.start]
            if gap.strip() in ("*", "@"):
                new = f"{text[other.start : other.end]}{gap}{text[one.start : one.end]}"
                yield one.start, other.end, new


def _renamed(node: Syntax, names: Sequence[str], sizes: Sequence[str]) -> Iterator[Edit]:
    """Another name of a variable, or of a size, in its place."""
    if isinstance(node, Name):
        others = names if node.word in names else sizes
        yield from ((node.start, node.end, one) for one in others if one != node.word)


def _multiplied(node: Syntax, text: str, names: Sequence[str]) -> Iterator[Edit]:
    """A factor more before or behind one of a product or of a sum."""
    sign, prime = ("@", ".T") if "@" in text else ("*", "'")
    match node:
        case Chain(factors=factors, juxtaposed=False):
            before, behind = [factors[0].start], [one.end for one in factors]
        case Total(terms=terms):
            alone = [one for one in terms if isinstance(one, Name)]
            before, behind = [one.start for one in alone], [one.end for one in alone]
        case _:
            return
    for name in (more for one in names for more in (one, one + prime)):
        yield from ((place, place, f"{name}{sign}") for place in before)
        yield from ((place, place, f"{sign}{name}") for place in behind)
