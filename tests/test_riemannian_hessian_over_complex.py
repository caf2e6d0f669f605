"""Riemannian Hessians over the complex numbers, against their definition."""

from __future__ import annotations

from typing import Any

import pytest

import matcalc as mc

COMPLEX: list[tuple[str, str, str]] = [
    ("complex-sphere", "X: complex_matrix(n,p)", "re(tr(X'*A*X*B))"),
    ("unitary", "X: unitary(n)", "re(tr(A*X)) + abs(tr(X))^2"),
    ("complex-stiefel", "X: complex_matrix(n,p)", "re(tr(X'*A*X*B))"),
    ("complex-grassmann", "X: complex_matrix(n,p)", "re(tr(X'*A*X))"),
    ("complex-circle", "X: complex_matrix(n,p)", "re(tr(X'*A*X*B))"),
    ("hermitian", "X: hermitian(n)", "re(tr(X'*A*X*A))"),
    ("skew-hermitian", "X: complex_matrix(n,n)", "re(tr(X'*A*X*A))"),
]


@pytest.mark.parametrize(("space", "kind", "f"), COMPLEX)
def test_it_is_so_over_the_complex_numbers(space: str, kind: str, f: str) -> None:
    where = f"{kind}, A: complex_matrix(n,n), B: complex_matrix(p,p)"
    hessian = mc.hessian(f, "X", where, inner=mc.Hermitian(), space=space)
    report = hessian.verify(samples=8)
    assert report.passed, str(report)
    assert hessian.inner == "<U, V> = re(tr(U'*V))" and hessian.space == space


@pytest.mark.parametrize(
    ("f", "where", "setting"),
    [
        ("norm2(X)^4", "X: complex_matrix(n,p), A: complex_matrix(k,n)", {"space": "A*U = 0"}),
        ("abs(tr(C'*X))^2", "X: complex_matrix(n,n)", {"space": "U - U' = 0"}),
        (
            "abs(tr(C'*X))^2 + norm2(X)^4",
            "X: complex_matrix(n,p), C: complex_matrix(n,p), M: hpd(n)",
            {"inner": mc.Weighted(left="M")},
        ),
        ("logdet(X) + re(tr(C*inv(X)))", "X: hpd(n)", {"inner": mc.AffineInvariant()}),
        (
            "norm2(X)^4",
            "X: complex_matrix(n,p), M: hpd(n)",
            {"inner": mc.Weighted(left="M"), "space": mc.Space.span("P", "Q")},
        ),
    ],
)
def test_products_and_described_spaces_over_the_complex_numbers(
    f: str, where: str, setting: dict[str, Any]
) -> None:
    hessian = mc.hessian(f, "X", where, **setting)
    assert hessian.verify(samples=4, seed=1).passed
