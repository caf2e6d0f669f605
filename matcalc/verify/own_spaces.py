"""Inner products and spaces of a person at random points, as `matcalc rules --verify` says.

A projection that is not the orthogonal one on the kernel of the tangent maps, or a Riesz map that
does not represent, would give wrong gradients everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Symbol
from matcalc.geometry.judged import Sampled, Samples, judge
from matcalc.geometry.representer import Representer
from matcalc.geometry.setting import setting
from matcalc.language.assumed import Fact, Sort
from matcalc.language.understanding import Problem
from matcalc.rulebook.records import SpaceEntry
from matcalc.rulebook.spaces import further, shape_of_directions
from matcalc.spaces.inner_products import OfTheBook
from matcalc.spaces.metrics import Metric
from matcalc.spaces.spaces import Space
from matcalc.spaces.tangent_spaces import TangentSpace
from matcalc.verify.own_entries import Verdict

Check = Callable[[Metric, Sampled], bool]
_POINTS = 3
_EQUAL = 1e-8


def space_verdicts(entry: SpaceEntry) -> Iterator[Verdict]:
    """The projection and the Riesz map of an entry, judged."""
    checks: dict[str, Check] = {"projection": _projects, "riesz": _represents}
    for word, holds in checks.items():
        for clause in entry.texts(word)[:1]:
            try:
                metric, space, variable = _at_a_variable(entry)
                samples = Samples(metric, space, variable)
                judge(samples, entry.name)
                found = [holds(metric, sampled) for sampled in samples.points(_POINTS)]
                yield Verdict(clause.location, word, all(found) if found else None)
            except MatcalcError as error:
                yield Verdict(clause.location, word, None, error.message)


def _at_a_variable(entry: SpaceEntry) -> tuple[Metric, TangentSpace, Symbol]:
    """The entry at a variable of its own kind, its further matrices under their own names."""
    others = further(entry)
    own = entry.parameters[0].structure if len(others) < len(entry.parameters) else frozenset()
    variable = Symbol("X__", shape_of_directions(entry), own)
    problem = Problem("", variable, {"X__": variable}, (Fact(variable, Sort.KIND),), {})
    given = tuple((p.name, "1" if "integer" in p.structure else p.name) for p in others)
    if entry.kind == "space":
        found = setting(problem, variable, space=Space(entry.name, (), given))
    else:
        found = setting(problem, variable, OfTheBook(entry.name, given))
    return found.metric, found.space, variable


def _projects(_: Metric, sampled: Sampled) -> bool:
    """Whether the projection is the orthogonal one on the space."""
    space, basis = sampled.samples.space, sampled.basis
    assert space.projection is not None
    matrix = sampled.columns(space.projection, space.cotangent)
    return bool(np.allclose(matrix, basis @ basis.T, atol=_EQUAL))


def _represents(metric: Metric, sampled: Sampled) -> bool:
    """Whether <riesz(G), V> = tr(G'*V) for V in the space."""
    space = sampled.samples.space
    value = metric.riesz(space.onto_structure(space.cotangent))
    assert value is not None
    return sampled.represents(Representer(value, "", ""))
