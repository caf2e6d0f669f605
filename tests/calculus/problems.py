"""Problems for the tests of the calculus, and the numbers that decide about an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

import matcalc as mc
from matcalc.expressions.nodes import Node, Symbol, dimension_names
from matcalc.samples.numeric import Curve, Unusable, central_error, require_usable
from matcalc.samples.sampling import (
    Array,
    Point,
    Random,
    Region,
    axes_of,
    draw,
    drawn_symbols,
    size_sets,
)
from tests.rulebook.sampling import value_at

# text, variable, declarations
SCALARS: dict[str, tuple[str, str]] = {
    "norm2(A*X - B)^2": ("X", "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p)"),
    "norm2(A*X - B)": ("X", "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p)"),
    "x'*A*x": ("x", "A: square(n)"),
    "x'*A*x/(x'*x)": ("x", "A: square(n)"),
    "(x'*A*x)^2*(y'*x)": ("x", "A: square(n)"),
    "x'*X*y": ("X", "X: matrix(m,n), x: vector(m), y: vector(n)"),
    "x'*X'*X*y": ("X", "X: matrix(m,n), x: vector(n), y: vector(n)"),
    "tr(A*X*B*X'*C)": ("X", "A: matrix(p,m), X: matrix(m,n), B: square(n), C: matrix(m,p)"),
    "tr(X'*A*X*B)/tr(X'*X)": ("X", "A: square(m), X: matrix(m,n), B: square(n)"),
    "logdet(A*X*B)": ("X", "A: matrix(n,n), X: square(n), B: square(n)"),
    "logdet(X'*A*X + B)": ("X", "A: spd(m), B: spd(n), X: matrix(m,n)"),
    "det(X)*tr(X*A)": ("X", "X: square(n), A: square(n)"),
    "det(A*X)": ("X", "A: matrix(n,m), X: matrix(m,n)"),
    "tr(A*inv(X)*B)": ("X", "X: square(n), A: matrix(m,n), B: matrix(n,m)"),
    "tr(inv(X'*X + A)*B)": ("X", "X: matrix(m,n), A: spd(n), B: square(n)"),
    "x'*inv(A + x*x')*y": ("x", "A: spd(n)"),
    "sum(exp(A*X).*B)": ("X", "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p)"),
    "sum(tanh(A*x + b).^3)": ("x", "A: matrix(m,n), x: vector(n), b: vector(m)"),
    "sum(log(1 + exp(-(y .* (X*w)))))": ("w", "X: matrix(m,n), w: vector(n), y: vector(m)"),
    "logsumexp(A*x) - b'*x": ("x", "A: matrix(m,n), x: vector(n), b: vector(n)"),
    "y'*softmax(A*x)": ("A", "A: matrix(m,n), x: vector(n), y: vector(m)"),
    "norm1(A*x - b) + norm2(x)": ("x", "A: matrix(m,n), x: vector(n), b: vector(m)"),
    "tr(diag(x)*A*diag(x)*B)": ("x", "A: square(n), B: square(n), x: vector(n)"),
    "diag(X*A)'*x": ("X", "X: matrix(n,m), A: matrix(m,n), x: vector(n)"),
    "tr(kron(X, A)*B)": ("X", "X: square(n), A: square(m), B: square(m*n)"),
    "tr(kron(A, X')*B)": ("X", "X: matrix(p,q), A: matrix(m,n), B: matrix(n*p,m*q)"),
    "a*tr(X) + a^2*b": ("a", "X: square(n), a: scalar, b: scalar"),
    "norm2(a*x + y)^3": ("a", "a: scalar, x: vector(n), y: vector(n)"),
    "x[2]*sum(x) + x[1]^2": ("x", "x: vector(n)"),
    "X[1,2]*tr(X'*X)": ("X", "X: matrix(m,n)"),
    "sum(i in 1..n, x[i]^2*y[i])": ("x", "x: vector(n), y: vector(n)"),
    "tr([X, A; B, C]*D)": (
        "X",
        "X: matrix(m,n), A: matrix(m,p), B: matrix(q,n), C: matrix(q,p), D: matrix(n+p,m+q)",
    ),
    "tr(X^3*A)": ("X", "X: square(n), A: square(n)"),
    "tr(A*expm(X))": ("X", "X: square(n), A: square(n)"),
    "sum(sqrt(X.^2 + 1)./(1 + Y.^2))": ("X", "X: matrix(m,n), Y: matrix(m,n)"),
    "tr(tril(X)*A) + sum(triu(X*B))": ("X", "X: square(n), A: square(n), B: square(n)"),
    "vec(X)'*A*vec(X)": ("X", "X: matrix(m,n), A: square(m*n)"),
    "var(A*x)": ("x", "A: matrix(m,n), x: vector(n)"),
    "tr(a*X*B + A*B)": ("X", "X: square(n), A: square(n), B: square(n), a: scalar"),
    "tr((tr(X*B) - 2*sum(X))*A*B + a*X*B)": (
        "X",
        "X: square(n), A: square(n), B: square(n), a: scalar",
    ),
    "tr(sum(X)*A + mean(X)*X)": ("X", "X: square(n), A: square(n)"),
    "x'*S*x + tr(S*A)": ("S", "S: symmetric(n), A: square(n), x: vector(n)"),
}

MAPS: dict[str, tuple[str, str]] = {
    "A*X*B": ("X", "A: matrix(m,n), X: matrix(n,p), B: matrix(p,q)"),
    "X'*A*X": ("X", "A: square(m), X: matrix(m,n)"),
    "inv(X)": ("X", "X: square(n)"),
    "A*inv(X)*B'": ("X", "X: square(n), A: matrix(m,n), B: matrix(p,n)"),
    "X*x": ("X", "X: matrix(m,n), x: vector(n)"),
    "x*x'*A": ("x", "x: vector(m), A: matrix(m,n)"),
    "exp(A*x)": ("x", "A: matrix(m,n), x: vector(n)"),
    "tanh(X).*A + X.^2": ("X", "X: matrix(m,n), A: matrix(m,n)"),
    "softmax(A*x)": ("x", "A: matrix(m,n), x: vector(n)"),
    "x/norm2(x)": ("x", "x: vector(n)"),
    "diag(x)*A": ("x", "x: vector(m), A: matrix(m,n)"),
    "diag(X*A)": ("X", "X: matrix(n,m), A: matrix(m,n)"),
    "tr(X)*X'": ("X", "X: square(n)"),
    "kron(A, X)": ("X", "A: matrix(m,n), X: matrix(p,q)"),
    "kron(X, A)": ("X", "A: matrix(m,n), X: matrix(p,q)"),
    "vec(X)*y'": ("X", "X: matrix(m,n), y: vector(p)"),
    "X'*a": ("a", "X: matrix(m,n), a: scalar"),
    "[X; A]*B": ("X", "X: matrix(m,n), A: matrix(p,n), B: matrix(n,q)"),
    "X[:,1]": ("X", "X: matrix(m,n)"),
    "X[2,:]": ("X", "X: matrix(m,n)"),
    "tril(X*A)": ("X", "X: matrix(m,n), A: matrix(n,m)"),
    "(X - X')/2": ("X", "X: square(n)"),
    "det(X)*inv(X)": ("X", "X: square(n)"),
    "expm(X)*A": ("X", "X: square(n), A: matrix(n,m)"),
    "x'*A*y": ("x", "A: matrix(m,n), x: vector(m), y: vector(n)"),
}


def drawn(roots: tuple[Node, ...], random: Random, count: int = 4) -> Iterator[Point]:
    """Random points; sizes are all different and come in several orders."""
    symbols, names = drawn_symbols(*roots), dimension_names(*roots)
    for sizes in size_sets(names, symbols, random, smallest=3, count=count):
        for region in (Region.ANYWHERE, Region.POSITIVE, Region.DEFINITE):
            yield draw(symbols, sizes, region, random)


def direction(variable: Symbol, point: Point, random: Random) -> Any:
    value = random.standard_normal(axes_of(variable.shape, point.sizes))
    return value if value.ndim else float(value)


def differences_error(
    f: Node, variable: Symbol, derivative: Node, tangent: Symbol, seed: int = 0
) -> float:
    """The worst error of `derivative`, linear in `tangent`, beside central differences of f."""
    random = np.random.default_rng(seed)
    errors = []
    for point in drawn((f, derivative, variable, tangent), random):
        step = direction(variable, point, random)
        place = point.values[variable.name]

        def value(t: float, point: Point = point, place: Any = place, step: Any = step) -> Array:
            return value_at(f, point, {variable.name: place + 0.3 * t * step})

        try:
            require_usable(Curve(value, value(0.0)))
            claimed = value_at(derivative, point, {tangent.name: 0.3 * step})
        except Unusable:
            continue
        errors.append(central_error(Curve(value, claimed)))
    assert errors, f"no usable point for {f}"
    return max(errors)


def problem(text: str, table: Mapping[str, tuple[str, str]]) -> tuple[Node, Symbol]:
    """The expression of an entry of a table and its variable."""
    name, where = table[text]
    f = mc.parse(text, where)
    (variable,) = (s for s in drawn_symbols(f) if s.name == name)
    return f, variable
