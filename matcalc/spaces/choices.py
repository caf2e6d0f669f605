"""What a person chooses for each of several variables: one choice for all, or a mapping by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from matcalc.expressions.errors import WrongArgument, expect
from matcalc.expressions.nodes import Symbol
from matcalc.spaces.demands import Demands
from matcalc.spaces.inner_products import InnerProduct, ProductChoice
from matcalc.spaces.spaces import SpaceChoice, space_of
from matcalc.spaces.typed_products import product_of


def inner_for(
    name: str, choice: ProductChoice | Mapping[str, ProductChoice] | None
) -> InnerProduct | None:
    """The product for one of several variables, where a mapping gives one for each."""
    chosen = choice.get(name) if isinstance(choice, Mapping) else choice
    if isinstance(chosen, str):
        return product_of(chosen)
    expect(chosen, (*get_args(InnerProduct), type(None)), 'a product such as mc.Weighted(left="M")')
    return chosen


def demands(
    wrt: Iterable[str | Symbol],
    inner: ProductChoice | Mapping[str, ProductChoice] | None,
    space: SpaceChoice | Mapping[str, SpaceChoice] | None,
) -> Demands:
    """What the products and the spaces chosen ask of the variables."""
    found, names = Demands(), [str(one) for one in wrt]
    for choice in (inner, space):
        _refuse_strangers(choice, names)
    for name in names:
        chosen = space_for(name, space)
        found.add(name, inner_for(name, inner), None if chosen is None else space_of(chosen))
    return found


def _refuse_strangers(choice: object, names: Sequence[str]) -> None:
    """A mapping gives a choice for each variable, and for nothing else."""
    if isinstance(choice, Mapping) and "kind" not in choice:
        for name in choice:
            if name not in names:
                raise WrongArgument(
                    f"there is a choice for {name!r}, which is no variable of the derivative",
                    hint=f"the variables are {', '.join(names)}",
                )


def space_for(
    name: str, choice: SpaceChoice | Mapping[str, SpaceChoice] | None
) -> SpaceChoice | None:
    """The space for one of several variables; a description by `kind` is one space."""
    if isinstance(choice, Mapping) and "kind" not in choice:
        return choice.get(name)
    return choice
