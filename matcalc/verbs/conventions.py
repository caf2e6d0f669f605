"""Conventions side by side: the same derivative as different papers and programs write it.

A scalar of a square matrix has a gradient with all entries free, on the symmetric matrices, by the
Cookbook's rule and by the entries on and below the diagonal. A Jacobian has a layout and an order
of the entries. All are views of one linear map dX -> df. Sources: Magnus & Neudecker 2019,
ch. 3 sec. 8 and ch. 9; Srinivasan & Panda 2020 (arXiv 1911.06491); Petersen & Pedersen 2012,
sec. 2.8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from matcalc.answers.answer import Answer
from matcalc.answers.labels import partial_label
from matcalc.calculus.kronecker import kronecker_matrix, vec
from matcalc.expressions.constructors import from_dimension, minus, multiply, symbol, transpose
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.errors import DomainError, MatcalcError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.phrases import Phrase, Written
from matcalc.expressions.python_arguments import checked
from matcalc.language.kinds import OPEN
from matcalc.printing.latex import to_latex
from matcalc.printing.phrases import phrase_latex, phrase_plain, phrase_text
from matcalc.printing.text import to_text
from matcalc.printing.unicode import to_unicode
from matcalc.questions.asking import ask_alone
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula, Variable, Where
from matcalc.rulebook import book
from matcalc.rulebook.laws import raw
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.verbs.gradient import gradient
from matcalc.verbs.jacobian import jacobian

_PAIRING = Written("tr(U'*V)", "tr(Uᵀ V)", r"\operatorname{tr}\left(U^{\top} V\right)")
_SYM = Written("sym(G)", "sym(G)", r"\operatorname{sym}(G)")
_SKEW_PART = Written("skew(G)", "skew(G)", r"\operatorname{skew}(G)")
_COOKBOOK = Written(
    "2*sym(G) - diag(G)",
    "2 sym(G) − diag(G)",
    r"2\operatorname{sym}(G) - \operatorname{diag}(G)",
)
_BY_ENTRIES = Written("D'*vec(G)", "Dᵀ vec(G)", r"D^{\top}\operatorname{vec}(G)")
_DF = Written("df = ", "df = ", r"\mathrm{d}f = ")
_SUM = Written("G[i,j] + G[j,i]", "G[i,j] + G[j,i]", "G_{ij} + G_{ji}")
_HALF = Written("(G[i,j] + G[j,i])/2", "(G[i,j] + G[j,i])/2", r"\frac{1}{2}(G_{ij} + G_{ji})")
_DIFFERENCE = Written("G[i,j] - G[j,i]", "G[i,j] − G[j,i]", "G_{ij} - G_{ji}")
_SYMMETRIC: Phrase = (
    "an off-diagonal entry of a symmetric matrix stands in two places and counts twice: "
    "the partial derivative by it is ",
    _SUM,
    ", and ",
    _PAIRING,
    " counts it twice too, which gives ",
    _HALF,
)
_SKEW: Phrase = (
    "an off-diagonal entry of a skew matrix stands in two places, with two signs, and counts "
    "twice: the partial derivative by it is ",
    _DIFFERENCE,
    ", and ",
    _PAIRING,
    " counts it twice too",
)
_LAYOUT: Phrase = (
    "all write the same linear map: a layout says whether inputs are columns (numerator) or rows "
    "(denominator), and a vec order how the entries of a matrix are numbered",
)


@dataclass(frozen=True)
class Convention:
    """One way to write the derivative: its name, its value, what it is and who uses it."""

    name: str
    value: Node
    said: Phrase

    @property
    def meaning(self) -> str:
        """What it is and who uses it, in words."""
        return phrase_text(self.said)

    @property
    def shape(self) -> str:
        return str(self.value.shape)


@dataclass(frozen=True)
class Conventions:
    """The derivative of a problem in several conventions; `why` says why they differ.

    `c["symmetric"]` is the value in one of them. Prints as a small table; `unicode()` and
    `latex()` (a `tabular`) write the same. `answer` is the gradient or Jacobian that all write.
    """

    answer: Answer
    title: str
    rows: tuple[Convention, ...]
    reasons: tuple[Phrase, ...]

    @property
    def why(self) -> tuple[str, ...]:
        """Why they differ, in words."""
        return tuple(map(phrase_text, self.reasons))

    def __getitem__(self, name: str) -> Node:
        return self.named(name).value

    def __iter__(self) -> Iterator[Convention]:
        return iter(self.rows)

    def named(self, name: str) -> Convention:
        """The convention of that name. Raises MatcalcError where the table has no such."""
        for row in self.rows:
            if row.name == name:
                return row
        names = [row.name for row in self.rows]
        close = get_close_matches(name, names, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
        raise MatcalcError(f"no convention {name!r} for this derivative", hint=hint)

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.answer.assumptions

    def _table(self, write: Callable[[Node], str]) -> str:
        cells = [(row.name, write(row.value), row.shape) for row in self.rows]
        first, second = (max(len(cell[place]) for cell in cells) for place in (0, 1))
        lines = [f"{self.title}:", ""]
        for row, (name, value, shape) in zip(self.rows, cells, strict=True):
            said = phrase_plain(row.said, write)
            lines += [f"{name:{first}}  {value:{second}}  {shape}", f"    {said}"]
        facts = [f"why: {phrase_plain(reason, write)}." for reason in self.reasons]
        if self.assumptions:
            facts.append(f"assumed: {', '.join(self.assumptions)}")
        return "\n".join([*lines, "", *facts])

    def __str__(self) -> str:
        return self._table(to_text)

    def unicode(self) -> str:
        """The table in Unicode, for a terminal."""
        return self._table(to_unicode)

    def latex(self) -> str:
        """The table as a `tabular` for a paper."""
        rows = [
            f"{row.name} & ${to_latex(row.value)}$ & {phrase_latex(row.said)} \\\\"
            for row in self.rows
        ]
        why = [f"Why: {phrase_latex(reason)}." for reason in self.reasons]
        begin, end = r"\begin{tabular}{llp{0.4\linewidth}}", r"\end{tabular}"
        return "\n".join([begin, *rows, end, *(line for one in why for line in ("", one))])


@checked
def conventions(f: Formula, wrt: Variable, where: Where = None, layout: str = "") -> Conventions:
    """The derivative of f in the conventions in use, side by side.

    `layout` picks one of them by name. Raises DomainError for complex variables, MatcalcError
    where there is no convention of that name.

    >>> found = conventions("a'*S*b", "S", where="S: symmetric(n)")
    >>> print(found["gradient"], "|", found["symmetric"])
    a*b' | (a*b' + b*a')/2
    """
    asked = ask_alone(f, wrt, where)
    problem = asked.problem
    if asked.is_complex:
        raise DomainError(
            "these are the conventions of real matrices",
            hint='over the complex numbers there are mc.Hermitian(convention="jax"), mc.wirtinger',
        )
    if problem.expression.shape.is_scalar and not asked.alone.variable.shape.is_scalar:
        answer = gradient(f, wrt, where)
        rows, why = _of_scalar(f, wrt, where, asked)
    else:
        answer = jacobian(f, wrt, where)
        rows, why = _of_jacobian(asked, answer.value), [_LAYOUT]
    title = f"derivative of {problem.expression} by {asked.alone.variable}"
    found = Conventions(answer, title, tuple(rows), tuple(why))
    if not layout:
        return found
    return Conventions(answer, title, (found.named(layout),), ())


def _of_scalar(
    f: Formula, wrt: Variable, where: Where, asked: Question
) -> tuple[list[Convention], Sequence[Phrase]]:
    """The gradients, then the layouts."""

    def on(space: str | None) -> Node:
        found = gradient(f, wrt, where, space=space).value
        assert isinstance(found, Node)
        return found

    free, shape = on(None), asked.alone.variable.shape
    words = asked.alone.variable.structure
    variable, tangent = asked.alone.variable, asked.alone.tangent
    slope = symbol("G", free.shape)
    pairing = raw("tr", multiply(transpose(slope), tangent))
    said: Phrase = ("all entries of ", variable, " free, ", _DF, pairing)
    rows = [
        Convention("gradient", free, (*said, ": most papers, PyTorch, JAX; denominator layout"))
    ]
    why: list[Phrase] = []
    unstructured = shape.is_square and not words - OPEN
    if unstructured or ("symmetric" in words and "diagonal" not in words):
        rows += _symmetric(free, on, variable)
        why.append(_SYMMETRIC)
    if "skew" in words or unstructured:
        rows += _skew(free, on, variable, asked)
        why.append(_SKEW)
    rows += _rows(free, variable)
    return rows, [*why, _LAYOUT]


def _symmetric(free: Node, on: Callable[[str], Node], variable: Symbol) -> list[Convention]:
    double = book.apply("duplication", [from_dimension(free.shape.rows)])
    by_entries = simplify(multiply(transpose(double), vec(free)))
    return [
        Convention(
            "symmetric",
            on("symmetric"),
            (
                _SYM,
                ", the gradient among symmetric ",
                variable,
                " under ",
                _PAIRING,
                ": optimization on matrices, manopt, steepest descent",
            ),
        ),
        Convention(
            "symmetric-cookbook",
            on("symmetric-cookbook"),
            (
                _COOKBOOK,
                ", the partial derivatives put into a matrix: Matrix Cookbook, ",
                "statistics; not a gradient under ",
                _PAIRING,
            ),
        ),
        Convention(
            "vech",
            by_entries,
            (
                "partial derivatives by the entries on and below the diagonal, ",
                _BY_ENTRIES,
                ": Magnus & Neudecker, econometrics",
            ),
        ),
    ]


def _skew(
    free: Node, on: Callable[[str], Node], variable: Symbol, asked: Question
) -> list[Convention]:
    return [
        Convention(
            "skew",
            on("skew"),
            (
                _SKEW_PART,
                ", the gradient among skew ",
                variable,
                " under ",
                _PAIRING,
                ": manopt, rotations",
            ),
        ),
        Convention(
            "skew-entries",
            asked.shaped(minus(free, transpose(free))),
            ("partial derivatives by the entries below the diagonal, put into a matrix",),
        ),
    ]


def _rows(free: Node, variable: Symbol) -> list[Convention]:
    """The gradient of a scalar as a row, and the orders of its entries."""
    numerator = Convention(
        "numerator",
        transpose(free),
        (_partial(variable), " in numerator layout: transposed, a row for a column"),
    )
    if free.shape.rows == ONE or free.shape.columns == ONE:
        return [numerator]
    return [
        numerator,
        Convention(
            "vec",
            vec(free),
            (
                "a column, by ",
                vec(variable),
                " with columns stacked: ",
                "Magnus & Neudecker, MATLAB, Julia",
            ),
        ),
        Convention(
            "vec-row-major",
            vec(transpose(free)),
            ("a column, by the rows of ", variable, " one after another: NumPy's ravel, PyTorch"),
        ),
    ]


def _of_jacobian(asked: Question, matrix: Node) -> list[Convention]:
    """The layouts of a Jacobian, and the orders of vec where matrices are involved."""
    rows = [
        Convention(
            "numerator",
            matrix,
            (
                "rows are outputs, columns inputs, vec stacks columns: Magnus & Neudecker, "
                "the usual Jacobian",
            ),
        ),
        Convention(
            "denominator",
            asked.shaped(transpose(matrix)),
            (
                "rows are inputs, columns outputs, the transpose: "
                "statistics, machine learning notes",
            ),
        ),
    ]
    if asked.alone.variable.shape.is_scalar or not _has_matrices(asked):
        return rows
    return [
        *rows,
        Convention(
            "row-major",
            asked.shortest(_row_major(asked)),
            ("as numerator, vec taking rows one after another: NumPy, PyTorch and JAX reshaped",),
        ),
    ]


def _partial(variable: Symbol) -> Written:
    """df/dX."""
    label = partial_label(variable)
    return Written(label.text, label.unicode, label.latex)


def _has_matrices(asked: Question) -> bool:
    shapes = (asked.expression.shape, asked.alone.variable.shape)
    return any(not (one.rows == ONE or one.columns == ONE) for one in shapes)


def _row_major(asked: Question) -> Node:
    """The matrix of the same map between the transposes: vec(F') = J*vec(X')."""
    tangent, shape = asked.alone.tangent, asked.alone.variable.shape
    turned = symbol(tangent.name, shape.transposed, "tangent")
    body = substitute(asked.change, {tangent: transpose(turned)})
    return kronecker_matrix(simplify(transpose(body)), turned)
