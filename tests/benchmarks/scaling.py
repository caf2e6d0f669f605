"""How the time to a gradient grows with the depth of a composition and the length of a sum.

    python -m tests.benchmarks.scaling

`growth` is the time per layer or term beside that of the first line: 1 is linear.
"""

from __future__ import annotations

import platform
from collections.abc import Callable

import matcalc
from tests.benchmarks.timing import seconds

LAYERS = (10, 30, 100, 300, 1000)
TERMS = (10, 50, 500, 3000)
REPEATS = 3


def composition(layers: int, name: str) -> str:
    """tanh(W*tanh(W*...x)), summed to a scalar."""
    return "sum(" + f"tanh({name}*" * layers + "x" + ")" * (layers + 1)


def total(terms: int, name: str) -> str:
    return " + ".join(f"norm2({name}*x - b_{k})^2" for k in range(terms))


def table(
    title: str, sizes: tuple[int, ...], build: Callable[[int, str], str], wrt: str | None
) -> None:
    """Times for each size; `wrt` is None where the repeated matrix itself is the variable."""
    print(f"\n{title}\n{'size':>8}{'gradient, s':>14}{'growth':>9}")
    first = 0.0
    for place, size in enumerate(sizes):
        # New names every time: nothing that an earlier run left behind can help.
        names = [f"W_{place}_{repeat}" for repeat in range(REPEATS)]
        try:
            shortest = min(derive(build(size, name), wrt or name) for name in names)
        except matcalc.MatcalcError as error:
            print(f"{size:8}  refused: {error.message}")
            continue
        first = first or shortest / size
        print(f"{size:8}{shortest:14.4f}{shortest / size / first:9.2f}", flush=True)


def derive(text: str, wrt: str) -> float:
    return seconds(lambda: matcalc.gradient(text, wrt))


def main() -> None:
    print(f"Python {platform.python_version()}, best of {REPEATS}, from text to gradient")
    matcalc.gradient("sum(tanh(W*x))", "x")  # the rules used are read here
    matcalc.gradient("norm2(W*x - b)^2", "x")
    table("composition tanh(W*tanh(W*...x)), by x", LAYERS, composition, "x")
    table("composition tanh(W*tanh(W*...x)), by W", LAYERS, composition, None)
    table("sum of norm2(W*x - b_k)^2, by x", TERMS, total, "x")


if __name__ == "__main__":
    main()
