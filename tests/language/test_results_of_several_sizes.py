"""Overloads with the same arguments and results of several sizes: what these meet tells which."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc

TWO = "v'*svdvals(A) + w'*svdvals(A'*A)"
WIDE = np.array([[1.0, 2.0, -1.0], [0.5, -1.0, 3.0]])
V, W = np.array([1.0, -2.0]), np.array([0.5, 1.0, 2.0])


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("w'*svdvals(A)", "A: matrix(m,n), w: vector(m)", ("m <= n",)),
        ("w'*svdvals(A)", "A: matrix(m,n), w: vector(n)", ("n <= m",)),
        ("sum(w .* svdvals(A))", "A: matrix(m,n), w: vector(m)", ("m <= n",)),
        ("norm2(diag(svdvals(A)) - C)", "A: matrix(m,n), C: square(m)", ("m <= n",)),
        ("sum(svdvals(A))", "A: matrix(m,n)", ("n <= m",)),
        ("sum(svdvals(A))", "A: matrix(2,4)", ()),
        ("sum(svdvals(A))", "A: matrix(n,2*n)", ()),
        ("sum(svdvals(A))", "A: matrix(n,n)", ()),
    ],
)
def test_which_one_is_meant(text: str, where: str, expected: tuple[str, ...]) -> None:
    conditions = mc.gradient(text, "A", where=where).conditions
    assert tuple(one for one in conditions if "<=" in one) == expected


def test_two_calls_in_one_text_may_differ() -> None:
    where = "A: matrix(m,n), v: vector(m), w: vector(n)"
    S = np.linalg.svd(WIDE, compute_uv=False)
    value = mc.evaluate(mc.parse(TWO, where), A=WIDE, v=V, w=W)
    assert value == pytest.approx(V @ S + W @ np.append(S, 0.0) ** 2)


def test_the_triangle_of_a_wide_matrix() -> None:
    value = np.asarray(mc.evaluate(mc.parse("qr_r(A)", "A: matrix(2,3)"), A=WIDE))
    R = np.linalg.qr(WIDE, mode="r")
    np.testing.assert_allclose(value, np.sign(np.diag(R))[:, None] * R, atol=1e-12)


def test_what_fits_no_size_is_said() -> None:
    with pytest.raises(mc.ShapeError, match=r"`svdvals\(A\)` is n x 1 or m x 1, p x 1 is needed"):
        mc.gradient("w'*svdvals(A)", "A", where="A: matrix(m,n), w: vector(p)")


def test_a_tall_matrix_where_a_wide_one_is_meant_is_refused() -> None:
    f = mc.gradient("tr(W'*qr_r(A))", "A", where="A: matrix(m,n), W: matrix(m,n)").compile()
    with pytest.raises(mc.DomainError):
        f(A=WIDE.T, W=WIDE.T)


def test_columns_that_a_single_column_has_not_are_refused() -> None:
    part = mc.parse("A[:, 1:k]*B", "A: matrix(m,1), B: matrix(k,2)")
    np.testing.assert_allclose(mc.evaluate(part, A=V, B=np.ones((1, 2))), np.outer(V, [1, 1]))
    with pytest.raises(mc.DomainError, match="positions"):
        mc.evaluate(part, A=V, B=np.ones((2, 2)))
