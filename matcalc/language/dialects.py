"""The dialects in which a text may be read, and the marks by which each is told.

A strong mark decides, as `np.` or `axis=`; a sign that a dialect lacks, as `'` in NumPy, rules it
out. `grammar/dialects` says what the functions of each are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcalc.expressions.errors import SyntaxProblem, UnknownName

WORDS_OF_PYTHON = frozenset({"None", "True", "False"})
Marks = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Dialect:
    """How a tool is written: its `strong` marks, the `weak` ones it shares, the signs it lacks.

    With `arrays`, all signs but `@` work entry by entry, with broadcasting, and a vector has one
    axis.
    """

    name: str
    spoken: str
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    arrays: bool = False


_TORCH = ("torch.", "nn.", "F.", "dim=", "keepdim=")
_NUMPY = ("np.", "numpy.", "anp.", "onp.", "cp.", "scipy.", "sp.", "jnp.", "jax.", "LA.", "sla.")

# What NumPy's arrays have as methods; of other methods a text is PyTorch's.
_METHODS_OF_NUMPY = frozenset(
    f".{word}()"
    for words in (
        "sum mean std var prod max min cumsum trace dot diagonal clip conj conjugate transpose",
        "ravel flatten reshape squeeze copy item mT real imag shape size ndim astype",
    )
    for word in words.split()
)
_SIGNS_OF_MATHEMATICS = frozenset(
    (*"'^\\⊙⊗·⋅÷", *"\u2019\u2032\u2218\u00d7\u2217", ".'", ".*", "./", ".^", ".**")
)

MATCALC = Dialect("matcalc", "matcalc")
NUMPY = Dialect(
    "numpy",
    "NumPy",
    frozenset(
        (
            *_NUMPY,
            *_TORCH,
            "special.",
            "linalg.",
            ".method()",
            "axis=",
            "keepdims=",
            *WORDS_OF_PYTHON,
        )
    ),
    frozenset(("@", "**", ".T", "[a:]")),
    _SIGNS_OF_MATHEMATICS,
    arrays=True,
)
DIALECTS = {one.name: one for one in (MATCALC, NUMPY)}


def dialect_named(name: str) -> Dialect:
    """The dialect of that name. Raises UnknownName."""
    if name not in DIALECTS:
        raise UnknownName(
            f"no dialect is called {name!r}", hint=f"the dialects are {', '.join(DIALECTS)}"
        )
    return DIALECTS[name]


def dialect_told(text: str, marks: Marks, named: str | None) -> Dialect | None:
    """The dialect that is named, or that strong marks decide for, None where neither does.

    Raises SyntaxProblem where a sign stands in the text that it lacks.
    """
    strong = (one for one in DIALECTS.values() if one.strong & marks.keys())
    found = next(strong, None) if named is None else dialect_named(named)
    if found is not None:
        require_signs(text, marks, found)
    return found


def weakly_marked(marks: Marks) -> list[Dialect]:
    """The dialects that a text without strong marks may be of, by the signs that it shares."""
    return [
        one for one in DIALECTS.values() if one.weak & marks.keys() and not one.lacks & marks.keys()
    ]


def require_signs(text: str, marks: Marks, dialect: Dialect) -> None:
    """Raises SyntaxProblem for a sign that the dialect lacks."""
    for mark, span in marks.items():
        if mark in dialect.lacks:
            raise SyntaxProblem(
                f"the text is {dialect.spoken}'s, which has no `{mark}`",
                hint="write the whole in one dialect: "
                "NumPy's `@`, `**` and `.T`, or matcalc's own `*`, `^` and `'`",
            ).at(text, span)


def is_torch(marks: Marks) -> bool:
    """Whether methods and bare names are PyTorch's."""
    methods = {mark for mark in marks if mark[0] == "." and mark[-2:] == "()"} - {".method()"}
    return any(mark in marks for mark in _TORCH) or not methods <= _METHODS_OF_NUMPY
