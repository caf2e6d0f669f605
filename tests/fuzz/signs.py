"""The signs of the language as forms: sums, products, powers, entries, blocks, index sums."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

import matcalc as mc
from matcalc.expressions.constructors import from_dimension, named
from matcalc.expressions.dimensions import Dimension
from tests.fuzz.trees import ANY, ATOM, POSTFIX, POWER, PRODUCT, SIGN, SUM, Form, Sizes
from tests.interpreter import MEANINGS
from tests.meanings.values import Array, Meaning, require, require_symmetric


def plain(meaning: Meaning) -> Meaning:
    """A meaning that needs no sizes."""
    return lambda *parts, sizes: meaning(*parts)


def _added(sign: int) -> Meaning:
    def added(a: Array, b: Array) -> Array:
        require(a.shape == b.shape or 1 in (a.size, b.size), "summands of one shape")
        return np.asarray(a + sign * b)

    return added


def _multiplied(a: Array, b: Array) -> Array:
    return np.asarray(a * b if 1 in (a.size, b.size) else a @ b)


def _divided(a: Array, b: Array) -> Array:
    require(bool(np.all(b != 0)), "a divisor that is not 0")
    return np.asarray(a / b)


def _entrywise(a: Array, b: Array) -> Array:
    require(a.shape == b.shape or 1 in (a.size, b.size), "factors of one shape")
    return np.asarray(a * b)


def _recip(b: Any) -> Any:
    return b**-1 if b.shape.is_scalar else mc.recip(b)


ADD = Form("{} + {}", SUM, (SUM, PRODUCT), plain(_added(1)), operator.add)
SUBTRACT = Form("{} - {}", SUM, (SUM, PRODUCT), plain(_added(-1)), operator.sub)
# in a text -(A - B)*C is -((A - B)*C), in Python (-(A - B))*C
NEGATE = Form("-{}", SUM, (PRODUCT,), plain(lambda a: -a), operator.neg)
TIMES = Form("{}*{}", PRODUCT, (PRODUCT, POWER), plain(_multiplied), operator.matmul)
OVER = Form("{}/{}", PRODUCT, (PRODUCT, POWER), plain(_divided), operator.truediv)
RIGHT_QUOTIENT = Form(
    "{}/{}",
    PRODUCT,
    (PRODUCT, POWER),
    plain(lambda a, b: a @ MEANINGS["inv"](b)),
    lambda a, b: a @ mc.inv(b),
)
LEFT_QUOTIENT = Form(
    "{}\\{}",
    PRODUCT,
    (PRODUCT, POWER),
    plain(lambda a, b: MEANINGS["inv"](a) @ b),
    lambda a, b: mc.inv(a) @ b,
)
ENTRYWISE = Form(
    "{}.*{}", PRODUCT, (PRODUCT, POWER), plain(_entrywise), lambda a, b: mc.times(a, b)
)
ENTRYWISE_OVER = Form(
    "{}./{}", PRODUCT, (PRODUCT, POWER), plain(_divided), lambda a, b: mc.times(a, _recip(b))
)
TRANSPOSE = Form("{}'", POSTFIX, (POSTFIX,), plain(np.transpose), lambda a: a.T)
INVERSE = Form("{}^-1", POWER, (POSTFIX,), plain(MEANINGS["inv"]), lambda a: mc.inv(a))
INVERSE_TRANSPOSED = Form(
    "{}^-T", POWER, (POSTFIX,), plain(lambda a: MEANINGS["inv"](a).T), lambda a: mc.inv(a).T
)
BESIDE = Form("[{}, {}]", ATOM, (ANY, ANY), plain(MEANINGS["hstack"]), lambda a, b: mc.hstack(a, b))
ABOVE = Form("[{}; {}]", ATOM, (ANY, ANY), plain(MEANINGS["vstack"]), lambda a, b: mc.vstack(a, b))
BLOCKS = Form(
    "[{}, {}; {}, {}]",
    ATOM,
    (ANY,) * 4,
    plain(lambda a, b, c, d: np.block([[a, b], [c, d]])),
    lambda a, b, c, d: mc.vstack(mc.hstack(a, b), mc.hstack(c, d)),
)
THREE = Form(
    "[{}; {}; {}]",
    ATOM,
    (ANY,) * 3,
    plain(lambda a, b, c: np.concatenate([a, b, c])),
    lambda a, b, c: mc.vstack(a, mc.vstack(b, c)),
)


def definition(name: str) -> Form:
    """A named part: R = A*X - B; norm2(R)^2."""
    text = f"{name} = {{}}; {{}}"
    return Form(text, ANY, (ANY, ANY), plain(lambda value: value), lambda a: named(name, a))


def solution(name: str) -> Form:
    """The solution of a linear system, by what it has to satisfy."""
    text = f"{name} solves {{}}*{name} - {{}} = 0; {{}}"
    return Form(text, ANY, (POSTFIX, POWER, ANY), plain(np.linalg.solve))


OWN = np.polynomial.Polynomial([0.5, -1.0, 0.25, 0.125])
OWN_FUNCTION = Form("phi({})", ATOM, (ANY,), plain(OWN))


def index_sum(index: str, last: str) -> Form:
    def total(terms: Sequence[Array], sizes: Sizes) -> Array:
        return np.asarray(sum(terms[1:], terms[0]))

    return Form(f"sum({index} in 1..{last}, {{}})", ATOM, (ANY,), total)


def index_prod(index: str, last: str) -> Form:
    def total(terms: Sequence[Array], sizes: Sizes) -> Array:
        product = terms[0]
        for term in terms[1:]:
            product = product @ term
        return product

    return Form(f"prod({index} in 1..{last}, {{}})", ATOM, (ANY,), total)


def number(value: Fraction) -> Form:
    """A number as it is typed: a fraction is a quotient, a negative one has a sign."""
    level = PRODUCT if value.denominator > 1 else SIGN if value < 0 else ATOM
    return Form(
        str(value),
        level,
        (),
        lambda sizes: np.array([[float(value)]]),
        lambda: mc.Expr.__add__(from_dimension(Dimension(())), value),
    )


def size(value: Dimension) -> Form:
    level = ATOM if value.name or value.integer is not None else SUM
    return Form(
        str(value),
        level,
        (),
        lambda sizes: np.array([[float(value.evaluate(sizes))]]),
        lambda: from_dimension(value),
    )


def constant(text: str, meaning: Callable[[Sizes], Array], python: Callable[[], Any]) -> Form:
    return Form(text, ATOM, (), lambda sizes: meaning(sizes), python)


# ---------------------------------------------------------------- powers


def scalar_power(exponent: str, value: float) -> Form:
    return Form(
        f"{{}}^{exponent}",
        POWER,
        (POSTFIX,),
        plain(lambda a: MEANINGS["power"](a, np.array([[value]]))),
        lambda a: a ** Fraction(value).limit_denominator(64),
    )


def entry_power(exponent: str, value: float) -> Form:
    return Form(
        f"{{}}.^{exponent}",
        POWER,
        (POSTFIX,),
        plain(lambda a: MEANINGS["elementwise_power"](a, np.array([[value]]))),
        lambda a: mc.elementwise_power(a, _number(value)),
    )


def matrix_power(exponent: str, value: float) -> Form:
    """An integer power of a square matrix, or a real one of a positive definite matrix."""

    def meaning(a: Array) -> Array:
        if float(value).is_integer():
            return np.asarray(MEANINGS["matrix_power"](a, np.array([[value]])))
        require_symmetric(a)
        w, v = np.linalg.eigh(a)
        require(bool(np.all(w > 0)), "a positive definite matrix")
        return np.asarray(v @ np.diag(w**value) @ v.T)

    return Form(
        f"{{}}^{exponent}",
        POWER,
        (POSTFIX,),
        plain(meaning),
        lambda a: mc.powm(a, _number(value)) if value % 1 else mc.matrix_power(a, int(value)),
    )


def _number(value: float) -> Fraction | int:
    return int(value) if float(value).is_integer() else Fraction(value).limit_denominator(64)


def _chain_power(a: Array, k: Array) -> Array:
    return np.asarray(MEANINGS["matrix_power"](a, k))


MATRIX_RAISED = Form(
    "{}^{}", POWER, (POSTFIX, ATOM), plain(_chain_power), lambda a, k: mc.matrix_power(a, k)
)
RAISED = Form("{}^{}", POWER, (POSTFIX, ATOM), plain(MEANINGS["power"]), lambda a, b: a**b)
ENTRIES_RAISED = Form(
    "{}.^{}",
    POWER,
    (POSTFIX, ATOM),
    plain(MEANINGS["elementwise_power"]),
    lambda a, b: mc.elementwise_power(a, b),
)


# ---------------------------------------------------------------- entries

ENTRY = Form("{}[{}]", POSTFIX, (POSTFIX, ANY), plain(MEANINGS["entry"]), lambda x, i: x[i])
ENTRY_OF = Form(
    "{}[{},{}]", POSTFIX, (POSTFIX, ANY, ANY), plain(MEANINGS["entry_of"]), lambda x, i, j: x[i, j]
)
ROW = Form("{}[{},:]", POSTFIX, (POSTFIX, ANY), plain(MEANINGS["row"]), lambda x, i: x[i, :])
COLUMN = Form("{}[:,{}]", POSTFIX, (POSTFIX, ANY), plain(MEANINGS["column"]), lambda x, j: x[:, j])


def part_of(rows: tuple[int, int] | None, columns: tuple[int, int] | None) -> Form:
    """X[a:b,c:d] with numbers, both ends included; None is the whole side."""
    sides = [":" if one is None else f"{one[0]}:{one[1]}" for one in (rows, columns)]

    def meaning(x: Array, sizes: Sizes) -> Array:
        ends = [one or (1, side) for one, side in zip((rows, columns), x.shape, strict=True)]
        flat = [np.array([[float(end)]]) for pair in ends for end in pair]
        return np.asarray(MEANINGS["slice"](x, *flat))

    subscripts = tuple(slice(None) if one is None else slice(*one) for one in (rows, columns))
    return Form(f"{{}}[{','.join(sides)}]", POSTFIX, (POSTFIX,), meaning, lambda x: x[subscripts])
