"""Conventions side by side: the same derivative as different papers and programs write it.

A scalar of a square matrix has a gradient with all entries free, on the symmetric matrices, by the
Cookbook's rule and by the entries on and below the diagonal. A Jacobian has a layout and an order
of the entries. All are views of one linear map dX -> df. Sources: Magnus & Neudecker 2019,
ch. 3 sec. 8 and ch. 9; Srinivasan & Panda 2020 (arXiv 1911.06491); Petersen & Pedersen 2012,
sec. 2.8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from matcalc.answers.answer import Answer
from matcalc.answers.conventions import Convention, Conventions
from matcalc.answers.labels import partial_label
from matcalc.calculus.kronecker import kronecker_matrix, vec
from matcalc.expressions.constructors import (
    conjugate,
    from_dimension,
    is_real,
    minus,
    multiply,
    symbol,
    transpose,
)
from matcalc.expressions.dimensions import ONE
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.operations import Trace
from matcalc.expressions.phrases import Phrase, Written
from matcalc.expressions.python_arguments import checked
from matcalc.language.kinds import OPEN
from matcalc.questions.asking import Inner, Spaces, ask_alone
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula, Variable, Where
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.projections import projected
from matcalc.verbs.gradient import gradient
from matcalc.verbs.jacobian import jacobian
from matcalc.verbs.wirtinger import wirtinger

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
_DF_OVER_COMPLEX = Written(
    "df = re(tr(G'*dZ))",
    "df = Re tr(Gᴴ dZ)",
    r"\mathrm{d}f = \Re\operatorname{tr}(G^{*}\mathrm{d}Z)",
)
_ASCENT: Phrase = (_DF_OVER_COMPLEX, ": steepest ascent, PyTorch")
_CONJUGATED: Phrase = ("the conjugate of that: JAX",)
_WIRTINGER: dict[str, Phrase] = {
    "wirtinger": ("by Z, conj(Z) held fixed: complex analysis, signal processing",),
    "conjugate-wirtinger": ("by conj(Z), Z held fixed: half the gradient of a real f",),
}
_OVER_COMPLEX: Phrase = (
    "df takes dZ and conj(dZ): each convention tells one part of it, and of a real f one tells all",
)
_LAYOUT: Phrase = (
    "all write the same linear map: a layout says whether inputs are columns (numerator) or rows "
    "(denominator), and a vec order how the entries of a matrix are numbered",
)


Found = Callable[..., Answer]


@checked
def conventions(
    f: Formula,
    wrt: Variable,
    where: Where = None,
    layout: str = "",
    inner: Inner = None,
    space: Spaces = None,
) -> Conventions:
    """The derivative of f in the conventions in use, side by side, in the settings of `gradient`.

    `layout` picks one of them by name. Raises MatcalcError where there is no convention of that
    name, and as `gradient`, `jacobian` and `wirtinger` do.

    >>> found = conventions("a'*S*b", "S", where="S: symmetric(n)")
    >>> print(found["gradient"], "|", found["symmetric"])
    a*b' | (a*b' + b*a')/2
    """
    asked = ask_alone(f, wrt, where, inner, space)
    variable, is_scalar = asked.alone.variable, asked.expression.shape.is_scalar

    def found(verb: Callable[..., Answer], **how: Any) -> Answer:
        return verb(f, wrt, where=where, **{"inner": inner, "space": space, **how})

    if is_scalar and variable.is_complex:
        answer, rows, why = _over_complex(asked, found)
    elif is_scalar and not variable.shape.is_scalar:
        answer = found(gradient)
        rows, why = _of_scalar(asked, found)
    else:
        answer = found(jacobian)
        rows, why = _of_jacobian(asked, answer.value), [_LAYOUT]
    table = Conventions(
        answer, f"derivative of {asked.problem.expression} by {variable}", tuple(rows), tuple(why)
    )
    return replace(table, rows=(table.named(layout),), reasons=()) if layout else table


def _over_complex(
    asked: Question, found: Found
) -> tuple[Answer, list[Convention], Sequence[Phrase]]:
    """The gradients of a real value; both Wirtinger derivatives, but on a space that is real."""
    answers, rows = [], []
    if is_real(asked.expression):
        answers.append(found(gradient))
        slope = _value(answers[0])
        rows.append(Convention("gradient", slope, _ASCENT))
        rows.append(Convention("conjugate-gradient", conjugate(slope), _CONJUGATED))
    try:
        for name, said in _WIRTINGER.items():
            answers.append(found(wirtinger, conjugate=name != "wirtinger"))
            rows.append(Convention(name, _value(answers[-1]), said))
    except DomainError:
        if not rows:
            raise
    return answers[0], rows, [_OVER_COMPLEX]


def _of_scalar(asked: Question, found: Found) -> tuple[list[Convention], Sequence[Phrase]]:
    """The gradients, then the layouts; where nothing is chosen those on other spaces too."""

    def on(space: str | None) -> Node:
        return _value(found(gradient, space=space))

    one = asked.alone
    free, variable, words = _value(found(gradient)), one.variable, one.variable.structure
    said = _said_of_gradient(asked)
    rows = [Convention("gradient", free, (*said, "; denominator layout"))]
    why: list[Phrase] = []
    unstructured = free.shape.is_square and not words - OPEN
    is_plain = one.setting.is_plain
    if is_plain and (unstructured or ("symmetric" in words and "diagonal" not in words)):
        rows += _symmetric(free, on, variable)
        why.append(_SYMMETRIC)
    if is_plain and ("skew" in words or unstructured):
        rows += _skew(free, on, variable, asked)
        why.append(_SKEW)
    rows += _rows(free, variable)
    return rows, [*why, _LAYOUT]


def _value(answer: Answer) -> Node:
    assert isinstance(answer.value, Node)
    return answer.value


def _said_of_gradient(asked: Question) -> Phrase:
    one = asked.alone
    if not one.setting.is_plain:
        return ("the gradient in ", *one.setting.phrase)
    slope = symbol("G", one.variable.shape)
    pairing = Trace.raw(multiply(transpose(slope), one.tangent))
    return (
        "all entries of ",
        one.variable,
        " free, ",
        _DF,
        pairing,
        ": most papers, PyTorch, JAX",
    )


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
    one = asked.alone
    turned = symbol(one.tangent.name, one.variable.shape.transposed, "tangent")
    body = substitute(asked.change, {one.tangent: projected(one.setting.space, one.tangent)})
    body = substitute(body, {one.tangent: transpose(turned)})
    return kronecker_matrix(simplify(transpose(body)), turned)
