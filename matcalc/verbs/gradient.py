"""gradient: the element of the space that df is the inner product with."""

from __future__ import annotations

from matcalc.answers.answer import Answer
from matcalc.answers.first_order import gradients
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import Inner, Spaces, ask
from matcalc.questions.reading import Formula, Several, Variable, Where


@checked
def gradient(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: Inner = None,
    space: Spaces = None,
) -> Answer:
    """The gradient of a scalar, of the shape of the variable: df = <gradient, dX>.

    `inner` chooses the inner product (Frobenius by default) and `space` where the variable moves
    (all entries free by default), both perhaps as text; with a list of names the value holds one
    gradient for each, and both may be mappings from names. Raises ShapeError where f is not a
    scalar, DomainError for a product that is not symmetric positive definite.

    >>> print(gradient("norm2(A*X - B)^2", "X").value)
    2*A'*(A*X - B)
    """
    asked = ask(f, wrt, where, inner, space, needs_scalar="gradient")
    return Answer(asked, "gradient", 1, asked.collected(gradients(asked)))
