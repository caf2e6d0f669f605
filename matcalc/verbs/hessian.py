"""hessian: the second derivative of a scalar."""

from __future__ import annotations

from matcalc.answers.answer import Answer
from matcalc.answers.second_order import second_order
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import Inner, Spaces, ask, require_products
from matcalc.questions.reading import Formula, Several, Variable, Where


@checked
def hessian(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: Inner = None,
    space: Spaces = None,
) -> Answer:
    """The second derivative of a scalar: matrix, operator V -> d(grad f)[V] and bilinear form.

    The matrix is n x n for a vector and mn x mn in vec order for a matrix. In another inner
    product or on a space it is the covariant derivative of the gradient. A list of variables
    gives the blocks, `value[x][y]`. Raises ShapeError where f is not a scalar, NoRule where a
    rule for the second derivative is missing, DomainError as `gradient` does.

    >>> print(hessian("x'*A*x", "x").value)
    A + A'
    """
    asked = ask(f, wrt, where, inner, space, needs_scalar="Hessian")
    require_products(asked)
    found = second_order(asked)
    return Answer(asked, "hessian", 2, found.value(), found.operator)
