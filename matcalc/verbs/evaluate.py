"""evaluate: the value of an expression at arrays."""

from __future__ import annotations

from typing import Any

from matcalc.compile.function import evaluate_as_declared
from matcalc.expressions.binders import variables_of
from matcalc.expressions.nodes import dimension_names
from matcalc.expressions.python_arguments import checked
from matcalc.language.functions import derivative_of
from matcalc.questions.given import problem_given
from matcalc.questions.reading import Formula, problem_of


@checked
def evaluate(expression: Formula, where: Any = None, dialect: Any = None, **values: Any) -> Any:
    """The value at arrays given by name; dimensions that no array determines are named too.

    Of a text, read in the `dialect` or in the one that its marks tell, the undeclared names are
    what their arrays are. An unknown function phi is a Python function of arrays, its derivatives
    are phi_prime, phi_prime2, ...; a polynomial or spline of NumPy or SciPy brings its own.
    Raises UnknownName for a value of which a text has no name.

    >>> from matcalc.verbs.parse import parse
    >>> evaluate(parse("x'*x"), x=[3.0, 4.0])
    25.0
    >>> evaluate("np.sum(c * x)", c=2.0, x=[3.0, 4.0])
    14.0
    """
    if isinstance(expression, str):
        problem = problem_given(expression, where, dialect, values)
    else:
        problem = problem_of(expression)
    expression = problem.expression
    known = {s.name for s in variables_of(expression)} | set(dimension_names(expression))
    used = {k: v for k, v in values.items() if k in known or derivative_of(k)[0] in known}
    return evaluate_as_declared(expression, **used)
