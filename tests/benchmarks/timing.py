"""Timing shared by the benchmark scripts: medians, of alternating runs where two are compared."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def processor_seconds(action: Callable[[], object]) -> float:
    """The processor's time, which other programs on the machine do not lengthen."""
    start = time.process_time()
    action()
    return time.process_time() - start


def median(action: Callable[[], object], runs: int) -> float:
    """The median time of several runs, in seconds."""
    return statistics.median(seconds(action) for _ in range(runs))


def process(arguments: Sequence[str]) -> float:
    """The time that a fresh interpreter takes."""
    return seconds(
        lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    )


def alternating(first: Callable[[], float], second: Callable[[], float], runs: int) -> list[float]:
    """The medians of two measurements taken in turns, so that a busy machine hits both alike."""
    pairs = [(first(), second()) for _ in range(runs)]
    return [statistics.median(column) for column in zip(*pairs, strict=True)]
