"""The language as a page: `python -m tests.language_page > grammar/LANGUAGE.md` writes it.

All tables come from those that the reader itself uses; each example is read when the page is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from matcalc.expressions.errors import MatcalcError
from matcalc.language.dialects import DIALECTS, Dialect
from matcalc.language.dialects import LATEX as LATEX_DIALECT
from matcalc.language.kinds import KINDS
from matcalc.language.reader import grammar_directory
from matcalc.printing.phrases import fact_text
from matcalc.questions.reading import read
from matcalc.rulebook import book
from matcalc.rulebook.libraries import ways_of

Row = tuple[str, ...]

SIGNS = {
    "Sums and products": """
        A*X - B
        X + s
        2*A/s
        A/B
        A\\b
        A @ X
        A.*B
        A./B
        1./x
        A ⊙ B
        A ⊗ B
        x ⋅ y
        -x^2
    """,
    "Powers, transposes, inverses": """
        A^2
        A^k
        A^-1
        A^T
        A^-T
        x.^2
        A'
        A.T
        Aᵀ
        A⁻¹
        e^(-t)
    """,
    "Norms, bars and angles": """
        ||A*x - b||^2
        ||x||_1
        norm(A)
        norm(A, 2)
        norm(x, 3)
        log|X|
        <A, X>
    """,
    "Products without a sign": """
        2x
        x'Ax
        A'A
        1/2 x'Ax
        ½ x'{A + B}x
        √(x'x)
        x'(A + I_n)x
        A'(Ax - b)
    """,
    "Entries, blocks, sums, definitions": """
        A[i,j]
        X[:,1]
        x[2:n]
        [A, B; C, D]
        det([a, b; c, d])
        sum(i in 1..n, x[i]^2)
        sum(i, x_i^2)
        R = A*X - B; tr(R'*R)
        def softabs(t) = sqrt(t^2 + eps); sum(softabs(x))
        x solves A*x - b = 0; c'*x
        phi(A*x)
        where(x > 0, x, 0)
    """,
}
UNDECLARED = """
    norm2(y - X*b)^2 + l*norm2(b)^2
    y - X*beta
    y*log(p)
    c*x'*x
    a*x^2 + b*x + c
    x'*expm(t*A)*x
    x*log(lambda) - lambda
    exp(-norm2(x - z)^2/(2*l^2))
"""
PASTED = """
    np.sum((A @ x - b)**2)
    np.sum(X * Y)
    np.linalg.norm(A, 2)
    torch.norm(A, 2)
    X - X.mean(axis=0)
    A**2
"""
REFUSED = """
    np.sum(X**2) + norm2(w)^2
    X\\beta
    A(x - b)
    A^2x
    a/b c
    log x
    xa*x + a
    |X|
    [A B]
    sum(x^2)
"""
LATEX = r"""
    \min_X \tfrac12 \|A X - B\|_F^2 + \lambda \|X\|_F^2
    \frac{x^\top A x}{x^\top x}
    \log|\Sigma| + (x-\mu)^\top \Sigma^{-1} (x-\mu)
    \operatorname{tr}\left(A^{\mathsf T} X\right) + \langle B, X \rangle
    \sum_{i=1}^n \log\left(1 + e^{-y_i x_i^\top w}\right)
    \mathbf{1}^\top (x \odot y)
    \begin{pmatrix} A & B \\ B^\top & C \end{pmatrix}
    \hat\beta^\top x
    f(x) = \|x\|_1
    \newcommand{\R}{\Sigma} x^\top \R x
"""
REFUSED_LATEX = r"""
    \mathbb{E}[x^\top A x]
    a/b c^\top x
    \foo{x}
    \|A x
"""


def page() -> str:
    """The whole page."""
    return "\n".join([*_head(), *_signs(), *_undeclared(), *_kinds(), *_dialects(), *_functions()])


def _head() -> list[str]:
    return [
        "# The language",
        "",
        "Made by `python -m tests.language_page`, from the tables by which texts are read; every "
        "example was read when the page was made. What is typed means one thing, in every verb, "
        "and what was assumed is said with each answer. What could mean two things is refused, "
        "with the text to type for each.",
        "",
    ]


def _signs() -> Iterator[str]:
    for title, texts in SIGNS.items():
        yield from _section(title, ("typed", "read as", "assumed"), map(_reading, _lines(texts)))
    about = (
        "A formula as papers have it. What stands around it, `\\min_x`, `f(x) =`, `\\nabla_X`, a "
        "right side, constraints, tells the variable and the claim."
    )
    yield from _section(
        "LaTeX", ("typed", "read as", "assumed"), map(_reading, _lines(LATEX)), about
    )
    rows = map(_refusal, [*_lines(REFUSED), *_lines(REFUSED_LATEX)])
    yield from _section("What is refused", ("typed", "why", "what to type"), rows)


def _undeclared() -> Iterator[str]:
    yield from _section(
        "What is not declared",
        ("typed", "read as", "assumed"),
        map(_reading, _lines(UNDECLARED)),
        "A capital is a matrix, a small letter a vector, a Greek letter a scalar, and every size a "
        "name of its own; where that does not fit, the nearest kinds that do. What is asked of a "
        "text changes nothing in it.",
    )


def _kinds() -> Iterator[str]:
    rows = (
        (_marks(kind.usages), ", ".join(sorted(kind.structure - {kind.name, "callable"})))
        for kind in KINDS.values()
    )
    about = "Declared after `where`, or by `where=`: `A: matrix(m,n), x, y: vector(n)`."
    yield from _section("Kinds", ("kind", "what it implies"), rows, about)


def _dialects() -> Iterator[str]:
    rows = (_dialect(one) for one in DIALECTS.values())
    heads = ("dialect", "told by", "in common with others", "has not")
    about = (
        "`dialect=` and `--dialect` name one; else a mark of the second column decides. One of the "
        "third does not: then matcalc's own reading is taken where it fits, and the other is said."
    )
    yield from _section("Dialects", heads, rows, about)
    yield from _section("", ("pasted", "read as", "assumed"), map(_reading, _lines(PASTED)))


def _dialect(one: Dialect) -> Row:
    """A dialect by its marks; that it has not those that tell others goes without saying."""
    told = {mark for other in DIALECTS.values() for mark in other.strong}
    if one is LATEX_DIALECT:
        return (
            f"`{one.name}`",
            r"a command, as `\frac` or `\|`, that divides nothing from the left",
            "",
            "",
        )
    return f"`{one.name}`", *(_marks(some) for some in (one.strong, one.weak, one.lacks - told))


def _marks(marks: Iterable[str]) -> str:
    return " ".join(f"`{mark}`" for mark in sorted(marks))


def _functions() -> Iterator[str]:
    chapters: dict[str, dict[str, list[str]]] = {}
    for name in book.names():
        one = book.operation(name)
        chapter = one.location.partition(".")[0].lstrip("0123456789_").replace("_", " ")
        others = [word for word in one.spelled if word != one.written and "." not in word]
        chapters.setdefault(chapter, {}).setdefault(one.written, []).extend(others)
    rows = (
        (chapter, ", ".join(map(_spelled, found.items()))) for chapter, found in chapters.items()
    )
    about = "`OPERATIONS.md` has the rule of each; other spellings stand in brackets."
    yield from _section("Functions", ("chapter", "names"), rows, about)
    for file in sorted((grammar_directory() / "dialects").glob("*.calls")):
        yield from _library(file)


def _spelled(entry: tuple[str, list[str]]) -> str:
    name, others = entry
    other = ", ".join(f"`{word}`" for word in dict.fromkeys(others))
    return f"`{name}` ({other})" if other else f"`{name}`"


def _library(file: Path) -> Iterator[str]:
    """The functions of a tool: those that are the book's entry by entry, and the others."""
    plain: dict[str, None] = {}
    rows: list[Row] = []
    for name, way in ways_of(file.read_text(encoding="utf-8"), file.name):
        call = name.removeprefix(f"{file.stem}.")
        if way.body == f"{call.rstrip('.').rpartition('.')[2]}(X)":
            plain[call] = None
        else:
            rows.append((f"`{call}({way.inside})`", f"`{way.body}`"))
    about = f"What has the same name here: {_marks(plain)}." if plain else ""
    title = f"Functions of {file.stem}"
    yield from _section(title, ("call", "what it computes"), dict.fromkeys(rows), about)


def _lines(texts: str) -> list[str]:
    return [line.strip() for line in texts.strip().splitlines()]


def _reading(text: str) -> Row:
    found = read(text, None)
    return f"`{text}`", f"`{found.expression}`", "; ".join(map(fact_text, found.facts))


def _refusal(text: str) -> Row:
    try:
        read(text, None)
    except MatcalcError as refused:
        return f"`{text}`", refused.message, refused.hint
    raise AssertionError(f"{text} is read")


def _section(title: str, heads: Row, rows: Iterable[Row], about: str = "") -> Iterator[str]:
    if title:
        yield from (f"## {title}", "")
    if about:
        yield from (about, "")
    yield from (_row(heads), _row(["---"] * len(heads)), *map(_row, rows), "")


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    print(page(), end="")
