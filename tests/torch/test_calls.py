"""Every line for a function of PyTorch or jax.nn against the function itself."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
import torch
import torch.nn.functional

from tests.library_lines import Line, lines_of

jax.config.update("jax_enable_x64", True)
OF_TORCH = {"torch": torch, "F": torch.nn.functional, "np": np}
LINES = list(lines_of(("torch", "torch.linalg", "torch.special", "F")))
LINES_OF_JAX = list(lines_of(("jax.nn",)))


def tensor(value: Any, is_condition: bool) -> Any:
    """A tensor of an array, of a condition one of truth values; a number stays, as it is typed."""
    if isinstance(value, float):
        return value
    return torch.as_tensor(value) != 0 if is_condition else torch.as_tensor(value)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_line_computes_what_pytorch_computes(line: Line) -> None:
    conditions = {"C"} if "where(C," in line.text else set()
    arrays = {name: tensor(value, name in conditions) for name, value in line.arrays.items()}
    agrees(line, np.asarray(eval(line.text, {**OF_TORCH, **arrays})))


@pytest.mark.parametrize("line", LINES_OF_JAX, ids=str)
def test_a_line_computes_what_jax_computes(line: Line) -> None:
    agrees(line, np.asarray(eval(line.text, {"jax": jax, **line.arrays})))


def agrees(line: Line, expected: np.ndarray[Any, Any]) -> None:
    if line.axes is not None:
        assert expected.ndim == line.axes
    found = line.value().reshape(expected.shape)
    single = expected.dtype == np.float32  # X.float() rounds
    np.testing.assert_allclose(found, expected, rtol=1e-6 if single else 1e-8, atol=1e-10)
