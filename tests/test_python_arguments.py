"""Wrong Python arguments of the public verbs get an error of ours, never one from inside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import matcalc as mc

F, X = "x'*A*x", "x"
GRADIENT, HESSIAN = mc.gradient(F, X), mc.hessian(F, X)
SEVERAL, BLOCKS = mc.gradient(F, ["x", "A"]), mc.hessian(F, ["x", "A"])
TOTAL, MAP = mc.differential(F, ["x", "A"]), mc.differential("A*x", X)
ON_SPHERE, HESSIAN_ON_SPHERE = (
    mc.gradient(F, X, space="sphere"),
    mc.hessian(F, X, space="sphere"),
)
SECOND = mc.nth_derivative(F, X, 2)
COMPLEX, Z = "re(z'*H*z)", "z: complex_vector(n)"
WIRTINGER = mc.wirtinger(COMPLEX, "z", Z)

Call = Callable[[Any], object]

NEVER: list[Any] = [object(), b"x", 2.5, float("nan"), lambda t: t, {5: "x"}, np.ones(2), ("x", 5)]
NO_NUMBER = [*NEVER, None, True, [], {}]
NEITHER = [*NO_NUMBER, 5]

FORMULAS: dict[str, Call] = {
    "parse": lambda v: mc.parse(v),
    "symbols": lambda v: mc.symbols(v),
    "gradient": lambda v: mc.gradient(v, X),
    "differential": lambda v: mc.differential(v, X),
    "jacobian": lambda v: mc.jacobian(v, X),
    "hessian": lambda v: mc.hessian(v, X),
    "nth_derivative": lambda v: mc.nth_derivative(v, X, 2),
    "wirtinger": lambda v: mc.wirtinger(v, "z"),
    "conventions": lambda v: mc.conventions(v, X),
    "evaluate": lambda v: mc.evaluate(v),
    "check": lambda v: mc.check(v, X, "x"),
    "check, claim": lambda v: mc.check(F, X, v),
    "equivalent": lambda v: mc.equivalent(v, "x"),
    "equivalent, second": lambda v: mc.equivalent("x", v),
    "load_rules": lambda v: mc.load_rules(v),
    "apply": lambda v: MAP.apply(v),
    "call": lambda v: MAP(v),
    "solve": lambda v: MAP.solve(v),
    "the adjoint": lambda v: MAP.adjoint(v),
    "a total differential": lambda v: TOTAL(x=v),
    "its adjoint": lambda v: TOTAL.adjoint(v),
    "a second derivative": lambda v: SECOND(v, v),
    "the map of a Hessian": lambda v: HESSIAN.map(v),
    "the form of a Hessian": lambda v: HESSIAN.form(v, v),
    "compile": lambda v: GRADIENT.compile(backend=v),
    "source": lambda v: GRADIENT.source(v),
    "compile several": lambda v: SEVERAL.compile(backend=v),
    "compile a Hessian": lambda v: HESSIAN.compile(backend=v),
    "Elementwise": lambda v: mc.Elementwise(v),
    "Pairing": lambda v: mc.Pairing(v),
    "Space.named": lambda v: mc.Space.named(v),
    "Space.mask": lambda v: mc.Space.mask(v),
    "Space.image": lambda v: mc.Space.image(v),
    "Space.span": lambda v: mc.Space.span(v),
}
VARIABLES: dict[str, Call] = {
    "gradient": lambda v: mc.gradient(F, v),
    "differential": lambda v: mc.differential(F, v),
    "jacobian": lambda v: mc.jacobian(F, v),
    "hessian": lambda v: mc.hessian(F, v),
    "nth_derivative": lambda v: mc.nth_derivative(F, v, 2),
    "wirtinger": lambda v: mc.wirtinger(COMPLEX, v, Z),
    "conventions": lambda v: mc.conventions(F, v),
    "check": lambda v: mc.check(F, v, "x"),
}
DECLARATIONS: dict[str, Call] = {
    "parse": lambda v: mc.parse("x", v),
    "gradient": lambda v: mc.gradient(F, X, v),
    "differential": lambda v: mc.differential(F, X, v),
    "jacobian": lambda v: mc.jacobian(F, X, v),
    "hessian": lambda v: mc.hessian(F, X, v),
    "nth_derivative": lambda v: mc.nth_derivative(F, X, 2, v),
    "wirtinger": lambda v: mc.wirtinger(COMPLEX, "z", v),
    "conventions": lambda v: mc.conventions(F, X, v),
    "check": lambda v: mc.check(F, X, "x", where=v),
    "equivalent": lambda v: mc.equivalent("x", "x", where=v),
}
SETTINGS: dict[str, Call] = {
    "gradient, inner": lambda v: mc.gradient(F, X, inner=v),
    "gradient, space": lambda v: mc.gradient(F, X, space=v),
    "differential, inner": lambda v: mc.differential(F, X, inner=v),
    "differential, space": lambda v: mc.differential(F, X, space=v),
    "hessian, inner": lambda v: mc.hessian(F, X, inner=v),
    "hessian, space": lambda v: mc.hessian(F, X, space=v),
}
VERIFY: dict[str, Callable[..., object]] = {
    "gradient": GRADIENT.verify,
    "gradients": SEVERAL.verify,
    "on the sphere": ON_SPHERE.verify,
    "hessian": HESSIAN.verify,
    "on the sphere, hessian": HESSIAN_ON_SPHERE.verify,
    "blocks": BLOCKS.verify,
    "wirtinger": WIRTINGER.verify,
    "check": lambda **options: mc.check(F, X, "x", **options),
    "equivalent": lambda **options: mc.equivalent("x", "x", **options),
}


def kind(value: object) -> str:
    return type(value).__name__


def refuse(call: Call, value: object) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        call(value)
    assert len(caught.value.report()) < 1_000


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("value", NEITHER, ids=kind)
def test_a_formula_is_a_text_or_an_expression(name: str, value: object) -> None:
    refuse(FORMULAS[name], value)


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("value", [*NEITHER, [b"x"], [None], {"x"}, {"x": 1}], ids=kind)
def test_a_variable_is_a_name_or_several(name: str, value: object) -> None:
    refuse(VARIABLES[name], value)


@pytest.mark.parametrize("name", DECLARATIONS)
@pytest.mark.parametrize("value", [*NEVER, 5, True, [], {"x": 5}], ids=kind)
def test_declarations_are_a_text_or_a_dict(name: str, value: object) -> None:
    refuse(DECLARATIONS[name], value)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("value", [*NEVER, 5, True, [], {"B": "symmetric"}], ids=kind)
def test_a_product_or_a_space_is_one(name: str, value: object) -> None:
    refuse(SETTINGS[name], value)


@pytest.mark.parametrize("name", VERIFY)
@pytest.mark.parametrize("value", [*NO_NUMBER, -1, "x", 10**12, 0], ids=kind)
def test_samples_are_a_positive_number(name: str, value: object) -> None:
    refuse(lambda v: VERIFY[name](samples=v), value)


@pytest.mark.parametrize("name", VERIFY)
@pytest.mark.parametrize("value", [*NO_NUMBER, -1, "x"], ids=kind)
def test_a_seed_is_a_whole_number(name: str, value: object) -> None:
    refuse(lambda v: VERIFY[name](seed=v), value)


@pytest.mark.parametrize("value", [*NO_NUMBER, "x", 0, -1, 7], ids=kind)
def test_an_order_is_a_small_number(value: object) -> None:
    refuse(lambda v: mc.nth_derivative(F, X, order=v), value)


@pytest.mark.parametrize("dtype", [np.float16, np.longdouble, object, "U3", "M8[s]"])
def test_arrays_are_of_single_or_double_precision(dtype: Any) -> None:
    f = mc.gradient("logdet(X)", "X").compile()
    refuse(lambda v: f(X=np.eye(3).astype(int).astype(dtype)), None)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, bool])
def test_numbers_of_other_kinds_are_taken(dtype: Any) -> None:
    found = mc.gradient("logdet(X)", "X").compile()(X=np.eye(3).astype(dtype))
    assert np.allclose(found, np.eye(3))


def test_what_is_right_is_taken() -> None:
    options: dict[str, Any] = {"samples": np.int64(4), "seed": np.int32(1)}
    assert GRADIENT.verify(**options).passed
    assert str(mc.gradient(F, (X,)).value["x"]) == str(GRADIENT.value)
    assert mc.evaluate(mc.parse("seed + f", "seed: scalar, f: scalar"), seed=1, f=2.5) == 3.5


def test_other_functions_refuse_what_is_no_expression() -> None:
    for wrong in (None, b"x", [], object()):
        refuse(lambda v: mc.tr(v), wrong)
        refuse(lambda v: mc.parse("x") + v, wrong)
    refuse(mc.load_rules, Path("/nowhere"))
