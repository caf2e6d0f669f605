"""What differs between array libraries: one small module each, found by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from matcalc.expressions.errors import DomainError

NAMES = ("numpy",)


@dataclass(frozen=True)
class Backend:
    """The spelling of array arithmetic in one library.

    `template` is the clause word of its code in the rule book; `imports` maps a dotted
    prefix of the generated text to the line that imports it. The other fields are templates
    with holes: `$a`, `$b` arrays, `$n` an order, `$shape` a shape, `$items` a list of arrays;
    `ordered_product` opens a product of matrices given by a generator.
    """

    name: str
    template: str
    imports: Mapping[str, str]
    solve: str
    inverse: str
    outer: str
    diagonal: str
    trace: str
    total: str
    square_root: str
    matrix_power: str
    ones: str
    zeros: str
    identity: str
    as_matrix: str
    beside: str
    above: str
    ordered_product: str


def backend_named(name: str) -> Backend:
    """The backend of that name. Raises DomainError for an unknown one."""
    if name not in NAMES:
        raise DomainError(f"no backend '{name}'", hint="known: " + ", ".join(NAMES))
    found: Backend = import_module(f"{__name__}.{name}").BACKEND
    return found
