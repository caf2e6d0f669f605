"""Conventions side by side: the same derivative as different papers and programs write it.

A scalar of a square matrix has a gradient with all entries free, on the symmetric matrices, by the
Cookbook's rule and by the entries on and below the diagonal. A Jacobian has a layout and an order
of the entries. All are views of one linear map dX -> df. Sources: Magnus & Neudecker 2019,
ch. 3 sec. 8 and ch. 9; Srinivasan & Panda 2020 (arXiv 1911.06491); Petersen & Pedersen 2012,
sec. 2.8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from matcalc.expressions.nodes import Node
from matcalc.expressions.operations import Trace
from matcalc.expressions.phrases import Phrase, Written, filled
from matcalc.expressions.python_arguments import checked
from matcalc.language.kinds import thin_words
from matcalc.questions.asking import Inner, Spaces, ask_alone
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula, Variable, Where
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction
from matcalc.spaces.projections import projected
from matcalc.verbs.gradient import gradient
from matcalc.verbs.jacobian import jacobian
from matcalc.verbs.wirtinger import wirtinger

_WRITTEN: Mapping[str, Written] = {
    "pairing": Written("tr(U'*V)", "tr(Uᵀ V)", r"\operatorname{tr}\left(U^{\top} V\right)"),
    "sym": Written("sym(G)", "sym(G)", r"\operatorname{sym}(G)"),
    "skew": Written("skew(G)", "skew(G)", r"\operatorname{skew}(G)"),
    "cookbook": Written(
        "2*sym(G) - diag(G)",
        "2 sym(G) − diag(G)",
        r"2\operatorname{sym}(G) - \operatorname{diag}(G)",
    ),
    "entries": Written("D'*vec(G)", "Dᵀ vec(G)", r"D^{\top}\operatorname{vec}(G)"),
    "df": Written("df = ", "df = ", r"\mathrm{d}f = "),
    "sum": Written("G[i,j] + G[j,i]", "G[i,j] + G[j,i]", "G_{ij} + G_{ji}"),
    "half": Written("(G[i,j] + G[j,i])/2", "(G[i,j] + G[j,i])/2", r"\frac{1}{2}(G_{ij} + G_{ji})"),
    "difference": Written("G[i,j] - G[j,i]", "G[i,j] − G[j,i]", "G_{ij} - G_{ji}"),
}
_GRADIENTS: Mapping[str, str] = {
    "gradient": "{kind}; denominator layout",
    "symmetric": "{sym}, the gradient among symmetric {X} under {pairing}: optimization on "
    "matrices, manopt, steepest descent",
    "symmetric-cookbook": "{cookbook}, the partial derivatives put into a matrix: Matrix "
    "Cookbook, statistics; not a gradient under {pairing}",
    "vech": "partial derivatives by the entries on and below the diagonal, {entries}: "
    "Magnus & Neudecker, econometrics",
    "skew": "{skew}, the gradient among skew {X} under {pairing}: manopt, rotations",
    "skew-entries": "partial derivatives by the entries below the diagonal, put into a matrix",
    "numerator": "{partial} in numerator layout: transposed, a row for a column",
    "vec": "a column, by {vec} with columns stacked: Magnus & Neudecker, MATLAB, Julia",
    "vec-row-major": "a column, by the rows of {X} one after another: NumPy's ravel, PyTorch",
}
_FREE = "all entries of {X} free, {df}{change}: most papers, PyTorch, JAX"
_JACOBIANS: Mapping[str, str] = {
    "numerator": "rows are outputs, columns inputs, vec stacks columns: Magnus & Neudecker, the "
    "usual Jacobian",
    "denominator": "rows are inputs, columns outputs, the transpose: statistics, machine learning "
    "notes",
    "row-major": "as numerator, vec taking rows one after another: NumPy, PyTorch and JAX reshaped",
}
_OVER_COMPLEX: Mapping[str, str] = {
    "gradient": "{df}{change}: steepest ascent, PyTorch",
    "conjugate-gradient": "the conjugate of that: JAX",
    "wirtinger": "by {X}, {conjugate} held fixed: complex analysis, signal processing",
    "conjugate-wirtinger": "by {conjugate}, {X} held fixed: half the gradient of a real f",
}
_SYMMETRIC = (
    "an off-diagonal entry of a symmetric matrix stands in two places and counts twice: the "
    "partial derivative by it is {sum}, and {pairing} counts it twice too, which gives {half}"
)
_SKEW = (
    "an off-diagonal entry of a skew matrix stands in two places, with two signs, and counts "
    "twice: the partial derivative by it is {difference}, and {pairing} counts it twice too"
)
_PARTS = (
    "df takes {tangent} and its conjugate: each convention tells one part of it, and of a real f "
    "one tells all"
)
_LAYOUT = (
    "all write the same linear map: a layout says whether inputs are columns (numerator) or rows "
    "(denominator), and a vec order how the entries of a matrix are numbered"
)

Found = Callable[..., Answer]
Values = dict[str, Node]


@checked
def conventions(
    f: Formula,
    wrt: Variable,
    where: Where = None,
    layout: str = "",
    inner: Inner = None,
    space: Spaces = None,
    dialect: str | None = None,
) -> Conventions:
    """The derivative of f in the conventions in use, side by side, in the settings of `gradient`.

    `layout` picks one of them by name. Raises MatcalcError where there is no convention of that
    name, and as `gradient`, `jacobian` and `wirtinger` do.

    >>> found = conventions("a'*S*b", "S", where="S: symmetric(n)")
    >>> print(found["gradient"], "|", found["symmetric"])
    a*b' | (a*b' + b*a')/2
    """
    asked = ask_alone(f, wrt, where, inner, space, dialect)

    def found(verb: Found, **how: Any) -> Answer:
        chosen = {"inner": inner, "space": space, "dialect": dialect}
        return verb(f, wrt, where=where, **{**chosen, **how})

    table = _table(asked, found)
    return replace(table, rows=(table.named(layout),), reasons=()) if layout else table


def _table(asked: Question, found: Found) -> Conventions:
    """The conventions of a scalar, of one over the complex numbers, or of anything else."""
    variable, is_scalar = asked.alone.variable, asked.expression.shape.is_scalar
    if is_scalar and variable.is_complex:
        answer, values = _over_complex(asked, found)
        said, why = _OVER_COMPLEX, [_PARTS]
    elif is_scalar and not variable.shape.is_scalar:
        answer = found(gradient)
        values, said = _gradients(asked, _value(answer), found), _GRADIENTS
        why = [_SYMMETRIC] * ("symmetric" in values) + [_SKEW] * ("skew" in values) + [_LAYOUT]
    else:
        answer = found(jacobian)
        values, said, why = _jacobians(asked, _value(answer)), _JACOBIANS, [_LAYOUT]
    parts = _parts(asked)
    rows = tuple(Convention(name, one, filled(said[name], parts)) for name, one in values.items())
    title = f"derivative of {asked.problem.expression} by {variable}"
    return Conventions(answer, title, rows, tuple(filled(one, parts) for one in why))


def _parts(asked: Question) -> dict[str, str | Written | Node | Phrase]:
    """What stands among the words."""
    one = asked.alone
    variable, tangent = one.variable, one.tangent
    slope = direction("G", variable)
    parts: dict[str, str | Written | Node | Phrase] = {
        **_WRITTEN,
        "X": variable,
        "tangent": tangent,
        "vec": vec(variable),
        "conjugate": conjugate(variable),
        "partial": partial_label(variable),
        "change": one.setting.pairing(slope, tangent)
        if variable.is_complex
        else Trace.raw(multiply(transpose(slope), tangent)),
    }
    setting = ("the gradient in ", *one.setting.phrase)
    return {**parts, "kind": filled(_FREE, parts) if one.setting.is_plain else setting}


def _value(answer: Answer) -> Node:
    assert isinstance(answer.value, Node)
    return answer.value


def _over_complex(asked: Question, found: Found) -> tuple[Answer, Values]:
    """The gradients of a real value; both Wirtinger derivatives, but on a space that is real."""
    answers, values = [], {}
    if is_real(asked.expression):
        answers.append(found(gradient))
        values["gradient"] = _value(answers[0])
        values["conjugate-gradient"] = conjugate(values["gradient"])
    try:
        for name in ("wirtinger", "conjugate-wirtinger"):
            answers.append(found(wirtinger, conjugate=name != "wirtinger"))
            values[name] = _value(answers[-1])
    except DomainError:
        if not values:
            raise
    return answers[0], values


def _gradients(asked: Question, free: Node, found: Found) -> Values:
    """The gradients, where nothing is chosen those on other spaces too, then the layouts."""

    def on(*spaces: str) -> Values:
        return {space: _value(found(gradient, space=space)) for space in spaces}

    one, values = asked.alone, {"gradient": free}
    words, is_plain = one.variable.structure, one.setting.is_plain
    unstructured = free.shape.is_square and not thin_words(words)
    if is_plain and (unstructured or ("symmetric" in words and "diagonal" not in words)):
        double = book.apply("duplication", [from_dimension(free.shape.rows)])
        values |= on("symmetric", "symmetric-cookbook")
        values["vech"] = simplify(multiply(transpose(double), vec(free)))
    if is_plain and ("skew" in words or unstructured):
        values |= on("skew")
        values["skew-entries"] = asked.shaped(minus(free, transpose(free)))
    values["numerator"] = transpose(free)
    if _is_matrix(free):
        values |= {"vec": vec(free), "vec-row-major": vec(transpose(free))}
    return values


def _jacobians(asked: Question, matrix: Node) -> Values:
    """The layouts of a Jacobian, and the orders of vec where matrices are involved."""
    values = {"numerator": matrix, "denominator": asked.shaped(transpose(matrix))}
    variable = asked.alone.variable
    if not variable.shape.is_scalar and (_is_matrix(variable) or _is_matrix(asked.expression)):
        values["row-major"] = asked.shortest(_row_major(asked))
    return values


def _is_matrix(node: Node) -> bool:
    return ONE not in (node.shape.rows, node.shape.columns)


def _row_major(asked: Question) -> Node:
    """The matrix of the same map between the transposes: vec(F') = J*vec(X')."""
    one = asked.alone
    turned = symbol(one.tangent.name, one.variable.shape.transposed, "tangent")
    body = substitute(asked.change, {one.tangent: projected(one.setting.space, one.tangent)})
    body = substitute(body, {one.tangent: transpose(turned)})
    return kronecker_matrix(simplify(transpose(body)), turned)
