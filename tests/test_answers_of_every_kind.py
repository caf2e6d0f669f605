"""Whatever is asked of an answer is answered or refused, of one variable and of several."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

import matcalc as mc

WHERE = "A: square(n), B: square(n), X: square(n), Y: square(n)"
COMPLEX = "A: complex_matrix(m,n), Z: complex_matrix(n,m), W: complex_matrix(m,n)"
F = "tr(A*X*B*X) + tr(A*X*B*Y) + tr(Y*Y)"
ANSWERS: dict[str, Callable[[bool], mc.Answer]] = {
    "gradient": lambda several: mc.gradient(F, _wrt(several), WHERE),
    "differential": lambda several: mc.differential(F, _wrt(several), WHERE),
    "jacobian": lambda several: mc.jacobian("A*X*Y", _wrt(several), WHERE),
    "hessian": lambda several: mc.hessian(F, _wrt(several), WHERE),
    "on a space": lambda several: mc.hessian(F, _wrt(several), WHERE, space="symmetric"),
    "third": lambda several: mc.nth_derivative("tr(A*X*B*X*Y)", _wrt(several), 3, WHERE),
    "wirtinger": lambda several: mc.wirtinger(
        "tr(A*Z)*tr(W*Z)", ["Z", "W"] if several else "Z", COMPLEX
    ),
}
BOTH = pytest.mark.parametrize("several", [False, True])
GIVEN: dict[str, list[tuple[Any, ...]]] = {
    "apply": [("V",), ({"X": "V"},), ()],
    "solve": [("R",), ({"X": "R", "Y": "T"},), ({"X": "R"},)],
    "form": [("U", "V"), ({"X": "U"}, {"X": "V"}), ({"q": "U"}, {"q": "V"})],
    "verify": [(2,)],
    "of_settings": [(lambda setting: setting.inner,)],
}
WRITTEN: list[Callable[[mc.Answer], Any]] = [
    lambda answer: answer("V"),
    lambda answer: answer(X="V"),
    lambda answer: answer(q="V"),
    lambda answer: answer["X"],
    lambda answer: answer["q"],
    lambda answer: answer @ answer,
    lambda answer: answer + answer,
    lambda answer: 2 * answer,
    str,
    repr,
]


def _wrt(several: bool) -> Any:
    return ["X", "Y"] if several else "X"


def questions(answer: mc.Answer) -> Iterator[Callable[[], Any]]:
    """Every public name of an answer, methods called in each of the ways that occur."""
    for name in dir(mc.Answer):
        if name.startswith("_"):
            continue
        method = inspect.getattr_static(mc.Answer, name)
        if not inspect.isfunction(method):
            yield partial(getattr, answer, name)
            continue
        for given in GIVEN.get(name, [()]):
            yield partial(method, answer, *given)
    for write in WRITTEN:
        yield partial(write, answer)


@BOTH
@pytest.mark.parametrize("kind", ANSWERS)
def test_every_name_answers_or_refuses(kind: str, several: bool) -> None:
    answered = 0
    for ask in questions(ANSWERS[kind](several)):
        try:
            ask()
        except mc.MatcalcError as refusal:
            assert refusal.message
        else:
            answered += 1
    assert answered >= 20


def test_the_variable_of_several_is_refused() -> None:
    with pytest.raises(mc.MatcalcError, match="one variable, and here move X, Y"):
        _ = mc.hessian(F, ["X", "Y"], WHERE).variable
    assert str(mc.gradient(F, ["X"], WHERE).variable) == "X"


def test_the_product_of_the_values_is_that_of_each() -> None:
    hessian = mc.hessian(F, ["X", "Y"], WHERE, inner={"X": mc.Weighted("A'*A + eye(n)", "eye(n)")})
    assert hessian.inner_out.startswith("X: ") and hessian.inner_out.endswith("Y: Frobenius")
    assert mc.hessian(F, ["X", "Y"], WHERE).inner_out == "Frobenius"


def test_the_directions_of_several() -> None:
    found = mc.gradient(F, ["X", "Y"], WHERE).tangent
    assert {name: str(one) for name, one in found.items()} == {"X": "dX", "Y": "dY"}


def test_a_system_is_solved_for_right_sides_as_text() -> None:
    where = "A: spd(n), B: spd(n), x: vector(n), y: vector(n)"
    hessian = mc.hessian("x'*A*x + y'*B*y + x'*y/2", ["x", "y"], where)
    found = hessian.solve({"x": "r", "y": "s"})
    A, B = np.diag([2.0, 3.0]), np.array([[4.0, 1.0], [1.0, 5.0]])
    r, s = np.array([1.0, -2.0]), np.array([0.5, 3.0])
    whole = np.block([[2 * A, np.eye(2) / 2], [np.eye(2) / 2, 2 * B]])
    expected = np.linalg.solve(whole, np.concatenate([r, s]))
    known = {"A": A, "B": B, "r": r, "s": s}
    parts = [mc.evaluate(found[name], **known) for name in ("x", "y")]
    assert np.allclose(np.concatenate(parts), expected)
