"""Products and powers of shapes, entries, blocks, stackings and structured matrices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tests.meanings.values import (
    Array,
    Meaning,
    column,
    place,
    require,
    require_square,
    stretch,
    unvec,
    vec,
    whole,
)


def _matrix_of(linear: Callable[[Array], Array], rows: int, columns: int) -> Array:
    """The M with vec(linear(X)) = M vec(X) for X of that shape, column by column."""
    units = (unvec(unit, rows, columns) for unit in np.eye(rows * columns))
    return np.column_stack([vec(linear(unit)) for unit in units])


# ---------------------------------------------------------------- Kronecker products


def _kron(a: Array, b: Array) -> Array:
    return np.block([[entry * b for entry in row] for row in a])


def _blocks(c: Array, m: int, n: int) -> list[list[Array]]:
    """The m x n blocks of a matrix, each as large as the others."""
    require(c.shape[0] % m == 0 and c.shape[1] % n == 0, f"blocks in a {m} x {n} grid")
    return [np.split(rows, n, axis=1) for rows in np.split(c, m, axis=0)]


def _kron_left(b: Array, c: Array, m: Array, n: Array) -> Array:
    """The sums of the entries of each block times those of b."""
    grid = _blocks(c, whole(m), whole(n))
    return np.array([[np.sum(block * b) for block in row] for row in grid])


def _kron_right(a: Array, c: Array, p: Array, q: Array) -> Array:
    """The sum of the blocks, each times its entry of a."""
    grid = _blocks(c, *a.shape)
    found = sum(a[i, j] * block for i, row in enumerate(grid) for j, block in enumerate(row))
    require(np.shape(found) == (whole(p), whole(q)), "blocks of the size stated")
    return np.asarray(found)


def _kron_blocks(c: Array, m: Array, n: Array, p: Array, q: Array) -> Array:
    """Row by row the vec of a block; the blocks in the order of vec."""
    grid = _blocks(c, whole(m), whole(n))
    rows = [vec(grid[i][j]).T for j in range(whole(n)) for i in range(whole(m))]
    return np.vstack(rows)


def _kron_vec(m: Array, n: Array, p: Array, q: Array) -> Array:
    """The permutation that turns vec(A) kron vec(B) into vec(A kron B)."""
    a, b = (whole(m), whole(n)), (whole(p), whole(q))
    pairs = [(unvec(u, *a), unvec(w, *b)) for u in np.eye(a[0] * a[1]) for w in np.eye(b[0] * b[1])]
    return np.column_stack([vec(_kron(one, other)) for one, other in pairs])


def _khatri_rao(a: Array, b: Array) -> Array:
    require(a.shape[1] == b.shape[1], "as many columns")
    return np.column_stack([_kron(a[:, [k]], b[:, [k]]) for k in range(a.shape[1])])


def _commutation(m: Array, n: Array) -> Array:
    return _matrix_of(np.transpose, whole(m), whole(n))


# ---------------------------------------------------------------- entries and blocks


def _basis(i: Array, n: Array) -> Array:
    unit = np.zeros((whole(n), 1))
    unit[place(i, whole(n)), 0] = 1.0
    return unit


def _entry(x: Array, i: Array) -> Any:
    require(1 in x.shape, "one position in a vector")
    return x.reshape(-1)[place(i, x.size)]


def _entry_of(x: Array, i: Array, j: Array) -> Any:
    return x[place(i, x.shape[0]), place(j, x.shape[1])]


def _slice(x: Array, a: Array, b: Array, c: Array, d: Array) -> Array:
    return x[stretch(a, b, x.shape[0]), stretch(c, d, x.shape[1])]


def _segment(x: Array, a: Array, b: Array) -> Array:
    require(1 in x.shape, "a part of a vector")
    kept = stretch(a, b, x.size)
    return x[kept, :] if x.shape[1] == 1 else x[:, kept]


def _reshape(x: Array, m: Array, n: Array) -> Array:
    return unvec(vec(x), whole(m), whole(n))


def _member(x: Array, i: Array, m: Array, n: Array) -> Array:
    return unvec(column(x[place(i, x.shape[0])]), whole(n), whole(m)).T


def _selection(a: Array, b: Array, n: Array) -> Array:
    return np.eye(whole(n))[stretch(a, b, whole(n)), :]


# ---------------------------------------------------------------- triangles and diagonals


def _chosen(keeps: Callable[[int, int], float]) -> Meaning:
    """The entries times a number for their row and column."""
    return lambda x: np.array(
        [[keeps(i, j) * x[i, j] for j in range(x.shape[1])] for i in range(x.shape[0])]
    )


def _diagonal(x: Array) -> Array:
    require_square(x)
    return column([x[i, i] for i in range(len(x))])


def _banded(x: Array, k: Array, l: Array) -> Array:  # noqa: E741  (the field's letters)
    below, above = whole(k), whole(l)
    return np.asarray(_chosen(lambda i, j: float(-below <= j - i <= above))(x))


def _vech(x: Array) -> Array:
    require_square(x)
    return column([x[i, j] for j in range(len(x)) for i in range(j, len(x))])


def _unvech(v: Array) -> Array:
    n = next(k for k in range(1, v.size + 1) if k * (k + 1) // 2 >= v.size)
    require(n * (n + 1) // 2 == v.size, "n*(n + 1)/2 entries")
    found = np.zeros((n, n), dtype=v.dtype)
    below = [(i, j) for j in range(n) for i in range(j, n)]
    for entry, (i, j) in zip(v[:, 0], below, strict=True):
        found[i, j] = found[j, i] = entry
    return found


def _duplication(n: Array) -> Array:
    count = whole(n) * (whole(n) + 1) // 2
    return np.column_stack([vec(_unvech(column(unit))) for unit in np.eye(count)])


def _averaged(n: int, distance: Callable[[int, int], int]) -> Meaning:
    """Every entry the mean of those at the same distance."""

    def averaged(x: Array) -> Array:
        require_square(x)
        groups: dict[int, list[Any]] = {}
        for i in range(n):
            for j in range(n):
                groups.setdefault(distance(i, j), []).append(x[i, j])
        mean = {key: np.mean(group) for key, group in groups.items()}
        return np.array([[mean[distance(i, j)] for j in range(n)] for i in range(n)])

    return averaged


def _toeplitz_part(n: int) -> Meaning:
    return _averaged(n, lambda i, j: i - j)


def _circulant_part(n: int) -> Meaning:
    return _averaged(n, lambda i, j: (i - j) % n)


def _toeplitz(h: Array) -> Array:
    return np.array([[h[abs(i - j), 0] for j in range(len(h))] for i in range(len(h))])


def _toeplitz_sums(x: Array) -> Array:
    n = len(x)
    sums = [
        sum(x[i, j] for i in range(n) for j in range(n) if abs(i - j) == distance)
        for distance in range(n)
    ]
    return column(sums)


def _symplectic(n: Array) -> Array:
    require(whole(n) % 2 == 0, "an even order")
    half = whole(n) // 2
    return np.block(
        [[np.zeros((half, half)), np.eye(half)], [-np.eye(half), np.zeros((half, half))]]
    )


# ---------------------------------------------------------------- signals, cross products, traces


def _conv(a: Array, x: Array) -> Array:
    found = np.zeros((a.size + x.size - 1, 1))
    for i, left in enumerate(a.reshape(-1)):
        for j, right in enumerate(x.reshape(-1)):
            found[i + j, 0] += left * right
    return found


def _correlate(a: Array, c: Array) -> Array:
    require(c.size >= a.size, "a signal at least as long as the filter")
    count = c.size - a.size + 1
    return column([sum(a[i, 0] * c[i + j, 0] for i in range(a.size)) for j in range(count)])


def _hat(w: Array) -> Array:
    """hat(w) x is the cross product of w and x."""
    return np.column_stack([np.cross(w.reshape(-1), unit) for unit in np.eye(3)])


def _right_jacobian(w: Array) -> Array:
    """The integral of exp(-s*hat(w)) over s from 0 to 1, in closed form, or its first terms."""
    t, turn = float(np.linalg.norm(w)), _hat(w)
    if t < 1e-3:
        return np.eye(3) - turn / 2 + turn @ turn / 6 - turn @ turn @ turn / 24
    bend, twist = (1 - np.cos(t)) / t**2, (t - np.sin(t)) / t**3
    return np.asarray(np.eye(3) - bend * turn + twist * turn @ turn)


def _cross(x: Array, y: Array) -> Array:
    return column(np.cross(x.reshape(-1), y.reshape(-1)))


def _vee(x: Array) -> Array:
    """The w whose hat is the skew part of x."""
    return column([x[2, 1] - x[1, 2], x[0, 2] - x[2, 0], x[1, 0] - x[0, 1]]) / 2


def _trace_out(x: Array, p: Array, q: Array, space: int) -> Array:
    """The partial trace over the first or the second of two spaces, of dimensions p and q."""
    grid = _blocks(x, whole(p), whole(p))
    if space == 1:
        return np.asarray(sum(grid[i][i] for i in range(whole(p))))
    return np.array([[np.trace(block) for block in row] for row in grid])


def _traced(space: int) -> Meaning:
    def traced(x: Array, p: Array, q: Array, k: Array) -> Array:
        require(whole(k) == space, f"the space {space}")
        return _trace_out(x, p, q, space)

    return traced


ARRANGEMENTS: Mapping[str, Meaning] = {
    "transpose": np.transpose,
    "herm": lambda x: x.conj().T,
    "vec": vec,
    "member": _member,
    "reshape": _reshape,
    "diag": lambda x: np.diag(x[:, 0]),
    "diag_of": _diagonal,
    "diag_selection": lambda n: np.column_stack([vec(np.diag(u)) for u in np.eye(whole(n))]),
    "commutation": _commutation,
    "sym": lambda x: (x + x.T) / 2,
    "skew": lambda x: (x - x.T) / 2,
    "tril": _chosen(lambda i, j: float(i >= j)),
    "triu": _chosen(lambda i, j: float(i <= j)),
    "halved_tril": _chosen(lambda i, j: float(i > j) + (i == j) / 2),
    "band": _banded,
    "matmul": lambda a, b: a @ b,
    "outer": lambda x, y: x @ y.conj().T,
    "kron": _kron,
    "kron_left": _kron_left,
    "kron_right": _kron_right,
    "kron_blocks": _kron_blocks,
    "kron_vec": _kron_vec,
    "khatrirao": _khatri_rao,
    "basis": _basis,
    "entry": _entry,
    "entry_of": _entry_of,
    "row": lambda x, i: x[[place(i, x.shape[0])], :],
    "column": lambda x, j: x[:, [place(j, x.shape[1])]],
    "slice": _slice,
    "segment": _segment,
    "selection": _selection,
    "hstack": lambda a, b: np.concatenate([a, b], axis=1),
    "vstack": lambda a, b: np.concatenate([a, b], axis=0),
    "toeplitz_part": lambda x: _toeplitz_part(len(x))(x),
    "toeplitz_projection": lambda n: _matrix_of(_toeplitz_part(whole(n)), whole(n), whole(n)),
    "circulant_part": lambda x: _circulant_part(len(x))(x),
    "circulant_projection": lambda n: _matrix_of(_circulant_part(whole(n)), whole(n), whole(n)),
    "exchange": lambda n: np.fliplr(np.eye(whole(n))),
    "symplectic_form": _symplectic,
    "vech": _vech,
    "unvech": _unvech,
    "duplication": _duplication,
    "elimination": lambda n: _matrix_of(_vech, whole(n), whole(n)),
    "cross": _cross,
    "hat": _hat,
    "right_jacobian": _right_jacobian,
    "vee": _vee,
    "toeplitz": _toeplitz,
    "toeplitz_sums": _toeplitz_sums,
    "toeplitz_selection": lambda n: np.column_stack(
        [vec(_toeplitz(column(unit))) for unit in np.eye(whole(n))]
    ),
    "cumsum": lambda x: column([sum(x[: k + 1, 0]) for k in range(len(x))]),
    "conv": _conv,
    "correlate": _correlate,
    "correlate_of_numpy": lambda c, a: _correlate(a, c),
    "conv_matrix": lambda a, n: np.column_stack([_conv(a, unit) for unit in np.eye(whole(n))]),
    "ptrace_first": lambda x, p, q: _trace_out(x, p, q, 1),
    "ptrace_second": lambda x, p, q: _trace_out(x, p, q, 2),
    "ptrace_over_first": _traced(1),
    "ptrace_over_second": _traced(2),
}
