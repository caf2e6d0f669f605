"""Maps over the complex numbers against the real matrices that they are, in numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from tests.oracle import evaluate

N = 3
KINDS = "A: complex_matrix(n,n), B: complex_matrix(n,n), Z: complex_matrix(n,n)"


def entries(seed: int) -> Any:
    random = np.random.default_rng(seed)
    return random.normal(size=(N, N)) + 1j * random.normal(size=(N, N))


VALUES = {"A": entries(1), "B": entries(2), "Z": entries(3)}


def stacked(value: Any) -> Any:
    return np.concatenate([value.real.ravel(order="F"), value.imag.ravel(order="F")])


def real_matrix(operator: Any, basis: list[Any], known: dict[str, Any]) -> Any:
    """The matrix of the real map in an orthonormal basis of its space."""
    body = operator("V_")
    images = [stacked(evaluate(body, **known, V_=unit)) for unit in basis]
    coordinates = np.stack([stacked(unit) for unit in basis], axis=1)
    return coordinates.T @ np.stack(images, axis=1)


def every_entry() -> list[Any]:
    units = np.eye(N * N).reshape(-1, N, N)
    return [factor * unit for factor in (1, 1j) for unit in units.astype(complex)]


MAPS = ["A*Z*B", "A*Z' + Z*B", "conj(Z).*A + Z", "A*re(Z)*B + 2*Z", "re(tr(B'*Z))*A + Z"]


@pytest.mark.parametrize("f", MAPS)
def test_a_map_has_the_invariants_of_the_real_map_that_it_is(f: str) -> None:
    operator = mc.differential(f, "Z", KINDS)
    matrix = real_matrix(operator, every_entry(), VALUES)
    used = {name: VALUES[name] for name in ("A", "B") if name in f}
    used |= {} if used else {"n": N}
    assert evaluate(operator.trace, **used) == pytest.approx(np.trace(matrix))
    assert evaluate(operator.determinant, **used) == pytest.approx(np.linalg.det(matrix))
    assert evaluate(operator.norm, **used) == pytest.approx(np.linalg.norm(matrix, 2))
    assert evaluate(operator.norm_fro, **used) == pytest.approx(np.linalg.norm(matrix))
    V = evaluate(operator.solve("R"), **used, R=VALUES["Z"])
    assert np.allclose(evaluate(operator("V"), **used, V=V), VALUES["Z"])


def test_a_congruence_of_hermitian_matrices() -> None:
    where = "H: hermitian(n), A: complex_matrix(n,n)"
    operator = mc.differential("A*H*A'", "H", where, space="hermitian")
    A = VALUES["A"]
    off = [(row, column) for row in range(N) for column in range(row)]
    basis = [np.diag(unit).astype(complex) for unit in np.eye(N)]
    for row, column in off:
        for factor in (1, 1j):
            unit = np.zeros((N, N), dtype=complex)
            unit[row, column], unit[column, row] = factor, np.conj(factor)
            basis.append(unit / np.sqrt(2))
    matrix = real_matrix(operator, basis, {"A": A})
    assert evaluate(operator.trace, A=A) == pytest.approx(np.trace(matrix))
    assert evaluate(operator.determinant, A=A) == pytest.approx(np.linalg.det(matrix))
    assert evaluate(operator.determinant, A=A) == pytest.approx(abs(np.linalg.det(A)) ** (2 * N))
    assert evaluate(operator.norm, A=A) == pytest.approx(np.linalg.norm(matrix, 2))
    right = VALUES["B"] + VALUES["B"].conj().T
    V = evaluate(operator.solve("R"), A=A, R=right)
    assert np.allclose(A @ V @ A.conj().T, right) and np.allclose(V, V.conj().T)


def test_the_norm_of_a_functional_is_that_of_its_gradient() -> None:
    where = "A: complex_matrix(n,n), Z: complex_matrix(n,n)"
    operator = mc.differential("re(tr(A'*Z))", "Z", where)
    assert evaluate(operator.norm, A=VALUES["A"]) == pytest.approx(np.linalg.norm(VALUES["A"]))


def test_newtons_step_on_the_complex_sphere() -> None:
    where = "c: complex_vector(n), x: complex_vector(n)"
    step = mc.hessian("re(c'*x)", "x", where, space="complex-sphere").newton_step()
    c, x = VALUES["A"][:, 0], VALUES["B"][:, 0] / np.linalg.norm(VALUES["B"][:, 0])
    slope = (c.conj() @ x).real  # the Hessian is -re(c'*x)*V
    assert np.allclose(evaluate(step, c=c, x=x), (c - slope * x) / slope)


def test_newtons_step_over_the_complex_numbers() -> None:
    where = (
        "A: complex_matrix(m,n), z: complex_vector(n), b: complex_vector(m), w: complex_vector(n)"
    )
    f = "norm2(A*z - b)^2 + norm2(z)^4 + norm2(w - z)^2"
    random = np.random.default_rng(5)
    known = {
        "A": random.normal(size=(4, 3)) + 1j * random.normal(size=(4, 3)),
        "z": random.normal(size=3) + 1j * random.normal(size=3),
        "b": random.normal(size=4) + 1j * random.normal(size=4),
        "w": random.normal(size=3) + 1j * random.normal(size=3),
    }
    one = mc.hessian(f, "z", where)
    step = evaluate(one.newton_step(), **known)
    image = evaluate(one.map("V"), V=step, **known)
    assert np.allclose(image, -evaluate(one.gradient, **known))
    both = mc.hessian(f, ["z", "w"], where)
    steps = {name: evaluate(move, **known) for name, move in both.newton_step().items()}
    moved = both.map(z="V", w="W")
    for name, gradient in both.gradient.items():
        image = evaluate(moved[name], V=steps["z"], W=steps["w"], **known)
        assert np.allclose(image, -evaluate(gradient, **known))
