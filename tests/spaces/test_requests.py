"""Variables that nobody declared fit the inner product and the space that were asked for."""

from __future__ import annotations

import pickle
from collections import Counter
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.language import reader, statements, understanding
from matcalc.language.syntax import Syntax
from matcalc.rulebook import book

CHOICES: list[tuple[str, dict[str, Any], str, str]] = [
    ("tr(A*X)", {"inner": mc.Weighted("M")}, "M: spd(k)", "inv(M)*A'"),
    ("tr(A*X)", {"inner": mc.Weighted(right="M")}, "M: spd(k)", "A'*inv(M)"),
    ("tr(A*X)", {"inner": mc.Elementwise("W")}, "W: positive_matrix(k,q)", "A'./W"),
    ("tr(A*X)", {"inner": mc.Pairing("tr(U'*P*V)")}, "P: spd(k)", "inv(P)*A'"),
    ("tr(A*X)", {"inner": mc.AffineInvariant()}, "", "X*(A + A')*X/2"),
    ("logdet(X)", {"inner": mc.AffineInvariant()}, "", "X"),
    ("logdet(X)", {"space": "spd"}, "", "inv(X)"),
    ("logdet(X)", {"space": "spd-fisher"}, "", "2*X"),
    ("tr(A*X'*X)", {"space": "skew"}, "", "((A + A')*X + X*(A + A'))/2"),
    ("tr(A'*X)", {"space": "stiefel"}, "", "A - X*(A'*X + X'*A)/2"),
    ("sum(x.*log(x))", {"space": "simplex"}, "", "log(x) - sum(log(x))/n"),
    ("tr(A*X)", {"inner": "weighted(M)"}, "M: spd(k)", "inv(M)*A'"),
    ("tr(A*X)", {"inner": "<U, V> = tr(U'*P*V)"}, "P: spd(k)", "inv(P)*A'"),
    ("tr(A*X)", {"space": "symmetric"}, "", "(A + A')/2"),
    ("a'*X*b", {"space": "skew"}, "", "(a*b' - b*a')/2"),
    ("tr(A*X)", {"space": "C*U = 0"}, "C: matrix(q,k)", "A' - C'*inv(C*C')*C*A'"),
    ("tr(A*X)", {"space": mc.Space.mask("K")}, "K: matrix(k,q)", "A'.*K"),
    ("tr(A*X)", {"space": mc.Space.span("K")}, "K: matrix(k,q)", "tr(A*K)*K/tr(K'*K)"),
    ("a'*x", {"space": "ellipsoid(B)"}, "B: spd(k)", "a - (a'*B*x)*B*x/(x'*B^2*x)"),
    ("x'*x", {"space": "sphere"}, "", "zeros(n)"),
]


@pytest.mark.parametrize(("f", "chosen", "where", "value"), CHOICES)
def test_the_gradient_is_found_although_nobody_declared_the_variable(
    f: str, chosen: dict[str, Any], where: str, value: str
) -> None:
    found = mc.gradient(f, "x" if "x" in f else "X", where, **chosen)
    assert str(found.value) == value
    assert found.verify(samples=4).passed


def test_the_value_is_that_of_the_definition() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 4)), rng.normal(size=(4, 4))
    weight = b @ b.T + np.eye(4)
    found = mc.gradient("tr(A*X)", "X", "M: spd(n)", inner=mc.Weighted("M"))
    got = found.compile()(A=a, X=rng.normal(size=(4, 2)), M=weight)
    direction = rng.normal(size=(4, 2))
    assert np.trace(got.T @ weight @ direction) == pytest.approx(np.trace(a @ direction))


def test_what_is_assumed_says_the_shapes_once_and_nothing_else() -> None:
    found = mc.gradient("tr(A*X)", "X", space="symmetric")
    assert found.assumptions == ("A: square(n)", "X: symmetric(n)")
    assert list(found.problem.definitions) == []
    assert found.problem.text == "tr(A*X)"


