"""The words in files of calls that stand for several lines: what goes along an axis, losses.

    elementwise np torch: exp log        each of them is the function of the book of that name
    scalars sympy: exp log               the same of one number only
    whole np.sum(X, axis, keepdims) = sum(X)              of all entries
    along np.sum(X, axis, keepdims) = sum(X); X*ones(n)   of a vector; of each row of a matrix
    along np.cumsum(X, axis) -> n = cumsum(X); X*triu(ones(n, n))     the same, and it keeps n
    loss F.mse_loss(X, Y) = (X - Y).^2      of arrays of one shape: its mean, its sum, or itself

Columns are the rows of the transpose. `axis?=-1` may be left out and is then the last axis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from matcalc.language.scanner import parts_of

_SHARED = re.compile(r"(elementwise|scalars) ([\w. ]+): (.+)")
_KINDS = {"elementwise": "array", "scalars": "scalar"}
_AXIS = re.compile(r"(whole|along) ([\w.\[\] ]+)\((.+)\)( -> n)? = ([^;]+)(?:; (.+))?")
_LOSS = re.compile(r"loss ([\w. ]+)\((.+)\) = (.+)")
_OTHER = {"X": "(X.')", "m": "n", "n": "m"}
_REDUCTIONS = {"reduction?='mean'": "mean({})", "reduction='sum'": "sum({})"}


def split_parts(inside: str) -> tuple[list[str], list[str]]:
    """Those that have a place, and those after `*`, which have a keyword alone."""
    parts = parts_of(inside)
    star = parts.index("*") if "*" in parts else len(parts)
    return parts[:star], parts[star + 1 :]


def abridged(line: str) -> Iterator[str]:
    """The whole lines that a line stands for."""
    if found := _SHARED.fullmatch(line):
        kind = _KINDS[found[1]]
        for word in found[3].split():
            names = " ".join(f"{module}.{word}" for module in found[2].split())
            yield f"{names}(X: {kind}) -> {kind} = {word.rstrip('.')}(X)"
    elif found := _AXIS.fullmatch(line):
        word, names, inside, keeps, vector, rows = found.groups()
        if word == "whole":
            yield from _whole(names, parts_of(inside), vector)
        else:
            yield from _along(names, parts_of(inside), keeps is not None, vector, rows)
    elif found := _LOSS.fullmatch(line):
        names, inside, body = found.groups()
        for kind in ("n", "m x n"):
            given = re.sub(r"\b[XY]\b", lambda name, kind=kind: f"{name[0]}: {kind}", inside)
            for option, reduced in _REDUCTIONS.items():
                yield f"{names}({given}, {option}) -> scalar = {reduced.format(body)}"
            yield f"{names}({given}, reduction='none') -> {kind} = {body}"
    else:
        yield line


def _whole(names: str, parts: Sequence[str], body: str) -> Iterator[str]:
    """A number of all entries, whether axes are named or not."""
    bare = [part for part in parts if part not in ("axis", "keepdims")]
    yield _line(names, bare, "array", "scalar", body)
    if "axis" in parts:
        yield _line(names, parts, "m x n", "scalar", body, "(0, 1)")
    if "keepdims" in parts:
        kept = [*bare, "keepdims=True"]
        yield _line(names, kept, "n", "1", re.sub(r"\bm\b", "1", body))
        yield _line(names, kept, "m x n", "1 x 1", body)


def _along(names: str, parts: Sequence[str], keeps: bool, vector: str, rows: str) -> Iterator[str]:
    """The same of a vector, and of each row or column of a matrix."""
    columns = re.sub(r"\b(X|m|n)\b", lambda found: _OTHER[found[0]], rows)
    if keeps:
        yield _line(names, parts, "n", "n", vector, "0")
        yield _line(names, parts, "m x n", "m x n", rows, "1")
        yield _line(names, parts, "m x n", "m x n", f"({columns}).'", "0")
        return
    kept = [part.replace("keepdims", "keepdims=True") for part in parts]
    yield _line(names, parts, "n", "scalar", vector, "0")
    yield _line(names, parts, "m x n", "m", rows, "1")
    yield _line(names, parts, "m x n", "n", columns, "0")
    if kept != parts:
        yield _line(names, kept, "n", "1", vector, "0")
        yield _line(names, kept, "m x n", "m x 1", rows, "1")
        yield _line(names, kept, "m x n", "1 x n", f"({columns}).'", "0")


def _line(
    names: str, parts: Sequence[str], kind: str, result: str, body: str, axis: str = ""
) -> str:
    """One line of arrays of one kind, in which the axis is this one."""
    last = {"n": "0", "m x n": "1"}.get(kind)
    written = {"X": f"X: {kind}", "axis": f"axis={axis}", "keepdims": ""}
    written["axis?=-1"] = f"axis?={axis}" if axis == last else f"axis={axis}"
    inside = ", ".join(one for part in parts if (one := written.get(part, part)))
    return f"{names}({inside}) -> {result} = {body}"
