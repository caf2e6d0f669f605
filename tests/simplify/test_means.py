"""Means, deviations from them and standard deviations, as papers write what comes of them."""

import numpy as np
import pytest

import matcalc as mc

NORMED = "mu = mean(x); s = sqrt(sum((x - mu).^2)/m + e); a'*((x - mu)/s)"
WHERE = {"x": "vector(m)", "a": "vector(m)", "e": "positive", "X": "matrix(m,n)"}
ANSWERS = [
    ("gradient", "norm2(x - mean(x))^2", "x", "2*(x - sum(x)/m)"),
    ("gradient", "norm2(X - ones(m)*ones(m)'*X/m)^2", "X", "2*(X - ones(m, m)*X/m)"),
    ("jacobian", "x - mean(x)", "x", "eye(m) - ones(m, m)/m"),
    (
        "gradient",
        NORMED,
        "x",
        "(a - (sum(a) + (a'*(x - mu))*(x - mu)/s^2)/m)/s"
        " with mu = sum(x)/m, s = sqrt(sum((x - mu).^2)/m + e)",
    ),
]


@pytest.mark.parametrize(("verb", "f", "wrt", "wanted"), ANSWERS)
def test_deviations_from_a_mean_stay_whole(verb: str, f: str, wrt: str, wanted: str) -> None:
    assert str(getattr(mc, verb)(f, wrt, where=WHERE)) == wanted


def test_layer_normalisation() -> None:
    x, a, e = np.array([1.0, -2.0, 0.5, 4.0]), np.array([0.3, 2.0, -1.0, 0.7]), 0.1
    z = (x - x.mean()) / np.sqrt(x.var() + e)  # Ba, Kiros & Hinton 2016, in its usual backward pass
    wanted = (a - a.mean() - z * (a * z).mean()) / np.sqrt(x.var() + e)
    found = mc.gradient(NORMED, "x", where=WHERE).compile()(x=x, a=a, e=e)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
