"""Slopes and central differences tell right derivatives from wrong ones, and know round-off."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from matcalc.samples.numeric import (
    ERROR_LIMIT,
    SLOPE_LIMIT,
    Curve,
    Unusable,
    central_error,
    certain_error,
    has_kink,
    real,
    require_usable,
    taylor_slope,
)


def curve(function: Callable[[float], object], derivative: object) -> Curve:
    return Curve(lambda t: real(lambda: function(t)), np.asarray(derivative, dtype=float))


@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (lambda t: np.exp(0.3 + t), np.exp(0.3)),
        (lambda t: 1e6 * np.sin(1 + t), 1e6 * np.cos(1)),
        (lambda t: 1e-12 * np.log(2 + t), 0.5e-12),
        (lambda t: np.array([np.cos(t), (1 + t) ** 3]), [0.0, 3.0]),
    ],
)
def test_a_right_derivative_has_slope_two(
    function: Callable[[float], object], derivative: object
) -> None:
    line = curve(function, derivative)
    require_usable(line)
    assert taylor_slope(line) == pytest.approx(2, abs=0.1)
    assert central_error(line) < 1e-8


def test_a_kink_to_one_side_is_no_error() -> None:
    def bent(t: float) -> object:
        return t * t + (3e-4 * (t - 1e-6) if t > 1e-6 else 0.0)

    assert taylor_slope(curve(bent, 0.0)) == pytest.approx(2, abs=0.1)
    assert taylor_slope(curve(bent, 0.01)) < SLOPE_LIMIT


def test_kinks_to_both_sides_are_no_error() -> None:
    """Before and behind them f is linear, and the remainder is nothing but round-off."""

    def bent(t: float) -> object:
        return 2 + t + 5 * max(t - 2e-3, 0.0) + 7 * max(-t - 3e-4, 0.0)

    assert taylor_slope(curve(bent, 1.0)) > SLOPE_LIMIT
    assert taylor_slope(curve(bent, 1.001)) < SLOPE_LIMIT
    assert taylor_slope(curve(bent, -4.0)) < SLOPE_LIMIT


@pytest.mark.parametrize("kink", [8e-6, 2e-5, 6e-5, 2e-4])
def test_differences_across_a_kink_beside_the_point_refute_nothing(kink: float) -> None:
    def bent(t: float) -> object:
        return 2 + t + 5 * max(t - kink, 0.0) + max(-t - 5e-5, 0.0)

    with pytest.raises(Unusable):
        certain_error(curve(bent, 1.0))


def test_values_that_move_in_wide_steps_refute_nothing() -> None:
    """The steps are 1.3e-8 wide, beside which 1e-15, 2e-15 and 5e-15 are nothing."""

    def stepped(t: float) -> object:
        return 1.3e-8 * np.round(np.exp(t) / 1.3e-8)

    assert curve(stepped, 1.0).noise > 1e-9
    assert central_error(curve(stepped, 1.0)) < ERROR_LIMIT
    assert certain_error(curve(stepped, 1.1)) > ERROR_LIMIT


def test_a_wrong_derivative_is_certainly_wrong() -> None:
    for wrong in (-1.0, 0.0, 1 + 1e-5):
        assert certain_error(curve(np.exp, wrong)) > ERROR_LIMIT
    assert certain_error(curve(lambda t: np.exp(50 * t), 50.01)) > ERROR_LIMIT


def test_a_kink_at_the_point_is_told_from_a_parabola() -> None:
    assert has_kink(curve(lambda t: 2 + t + 1e-3 * abs(t), 1.0))
    assert has_kink(curve(lambda t: np.maximum(t, [0.0, 1.0]), [0.5, 0.0]))
    assert not has_kink(curve(lambda t: 2 + t + 1e3 * t * t, 1.0))
    assert not has_kink(curve(lambda t: 2 + t, 1.0))
    assert not has_kink(curve(lambda t: np.exp(5 * t), 1.0))


@pytest.mark.parametrize("factor", [-1.0, 0.5, 1.01, 2.0])
def test_a_wrong_derivative_has_slope_one(factor: float) -> None:
    line = curve(lambda t: np.exp(0.3 + t), factor * np.exp(0.3))
    assert taylor_slope(line) < SLOPE_LIMIT
    assert central_error(line) == pytest.approx(abs(factor - 1) / max(factor, 1), rel=1e-3)


def test_a_small_error_is_seen_by_central_differences() -> None:
    line = curve(lambda t: np.exp(0.3 + t), (1 + 1e-5) * np.exp(0.3))
    assert central_error(line) > ERROR_LIMIT


def test_a_linear_function_has_no_remainder_to_measure() -> None:
    line = curve(lambda t: 3 + 2 * t, 2.0)
    assert taylor_slope(line) == np.inf
    assert central_error(line) < 1e-12
    assert taylor_slope(curve(lambda t: 3 + 2 * t, 2.1)) == pytest.approx(1)


def test_a_constant_has_derivative_zero_only() -> None:
    assert central_error(curve(lambda t: 7.0, 0.0)) == 0.0
    assert central_error(curve(lambda t: 0.0, 0.0)) == 0.0
    assert central_error(curve(lambda t: 7.0, 1e-3)) == 1.0


def test_round_off_is_not_held_against_the_derivative() -> None:
    line = curve(lambda t: 1e9 + np.exp(t), 1.0)
    assert not taylor_slope(line) < SLOPE_LIMIT


def test_points_outside_the_domain_are_unusable() -> None:
    with pytest.raises(Unusable, match="finite"):
        real(lambda: np.log(-1.0))
    with pytest.raises(Unusable, match="real"):
        real(lambda: np.array([1j]))
    with pytest.raises(Unusable, match="positive definite"):
        real(lambda: np.linalg.cholesky(-np.eye(2)))
    singular = np.ones((3, 3)) + 1e-17
    direction = np.random.default_rng(0).standard_normal((3, 3))
    with pytest.raises(Unusable):
        require_usable(curve(lambda t: np.linalg.inv(singular + t * direction), np.eye(3)))


def test_steps_that_leave_the_domain_are_passed_over() -> None:
    line = curve(lambda t: np.log(0.03 - t) if t < 0.03 else np.nan, -1 / 0.03)
    assert taylor_slope(line) == pytest.approx(2, abs=0.1)
