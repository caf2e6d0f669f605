"""The dialects in which a text may be read, and the marks by which each is told.

A strong mark decides, as `np.` or `axis=`; a sign that a dialect lacks, as `'` in NumPy, rules it
out. `grammar/dialects` says what the functions of each are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from matcalc.expressions.errors import SyntaxProblem, UnknownName
from matcalc.language.juxtaposition import with_and_without_gaps
from matcalc.language.kinds import default_kind

WORDS_OF_PYTHON = frozenset({"None", "True", "False"})
Marks = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Dialect:
    """How a tool is written: its `strong` marks, the `weak` ones it shares, the signs it lacks.

    With `tables`, functions are those of `grammar/dialects`, under the name of the tool or of its
    modules. With `arrays`, all signs but `@` work entry by entry, with broadcasting, and a vector
    has one axis; the signs of other tables are those of matrices, and those that `repeat` repeat
    a row or a column. Positions count from `first`. The functions of `differs` have other values
    of the same shape here than in matcalc's own language, from that many axes on. Undeclared
    letters have the `kinds`.
    """

    name: str
    spoken: str
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    tables: bool = True
    arrays: bool = False
    repeat: frozenset[str] = frozenset()
    first: int = 1
    differs: Mapping[str, int] = field(default_factory=dict, hash=False)
    kinds: Mapping[str, str] = field(default_factory=dict, hash=False)

    def usual_kind(self, name: str) -> str:
        """What an undeclared name is taken for first."""
        return self.kinds.get(name[0]) or default_kind(name)


_TORCH = ("torch.", "nn.", "F.", "dim=", "keepdim=")
_NUMPY = ("np.", "numpy.", "anp.", "onp.", "cp.", "scipy.", "sp.", "jnp.", "jax.", "LA.", "sla.")
_PYTHON = frozenset((*_NUMPY, *_TORCH, "special.", "linalg.", ".method()", "axis=", "keepdims="))

# What NumPy's arrays have as methods; of other methods a text is PyTorch's.
_METHODS_OF_NUMPY = frozenset(
    f".{word}()"
    for words in (
        "sum mean std var prod max min cumsum trace dot diagonal clip conj conjugate transpose",
        "ravel flatten reshape squeeze copy item mT real imag shape size ndim astype",
    )
    for word in words.split()
)
_CLASSES = (
    "Trace Determinant MatrixSymbol Inverse Transpose Adjoint HadamardProduct HadamardPower "
    "KroneckerProduct Identity ZeroMatrix OneMatrix MatMul MatAdd MatPow DiagMatrix"
)
_METHODS_OF_SYMPY = (".inv()", ".applyfunc()", ".doit()", ".as_explicit()", ".adjugate()")
_SYMPY = (*(f"{word}(" for word in _CLASSES.split()), *_METHODS_OF_SYMPY, "sympy.", "sm.")
_MATLAB = ("X(i)", "%")
_JULIA = ("f.(x)", "sum(f,x)", "dot(x,A,y)", "dims=", ".+", ".-", "x[end]")
_OF_ENTRIES = (".*", "./", ".^")
_UNICODE = frozenset((*"⊙⊗·⋅•∙÷√", *"\u2019\u2032\u2218\u00d7\u2217"))
_SIGNS_OF_MATHEMATICS = _UNICODE | {*"{'^\\", ".'", *_OF_ENTRIES, ".**"}
_OTHERWISE = {"var(": 1, "std(": 1, "norm(": 2}

MATCALC = Dialect(
    "matcalc",
    "matcalc",
    lacks=frozenset((".+", ".-", "f.(x)", "%", "X(i)", "[a -b]")),
    tables=False,
)
NUMPY = Dialect(
    "numpy",
    "NumPy",
    _PYTHON | WORDS_OF_PYTHON,
    frozenset(("@", "**", ".T", "[a:]")),
    _SIGNS_OF_MATHEMATICS | {*_SYMPY, *_MATLAB, *_JULIA, ".I", "Ax", "2x"},
    arrays=True,
)
MATLAB = Dialect(
    "matlab",
    "MATLAB",
    frozenset(_MATLAB),
    frozenset(("'", ".'", "\\", "numel(", "length(", "size(", "eig(", "ctranspose(", "vecnorm(")),
    _UNICODE
    | _PYTHON
    | {"{", "@", "**", ".**", ".T", ".I", "x[i]", "a^b^c", "Ax", "2x", "[a -b]", r"[a,\n b]"}
    | {*_JULIA, *_SYMPY},
    repeat=frozenset(("+", ".+", *_OF_ENTRIES)),
    differs={**_OTHERWISE, "chol(": 2},
)
JULIA = Dialect(
    "julia",
    "Julia",
    frozenset(_JULIA),
    frozenset(("'", "\\", "⋅", "opnorm(", "svdvals(", "maximum(", "minimum(", "transpose(")),
    _PYTHON | {"{", "@", "**", ".**", ".T", ".I", ".'", "1/2x", "Ax", "[a -b]", *_MATLAB, *_SYMPY},
    repeat=frozenset((".+", *_OF_ENTRIES)),
    differs={**_OTHERWISE, **dict.fromkeys(("exp(", "log(", "sqrt(", "sin(", "cos("), 2)},
)
SYMPY = Dialect(
    "sympy",
    "SymPy",
    frozenset(_SYMPY),
    frozenset(("**", ".T", ".I")),
    (_SIGNS_OF_MATHEMATICS | _PYTHON | {*_MATLAB, *_JULIA, "I", "Ax", "2x"}) - {"sp.", ".method()"},
    first=0,
)
MATRIXCALCULUS = Dialect(
    "matrixcalculus",
    "matrixcalculus.org",
    lacks=_PYTHON | {"@", "**", ".T", "[a -b]", *_MATLAB, *_JULIA, *_SYMPY},
    tables=False,
    kinds=dict.fromkeys("abcdefg", "scalar"),
)
LATEX = Dialect("latex", "LaTeX", tables=False)
DIALECTS = {one.name: one for one in (MATCALC, NUMPY, MATLAB, JULIA, SYMPY, MATRIXCALCULUS, LATEX)}


def dialect_named(name: str) -> Dialect:
    """The dialect of that name. Raises UnknownName."""
    if name not in DIALECTS:
        raise UnknownName(
            f"no dialect is called {name!r}", hint=f"the dialects are {', '.join(DIALECTS)}"
        )
    return DIALECTS[name]


def dialect_told(text: str, marks: Marks, named: str | None) -> Dialect | None:
    """The dialect that is named, or that strong marks decide for, None where neither does.

    Raises SyntaxProblem where a sign stands in the text that it lacks, and where two tools are
    told.
    """
    if named is not None:
        found = dialect_named(named)
        require_signs(text, marks, found)
        return found
    told = [one for one in DIALECTS.values() if one.strong & marks.keys()]
    if len(told) > 1:
        told = [one for one in told if not one.lacks & marks.keys()] or told
    if len(told) > 1:
        raise _mixed(text, marks, told)
    for one in told:
        require_signs(text, marks, one)
        return one
    return None


def _mixed(text: str, marks: Marks, told: Sequence[Dialect]) -> SyntaxProblem:
    found = [(next(m for m in marks if m in one.strong), one.spoken) for one in told]
    said = " and ".join(f"`{mark}` is {spoken}'s" for mark, spoken in found)
    hint = "write the whole in one dialect, or name it: " + ", ".join(one.name for one in told)
    return SyntaxProblem(said, hint=hint).at(text, marks[found[0][0]])


def weakly_marked(marks: Marks) -> list[Dialect]:
    """The dialects that a text without strong marks may be of, by the signs that it shares."""
    return [
        one for one in DIALECTS.values() if one.weak & marks.keys() and not one.lacks & marks.keys()
    ]


def without_repeats(dialect: Dialect) -> Dialect:
    """The dialect where no row or column is repeated, which more often is a slip than meant."""
    return replace(dialect, repeat=frozenset()) if dialect.repeat else dialect


def require_signs(text: str, marks: Marks, dialect: Dialect) -> None:
    """Raises SyntaxProblem for a sign that the dialect lacks."""
    for mark, span in marks.items():
        if mark in dialect.lacks:
            if mark in ("[a -b]", r"[a,\n b]"):
                raise _doubtful_row(mark, text[slice(*span)]).at(text, span)
            raise SyntaxProblem(
                f"the text is {dialect.spoken}'s, which has no `{text[slice(*span)]}`",
                hint=_hint(mark, text[slice(*span)], dialect, marks),
            ).at(text, span)


def _doubtful_row(mark: str, written: str) -> SyntaxProblem:
    """What a space or a new line separates for some readers."""
    if mark != "[a -b]":
        return SyntaxProblem(
            "a new line inside square brackets begins a row in MATLAB",
            hint="write `;` for a new row, else leave the new line out",
        )
    one, more = with_and_without_gaps(written)
    return SyntaxProblem(
        f"`{written}` inside square brackets is one entry, or more where a space separates them",
        hint=f"write `{one}` or `{more}`",
    )


def names_library(marks: Marks) -> bool:
    """Whether it is told which library's methods a text has."""
    return is_torch(marks) or any(
        mark in marks for mark in (*_NUMPY, "axis=", "keepdims=", "ddof=")
    )


