r"""What bars, norms, angles and matrices are: `|X|`, `\|x\|_2`, `\langle x, y\rangle`, pmatrix."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.language.latex.cursor import Cursor, is_command, is_sign, plain
from matcalc.language.latex.groups import Group, Item
from matcalc.language.latex.scripts import Scripts, scripts, write_scripts
from matcalc.language.latex.tokens import Span, Tokens

_NORMS = {
    "": "", "F": "F", "f": "F", "Fro": "F", "fro": "F", "Frob": "F", "2": "2", "op": "2",
    "spec": "2", "sp": "2", "1": "1", "*": "*", "\\ast": "*", "\\star": "*", "nuc": "*", "tr": "*",
    "\\infty": "inf", "\\ell_2": "2", "\\ell_1": "1", "HS": "F",
}  # fmt: skip
_MATRICES_WORDS = """
    matrix pmatrix bmatrix Bmatrix smallmatrix array
"""
_MATRICES = frozenset(_MATRICES_WORDS.split())


def bars(tokens: Tokens, group: Group, rest: Cursor) -> None:
    """`|x|`: the absolute value of a number, the determinant of a matrix; shapes tell."""
    tokens.inside(group, "OPEN_BAR", "CLOSE_BAR")
    scripts(tokens, rest)


def norm(tokens: Tokens, group: Group, rest: Cursor) -> None:
    r"""`\|x\|`, `\|X\|_F^2`; with a matrix below, `\|x\|_A^2` is x'Ax."""
    marks = Scripts().read(rest)
    known = _NORMS.get(plain(marks.below))
    span = group.start, marks.below[-1].end if marks.below else group.end
    if known is not None:
        tokens.put("OPEN_NORM", "‖", (group.start, group.start + 1))
        tokens.sequence(group.items, group.end - 1)
        tokens.put("CLOSE_NORM", known, (group.end - 1, span[1]))
    elif any(is_sign(one, ",") for one in marks.below) or plain(marks.below).isdecimal():
        raise tokens.refuse(
            f"no norm has the index `{tokens.written(marks.below)}`",
            span,
            r"there are `\|X\|_F`, `_1`, `_2`, `_\infty`, `_*`, and `\|x\|_A` of a matrix A",
        )
    elif len(index := plain(marks.below)) == 1 and index.islower():
        tokens.put("FUNCTION", "normp", span)
        tokens.put("OPEN", "(", (group.start, group.start + 1))
        tokens.sequence(group.items, group.end - 1)
        tokens.put("COMMA", ",", span)
        tokens.sequence(marks.below, span[1])
        tokens.put("CLOSE", ")", (group.end - 1, span[1]))
    else:
        _weighted(tokens, group, marks, span)
    write_scripts(tokens, marks)


def _weighted(tokens: Tokens, group: Group, marks: Scripts, span: Span) -> None:
    """sqrt(x'*A*x), whose square is written without the root."""
    squared = bool(marks.above) and plain(marks.above[0]) == "2"
    if squared:
        del marks.above[0]
    else:
        tokens.put("FUNCTION", "sqrt", span)
    tokens.put("OPEN", "(", span)
    tokens.bracketed(group.items, span)
    tokens.put("TICK", "'", span)
    tokens.bracketed(marks.below, span)
    tokens.bracketed(group.items, span)
    tokens.put("CLOSE", ")", span)
    shown = tokens.shown(span)
    tokens.report(span, f"`{shown}` is read as the root of x' A x, with the matrix below as A")


def inner_product(tokens: Tokens, group: Group, rest: Cursor) -> None:
    r"""`\langle A, B\rangle`, the Frobenius one."""
    tokens.inside(group, "OPEN_ANGLE", "CLOSE_ANGLE")
    marks = Scripts().read(rest)
    if marks.below and plain(marks.below) not in ("F", "2"):
        shown = tokens.written(marks.below)
        raise tokens.refuse(
            f"the inner product with the index `{shown}` is not read",
            (group.start, marks.below[-1].end),
            r"write it out: `x^\top A y`",
        )
    write_scripts(tokens, marks)


def matrix(tokens: Tokens, group: Group, rest: Cursor) -> None:
    """The blocks of a matrix; between bars its determinant."""
    span = group.start, group.end
    if group.kind in ("vmatrix", "Vmatrix"):
        if group.kind == "Vmatrix":
            raise tokens.refuse("double bars around a matrix are no determinant", span)
        tokens.put("FUNCTION", "det", span)
        tokens.put("OPEN", "(", span)
        _rows(tokens, group.items, group)
        tokens.put("CLOSE", ")", span)
    elif group.kind in _MATRICES:
        _rows(tokens, group.items[_columns(group) :], group)
    elif group.kind == "cases":
        hint = "a choice is `where(x > 0, a, b)` in matcalc's language"
        raise tokens.refuse("a formula with cases is not read", span, hint)
    else:
        raise tokens.refuse(rf"the environment `{group.kind}` is not read", span)
    scripts(tokens, rest)


def _columns(group: Group) -> int:
    """How many items say how columns are set: `{cc}` of an array."""
    return int(group.kind == "array" and isinstance(group.items[0], Group))


def _rows(tokens: Tokens, items: Sequence[Item], group: Group) -> None:
    tokens.put("OPEN_BLOCK", "[", (group.start, group.start + 1))
    rows: list[list[list[Item]]] = [[[]]]
    for item in items:
        if is_command(item, "\\"):
            rows.append([[]])
        elif is_sign(item, "&"):
            rows[-1].append([])
        elif not is_command(item, "hline"):
            rows[-1][-1].append(item)
    rows = [row for row in rows if any(row)]
    for number, row in enumerate(rows):
        if number:
            place = row[0][0].start if row[0] else group.start
            tokens.put("SEMICOLON", ";", (place, place))
        for place, block in enumerate(row):
            if place:
                start = block[0].start if block else group.end
                tokens.put("COMMA", ",", (start, start))
            _block(tokens, block, group)
    tokens.put("CLOSE_BLOCK", "]", (group.end - 1, group.end))


def _block(tokens: Tokens, block: Sequence[Item], group: Group) -> None:
    """One block; 0 is a matrix of the size that fits."""
    if len(block) == 1 and is_sign(block[0], "0"):
        tokens.put("NAME", "zeros", (block[0].start, block[0].end))
    else:
        tokens.sequence(block, block[-1].end if block else group.end)
