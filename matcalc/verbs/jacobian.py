"""jacobian: the derivative as a matrix."""

from __future__ import annotations

from matcalc.answers.answer import Answer
from matcalc.answers.first_order import jacobians
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import Inner, Spaces, ask
from matcalc.questions.reading import Formula, Several, Variable, Where


@checked
def jacobian(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: Inner = None,
    space: Spaces = None,
) -> Answer:
    """The Jacobian: vec(df) = J*vec(dX), vec stacking columns.

    For vectors outputs are rows and inputs columns; the derivative by a scalar has the shape
    of f. On a space it is the J that vanishes across the space; with a list of variables the
    value holds one matrix for each. Raises NoRule where an operation has no Kronecker form.

    >>> print(jacobian("A*x", "x").value)
    A
    """
    asked = ask(f, wrt, where, inner, space)
    return Answer(asked, "jacobian", 1, asked.collected(jacobians(asked)))
