"""wirtinger: the derivatives of a scalar by Z and by conj(Z)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from matcalc.answers.answer import Answer
from matcalc.answers.first_order import weighted, wirtinger_parts
from matcalc.answers.kind import Kind
from matcalc.answers.labels import partial_label
from matcalc.answers.steps import by_both_parts
from matcalc.derivation.trace import Lines
from matcalc.expressions.constructors import plus
from matcalc.expressions.errors import DomainError, ShapeError
from matcalc.expressions.phrases import Written
from matcalc.expressions.python_arguments import checked
from matcalc.questions.asking import Inner, Spaces, ask, require_products
from matcalc.questions.question import Moving
from matcalc.questions.reading import Formula, Several, Variable, Where

if TYPE_CHECKING:
    from matcalc.answers.verification import Checks
    from matcalc.samples.report import Report


class Wirtinger(Kind):
    """df/dZ, with conj(Z) for a constant."""

    __slots__ = ()
    spelled = "Wirtinger derivative"
    is_conjugate = False

    def label(self, answer: Answer, path: Sequence[str]) -> Written:
        return partial_label(answer.question.first_at(path), self.is_conjugate)

    def arrive(self, answer: Answer, lines: Lines) -> None:
        by_both_parts(answer, lines)

    def reports(self, checks: Checks, one: Moving) -> Iterator[tuple[str, Report]]:
        yield one.name, checks.wirtinger(one, self.is_conjugate)


class ConjugateWirtinger(Wirtinger):
    """df/dconj(Z), with Z for a constant."""

    __slots__ = ()
    is_conjugate = True


KINDS = (Wirtinger("wirtinger"), ConjugateWirtinger("wirtinger"))


@checked
def wirtinger(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    conjugate: bool = False,
    inner: Inner = None,
    space: Spaces = None,
    dialect: str | None = None,
) -> Answer:
    """The Wirtinger derivative df/dZ of a scalar, or df/dconj(Z), of the shape of Z.

    Its operator is that part of df, linear in dZ or in conj(dZ). On a space it is the derivative
    that vanishes across the space. Raises ShapeError where f is not a scalar, DomainError where Z
    is real, or where the space is no complex one: there dZ and conj(dZ) are not independent.

    >>> print(wirtinger("tr(A*Z)", "Z", "A: complex_matrix(m,n), Z: complex_matrix(n,m)").value)
    A.'
    """
    asked = ask(f, wrt, where, inner, space, dialect)
    require_products(asked)
    if not asked.expression.shape.is_scalar:
        raise ShapeError(f"a Wirtinger derivative needs a scalar, not {asked.expression.shape}")
    for one in asked.moving:
        if not one.variable.is_complex:
            kind = "declare it as complex_scalar, complex_vector(n) or complex_matrix(m,n)"
            raise DomainError(f"{one.name} is real", hint=kind)
    parts = {one.name: wirtinger_parts(asked, one)[conjugate] for one in asked.moving}
    terms = [weighted(parts[one.name], one, conjugate) for one in asked.moving]
    operator = asked.operator(plus(*terms))
    return Answer(asked, KINDS[conjugate], 1, asked.collected(parts), operator)
