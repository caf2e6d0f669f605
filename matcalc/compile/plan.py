"""The plan of a function: what it takes, its lines and its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcalc.calculus.implicit import equations, explicit
from matcalc.compile.backends import backend_named
from matcalc.compile.guards import Guard, guards
from matcalc.compile.inputs import Inputs, Roots, inputs_of, roots_of
from matcalc.compile.lowering import Lowering
from matcalc.compile.names import Identifiers
from matcalc.compile.operations import operation_term
from matcalc.compile.terms import Level, Term, reachable
from matcalc.compile.text import function_text
from matcalc.compile.writer import Writer
from matcalc.expressions.binders import (
    bound_in,
    free_names,
    free_symbols,
    fresh,
    names_in,
    under_new_names,
)
from matcalc.expressions.blocks import map_leaves
from matcalc.expressions.nodes import Apply, Node, Number, Symbol, ordered
from matcalc.expressions.predicates import (
    Predicate,
    free_in,
    indices_of,
    mapped,
    subjects,
    with_new_names,
)
from matcalc.language.functions import derivative_name
from matcalc.rulebook.requirements import Requirement


@dataclass(frozen=True)
class Plan:
    """The text of a function and what it takes."""

    name: str
    text: str
    inputs: Inputs


def make_plan(
    expression: Roots,
    symbols: Sequence[Symbol],
    backend_name: str,
    name: str,
    required: Sequence[Requirement],
) -> Plan:
    """Lower the expressions to terms, and write them as a function of the symbols."""
    backend = backend_named(backend_name)
    symbols, roots, required = _ready(roots_of(expression), symbols, required)
    asked = [node for one in required for node in subjects(one.predicate)]
    name = Identifiers().claim(name)
    identifiers = Identifiers()
    names = _claimed(identifiers, [*symbols, *ordered(*roots, *asked)])
    indices = {index for one in required for index in indices_of(one.predicate)}
    lowering = Lowering(backend, names, operation_term, (*roots, *asked), indices)
    tests = guards(lowering, roots, required)
    terms = [lowering.full(root) for root in roots]
    conditions = [guard.test for guard in tests]
    named = {term: identifiers.claim(name) for term, name in lowering.named.items()}
    writer = Writer(named, identifiers.temporary, _shared(conditions, terms))
    first, checks = writer.block(conditions, {})
    block, results = writer.block(terms, first.atoms)
    reached = [*terms, *conditions]
    inputs, reads = inputs_of(lowering, symbols, reached)
    lines = [*first.lines, *_check_lines(checks, tests), *block.lines]
    lines.append(_return_line(expression, results))
    return Plan(name, function_text(backend, name, expression, inputs, reads, lines), inputs)


def _shared(conditions: Sequence[Term], results: Sequence[Term]) -> set[Term]:
    """The largest terms that both the conditions and the results use."""
    tested = reachable(conditions)
    both = tested & reachable(results)
    return both & {inner for term in tested - both for inner in term.arguments}


def _check_lines(checks: Sequence[str], tests: Sequence[Guard]) -> list[str]:
    lines = []
    for text, guard in zip(checks, tests, strict=True):
        test = text if guard.test.level is Level.ATOM else f"({text})"
        lines += [f"if not {test}:", f"    raise ValueError({guard.message!r})"]
    return lines


def lowered(roots: Sequence[Node], symbols: Sequence[Symbol]) -> tuple[Lowering, list[Term]]:
    """The terms of some expressions as the code for NumPy computes them."""
    symbols, roots, *_ = _ready(roots, symbols, ())
    names = _claimed(Identifiers(), [*symbols, *ordered(*roots)])
    lowering = Lowering(backend_named("numpy"), names, operation_term, roots)
    return lowering, [lowering.full(root) for root in roots]


def _ready(
    roots: Sequence[Node], symbols: Sequence[Symbol], required: Sequence[Requirement]
) -> tuple[list[Symbol], tuple[Node, ...], list[Requirement]]:
    """The parameters asked for, with what equations are about, what to compute and what to check.

    Solutions of linear equations are worked out, and no loop runs over the name of a parameter.
    """
    residuals = [node.arguments[1] for node in equations(*roots)]
    symbols = [*symbols, *free_symbols(*residuals)]
    if equations(*roots, *(node for one in required for node in subjects(one.predicate))):
        roots = tuple(map(explicit, roots))
        required = [one.about(mapped(one.predicate, explicit)) for one in required]
    new = _new_names([*roots, *symbols], [one.predicate for one in required])
    if new:
        roots = tuple(under_new_names(root, new) for root in roots)
        required = [one.about(with_new_names(one.predicate, new)) for one in required]
    return symbols, tuple(roots), list(required)


def _new_names(nodes: Sequence[Node], predicates: Sequence[Predicate]) -> dict[Symbol, Symbol]:
    """New names for the variables of loops that have the name of a parameter, the same in all."""
    everything = [*nodes, *(node for one in predicates for node in subjects(one))]
    loops = [*bound_in(*everything), *(index for one in predicates for index in indices_of(one))]
    if not loops:
        return {}
    free = free_names(*nodes).union(*map(free_in, predicates))
    return fresh((one for one in loops if one.name in free), names_in(*everything))


def _claimed(identifiers: Identifiers, nodes: Iterable[Node]) -> dict[str, str]:
    """Identifiers of all symbols and dimensions, the symbols first."""
    wanted: dict[str, None] = {}
    sizes: dict[str, None] = {}
    for node in nodes:
        match node:
            case Symbol(name=name):
                wanted[name] = None
            case Apply("elementwise", (Symbol(name=name), Number(value=order), _)):
                wanted[derivative_name(name, int(order))] = None
        sizes.update(dict.fromkeys(sorted(node.shape.names)))
    return {name: identifiers.claim(name) for name in wanted | sizes}


def _return_line(expression: Roots, results: Sequence[str]) -> str:
    if isinstance(expression, Node):
        return f"return {results[0]}"
    if isinstance(expression, tuple):
        return f"return ({', '.join(results)}{',' if len(results) == 1 else ''})"
    texts = iter(results)
    return f"return {_written(map_leaves(expression, lambda _: next(texts)))}"


def _written(values: Any) -> str:
    """The results as a dict, or a dict of dicts."""
    if not isinstance(values, Mapping):
        return str(values)
    return "{" + ", ".join(f"{key!r}: {_written(part)}" for key, part in values.items()) + "}"
