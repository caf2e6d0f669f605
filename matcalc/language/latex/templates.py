r"""What the templates of the book write, read again: `\lambda_{i}\left(A\right)`, `P_{A}`.

A template of an entry is a pattern of items with a hole for each argument. It is only read where
the letter it begins with is no name of the problem, and what stands in its holes is of the
problem's names, so that a formula of somebody else's means what it always did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.language.latex.cursor import Cursor, is_sign, plain
from matcalc.language.latex.groups import Group, Item, Lexeme
from matcalc.language.latex.tokens import Span, Tokens
from matcalc.language.latex.words import HOLE, Pattern
from matcalc.language.vocabulary import FITTED

_FITTED = (*FITTED, "pi")


def read_template(tokens: Tokens, item: Lexeme, rest: Cursor) -> bool:
    """Write the operation whose template stands at a place, if one does."""
    is_name = tokens.names.letter(item.text) in tokens.names.declared
    for one in tokens.words.patterns.get(item.text, ()):
        holes = _matched(one.items[1:], rest.ahead(len(one.items) - 1))
        hidden = is_name and (not is_sign(one.items[1], "_") or _is_short(holes or {}))
        if holes is not None and not hidden and _are_known(tokens, holes):
            for _ in one.items[1:]:
                last = rest.take()
            span = item.start, last.end
            _write(tokens, one, holes, span)
            return True
    return False


def _is_short(holes: Mapping[str, tuple[Item, ...]]) -> bool:
    """Whether what stands in the holes could be the index of a name."""
    return all(plain(hole).isalnum() for hole in holes.values())


def _matched(wanted: Sequence[Item], found: Sequence[Item]) -> dict[str, tuple[Item, ...]] | None:
    """What stands in the holes, None where the items are not those of the template."""
    if len(wanted) != len(found):
        return None
    holes: dict[str, tuple[Item, ...]] = {}
    for one, other in zip(wanted, found, strict=True):
        if isinstance(one, Group):
            if not isinstance(other, Group) or one.kind != other.kind:
                return None
            inner = _inside(one.items, other.items)
            if inner is None:
                return None
            holes |= inner
        elif not isinstance(other, Lexeme) or (one.text, one.command) != (
            other.text,
            other.command,
        ):
            return None
    return holes


def _inside(wanted: Sequence[Item], found: Sequence[Item]) -> dict[str, tuple[Item, ...]] | None:
    """The holes between commas of what a group holds."""
    parts, others = _between_commas(wanted), _between_commas(found)
    if len(parts) != len(others):
        return None
    holes: dict[str, tuple[Item, ...]] = {}
    for one, other in zip(parts, others, strict=True):
        name = _hole(one)
        inner = {name: tuple(other)} if name else _matched(one, other)
        if inner is None or (name and not other):
            return None
        holes |= inner
    return holes


def _hole(items: Sequence[Item]) -> str:
    if len(items) == 2 and isinstance(items[0], Lexeme) and items[0].text == HOLE:
        inner = items[1].items if isinstance(items[1], Group) else ()
        return "".join(one.text for one in inner if isinstance(one, Lexeme))
    return ""


def _between_commas(items: Sequence[Item]) -> list[list[Item]]:
    parts: list[list[Item]] = [[]]
    for item in items:
        if is_sign(item, ","):
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def _are_known(tokens: Tokens, holes: Mapping[str, tuple[Item, ...]]) -> bool:
    """Whether all that stands in the holes are formulas in the names of the problem."""
    known = {*tokens.names.declared, *tokens.bound, *_FITTED}
    formulas = (hole for hole in holes.values() if not tokens.is_function(plain(hole)))
    words = [tokens.words_in(hole) for hole in formulas]
    return bool(tokens.names.declared) and all(one is not None and one <= known for one in words)


def _write(tokens: Tokens, one: Pattern, holes: Mapping[str, tuple[Item, ...]], span: Span) -> None:
    tokens.put("FUNCTION", one.operation, span)
    tokens.put("OPEN", "(", span)
    for place, name in enumerate(one.parameters):
        if place:
            tokens.put("COMMA", ",", span)
        if tokens.is_function(function := plain(holes[name])):
            tokens.put("NAME", function, span)
        else:
            tokens.sequence(holes[name], holes[name][-1].end)
    tokens.put("CLOSE", ")", span)
    shown = tokens.shown(span)
    tokens.report(span, f"`{shown}` is read as `{one.operation}`")
