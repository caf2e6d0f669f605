"""Second derivatives where the product of one variable depends on another: one metric for all.

The right value is that of coordinates, H_ij = d_i d_j f - Gamma^k_ij d_k f with Gamma from
differences of the matrix of the metric (do Carmo 1992, ch. 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.expressions.errors import DomainError, NoRule
from tests.geodesics import entries
from tests.oracle import evaluate

Known = Mapping[str, Any]
Directions = dict[str, list[Any]]
_STEP = 1e-3


def definite(size: int, seed: int) -> Any:
    root = entries(size, size, seed=seed)
    return root @ root.T / size + np.eye(size)


def units(*shape: int) -> list[Any]:
    return [unit.reshape(shape) for unit in np.eye(int(np.prod(shape, initial=1)))]


def symmetric_units(size: int) -> list[Any]:
    return [u + u.T for u in units(size, size) if np.tril(u).any()]


@dataclass(frozen=True)
class Case:
    """A problem in the engine's words and in NumPy's, with a basis of the directions of each."""

    f: str
    where: str
    inner: dict[str, Any]
    known: Known
    basis: Directions
    value: Callable[[Known], Any]
    products: dict[str, Callable[[Known, Any, Any], Any]]
    space: dict[str, Any] | None = None

    def hessian(self) -> Any:
        return mc.hessian(self.f, list(self.basis), self.where, inner=self.inner, space=self.space)

    @property
    def axes(self) -> list[tuple[str, Any]]:
        return [(name, unit) for name, found in self.basis.items() for unit in found]

    def at(self, place: Any) -> Known:
        found = dict(self.known)
        for (name, unit), share in zip(self.axes, place, strict=True):
            found[name] = found[name] + share * unit
        return found

    def scalar(self, place: Any) -> float:
        return float(self.value(self.at(place)))

    def metric(self, place: Any) -> Any:
        at = self.at(place)
        return np.array([[self._paired(at, *u, *v) for u in self.axes] for v in self.axes])

    def _paired(self, at: Known, name: str, left: Any, other: str, right: Any) -> float:
        if name != other:
            return 0.0
        product = self.products.get(name)
        return float(product(at, left, right) if product else np.vdot(left, right).real)


def difference(f: Callable[[Any], Any], place: Any) -> Any:
    """d f along each coordinate, of fourth order."""
    found = []
    for unit in _STEP * np.eye(len(place)):
        near, far = (f(place + k * unit) - f(place - k * unit) for k in (1, 2))
        found.append((8 * near - far) / (12 * _STEP))
    return np.array(found)


def in_coordinates(case: Case) -> Any:
    """d_i d_j f - Gamma^k_ij d_k f, where Gamma_kij = (d_i g_kj + d_j g_ki - d_k g_ij)/2."""
    place = np.zeros(len(case.axes))
    slope = difference(case.scalar, place)
    second = difference(lambda at: difference(case.scalar, at), place)
    moved = difference(case.metric, place)
    gamma = (np.einsum("ikj->kij", moved) + np.einsum("jki->kij", moved) - moved) / 2
    raised = np.linalg.solve(case.metric(place), slope)
    return second - np.einsum("kij,k->ij", gamma, raised)


def values(hessian: Any, case: Case) -> Any:
    """f''[U, V] of all pairs of the basis."""
    first, second = ({name: f"{side}{name}" for name in case.basis} for side in "UV")
    form = hessian.form(first, second)
    found = [[_value(form, case, u, v) for u in case.axes] for v in case.axes]
    return np.array(found)


def _value(form: Any, case: Case, *directions: tuple[str, Any]) -> float:
    slots: dict[str, Any] = {}
    for side, (name, unit) in zip("UV", directions, strict=True):
        slots |= {f"{side}{other}": 0 * units[0] for other, units in case.basis.items()}
        slots[f"{side}{name}"] = unit
    return float(np.real(evaluate(form, **case.known, **slots)))


SYMMETRIC = definite(3, 1) + np.diag([0.0, 1.0, -2.0])
SQUARE = entries(3, 3, seed=2)
x, y, Z = entries(3, seed=3), entries(2, seed=4), entries(3, 2, seed=5)
ONE = [np.array(1.0)]
WEIGHT = definite(3, 6)
AFFINE = mc.AffineInvariant()

WEIGHTED = Case(
    "t*(x'*A*x) + t^3*(a'*x)",
    "A: square(n), M: spd(n), t: positive",
    {"x": "weighted(t*M)"},
    {"x": x, "t": 1.3, "A": SQUARE, "a": x[::-1], "M": WEIGHT},
    {"x": units(3), "t": ONE},
    lambda k: k["t"] * k["x"] @ k["A"] @ k["x"] + k["t"] ** 3 * k["a"] @ k["x"],
    {"x": lambda k, u, v: k["t"] * u @ k["M"] @ v},
)
EACH_BY_THE_OTHER = Case(
    "tr(Z'*A*Z)*(b'*y) + norm2(y)^4",
    "A: square(n), Z: matrix(n,2), y: vector(2), b: vector(2)",
    {
        "Z": mc.Pairing("tr(U'*V)*(1 + y'*y)"),
        "y": mc.Pairing("U'*V + (U'*Z'*Z*V)*norm2(y)^2"),
    },
    {"Z": Z, "y": y, "A": SQUARE, "b": y[::-1], "n": 3},
    {"Z": units(3, 2), "y": units(2)},
    lambda k: np.trace(k["Z"].T @ k["A"] @ k["Z"]) * (k["b"] @ k["y"]) + (k["y"] @ k["y"]) ** 2,
    {
        "Z": lambda k, u, v: np.sum(u * v) * (1 + k["y"] @ k["y"]),
        "y": lambda k, u, v: u @ v + (k["Z"] @ u) @ (k["Z"] @ v) * (k["y"] @ k["y"]),
    },
)
OF_DEFINITE_MATRICES = Case(
    "x'*S*x + tr(A*S) + logdet(S)*(a'*x)",
    "A: square(n), S: spd(n), x: vector(n), a: vector(n)",
    {"x": "weighted(S)", "S": AFFINE},
    {"x": x, "S": WEIGHT, "A": SQUARE, "a": x[::-1], "n": 3},
    {"x": units(3), "S": symmetric_units(3)},
    lambda k: (
        k["x"] @ k["S"] @ k["x"]
        + np.trace(k["A"] @ k["S"])
        + np.linalg.slogdet(k["S"])[1] * (k["a"] @ k["x"])
    ),
    {
        "x": lambda k, u, v: u @ k["S"] @ v,
        "S": lambda k, u, v: np.trace(np.linalg.solve(k["S"], u) @ np.linalg.solve(k["S"], v)),
    },
)
OF_THREE = Case(
    "s*t^2*(x'*A*x) + t*norm2(x)^2",
    "A: square(n), s: positive, t: positive, x: vector(n)",
    {"x": mc.Pairing("s*t^3*(U'*V)"), "t": mc.Pairing("s*U*V")},
    {"x": x, "s": 0.8, "t": 1.4, "A": SQUARE, "n": 3},
    {"x": units(3), "s": ONE, "t": ONE},
    lambda k: k["s"] * k["t"] ** 2 * k["x"] @ k["A"] @ k["x"] + k["t"] * k["x"] @ k["x"],
    {
        "x": lambda k, u, v: k["s"] * k["t"] ** 3 * u @ v,
        "t": lambda k, u, v: k["s"] * u * v,
    },
)
OVER_THE_COMPLEX_NUMBERS = Case(
    "t^2*norm2(z)^4 + t*re(b'*z)",
    "z: complex_vector(n), b: complex_vector(n), t: positive",
    {"z": mc.Pairing("re(U'*V)*t^2*(1 + norm2(z)^2)")},
    {"z": x + 1j * x[::-1], "t": 1.2, "b": x[::-1] - 0.5j * x, "n": 3},
    {"z": [*units(3), *(1j * unit for unit in units(3))], "t": ONE},
    lambda k: (
        k["t"] ** 2 * np.vdot(k["z"], k["z"]).real ** 2 + k["t"] * np.vdot(k["b"], k["z"]).real
    ),
    {"z": lambda k, u, v: np.vdot(u, v).real * k["t"] ** 2 * (1 + np.vdot(k["z"], k["z"]).real)},
)
CASES = {
    "weighted": WEIGHTED,
    "each by the other": EACH_BY_THE_OTHER,
    "definite matrices": OF_DEFINITE_MATRICES,
    "three variables": OF_THREE,
    "complex": OVER_THE_COMPLEX_NUMBERS,
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_that_of_coordinates(name: str) -> None:
    case = CASES[name]
    hessian = case.hessian()
    assert np.allclose(values(hessian, case), in_coordinates(case), atol=1e-6)
    report = hessian.verify(samples=4)
    assert report.passed, str(report)


def test_on_the_sphere_and_its_radius_it_is_that_of_the_flat_space() -> None:
    """p = r*x with |x| = 1 is polar, <U, V> = u*v + r^2*U'*V the flat metric in it."""
    where = "A: square(n), x: vector(n), r: positive"
    hessian = mc.hessian(
        "r^2*(x'*A*x) + r^3*(a'*x)*norm2(x)",
        ["x", "r"],
        where,
        inner={"x": mc.Pairing("r^2*(U'*V)")},
        space={"x": "sphere"},
    )
    place, radius, a = x / np.linalg.norm(x), 1.7, x[::-1]
    across = [u - (u @ place) * place for u in (entries(3, seed=7), entries(3, seed=8))]
    slots = {"Ux": across[0], "Vx": across[1], "Ur": 0.3, "Vr": -0.8}
    form = hessian.form({"x": "Ux", "r": "Ur"}, {"x": "Vx", "r": "Vr"})
    found = evaluate(form, x=place, r=radius, A=SQUARE, a=a, **slots)
    left, right = (radius * slots[f"{s}x"] + slots[f"{s}r"] * place for s in "UV")
    # the Hessian of p'*A*p + |p|^2*(a'*p) at p = r*x
    p = radius * place
    flat = SQUARE + SQUARE.T + 2 * np.outer(p, a) + 2 * np.outer(a, p) + 2 * (a @ p) * np.eye(3)
    assert np.isclose(found, left @ flat @ right)
    assert hessian.verify(samples=4).passed


