"""What an inner product and a space ask of the variables that nobody declared.

Who writes "tr(A*X)" and asks for the space of symmetric matrices means a square and symmetric X.
The shapes are asked for by expressions that are well formed only where they fit, such as tr(X);
they are read beside the problem, so that all shapes are inferred together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from matcalc.language.declarations import declarations_of
from matcalc.language.kinds import closure
from matcalc.rulebook import book
from matcalc.rulebook.records import SpaceEntry
from matcalc.spaces.inner_products import AffineInvariant, Elementwise, Pairing, Weighted
from matcalc.spaces.spaces import EQUATION, Space

_DIRECTION = re.compile(r"\b[UV]\b")


@dataclass
class Demands:
    """Expressions that fit only where the shapes do, and the structure of each variable."""

    beside: list[str] = field(default_factory=list)
    structures: dict[str, frozenset[str]] = field(default_factory=dict)

    def add(self, name: str, inner: object, space: Space | None) -> None:
        """What a product and a space ask of the variable of that name."""
        self.beside += [*_of_product(inner, name), *_of_space(space, name)]
        found = _structure(inner, space)
        if found:
            self.structures[name] = found


def _structure(inner: object, space: Space | None) -> frozenset[str]:
    """What the points of a space, or of a product that depends on them, are."""
    if isinstance(inner, AffineInvariant):
        return closure("spd")
    entry = book.spaces.get(space.kind) if space is not None else None
    if entry is None or entry.parameters[0].is_complex:
        return frozenset()
    return closure(*entry.parameters[0].structure, *entry.text("elements").split())


def _of_product(inner: object, name: str) -> Iterator[str]:
    """Expressions in the variable of that name that fit where the product fits."""
    match inner:
        case Weighted(left, right):
            factors = [f"{name}'", left and f"({left})", name, right and f"({right})"]
            yield f"tr({'*'.join(factor for factor in factors if factor)})"
        case Elementwise(weight):
            yield f"sum(({weight}).*{name})"
        case Pairing(form):
            yield _DIRECTION.sub(name, form)
        case AffineInvariant():
            yield _square(name)


def _of_space(space: Space | None, name: str) -> Iterator[str]:
    """Expressions in the variable of that name that fit where the space fits."""
    match space:
        case Space("kernel", texts, parameters):
            yield from (_DIRECTION.sub(name, _difference(text)) for text in texts)
            if parameters:
                yield _square(name)
        case Space("span" | "mask", texts, _):
            yield from (f"sum(({text}).*{name})" for text in texts)
        case Space("image", texts, parameters):
            yield from _of_image(texts[0], dict(parameters), name)
        case Space(kind, _, parameters):
            yield from _of_entry(book.spaces[kind], dict(parameters), name)


def _difference(equation: str) -> str:
    """The left side of an equation, minus the right one where that is not 0."""
    left, *right = EQUATION.split(equation)
    return f"({left}) - ({right[0]})" if right and right[0].strip() != "0" else left


def _square(name: str) -> str:
    return f"tr({name})"


def _of_image(text: str, parameters: Mapping[str, str], name: str) -> Iterator[str]:
    """The values have the shape of the variable; a parameter is put in as ones of its shape."""
    for symbol in declarations_of(dict(parameters)).values():
        ones = f"ones({symbol.shape.rows},{symbol.shape.columns})"
        text = re.sub(rf"\b{symbol.name}\b(?!\s*\()", ones, text)
    yield f"sum(({text}).*{name})"


def _of_entry(entry: SpaceEntry, given: Mapping[str, str], name: str) -> Iterator[str]:
    """Of a named space: that the variable is square, and the maps that its matrices are in."""
    first, *others = entry.parameters
    if first.shape.is_square and not first.shape.is_scalar:
        yield _square(name)
    texts = {first.name: name, "U": name, **{key: f"({text})" for key, text in given.items()}}
    word = re.compile(rf"\b({'|'.join(texts)})\b")
    if others and all(other.name in given for other in others):
        for clause in entry.texts("tangent"):
            yield word.sub(lambda found: texts[found[0]], clause.text)
