"""curvature: whether a function is convex, concave, affine or neither, where, and why."""

from __future__ import annotations

from dataclasses import replace

from matcalc.convexity.domain import Domain, domain_of, in_symmetric
from matcalc.convexity.judging import judge_curvature
from matcalc.convexity.record import Curvature
from matcalc.convexity.restrictions import Restrictions
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Node
from matcalc.expressions.python_arguments import checked
from matcalc.printing.phrases import fact_text
from matcalc.questions.asking import ask
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula, Several, Variable, Where
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.naming import opened


@checked
def curvature(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    on: str | None = None,
    samples: int = 20,
    seed: int = 0,
    dialect: str | None = None,
) -> Curvature:
    """Whether a scalar is convex, concave, affine or neither in its variables, and why.

    Several variables move together. The domain is where they have their kinds and f has values;
    `on` restricts it further: `X symmetric`, `x > 0`, `A*x < b`. The certificate proves the verdict
    line by line, for all values of the other variables; a counterexample shows both signs of the
    second differential at some of them. Raises ShapeError where f is no scalar, DomainError for a
    kind such as `orthogonal`, between two values of which lie others. Source: Boyd & Vandenberghe
    2004, ch. 3.

    >>> print(curvature("norm2(A*x - b)", "x"))
    convex on all x
        A*x - b is affine
        norm2(A*x - b) is convex: norm2 is convex
    assumed: A: matrix(m, n), x: vector(n), b: vector(m)
    """
    asked = ask(f, wrt, where, dialect=dialect, needs_scalar="curvature")
    if asked.is_complex:
        raise DomainError("curvature is that of a function of real variables")
    found = judge_curvature(*_placed(asked, on or ""), asked, samples, seed)
    assumed = tuple(map(fact_text, asked.problem.facts))
    return replace(found, value=asked.problem.expression, assumptions=assumed)


def _placed(asked: Question, on: str) -> tuple[Node, Domain]:
    """The function in variables of the kinds they are restricted to, and where it is looked at."""
    variables = {one.name: one.variable for one in asked.moving}
    said = Restrictions(variables, asked.problem.symbols).read(on)
    value = substitute(opened(asked.problem.expression), said.kinds)
    kinds = [said.kinds[one] for one in variables.values()]
    symmetric = in_symmetric(value, kinds)
    value = substitute(value, dict(zip(kinds, symmetric, strict=True)))
    known: dict[Node, Node] = dict(zip(variables.values(), symmetric, strict=True))
    typed = (asked.problem.expression, *asked.problem.vanished)
    parts = [substitute(part, known) for part in typed]  # names and all: what they hide vanishes
    return value, domain_of(value, symmetric, said.conditions, parts)