def test_a_hessian_without_the_terms_between_the_variables_does_not_pass() -> None:
    hessian = WEIGHTED.hessian()
    bodies = dict(hessian.operator.bodies)
    dt, dx = hessian.map.tangent["t"], hessian.map.tangent["x"]
    M, at = mc.parse("M", {"M": "spd(n)"}), hessian.gradient["x"]
    t = hessian.question.by_name["t"].variable
    bodies["x"] = bodies["x"] + dt * at / (2 * t)
    bodies["t"] = bodies["t"] + dx.T @ M @ at / 2
    wrong = replace(hessian, own_operator=replace(hessian.operator, bodies=bodies))
    failed = {row.check for row in wrong.verify(samples=4).rows if not row.passed}
    assert {"x, t: central differences, error", "t, x: central differences, error"} <= failed


def test_every_answer_to_it_is_there() -> None:
    hessian, known = WEIGHTED.hessian(), WEIGHTED.known
    blocks = hessian.compile()(**known)
    step = {name: evaluate(part, **known) for name, part in hessian.newton_step().items()}
    slope = {name: evaluate(part, **known) for name, part in hessian.gradient.items()}
    for row in ("x", "t"):
        image = blocks[row]["x"] @ step["x"] + np.multiply(blocks[row]["t"], step["t"]).ravel()
        assert np.allclose(image, -slope[row])
    assert hessian.map.is_self_adjoint
    reasons = [step.rule for step in hessian.steps]
    assert sum("Christoffel" in reason for reason in reasons) == 2
    assert "Christoffel" in hessian.latex() and "def hessian" in hessian.source()


def test_spaces_that_move_with_another_variable_are_refused() -> None:
    """The directions (U, W) with C*U = 0 at (x, C) are those of no manifold."""
    f, names, where = "norm2(C*x)^2", ["x", "C"], "C: matrix(k,n), x: vector(n)"
    space = {"x": mc.Space.kernel("C*U")}
    with pytest.raises(DomainError, match="depends on C, which moves too: together they are"):
        mc.hessian(f, names, where, space=space)
    with pytest.raises(DomainError, match="takes a connection"):
        mc.nth_derivative(f, names, 2, where, space=space)


def test_a_product_of_one_variable_needs_the_other_as_declared() -> None:
    f, names, where = "x'*S*x", ["x", "S"], "S: spd(n), x: vector(n)"
    with pytest.raises(NoRule, match="only where S is as declared, and all its entries move"):
        mc.hessian(f, names, where, inner={"x": "weighted(S)"})
    with pytest.raises(DomainError, match="takes a connection"):
        mc.nth_derivative(f, names, 2, where, inner={"x": "weighted(S)"})
