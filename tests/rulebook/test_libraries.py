"""Every line for a function of NumPy or SciPy against the function itself."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.special
import scipy.stats

import matcalc as mc
from tests.library_lines import Line, lines_of

OF_A_PERSON: dict[str, Any] = {
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": scipy.special.expit,
    "softplus": lambda x: np.logaddexp(0, x),
    "silu": lambda x: x * scipy.special.expit(x),
    "gelu": lambda x: x * scipy.special.ndtr(x),
    "softmax": scipy.special.softmax,
    "log_softmax": scipy.special.log_softmax,
}
KNOWN = {"np": np, "scipy": scipy, **OF_A_PERSON}
LINES = list(
    lines_of(("np", "np.linalg", "scipy.linalg", "scipy.special", "scipy.stats.norm", "bare"))
)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_line_computes_what_the_library_computes(line: Line) -> None:
    expected = np.asarray(eval(line.text, {**KNOWN, **line.arrays}))
    if line.axes is not None:
        assert expected.ndim == line.axes
    found = line.value()
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-8, atol=1e-10)


OF_ARRAYS = [one for one in LINES if any(np.ndim(value) for value in one.arrays.values())]


def test_over_the_complex_numbers_a_line_is_refused_or_what_the_library_computes() -> None:
    right: set[str] = set()
    for line in (one.over_complex for one in OF_ARRAYS if "> 0.6" not in one.text):
        with suppress(mc.MatcalcError, TypeError):  # NumPy's own refusal is a TypeError
            found = line.value()
            expected = np.asarray(eval(line.text, {**KNOWN, **line.arrays}))
            np.testing.assert_allclose(
                found.reshape(expected.shape), expected, rtol=1e-8, atol=1e-10, err_msg=str(line)
            )
            right.add(line.text)
    assert right >= {
        "np.vdot(A, B)",
        "np.linalg.norm(X, axis=1)",
        "np.linalg.eigvalsh(X)",
        "np.linalg.svdvals(X)",
        "X.sum(axis=0)",
        "np.cov(X, rowvar=False)",
        "np.transpose(X)",
        "np.linalg.slogdet(X)[1]",
    }
