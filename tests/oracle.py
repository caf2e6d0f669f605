"""Values by two ways that share nothing, the emitted code and the interpreter: they agree.

`watch` compares what emitted code computes wherever the tests run it, and what is said to be
proved; under `by_meaning` a verification takes its values from the interpreter alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.compile.function import CompiledFunction
from matcalc.compile.inputs import Roots
from matcalc.expressions.nodes import Apply, Node, Symbol, dimension_names, ordered
from matcalc.expressions.valued_words import sizes_of
from matcalc.proofs import methods
from matcalc.proofs.proof import Method, Proof
from matcalc.samples.agreement import EQUAL, Pair, samples
from tests.interpreter import KNOWN, interpret
from tests.meanings.values import Borderline, NoValue

_LARGEST_SIZE = 100
LIMIT = 1e-7
_FAR = 300.0  # exp overflows at 710
_LIMIT_OF_SINGLES = 1e-3
_FIRST_CALLS, _ONE_IN = 3, 25
_MOST_ENTRIES = 200_000
_PROOF_SAMPLES, _TRIES = 4, 3


def evaluate(node: Node, /, **values: Any) -> Any:
    """`mc.evaluate`, its value compared with the interpreter's."""
    found = mc.evaluate(node, **values)
    require_agreement(node, found, values, sizes_from(values, node))
    return found


def require_agreement(
    node: Node, found: Any, values: Mapping[str, Any], sizes: Mapping[str, int]
) -> None:
    """Raises AssertionError where the interpreter has another value, NoValue where it has none.

    Where round-off decides of either, Borderline.
    """
    meant = _meaning(node, values, sizes)
    assert np.shape(found) == meant.shape, f"{node}: shape {np.shape(found)}, not {meant.shape}"
    if not distance(found, meant) <= _limit(values):
        if not _moves_by(node, values, sizes) <= LIMIT:
            raise Borderline(f"{node} is nothing but round-off")
        raise AssertionError(f"{node}: the code gives {found}, its meaning is {meant}")


