"""A cheap part of what `python -m tests.fuzz.simplification` looks at, and what it has found."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.expressions.errors import SimplificationStopped
from matcalc.simplify import rewriting
from matcalc.simplify.rewriting import simplify
from tests.fuzz.simplification import drawn, failures

PROPERTIES = ("idempotent", "renamed", "sound")
WHERE = (
    "x: vector(n), alpha: vector(n), y: vector(n), s: scalar, X: matrix(m,n), z: vector(m), "
    "K: skew(n), P: spd(n), t: scalar"
)


def test_forms_of_random_formulas_are_normal() -> None:
    for number in range(120):
        assert failures(drawn(3, number), PROPERTIES) == {}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("sum(i in 1..n, z)", "n*z"),  # as it is made when i is renamed
        ("x'*ones(n,1)", "sum(x)"),  # x'*ones(n), and ones(n)'*alpha the other way round
        ("alpha'*ones(n,1)", "sum(alpha)"),
        ("(x' + y')*pinv(x' + y')", "proj(x' + y')"),
        ("abs(-2*s*X)", "abs(2*s*X)"),  # a minus sign before scalars is one too
        ("vee(ones(3,3))", "zeros(3)"),
        ("sigmoid(X) .* sigmoid(-X)", "(1 - sigmoid(X)).*sigmoid(X)"),
        ("pinv(-2*X)*proj_perp(-2*X)", "zeros(n, m)"),
        ("proj(X')*proj_perp(X')", "zeros(n, n)"),
        ("tr(K) + logdet(expm(K))", "0"),
        ("polar(P)*polar_h(P)*inv(powm(P, t)^2)", "P*powm(P, -2*t)"),
    ],
)
def test_what_is_the_same_has_one_form(text: str, form: str) -> None:
    assert str(simplify(mc.parse(text, WHERE))) == form


def test_a_long_product_comes_apart() -> None:
    names = [f"A{k}" for k in range(40)]
    where = ", ".join(f"{name}: invertible(n)" for name in names)
    found = simplify(mc.parse(f"inv({'*'.join(names)})", where))
    assert str(found) == "*".join(f"inv({name})" for name in reversed(names))


def test_a_limit_says_that_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    where = ", ".join(f"stopped{k}: invertible(n)" for k in range(4))
    node = mc.parse("inv(stopped0*stopped1*stopped2*stopped3)", where)
    monkeypatch.setattr(rewriting, "_ROUNDS", 1)
    for _ in range(2):  # the second time it is known
        with pytest.warns(SimplificationStopped, match="stopped after 1 rounds"):
            simplify(node)
