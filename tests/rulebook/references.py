"""What NumPy and SciPy say that an operation is, independently of the book.

An operation spelled `np.linalg.inv` is that function; the abbreviations of the book that have no
such name have an expression here.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from matcalc.rulebook.records import Operation
from matcalc.verify.sampling import Array, Point

_EXPRESSIONS: Mapping[str, str] = {
    "sym": "(X + X.T) / 2",
    "skew": "(X - X.T) / 2",
    "mean": "np.mean(X)",
    "rowsum": "np.sum(X, axis=1)",
    "colsum": "np.sum(X, axis=0)",
    "square": "X**2",
    "recip": "1 / X",
    "inner": "np.vdot(A, B)",
    "dot": "np.vdot(x, y)",
    "quad": "np.vdot(x, A @ x)",
    "rayleigh": "np.vdot(x, A @ x) / np.vdot(x, x)",
    "logdet1p": "np.log(abs(np.linalg.det(np.eye(len(A)) + A)))",
    "cof": "np.linalg.det(X) * np.linalg.inv(X).T",
    "silu": "X / (1 + np.exp(-X))",
    "gelu": "X * scipy.stats.norm.cdf(X)",
    "frobenius2": "np.linalg.norm(X) ** 2",
    "norm1": "np.sum(np.abs(X))",
    "normp": "np.sum(np.abs(x) ** p) ** (1 / p)",
    "normalize": "x / np.linalg.norm(x)",
    "var": "np.var(X)",
    "entropy": "scipy.stats.entropy(x / np.sum(x)) * np.sum(x) - np.sum(x) * np.log(np.sum(x))",
}


def reference(operation: Operation, point: Point) -> Array | None:
    """The value at a point by other means, None where there are none."""
    import scipy.stats

    arguments = [point.values[p.name] for p in operation.parameters if p.name in point.values]
    if operation.name in _EXPRESSIONS:
        names = {"np": np, "scipy": scipy, **point.values}
        return np.asarray(eval(_EXPRESSIONS[operation.name], names))
    for spelling in operation.spelled:
        function = numpy_function(spelling)
        if function is not None and len(arguments) == len(operation.parameters):
            return np.asarray(function(*arguments))
    return None


def numpy_function(spelling: str) -> Any:
    """The function that a spelling like `np.linalg.inv` names, None for other spellings."""
    home, _, name = spelling.rpartition(".")
    if home.split(".")[0] not in ("np", "scipy"):
        return None
    return getattr(importlib.import_module(home.replace("np", "numpy", 1)), name)


def has_reference(operation: Operation) -> bool:
    """Whether a definition can be compared with something else."""
    spelled = any(numpy_function(spelling) is not None for spelling in operation.spelled)
    return spelled or operation.name in _EXPRESSIONS
