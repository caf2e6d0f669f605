"""Forms by which a tool is told while a text is read: `X(2,1)` is MATLAB's entry of X."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matcalc.language.syntax import Call, Chain, Name, Negation, Numeral, Subscript, Syntax, Total

_MAPPED = frozenset(("abs2", "abs", "exp", "log", "sqrt"))
_POSITIONS = frozenset({*"ijklmnpqr", "end"})


def is_entry(
    word: str, given: Sequence[object], arena: Sequence[Syntax], names: frozenset[str]
) -> bool:
    """Whether `X(...)` is an entry or a range of X, not a function of what stands inside.

    It is one with a colon and without a keyword; where X is one of the `names` of values, or a
    capital with two subscripts, one with positions such as `i`, `2` or `end-1`.
    """
    if any(isinstance(one, Subscript) for one in given):
        return not any(isinstance(one, tuple) for one in given)
    is_matrix = len(word) == 1 and word.isupper() and len(given) == 2
    if word not in names and not is_matrix:
        return False
    return bool(given) and all(
        isinstance(one, Numeral | Name | Total | Chain) and _is_position(one, arena)
        for one in given
    )


def _is_position(node: Syntax, arena: Sequence[Syntax]) -> bool:
    inside = arena[node.first : node.place + 1]
    return all(
        one.word in _POSITIONS
        if isinstance(one, Name)
        else isinstance(one, Numeral | Total | Chain | Negation)
        for one in inside
    )


def marks_of_entries(nodes: Sequence[Syntax]) -> Iterator[str]:
    """What square brackets tell: MATLAB has none after a name, Julia counts from `end` in them."""
    yield "x[i]"
    if any(isinstance(one, Name) and one.word == "end" for one in nodes):
        yield "x[end]"


def marks_of_call(node: Call) -> Iterator[str]:
    """What tells a tool in a call: its keywords, its name, three arguments of `dot`."""
    yield from (f"{word}=" for word in node.keywords)
    yield f"{node.function.rstrip('.').rpartition('.')[2]}("
    if node.function[-1] == ".":
        yield "f.(x)"
    match node.function, node.arguments:
        case "dot", [_, _, _]:
            yield "dot(x,A,y)"
        case "sum" | "mean" | "prod" | "maximum" | "minimum", [Name(word=word), _]:
            if word in _MAPPED:
                yield "sum(f,x)"
