"""nth_derivative: the derivative of any order as a multilinear map."""

from __future__ import annotations

from matcalc.answers.answer import Answer
from matcalc.answers.higher_order import lower_orders, slots
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.limits import HIGHEST_ORDER
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import ask
from matcalc.questions.reading import Formula, Several, Variable, Where
from matcalc.simplify.rewriting import simplify


@checked
def nth_derivative(f: Formula, wrt: Variable | Several, order: int, where: Where = None) -> Answer:
    """The derivative of that order as a multilinear map in dX1, dX2, ...

    For a list of variables each place takes a direction for every one of them, by name.

    >>> print(nth_derivative("x'*A*x", "x", order=2)("u", "v"))
    u'*A*v + v'*A*u
    """
    if order not in range(1, HIGHEST_ORDER + 1):
        raise MatcalcError(f"the order is a whole number from 1 to {HIGHEST_ORDER}, not {order!r}")
    asked = ask(f, wrt, where)
    *_, body = lower_orders(asked, order)
    value = simplify(asked.restored(body))
    return Answer(asked, "derivative", order, value, asked.multilinear(slots(asked, order), value))