def test_several_variables_are_points_together() -> None:
    found = mc.gradient("norm2(T - U*V')^2", ["U", "V"], space="symmetric")
    assert found.verify(samples=4).passed
    assert str(found.value["U"]) == "(U*V - T)*V + V*(V*U - T')"
    mixed = mc.gradient("tr(A*X*B*Y)", ["X", "Y"], space={"X": "orthogonal", "Y": "spd"})
    assert mixed.verify(samples=4).passed


def test_what_was_declared_stays_as_declared() -> None:
    found = mc.gradient("logdet(X)", "X", "X: invertible(n)", space="symmetric")
    assert str(found.value) == "inv(X)" and "X: symmetric(n)" in found.assumptions
    assert "(inv(X) + inv(X)')/2" in found.source()
    assert found.problem.symbols["X"] is mc.symbols("X: invertible(n)")[0]


@pytest.mark.parametrize("kind", ["square(n)", "symmetric(n)", "spd(n)", "complex_matrix(n,n)"])
@pytest.mark.parametrize("space", [None, "symmetric"])
@pytest.mark.parametrize("f", ["re(tr(A*X*X))", "re(logdet(X))"])
def test_the_affine_invariant_product_is_verified_at_definite_points(
    f: str, space: str | None, kind: str
) -> None:
    where = f"X: {kind}, A: {'complex_matrix(n,n)' if 'complex' in kind else 'square(n)'}"
    how: dict[str, Any] = {"inner": mc.AffineInvariant(), "space": space}
    assert mc.gradient(f, "X", where, **how).verify(samples=4).passed
    assert mc.hessian(f, "X", where, **how).verify(samples=4).passed


def test_a_hessian_and_a_differential_fit_too() -> None:
    hessian = mc.hessian("norm2(A*X - B)^2", "X", "M: spd(k)", inner=mc.Weighted("M"))
    assert str(hessian) == "2*inv(M)*A'*A*dX"
    assert hessian.verify(samples=3).passed
    adjoint = mc.differential("A*X", "X", "M: spd(k)", inner=mc.Weighted("M")).adjoint("W")
    assert str(adjoint) == "inv(M)*A'*W"


def test_what_does_not_fit_is_still_complained_of_where_it_stands() -> None:
    where = "A: matrix(2,3), M: spd(4)"
    with pytest.raises(mc.ShapeError, match="the weight M is 4 x 4, but 3 x 3 is needed"):
        mc.gradient("tr(A*X)", "X", where, inner=mc.Weighted("M"))
    with pytest.raises(mc.ShapeError, match="symmetric is for n x n, but X is 3 x 2"):
        mc.gradient("tr(A*X)", "X", "A: matrix(2,3)", space="symmetric")


READINGS: list[dict[str, Any]] = [
    {"space": "symmetric"},
    {"inner": "weighted(2*M + eye(k))"},
    {"inner": "tr(U'*P*V)"},
    {"space": "C*U = U*D"},
    {"space": "span of P, Q"},
    {"space": mc.Space.image("B*S*B'", S="symmetric(p)")},
    {"space": "symmetric", "inner": mc.AffineInvariant()},
]


