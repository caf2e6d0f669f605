"""What maps of one variable and of several tell in the same way."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.operators.linear_map import LinearMap

TWO = "A: matrix(n,n), B: matrix(p,p), S: matrix(n,n), T: matrix(p,p)"
LINEAR = "tr(A*S) + tr(B*T)"
random = np.random.default_rng(7)
A, B = random.standard_normal((3, 3)), random.standard_normal((4, 4))


def two(space: str | None = None) -> mc.Answer:
    chosen = None if space is None else {"S": space, "T": space}
    return mc.differential(LINEAR, ["S", "T"], TWO, space=chosen)


def test_a_direction_is_not_called_as_the_matrix_of_a_product() -> None:
    back = mc.differential(
        "x'*A*y", ["x", "y"], "A: matrix(m,n), W: spd(m)", inner={"x": mc.Weighted("W")}
    ).adjoint
    (cotangent,) = back.tangents.values()
    assert cotangent.name == "W1"
    given = random.standard_normal((3, 2)), random.standard_normal(3), random.standard_normal(2)
    left = random.standard_normal((3, 3))
    weight = left @ left.T + np.eye(3)
    found = mc.evaluate(back("c")["x"], A=given[0], y=given[2], W=weight, c=2.5)
    assert np.allclose(found, 2.5 * np.linalg.solve(weight, given[0] @ given[2]))


def test_a_composition_of_one_value_with_one_variable_is_a_map_of_these() -> None:
    whole = two().operator @ two().adjoint
    assert isinstance(whole, LinearMap)
    found = mc.evaluate(whole("c"), A=A, B=B, c=2.0)
    assert np.isclose(found, 2 * (np.sum(A * A) + np.sum(B * B)))


def test_a_map_on_spaces_is_not_composed_with_values_outside_of_them() -> None:
    with pytest.raises(mc.NoRule, match="values of the inner one are not in it"):
        two("symmetric").operator @ two().adjoint
    inside = two("symmetric").operator @ two("symmetric").adjoint
    found = mc.evaluate(inside("c"), A=A, B=B, c=1.0)
    even = (A + A.T) / 2, (B + B.T) / 2
    assert np.isclose(found, sum(float(np.sum(one * one)) for one in even))


def test_maps_on_different_spaces_have_no_sum() -> None:
    with pytest.raises(mc.NoRule, match="on one space"):
        two("symmetric").operator + two().operator
    total = two().operator + two().operator
    V = random.standard_normal((3, 3))
    assert np.isclose(mc.evaluate(total(S="V"), A=A, V=V), 2 * np.trace(A @ V))


def test_a_map_of_other_variables_does_not_fit() -> None:
    with pytest.raises(mc.NoRule, match="not what the outer map takes"):
        two().operator @ mc.differential("A*S", "S", TWO).operator
    with pytest.raises(mc.ShapeError, match="the outer map takes"):
        mc.differential("x'*x", "x", "x: vector(3)") @ mc.differential("z", "z", "z: vector(2)")


def test_directions_of_several_variables_are_given_by_name() -> None:
    change = mc.differential("A*X", ["A", "X"], "A: matrix(m,n), X: matrix(n,p)")
    for given in (("U",), ("U", "V")):
        with pytest.raises(mc.ShapeError, match="given by the names of the variables"):
            change.apply(*given)
    assert str(change.apply(A="U", X="V")) == "A*V + U*X"
