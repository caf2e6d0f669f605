"""differential: the derivative as what it is, a linear operator dX -> df."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.answers.answer import Answer
from matcalc.answers.kind import Kind
from matcalc.expressions.nodes import Node
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import Inner, Spaces, ask, require_products
from matcalc.questions.reading import Formula, Several, Variable, Where
from matcalc.questions.values import setting_of_values
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.choices import inner_for
from matcalc.spaces.inner_products import ProductChoice


class Differential(Kind):
    """df itself, linear in the directions."""

    __slots__ = ()
    is_operator = True

    def heading(self, answer: Answer) -> str:
        return f"{self}, linear in {', '.join(map(str, answer.question.directions.values()))}"

    def aside(self, answer: Answer, path: Sequence[str], node: Node) -> str:
        return ""


DIFFERENTIAL = Differential("differential")


@checked
def differential(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: Inner = None,
    space: Spaces = None,
    inner_out: ProductChoice | None = None,
    dialect: str | None = None,
) -> Answer:
    """The derivative as a linear operator dX -> df; for a list of variables of all together.

    What it tells of itself, its adjoint, inverse, trace, norm and so on, is said in the inner
    products and on the spaces chosen. `inner_out` is `inner`, at f(X) where it depends on the
    point, if f maps the space into itself and nothing else is said; otherwise Frobenius.
    Raises MatcalcError where the problem is not well posed or an operation has no rule.

    >>> print(differential("A^2", "A").value)
    A*dA + dA*A
    """
    asked = ask(f, wrt, where, inner, space, dialect)
    product = inner_for("", inner_out)
    require_products(asked, product)
    body = simplify(asked.restored(asked.change))  # one term for each direction, as on the board
    outer = setting_of_values(asked, body, product)
    return Answer(asked, DIFFERENTIAL, 1, body, asked.operator(body, outer))
