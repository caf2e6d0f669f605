"""Whether `simplify` and the form of an answer are forms: `python -m tests.fuzz.simplification`.

They are idempotent, the same whatever the presentation and the order in which identities are used,
and of the same value; what stops them before the end is told. Problems are the same for a seed.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import matcalc as mc
from matcalc.expressions.binders import free_symbols
from matcalc.expressions.nodes import Node, Symbol
from matcalc.questions.question import pose
from matcalc.questions.reading import problem_of
from matcalc.rulebook.laws import Rewritten
from matcalc.simplify.forms import size
from matcalc.simplify.naming import opened
from matcalc.simplify.rewriting import simplify
from tests.fuzz.__main__ import problem
from tests.fuzz.checks import POINTS, Found, Problem, forms_keep_the_value, interpret
from tests.fuzz.clock import Overdue, limited
from tests.fuzz.grammar import Writer
from tests.fuzz.identities import WriterByIdentities
from tests.fuzz.presentations import Renaming, otherwise
from tests.fuzz.schedules import SCHEDULES, parting
from tests.fuzz.shrink import shrunk
from tests.fuzz.variables import FIXED

_DERIVED = 0.5  # the share of scalars of which the gradient is looked at
Check = Callable[["Subject"], str]


class Subject:
    """What is simplified: a formula, or its gradient before it is given a form."""

    def __init__(self, asked: Problem) -> None:
        self.asked = asked
        self.read = problem_of(asked.text, asked.where)
        self.question = pose(self.read, self._moving())
        self.node = self._gradient() or self.read.expression

    def _moving(self) -> list[Symbol]:
        """A variable; none where the formula itself is looked at."""
        kinds = {one.name: one.kind for one in self.asked.used}
        free = [s for s in free_symbols(self.read.expression) if kinds.get(s.name) not in FIXED]
        random = self.asked.random(7)
        if not free or not self.read.expression.shape.is_scalar or random.random() > _DERIVED:
            return []
        return [free[int(random.integers(len(free)))]]

    def _gradient(self) -> Node | None:
        if not self.question.moving:
            return None
        try:
            found = self.question.covectors(self.question.moved)
        except mc.MatcalcError:
            return None
        return self.question.restored(found[self.question.alone.name])

    @cached_property
    def points(self) -> list[dict[str, Any]]:
        """Those at which it has a value: of what has none, 1/0, nothing is said."""
        points = map(self.asked.values, range(POINTS))
        return [point for point in points if self._has_value(point)]

    def _has_value(self, values: Mapping[str, Any]) -> bool:
        try:
            interpret(self.node, values, self.asked.sizes)
        except (ValueError, KeyError):  # none there, or an index outside of its sum
            return False
        return True

    @cached_property
    def simple(self) -> Node:
        return simplify(self.node)


# ---------------------------------------------------------------- the properties


def idempotent(subject: Subject) -> str:
    again = simplify(subject.simple)
    return "" if again is subject.simple else f"{subject.simple} becomes {again}"


def formed_again(subject: Subject) -> str:
    once = subject.question.formed(subject.node)
    again = subject.question.formed(once)
    return "" if again is once else f"{once} becomes {again}"


def shaped_again(subject: Subject) -> str:
    once = subject.question.shaped(subject.node)
    again = subject.question.shaped(once)
    return "" if again is once else f"{once} becomes {again}"


def renamed(subject: Subject) -> str:
    plain = opened(subject.node)
    renaming = Renaming(plain, subject.asked.random(5))
    other, expected = renaming(plain), simplify(plain)
    found = renaming.back(simplify(other))
    return "" if found is expected else f"{expected}, and of {other}: {simplify(other)}"


def renamed_and_formed(subject: Subject) -> str:
    """Of the same length: of two alike, the names choose."""
    plain = opened(subject.node)
    renaming = Renaming(plain, subject.asked.random(5))
    other, expected = renaming(plain), _formed(subject, plain)
    found = _formed(subject, other)
    return "" if size(found) == size(expected) else f"{expected}, and of {other}: {found}"


def _formed(subject: Subject, node: Node) -> Node:
    return pose(replace(subject.read, expression=node, definitions={}), []).formed(node)


def written_otherwise(subject: Subject) -> str:
    asked = subject.asked
    other = replace(asked, tree=otherwise(asked.tree, asked.random(6)))
    expected = simplify(opened(subject.read.expression))
    found = simplify(opened(mc.parse(other.text, asked.where)))
    return "" if found is expected else f"{expected}, typed as {other.text}: {found}"


def scheduled(subject: Subject) -> str:
    for name, schedule in SCHEDULES.items():
        found = schedule(subject.node, subject.asked.random(8))
        if found is not subject.simple:
            detail = parting(subject.node)
            return f"{subject.node}: {subject.simple}, {name}: {found}\n  {detail}"
    return ""


def sound(subject: Subject) -> str:
    changes = simplify, subject.question.formed
    try:
        for values in subject.points:
            forms_keep_the_value(subject.asked, subject.node, values, changes)
    except Found as found:
        return str(found)
    return ""


CHECKS: Mapping[str, Check] = {
    "idempotent": idempotent,
    "formed again": formed_again,
    "shaped again": shaped_again,
    "renamed": renamed,
    "renamed and formed": renamed_and_formed,
    "written otherwise": written_otherwise,
    "scheduled": scheduled,
    "sound": sound,
}


# ---------------------------------------------------------------- the run


def failures(asked: Problem, names: Iterable[str] = CHECKS) -> dict[str, str]:
    """What does not hold of a problem, by its name; nothing where the problem is refused."""
    found: dict[str, str] = {}
    try:
        with limited():
            subject = Subject(asked)
            for name in names if subject.points else ():
                if detail := CHECKS[name](subject):
                    found[name] = detail
    except mc.MatcalcError:
        pass
    except Overdue:
        found["overdue"] = ""
    return found


def drawn(seed: int, number: int) -> Problem:
    """One in two with left sides of identities in it."""
    return problem(seed, number, (Writer, WriterByIdentities)[number % 2])


def identities_used(node: Node) -> str:
    names: dict[str, None] = {}

    def told(_: Node, __: Node, by: Mapping[Node, Rewritten]) -> None:
        names.update(dict.fromkeys(getattr(one.by, "name", "") for one in by.values()))

    simplify(node, told)
    return ", ".join(names)


def report(asked: Problem, name: str) -> None:
    small = shrunk(asked, lambda one: name in failures(one, [name]))
    print(f"\nFOUND {name}: --seed {asked.seed[0]} --problem {asked.seed[1]}")
    print(f"  {small.text}\n  where {small.where}")
    print("  " + failures(small, [name]).get(name, "")[:1500])
    print(f"  identities: {identities_used(Subject(small).node)}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.simplification")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--problems", type=int, default=10**9, help="at most so many")
    parser.add_argument("--problem", type=int, help="this one only")
    parser.add_argument("--only", help="this property only")
    parser.add_argument("--quiet", action="store_true", help="count only")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    names = [options.only] if options.only else list(CHECKS)
    counts: Counter[str] = Counter()
    ends, number = time.monotonic() + options.seconds, options.problem or 0
    last = number if options.problem is not None else options.problems - 1
    while number <= last and time.monotonic() < ends:
        asked = drawn(options.seed, number)
        found = failures(asked, names)
        counts.update(found.keys())
        for name in [] if options.quiet else found:
            report(asked, name)
        number += 1
    print(f"\nseed {options.seed}: {number} problems; {dict(counts)}")
    return int(bool(counts))


if __name__ == "__main__":
    sys.exit(main())
