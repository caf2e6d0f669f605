"""Sums over an index become products of matrices in answers."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc

GRADIENTS = [
    ("sum(k, sum(j, A[k,j]*x[k]*x[j]))", "x", "(A + A')*x"),
    ("sum(i in 1..m, log(1 + exp(-y[i]*X[i,:]*w)))", "w", "-X'*(y.*sigmoid(-y.*(X*w)))"),
    ("sum(i in 1..m, (X[i,:]*w - y[i])^2)", "w", "2*X'*(X*w - y)"),
    ("sum(i in 1..n, sum(j in 1..m, A[i,j]*B[j,i]))", "A", "B'"),
    ("sum(i in 1..n, X[i,i]^2)", "X", "2*diag(diag(X))"),
    ("sum(i in 1..n, c*x[i])", "c", "sum(x)"),
]
KEPT = [
    "sum(i in 2..n, x[i]^2)",  # not over all of them
    "sum(i in 1..n, x[i]*x[n + 1 - i])",
    "sum(i in 1..n, exp(-norm2(x - Y[:,i])^2))",
]


@pytest.mark.parametrize(("f", "wrt", "wanted"), GRADIENTS)
def test_a_gradient_of_sums_over_entries_is_in_matrices(f: str, wrt: str, wanted: str) -> None:
    assert str(mc.gradient(f, wrt)) == wanted


@pytest.mark.parametrize("f", KEPT)
def test_a_sum_over_other_entries_stays(f: str) -> None:
    assert "sum(i in" in str(mc.gradient(f, "x"))


def test_the_gradient_of_a_graph_energy_has_its_laplacian() -> None:
    f = "sum(i in 1..n, sum(j in 1..n, W[i,j]*norm2(Y[i,:] - Y[j,:])^2))"
    answer = mc.gradient(f, "Y", "W: square(n), Y: matrix(n,d)")
    assert "sum(i" not in str(answer)
    rng = np.random.default_rng(3)
    W, Y = rng.normal(size=(4, 4)), rng.normal(size=(4, 2))
    degrees = np.diag(W.sum(axis=0) + W.sum(axis=1))
    np.testing.assert_allclose(answer.compile()(W=W, Y=Y), 2 * (degrees - W - W.T) @ Y)
