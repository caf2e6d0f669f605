"""What Julia's functions and signs compute, each beside NumPy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.linalg

import matcalc as mc

WHERE = (
    "X: matrix(m,n), Y: matrix(m,n), A: square(n), S: spd(n), x: vector(n), y: vector(n), "
    "u: vector(m), s: scalar"
)
RANDOM = np.random.default_rng(0)
X, Y, A = (RANDOM.uniform(0.2, 0.9, size) for size in ((4, 3), (4, 3), (3, 3)))
x, y, u = (RANDOM.uniform(0.2, 0.9, size) for size in (3, 3, 4))
S, s = A @ A.T + np.eye(3), 1.7
VALUES = {"X": X, "Y": Y, "A": A, "S": S, "x": x, "y": y, "u": u, "s": s}
CALLS: list[tuple[str, Any]] = [
    ("sum(X)", X.sum()),
    ("sum(abs2, X)", (X**2).sum()),
    ("sum(abs, X)", abs(X).sum()),
    ("sum(exp, X)", np.exp(X).sum()),
    ("sum(X, dims=1)", X.sum(0)),
    ("sum(X, dims=2)", X.sum(1)),
    ("mean(X)", X.mean()),
    ("mean(X, dims=1)", X.mean(0)),
    ("mean(X,dims=2)", X.mean(1)),
    ("var(x)", x.var(ddof=1)),
    ("std(x)", x.std(ddof=1)),
    ("prod(x)", x.prod()),
    ("maximum(X)", X.max()),
    ("minimum(X)", X.min()),
    ("cumsum(x)", x.cumsum()),
    ("logsumexp(X)", np.log(np.exp(X).sum())),
    ("norm(X)", np.sqrt((X**2).sum())),
    ("norm(X, 1)", abs(X).sum()),
    ("norm(X, Inf)", abs(X).max()),
    ("norm(X,3)", (X**3).sum() ** (1 / 3)),
    ("norm(x,3)", (x**3).sum() ** (1 / 3)),
    ("normalize(x)", x / np.linalg.norm(x)),
    ("opnorm(X)", np.linalg.norm(X, 2)),
    ("opnorm(X,1)", np.linalg.norm(X, 1)),
    ("opnorm(X,Inf)", np.linalg.norm(X, np.inf)),
    ("exp(A)", scipy.linalg.expm(A)),
    ("log(S)", scipy.linalg.logm(S)),
    ("sqrt(S)", scipy.linalg.sqrtm(S)),
    ("sin(A)", scipy.linalg.sinm(A)),
    ("cos(A)", scipy.linalg.cosm(A)),
    ("dot(X,Y)", (X * Y).sum()),
    ("dot(u, X, x)", u @ X @ x),
    ("cross(x,y)", np.cross(x, y)),
    ("x × y", np.cross(x, y)),
    ("x ⋅ y", x @ y),
    ("kron(X,A)", np.kron(X, A)),
    ("diag(A)", np.diag(A)),
    ("diagm(x)", np.diag(x)),
    ("Diagonal(x)*A", np.diag(x) @ A),
    ("Diagonal(A)", np.diag(np.diag(A))),
    ("tril(A)", np.tril(A)),
    ("UpperTriangular(A)", np.triu(A)),
    ("vec(X)", X.ravel("F")),
    ("reshape(X, 6, 2)", X.reshape(6, 2, order="F")),
    ("eigvals(S)", np.linalg.eigvalsh(S)),
    ("eigmax(S)", np.linalg.eigvalsh(S)[-1]),
    ("eigmin(S)", np.linalg.eigvalsh(S)[0]),
    ("max.(X, 0.5)", np.maximum(X, 0.5)),
    ("min.(0.5,X)", np.minimum(X, 0.5)),
    ("abs2.(X)", X**2),
    ("inv.(X)", 1 / X),
    ("X .+ u", X + u[:, None]),
    ("X .- x'", X - x),
    ("X .* u", X * u[:, None]),
    ("X ./ x'", X / x),
    ("X.^x'", X**x),
    ("x .+ y'", x[:, None] + y),
    ("1 ./ X", 1 / X),
    ("2A + A'A", 2 * A + A.T @ A),
    ("A \\ x", np.linalg.solve(A, x)),
    ("X / S", X @ np.linalg.inv(S)),
    ("A^2", A @ A),
    ("A + s*I", A + s * np.eye(3)),
    ("X[2, :]", X[1]),
    ("X[:, end]", X[:, -1]),
    ("X[2:3, 1]", X[1:3, 0]),
    ("logabsdet(A)[1]", np.log(abs(np.linalg.det(A)))),
    ("exp.(-x)", np.exp(-x)),
    ("X[:]", X.ravel("F")),
    ("softmax(x)", np.exp(x) / np.exp(x).sum()),
    ("zeros(3) + ones(3)", np.ones(3)),
    ("adjoint(X)", X.T),
    ("pinv(X)", np.linalg.pinv(X)),
    ("-x.^2", -(x**2)),
    ("2x.^2", 2 * x**2),
    ("σ.(x)", 1 / (1 + np.exp(-x))),
    ("exp(s)", np.exp(s)),
]


@pytest.mark.parametrize(("text", "expected"), CALLS, ids=[text for text, _ in CALLS])
def test_a_call_computes_what_julia_computes(text: str, expected: Any) -> None:
    found = np.asarray(mc.evaluate(mc.parse(text, WHERE, dialect="julia"), **VALUES))
    wanted = np.asarray(expected)
    assert found.size == wanted.size
    assert np.allclose(found.reshape(wanted.shape), wanted)
