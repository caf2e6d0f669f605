"""The operators of expressions in Python, and how they print: what `A @ X` and `print(f)` call.

They need the rule book and the printers, which are layers above; those are looked up when an
operator is used, never when this module is imported.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from matcalc.expressions.errors import WrongArgument

if TYPE_CHECKING:
    from matcalc.expressions.dimensions import Shape

Made = TypeVar("Made")  # what all operators give: expressions


def algebra() -> Any:
    """The operators and printers of expressions."""
    return importlib.import_module("matcalc.verbs.algebra")


def _asked(name: str, is_right: bool = False) -> Callable[[Operators[Made], Any], Made]:
    """The operator of that name; with the node on the right where Python turns the sides around."""

    def operator(node: Operators[Made], other: Any) -> Made:
        sides = (other, node) if is_right else (node, other)
        return getattr(algebra(), name)(*sides)  # type: ignore[no-any-return]

    return operator


class Operators(Generic[Made]):
    """`A @ X`, `2*X`, `X.T`, `X + Y`, `s**2`, `X / s`, `X[i, j]`; text, LaTeX and Unicode."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def shape(self) -> Shape: ...

    __add__ = _asked("add")
    __radd__ = _asked("add", is_right=True)
    __sub__ = _asked("subtract")
    __rsub__ = _asked("subtract", is_right=True)
    __mul__ = _asked("times")
    __rmul__ = _asked("times", is_right=True)
    __matmul__ = _asked("multiply")
    __rmatmul__ = _asked("multiply", is_right=True)
    __truediv__ = _asked("divide")
    __rtruediv__ = _asked("divide", is_right=True)
    __pow__ = _asked("power")
    __rpow__ = _asked("power", is_right=True)
    __getitem__ = _asked("entry")

    def __neg__(self) -> Made:
        return algebra().negate(self)  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[Made]:
        raise TypeError("an expression is not iterable")

    @property
    def T(self) -> Made:  # noqa: N802
        """The transpose."""
        return algebra().transpose(self)  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return algebra().to_text(self)  # type: ignore[no-any-return]

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"

    def latex(self, *style: Any) -> str:
        """The expression in LaTeX, perhaps in a style: a `Typesetting` or its text."""
        return algebra().to_latex(self, *style)  # type: ignore[no-any-return]

    def unicode(self) -> str:
        """The expression in Unicode, for a terminal."""
        return algebra().to_unicode(self)  # type: ignore[no-any-return]

    def to_sympy(self, **sizes: int) -> Any:
        """The expression in SymPy: a MatrixExpr or a scalar; at sizes of all dimensions explicit.

        A scalar product of matrices, x'*A*x, is a Trace, so that it stays a scalar there. Of the
        kinds of variables SymPy has those of numbers alone. Raises NoRule for what has no
        counterpart there.

        >>> from matcalc import parse
        >>> parse("x'*A*x").to_sympy()
        Trace(x.T*A*x)
        >>> parse("tr(A)").to_sympy(n=2)
        A[0, 0] + A[1, 1]
        """
        return algebra().to_sympy(self, sizes)

    def to_json(self) -> dict[str, Any]:
        """The expression as an object for JSON, which `from_json` reads."""
        return algebra().to_json(self)  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<matcalc {self} : {self.shape}>"

    __array_ufunc__ = None  # so that 2.0*X of a NumPy number is ours, and np.multiply refuses

    def __array_function__(self, function: Any, *_: Any) -> Any:
        raise WrongArgument(
            f"np.{function.__name__} is a function of arrays, not of expressions",
            hint="the functions of expressions are those of matcalc: mc.sum(X), mc.kron(A, B)",
        )
