"""A rule of the book as a line tells it, at the arguments that it has there: d(X.^2) = 2*X.*dX.

An argument that is a name or a number stands in the equation itself, and what does not move has
no differential there. For a longer one stands a letter, which is no name of the problem.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from functools import cache

from matcalc.derivation.lines import replace as in_line
from matcalc.expressions.binders import names_in, numbered
from matcalc.expressions.constructors import is_zero, zero
from matcalc.expressions.marks import is_tangent
from matcalc.expressions.nodes import Apply, Named, Node, Symbol, inside
from matcalc.rulebook import book
from matcalc.rulebook.equations import tangent_of
from matcalc.rulebook.laws import Law, in_angles, law_of, unevaluated, where_of
from matcalc.rulebook.records import Rule
from matcalc.simplify.forms import size

_LETTERS = ("stqrwz", "uvwzyq", "MYZVWQ")  # for scalars, vectors and matrices
_SHORT = 4  # tokens of a constant that stands in an equation as it is

Use = tuple[Apply, Sequence[Node]]
"""Where a rule is used: an operation at its arguments, and the differentials of these."""


def at_arguments(law: Law, uses: Sequence[Use], line: Node) -> Law:
    """The law of a rule for a differential, with the equation that it is at all of the places.

    Its letters are no names of the line.
    """
    assert law.rule is not None
    arguments, changes, letters = [], list[Node](), {}
    taken = names_in(line)
    for place, parameter in enumerate(book.operation(uses[0][0].operation).parameters):
        own = law.rule.symbols[parameter.name]
        argument, change = _at(place, uses)
        if argument is None:
            argument = _letter(own, uses[0][0].arguments[place], taken)
            change = zero(argument.shape) if is_zero(change) else tangent_of(argument)
            taken.add(argument.name)
        letters[own] = argument
        arguments.append(argument)
        changes.append(change)
    node = book.apply(uses[0][0].operation, arguments)
    assert isinstance(node, Apply)
    right = book.differential(law.rule, node, changes, node)
    return replace(law, equation=(unevaluated(node), right), where=where_of(law.rule, letters))


@cache
def adjoint_law(rule: Rule, over_complex: bool) -> Law:
    """The adjoint of an operation, of real letters without what only complex ones need."""
    law = law_of(rule)
    if over_complex or law.equation is None:
        return law
    letters = [letter for letter in (*rule.symbols.values(), rule.cotangent) if letter is not None]
    real: dict[Node, Node] = {
        one: Symbol(one.name, one.shape, one.structure - {"complex"}) for one in letters
    }
    left, right = (in_line(side, real) for side in law.equation)
    return replace(law, text=in_angles((left, right)), equation=(left, right))


def _at(place: int, uses: Sequence[Use]) -> tuple[Node | None, Node]:
    """The argument of that place, None where it is long or varies, and its differential."""
    found = {node.arguments[place] for node, _ in uses}
    change = next((c[place] for _, c in uses if not is_zero(c[place])), uses[0][1][place])
    (argument, *others) = found
    is_short = not inside(argument) or (is_zero(change) and size(argument) <= _SHORT)
    return (_by_name(argument) if is_short and not others else None), _by_name(change)


def _by_name(node: Node) -> Node:
    """A part as a letter that is called so, for it to be told of nothing more."""
    if not isinstance(node, Named):
        return node
    words = frozenset({"tangent"}) if is_tangent(node) else node.structure
    return Symbol(node.name, node.shape, words)


def _letter(own: Symbol, argument: Node, taken: Container[str]) -> Symbol:
    """A letter of the rule, or another where the problem has that."""
    shape = argument.shape
    usual = _LETTERS[0 if shape.is_scalar else 1 if shape.is_vector else 2]
    free = (letter for letter in (own.name, *usual) if letter not in taken)
    return Symbol(next(free, numbered(own.name, taken)), shape, own.structure)
