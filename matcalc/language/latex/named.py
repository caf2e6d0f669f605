r"""A name with all that stands at it: `\hat\beta_i'`, an entry x_i under a sum, `H^{(k)}`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcalc.language.latex.cursor import Cursor, is_sign, plain, without_style
from matcalc.language.latex.functions import applied
from matcalc.language.latex.groups import Group, Item
from matcalc.language.latex.names import accented, free_indices, subscripted
from matcalc.language.latex.parts import is_relation
from matcalc.language.latex.scripts import Scripts, block, require_one_reading, write_scripts
from matcalc.language.latex.tokens import Span, Tokens


def name_with_scripts(
    tokens: Tokens, word: str, span: Span, rest: Cursor, marks: Scripts | None = None
) -> None:
    """A name with its accent, indices and primes, then what stands above it."""
    marks = (marks or Scripts()).read(rest)
    names = tokens.names
    if marks.accent:
        word = accented(word, marks.accent)
    alone = names.knows(f"{word}_prime") and not names.knows(word)
    if marks.primes and (names.primes or alone):
        word += "_prime" * marks.primes
        marks.above = [one for one in marks.above if not is_sign(one[0], "'")]
    word = _raised(tokens, word, marks, span)
    if not marks.below:
        tokens.put("NAME", names.called(word), span)
    else:
        _indexed(tokens, word, marks.below, span)
        if tokens.found[-1].type in ("CLOSE_ENTRY", "INDEXED"):
            require_one_reading(tokens, marks)
    last = tokens.found[-1]
    if last.type != "NAME" or not applied(tokens, str(last), span, rest, marks):
        write_scripts(tokens, marks)


def _raised(tokens: Tokens, word: str, marks: Scripts, span: Span) -> str:
    r"""The name with what stands above it, where it belongs to the name: `x^{(k)}`, `x^*`, H^0."""
    names = tokens.names
    for items in list(marks.above):
        mark = plain(items)
        longer = subscripted(word, mark.strip("()[]\\{"))
        whole = len(items) == 1 and isinstance(items[0], Group) and items[0].kind in ("(", "[")
        if whole or (names.knows(longer) and not names.knows(word)) or longer in names.calls:
            marks.above.remove(items)
            tokens.report(span, f"`{tokens.shown((span[0], items[-1].end))}` is read as a name")
            word = longer
    return word


def _indexed(tokens: Tokens, word: str, below: Sequence[Item], span: Span) -> None:
    """x_i under a sum over i is an entry, W_{in} a name."""
    names = tokens.names
    script = plain(below)
    longer = subscripted(word, script)
    whole = names.called(longer)
    span = span[0], below[-1].end
    letters = [one for one in script.replace(",", "") if one != " "]
    bound = [one for one in letters if one in tokens.bound]
    joined = f"{word}{script}"
    if whole != longer or names.knows(whole):
        tokens.put("NAME", whole, span)
    elif names.knows(joined):
        tokens.put("NAME", joined, span)
    elif word == "e" and not names.knows(word) and _is_position(tokens, script):
        _unit_vector(tokens, below, span)
    elif bound and len(bound) == len(letters) <= 2:
        _member(tokens, word, "".join(letters), span)
    elif bound:
        tokens.put("NAME", word, span)
        block(tokens, without_style(below))
    elif word == "I" and not names.knows(word):
        tokens.put("FUNCTION", "eye", span)
        tokens.bracketed(below, span)
    elif names.knows(word) and _is_part(tokens, script):
        tokens.put("NAME", word, span)
        block(tokens, without_style(below))
    elif any(map(is_relation, below)):
        shown = tokens.shown(span)
        raise tokens.refuse(f"`{shown}` is no name", span, r"a sum is `\sum_{i=1}^n`")
    elif names.knows(word) and free_indices(script):
        tokens.put("NAME", word, span)
        tokens.report(span, f"`{tokens.shown(span)}` stands for the whole of `{word}`")
    else:
        tokens.put("NAME", whole, span)


def _is_part(tokens: Tokens, script: str) -> bool:
    """Whether a subscript is of positions: numbers, ranges, names of dimensions and indices."""
    words = re.findall(r"[^\W\d]+", script)
    return all(tokens.names.knows(one) or one in tokens.bound for one in words) and (
        bool(words) or ":" in script or script.replace(",", "").isdecimal()
    )


def _is_position(tokens: Tokens, script: str) -> bool:
    return script.isdecimal() or script in tokens.bound or tokens.names.knows(script)


def _unit_vector(tokens: Tokens, below: Sequence[Item], span: Span) -> None:
    """e_i is column i of the identity."""
    tokens.report(span, f"`{tokens.shown(span)}` is read as a unit vector")
    tokens.put("NAME", "I", span)
    tokens.put("OPEN_ENTRY", "[", span)
    tokens.put("COLON", ":", span)
    tokens.put("COMMA", ",", span)
    tokens.sequence(below, span[1])
    tokens.put("CLOSE_ENTRY", "]", span)


def _member(tokens: Tokens, word: str, indices: str, span: Span) -> None:
    """An entry; x_i where only the matrix X is declared is its row i."""
    names = tokens.names
    row = word.upper()
    if len(indices) == 1 and not names.knows(word) and row != word and names.knows(row):
        tokens.report(span, f"`{tokens.shown(span)}` is read as row {indices} of `{row}`")
        tokens.put("NAME", row, span)
        for kind, value in (("OPEN_ENTRY", "["), ("NAME", indices), ("COMMA", ","), ("COLON", ":"),
                            ("CLOSE_ENTRY", "]"), ("TICK", ".'")):  # fmt: skip
            tokens.put(kind, value, span)
        return
    tokens.put("INDEXED", f"{word}_{indices}", span)
