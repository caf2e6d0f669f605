"""wirtinger: the derivatives of a scalar by Z and by conj(Z)."""

from __future__ import annotations

from matcalc.answers.answer import Answer
from matcalc.answers.first_order import weighted, wirtinger_parts
from matcalc.expressions.constructors import plus
from matcalc.expressions.errors import DomainError, ShapeError
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import ask
from matcalc.questions.reading import Formula, Several, Variable, Where


@checked
def wirtinger(
    f: Formula, wrt: Variable | Several, where: Where = None, conjugate: bool = False
) -> Answer:
    """The Wirtinger derivative df/dZ of a scalar, or df/dconj(Z), of the shape of Z.

    Its operator is that part of df, linear in dZ or in conj(dZ). Raises ShapeError where f is
    not a scalar, DomainError where Z is real.

    >>> print(wirtinger("tr(A*Z)", "Z", "A: complex_matrix(m,n), Z: complex_matrix(n,m)").value)
    A.'
    """
    asked = ask(f, wrt, where)
    if not asked.expression.shape.is_scalar:
        raise ShapeError(f"a Wirtinger derivative needs a scalar, not {asked.expression.shape}")
    for one in asked.moving:
        if not one.variable.is_complex:
            kind = "declare it as complex_scalar, complex_vector(n) or complex_matrix(m,n)"
            raise DomainError(f"{one.name} is real", hint=kind)
    parts = {one.name: wirtinger_parts(asked, one)[conjugate] for one in asked.moving}
    terms = [weighted(parts[one.name], one, conjugate) for one in asked.moving]
    operator = asked.operator(plus(*terms))
    return Answer(asked, "wirtinger", 1, asked.collected(parts), operator, conjugate)
