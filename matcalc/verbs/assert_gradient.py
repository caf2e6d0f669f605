"""assert_gradient: for tests, that a function of a person computes a derivative."""

from __future__ import annotations

from typing import Any

from matcalc.questions.code import Function
from matcalc.questions.reading import Formula, Several, Variable, Where
from matcalc.verbs.check import check


def assert_gradient(
    function: Function,
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    of: str = "gradient",
    **options: Any,
) -> None:
    """Fails, as `assert` does, unless a Python function computes the gradient of f.

    The function takes arrays by the names of f, vectors as 1-D arrays, and dimensions if it names
    them; of several variables it returns a tuple or a dict. The other arguments are those of
    `check`: `of="jacobian"`, `inner=`, `space=`. Raises AssertionError with the verdict, its
    counterexample and its hint, also where the verdict is undecided, and a MatcalcError as `check`.

    >>> assert_gradient(lambda A, x: (A + A.T) @ x, "x'*A*x", "x")
    """
    __tracebackhide__ = True  # pytest shows the line that called
    verdict = check(f, wrt, function, where, of=of, **options)
    if not verdict.holds:
        raise AssertionError(str(verdict))
