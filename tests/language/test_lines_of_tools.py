"""Lines as people write them in MATLAB, Julia and SymPy and for matrixcalculus.org, beside values.

What MATLAB and Julia compute is translated into NumPy by hand; SymPy computes its own lines on
explicit matrices. The gradient is compared with central differences of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import pytest

import matcalc as mc

Arrays = dict[str, Any]
KINDS = {
    "A": "matrix(m,n)",
    "B": "matrix(m,n)",
    "C": "matrix(m,k)",
    "D": "matrix(n,k)",
    "K": "spd(n)",
    "R": "spd(n)",
    "S": "square(n)",
    "X": "square(n)",
    "T": "spd(n)",
    "W": "matrix(m,n)",
    "x": "vector(n)",
    "z": "vector(n)",
    "a": "vector(n)",
    "b": "vector(m)",
    "y": "vector(m)",
    "t": "vector(m)",
    "w": "vector(n)",
    "theta": "vector(n)",
    "lambda": "scalar",
    "s": "scalar",
}
SIZES = {"m": 5, "n": 3, "k": 2}


def sample() -> Arrays:
    """Positive entries, non-symmetric where nothing else is declared; n < m."""
    random = np.random.default_rng(3)
    found: Arrays = {}
    for name, kind in KINDS.items():
        word, _, inside = kind.rstrip(")").partition("(")
        sizes = [SIZES[size] for size in inside.split(",") if size]
        sizes = sizes * 2 if word in ("square", "spd") else sizes
        value = random.uniform(0.2, 0.9, size=sizes)
        found[name] = value @ value.T + np.eye(len(value)) if word == "spd" else value
    return found


class Line(NamedTuple):
    """A line, its dialect where the marks do not tell it, the variable, and its value."""

    text: str
    dialect: str | None
    wrt: str
    value: Callable[[Any], Any]
    also: str = ""  # declarations that differ


def _sigmoid(v: Any) -> Any:
    return 1 / (1 + np.exp(-v))


def _fro(v: Any) -> Any:
    return np.sqrt(np.sum(v**2))


def _logdet(v: Any) -> Any:
    return np.log(np.linalg.det(v))


MATLAB = [
    Line("(sum(((A*theta) - y) .^ 2)) / (2*length(y))", "matlab", "theta",
         lambda v: np.sum((v.A @ v.theta - v.y) ** 2) / 10),
    Line("r = A*theta - y;\nJ = (1/2)*sum(r.^2);", "matlab", "theta",
         lambda v: 0.5 * np.sum((v.A @ v.theta - v.y) ** 2)),
    Line("sum((A*theta - y) .^ 2) / (2 * numel(y)) + lambda * sum(theta(2:end) .^ 2)", None,
         "theta", lambda v: np.sum((v.A @ v.theta - v.y) ** 2) / 10
         + v["lambda"] * np.sum(v.theta[1:] ** 2)),
    Line("(lambda/2) *(sum(theta.^2) - theta(1)^2) % the first is not penalised", None, "theta",
         lambda v: v["lambda"] / 2 * np.sum(v.theta[1:] ** 2)),
    Line("tau = b .* (A * x);\nsum(log(1 + exp(-tau))) + 0.5*s * norm(x,2)^2", "matlab", "x",
         lambda v: np.sum(np.log(1 + np.exp(-v.b * (v.A @ v.x)))) + 0.5 * v.s * v.x @ v.x),
    Line(".5*norm(A*X - B, 'fro')^2", "matlab", "X", lambda v: 0.5 * _fro(v.A @ v.X - v.B) ** 2),
    Line("-2*sum(log(diag(chol(T,'lower')))) + dot(T(:), S(:))", None, "T",
         lambda v: -_logdet(v.T) + np.sum(v.T * v.S)),
    Line("s*2*sum(log(diag(chol(R)))) + trace(R\\S)", "matlab", "S",
         lambda v: v.s * _logdet(v.R) + np.trace(np.linalg.solve(v.R, v.S))),
    Line("sqrt(sum(sum(A.^2)))", "matlab", "A", lambda v: _fro(v.A)),
    Line("norm(A)", "matlab", "A", lambda v: np.linalg.norm(v.A, 2)),
    Line("norm(A(:) - B(:), 1)", None, "A", lambda v: np.sum(np.abs(v.A - v.B))),
    Line("var(A*x) + std(y - A*x)", "matlab", "x",
         lambda v: np.var(v.A @ v.x, ddof=1) + np.std(v.y - v.A @ v.x, ddof=1)),
    Line("sum(sum((A - mean(A)).^2)) + sum(max(A, 0.5) * x)", "matlab", "A",
         lambda v: np.sum((v.A - v.A.mean(axis=0)) ** 2) + np.sum(np.maximum(v.A, 0.5) @ v.x)),
]  # fmt: skip
JULIA = [
    Line("0.5 * norm(y .- t).^2", None, "y", lambda v: 0.5 * np.sum((v.y - v.t) ** 2)),
    Line("norm(y .- t, 1)", None, "y", lambda v: np.sum(np.abs(v.y - v.t))),
    Line("sum(- ((t .* log.(y)) + ((1 .- t) .* log.(1 .- y))))", None, "y",
         lambda v: -np.sum(v.t * np.log(v.y) + (1 - v.t) * np.log(1 - v.y))),
    Line("mx = maximum(x); log(sum(exp.(x .- mx))) + mx", None, "x",
         lambda v: np.log(np.sum(np.exp(v.x)))),
    Line("sum(abs2, A*x - y) + s*sum(abs2, x)", None, "x",
         lambda v: np.sum((v.A @ v.x - v.y) ** 2) + v.s * v.x @ v.x),
    Line("mean((y .- (W*x .+ b)).^2)", None, "W",
         lambda v: np.mean((v.y - v.W @ v.x - v.b) ** 2)),
    Line("s * 0.5 * (dot(x,w) - s)^2", "julia", "x", lambda v: v.s * 0.5 * (v.x @ v.w - v.s) ** 2),
    Line("-0.5*(x'*(K \\ x) + logdet(K) + 3*log(2π))", "julia", "K",
         lambda v: -0.5 * (v.x @ np.linalg.solve(v.K, v.x) + _logdet(v.K) + 3 * np.log(2 * np.pi))),
    Line("tr(inv(K + 1e-7*I)*S*K)", "julia", "S",
         lambda v: np.trace(np.linalg.inv(v.K + 1e-7 * np.eye(3)) @ v.S @ v.K)),
    Line("dot(x, S, w) + tr(exp(S))", None, "S",
         lambda v: v.x @ v.S @ v.w + np.sum(np.exp(np.linalg.eigvals(v.S))).real),
    Line("sum(abs2, A .- mean(A, dims=1)) + opnorm(A)", None, "A",
         lambda v: np.sum((v.A - v.A.mean(axis=0)) ** 2) + np.linalg.norm(v.A, 2)),
    Line("sum(σ.(A*x)) + sum(S[2, :]) + x[end]^2", None, "x",
         lambda v: np.sum(_sigmoid(v.A @ v.x)) + np.sum(v.S[1]) + v.x[-1] ** 2),
]  # fmt: skip
MATRIXCALCULUS = [
    Line("0.5*x'*S*x", "matrixcalculus", "x", lambda v: 0.5 * v.x @ v.S @ v.x),
    Line("sum(A*exp(x))", "matrixcalculus", "x", lambda v: np.sum(v.A @ np.exp(v.x))),
    Line("(y.*t)'*y", "matrixcalculus", "y", lambda v: np.sum(v.y * v.t * v.y)),
    Line("a^b", "matrixcalculus", "a", lambda v: v.a**v.b, "a: scalar, b: scalar"),
    Line("norm1(A*x-y)", "matrixcalculus", "x", lambda v: np.sum(np.abs(v.A @ v.x - v.y))),
    Line("norm2(A*x-y)^2", "matrixcalculus", "x", lambda v: np.sum((v.A @ v.x - v.y) ** 2)),
    Line("sum(log(exp(-y.*(W*w)) + vector(1)))", "matrixcalculus", "w",
         lambda v: np.sum(np.log(np.exp(-v.y * (v.W @ v.w)) + 1))),
    Line("tr(S*X'*T*X*R)", "matrixcalculus", "X",
         lambda v: np.trace(v.S @ v.X.T @ v.T @ v.X @ v.R)),
    Line("log(det(inv(X + T)))", "matrixcalculus", "X",
         lambda v: -_logdet(v.X + v.T)),
    Line("c*norm2(A)^2 + g*tr(X)", "matrixcalculus", "A",
         lambda v: v.c * _fro(v.A) ** 2 + v.g * np.trace(v.X), "c: scalar, g: scalar"),
]  # fmt: skip


class Values(dict[str, Any]):
    """Arrays by name, as attributes too."""

    __getattr__ = dict.__getitem__


def differences(f: Callable[[Any], Any], values: Arrays, name: str, step: float = 1e-6) -> Any:
    """The gradient of f by central differences."""
    at = np.asarray(values[name], dtype=float)
    slope = np.zeros(at.shape)
    for place in np.ndindex(*at.shape):
        move = np.zeros(at.shape)
        move[place] = step
        up, down = ({**values, name: at + sign * move} for sign in (1, -1))
        slope[place] = (f(Values(up)) - f(Values(down))) / (2 * step)
    return slope


def arrays_of(line: Line) -> Arrays:
    extra = [part.split(":")[0].strip() for part in line.also.split(",") if part]
    return {**sample(), **{name: 0.4 + 0.3 * place for place, name in enumerate(extra)}}


def kinds_of(line: Line, names: set[str]) -> dict[str, str]:
    also = dict(part.split(": ") for part in line.also.split(", ") if part)
    return {name: {**KINDS, **also}[name] for name in names}


@pytest.mark.parametrize("line", [*MATLAB, *JULIA, *MATRIXCALCULUS], ids=lambda line: line.text)
def test_a_line_means_what_the_tool_computes(line: Line) -> None:
    values = arrays_of(line)
    names = {name for name in values if re.search(rf"\b{name}\b", line.text)}
    where = kinds_of(line, names & values.keys())
    _agrees(line, where, {name: values[name] for name in where})


@pytest.mark.parametrize("line", [*MATLAB, *JULIA, *MATRIXCALCULUS], ids=lambda line: line.text)
def test_a_line_that_nobody_declared_agrees_or_is_refused(line: Line) -> None:
    values = arrays_of(line)
    with suppress(mc.MatcalcError):
        found = mc.gradient(line.text, line.wrt, dialect=line.dialect)
        names = {name for name in found.problem.symbols if name in values}
        _agrees(line, None, {name: values[name] for name in names})


def _agrees(line: Line, where: dict[str, str] | None, values: Arrays) -> None:
    found = mc.gradient(line.text, line.wrt, where, dialect=line.dialect)
    expected = line.value(Values(arrays_of(line)))
    assert np.allclose(mc.evaluate(found.problem.expression, **values), expected, rtol=1e-9)
    slope = differences(line.value, arrays_of(line), line.wrt)
    if where and where[line.wrt].startswith("spd"):
        return  # the differences leave the symmetric matrices
    assert np.allclose(found.compile()(**values), slope, rtol=1e-5, atol=1e-7)


SYMPY = [
    ("Trace(A*X.T*B.T)", "X"),
    ("a.T*Inverse(X)*x", "X"),
    ("Determinant(Inverse(X))", "X"),
    ("Trace(X**2*S)", "X"),
    ("Trace(MatMul(X, X, S))", "X"),
    ("Trace((A*X*S + B)*(A*X*S + B).T)", "X"),
    ("Trace((X.T*K*X).inv()*(X.T*S*X))", "X"),
    ("(S*x + a).T*K*(X*x + w)", "x"),
    ("Trace(A.T*B*X**(-1)*S)", "X"),
    ("x.T*S*x + 3*w.applyfunc(sin).T*x", "x"),
    ("a.T*hadamard_product(S, X, K)*w", "X"),
    ("Trace(S)**2*log(Determinant(T)) + X[0, 1]", "X"),
    ("Trace(HadamardPower(X, 3)) + (x.T*X*x)[0, 0]", "X"),
]


def _by_sympy(text: str, values: Arrays) -> float:
    import sympy

    known: dict[str, Any] = {"Trace": lambda v: sympy.Matrix(v).trace()}
    for name, value in values.items():
        columns = np.asarray(value, dtype=float).reshape(len(value), -1)
        known[name] = sympy.ImmutableMatrix(columns.tolist())
    names = {word: getattr(sympy, word) for word in ("hadamard_product", "HadamardPower", "sin")}
    names |= {"Determinant": sympy.det, "Inverse": lambda v: v.inv(), "log": sympy.log}
    names["MatMul"] = lambda *parts: sympy.MatMul(*parts).doit()
    names["hadamard_product"] = lambda *parts: sympy.HadamardProduct(*parts).doit()
    names["HadamardPower"] = lambda v, p: v.applyfunc(lambda e: e**p)
    found = eval(text, {**names, **known})  # lines of this file, nothing typed by others
    return float(found[0] if hasattr(found, "shape") else found)


@pytest.mark.parametrize(("text", "wrt"), SYMPY)
def test_a_line_means_what_sympy_computes(text: str, wrt: str) -> None:
    values = {name: value for name, value in sample().items() if np.ndim(value)}
    used = {name: one for name, one in values.items() if re.search(rf"\b{name}\b", text)}
    found = mc.gradient(text, wrt, {name: KINDS[name] for name in used}, dialect="sympy")
    assert np.allclose(mc.evaluate(found.problem.expression, **used), _by_sympy(text, values))
    slope = differences(lambda moved: _by_sympy(text, moved), values, wrt)
    assert np.allclose(found.compile()(**used), slope, rtol=1e-4, atol=1e-6)
