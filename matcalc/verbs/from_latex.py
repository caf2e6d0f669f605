"""from_latex: the expression that a formula of a paper means."""

from __future__ import annotations

from collections.abc import Mapping

from matcalc.expressions.nodes import Node
from matcalc.expressions.python_arguments import checked
from matcalc.language.latex.groups import with_macros
from matcalc.language.problem import parse_latex
from matcalc.questions.reading import Where
from matcalc.rulebook import book


@checked
def from_latex(
    text: str,
    where: Where = None,
    names: Mapping[str, str] | None = None,
    macros: Mapping[str, str] | None = None,
) -> Node:
    r"""The expression that a formula in LaTeX means.

    `names` says what names are called here, as `{r"h_{t-1}": "h_old"}`, `macros` what commands
    stand for, as `{r"\R": r"\mathbb{R}"}`. Around the expression there may stand what a paper
    writes: `\min_x`, `f(x) =`, `\nabla_X`, a right side, constraints. What only shapes can tell, as
    whether bars are a determinant, they tell. Raises a MatcalcError with the place in the text
    where it is no formula, or one with two readings.

    >>> print(from_latex(r"\min_X \tfrac12 \|A X - B\|_F^2"))
    norm2(A*X - B)^2/2
    >>> print(from_latex(r"\log|\Sigma| + x^\top \Sigma^{-1} x", "Sigma: spd(n)"))
    x'*inv(Sigma)*x + logdet(Sigma)
    """
    whole = with_macros(text, macros or {})
    return parse_latex(whole, where, book, names=names or {}).expression
