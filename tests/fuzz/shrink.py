"""A find made smaller: parts replaced by parts of theirs or by variables, while it stays one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.fuzz.checks import Problem
from tests.fuzz.trees import Tree, leaf, replaced

_TRIES = 400


def shrunk(problem: Problem, is_same: Callable[[Problem], bool]) -> Problem:
    """The smallest that greedy replacement finds; `is_same` says whether a problem still fails."""
    tries = 0
    progress = True
    while progress:
        progress = False
        for smaller in _smaller(problem):
            tries += 1
            if tries > _TRIES:
                return problem
            if is_same(smaller):
                problem, progress = smaller, True
                break
    return problem


def _smaller(problem: Problem) -> Iterator[Problem]:
    root = problem.tree
    for part in sorted(root, key=lambda one: -one.count):
        for other in _replacements(problem, part):
            yield replace(problem, tree=replaced(root, part, other))


def _replacements(problem: Problem, part: Tree) -> Iterator[Tree]:
    """Other formulas of the same shape with fewer parts; no index outside what binds it."""
    if part.count == 1 and not part.form.text.startswith(("ones", "zeros", "eye")):
        return
    inside = sorted((one for one in part if one is not part), key=lambda one: one.count)
    yield from (one for one in inside if one.shape == part.shape and part.binds is None)
    if part.binds is not None and part.parts[0].shape == part.shape:
        yield part.parts[0]
    for one in problem.variables:
        if one.shape == part.shape and one.kind in ("scalar", "vector", "matrix", "square"):
            yield leaf(one.name, one.shape)
