"""Long and deep texts are read in linear time, without recursion."""

from __future__ import annotations

import pytest

from matcalc.language.problem import parse_problem
from tests.language.small_book import BOOK

VECTORS = {f"x{i}": "vector(n)" for i in range(5_000)}
SQUARES = {f"X{i}": "square(n)" for i in range(5_000)}
DEEP = 1_000

DEFINITIONS = "".join(f"R{i} = R{i - 1}*X\n" for i in range(1, DEEP)) + f"R{DEEP - 1}"


def nest(before: str, inner: str, after: str, depth: int = DEEP) -> str:
    return before * depth + inner + after * depth


LARGE: dict[str, tuple[str, dict[str, str]]] = {
    "a sum": (" + ".join(VECTORS), VECTORS),
    "a sum of undeclared names": (" + ".join(VECTORS), {}),
    "a product": ("*".join(SQUARES), SQUARES),
    "one matrix many times": ("*".join(["X"] * 5_000), {}),
    "an entrywise product": (".*".join(VECTORS), VECTORS),
    "functions": (nest("exp(", "x", ")"), {}),
    "functions to the limit": (nest("sin(", "x", ")", 4_900), {}),
    "sums in sums": ("(" + " + (".join(list(VECTORS)[:DEEP]) + ")" * DEEP, VECTORS),
    "scalars added": (nest("(1 + ", "x", ")"), {}),
    "products in products": (nest("(X*", "X", ")"), {}),
    "powers": ("s^" * 5_000 + "s", {"s": "scalar"}),
    "sums over indices": (nest("sum(i in 1..n, ", "x[i]", ")"), {}),
    "primes": ("X" + "'" * 5_000, {}),
    "definitions": (DEFINITIONS, {"R0": "square(n)"}),
}


@pytest.mark.parametrize(("text", "where"), LARGE.values(), ids=list(LARGE))
def test_large_texts_are_read(text: str, where: dict[str, str]) -> None:
    assert parse_problem(text, where, BOOK).expression is not None
