"""What a map tells of itself in a setting, judged by plain matrices: right, refused or WRONG."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import matcalc as mc
from tests.settings_in_numbers import (
    MAPS,
    OTHERS,
    PRODUCTS,
    SPACES,
    InNumbers,
    in_numbers,
    unvec,
    vec,
)

Verdict = tuple[str, str, str]
RIGHT, REFUSED, WRONG = "right", "refused", "WRONG"
ORDERS = (3, 4)


def verdicts(space: str, f: str, product: str) -> Iterator[Verdict]:
    """What is asked, the verdict, and the answer or the reason of a refusal."""
    try:
        found = _differential(space, f, product)
    except mc.MatcalcError as error:
        yield "differential", REFUSED, error.message
        return
    cases = _cases(space, f, product)
    if not cases:
        return
    for name, judge in JUDGES.items():
        try:
            good, answer = judge(found.operator, cases)
        except mc.MatcalcError as error:
            yield name, REFUSED, error.message
            continue
        yield name, RIGHT if good else WRONG, answer


def _differential(space: str, f: str, product: str) -> mc.Answer:
    declared = "spd(n)" if product == "affine-invariant" else SPACES[space][0]
    where = f"{OTHERS}, X: {declared}" if declared else OTHERS
    chosen = None if space == "all entries free" else space
    return mc.differential(f, "X", where, inner=PRODUCTS[product][0], space=chosen)


def _cases(space: str, f: str, product: str) -> list[InNumbers]:
    found = []
    for n in ORDERS:
        try:
            case = in_numbers(space, f, product, n)
        except np.linalg.LinAlgError:
            continue
        if np.linalg.cond(case.values["X"]) < 1e8 or "inv" not in f:
            found.append(case)
    return found


def _value(expression: Any, case: InNumbers, **more: Any) -> Any:
    n = case.values["X"].shape[0]
    # where X is not declared its order has a name of its own
    return np.asarray(mc.evaluate(expression, **case.values, m=n, n=n, p=n, **more))


def _numbers(name: str, expected: Callable[[InNumbers], Any]) -> Any:
    def judge(found: mc.LinearMap, cases: list[InNumbers]) -> tuple[bool, str]:
        answer = getattr(found, name)
        good = all(_close(_value(answer, case), expected(case)) for case in cases)
        return good, str(answer)

    return judge


def _close(one: Any, other: Any) -> bool:
    one, other = np.asarray(one), np.asarray(other)
    scale = max(float(np.abs(other).max(initial=0)), 1e-3)
    return bool(one.shape == other.shape and np.abs(one - other).max(initial=0) < 1e-6 * scale)


def _inside(expected: Callable[[Any], Any]) -> Callable[[InNumbers], Any]:
    """What only a map of the space into itself has: else nothing is right but a refusal."""
    return lambda case: expected(case.inside) if case.stays else np.nan


def _self_adjoint(found: mc.LinearMap, cases: list[InNumbers]) -> tuple[bool, str]:
    answer = found.is_self_adjoint
    expected = all(case.stays and case.is_symmetric for case in cases)
    return answer is expected, str(answer)


def _adjoint(found: mc.LinearMap, cases: list[InNumbers]) -> tuple[bool, str]:
    """<L(V), W>_out = <V, L*(W)> for V in the space, and L*(W) in the space."""
    answer = found.adjoint
    for case in cases:
        n = case.values["X"].shape[0]
        W = unvec(case.on_basis @ np.arange(1.0, case.basis.shape[1] + 1), n)
        back = vec(_value(answer("Y"), case, Y=W))
        left = case.on_basis.T @ case.gram_out @ vec(W)
        if not _close(case.basis.T @ case.gram @ back, left):
            return False, str(answer)
        if not _close(case.basis @ (case.basis.T @ back), back):
            return False, str(answer)
    return True, str(answer)


def _solve(found: mc.LinearMap, cases: list[InNumbers]) -> tuple[bool, str]:
    answer = found.solve("R")
    return all(_solves(answer, case) for case in cases), str(answer)


def _solves(answer: Any, case: InNumbers) -> bool:
    n = case.values["X"].shape[0]
    V = case.basis @ np.cos(np.arange(1.0, case.basis.shape[1] + 1))
    R = unvec(case.operator @ V, n)
    return case.is_injective and _close(vec(_value(answer, case, R=R)), V)


def _structure(found: mc.LinearMap, cases: list[InNumbers]) -> tuple[bool, str]:
    answer = found.structure
    good = all(case.stays for case in cases)
    for case in cases:
        n = case.values["X"].shape[0]
        V = case.basis @ np.sin(np.arange(1.0, case.basis.shape[1] + 1))
        moved = vec(_value(answer.apply("V"), case, V=unvec(V, n)))
        good = good and _close(moved, case.operator @ V)
        good = good and _close(_value(answer.dense, case), case.on_basis @ case.basis.T)
    return good, str(answer)


JUDGES: dict[str, Callable[[mc.LinearMap, list[InNumbers]], tuple[bool, str]]] = {
    "trace": _numbers("trace", _inside(np.trace)),
    "determinant": _numbers("determinant", _inside(np.linalg.det)),
    "norm": _numbers("norm", lambda case: np.linalg.norm(case.stretched, 2)),
    "norm_fro": _numbers("norm_fro", lambda case: np.linalg.norm(case.stretched)),
    "matrix": _numbers("matrix", lambda case: case.on_basis @ case.basis.T),
    "is_self_adjoint": _self_adjoint,
    "adjoint": _adjoint,
    "solve": _solve,
    "structure": _structure,
}


def combinations() -> Iterator[tuple[str, str, str]]:
    """Every space with every map in every product that is one there."""
    for space in SPACES:
        for product in PRODUCTS:
            if product != "affine-invariant" or space == "symmetric":
                yield from ((space, f, product) for f in MAPS)


def main() -> int:
    """Judge all combinations: `python -m tests.operators_in_settings`."""
    counts: Counter[tuple[str, str]] = Counter()
    for combination in combinations():
        for name, verdict, answer in verdicts(*combination):
            counts[name, verdict] += 1
            if verdict == WRONG:
                print(*combination, name, answer)
    for (name, verdict), count in sorted(counts.items()):
        print(f"{name:16} {verdict:8} {count}")
    return int(any(verdict == WRONG for _, verdict in counts))


if __name__ == "__main__":
    sys.exit(main())
