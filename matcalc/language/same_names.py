"""A name stands for one variable in all that is asked together: f, the variable, a claim."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from matcalc.expressions.binders import variables_of
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Node, Symbol, dimension_names
from matcalc.language.kinds import kind_text

_NOBODY: Mapping[str, Symbol] = MappingProxyType({})
_COUNTS = frozenset({"integer", "dimension"})


def variables_by_name(*roots: Node, known: Mapping[str, Symbol] = _NOBODY) -> dict[str, Symbol]:
    """The variables of expressions that belong together, those `known` first.

    Raises DomainError where a name stands for two variables, or for one and a dimension.

    >>> from matcalc import symbols
    >>> A, x = symbols("A: square(n), x: vector(n)")
    >>> sorted(variables_by_name(A @ x))
    ['A', 'x']
    """
    found = dict(known)
    for symbol in variables_of(*roots):
        require_same(found.setdefault(symbol.name, symbol), symbol)
    for name in dimension_names(*roots):
        if name in found and not found[name].structure & _COUNTS:
            raise DomainError(
                f"{name} is {_kind(found[name])}, and the name of a dimension",
                hint="give one of the two another name",
            )
    return found


def require_same(known: Symbol, given: Symbol) -> None:
    """Raises DomainError where a variable has the name of one that is another."""
    if given is not known:
        raise DomainError(
            f"{known.name} is {_kind(known)}, and here {_kind(given)}: "
            "a name stands for one variable",
            hint="use the same variable in both, from one call of mc.symbols, or another name",
        )


def _kind(symbol: Symbol) -> str:
    return kind_text(symbol.shape, symbol.structure)
