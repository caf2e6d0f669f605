"""Text to gradient beside SymPy's `.diff` of the same matrix expression, in one warm process.

    python -m tests.benchmarks.speed

SymPy is given the expression object ready made; matcalc starts from the text. Each is timed with
its caches warm and without: SymPy with `clear_cache()` before every run, matcalc with variable
names that it has not met, so that nothing it remembers can help.
"""

from __future__ import annotations

import itertools
import platform
import re
from collections.abc import Callable

import sympy
from sympy.core.cache import clear_cache

import matcalc
from tests.benchmarks.timing import median, seconds

RUNS = 25
FRESH = itertools.count()

m, n, p = sympy.symbols("m n p", integer=True, positive=True)
A, B, X = (
    sympy.MatrixSymbol("A", m, n),
    sympy.MatrixSymbol("B", m, p),
    sympy.MatrixSymbol("X", n, p),
)
P, Q, S = (sympy.MatrixSymbol(name, n, n) for name in "PQS")
D, w = sympy.MatrixSymbol("D", m, n), sympy.MatrixSymbol("w", n, 1)

t = sympy.Dummy("t")


def logistic() -> sympy.Expr:
    loss = sympy.Lambda(t, sympy.log(1 + sympy.exp(-t)))
    return sympy.Trace(sympy.OneMatrix(1, m) * (D * w).applyfunc(loss))


PROBLEMS: list[tuple[str, str, Callable[[], sympy.Expr], sympy.MatrixSymbol]] = [
    ("norm2(A*X - B)^2", "X", lambda: sympy.Trace((A * X - B).T * (A * X - B)), X),
    ("logdet(X)", "X", lambda: sympy.log(sympy.Determinant(S)), S),
    ("tr(A*inv(X)*B)", "X", lambda: sympy.Trace(P * sympy.Inverse(S) * Q), S),
    ("sum(log(1 + exp(-(D*w))))", "w", logistic, w),
]


def renamed(text: str, wrt: str) -> tuple[str, str]:
    """The same problem with names that have not been used before."""
    suffix = f"_{next(FRESH)}"
    return re.sub(r"\b([A-Za-z])\b", rf"\1{suffix}", text), wrt + suffix


def ours(text: str, wrt: str) -> tuple[float, float]:
    repeated = median(lambda: matcalc.gradient(text, wrt).value, RUNS)
    fresh = [renamed(text, wrt) for _ in range(RUNS)]
    names = iter(fresh)
    return repeated, median(lambda: matcalc.gradient(*next(names)).value, RUNS)


def theirs(expression: sympy.Expr, variable: sympy.MatrixSymbol) -> tuple[float, float, str]:
    try:
        answer = expression.diff(variable)
    except Exception as error:
        return float("nan"), float("nan"), f"SymPy refuses: {type(error).__name__}"
    note = "SymPy answers 0" if str(answer) == "0" else ""
    note = "SymPy leaves it unevaluated" if answer.has(sympy.Derivative) else note

    def cold() -> float:
        clear_cache()
        return seconds(lambda: expression.diff(variable))

    warm = median(lambda: expression.diff(variable), RUNS)
    return warm, sorted(cold() for _ in range(RUNS))[RUNS // 2], note


def main() -> None:
    print(f"Python {platform.python_version()}, SymPy {sympy.__version__}, medians of {RUNS}, ms")
    heads = ("matcalc", "new names", "SymPy", "no cache", "ratio", "no caches")
    print(f"{'':36}" + "".join(f"{head:>11}" for head in heads))
    for text, wrt, build, variable in PROBLEMS:
        warm, fresh = ours(text, wrt)
        other, cold, note = theirs(build(), variable)
        times = "".join(f"{1e3 * value:11.3f}" for value in (warm, fresh, other, cold))
        print(f"{text:36}{times}{other / warm:11.1f}{cold / fresh:11.1f}  {note}")


if __name__ == "__main__":
    main()
