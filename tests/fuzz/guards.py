"""What brings a random argument into the domain of an operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

import matcalc as mc
from matcalc.expressions.dimensions import SCALAR
from tests.fuzz import signs
from tests.fuzz.trees import ANY, ATOM, Form, Tree, leaf
from tests.interpreter import MEANINGS

Guard = Callable[[Any, Tree], Tree]


def _called(name: str) -> Form:
    return Form(f"{name}({{}})", ATOM, (ANY,), signs.plain(MEANINGS[name]), getattr(mc, name))


def _number(writer: Any, value: Fraction) -> Tree:
    made: Tree = writer.make(signs.number(value), SCALAR)
    return made


def _positive(writer: Any, tree: Tree) -> Tree:
    """exp(E), a positive variable, or 1 + E.^2."""
    positive = [one for one in writer.variables if one.kind.startswith("positive")]
    fitting = [one for one in positive if one.shape == tree.shape]
    if fitting and writer.chance(0.4):
        return leaf(writer.pick(fitting).name, tree.shape)
    if writer.chance(0.3):
        return writer.make(_called("exp"), tree.shape, tree)  # type: ignore[no-any-return]
    square = (signs.scalar_power if tree.shape.is_scalar else signs.entry_power)("2", 2.0)
    one = _number(writer, Fraction(1))
    return writer.make(signs.ADD, tree.shape, one, writer.make(square, tree.shape, tree))  # type: ignore[no-any-return]


def _between(writer: Any, tree: Tree) -> Tree:
    """Between -1 and 1."""
    inside = writer.make(_called("tanh"), tree.shape, tree)
    return writer.make(signs.TIMES, tree.shape, _number(writer, Fraction(4, 5)), inside)  # type: ignore[no-any-return]


def _fraction(writer: Any, tree: Tree) -> Tree:
    return writer.make(_called("sigmoid"), tree.shape, tree)  # type: ignore[no-any-return]


def _above_one(writer: Any, tree: Tree) -> Tree:
    return writer.make(signs.ADD, tree.shape, _number(writer, Fraction(1)), _positive(writer, tree))  # type: ignore[no-any-return]


def _of_kind(writer: Any, tree: Tree, kinds: tuple[str, ...]) -> Tree | None:
    fitting = [o for o in writer.variables if o.kind in kinds and o.shape == tree.shape]
    return leaf(writer.pick(fitting).name, tree.shape) if fitting and writer.chance(0.6) else None


def _symmetric(writer: Any, tree: Tree) -> Tree:
    found = _of_kind(writer, tree, ("symmetric", "spd", "diagonal"))
    return found or writer.make(_called("sym"), tree.shape, tree)


def _definite(writer: Any, tree: Tree) -> Tree:
    """A positive definite variable, or E*E' + eye(n)."""
    found = _of_kind(writer, tree, ("spd",))
    if found is not None:
        return found
    turned = writer.make(signs.TRANSPOSE, tree.shape, tree)
    square = writer.make(signs.TIMES, tree.shape, tree, turned)
    size = tree.shape.rows
    unit = signs.constant(
        f"eye({size})", lambda s: np.eye(size.evaluate(s)), lambda: mc.parse(f"eye({size})")
    )
    return writer.make(signs.ADD, tree.shape, square, writer.make(unit, tree.shape))  # type: ignore[no-any-return]


def _small(writer: Any, tree: Tree) -> Tree:
    """An exponent of a norm: with a large one its terms underflow."""
    return leaf("t", SCALAR) if writer.chance(0.3) else _number(writer, Fraction(5, 2))


_ON: Mapping[Guard, str] = {
    _small: "normp.p vector_norm.p",
    _positive: "log.X log2.X log10.X sqrt.X loggamma.X digamma.X polygamma.X entropy.x "
    "log_differences.x recip.X",
    _between: "arcsin.X arccos.X arctanh.X log1p.X",
    _fraction: "logit.X",
    _above_one: "arccosh.X",
    _symmetric: "lambda.A lambda_max.A lambda_min.A eigvec.A reduced_resolvent.A eigvals.A "
    "eigvecs.A lambda_of_pencil.A lambda_min_of_pencil.A lambda_max_of_pencil.A "
    "eigvec_of_pencil.A",
    _definite: "chol.A lambda_of_pencil.M lambda_min_of_pencil.M lambda_max_of_pencil.M "
    "eigvec_of_pencil.M logm.X sqrtm.X powm.X sylvester.A sylvester.B lyap.A frechet.A "
    "frechet2.A frechet_matrix.A",
}
GUARDS: Mapping[str, Guard] = {
    "positive": _positive,
    "definite": _definite,
    **{place: guard for guard, places in _ON.items() for place in places.split()},
}
