"""The table of docs/from-sympy.md: what is derived there, and what SymPy makes of it."""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

import matcalc as mc
from matcalc.expressions.nodes import Node
from matcalc.interchange.to_sympy import explicit

PAGE = Path(__file__).resolve().parents[2] / "docs/from-sympy.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| `(\w)` \| `(.+?)` \| `(.+?)` \|$", TEXT, re.MULTILINE)
SIZES = {"n": 2, "m": 3, "k": 2}
FAR = 1e-9


def _names() -> dict[str, Any]:
    """What the page says that the names in its table are."""
    found = re.search(r"^```text\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    assert found is not None
    names = dict(vars(sympy))
    exec(found[1], names)  # the page's own lines
    return names


NAMES = _names()


def at_sizes(value: Any) -> Any:
    return value.subs({NAMES[name]: size for name, size in SIZES.items()})


def entries(one: Any) -> Any:
    """The entries of a variable, at the sizes of the test."""
    return at_sizes(one).as_explicit() if one.is_Matrix else sympy.Matrix([[one]])


def by_entries(f: Any, variable: Any, point: Mapping[Any, Any]) -> Any:
    """The derivative that SymPy finds for explicit matrices, entry by entry, which are real."""
    real = {one: sympy.Dummy(real=True) for one in point}
    written = explicit(at_sizes(f))
    values = (written if written.is_Matrix else sympy.Matrix([[written]])).xreplace(real)
    by = entries(variable)
    there = {real[one]: value for one, value in point.items()}
    slopes = [[v.diff(real[e]).subs(there).evalf() for v in values] for e in by]
    found = np.array(slopes, float)
    return found.reshape(by.shape) if len(values) == 1 else found


def test_there_are_thirty_rows_and_more() -> None:
    assert len(ROWS) == TEXT.count("\n| `") >= 30


@pytest.mark.parametrize(("f", "variable", "_", "answer"), ROWS)
def test_a_row_is_derived_as_the_page_says(f: str, variable: str, _: str, answer: str) -> None:
    value, by = eval(f, NAMES), NAMES[variable]
    found = mc.from_sympy(sympy.Derivative(value, by))
    assert str(found) == answer.replace(r"\|", "|")
    if not value.has(NAMES["g"]) and "(g)" not in f:  # an unknown function has no values
        assert_same_values(found, value, by, random.Random(f))


def assert_same_values(found: Node, value: Any, by: Any, chance: random.Random) -> None:
    names = {one.name: one for one in value.atoms(sympy.MatrixSymbol, sympy.Symbol)}
    free = {name: entries(one) for name, one in names.items() if name in "ABXYUVxybs"}
    tenths = {e: sympy.Rational(chance.randint(5, 30), 10) for one in free.values() for e in one}
    numbers = {
        name: np.squeeze(np.array(one.subs(tenths).tolist(), float)) for name, one in free.items()
    }
    known = mc.evaluate(found, **numbers, **SIZES)
    expected = by_entries(value, by, tenths)
    if by.is_Symbol:
        expected = expected.reshape(np.shape(known))
    np.testing.assert_allclose(np.squeeze(known), np.squeeze(expected), rtol=FAR, atol=FAR)


@pytest.mark.skipif(sympy.__version__ != "1.14.0", reason="measured with SymPy 1.14.0")
@pytest.mark.parametrize(("f", "variable", "stated", "_"), ROWS)
def test_sympy_does_what_the_page_says(f: str, variable: str, stated: str, _: str) -> None:
    value, by = eval(f, NAMES), NAMES[variable]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = value.diff(by)
        except (AttributeError, TypeError, RecursionError, NotImplementedError) as problem:
            assert type(problem).__name__ == stated
            return
    if stated == "0":
        assert found == 0 or isinstance(found, sympy.ZeroMatrix)
    else:
        assert stated in (type(found).__name__, str(found))
