"""Time and peak memory of every hostile text, each in a process of its own.

    python -m tests.benchmarks.hostile

The time is the processor's, of the call alone; the memory is the peak of the whole process, with
Python and NumPy.
"""

from __future__ import annotations

import resource
import subprocess
import sys

from tests.benchmarks.timing import processor_seconds
from tests.hostile import HOSTILE

MOST_SECONDS, MOST_MEGABYTES = 2.0, 1_000.0
_GIVEN_UP = 60


def peak() -> float:
    """The largest memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(name: str) -> str:
    """One text in this process: the time, the memory and the message."""
    import matcalc as mc

    mc.gradient("x'*A*x", "x").verify()
    said = "no message"

    def ask() -> None:
        nonlocal said
        try:
            HOSTILE[name]()
        except mc.MatcalcError as error:
            said = error.message

    time = processor_seconds(ask)
    return f"{time}\t{peak()}\t{said}"


def in_own_process(name: str) -> tuple[float, float, str]:
    command = [sys.executable, "-m", "tests.benchmarks.hostile", name]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=_GIVEN_UP)
    except subprocess.TimeoutExpired:
        return float(_GIVEN_UP), 0.0, "no message"
    time, memory, said = (found.stdout or "0\t0\tno message").split("\t", 2)
    return float(time), float(memory), said.strip()


def main() -> None:
    rows = {name: in_own_process(name) for name in HOSTILE}
    print(f"{'text':34}{'time, s':>9}{'peak, MB':>10}   message")
    for name, (time, memory, said) in rows.items():
        print(f"{name:34}{time:9.2f}{memory:10.0f}   {said[:80]}")
    slowest = max(rows, key=lambda name: rows[name][0])
    largest = max(rows, key=lambda name: rows[name][1])
    silent = [name for name, (_, _, said) in rows.items() if said == "no message"]
    print(
        f"{len(rows)} texts, {len(rows) - len(silent)} messages; "
        f"slowest {rows[slowest][0]:.2f} s ({slowest}), "
        f"largest {rows[largest][1]:.0f} MB ({largest})"
    )
    kept = rows[slowest][0] < MOST_SECONDS and rows[largest][1] < MOST_MEGABYTES and not silent
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    print(measured(sys.argv[1])) if sys.argv[1:] else main()
