"""What SymPy has for the words of the language: one table, read in both directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

# Operations of matrices that are classes of SymPy's, of the same arguments in the same order.
CLASSES: Mapping[str, str] = {
    "transpose": "Transpose",
    "tr": "Trace",
    "det": "Determinant",
    "inv": "Inverse",
    "hadamard": "HadamardProduct",
    "elementwise_power": "HadamardPower",
    "kron": "KroneckerProduct",
    "diag": "DiagMatrix",
    "diag_of": "DiagonalOf",
    "matrix_power": "MatPow",
    "powm": "MatPow",
}

# Parts of complex numbers.
PARTS: Mapping[str, str] = {"conj": "conjugate", "re": "re", "im": "im"}

# Functions of numbers, entry by entry.
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "pi": lambda sympy: sympy.pi,
    "exp": lambda sympy, x: sympy.exp(x),
    "log": lambda sympy, x: sympy.log(x),
    "expm1": lambda sympy, x: sympy.exp(x) - 1,
    "log1p": lambda sympy, x: sympy.log(1 + x),
    "sin": lambda sympy, x: sympy.sin(x),
    "cos": lambda sympy, x: sympy.cos(x),
    "tan": lambda sympy, x: sympy.tan(x),
    "sinh": lambda sympy, x: sympy.sinh(x),
    "cosh": lambda sympy, x: sympy.cosh(x),
    "tanh": lambda sympy, x: sympy.tanh(x),
    "arcsin": lambda sympy, x: sympy.asin(x),
    "arccos": lambda sympy, x: sympy.acos(x),
    "arctan": lambda sympy, x: sympy.atan(x),
    "arcsinh": lambda sympy, x: sympy.asinh(x),
    "arccosh": lambda sympy, x: sympy.acosh(x),
    "arctanh": lambda sympy, x: sympy.atanh(x),
    "abs": lambda sympy, x: sympy.Abs(x),
    "sign": lambda sympy, x: sympy.sign(x),
    "relu": lambda sympy, x: (x + sympy.Abs(x)) / 2,
    "sigmoid": lambda sympy, x: 1 / (1 + sympy.exp(-x)),
    "logsigmoid": lambda sympy, x: -sympy.log(1 + sympy.exp(-x)),
    "softplus": lambda sympy, x: sympy.log(1 + sympy.exp(x)),
    "erf": lambda sympy, x: sympy.erf(x),
    "erfc": lambda sympy, x: 1 - sympy.erf(x),
    "normcdf": lambda sympy, x: (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
    "normpdf": lambda sympy, x: sympy.exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi),
    "loggamma": lambda sympy, x: sympy.loggamma(x),
    "digamma": lambda sympy, x: sympy.digamma(x),
    "polygamma": lambda sympy, k, x: sympy.polygamma(k, x),
    "maximum": lambda sympy, x, y: sympy.Max(x, y),
    "minimum": lambda sympy, x, y: sympy.Min(x, y),
    "maximum_with_scalar": lambda sympy, x, y: sympy.Max(x, y),
    "minimum_with_scalar": lambda sympy, x, y: sympy.Min(x, y),
}


@cache
def words_of(sympy: Any) -> Mapping[Any, str]:
    """The words of the language by the functions of SymPy that are the same."""
    found = {}
    for word, applied in FUNCTIONS.items():
        arguments = sympy.symbols(f"x:{applied.__code__.co_argcount - 1}")
        value = applied(sympy, *arguments)
        if value.args == arguments and not value.is_Add:
            found[value.func] = word
    return found
