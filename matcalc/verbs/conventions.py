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

from matcalc.answers.first_order import jacobians
from matcalc.calculus.kronecker import kronecker_matrix, vec
from matcalc.expressions.constructors import from_dimension, minus, multiply, symbol, transpose
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.errors import DomainError, MatcalcError
from matcalc.expressions.nodes import Node
from matcalc.expressions.python_arguments import checked
from matcalc.language.kinds import OPEN
from matcalc.language.problem import Problem
from matcalc.printing.latex import to_latex
from matcalc.printing.text import to_text
from matcalc.printing.unicode import to_unicode
from matcalc.questions.asking import ask_alone
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula, Variable, Where
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.verbs.gradient import gradient

_SYMMETRIC = (
    "an off-diagonal entry of a symmetric matrix stands in two places and counts twice: "
    "the partial derivative by it is G[i,j] + G[j,i], and tr(U'*V) counts it twice too, "
    "which gives (G[i,j] + G[j,i])/2"
)
_SKEW = (
    "an off-diagonal entry of a skew matrix stands in two places, with two signs, and counts "
    "twice: the partial derivative by it is G[i,j] - G[j,i], and tr(U'*V) counts it twice too"
)
_LAYOUT = (
    "all write the same linear map: a layout says whether inputs are columns (numerator) or rows "
    "(denominator), and a vec order how the entries of a matrix are numbered"
)


@dataclass(frozen=True)
class Convention:
    """One way to write the derivative: its name, its value, what it is and who uses it."""

    name: str
    value: Node
    meaning: str

    @property
    def shape(self) -> str:
        return str(self.value.shape)


@dataclass(frozen=True)
class Conventions:
    """The derivative of a problem in several conventions; `why` says why they differ.

    `c["symmetric"]` is the value in one of them. Prints as a small table; `unicode()` and
    `latex()` (a `tabular`) write the same.
    """

    problem: Problem
    title: str
    rows: tuple[Convention, ...]
    why: tuple[str, ...]

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
        return self.problem.assumptions

    def _table(self, write: Callable[[Node], str]) -> str:
        cells = [(row.name, write(row.value), row.shape) for row in self.rows]
        first, second = (max(len(cell[place]) for cell in cells) for place in (0, 1))
        lines = [f"{self.title}:", ""]
        for row, (name, value, shape) in zip(self.rows, cells, strict=True):
            lines += [f"{name:{first}}  {value:{second}}  {shape}", f"    {row.meaning}"]
        facts = [f"why: {reason}." for reason in self.why]
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
            f"{row.name} & ${to_latex(row.value)}$ & {_escaped(row.meaning)} \\\\"
            for row in self.rows
        ]
        why = [f"Why: {_escaped(reason)}." for reason in self.why]
        begin, end = r"\begin{tabular}{llp{0.4\linewidth}}", r"\end{tabular}"
        return "\n".join([begin, *rows, end, *(line for one in why for line in ("", one))])


def _escaped(text: str) -> str:
    return text.replace("_", r"\_").replace("&", r"\&")


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
        rows, why = _of_scalar(f, wrt, where, asked)
    else:
        rows, why = _of_jacobian(asked), [_LAYOUT]
    title = f"derivative of {problem.expression} by {asked.alone.variable}"
    found = Conventions(problem, title, tuple(rows), tuple(why))
    if not layout:
        return found
    return Conventions(problem, title, (found.named(layout),), ())


def _of_scalar(
    f: Formula, wrt: Variable, where: Where, asked: Question
) -> tuple[list[Convention], Sequence[str]]:
    """The gradients, then the layouts."""

    def on(space: str | None) -> Node:
        found = gradient(f, wrt, where, space=space).value
        assert isinstance(found, Node)
        return found

    free, shape = on(None), asked.alone.variable.shape
    name, words = asked.alone.variable.name, asked.alone.variable.structure
    meaning = f"all entries of {name} free, df = tr(G'*d{name}): most papers, PyTorch, JAX"
    rows, why = [Convention("gradient", free, f"{meaning}; denominator layout")], []
    unstructured = shape.is_square and not words - OPEN
    if unstructured or ("symmetric" in words and "diagonal" not in words):
        rows += _symmetric(free, on, name)
        why.append(_SYMMETRIC)
    if "skew" in words or unstructured:
        rows += _skew(free, on, name, asked)
        why.append(_SKEW)
    rows += _rows(free, name)
    return rows, [*why, _LAYOUT]


