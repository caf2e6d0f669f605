"""Conventions side by side: every value is compared with differences of the function."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import matcalc as mc
from matcalc.cli import main
from tests.oracle import evaluate

Array = npt.NDArray[np.float64]

TEXT, WHERE = "logdet(S) + a'*S*S*b", "S: spd(n)"
RANDOM = np.random.default_rng(3)
A, B = RANDOM.standard_normal(3), RANDOM.standard_normal(3)
ROOT = RANDOM.standard_normal((3, 3))
POINT = ROOT @ ROOT.T + np.eye(3)
COMPLEX: dict[str, Any] = {
    "A": RANDOM.normal(size=(2, 3)) + 1j * RANDOM.normal(size=(2, 3)),
    "z": RANDOM.normal(size=3) + 1j * RANDOM.normal(size=3),
    "M": POINT + 1j * (ROOT - ROOT.T),
}
COMPLEX["z"] = COMPLEX["z"] / np.linalg.norm(COMPLEX["z"])


def value_at(S: Array) -> float:
    return float(np.linalg.slogdet(S)[1] + A @ S @ S @ B)


def slope(direction: Array) -> float:
    step = 1e-6
    return (value_at(POINT + step * direction) - value_at(POINT - step * direction)) / (2 * step)


def entry(i: int, j: int) -> Array:
    """The direction in which one entry of a symmetric matrix moves, with its mirror image."""
    direction = np.zeros((3, 3))
    direction[i, j] = direction[j, i] = 1
    return direction


def at_point(name: str) -> Array:
    return np.asarray(evaluate(mc.conventions(TEXT, "S", WHERE)[name], S=POINT, a=A, b=B))


def test_partial_derivatives_by_the_entries_of_a_symmetric_matrix() -> None:
    expected = np.array([[slope(entry(i, j)) for j in range(3)] for i in range(3)])
    assert np.allclose(at_point("symmetric-cookbook"), expected, atol=1e-5)
    below = [expected[i, j] for j in range(3) for i in range(j, 3)]
    assert np.allclose(at_point("vech"), below, atol=1e-5)


def test_the_symmetric_gradient_gives_slopes_by_the_trace() -> None:
    found = at_point("symmetric")
    assert np.allclose(found, found.T)
    assert np.isclose(np.sum(found * entry(0, 2)), slope(entry(0, 2)), atol=1e-5)
    free = at_point("gradient")
    assert not np.allclose(free, free.T)
    assert np.allclose(found, (free + free.T) / 2)
    assert np.allclose(at_point("numerator"), free.T)
    assert np.allclose(at_point("vec"), free.ravel(order="F"))
    assert np.allclose(at_point("vec-row-major"), free.ravel())


def test_a_skew_matrix() -> None:
    found = mc.conventions("tr(M*K)", "K", "K: skew(n)")
    assert [row.name for row in found][:3] == ["gradient", "skew", "skew-entries"]
    assert str(found["skew-entries"]) == "M' - M"
    assert str(found["skew"]) in ("(M' - M)/2", "M'/2 - M/2")


def test_a_square_matrix_shows_both_and_a_rectangle_neither() -> None:
    both = {row.name for row in mc.conventions("tr(M*X)", "X", "X: square(n)")}
    assert {"symmetric", "symmetric-cookbook", "vech", "skew"} <= both
    for kind in ("lower", "diagonal", "orthogonal"):
        other = {row.name for row in mc.conventions("tr(M*X)", "X", f"X: {kind}(n)")}
        assert other == {"gradient", "numerator", "vec", "vec-row-major"}
    neither = [row.name for row in mc.conventions("norm2(A*X - B)^2", "X")]
    assert neither == ["gradient", "numerator", "vec", "vec-row-major"]


@pytest.mark.parametrize(
    ("text", "function", "left", "right"),
    [
        ("A*X*B", lambda A, X, B: A @ X @ B, (2, 3), (4, 5)),
        ("A*X'*B", lambda A, X, B: A @ X.T @ B, (2, 4), (3, 5)),
        ("A*X*B*X", lambda A, X, B: A @ X @ B @ X, (2, 3), (4, 3)),
    ],
)
def test_layouts_of_a_matrix_function(
    text: str, function: Callable[..., Array], left: tuple[int, int], right: tuple[int, int]
) -> None:
    shapes = {"A": left, "X": (3, 4), "B": right}
    arrays = {name: RANDOM.standard_normal(shape) for name, shape in shapes.items()}
    found = mc.conventions(text, "X")
    by_columns: list[Array] = []
    by_rows: list[Array] = []

    def moved(V: Array) -> Array:
        ends = [function(**{**arrays, "X": arrays["X"] + s * V}) for s in (1, -1)]
        return (ends[0] - ends[1]) / 2e-6

    for place in range(12):
        moves = np.zeros(12)
        moves[place] = 1e-6
        by_rows.append(moved(moves.reshape(3, 4)).ravel())
        by_columns.append(moved(moves.reshape(3, 4, order="F")).ravel(order="F"))
    J, K = np.column_stack(by_columns), np.column_stack(by_rows)
    for name, expected in (("numerator", J), ("denominator", J.T), ("row-major", K)):
        assert np.allclose(evaluate(found[name], **arrays), expected, atol=1e-6), name


def test_kronecker_factors_change_places_with_the_order() -> None:
    found = mc.conventions("A*X*B", "X")
    assert (str(found["numerator"]), str(found["row-major"])) == ("kron(B', A)", "kron(A, B')")


def test_vectors_have_one_order_only() -> None:
    found = mc.conventions("A*x", "x")
    assert {row.name: str(row.value) for row in found} == {"numerator": "A", "denominator": "A'"}


def test_one_layout_is_a_view() -> None:
    found = mc.conventions("A*x", "x", layout="denominator")
    assert [row.name for row in found] == ["denominator"]
    assert str(found["denominator"]) == "A'"
    with pytest.raises(mc.MatcalcError, match="denominater") as error:
        mc.conventions("A*x", "x", layout="denominater")
    assert error.value.hint == "did you mean denominator?"


def test_an_expression_of_python() -> None:
    S, M = mc.symbols("S: symmetric(n), M: square(n)")
    assert str(mc.conventions(mc.tr(M @ S), S)["gradient"]) == "M'"


def complex_values(text: str, **how: Any) -> dict[str, Array]:
    """The conventions of a function of z at a point, n = 3 and m = 2."""
    where = "A: complex_matrix(m,n), z: complex_vector(n), M: hpd(n), C: complex_matrix(p,n)"
    found = mc.conventions(text, "z", where, **how)
    return {row.name: np.asarray(evaluate(row.value, **COMPLEX, n=3)) for row in found}


def test_the_conventions_over_the_complex_numbers() -> None:
    C, z = COMPLEX["A"], COMPLEX["z"]
    slope = C.conj().T @ C @ z
    found = complex_values("norm2(A*z)^2")
    assert list(found) == ["gradient", "conjugate-gradient", "wirtinger", "conjugate-wirtinger"]
    assert np.allclose(found["gradient"], 2 * slope)
    assert np.allclose(found["conjugate-gradient"], 2 * slope.conj())
    assert np.allclose(found["wirtinger"], slope.conj())
    assert np.allclose(found["conjugate-wirtinger"], slope)
    assert np.allclose(complex_values("A*z")["denominator"], C.T)
    assert list(complex_values("sum(A*z)")) == ["wirtinger", "conjugate-wirtinger"]
    # a sphere is no complex space: dz and conj(dz) are not independent there
    on_sphere = complex_values("norm2(A*z)^2", space="complex-sphere")
    assert list(on_sphere) == ["gradient", "conjugate-gradient"]


def test_a_product_and_a_space_enter_every_convention() -> None:
    C, z, M = COMPLEX["A"], COMPLEX["z"], COMPLEX["M"]
    found = complex_values("norm2(A*z)^2", inner="weighted(M)")
    assert np.allclose(found["gradient"], np.linalg.solve(M, 2 * C.conj().T @ C @ z))
    assert np.allclose(found["wirtinger"], (C.conj().T @ C @ z).conj())
    values = {"A": RANDOM.normal(size=(2, 3)), "b": RANDOM.normal(size=3)}
    weight = POINT
    table = mc.conventions("b'*X*a", "X", "M: spd(n), X: matrix(n,p)", inner="weighted(M)")
    assert [row.name for row in table] == ["gradient", "numerator", "vec", "vec-row-major"]
    given = {"b": values["b"], "a": RANDOM.normal(size=2), "M": weight}
    slope = np.outer(np.linalg.solve(weight, given["b"]), given["a"])
    assert np.allclose(evaluate(table["numerator"], **given), slope.T)
    assert np.allclose(evaluate(table["vec-row-major"], **given).ravel(), slope.ravel())


def test_a_jacobian_on_a_space_vanishes_across_it_in_every_order() -> None:
    where = "X: square(n), A: matrix(m,n), B: matrix(n,q)"
    table = mc.conventions("A*X*B", "X", where, space="symmetric")
    C, D = RANDOM.normal(size=(2, 3)), RANDOM.normal(size=(3, 4))
    moved = RANDOM.normal(size=(3, 3))
    image = C @ (moved + moved.T) @ D / 2
    rows = np.asarray(evaluate(table["row-major"], A=C, B=D)) @ moved.ravel()
    columns = np.asarray(evaluate(table["numerator"], A=C, B=D)) @ moved.ravel(order="F")
    assert np.allclose(rows, image.ravel()) and np.allclose(columns, image.ravel(order="F"))
    assert np.allclose(
        np.asarray(evaluate(table["denominator"], A=C, B=D)).T,
        evaluate(table["numerator"], A=C, B=D),
    )


def test_the_table() -> None:
    found = mc.conventions(TEXT, "S", WHERE)
    lines = str(found).splitlines()
    assert lines[0].startswith("derivative of ") and lines[0].endswith(" by S:")
    assert lines[2].startswith("gradient ") and lines[2].endswith("n x n")
    assert "counts twice" in str(found)
    assert "Sᵀ" in found.unicode() or "aᵀ" in found.unicode()


def test_latex_is_a_table_with_nothing_unescaped() -> None:
    latex = mc.conventions(TEXT, "S", WHERE).latex()
    rows = [line for line in latex.splitlines() if line.endswith(r"\\")]
    assert len(rows) == 7
    assert all(row.replace(r"\&", "").count("&") == 2 for row in rows)
    assert latex.startswith(r"\begin{tabular}")


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conventions", TEXT, "--wrt", "S", "--where", WHERE]) == 0
    assert "symmetric-cookbook" in capsys.readouterr().out
    assert main(["conventions", "A*X*B", "--wrt", "X", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in answer["conventions"]] == [
        "numerator",
        "denominator",
        "row-major",
    ]
    assert main(["conventions", "A*x", "--wrt", "x", "--layout", "denominator"]) == 0
    assert "A'" in capsys.readouterr().out
    assert main(["conventions", "b'*x", "--wrt", "x", "--space", "sphere"]) == 0
    assert "gradient   b - (b'*x)*x    n x 1" in capsys.readouterr().out
