"""An inner product as a person types it: `weighted(M,N)`, or a form in U and V."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcalc.expressions.errors import SyntaxProblem
from matcalc.spaces.inner_products import (
    AffineInvariant,
    Elementwise,
    Frobenius,
    Hermitian,
    InnerProduct,
    Pairing,
    Weighted,
)

_WORD = re.compile(r"\b[A-Za-z]\w*\b")
_SLOTS = {"U", "V"}
_CALL = re.compile(r"\s*([A-Za-z-]+)\s*(?:\((.*)\))?\s*", re.DOTALL)
_PRINTED = re.compile(r"\s*<\s*U\s*,\s*V\s*>\s*=")


def product_of(text: str) -> InnerProduct:
    """The product of that name, or of that form: as it is printed, `<U, V> = ...`, or bare.

    Raises SyntaxProblem for anything else.

    >>> print(product_of("weighted(M)"))
    <U, V> = tr(U'*M*V)
    """
    call = _CALL.fullmatch(text)
    name = call[1].lower() if call else ""
    given = parts_of(call[2] or "") if call else []
    match name, len(given):
        case "frobenius", 0:
            return Frobenius()
        case "weighted", _:
            return Weighted(**weights_of(given, text))
        case "elementwise", 1:
            return Elementwise(given[0])
        case "affine-invariant", 0:
            return AffineInvariant()
        case "hermitian", 0 | 1:
            return Hermitian(*given)
        case "pairing", 1:
            return Pairing(given[0])
    if _SLOTS.issubset(_WORD.findall(text)):
        return Pairing(_PRINTED.sub("", text).strip())
    hint = (
        'there are frobenius, "weighted(M,N)" for <U,V> = tr(U\'*M*V*N), "elementwise(W)", '
        "affine-invariant, hermitian, and any form in U and V, such as \"tr(U'*A*V) + tr(U*B*V')\""
    )
    raise SyntaxProblem(f"no inner product {text!r:.60}", hint=hint)


def weights_of(given: Sequence[str], text: str) -> dict[str, str]:
    """The weights of `weighted(M,N)` by their side; `right=N` names one."""
    weights: dict[str, str] = {}
    for side, weight in zip(("left", "right"), given, strict=False):
        key, equals, value = weight.partition("=")
        named = equals and key.strip() in ("left", "right")
        weights[key.strip() if named else side] = value.strip() if named else weight
    if not weights or len(given) > 2 or not all(weights.values()):
        raise SyntaxProblem(f"{text!r:.60} needs one or two weights", hint='"weighted(M,N)"')
    return weights


def parts_of(text: str) -> list[str]:
    """The parts between the commas that no bracket encloses.

    >>> parts_of("P, Q[1:2,3]")
    ['P', 'Q[1:2,3]']
    """
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]
