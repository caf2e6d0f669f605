"""Text to gradient, case by case, beside another checkout of the package.

    python -m tests.benchmarks.against OTHER CASES

CASES is a folder of `.jsonl` files of cases. The two take turns, so that a busy machine hits both
alike; times are the processor's, and what the garbage collector does is left out. `fresh` is the
first time in a process, `again` the same text once more; ratios below 1 are faster than OTHER.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks.timing import processor_seconds
from tests.case_files import declarations, read_cases

ROUNDS = 3
AT_ONCE = 20
SLOWEST = 10
Question = tuple[str, str, dict[str, str]]


def serve() -> None:
    """Time the questions that come in, a list of them on each line."""
    import matcalc as mc

    def answered(text: str, variable: str, where: dict[str, str]) -> None:
        with suppress(mc.MatcalcError):
            str(mc.gradient(text, variable, where).value)

    for line in sys.stdin:
        gc.collect()
        gc.disable()
        times = [processor_seconds(partial(answered, *one)) for one in json.loads(line)]
        print(json.dumps(times), flush=True)


class Server:
    """A process with one checkout of the package."""

    def __init__(self, checkout: Path) -> None:
        own = Path(__file__).resolve().parents[2]
        paths = {**os.environ, "PYTHONPATH": f"{checkout.resolve()}{os.pathsep}{own}"}
        command = [sys.executable, "-P", "-m", "tests.benchmarks.against", "serve"]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(command, env=paths, **pipes)

    def times(self, questions: list[Question]) -> list[float]:
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(questions), file=self._process.stdin, flush=True)
        found: list[float] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        self._process.communicate()


def questions_of(cases: Path) -> dict[str, Question]:
    """What is asked by the cases that ask for a gradient in the plain setting, by their names."""
    found = [one for path in sorted(cases.glob("*.jsonl")) for one in read_cases(path)]
    return {
        case["id"]: (case["expr"], case["wrt"], declarations(case, arrays))
        for case, arrays in found
        if case["ask"] == "gradient" and not (case.get("metric") or case.get("space"))
    }


def ratios(other: Path, questions: dict[str, Question]) -> list[dict[str, float]]:
    """Of the first time and of the second one, by the names of the cases."""
    found: list[dict[str, list[float]]] = [{name: [] for name in questions} for _ in range(2)]
    names = list(questions)
    for _ in range(ROUNDS):
        servers = Server(Path()), Server(other)
        for place in range(0, len(names), AT_ONCE):
            some = names[place : place + AT_ONCE]
            for turn in found:
                pairs = zip(*(s.times([questions[n] for n in some]) for s in servers), strict=True)
                for name, (mine, its) in zip(some, pairs, strict=True):
                    turn[name].append(mine / its)
        for server in servers:
            server.close()
    return [{name: statistics.median(each) for name, each in turn.items()} for turn in found]


def main() -> None:
    other, cases = map(Path, sys.argv[1:])
    for title, found in zip(("fresh", "again"), ratios(other, questions_of(cases)), strict=True):
        slower = sum(ratio > 1 for ratio in found.values())
        middle = statistics.median(found.values())
        print(f"{title}: {len(found)} cases, median ratio {middle:.2f}, {slower} slower")
        for name in sorted(found, key=found.__getitem__, reverse=True)[:SLOWEST]:
            print(f"  {found[name]:5.2f}  {name}")


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