def _symmetric(free: Node, on: Callable[[str], Node], name: str) -> list[Convention]:
    double = book.apply("duplication", [from_dimension(free.shape.rows)])
    by_entries = simplify(multiply(transpose(double), vec(free)))
    return [
        Convention(
            "symmetric",
            on("symmetric"),
            f"sym(G), the gradient among symmetric {name} under tr(U'*V): "
            "optimization on matrices, manopt, steepest descent",
        ),
        Convention(
            "symmetric-cookbook",
            on("symmetric-cookbook"),
            "2*sym(G) - diag(G), the partial derivatives put into a matrix: "
            "Matrix Cookbook, statistics; not a gradient under tr(U'*V)",
        ),
        Convention(
            "vech",
            by_entries,
            "partial derivatives by the entries on and below the diagonal, D'*vec(G): "
            "Magnus & Neudecker, econometrics",
        ),
    ]


def _skew(free: Node, on: Callable[[str], Node], name: str, asked: Question) -> list[Convention]:
    return [
        Convention(
            "skew",
            on("skew"),
            f"skew(G), the gradient among skew {name} under tr(U'*V): manopt, rotations",
        ),
        Convention(
            "skew-entries",
            asked.shaped(minus(free, transpose(free))),
            "partial derivatives by the entries below the diagonal, put into a matrix",
        ),
    ]


def _rows(free: Node, name: str) -> list[Convention]:
    """The gradient of a scalar as a row, and the orders of its entries."""
    numerator = Convention(
        "numerator",
        transpose(free),
        f"df/d{name} in numerator layout: transposed, a row for a column",
    )
    if free.shape.rows == ONE or free.shape.columns == ONE:
        return [numerator]
    return [
        numerator,
        Convention(
            "vec",
            vec(free),
            f"a column, by vec({name}) with columns stacked: Magnus & Neudecker, MATLAB, Julia",
        ),
        Convention(
            "vec-row-major",
            vec(transpose(free)),
            f"a column, by the rows of {name} one after another: NumPy's ravel, PyTorch",
        ),
    ]


def _of_jacobian(asked: Question) -> list[Convention]:
    """The layouts of a Jacobian, and the orders of vec where matrices are involved."""
    matrix = jacobians(asked)[asked.alone.name]
    rows = [
        Convention(
            "numerator",
            matrix,
            "rows are outputs, columns inputs, vec stacks columns: Magnus & Neudecker, "
            "the usual Jacobian",
        ),
        Convention(
            "denominator",
            asked.shaped(transpose(matrix)),
            "rows are inputs, columns outputs, the transpose: statistics, machine learning notes",
        ),
    ]
    if asked.alone.variable.shape.is_scalar or not _has_matrices(asked):
        return rows
    return [
        *rows,
        Convention(
            "row-major",
            asked.shortest(_row_major(asked)),
            "as numerator, vec taking rows one after another: NumPy, PyTorch and JAX reshaped",
        ),
    ]


def _has_matrices(asked: Question) -> bool:
    shapes = (asked.expression.shape, asked.alone.variable.shape)
    return any(not (one.rows == ONE or one.columns == ONE) for one in shapes)


def _row_major(asked: Question) -> Node:
    """The matrix of the same map between the transposes: vec(F') = J*vec(X')."""
    tangent, shape = asked.alone.tangent, asked.alone.variable.shape
    turned = symbol(tangent.name, shape.transposed, "tangent")
    body = substitute(asked.change, {tangent: transpose(turned)})
    return kronecker_matrix(simplify(transpose(body)), turned)
