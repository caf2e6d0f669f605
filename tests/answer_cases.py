"""The questions that every answer is held to its laws by: each verb about every kind of problem.

A problem is a text, the variables that move, and where they move; sides of one matrix differ in
length. A setting is written a second time in NumPy, without anything of the package: its product,
its tangent vectors, and the curve through a point along which second derivatives are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import matcalc as mc

Array = Any
Values = Mapping[str, Any]
SIZES = {"m": 4, "n": 3, "p": 2}


@dataclass(frozen=True)
class Place:
    """Where one variable moves, in NumPy: <U, V>, the nearest tangent vector, and a curve."""

    inner: Any = None
    space: Any = None
    pairing: Callable[[Values, Array, Array], Any] = lambda v, U, V: np.sum(U.conj() * V).real
    tangent: Callable[[Values, Array, Array], Array] = lambda v, X, V: V
    point: Callable[[Values, Array], Array] = lambda v, X: X
    is_linear: bool = True


def _polar(X: Array) -> Array:
    left, _, right = np.linalg.svd(X, full_matrices=False)
    return left @ right


def _symmetric(X: Array) -> Array:
    return (X + X.conj().T) / 2


def _across(A: Array) -> Array:
    return np.eye(A.shape[1]) - A.T @ np.linalg.solve(A @ A.T, A)


FREE = Place()
SCALED = Place(mc.Pairing("w*U*V"), pairing=lambda v, U, V: v["w"] * U * V)
LENGTH = Place(mc.Weighted(left="M"), pairing=lambda v, U, V: U @ v["M"] @ V)
COMPLEX_LENGTH = Place(mc.Weighted(left="M"), pairing=lambda v, U, V: (U.conj() @ v["M"] @ V).real)
WEIGHTED = Place(
    mc.Weighted(left="M", right="N"),
    pairing=lambda v, U, V: np.trace(U.T @ v["M"] @ V @ v["N"]),
)
ENTRYWISE = Place(mc.Elementwise("W"), pairing=lambda v, U, V: np.sum(v["W"] * U * V))
SPHERE = Place(
    space="sphere",
    tangent=lambda v, x, u: u - x * (x @ u),
    point=lambda v, x: x / np.linalg.norm(x),
    is_linear=False,
)
KERNEL = Place(
    space="C*U = 0",
    tangent=lambda v, x, u: _across(v["C"]) @ u,
)
SYMMETRIC = Place(
    space="symmetric", tangent=lambda v, X, V: _symmetric(V), point=lambda v, X: _symmetric(X)
)
SYMMETRIC_WEIGHTED = Place(
    mc.Weighted(left="M", right="M"),
    "symmetric",
    lambda v, U, V: np.trace(U.T @ v["M"] @ V @ v["M"]),
    SYMMETRIC.tangent,
    SYMMETRIC.point,
)
STIEFEL = Place(
    space="stiefel",
    tangent=lambda v, X, V: V - X @ _symmetric(X.T @ V),
    point=lambda v, X: _polar(X),
    is_linear=False,
)
HERMITIAN = Place(
    space="hermitian", tangent=lambda v, X, V: _symmetric(V), point=lambda v, X: _symmetric(X)
)

TRACELESS = Place(
    space="traceless", tangent=lambda v, Z, V: V - np.trace(V) * np.eye(len(V)) / len(V)
)


@dataclass(frozen=True)
class Case:
    """A verb, a problem, and the place of each variable; `arguments` are what the verb takes."""

    verb: str
    name: str
    f: str
    where: str
    places: Mapping[str, Place]
    is_list: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.verb}: {self.name}"

    def ask(self) -> mc.Answer:
        found: mc.Answer = self.asked(getattr(mc, self.verb))
        return found

    def asked(self, verb: Callable[..., Any], **more: Any) -> Any:
        """What a verb says of the problem, in its settings."""
        chosen = {
            how: {x: getattr(place, how) for x, place in self.places.items() if getattr(place, how)}
            for how in ("inner", "space")
        }
        given = {how: choice for how, choice in chosen.items() if choice}
        wrt = list(self.places) if self.is_list else next(iter(self.places))
        return verb(self.f, wrt, where=self.where, **given, **self.arguments, **more)


Problem = tuple[str, str, str, Sequence[str] | Mapping[str, Place]]

# the kind of variable and value, f, declarations, the variables
SCALARS: list[Problem] = [
    ("scalar", "log(1 + exp(t*tr(A))) + t^3", "A: square(n)", ["t"]),
    ("vector", "log(1 + x'*M*x) + sum(sin(A*x))", "A: matrix(m,n), M: spd(n)", ["x"]),
    (
        "matrix",
        "logdet(X'*M*X) + norm2(A*X - B)^2",
        "A: matrix(n,m), M: spd(m), X: matrix(m,p), B: matrix(n,p)",
        ["X"],
    ),
    ("scalars", "exp(s*t) + s*t^2*tr(A)", "A: square(n), s: scalar, t: scalar", ["s", "t"]),
    ("vectors", "log(1 + exp(y'*A*x)) + norm2(x)^2", "A: matrix(m,n)", ["x", "y"]),
    (
        "matrices",
        "norm2(A - U*V')^2 + logdet(U'*U)",
        "A: matrix(m,n), U: matrix(m,p), V: matrix(n,p)",
        ["U", "V"],
    ),
    (
        "matrix, vector and scalar",
        "sum(exp(X*a + t*b))",
        "X: matrix(m,n), a: vector(n), b: vector(m), t: scalar",
        ["X", "b", "t"],
    ),
    ("with a definition", "r = A*x - b; r'*M*r + log(r'*r)", "A: matrix(m,n), M: spd(m)", ["x"]),
    (
        "several with a definition",
        "R = A*X - B; norm2(R)^2 + tr(R'*C)",
        "A: matrix(n,m), X: matrix(m,p), B: matrix(n,p), C: matrix(n,p)",
        ["X", "B"],
    ),
]
OTHERS: list[Problem] = [
    ("vector by scalar", "sin(t*a) + t^2*a", "a: vector(n), t: scalar", ["t"]),
    ("matrix by scalar", "exp(t)*A + t^3*B", "A: matrix(m,n), B: matrix(m,n), t: scalar", ["t"]),
    ("vector by vector", "A*x/(1 + x'*x)", "A: matrix(m,n)", ["x"]),
    ("matrix by vector", "x*x'*B", "B: matrix(n,p)", ["x"]),
    ("vector by matrix", "exp(X*a)", "X: matrix(m,p), a: vector(p)", ["X"]),
    ("matrix by matrix", "X'*A*X*B", "X: matrix(m,p), A: square(m), B: matrix(p,n)", ["X"]),
    ("inverse", "inv(X)*A", "X: invertible(n), A: matrix(n,p)", ["X"]),
    ("vector by scalars", "sin(s*t*a)", "a: vector(n), s: scalar, t: scalar", ["s", "t"]),
    ("vector by vectors", "(A*x).*y + y.*y", "A: matrix(m,n)", ["x", "y"]),
    ("matrix by matrices", "U*V'*A", "U: matrix(m,p), V: matrix(n,p), A: matrix(n,n)", ["U", "V"]),
    ("vector by matrix and vector", "tanh(X*a + b)", "X: matrix(m,n), a: vector(n)", ["X", "b"]),
]
COMPLEX: list[Problem] = [
    ("complex scalar", "abs(c*z + d)^2 + abs(z)^4", "c, d, z: complex_scalar", ["z"]),
    (
        "complex vector",
        "norm2(A*z - b)^2 + log(1 + re(z'*z))",
        "A: complex_matrix(m,n), z: complex_vector(n), b: complex_vector(m)",
        ["z"],
    ),
    (
        "complex matrix",
        "norm2(A*Z - B)^2 + re(tr(C*Z))",
        "A: complex_matrix(m,n), Z: complex_matrix(n,p), B: complex_matrix(m,p), "
        "C: complex_matrix(p,n)",
        ["Z"],
    ),
    (
        "complex matrices",
        "norm2(A - U*V')^2",
        "A: complex_matrix(m,n), U: complex_matrix(m,p), V: complex_matrix(n,p)",
        ["U", "V"],
    ),
]
COMPLEX_OTHERS: list[Problem] = [
    ("complex scalar value", "c*z^2", "c, z: complex_scalar", ["z"]),
    (
        "complex vector value",
        "A*z*abs(c)",
        "A: complex_matrix(m,n), z: complex_vector(n), c: complex_scalar",
        ["z"],
    ),
    ("complex matrix value", "A*Z*Z'", "A: complex_matrix(m,n), Z: complex_matrix(n,p)", ["Z"]),
    (
        "complex matrices value",
        "U*V'",
        "U: complex_matrix(m,p), V: complex_matrix(n,p)",
        ["U", "V"],
    ),
]
_SQUARE = "X: spd(n), A: square(n)"
SETTINGS: list[Problem] = [
    ("weighted scalar", "exp(t*tr(A))", "A: square(n), w: positive, t: scalar", {"t": SCALED}),
    (
        "weighted vector",
        "log(1 + x'*x) + sum(sin(A*x))",
        "A: matrix(m,n), M: spd(n), x: vector(n)",
        {"x": LENGTH},
    ),
    (
        "weighted matrix",
        "norm2(A*X - B)^2",
        "A: matrix(n,m), X: matrix(m,p), B: matrix(n,p), M: spd(m), N: spd(p)",
        {"X": WEIGHTED},
    ),
    (
        "matrix weighted by entries",
        "norm2(A*X - B)^2",
        "A: matrix(n,m), X: matrix(m,p), B: matrix(n,p), W: positive_matrix(m,p)",
        {"X": ENTRYWISE},
    ),
    ("vector on the sphere", "x'*A*x + b'*x", "A: square(n), x: vector(n)", {"x": SPHERE}),
    (
        "vector in a kernel",
        "sum(exp(A*x))",
        "A: matrix(m,n), C: matrix(p,n), x: vector(n)",
        {"x": KERNEL},
    ),
    ("symmetric matrix", "logdet(X) + tr(A*X*X)", _SQUARE, {"X": SYMMETRIC}),
    (
        "symmetric weighted matrix",
        "tr(A*X*X)",
        f"{_SQUARE}, M: spd(n)",
        {"X": SYMMETRIC_WEIGHTED},
    ),
    ("stiefel", "tr(X'*A*X*B)", "A: square(m), B: square(p), X: matrix(m,p)", {"X": STIEFEL}),
    (
        "vectors weighted and on the sphere",
        "y'*A*x + (x'*x)^2",
        "A: matrix(m,n), M: spd(n), x: vector(n), y: vector(m)",
        {"x": LENGTH, "y": SPHERE},
    ),
    (
        "matrices on spaces",
        "norm2(A - U*S)^2",
        "A: matrix(m,p), U: matrix(m,p), S: spd(p)",
        {"U": STIEFEL, "S": SYMMETRIC},
    ),
    (
        "hermitian matrix",
        "re(tr(A*Z*Z)) + logdet(Z)",
        "Z: hpd(n), A: complex_matrix(n,n)",
        {"Z": HERMITIAN},
    ),
    (
        "complex traceless matrix",
        "norm2(A*Z)^2 + re(tr(A*Z*Z))",
        "Z: complex_matrix(n,n), A: complex_matrix(n,n)",
        {"Z": TRACELESS},
    ),
    (
        "complex weighted vector",
        "norm2(A*z - b)^2",
        "A: complex_matrix(m,n), z: complex_vector(n), b: complex_vector(m), M: hpd(n)",
        {"z": COMPLEX_LENGTH},
    ),
    (
        "real and complex",
        "norm2(A*z - t*b)^2",
        "A: complex_matrix(m,n), z: complex_vector(n), b: complex_vector(m), t: scalar",
        {"z": FREE, "t": FREE},
    ),
]
SETTINGS_OTHERS: list[Problem] = [
    ("value on the sphere", "A*x*(b'*x)", "A: matrix(m,n), x: vector(n)", {"x": SPHERE}),
    ("value by symmetric matrix", "X*A*X", _SQUARE, {"X": SYMMETRIC}),
    (
        "value by weighted matrix",
        "X'*A*X",
        "A: square(m), X: matrix(m,p), M: spd(m), N: spd(p)",
        {"X": WEIGHTED},
    ),
    ("value on stiefel", "A*X", "A: matrix(n,m), X: matrix(m,p)", {"X": STIEFEL}),
    (
        "value by vectors on spaces",
        "(A*x).*y",
        "A: matrix(m,n), M: spd(n), x: vector(n), y: vector(m)",
        {"x": LENGTH, "y": SPHERE},
    ),
]

_OVER_COMPLEX = [problem for problem in SETTINGS if "complex" in problem[2]]
_OF_ANY_VALUE = [*SCALARS, *COMPLEX, *SETTINGS, *OTHERS, *COMPLEX_OTHERS, *SETTINGS_OTHERS]
GRID: list[tuple[str, Sequence[Problem], list[dict[str, Any]]]] = [
    ("gradient", [*SCALARS, *COMPLEX, *SETTINGS], [{}]),
    ("differential", _OF_ANY_VALUE, [{}]),
    ("jacobian", _OF_ANY_VALUE, [{}]),
    ("hessian", [*SCALARS, *COMPLEX, *SETTINGS], [{}]),
    ("nth_derivative", [*SCALARS, *COMPLEX, *OTHERS, *COMPLEX_OTHERS], [{"order": 2}]),
    ("nth_derivative", [*SETTINGS, *SETTINGS_OTHERS], [{"order": 2}]),
    ("nth_derivative", [*SCALARS[1:3], *OTHERS[2:5], *COMPLEX_OTHERS[1:3]], [{"order": 3}]),
    ("wirtinger", [*COMPLEX, COMPLEX_OTHERS[0], *_OVER_COMPLEX], [{}, {"conjugate": True}]),
]


def cases() -> Iterator[Case]:
    """The whole grid."""
    for verb, problems, arguments in GRID:
        for name, f, where, moving in problems:
            places = moving if isinstance(moving, Mapping) else dict.fromkeys(moving, FREE)
            for given in arguments:
                said = "".join(f", {how} {what}" for how, what in given.items())
                yield Case(verb, f"{name}{said}", f, where, places, len(places) > 1, given)
