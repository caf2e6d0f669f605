"""The inner product over the complex numbers and the spaces that complex variables move in.

<U, V> = re(tr(U'*V)) with the conjugate transpose: the gradient of a real f of Z = X + i*Y is
df/dX + i*df/dY, of the shape of Z, as in Manopt and PyTorch; JAX returns its conjugate. The
spaces are the entries of `grammar/rules/complex_spaces.rules`.
Source: Absil, Mahony & Sepulchre 2008, sec. 3.6; Kreutz-Delgado 2009 (arXiv 0906.4835).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from matcalc.calculus.pull_back import inner_product
from matcalc.calculus.surroundings import Surroundings
from matcalc.expressions.constructors import real_part
from matcalc.expressions.errors import DomainError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.kinds import closure
from matcalc.language.reader import grammar_directory
from matcalc.rulebook.spaces import SpaceEntry, entries, formula, read_entries

if TYPE_CHECKING:
    from matcalc.calculus.inner_products import Metric

FILE = "complex_spaces.rules"
_CONVENTIONS = ("torch", "jax")


@dataclass(frozen=True)
class Hermitian:
    """<U, V> = re(tr(U'*V)) with the conjugate transpose; over the real numbers tr(U'*V).

    `convention="jax"` gives the conjugate of the gradient, which is what `jax.grad` returns;
    "torch" is the default. Raises DomainError for another convention.

    >>> print(Hermitian())
    <U, V> = re(tr(U'*V))
    """

    convention: str = "torch"

    def __post_init__(self) -> None:
        if self.convention not in _CONVENTIONS:
            known = " and ".join(_CONVENTIONS)
            raise DomainError(f"no convention {self.convention!r}", hint=f"there are {known}")

    def at(self, around: Surroundings) -> Metric:
        """The product at the variable."""
        from matcalc.calculus.inner_products import ReadForm, ReadProduct

        shape = around.variable.shape
        if not around.variable.is_complex:
            return ReadProduct(entries()["product", "frobenius"], (), shape)
        left, right = (Symbol(name, shape, closure("tangent", "complex")) for name in ("U", "V"))
        pairing = real_part(inner_product(left, right))
        return ReadForm("re(tr(U'*V))", pairing, left, right, settled=True, is_frobenius=True)

    def __str__(self) -> str:
        conjugated = ", the gradient conjugated as in JAX" if self.convention == "jax" else ""
        return f"<U, V> = re(tr(U'*V)){conjugated}"


@cache
def complex_spaces() -> Mapping[str, SpaceEntry]:
    """The spaces of complex variables by name; read once."""
    path = grammar_directory() / "rules" / FILE
    found = read_entries(path.read_text(encoding="utf-8"), FILE)
    return {name: entry for (_, name), entry in found.items()}


def complex_space(name: object) -> SpaceEntry:
    """The space of that name. Raises DomainError where there is none over the complex numbers."""
    found = complex_spaces().get(name) if isinstance(name, str) else None
    if found is None:
        known = ", ".join(complex_spaces())
        raise DomainError(f"no space {name!r} over the complex numbers", hint=f"there are {known}")
    return found


def projected(entry: SpaceEntry, variable: Symbol, gradient: Node) -> Node:
    """The orthogonal projection of the gradient onto the tangent space at the variable."""
    clause = entry.all("projection")[0]
    return formula(entry, clause, (variable,), variable.shape, {"G": gradient})