def _meaning(node: Node, values: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
    try:
        return np.asarray(interpret(node, values, sizes))
    except NoValue as none:
        if not isinstance(none, Borderline) and _has_value_nearby(node, values, sizes):
            raise Borderline(f"{none}, but for round-off") from None
        raise


def _has_value_nearby(node: Node, values: Mapping[str, Any], sizes: Mapping[str, int]) -> bool:
    noise = np.random.default_rng(1)
    for _ in range(_TRIES):
        with suppress(NoValue):
            interpret(node, values, sizes, noise)
            return True
    return False


def _limit(values: Mapping[str, Any]) -> float:
    kinds = {np.asarray(value).dtype for value in values.values()}
    return _LIMIT_OF_SINGLES if kinds & {np.dtype("f"), np.dtype("F")} else LIMIT


def _moves_by(node: Node, values: Mapping[str, Any], sizes: Mapping[str, int]) -> float:
    """`sensitivity`, infinite where a value with other last digits is none."""
    try:
        return sensitivity(node, values, sizes)
    except NoValue:
        return np.inf


def distance(left: Any, right: Any) -> float:
    """Relative to the second, but what is almost nothing counts as nothing."""
    difference = np.linalg.norm(np.asarray(left) - right)
    return float(difference / (1 + np.linalg.norm(right)))


def sensitivity(node: Node, values: Mapping[str, Any], sizes: Mapping[str, int]) -> float:
    """How far the value moves with the last digits of all that it is computed from.

    Relative as `distance`: an inverse near a singular matrix, a difference of equal numbers.
    """
    noise = np.random.default_rng(1)
    meant = interpret(node, values, sizes)
    return max(distance(interpret(node, values, sizes, noise), meant) for _ in range(2))


def nudged(values: Mapping[str, Any], size: float) -> dict[str, Any]:
    """With other digits from `size` on; whole numbers are positions and exponents, and stay."""
    random = np.random.default_rng(1)
    return {name: _nudged(value, size, random) for name, value in values.items()}


def _nudged(value: Any, size: float, random: np.random.Generator) -> Any:
    if isinstance(value, int) or not isinstance(value, float | complex | list | np.ndarray):
        return value
    return np.asarray(value) * (1 + size * random.standard_normal(np.shape(value)))


def sizes_from(values: Mapping[str, Any], *nodes: Node) -> dict[str, int]:
    """The dimensions, read off the arrays or given by name; m*n and n*(n + 1)/2 by trial."""
    sizes = {name: int(values[name]) for name in dimension_names(*nodes) if name in values}
    symbols = [s for s in ordered(*nodes) if isinstance(s, Symbol) and s.name in values]
    for _ in range(2):
        for symbol in symbols:
            lengths = np.shape(values[symbol.name])
            sides = [symbol.shape.rows, symbol.shape.columns]
            axes = sides if len(lengths) == 2 else [d for d in sides if d.integer != 1]
            if len(lengths) == 3:
                axes = [sides[0], *sizes_of(symbol.structure, "family")]
            for size, length in zip(axes, lengths, strict=False):
                unknown = size.names - set(sizes)
                if len(unknown) == 1:
                    (name,) = unknown
                    trials = chain([length], range(_LARGEST_SIZE))
                    fits = (k for k in trials if size.evaluate({**sizes, name: k}) == length)
                    sizes[name] = next(fits)
    return sizes


# ---------------------------------------------------------------- wherever the tests run code


def watch() -> None:
    """From here on each emitted function is compared with the interpreter, and each proof.

    Of the calls of a function, the first ones and then one in 25: a verification makes hundreds.
    """
    call, prove = CompiledFunction.__call__, methods.proof_of

    def compared(self: CompiledFunction, /, **arrays: Any) -> Any:
        found = call(self, **arrays)
        state = vars(self._function)
        state["calls"] = count = state.get("calls", 0) + 1
        if count <= _FIRST_CALLS or count % _ONE_IN == 0:
            _compare(self, found, arrays)
        return found

    def confirmed(
        right: Node, claimed: Node, tried: Sequence[Method] = methods.AT_ONCE
    ) -> Proof | None:
        proof = prove(right, claimed, tried)
        if proof:
            _require_equal(right, claimed)
        return proof

    CompiledFunction.__call__ = compared  # type: ignore[method-assign]
    methods.proof_of = confirmed  # type: ignore[assignment]


def _compare(function: CompiledFunction, found: Any, arrays: Mapping[str, Any]) -> None:
    symbols, roots = function.arguments.symbols, function.expression
    values = {symbols[k].name if k in symbols else k: value for k, value in arrays.items()}
    for node, result in _parts(roots, found):
        sizes = sizes_from(values, node, *symbols.values())
        if _is_known(node) and _entries(node, sizes) <= _MOST_ENTRIES:
            _agree(node, result, values, sizes)


def _parts(roots: Roots, found: Any) -> list[tuple[Node, Any]]:
    if isinstance(roots, Mapping):
        return [pair for name in roots for pair in _parts(roots[name], found[name])]
    return list(zip(roots, found, strict=True)) if isinstance(roots, tuple) else [(roots, found)]


def _is_known(node: Node) -> bool:
    """Whether all operations are those of the book: what a test's own rules mean, they say."""
    names = {one.operation for one in ordered(node) if isinstance(one, Apply)}
    names |= {
        one.name for one in ordered(node) if isinstance(one, Symbol) and "function" in one.structure
    }
    return names <= KNOWN


def _entries(node: Node, sizes: Mapping[str, int]) -> int:
    """Of all that is computed on the way."""
    return sum(
        one.shape.size.evaluate(sizes) for one in ordered(node) if one.shape.names <= sizes.keys()
    )


def _agree(node: Node, found: Any, values: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
    try:
        require_agreement(node, found, values, sizes)
    except Borderline:
        return
    except NoValue as none:
        # 1/(1 + exp(800)) is 0 in code, and what overflows within is a limit of the oracle
        overflows = "not finite" in str(none) and _largest(values) > _FAR
        says = f"{node} has no value ({none}), in code {found}"
        assert overflows or not np.all(np.isfinite(found)), says


def _largest(values: Mapping[str, Any]) -> float:
    arrays = [np.abs(value) for value in values.values() if not callable(value)]
    return max((float(np.max(one, initial=0)) for one in arrays), default=0.0)


def _require_equal(left: Node, right: Node) -> None:
    with by_meaning():
        found, _ = samples(Pair(left, right), _PROOF_SAMPLES, np.random.default_rng(0))
    wrong = [sample for sample in found if not sample.error <= EQUAL]
    assert not wrong, f"{left} is said to be {right}, and is not at {wrong[0].point.values}"


# ---------------------------------------------------------------- the interpreter alone


@contextmanager
def by_meaning() -> Iterator[None]:
    """Verifications inside take every value, of f and of what is claimed, from the interpreter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matcalc.samples.evaluation.evaluate", _meant)
        yield


def _meant(node: Node, /, **values: Any) -> Any:
    return interpret(node, values, sizes_from(values, node))
