r"""What stands before a formula: `\min_x`, `\nabla_X`, `\frac{\partial f}{\partial X}`."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.language.latex.cursor import is_command, is_sign, plain
from matcalc.language.latex.groups import Group, Item
from matcalc.language.latex.parts import is_gap, spoken

_OPTIMA = frozenset(["min", "max", "argmin", "argmax", "inf", "sup"])
_SPOKEN = _OPTIMA | {"minimize", "maximize", "minimise", "maximise"}


def is_prefix(items: Sequence[Item]) -> bool:
    """Whether the items are nothing but `\\min_x` or the like."""
    place, _ = optimum(tuple(items))
    return bool(place) and all(is_gap(one) for one in items[place:])


def optimum(items: tuple[Item, ...]) -> tuple[int, tuple[Item, ...]]:
    r"""How many items `\min_x` and the like take at the beginning, and what stands below."""
    place = 1 if items and is_command(items[0], "arg") else 0
    if place < len(items) and is_command(items[place], "underset") and len(items) > place + 2:
        below, sign = items[place + 1 : place + 3]
        if _is_optimum_word(plain(_inside(sign))):
            return place + 3, _inside(below)
    words = spoken(items, place) if place < len(items) else ""
    if _is_optimum_word(words):
        place += 2
    elif place < len(items) and is_command(items[place], *_OPTIMA):
        following = items[place + 1] if place + 1 < len(items) else None
        if isinstance(following, Group) and following.kind in ("(", "\\{") and not place:
            return 0, ()  # the larger of two
        place += 1
    else:
        return 0, ()
    if place < len(items) and is_sign(items[place], "_") and place + 1 < len(items):
        return place + 2, _inside(items[place + 1])
    return place, ()


def _is_optimum_word(words: str) -> bool:
    return words.strip(" .\\").lower() in _SPOKEN


def _inside(item: Item) -> tuple[Item, ...]:
    return item.items if isinstance(item, Group) and item.kind == "{" else (item,)


def derivative(
    items: tuple[Item, ...],
) -> tuple[tuple[Item, ...], tuple[Item, ...], int] | None:
    r"""What is differentiated, by what and how often: of `\nabla_x f`, `\partial f/\partial x`."""
    if not items:
        return None
    if is_command(items[0], "nabla"):
        return _after_nabla(items)
    if is_command(items[0], "frac", "dfrac", "tfrac") and len(items) > 2:
        above, below = map(_inside, items[1:3])
        rest = items[3:]
    else:
        slash = next((k for k, one in enumerate(items) if is_sign(one, "/")), 0)
        above, below, rest = items[:slash], items[slash + 1 :], ()
    upper, lower = _without_d(above), _without_d(below)
    if upper is None or lower is None:
        return None
    inside, order = _order(upper)
    variable, _ = _order(lower) if order == 1 else (lower, 1)
    if order > 1:
        cut = next((k for k, one in enumerate(variable) if is_sign(one, "^")), len(variable))
        cut = min(cut, next((k for k, o in enumerate(variable) if is_command(o, "partial")), cut))
        variable = variable[:cut]
    if inside and rest:
        return None  # a factor times a derivative
    whole = inside or rest
    if len(whole) == 1 and isinstance(whole[0], Group) and whole[0].kind in ("(", "[", "\\{"):
        whole = whole[0].items
    return whole, variable, order


def _after_nabla(items: tuple[Item, ...]) -> tuple[tuple[Item, ...], tuple[Item, ...], int]:
    place, order = 1, 1
    below: tuple[Item, ...] = ()
    while place + 1 < len(items) and (is_sign(items[place], "_") or is_sign(items[place], "^")):
        inside = _inside(items[place + 1])
        if is_sign(items[place], "_"):
            below = inside
        else:
            order = 2 if plain(inside) == "2" else 1
        place += 2
    whole = items[place:]
    if len(whole) == 1 and isinstance(whole[0], Group) and whole[0].kind in ("(", "[", "\\{"):
        whole = whole[0].items
    return whole, below, order


def _without_d(items: Sequence[Item]) -> tuple[Item, ...] | None:
    r"""The items after `\partial`, `d` or `\mathrm{d}`."""
    if not items:
        return None
    if is_command(items[0], "partial") or is_sign(items[0], "d"):
        return tuple(items[1:])
    upright = is_command(items[0], "mathrm", "operatorname") and len(items) > 1
    return tuple(items[2:]) if upright and plain(items[1:2]) == "d" else None


def _order(items: tuple[Item, ...]) -> tuple[tuple[Item, ...], int]:
    r"""The items without the power of `\partial^2`, and that power."""
    if len(items) > 1 and is_sign(items[0], "^") and plain(items[1:2]).isdecimal():
        return items[2:], int(plain(items[1:2]))
    return items, 1
