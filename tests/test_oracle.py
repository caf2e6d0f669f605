"""What watches the tests sees wrong code, false proofs and numbers where there are none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.function import CompiledFunction
from matcalc.expressions.constructors import zero
from matcalc.proofs import normal_forms
from tests.oracle import by_meaning, evaluate, sizes_from

A = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
WHERE = "A: matrix(m,n), x: vector(n)"


def wrong(f: str, where: str, computed: Any) -> CompiledFunction:
    """The gradient by x, in code that computes something else."""
    found = mc.gradient(f, "x", where).compile()
    object.__setattr__(found, "_function", lambda *_, **__: computed)  # it is run from its text
    return found


def test_wrong_code_is_seen_wherever_it_is_called() -> None:
    right = 2 * A.T @ A @ np.ones(3)
    assert np.allclose(wrong("norm2(A*x)^2", WHERE, right)(A=A, x=np.ones(3)), right)
    for computed in (1.001 * right, right[:2], np.nan * right):
        with pytest.raises(AssertionError, match=r"its meaning is|shape"):
            wrong("norm2(A*x)^2", WHERE, computed)(A=A, x=np.ones(3))


def test_a_number_where_there_is_none_is_seen() -> None:
    with pytest.raises(AssertionError, match="has no value"):
        wrong("log(x)", "x: scalar", 1.0)(x=0.0)


def test_later_calls_of_a_function_are_compared_too() -> None:
    f = wrong("x^2", "x: scalar", 2.0)
    with pytest.raises(AssertionError):
        for step in range(60):
            f(x=1.0 if step < 3 else 1.5)


def test_a_false_proof_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normal_forms, "difference", lambda right, _: zero(right.shape))
    assert mc.equivalent("tr(A*B)", "tr(B*A)").status == "proved"
    with pytest.raises(AssertionError, match="is said to be"):
        mc.equivalent("A*B", "B*A", "A: square(n), B: square(n)")


def test_by_meaning_no_code_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def called(*_: Any, **__: Any) -> None:
        raise AssertionError("emitted code is called")

    monkeypatch.setattr(CompiledFunction, "__call__", called)
    right = mc.gradient("norm2(A*x)^2", "x", WHERE)
    with by_meaning():
        assert right.verify(samples=4).passed
        assert not replace(right, value=right.value * 2).verify(samples=4).passed
        assert mc.check("norm2(A*x)^2", "x", "A'*A*x").status == "refuted"
    with pytest.raises(AssertionError, match="emitted code is called"):
        right.verify(samples=4)


def test_sizes_are_read_off_rows_columns_and_products() -> None:
    f = mc.parse("r*v + s*w", "r: matrix(1,n), v: vector(n), s: matrix(1,m*n), w: vector(m*n)")
    values = {"r": np.ones((1, 3)), "v": np.ones(3), "s": np.ones(6), "w": np.ones((6, 1))}
    assert sizes_from(values, f) == {"m": 2, "n": 3}
    assert evaluate(f, **values) == 9.0
