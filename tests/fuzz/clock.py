"""The time that a problem may take; what the second oracle takes of it does not count."""

from __future__ import annotations

import functools
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

LONGEST = 10  # seconds of processor time for one problem
_CLOCK = signal.ITIMER_VIRTUAL
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Overdue(BaseException):
    """A problem takes too long; no `except Exception` may stop this."""


@contextmanager
def limited() -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise Overdue

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(_CLOCK, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(_CLOCK, 0)


def uncounted(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The function, with the clock stopped while it runs."""

    @functools.wraps(function)
    def called(*arguments: Arguments.args, **options: Arguments.kwargs) -> Result:
        left, _ = signal.setitimer(_CLOCK, 0)
        try:
            return function(*arguments, **options)
        finally:
            signal.setitimer(_CLOCK, left)

    return called
