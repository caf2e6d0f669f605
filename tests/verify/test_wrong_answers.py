"""Of every kind of answer, wherever variables move, a wrong value, operator or adjoint fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

import matcalc as mc
from matcalc.answers.answer import Answer
from matcalc.calculus.pull_back import pull_back_to
from matcalc.expressions.blocks import map_leaves
from matcalc.expressions.nodes import Node
from matcalc.operators.linear_map import LinearMap
from matcalc.samples.report import Report

WHERE = "A: matrix(n,n), B: matrix(m,n), M: spd(n), N: spd(m), x: vector(n), z: complex_vector(n)"
WEIGHTED = mc.Weighted(left="M")
LENGTH = "x'*A*x + sum(x.^4)"
ANSWERS = {
    "gradient": lambda: mc.gradient(LENGTH, "x", WHERE),
    "gradient on a space": lambda: mc.gradient(LENGTH, "x", WHERE, space="sphere"),
    "gradient in a product": lambda: mc.gradient(LENGTH, "x", WHERE, WEIGHTED, "sphere"),
    "gradient, complex": lambda: mc.gradient("re(z'*A*z)", "z", WHERE),
    "gradients": lambda: mc.gradient("(x'*y)^2", ["x", "y"], WHERE, inner={"x": WEIGHTED}),
    "differential": lambda: mc.differential("A*x*x'*A", "x", WHERE),
    "differential on a space": lambda: mc.differential("x*x'", "x", WHERE, space="sphere"),
    "differential in a product": lambda: mc.differential("B*(x.^3)", "x", WHERE, WEIGHTED),
    "differential, complex": lambda: mc.differential("z*z'", "z", WHERE),
    "differentials": lambda: mc.differential("x*y'", ["x", "y"], WHERE, space={"y": "sphere"}),
    "jacobian": lambda: mc.jacobian("B*(x.^2)", "x", WHERE),
    "jacobian on a space": lambda: mc.jacobian("B*(x.^2)", "x", WHERE, WEIGHTED, "sphere"),
    "hessian": lambda: mc.hessian(LENGTH, "x", WHERE),
    "hessian on a space": lambda: mc.hessian(LENGTH, "x", WHERE, WEIGHTED, "sphere"),
    "hessians": lambda: mc.hessian("(x'*y)^2", ["x", "y"], WHERE, space={"x": "sphere"}),
    "derivative": lambda: mc.nth_derivative("sum(x.^4)", "x", 3, WHERE),
    "derivative in a product": lambda: mc.nth_derivative("sum(x.^4)", "x", 3, WHERE, WEIGHTED),
    "wirtinger": lambda: mc.wirtinger("z.'*A*z + z'*z", "z", WHERE),
}


def doubled(value: Node) -> Node:
    return 2 * value


def report(answer: Answer) -> Report:
    found = answer.verify(samples=4)
    assert found.rows or found.problem
    return found


def failed(found: Report) -> set[str]:
    return {row.check.rpartition(": ")[2] for row in found.rows if not row.passed}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_right_answer_passes(name: str) -> None:
    found = report(ANSWERS[name]())
    assert found.passed, str(found)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_wrong_value_fails(name: str) -> None:
    answer = ANSWERS[name]()
    found = report(replace(answer, value=map_leaves(answer.value, doubled)))
    assert failed(found), str(found)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_wrong_operator_fails(name: str) -> None:
    answer = ANSWERS[name]()
    operator = answer.operator
    wrong = operator.made(
        operator.slots,
        {row: doubled(body) for row, body in operator.bodies.items()},
        operator.settings,
        operator.outers,
    )
    assert failed(report(replace(answer, own_operator=wrong)))


# Of a gradient the adjoint is w -> w*G with the value G; a Hessian on a space is its own adjoint.
WITH_OWN_ADJOINT = [
    n for n in ANSWERS if not n.startswith("gradient") and n != "hessian on a space"
]


@pytest.mark.parametrize("name", WITH_OWN_ADJOINT)
def test_a_wrong_adjoint_fails(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, right = ANSWERS[name](), LinearMap.pull_back
    monkeypatch.setattr(LinearMap, "pull_back", lambda self, given: doubled(right(self, given)))
    assert failed(report(answer)) == {"adjoint"}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("differential in a product", {"adjoint"}),
        ("derivative in a product", {"adjoint"}),
        ("differential on a space", {"part outside the space"}),
        ("jacobian on a space", {"adjoint"}),  # the Jacobian vanishes across the space
    ],
)
def test_an_adjoint_of_another_setting_fails(
    name: str, rows: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one in the Frobenius product, all entries free."""
    answer = ANSWERS[name]()

    def plainly(self: LinearMap, given: Node) -> Node:
        return pull_back_to(self.body, self.tangent, given)

    monkeypatch.setattr(LinearMap, "pull_back", plainly)
    assert failed(report(answer)) == rows


def test_a_gradient_that_leaves_the_space_fails() -> None:
    """x'*A*x has the derivative V -> <(A + A')*x, V> on the sphere too."""
    answer = ANSWERS["gradient on a space"]()
    normal = mc.parse("(A + A')*x + 4*x.^3", WHERE)
    assert failed(report(replace(answer, value=normal))) == {"part outside the space"}


@pytest.mark.parametrize(
    "answer",
    [
        lambda: mc.differential("W*x + c", "c", "W: matrix(p,n), x: vector(n), c: vector(p)"),
        lambda: mc.hessian("norm2(W*x + c)^2", ["c", "x"], "W: matrix(p,n), x: vector(n)"),
        lambda: mc.differential("x'*x", "x", space="sphere"),
        lambda: mc.differential("X'*X", "X", "X: matrix(n,p)", space="stiefel"),
        lambda: mc.hessian("tr(X*X')", "X", space="orthogonal"),
        lambda: mc.gradient("row_proj(A)[n,n]", "A", "A: matrix(m,n)"),
    ],
)
def test_right_answers_beside_a_variable_w_and_zeros_of_round_off_pass(
    answer: Callable[[], mc.Answer],
) -> None:
    for seed in range(4):
        report = answer().verify(samples=6, seed=seed)
        assert report.passed, str(report)