@pytest.mark.parametrize("chosen", READINGS, ids=str)
def test_a_text_and_what_is_asked_besides_are_read_once(
    chosen: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    original = reader.read

    def counted(text: str, start: int, end: int, *how: Any, **more: Any) -> Syntax:
        texts.append(text[start:end].strip())
        return original(text, start, end, *how, **more)

    for module in (reader, statements, understanding):
        monkeypatch.setattr(module, "read", counted)
    where = {"K": "symmetric(k)"}  # of no other test: what was read before is kept
    mc.differential("tr(A*X) + tr(K*K') + 7", "X", where, **chosen)
    assert texts.count("tr(A*X) + tr(K*K') + 7") == 1
    assert max(Counter(one for one in texts if one in str(chosen)).values(), default=0) <= 1


def test_a_symmetric_variable_stays_as_typed_without_a_second_reading() -> None:
    found = mc.gradient("tr(A*X'*X)", "X", "X: symmetric(n), A: matrix(n,n)")
    assert str(found.problem.expression) == "tr(A*X^2)"
    assert str(found.question.expression) == "tr(X'*X*A)"
    assert str(found.value) == "X*(A + A')"


def test_what_is_asked_decides_the_shape_before_the_text_is_inferred() -> None:
    found = mc.gradient("norm2(A*X*b)^2", "X", space="lower")
    assert found.assumptions == ("A: matrix(m, n)", "X: lower(n)", "b: vector(n)")
    forced = mc.gradient("tr(A*X)", "X", "X: matrix(m,3)", space="symmetric")
    assert "m = 3" in forced.assumptions and str(forced.value) == "(A + A')/2"


def test_a_part_of_the_text_may_be_a_weight() -> None:
    where = "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p)"
    found = mc.gradient("S = A'*A + eye(n); norm2(A*X - B)^2", "X", where, inner="weighted(S)")
    rng = np.random.default_rng(4)
    a, x, b = rng.normal(size=(3, 2)), rng.normal(size=(2, 4)), rng.normal(size=(3, 4))
    wanted = np.linalg.solve(a.T @ a + np.eye(2), 2 * a.T @ (a @ x - b))
    np.testing.assert_allclose(found.compile()(A=a, X=x, B=b), wanted)


def test_a_weight_of_new_names_is_assumed_as_in_a_form() -> None:
    found = mc.gradient("tr(A*X)", "X", inner="weighted(2*M)")
    assert "M: spd(n)" in found.assumptions and str(found.value) == "inv(M)*A'/2"


def test_an_inner_product_of_ones_own_is_one_entry() -> None:
    entry = """product squared(D: positive_matrix(m,n))
  pairing sum(D.^2.*U.*V)
  riesz G./D.^2
  source elementary
"""
    assert mc.load_rules(entry) == ["squared"]
    try:
        rng = np.random.default_rng(6)
        a, d = rng.normal(size=(2, 3)), rng.uniform(1, 2, size=(3, 2))
        for inner in ("squared(E)", "squared(D=E)", {"kind": "squared", "D": "E"}):
            found = mc.gradient("tr(A*X)", "X", "A: matrix(2,3)", inner=inner)
            assert "E: positive_matrix(3, 2)" in found.assumptions
            got = found.compile()(A=a, X=np.zeros((3, 2)), E=d)
            np.testing.assert_allclose(got, a.T / d**2)
            assert found.verify(samples=3).passed
        with pytest.raises(mc.DomainError, match="is degenerate"):
            mc.gradient("tr(A*X)", "X", "X: matrix(2,3), E: matrix(2,3)", inner="squared(0*E)")
        with pytest.raises(mc.UnknownName, match="the product squared has no F"):
            mc.gradient("tr(A*X)", "X", inner={"kind": "squared", "F": "E"})
    finally:
        book.forget_file("rules")


def test_an_answer_is_pickled_without_the_book_it_was_read_with() -> None:
    found = mc.gradient("tr(A*X)", "X", space="symmetric")
    kept = pickle.dumps(found)
    assert b"RuleBook" not in kept
    assert str(pickle.loads(kept).value) == "(A + A')/2"


def test_a_new_matrix_of_a_formula_is_one_for_all_variables() -> None:
    found = mc.gradient("tr(A*X) + tr(B*Y)", ["X", "Y"], space="C*U = 0")
    assert str(found.value["Y"]) == "B' - C'*inv(C*C')*C*B'" and found.verify(samples=3).passed
    with pytest.raises(mc.DomainError, match="a name stands for one variable"):
        where = "A: matrix(2,3), B: matrix(4,5)"  # no C fits both, and it is no scalar instead
        mc.gradient("tr(A*X) + tr(B*Y)", ["X", "Y"], where, space="C*U = 0")


def test_a_declared_weight_of_a_product_leaves_the_kinds_of_the_text() -> None:
    for product in (mc.Pairing("tr(U'*M*V)"), mc.Weighted("M"), mc.Pairing("tr(U*N*V')")):
        found = mc.differential("X/2 - 3*X'", "X", "M: spd(n), N: spd(n)", inner=product)
        assert found.assumptions == ("X: square(n)",)
