"""A compiled function is sent to other processes as any other value."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.function import CompiledFunction

RANDOM = np.random.default_rng(7)
A, X, B = (RANDOM.standard_normal(size) for size in [(3, 2), (2, 4), (3, 4)])
READ = """
import pickle, sys
import numpy as np
with open(sys.argv[1], "rb") as file:
    found, arrays = pickle.load(file)
np.save(sys.argv[2], found(**arrays))
"""


def again(found: CompiledFunction) -> CompiledFunction:
    read = pickle.loads(pickle.dumps(found))
    assert isinstance(read, CompiledFunction)
    assert read.source == found.source
    return read


def test_a_gradient_has_the_same_value_in_another_process(tmp_path: Path) -> None:
    found = mc.gradient("R = A*X - B; norm2(R)^2", "X").compile()
    asked, answered = tmp_path / "asked.pickle", tmp_path / "answered.npy"
    asked.write_bytes(pickle.dumps((found, {"A": A, "X": X, "B": B})))
    subprocess.run([sys.executable, "-c", READ, str(asked), str(answered)], check=True)
    assert np.allclose(np.load(answered), 2 * A.T @ (A @ X - B))


def test_gradients_of_several_variables_keep_their_names() -> None:
    found = again(mc.gradient("tr(X'*A*B)", ["X", "A"]).compile())(X=A, A=B @ X.T, B=X[:, :2])
    assert np.allclose(found["X"], B @ X.T @ X[:, :2])
    assert np.allclose(found["A"], A @ X[:, :2].T)


@pytest.mark.parametrize("size", [3, 40])
def test_arrays_are_still_looked_at(size: int) -> None:
    found = again(mc.gradient("x'*S*x", "x", "S: symmetric(n), x: vector(n)").compile())
    x, S = np.arange(size) + 1.0, np.diag(np.arange(size) + 2.0)
    assert np.allclose(found(S=S, x=x), 2 * S @ x)
    S[0, -2] = 1.0
    with pytest.raises(mc.MatcalcError, match="declared symmetric"):
        found(S=S + np.triu(np.ones_like(S)), x=x)
