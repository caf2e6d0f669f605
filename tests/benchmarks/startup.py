"""Start-up: `import matcalc` beside `import lark`, a fresh gradient beside `import sympy`.

    python -m tests.benchmarks.startup

Both times less a bare interpreter are shown too; the ratios are of the whole processes, except
for the imports, where they are of what the import adds.
"""

from __future__ import annotations

import sys

from tests.benchmarks.timing import alternating, process

RUNS = 15
GRADIENT = ["-m", "matcalc", "gradient", "norm2(A*X - B)^2", "--wrt", "X"]


def compare(name: str, ours: list[str], other_name: str, theirs: list[str]) -> tuple[float, float]:
    process(ours), process(theirs)  # the first runs write bytecode and fill the disk's cache
    mine, other = alternating(lambda: process(ours), lambda: process(theirs), RUNS)
    print(f"{name:24} {1e3 * mine:7.1f} ms   {other_name:18} {1e3 * other:7.1f} ms", end="   ")
    return mine, other


def main() -> None:
    print(f"Python {sys.version.split()[0]}, medians of {RUNS} alternating runs")
    bare = min(process(["-c", "pass"]) for _ in range(RUNS))
    print(f"{'bare interpreter':24} {1e3 * bare:7.1f} ms")
    ours, theirs = compare("import matcalc", ["-c", "import matcalc"], "import lark", LARK)
    print(f"ratio {ours / theirs:.2f}; less the interpreter {(ours - bare) / (theirs - bare):.2f}")
    ours, theirs = compare("matcalc gradient", GRADIENT, "import sympy", ["-c", "import sympy"])
    print(f"ratio {ours / theirs:.2f}")


LARK = ["-c", "import lark"]

if __name__ == "__main__":
    main()
