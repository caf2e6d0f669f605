"""Functions that emitted code contains where it calls them: the text of each is copied into it.

They stand here by theme, and use nothing but what a module of emitted code imports.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache

from matcalc.compile.kernels import (
    checks,
    determinants,
    extremes,
    factorisations,
    matrix_functions,
    solving,
    spectral,
    stackings,
    structured,
)

_THEMES = (
    checks,
    solving,
    determinants,
    matrix_functions,
    spectral,
    factorisations,
    extremes,
    structured,
    stackings,
)
KERNELS = {
    name: function
    for theme in _THEMES
    for name, function in vars(theme).items()
    if inspect.isfunction(function)
}
_CALL = re.compile(r"(?<![\w.])(\w+)\(")


def kernel_texts(code: str) -> Iterator[str]:
    """The source of every kernel that the code or one of its kernels calls, without types."""
    called: set[str] = set()
    waiting = [code]
    while waiting:
        new = set(_CALL.findall(waiting.pop())) & KERNELS.keys() - called
        called |= new
        waiting += map(_text, new)
    return (_text(name) for name in KERNELS if name in called)


@cache
def _text(name: str) -> str:
    """The source of a kernel, the types left out."""
    head, documentation, *body = inspect.getsource(KERNELS[name]).rstrip().split("\n")
    assert documentation.strip().startswith('"""') and documentation.endswith('"""')
    untyped = re.sub(r": (?:Any|str)\b| -> \w+", "", head)
    return "\n".join([untyped, documentation, *body])
