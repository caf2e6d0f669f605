"""Names that templates bind for themselves do not meet those of a person."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc

M = np.array([[1.0, 2.0, 4.0], [3.0, 8.0, 5.0], [9.0, 6.0, 7.0]])
# Means along the diagonals, and along the diagonals that go round.
TOEPLITZ = np.array([[16 / 3, 3.5, 4.0], [4.5, 16 / 3, 3.5], [9.0, 4.5, 16 / 3]])
CIRCULANT = np.array([[16.0, 16.0, 13.0], [13.0, 16.0, 16.0], [16.0, 13.0, 16.0]]) / 3


@pytest.mark.parametrize("name", ["k", "s", "d", "n", "X"])
def test_a_matrix_may_be_called_as_in_a_template(name: str) -> None:
    for operation, expected in (("toeplitz_part", TOEPLITZ), ("circulant_part", CIRCULANT)):
        node = mc.parse(f"{operation}({name})", f"{name}: square(m)")
        np.testing.assert_allclose(mc.evaluate(node, **{name: M}), expected, rtol=1e-14)


@pytest.mark.parametrize("size", ["k", "d", "n"])
def test_a_dimension_may_be_called_as_in_a_template(size: str) -> None:
    for operation, expected in (("toeplitz", TOEPLITZ), ("circulant", CIRCULANT)):
        node = mc.parse(f"{operation}_projection({size})*vec(Z)", f"Z: square({size})")
        value = mc.evaluate(node, Z=M)
        np.testing.assert_allclose(value, expected.ravel(order="F"), rtol=1e-14)
