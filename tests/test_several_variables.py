"""The total differential and block Hessians, in numbers against finite differences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.function import evaluate as compiled_value
from matcalc.expressions.errors import ShapeError, UnknownName
from matcalc.expressions.nodes import Node, dimension_names, symbols_of
from tests.oracle import evaluate

SIZES = {"m": 4, "n": 3, "p": 2, "k": 2}
STEP = 1e-5


def arrays(*nodes: Node) -> dict[str, Any]:
    """Random arrays for every variable; symmetric where it is declared so."""
    random = np.random.default_rng(11)
    found: dict[str, Any] = {}
    for variable in symbols_of(*nodes):
        shape = [d.evaluate(SIZES) for d in (variable.shape.rows, variable.shape.columns)]
        value = random.normal(size=shape)
        if "symmetric" in variable.structure:
            value = value + value.T + 6 * np.eye(len(value))
        axes = [d.integer != 1 for d in (variable.shape.rows, variable.shape.columns)]
        found[variable.name] = value if all(axes) else value[:, 0] if axes[0] else value[0, 0]
    return found


def flat(value: Any) -> Any:
    return np.asarray(value, dtype=float).reshape(-1, order="F")


def moved(values: dict[str, Any], name: str, place: int, step: float) -> dict[str, Any]:
    """The values with one entry of one variable, in vec order, moved."""
    stacked = flat(values[name]).copy()
    stacked[place] += step
    return {**values, name: stacked.reshape(np.shape(values[name]), order="F")}


def anywhere(node: Node, values: dict[str, Any]) -> Any:
    """The value, also where the arrays are not of the declared kinds."""
    known = {variable.name for variable in symbols_of(node)} | set(dimension_names(node))
    given = {name: value for name, value in {**SIZES, **values}.items() if name in known}
    return compiled_value(node, (), **given)


def differences(gradient: Node, values: dict[str, Any], name: str) -> Any:
    """The Jacobian of a gradient by central differences."""
    columns = []
    for place in range(flat(values[name]).size):
        up, down = (
            flat(anywhere(gradient, moved(values, name, place, step))) for step in (STEP, -STEP)
        )
        columns.append((up - down) / (2 * STEP))
    return np.stack(columns, axis=1)


def symmetric_directions(order: int) -> Any:
    """The symmetric part of every unit matrix, as columns in vec order."""
    units = np.eye(order**2).reshape(-1, order, order)
    return np.stack([flat(unit + unit.T) for unit in units], axis=1)


@pytest.mark.parametrize(
    ("f", "names", "where"),
    [
        ("x'*A*y + (x'*x)^2", ["x", "y"], "A: matrix(m,n)"),
        ("norm2(A - U*V')^2", ["U", "V"], "A: matrix(m,n), U: matrix(m,k), V: matrix(n,k)"),
        ("sum(exp(A*x + b*t))", ["x", "b", "t"], "A: matrix(m,n), b: vector(m), t: scalar"),
        ("tr(X*S*X') + logdet(S)", ["X", "S"], "X: matrix(m,n), S: spd(n)"),
    ],
)
def test_a_block_hessian(f: str, names: list[str], where: str) -> None:
    hessian = mc.hessian(f, names, where=where)
    values = arrays(mc.parse(f, where))
    assert hessian.is_self_adjoint
    blocks = {x: {y: block for y, block in row.items()} for x, row in hessian.value.items()}
    assert list(blocks) == names
    rows = []
    for x in names:
        row = []
        for y in names:
            block = np.asarray(evaluate(blocks[x][y], **values, **SIZES))
            expected = differences(hessian.gradient[x], values, y)
            shaped = block.reshape(expected.shape, order="F")
            # the printed gradient knows S = S', so only symmetric directions can be compared
            basis = symmetric_directions(SIZES["n"]) if y == "S" else np.eye(len(expected.T))
            assert np.allclose(shaped @ basis, expected @ basis, rtol=1e-5, atol=1e-6), (x, y)
            row.append(shaped)
        rows.append(np.hstack(row))
    whole = evaluate(hessian.matrix, **values, **SIZES)
    assert np.allclose(whole, np.vstack(rows))
    compiled = hessian.compile()(**values)
    assert {x: list(row) for x, row in compiled.items()} == {x: names for x in names}
    corner = rows[0][:, -np.size(values[names[-1]]) :]
    assert np.allclose(flat(compiled[names[0]][names[-1]]), flat(corner))


def test_newtons_step_in_several_variables() -> None:
    f = "norm2(A*x - b + t*c)^2 + sum(exp(t*Y)) + t^2 + norm2(x)^2 + norm2(Y)^2"
    hessian = mc.hessian(f, ["x", "t", "Y"], where="A: matrix(m,n), Y: matrix(p,n), t: scalar")
    values = arrays(mc.parse(f, "A: matrix(m,n), Y: matrix(p,n), t: scalar"))
    steps = {n: evaluate(s, **values) for n, s in hessian.newton_step().items()}
    assert {n: np.shape(step) for n, step in steps.items()} == {"x": (3,), "t": (), "Y": (2, 3)}
    stacked = np.concatenate([flat(step) for step in steps.values()])
    slopes = [flat(evaluate(g, **values)) for g in hessian.gradient.values()]
    assert np.allclose(evaluate(hessian.matrix, **values) @ stacked, -np.concatenate(slopes))


def test_every_block_is_verified() -> None:
    hessian = mc.hessian("norm2(A - U*V')^2", ["U", "V"])
    report = hessian.verify(samples=4, seed=1)
    assert report.passed
    assert {row.check.partition(":")[0] for row in report.rows} == {"U, U", "U, V", "V, U", "V, V"}
    row = hessian.value["V"]
    doubled = mc.Blocks({"U": hessian.value["U"], "V": {name: 2 * row[name] for name in row}})
    wrong = replace(hessian, value=doubled).verify(4, 1)
    assert not wrong.passed
    failed = {row.check.partition(":")[0] for row in wrong.rows if not row.passed}
    assert failed == {"V, U", "V, V"}


def test_blocks_of_structured_variables_are_verified_in_all_directions() -> None:
    where = "S: spd(n), x: vector(n), m: vector(n)"
    hessian = mc.hessian("logdet(S) + (x - m)'*inv(S)*(x - m)", ["m", "S"], where=where)
    assert hessian.verify(samples=4, seed=1).passed


def test_blocks_as_a_reader_writes_them() -> None:
    hessian = mc.hessian("x'*A*y", ["x", "y"], where="A: matrix(m,n)")
    assert str(hessian.value["x"]["y"]) == "A"
    assert str(hessian.value["y"]["x"]) == "A'"
    assert hessian.value["x"]["x"].shape.rows == hessian.value["x"]["x"].shape.columns
    assert "y, x: A'" in str(hessian)


def test_both_variables_with_a_structure_are_free() -> None:
    hessian = mc.hessian("tr(X*Y)", ["X", "Y"], where="X: symmetric(n), Y: symmetric(n)")
    assert str(hessian.value["X"]["Y"]) == "commutation(n, n)"


def test_the_total_differential() -> None:
    where = "A: matrix(m,n), X: matrix(n,p)"
    total = mc.differential("A*X", ["A", "X"], where=where)
    assert str(total) in ("A*dX + dA*X", "dA*X + A*dX")
    values = arrays(*total.operator.tangents.values(), mc.parse("A*X", where))
    found = evaluate(total.body, **values)
    assert np.allclose(found, values["dA"] @ values["X"] + values["A"] @ values["dX"])
    stacked = np.concatenate([flat(values["dA"]), flat(values["dX"])])
    assert np.allclose(evaluate(total.matrix, **values) @ stacked, flat(found))
    assert str(total(X="V")) == "A*V"
    assert {name: str(part) for name, part in total.adjoint("W").items()} == {
        "A": "W*X'",
        "X": "A'*W",
    }


def test_what_a_total_differential_refuses() -> None:
    total = mc.differential("A*x", ["A", "x"])
    with pytest.raises(UnknownName):
        total(Y="V")
    with pytest.raises(ShapeError):
        total()
    with pytest.raises(ShapeError):
        mc.hessian("A*x", ["A", "x"])
