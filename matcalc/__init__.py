"""matcalc: derivatives of matrix expressions as formulas, with every step named.

>>> import matcalc as mc
>>> print(mc.gradient("norm2(A*X - B)^2", "X").value)
2*A'*(A*X - B)

The names below load on first use, so that importing the package costs next to nothing. Every
operation of the rule book is a function too: `mc.logdet(X)`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcalc.answers import Derivation, Derivations
    from matcalc.calculus.inner_products import (
        AffineInvariant,
        Elementwise,
        Frobenius,
        Hermitian,
        Pairing,
        Weighted,
    )
    from matcalc.calculus.spaces import Space
    from matcalc.checking import check, equivalent
    from matcalc.convention_table import Conventions, conventions
    from matcalc.expressions.errors import (
        DomainError,
        MatcalcError,
        NoRule,
        NotLinear,
        ShapeError,
        SyntaxProblem,
        UnknownName,
    )
    from matcalc.expressions.nodes import Node as Expr
    from matcalc.interface import (
        differential,
        evaluate,
        gradient,
        hessian,
        jacobian,
        nth_derivative,
        parse,
        rules,
        symbols,
    )
    from matcalc.operators import LinearMap
    from matcalc.over_complex import Wirtinger, wirtinger
    from matcalc.own_rules import load_rules

__version__ = "0.1.0"

_HOMES = {
    "interface": (
        "differential evaluate gradient hessian jacobian nth_derivative parse rules symbols"
    ),
    "answers": "Derivation Derivations",
    "calculus.inner_products": ("AffineInvariant Elementwise Frobenius Hermitian Pairing Weighted"),
    "calculus.spaces": "Space",
    "operators": "LinearMap",
    "multilinear": "MultilinearMap",
    "several_variables": "BlockHessian TotalDifferential",
    "over_complex": "Wirtinger wirtinger",
    "checking": "check equivalent",
    "convention_table": "Conventions conventions",
    "own_rules": "load_rules",
    "expressions.errors": (
        "DomainError MatcalcError NoRule NotLinear ShapeError SyntaxProblem UnknownName"
    ),
}
_PLANNED = frozenset(
    [
        "from_latex",
        "from_sympy",
        "hessian",
        "nth_derivative",
    ]
)
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "AffineInvariant",
    "Conventions",
    "Derivation",
    "Derivations",
    "DomainError",
    "Elementwise",
    "Expr",
    "Frobenius",
    "Hermitian",
    "LinearMap",
    "MatcalcError",
    "NoRule",
    "NotLinear",
    "Pairing",
    "ShapeError",
    "Space",
    "SyntaxProblem",
    "UnknownName",
    "Weighted",
    "Wirtinger",
    "check",
    "conventions",
    "differential",
    "equivalent",
    "evaluate",
    "gradient",
    "hessian",
    "jacobian",
    "load_rules",
    "nth_derivative",
    "parse",
    "rules",
    "symbols",
    "wirtinger",
]


def __getattr__(name: str) -> Any:
    if name == "Expr":
        return importlib.import_module("matcalc.expressions.nodes").Node
    if name in _HOME:
        return getattr(importlib.import_module(f"matcalc.{_HOME[name]}"), name)
    if name in _PLANNED:
        errors = importlib.import_module("matcalc.expressions.errors")
        raise errors.MatcalcError(f"{name} is not available yet")
    if name.startswith("_"):
        raise AttributeError(f"module 'matcalc' has no attribute {name!r}")
    algebra = importlib.import_module("matcalc.algebra")
    if not algebra.book.signatures(name):
        raise AttributeError(f"module 'matcalc' has no attribute {name!r}")
    return algebra.function(name)


def __dir__() -> list[str]:
    return sorted(__all__)
