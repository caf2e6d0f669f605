"""A person's own formula, read in the names of the problem that it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matcalc.expressions.binders import variables_of
from matcalc.expressions.constructors import symbol
from matcalc.expressions.dimensions import Dimension, Shape
from matcalc.expressions.errors import UnknownName
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.assumed import Fact
from matcalc.language.problem import names_defined, parse_closed
from matcalc.language.same_names import variables_by_name
from matcalc.language.understanding import Problem
from matcalc.language.unification import NO_SIZES
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute


class Claimed(NamedTuple):
    """What a claim says, how it was read, the sizes at which alone it fits, and what vanished."""

    expression: Node
    facts: tuple[Fact, ...] = ()
    sizes: Mapping[str, Dimension] = NO_SIZES
    vanished: tuple[Node, ...] = ()


def read_claim(
    claim: Formula,
    asked: Question,
    shape: Shape,
    more: Sequence[Symbol],
    dialect: str | None = None,
    rigid: bool = True,
) -> Claimed:
    """The claim, in the names of the problem and of the settings, and the directions `more`."""
    if isinstance(claim, Node):
        return Claimed(_of_the_problem(claim, asked, more))
    known = [symbol for setting in asked.settings for symbol in setting.symbols]
    return in_names_of(asked.problem, claim, shape, [*known, *more], dialect, rigid)


def _of_the_problem(claim: Node, asked: Question, more: Sequence[Symbol]) -> Node:
    """A claim made in Python, whose dX is the tangent. Raises UnknownName for new variables."""
    known = {one.name: one for one in (*asked.symbols, *more)}
    tangents = {(one.name, one.shape): one for one in more}
    plain = [s for s in variables_of(claim) if (s.name, s.shape) in tangents]
    claim = substitute(claim, {s: tangents[s.name, s.shape] for s in plain})
    for name in variables_by_name(claim, known=known).keys() - known.keys():
        raise UnknownName(
            f"the claim has a variable {name}, and f has none of that name",
            hint=f"the variables are {', '.join(known)}",
        )
    return claim


def in_names_of(
    problem: Problem,
    text: str,
    shape: Shape | None = None,
    more: Sequence[Symbol] = (),
    dialect: str | None = None,
    rigid: bool = True,
) -> Claimed:
    """A text in the variables of a problem, the parts and functions that it names, and `more`.

    A part that the text names itself, as its own solution or its own residual, is its own. The
    `dialect`, if it is not named, is told by the marks of the text, or is that of the problem.
    Unless the sizes are `rigid`, the text may tell more of them than the problem does.
    """
    own = names_defined(text) & problem.definitions.keys()
    parts = {name: node for name, node in problem.definitions.items() if name not in own}
    named = {name: symbol(name, node.shape) for name, node in parts.items()}
    known = {**problem.symbols, **named, **{one.name: one for one in more}}
    known = {name: variable for name, variable in known.items() if name not in own}
    wanted = shape or problem.expression.shape
    brought, likely, sizes = problem.functions, problem.dialect, problem.sizes
    found = parse_closed(text, known, book, brought, wanted, dialect, likely, sizes, rigid)
    values: Mapping[Node, Node] = {named[name]: node for name, node in parts.items()}
    told = {name: size for name, size in found.sizes.items() if name not in sizes}
    expression, *vanished = (substitute(n, values) for n in (found.expression, *found.vanished))
    return Claimed(expression, found.facts, told, tuple(vanished))
