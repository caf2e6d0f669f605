"""from_sympy: the expression that one of SymPy's is."""

from __future__ import annotations

from typing import Any

from matcalc.expressions.constructors import transpose
from matcalc.expressions.errors import MatcalcError, NoRule, TooLarge, WrongArgument
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.python_arguments import checked
from matcalc.interchange.from_sympy import FromSymPy
from matcalc.language.problem import declared_outside
from matcalc.questions.reading import Where
from matcalc.verbs.gradient import gradient
from matcalc.verbs.jacobian import jacobian


@checked
def from_sympy(e: Any, where: Where = None) -> Node:
    """The expression that one of SymPy's is, with what `where` declares of its variables.

    A scalar, a matrix expression or an explicit matrix. A `Derivative` is worked out: of a scalar
    by X it has the shape of X; of a vector by a vector its entry (i, j) is d f_j/d x_i, the
    transposed Jacobian, as in SymPy. What is 1 x 1 is a scalar; numbers are real unless they are
    declared otherwise. Raises NoRule for what has no counterpart here, ShapeError where a variable
    is declared of another shape.

    >>> from sympy import MatrixSymbol, Trace
    >>> A, X = MatrixSymbol("A", 3, 4), MatrixSymbol("X", 4, 2)
    >>> print(from_sympy(Trace(X.T*A.T*A*X).diff(X)))
    2*A'*A*X
    """
    import sympy

    if not isinstance(e, sympy.Basic | sympy.MatrixBase):
        raise WrongArgument(f"an expression of SymPy's is expected, found {e!r:.60}")
    reader = FromSymPy(declared_outside(where), _derivative)
    try:
        return reader.read(e.as_immutable() if isinstance(e, sympy.MatrixBase) else e)
    except RecursionError:
        raise TooLarge("the expression is nested too deeply to be read") from None


def _derivative(f: Node, variable: Symbol) -> Node:
    if f.shape.is_scalar:
        return _value(gradient(f, variable))
    if variable.shape.is_scalar:
        return _value(jacobian(f, variable))
    if variable.shape.is_vector and (f.shape.is_vector or f.shape.is_row):
        return transpose(_value(jacobian(f if f.shape.is_vector else transpose(f), variable)))
    raise NoRule(
        f"the derivative of what is {f.shape} by {variable} ({variable.shape}) is no matrix",
        hint="mc.differential has it as an operator, mc.jacobian as a matrix in the order of vec",
    )


def _value(answer: Any) -> Node:
    value = answer.value
    if not isinstance(value, Node):
        raise MatcalcError("the derivative is no single expression")
    return value
