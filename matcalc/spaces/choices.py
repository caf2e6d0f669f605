"""What a person chooses for each of several variables: one choice for all, or a mapping by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matcalc.expressions.errors import WrongArgument
from matcalc.expressions.nodes import Symbol
from matcalc.language.requests import Request
from matcalc.spaces.inner_products import InnerProduct, ProductChoice, product_of
from matcalc.spaces.spaces import Space, SpaceChoice, space_of


def inner_for(
    name: str, choice: ProductChoice | Mapping[str, ProductChoice] | None
) -> InnerProduct | None:
    """The product for one of several variables, where a mapping gives one for each."""
    chosen = _of_one(name, choice)
    return None if chosen is None else product_of(chosen)


def space_for(name: str, choice: SpaceChoice | Mapping[str, SpaceChoice] | None) -> Space | None:
    """The space for one of several variables, where a mapping gives one for each."""
    chosen = _of_one(name, choice)
    return None if chosen is None else space_of(chosen)


def _of_one(name: str, choice: Any) -> Any:
    """The choice for a variable; a description by `kind` is one choice for all."""
    return choice.get(name) if _is_for_each(choice) else choice


def _is_for_each(choice: object) -> bool:
    return isinstance(choice, Mapping) and "kind" not in choice


def requests_of(
    wrt: Iterable[str | Symbol],
    inner: ProductChoice | Mapping[str, ProductChoice] | None,
    space: SpaceChoice | Mapping[str, SpaceChoice] | None,
) -> list[Request]:
    """What the products and the spaces chosen ask of the variables."""
    names = [str(one) for one in wrt]
    for choice in (inner, space):
        _refuse_strangers(choice, names)
    chosen = [(name, inner_for(name, inner), space_for(name, space)) for name in names]
    return [one.request(name) for name, *both in chosen for one in both if one is not None]


def _refuse_strangers(choice: object, names: Sequence[str]) -> None:
    """A mapping gives a choice for each variable, and for nothing else."""
    if isinstance(choice, Mapping) and _is_for_each(choice):
        for name in choice:
            if name not in names:
                raise WrongArgument(
                    f"there is a choice for {name!r}, which is no variable of the derivative",
                    hint=f"the variables are {', '.join(names)}",
                )
