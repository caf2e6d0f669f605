"""What is written for SymPy, read again, and its value there.

    python -m tests.sympy_round_trip CASES     the cases of the `.jsonl` files in CASES

Of every expression of the cases: whether SymPy has it; of those, whether it is read again as the
same expression, as it stands or when both are simplified by the rule book; and whether SymPy's
explicit value at small sizes and random rational entries is that of the test interpreter.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import sympy

import matcalc as mc
from matcalc.expressions.binders import variables_of
from matcalc.expressions.nodes import Node, Symbol, dimension_names
from matcalc.interchange.to_sympy import explicit
from matcalc.language.kinds import kind_text
from matcalc.simplify.rewriting import simplify, written
from tests.case_files import declarations, read_cases
from tests.interpreter import interpret
from tests.meanings.values import NoValue
from tests.records import Slow, at_most

FAULTS = NotImplementedError, AttributeError, TypeError, ValueError  # of SymPy's own
SECONDS = 5  # for one case
SAME, SIMPLIFIED, PROVED = "the same", "the same when simplified", "proved equal"


def come_back(node: Node, value: Any) -> str:
    """How the value of SymPy's is read, or the complaint."""
    where = {s.name: _kind(s) for s in variables_of(node) if "callable" not in s.structure}
    try:
        found = mc.from_sympy(value, where)
    except mc.MatcalcError as problem:
        return str(problem).splitlines()[0]
    if found is node:
        return SAME
    if written(simplify(found)) is written(simplify(node)):
        return SIMPLIFIED
    return PROVED if mc.equivalent(found, node).status == "proved" else f"as {found}"


def _kind(one: Symbol) -> str:
    return "index(9)" if "index" in one.structure else kind_text(one.shape, one.structure)


def point(node: Node, sizes: Mapping[str, int], chance: random.Random) -> dict[str, Any]:
    """Rational entries of the variables, of their kinds where that is easy."""
    values: dict[str, Any] = {}
    for one in variables_of(node):
        shape = one.shape.rows.evaluate(sizes), one.shape.columns.evaluate(sizes)
        entries = sympy.ImmutableMatrix(
            *shape, lambda *_: sympy.Rational(chance.randint(1, 19), 10)
        )
        values[one.name] = _of_its_kind(one.structure, entries)
    return values


def _tenths(chance: random.Random) -> Any:
    return sympy.Rational(chance.randint(1, 19), 10)


def _of_its_kind(words: frozenset[str], entries: Any) -> Any:
    if "integer" in words:
        return sympy.ImmutableMatrix([[2]])
    if "spd" in words:
        return entries * entries.T + sympy.eye(entries.rows)
    if "skew" in words:
        return entries - entries.T
    return entries + entries.T if words & {"symmetric", "hermitian"} else entries


def agrees(node: Node, value: Any, sizes: Mapping[str, int], chance: random.Random) -> str:
    """Nothing if SymPy's explicit value is that of the interpreter, else what differs."""
    values = point(node, sizes, chance)
    sizes = {name: sizes[name] for name in dimension_names(node)}
    arrays = {name: np.array(v.tolist(), float) for name, v in values.items()}
    try:
        expected = np.asarray(interpret(node, arrays, sizes))
    except (NoValue, KeyError):
        return "no value"
    found = np.array(sympy.Matrix([_at(value, sizes, values)]).evalf().tolist(), complex)
    close = np.allclose(found.reshape(expected.shape), expected, rtol=1e-8)
    return "" if close else f"{found} against {expected}"


class Given(sympy.MatrixSymbol):  # type: ignore[misc]  # SymPy has no types
    """A matrix whose entries are known once they are asked for."""

    entries: Mapping[str, Any]

    def as_explicit(self) -> Any:
        return self.entries[self.name]


def _at(value: Any, sizes: Mapping[str, int], values: Mapping[str, Any]) -> Any:
    free = {one.name: one for one in value.atoms(sympy.Symbol)}
    value = value.subs({free[name]: size for name, size in sizes.items() if name in free})
    Given.entries = values
    places = {
        one: Given(one.name, *one.shape) if one.is_Matrix else values[one.name][0, 0]
        for one in value.atoms(sympy.Symbol, sympy.MatrixSymbol)
        if one.name in values and not isinstance(one, sympy.Dummy)
    }
    return explicit(value.xreplace(places))


def expressions(path: Path) -> Iterator[tuple[str, Node, Mapping[str, int]]]:
    """The expressions of the cases in a file, by id, with the sizes of their samples."""
    for case, arrays in read_cases(path):
        try:
            yield case["id"], mc.parse(case["expr"], declarations(case, arrays)), case["dims"]
        except mc.MatcalcError:
            continue


def main(directory: Path) -> None:
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for path in sorted(directory.glob("*.jsonl")):
        for name, node, sizes in expressions(path):
            counts["expressions"] += 1
            try:
                value = node.to_sympy()
            except mc.NoRule as problem:
                refused[problem.message.split("`")[1]] += 1
                continue
            counts["convert"] += 1
            back = come_back(node, value)
            is_equal = back in (SAME, SIMPLIFIED, PROVED)
            counts[f"come back {back if is_equal else 'otherwise'}"] += 1
            if not is_equal:
                print(f"{name:32} {node}\n       {value}\n       {back}")
            try:
                with at_most(SECONDS):
                    wrong = agrees(node, value, sizes, random.Random(name))
            except (
                Slow,
                NotImplementedError,
                AttributeError,
                TypeError,
                ValueError,
            ) as problem:  # of SymPy's own
                wrong = "no value in SymPy" if isinstance(problem, Slow) else f"{problem!r:.90}"
            word = wrong if wrong.startswith("no value") else "differ" if wrong else "agree"
            counts[f"values: {word}"] += 1
            if word != "agree":
                print(f"{name:32} {node}\n       VALUE {wrong}")
    for word, count in counts.items():
        print(f"{word:24} {count}")
    print("refused:", ", ".join(f"{word} {count}" for word, count in refused.most_common()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
