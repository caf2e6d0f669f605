"""The operators of expressions in Python, and how they print: what `A @ X` and `print(f)` call.

They need the rule book and the printers, which are layers above; those are looked up when an
operator is used, never when this module is imported.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from matcalc.expressions.errors import WrongArgument

if TYPE_CHECKING:
    from matcalc.expressions.dimensions import Shape
    from matcalc.expressions.nodes import Node


def algebra() -> Any:
    """The operators and printers of expressions."""
    return importlib.import_module("matcalc.verbs.algebra")


class Operators:
    """`A @ X`, `2*X`, `X.T`, `X + Y`, `X**2`, `X / s`, `X[i, j]`; text, LaTeX and Unicode."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def shape(self) -> Shape: ...

    def __add__(self, other: Any) -> Node:
        return algebra().add(self, other)  # type: ignore[no-any-return]

    def __radd__(self, other: Any) -> Node:
        return algebra().add(other, self)  # type: ignore[no-any-return]

    def __sub__(self, other: Any) -> Node:
        return algebra().subtract(self, other)  # type: ignore[no-any-return]

    def __rsub__(self, other: Any) -> Node:
        return algebra().subtract(other, self)  # type: ignore[no-any-return]

    def __neg__(self) -> Node:
        return algebra().negate(self)  # type: ignore[no-any-return]

    def __mul__(self, other: Any) -> Node:
        return algebra().multiply(self, other)  # type: ignore[no-any-return]

    def __rmul__(self, other: Any) -> Node:
        return algebra().multiply(other, self)  # type: ignore[no-any-return]

    def __matmul__(self, other: Any) -> Node:
        return algebra().multiply(self, other)  # type: ignore[no-any-return]

    def __rmatmul__(self, other: Any) -> Node:
        return algebra().multiply(other, self)  # type: ignore[no-any-return]

    def __truediv__(self, other: Any) -> Node:
        return algebra().divide(self, other)  # type: ignore[no-any-return]

    def __rtruediv__(self, other: Any) -> Node:
        return algebra().divide(other, self)  # type: ignore[no-any-return]

    def __pow__(self, exponent: Any) -> Node:
        return algebra().power(self, exponent)  # type: ignore[no-any-return]

    def __rpow__(self, base: Any) -> Node:
        return algebra().power(base, self)  # type: ignore[no-any-return]

    def __getitem__(self, index: Any) -> Node:
        return algebra().entry(self, index)  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[Node]:
        raise TypeError("an expression is not iterable")

    @property
    def T(self) -> Node:  # noqa: N802
        """The transpose."""
        return algebra().transpose(self)  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return algebra().to_text(self)  # type: ignore[no-any-return]

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"

    def latex(self) -> str:
        """The expression in LaTeX."""
        return algebra().to_latex(self)  # type: ignore[no-any-return]

    def unicode(self) -> str:
        """The expression in Unicode, for a terminal."""
        return algebra().to_unicode(self)  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<matcalc {self} : {self.shape}>"

    __array_ufunc__ = None  # so that 2.0*X of a NumPy number is ours, and np.multiply refuses

    def __array_function__(self, function: Any, *_: Any) -> Any:
        raise WrongArgument(
            f"np.{function.__name__} is a function of arrays, not of expressions",
            hint="the functions of expressions are those of matcalc: mc.sum(X), mc.kron(A, B)",
        )
