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

from matcalc.verbs.table import IN_PYTHON

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer
    from matcalc.answers.conventions import Conventions
    from matcalc.convexity.record import Curvature
    from matcalc.expressions.blocks import Blocks
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
    from matcalc.operators.block_map import BlockMap
    from matcalc.operators.linear_map import LinearMap
    from matcalc.printing.typesetting import Typesetting
    from matcalc.spaces.inner_products import (
        AffineInvariant,
        Elementwise,
        Frobenius,
        Hermitian,
        Pairing,
        Weighted,
    )
    from matcalc.spaces.spaces import Space
    from matcalc.verbs.assert_gradient import assert_gradient
    from matcalc.verbs.check import check
    from matcalc.verbs.check_derivation import check_derivation
    from matcalc.verbs.conventions import conventions
    from matcalc.verbs.curvature import curvature
    from matcalc.verbs.differential import differential
    from matcalc.verbs.equivalent import equivalent
    from matcalc.verbs.evaluate import evaluate
    from matcalc.verbs.from_json import from_json
    from matcalc.verbs.from_latex import from_latex
    from matcalc.verbs.from_sympy import from_sympy
    from matcalc.verbs.gradient import gradient
    from matcalc.verbs.hessian import hessian
    from matcalc.verbs.jacobian import jacobian
    from matcalc.verbs.load_rules import load_rules
    from matcalc.verbs.nth_derivative import nth_derivative
    from matcalc.verbs.parse import parse
    from matcalc.verbs.rules import rules
    from matcalc.verbs.symbols import symbols
    from matcalc.verbs.to_json import to_json
    from matcalc.verbs.wirtinger import wirtinger

__version__ = "0.1.0"

_HOMES = {
    **{f"verbs.{verb}": verb for verb in IN_PYTHON},
    "answers.conventions": "Conventions",
    "convexity.record": "Curvature",
    "answers.answer": "Answer",
    "spaces.inner_products": ("AffineInvariant Elementwise Frobenius Hermitian Pairing Weighted"),
    "printing.typesetting": "Typesetting",
    "spaces.spaces": "Space",
    "operators.block_map": "BlockMap",
    "expressions.blocks": "Blocks",
    "operators.linear_map": "LinearMap",
    "expressions.errors": (
        "DomainError MatcalcError NoRule NotLinear ShapeError SyntaxProblem UnknownName"
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "AffineInvariant",
    "Answer",
    "BlockMap",
    "Blocks",
    "Conventions",
    "Curvature",
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
    "Typesetting",
    "UnknownName",
    "Weighted",
    "assert_gradient",
    "check",
    "check_derivation",
    "conventions",
    "curvature",
    "differential",
    "equivalent",
    "evaluate",
    "from_json",
    "from_latex",
    "from_sympy",
    "gradient",
    "hessian",
    "jacobian",
    "load_rules",
    "nth_derivative",
    "parse",
    "rules",
    "symbols",
    "to_json",
    "wirtinger",
]
__all__ += [verb for verb in IN_PYTHON if verb not in __all__]


def __getattr__(name: str) -> Any:
    if name == "Expr":
        return importlib.import_module("matcalc.expressions.nodes").Node
    if name in _HOME:
        return getattr(importlib.import_module(f"matcalc.{_HOME[name]}"), name)
    if name.startswith("_"):
        raise AttributeError(f"module 'matcalc' has no attribute {name!r}")
    algebra = importlib.import_module("matcalc.verbs.algebra")
    if not algebra.book.signatures(name):
        raise AttributeError(f"module 'matcalc' has no attribute {name!r}")
    return algebra.function(name)


def __dir__() -> list[str]:
    return sorted(__all__)
