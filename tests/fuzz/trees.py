"""Formulas as trees that mean something by themselves: a text, a Python expression and a value.

A `Form` says how a text is made of its parts, how Python builds the same, and what it means on 2-D
arrays by the second oracle's tables. Nothing here goes through the package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import Named
from tests.meanings.values import Array, NoValue

ANY, SUM, PRODUCT, SIGN, POWER, POSTFIX, ATOM = range(7)
Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Form:
    """`text` has a hole for each part; a part whose `level` is below its `needs` is bracketed.

    `python` is None where operators and functions of Python cannot build it.
    """

    text: str
    level: int
    needs: tuple[int, ...]
    meaning: Callable[..., Array]
    python: Callable[..., Any] | None = None


@dataclass(frozen=True, eq=False)
class Tree:
    """A form with its parts.

    `binds` is the index that it runs over, with its last value; `defines` a name that stands for
    the value of the form at its first parts in the last one.
    """

    form: Form
    shape: Shape
    parts: tuple[Tree, ...] = ()
    wrapped: bool = False
    binds: tuple[str, str] | None = None
    defines: str = ""

    @cached_property
    def text(self) -> str:
        written = [
            f"({part.text})" if part.form.level < need or part.wrapped else part.text
            for part, need in zip(self.parts, self.form.needs, strict=True)
        ]
        return self.form.text.format(*written)

    @cached_property
    def count(self) -> int:
        return 1 + sum(part.count for part in self.parts)

    def python(self, names: Mapping[str, Any]) -> Any:
        """The expression built in Python. Raises LookupError where Python cannot."""
        if self.form.python is None:
            raise LookupError(self.form.text)
        if self.defines:
            *first, last = self.parts
            stands = self.form.python(*(part.python(names) for part in first))
            whole = last.python({**names, self.defines: stands})
            return whole.value if isinstance(whole, Named) else whole  # `R = M*M; R` is M*M
        if not self.parts and not self.form.needs and self.form.text in names:
            return names[self.form.text]
        return self.form.python(*(part.python(names) for part in self.parts))

    def value(self, values: Mapping[str, Any], sizes: Sizes) -> Array:
        """The value, always 2-D. Raises NoValue where there is none."""
        if self.binds is not None:
            return self._sum(values, sizes)
        if self.defines:
            *first, last = self.parts
            parts = [part.value(values, sizes) for part in first]
            stands = self.form.meaning(*parts, sizes=sizes)
            return last.value({**values, self.defines: stands}, sizes)
        if not self.parts and self.form.text in values:
            return _lifted(values[self.form.text], self.extent(sizes))
        parts = [part.value(values, sizes) for part in self.parts]
        found = self.form.meaning(*parts, sizes=sizes)
        value = found if np.ndim(found) else np.array([[found]])
        if not np.all(np.isfinite(value)):
            raise NoValue(f"{self.text} is not finite")
        return value

    def _sum(self, values: Mapping[str, Any], sizes: Sizes) -> Array:
        assert self.binds is not None
        index, last = self.binds
        count = sizes[last] if last in sizes else int(last)
        positions = range(1, count + 1)
        found = [self.parts[0].value({**values, index: k}, sizes) for k in positions]
        return np.asarray(self.form.meaning(found, sizes=sizes))

    def extent(self, sizes: Sizes) -> tuple[int, int]:
        return self.shape.rows.evaluate(sizes), self.shape.columns.evaluate(sizes)

    def __iter__(self) -> Iterator[Tree]:
        yield self
        for part in self.parts:
            yield from part


def _lifted(value: Any, extent: tuple[int, int]) -> Array:
    return np.asarray(value).reshape(extent)


def leaf(text: str, shape: Shape) -> Tree:
    """A variable: its value and what Python has for it are looked up by its name."""
    return Tree(Form(text, ATOM, (), _unknown, _unknown), shape)


def _unknown(*_: Any, **__: Any) -> Any:
    raise LookupError("a variable without a value")


def replaced(root: Tree, old: Tree, new: Tree) -> Tree:
    if root is old:
        return new
    parts = tuple(replaced(part, old, new) for part in root.parts)
    same = all(a is b for a, b in zip(parts, root.parts, strict=True))
    return (
        root if same else Tree(root.form, root.shape, parts, root.wrapped, root.binds, root.defines)
    )
