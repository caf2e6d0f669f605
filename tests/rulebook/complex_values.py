"""Random complex values: what the declared structure says, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from matcalc.expressions.nodes import Symbol
from matcalc.samples.sampling import Random, axes_of


def is_complex(symbol: Symbol) -> bool:
    return bool(symbol.structure & {"complex", "hermitian", "unitary", "complex_stiefel"})


def complex_value(symbol: Symbol, sizes: Mapping[str, int], random: Random) -> Any:
    """A complex number, a 1-D or a 2-D array; None for more orthonormal columns than rows."""
    axes = axes_of(symbol.shape, sizes)
    value = complex_entries(axes, random)
    if "hermitian" in symbol.structure:
        return (value + value.conj().T) / 2 + 2 * np.diag(random.permutation(axes[0]) + 1.0)
    if "complex_stiefel" in symbol.structure:
        if axes[0] < axes[1]:
            return None
        return np.linalg.qr(value)[0]
    if len(axes) == 2 and axes[0] == axes[1]:
        return value + (1 + 2j) * np.eye(axes[0])
    return value if axes else complex(value)


def complex_entries(axes: tuple[int, ...], random: Random) -> Any:
    """Real and imaginary parts between 0.3 and 1.3 in size, away from 0 and from each other."""
    parts = [random.uniform(0.3, 1.3, axes) * random.choice([-1.0, 1.0], axes) for _ in range(2)]
    return parts[0] + 1j * parts[1]
