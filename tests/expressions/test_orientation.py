"""What is turned to be read is the same expression: conjugates of definitions inside functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc

RANDOM = np.random.default_rng(11)
T = 0.3 * (RANDOM.standard_normal((3, 3)) + 1j * RANDOM.standard_normal((3, 3)))
S = 0.3 * (RANDOM.standard_normal((3, 3)) + 1j * RANDOM.standard_normal((3, 3)))
x = RANDOM.standard_normal(3) + 1j * RANDOM.standard_normal(3)
WHERE = "T: complex_matrix(m,m), S: complex_matrix(m,m), x: complex_vector(m)"
OUTER: dict[str, Callable[[Any], Any]] = {"exp": np.exp, "sin": np.sin, "sqrt": np.sqrt}
# a definition, and what it stands for
TURNED: dict[str, Any] = {
    "T'": T.conj().T,
    "conj(T)": T.conj(),
    "transpose(T)": T.T,
    "(T + S)'": (T + S).conj().T,
    "(T.*S)'": (T * S).conj().T,
    "(T*S)'": (T @ S).conj().T,
    "exp(T)'": np.exp(T).conj().T,
    "T'*conj(S)": T.conj().T @ S.conj(),
}


@pytest.mark.parametrize("outer", OUTER)
@pytest.mark.parametrize("definition", TURNED)
def test_a_turned_definition_inside_a_function(definition: str, outer: str) -> None:
    names = [name for name in "TS" if name in definition]
    where = ", ".join(one for one in WHERE.split(", ") if one[0] in [*names, "x"])
    problem = mc.parse(f"z = {definition}; re({outer}(x'*z*x))", where)
    given = {name: {"T": T, "S": S}[name] for name in names} | {"x": x}
    right = OUTER[outer](x.conj() @ TURNED[definition] @ x).real
    assert mc.evaluate(problem, **given) == pytest.approx(right)
    assert mc.evaluate(mc.parse(str(problem), where), **given) == pytest.approx(right)
    assert mc.gradient(problem, "x").verify(samples=2).passed


def test_a_turned_vector_inside_a_function() -> None:
    found = mc.gradient(
        "z = x'; re(exp(z*T*x))", "x", "T: complex_matrix(m,m), x: complex_vector(m)"
    )
    e = np.exp(x.conj() @ T @ x)
    assert np.allclose(found.compile()(T=T, x=x), np.conj(e) * T.conj().T @ x + e * T @ x)
    assert "exp" in str(found) and r"\exp" in found.latex()


def test_what_leans_one_way_with_its_conjugate_is_left() -> None:
    """x'*conj(H)*x is real, and looks conjugated whichever way the function around it is."""
    where = "H: hermitian(m), x: complex_vector(m)"
    H = T + T.conj().T
    found = mc.gradient("im(exp(imaginary_unit*x'*transpose(H)*x))", "x", where)
    q = (x.conj() @ H.T @ x).real
    assert np.allclose(found.compile()(H=H, x=x), 2 * np.cos(q) * H.T @ x)
    assert mc.evaluate(
        mc.parse("exp(imaginary_unit*x'*transpose(H)*x)", where), H=H, x=x
    ) == pytest.approx(np.exp(1j * q))
    assert "conj(H)" in str(found)