def _hint(mark: str, written: str, dialect: Dialect, marks: Marks) -> str:
    if mark == "Ax":
        return f"declare `{written}`, or write the product of its letters with a sign"
    if mark == "2x":
        signs = "`@`, or `*` entry by entry" if dialect.arrays else "`*`"
        return f"write the product with a sign: {signs}"
    told = next((f"`{one}` is {dialect.spoken}'s; " for one in marks if one in dialect.strong), "")
    instead = f"`{written}` is `{_OF_ARRAYS[mark]}` there; " if mark in _OF_ARRAYS else ""
    instead = instead if dialect.arrays else ""
    return f"{told}{instead}write the whole in one dialect: {_SIGNS[dialect.name]}"


_OF_ARRAYS = {"^": "**", "'": ".T", ".'": ".T", ".*": "*", "⊙": "*", "./": "/", ".^": "**"}
_OWN_SIGNS = "matcalc's own `*`, `^` and `'`"
_SIGNS = {
    "matcalc": f"in {_OWN_SIGNS}",
    "numpy": f"NumPy's `@`, `**` and `.T`, or {_OWN_SIGNS}",
    "matlab": f"MATLAB's `*`, `.*` and `x(1)`, or {_OWN_SIGNS}, with `x[1]`",
    "julia": f"Julia's `*`, `.*`, `f.(x)` and `x[1]`, or {_OWN_SIGNS}",
    "sympy": f"SymPy's `*`, `**`, `.T` and `Identity(n)`, or {_OWN_SIGNS}",
    "matrixcalculus": f"{_OWN_SIGNS}",
}


def is_torch(marks: Marks) -> bool:
    """Whether methods and bare names are PyTorch's."""
    methods = {mark for mark in marks if mark[0] == "." and mark[-2:] == "()"} - {".method()"}
    return any(mark in marks for mark in _TORCH) or not methods <= _METHODS_OF_NUMPY
