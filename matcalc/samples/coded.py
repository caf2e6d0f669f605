"""A claim that is a Python function of arrays: what it is given, and how its value is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matcalc.compile.arithmetic import Imprecise
from matcalc.compile.sharpening import Kinds
from matcalc.expressions.dimensions import Dimension, Shape
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.report import sizes_text
from matcalc.samples.sampling import Array, Point, axes_of

_NO_VALUE = (np.linalg.LinAlgError, ArithmeticError, DomainError)


class Misshapen(Exception):
    """A value at a point whose shape is not that of the claim."""

    def __init__(self, found: tuple[int, ...], point: Point) -> None:
        super().__init__(found, point)
        self.found, self.point = found, point


@dataclass(frozen=True)
class Coded:
    """A function that is given `arguments`, formulas by their names, and `sizes`; `name` in words.

    Its value is to be an array of the shape.
    """

    name: str
    call: Callable[[Mapping[str, Any]], Any]
    arguments: Mapping[str, Node]
    sizes: Mapping[str, Dimension]
    shape: Shape

    def at(self, change: Callable[[Node], Node]) -> Coded:
        """The same, with other formulas for what it is given."""
        return replace(self, arguments={n: change(one) for n, one in self.arguments.items()})


class Run:
    """The value of a function at a point. It gets arrays of its own, which it may change.

    Of what it raises the last is kept for all sizes at which it has had no value yet.
    """

    def __init__(self, coded: Coded) -> None:
        self._coded = coded
        self._worked: set[str] = set()
        self._raised: dict[str, BaseException] = {}
        self._arguments = {name: Evaluated(one) for name, one in coded.arguments.items()}

    def __call__(self, point: Point) -> Array:
        """Raises DomainError in the words of what the function raises, and Misshapen."""
        given = {name: size.evaluate(point.sizes) for name, size in self._coded.sizes.items()}
        given |= {name: _given(one, point) for name, one in self._arguments.items()}
        sizes = sizes_text(point.sizes)
        try:
            value = self._coded.call(given)
            found = np.array(value)  # a copy: a function may use one array again
        except (Exception, SystemExit) as error:  # whatever a person's code may do
            if sizes not in self._worked:
                self._raised[sizes] = error
            raise DomainError(f"{self._coded.name} raises {quoted(error)}") from None
        self._worked.add(sizes)
        self._raised.pop(sizes, None)
        if found.dtype.kind not in "biufc":
            kind = type(value).__name__
            raise DomainError(f"{self._coded.name} returns {kind}, and no array of numbers")
        return _shaped(found, self._coded.shape, point)

    @property
    def has_worked(self) -> bool:
        """Whether it has returned a value anywhere."""
        return bool(self._worked)

    @property
    def faults(self) -> Mapping[str, BaseException]:
        """What it raises, by the sizes at which it never has a value.

        A matrix that is singular at some sizes tells where the formula is valid.
        """
        found = self._raised.items()
        return {at: e for at, e in found if not (self._worked and isinstance(e, _NO_VALUE))}

    def precisely(self, point: Point, digits: int, kinds: Kinds) -> Any:
        raise Imprecise(self._coded.name)

    def exactly(self, point: Point) -> Any:
        raise Imprecise(self._coded.name)


def quoted(error: BaseException) -> str:
    """What was raised, in a line."""
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def _given(argument: Evaluated, point: Point) -> Any:
    name = argument.expression.name if isinstance(argument.expression, Symbol) else ""
    value = point.values[name] if name in point.values else argument(point)
    return value.copy() if isinstance(value, np.ndarray) else value


def _shaped(found: Array, shape: Shape, point: Point) -> Array:
    """The value with the axes of the shape, whose axes of one entry may be there or not."""
    wanted = tuple(size.evaluate(point.sizes) for size in (shape.rows, shape.columns))
    same = found.shape == wanted if found.ndim == 2 else _long(found.shape) == _long(wanted)
    if not same:
        raise Misshapen(found.shape, point)
    return found.reshape(axes_of(shape, point.sizes))


def _long(axes: tuple[int, ...]) -> list[int]:
    return [length for length in axes if length != 1]
