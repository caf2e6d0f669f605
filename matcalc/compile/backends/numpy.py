"""NumPy, with SciPy for what NumPy does not have."""

from __future__ import annotations

from matcalc.compile.backends import Backend

BACKEND = Backend(
    name="numpy",
    template="numpy",
    imports={
        "functools": "import functools",
        "itertools": "import itertools",
        "math": "import math",
        "np": "import numpy as np",
        "scipy.fft": "import scipy.fft",
        "scipy.integrate": "import scipy.integrate",
        "scipy.linalg": "import scipy.linalg",
        "scipy.signal": "import scipy.signal",
        "scipy.special": "import scipy.special",
        "scipy.stats": "import scipy.stats",
    },
    solve="solve($a, $b)",
    inverse="inverse($a)",
    outer="np.outer($a, $b)",
    diagonal="np.diag($a)",
    trace="np.trace($a)",
    total="np.sum($a)",
    square_root="np.sqrt($a)",
    matrix_power="np.linalg.matrix_power($a, $n)",
    ones="np.ones($shape)",
    zeros="np.zeros($shape)",
    identity="np.eye($n)",
    as_matrix="np.reshape($a, (1, 1))",
    beside="np.hstack([$items])",
    above="np.vstack([$items])",
    ordered_product="functools.reduce(np.matmul, (",
)
