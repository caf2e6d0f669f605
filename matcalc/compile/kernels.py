"""Functions that emitted code contains where it calls them: the text of each is copied into it.

They use nothing but what a module of emitted code imports.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # as a module of emitted code does


def position(place: Any, size: Any, name: str) -> int:
    """The position as an integer; an error where it is none of 1 to size."""
    if not 1 <= place <= size or place != int(place):
        raise IndexError(f"position {place:g} of {name}: positions run from 1 to {size}")
    return int(place)


def span(first: Any, last: Any, size: Any, name: str) -> slice:
    """The positions from first to last; an error where they are not in 1 to size."""
    if not 1 <= first <= last + 1 <= size + 1 or first != int(first) or last != int(last):
        raise IndexError(
            f"positions {first:g} to {last:g} of {name}: positions run from 1 to {size}"
        )
    return slice(int(first) - 1, int(last))


def steps(lower: Any, upper: Any) -> range:
    """The integers from lower to upper, none where upper is lower - 1; an error below that."""
    is_range = -1 <= upper - lower < float("inf")
    if not is_range or lower != int(lower) or upper != int(upper):
        raise ValueError(f"nothing runs from {lower:g} to {upper:g} in steps of 1")
    return range(int(lower), int(upper) + 1)


def solve(A: Any, B: Any) -> Any:
    """inv(A) @ B."""
    probe = np.cos(np.arange(len(A)) ** 2)
    X = np.linalg.solve(A, np.column_stack((B, probe)))
    refuse_singular(A, X[:, -1])
    return X[:, :-1].reshape(B.shape)


def inverse(A: Any) -> Any:
    """inv(A)."""
    X = np.linalg.inv(A)
    refuse_singular(A, X)
    return X


def invertible(A: Any) -> bool:
    """Whether A is so to working precision."""
    try:
        solve(A, np.ones(len(A)))
    except np.linalg.LinAlgError:
        return False
    return True


def cholesky(A: Any) -> Any:
    """The lower triangular L with L @ L.conj().T = A."""
    L = np.linalg.cholesky(A)
    if np.any(np.diag(L).real ** 2 < np.sqrt(np.finfo(L.dtype).eps) * np.diag(A).real):
        inverse(A)
    return L


def positive_definite(A: Any) -> bool:
    """Whether a symmetric matrix is so to working precision."""
    try:
        cholesky(A)
    except np.linalg.LinAlgError:
        return False
    return True


def refuse_singular(A: Any, X: Any) -> None:
    """An error where A is invertible by round-off only; X is inv(A), or that times a probe."""
    precision = np.finfo(X.dtype).eps
    squares = float(np.vdot(A, A).real), float(np.vdot(X, X).real)
    if squares[0] * squares[1] < (1e-5 / precision) ** 2:
        return
    sizes, inverses = np.abs(A), np.abs(X if X.ndim == 2 else np.linalg.inv(A))
    # The condition in the best units of rows and columns is the spectral radius of |inv(A)| |A|.
    image = np.ones(len(A))
    for _ in range(6):
        start = image / image.max()
        image = inverses @ (sizes @ start)
    if np.max(image / start) > 0.1 / precision:
        raise np.linalg.LinAlgError("Singular matrix: it is invertible by round-off only")


def shaped(value: Any, shape: Any, name: str) -> Any:
    """What the code of an entry gives, which is an array of the shape that the entry declares."""
    found = getattr(value, "shape", ())
    if found != shape:
        raise ValueError(f"the code of {name} gives the shape {found}, where {shape} is expected")
    return value


_ALL = (
    position,
    span,
    steps,
    shaped,
    solve,
    inverse,
    invertible,
    refuse_singular,
    cholesky,
    positive_definite,
)
KERNELS = {kernel.__name__: kernel for kernel in _ALL}


def kernel_texts(code: str) -> Iterator[str]:
    """The source of every kernel that the code or one of its kernels calls, without types."""
    texts = {name: _plain(inspect.getsource(kernel)) for name, kernel in KERNELS.items()}
    called: dict[str, None] = {}
    waiting = [code]
    while waiting:
        text = waiting.pop()
        found = [name for name in texts if re.search(rf"(?<![\w.]){name}\(", text)]
        waiting += [texts[name] for name in found if name not in called]
        called.update(dict.fromkeys(found))
    return (text for name, text in texts.items() if name in called)


def _plain(source: str) -> str:
    head, documentation, *body = source.rstrip().split("\n")
    assert documentation.strip().startswith('"""') and documentation.endswith('"""')
    untyped = re.sub(r": (?:Any|str)\b| -> \w+", "", head)
    return "\n".join([untyped, documentation, *body])
