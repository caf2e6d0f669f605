"""Claims as people write them: whole equations, one for each of several variables, of any kind."""

from __future__ import annotations

from typing import Any

import pytest

import matcalc as mc
from matcalc.cli import main
from matcalc.verify.verdict import Verdict

SQUARES = ("norm2(A*X - B)^2", "X", "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p)")
COMPLEX = ("norm2(A*z)^2", "z", "A: complex_matrix(m,n), z: complex_vector(n)")
FIT = ("norm2(T - U*V')^2", ["U", "V"], "T: matrix(m,n), U: matrix(m,p), V: matrix(n,p)")
AFFINE = ("A*x + b", "x", None)
GRADIENT = "2*A'*(A*X - B)"


def judged(problem: tuple[Any, ...], claim: Any, **how: Any) -> Verdict:
    f, wrt, where = problem
    return mc.check(f, wrt, claim, where, samples=6, **how)


@pytest.mark.parametrize(
    ("problem", "left", "kind", "right"),
    [
        (SQUARES, "df/dX", "gradient", GRADIENT),
        (SQUARES, "∂f/∂X", "gradient", GRADIENT),
        (SQUARES, "grad", "gradient", GRADIENT),
        (SQUARES, "grad_X f", "gradient", GRADIENT),
        (SQUARES, "∇f", "gradient", GRADIENT),
        (SQUARES, "∇[X] f", "gradient", GRADIENT),
        (SQUARES, "gradient by X", "gradient", GRADIENT),
        (SQUARES, "R = A*X - B; df/dX", "gradient", "2*A'*R"),
        (SQUARES, "∂ f / ∂X", "gradient", GRADIENT),
        (SQUARES, "d norm2(A*X - B)^2 / dX", "gradient", GRADIENT),
        (SQUARES, "∂||A*X - B||^2/∂X", "gradient", GRADIENT),
        (SQUARES, "d/dX f", "gradient", GRADIENT),
        (SQUARES, "d/dX norm2(B - A*X)^2", "gradient", GRADIENT),
        (SQUARES, "∇_X (norm2(A*X - B)^2)", "gradient", GRADIENT),
        (SQUARES, "dX", "gradient", GRADIENT),
        (SQUARES, "X.grad", "gradient", "2*A.T @ (A @ X - B)"),
        (("f = x'*x; f", "x", None), "df/dx", "gradient", "2*x"),
        (("b'*x + x'*x", "x", None), "df/dx'", "jacobian", "b' + 2*x'"),
        (AFFINE, "∂(Ax + b)/∂xᵀ", "jacobian", "A"),
        (AFFINE, "J_f", "jacobian", "A"),
        (AFFINE, "Df(x)", "jacobian", "A"),
        (AFFINE, "dvec(f)/dvec(x)'", "jacobian", "A"),
        (("A*X*B", "X", None), "vec(df)", "differential", "kron(B', A)*vec(dX)"),
        (("A*X*B", "X", None), "d vec(A*X*B)", "differential", "kron(B', A)*dvec(X)"),
        (("x'*A*x", "x", None), "∂²f/∂x∂xᵀ", "hessian", "A + A'"),
        (("x'*A*x", "x", None), "∂²(x'*A*x)/∂x²", "hessian", "A + A'"),
        (("x'*A*x", "x", None), "H(x)", "hessian", "A + A'"),
        (("x'*x", ["x"], None), "H", "hessian", "2*I"),
        (SQUARES, "df", "differential", "2*tr((A*X - B)'*A*dX)"),
        (SQUARES, "df[dX]", "differential", "2*tr((A*X - B)'*A*dX)"),
        (SQUARES, "f'(X)[dX]", "differential", "2*tr((A*X - B)'*A*dX)"),
        (SQUARES, "Jacobian", "jacobian", "2*vec(A'*(A*X - B))'"),
        (SQUARES, "Hessian", "hessian", "2*kron(eye(p), A'*A)"),
        (SQUARES, "∇²f", "hessian", "2*kron(eye(p), A'*A)"),
        (SQUARES, "Hess f[dX]", "hessian", "2*A'*A*dX"),
        (SQUARES, "d(grad f)", "hessian", "2*A'*A*dX"),
        (SQUARES, "d2f", "derivative", "2*tr(dX1'*A'*A*dX2)"),
        (SQUARES, "d²f", "derivative", "2*tr(dX1'*A'*A*dX2)"),
        (COMPLEX, "df/dz", "wirtinger", "conj(A'*A*z)"),
        (COMPLEX, "df/dconj(z)", "wirtinger", "A'*A*z"),
        (COMPLEX, "grad f", "gradient", "2*A'*A*z"),
    ],
)
def test_the_left_side_says_what_is_claimed(
    problem: tuple[Any, ...], left: str, kind: str, right: str
) -> None:
    verdict = judged(problem, f"{left} = {right}")
    assert verdict.holds and verdict.answer.kind == kind, str(verdict)
    assert judged(problem, f"{left} = 3*({right})").status == "refuted"


SQUARE_X = ("tr(X'*A*X)", "X", "A: square(m), X: matrix(m,n), V: matrix(m,n)")
FORM = ("x'*A*y", ["x", "y"], "A: matrix(m,n)")


@pytest.mark.parametrize("name", ["V", "E", "dX"])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Hess f[{}]", "(A + A')*{}"),
        ("Hess[{}]", "(A + A')*{}"),
        ("D f[{}]", "tr(X'*(A + A')*{})"),
        ("Df[{}]", "tr(X'*(A + A')*{})"),
        ("f'(X)[{}]", "tr(X'*(A + A')*{})"),
    ],
)
def test_a_direction_has_any_name(left: str, right: str, name: str) -> None:
    left, right = left.format(name), right.format(name)
    assert judged(SQUARE_X, f"{left} = {right}").holds
    assert judged(SQUARE_X, f"{left} = 2*({right})").status == "refuted"


def test_several_directions_have_any_names() -> None:
    assert judged(SQUARE_X, "V |-> tr(X'*(A + A')*V)").holds
    assert judged(SQUARE_X, "d2f[U, V] = tr(U'*(A + A')*V)").holds
    assert judged(SQUARE_X, "d2f[U, V] = tr(U'*A*V)").status == "refuted"
    assert judged(FORM, "df[u, v] = u'*A*y + x'*A*v").holds
    assert judged(FORM, "df[u, v] = u'*A*y - x'*A*v").status == "refuted"


@pytest.mark.parametrize("claim", ["df[A] = tr(A)", "d2f[V] = tr(V)", "d2f[V, V] = tr(V)"])
def test_a_direction_that_is_none_is_refused(claim: str) -> None:
    with pytest.raises(mc.MatcalcError, match="cannot be the names of directions"):
        judged(SQUARE_X, claim)


@pytest.mark.parametrize(
    ("left", "right"),
    [("dxdy", "A"), ("∂x∂y", "A"), ("dydx", "A'"), ("dx^2", "zeros(m,m)"), ("dydy", "zeros(n,n)")],
)
def test_a_mixed_derivative_is_a_block_of_the_hessian(left: str, right: str) -> None:
    verdict = judged(FORM, f"d2f/{left} = {right}")
    assert verdict.holds and verdict.answer.kind == "hessian", str(verdict)
    assert judged(FORM, f"d2f/{left} = {right} + {right}/2 + 1").status == "refuted"


def test_a_claim_in_its_own_names_is_proved() -> None:
    assert judged(SQUARES, "R = A*X - B; df/dX = 2*A'*R").status == "proved"
    assert judged(SQUARES, "df/dX = 2*A'*R with R = A*X - B").status == "proved"
    assert judged(SQUARES, "2*A'*R where R = A*X - B").status == "proved"
    assert judged(SQUARES, "2*A'*(A*X - B) = df/dX").status == "proved"
    assert judged(SQUARES, "df/dX = 2*A'*(A*X\n - B)").status == "proved"
    assert judged(SQUARES, "dR = A*dX; 2*tr((A*X - B)'*dR)").answer.kind == "differential"


@pytest.mark.parametrize("sign", ["|->", "->", "↦"])
def test_a_map_is_claimed_by_its_arrow(sign: str) -> None:
    verdict = judged(SQUARES, f"dX {sign} 2*tr((A*X - B)'*A*dX)")
    assert verdict.holds and verdict.answer.kind == "differential"
    assert judged(SQUARES, f"dX {sign} tr((A*X - B)'*A*dX)").status == "refuted"


@pytest.mark.parametrize(
    ("verb", "problem", "how"),
    [
        (mc.gradient, SQUARES, {}),
        (mc.gradient, FIT, {}),
        (mc.differential, FIT, {}),
        (mc.jacobian, SQUARES, {}),
        (mc.hessian, SQUARES, {}),
        (mc.nth_derivative, SQUARES, {"order": 2}),
        (mc.wirtinger, COMPLEX, {}),
        (mc.wirtinger, COMPLEX, {"conjugate": True}),
    ],
)
def test_what_the_board_says_last_can_be_claimed(
    verb: Any, problem: tuple[Any, ...], how: dict[str, Any]
) -> None:
    f, wrt, where = problem
    answer = verb(f, wrt, where=where, **how)
    count = len(answer.value) if isinstance(answer.value, mc.Blocks) else 1
    claims = [line.partition("    ")[0] for line in answer.text().splitlines()[-count:]]
    assert all(" = " in claim for claim in claims)
    verdict = judged(problem, claims if count > 1 else claims[0])
    assert verdict.holds and verdict.answer.kind == answer.kind, (claims, str(verdict))


def test_each_of_several_variables_has_a_claim() -> None:
    right = {"U": "2*(U*V' - T)*V", "V": "2*(V*U' - T')*U"}
    assert judged(FIT, right).holds
    assert judged(FIT, [f"df/d{name} = {value}" for name, value in right.items()]).holds
    equations = "; ".join(f"df/d{name} = {value}" for name, value in right.items())
    assert judged(FIT, f"R = U*V' - T; {equations}").holds
    assert judged(FIT, equations.replace("- T')", "+ T')").replace("; ", "\n")).parts["U"].holds
    verdict = judged(FIT, {**right, "V": "(V*U' - T')*U"})
    assert verdict.status == "refuted" and verdict.reason.startswith("V: the difference")
    assert verdict.parts["U"].holds and not verdict.parts["V"].holds
    assert verdict.hint == "a factor 2 is missing"
    assert judged(FIT, "df = -2*tr((T - U*V')'*(dU*V' + U*dV'))").holds
    assert judged(FIT, "df = -2*tr((T - U*V')'*(dU*V' - U*dV'))").status == "refuted"


def test_the_blocks_of_a_hessian_are_claimed_as_matrices_or_as_maps() -> None:
    problem = ("x'*A*y", ["x", "y"], "A: matrix(m,n)")
    assert judged(problem, {"x": {"y": "A"}, "y": {"x": "A'"}}, of="hessian").holds
    assert judged(problem, {"x": "A*dy", "y": "A'*dx"}, of="hessian").holds
    assert judged(problem, {"x": "2*A*dy"}, of="hessian").status == "refuted"


def test_a_claim_in_a_setting() -> None:
    sphere = ("x'*A*x", "x", "A: symmetric(n)")
    assert judged(sphere, "grad f = 2*A*x - 2*(x'*A*x)*x", space="sphere").holds
    assert not judged(sphere, "grad f = 2*A*x", space="sphere").holds
    weighted = ("norm2(A*z)^2", "z", "A: complex_matrix(m,n), z: complex_vector(n), M: hpd(n)")
    assert judged(weighted, "grad f = 2*inv(M)*A'*A*z", inner="weighted(M)").holds
    assert judged(weighted, "df/dconj(z) = A'*A*z", inner="weighted(M)").holds
    traceless = ("tr(A*Z)", "Z", "A: complex_matrix(n,n), Z: complex_matrix(n,n)")
    assert judged(traceless, "df/dZ = A.' - tr(A)*I/n", space="traceless").holds
    assert not judged(traceless, "df/dZ = A.'", space="traceless").holds


@pytest.mark.parametrize(
    ("claim", "how", "part"),
    [
        ("df/dY = A", {}, "the claim is about Y, which does not move"),
        ("grad f = A", {"of": "hessian"}, "not of gradient and hessian"),
        (["A'", "A"], {}, "two claims are about the same"),
        ("grad f = A", {"order": 2}, "a claim about the gradient takes no order"),
    ],
)
def test_what_cannot_be_judged(claim: Any, how: dict[str, Any], part: str) -> None:
    with pytest.raises(mc.MatcalcError, match=part):
        judged(SQUARES, claim, **how)
    with pytest.raises(mc.MatcalcError, match="a formula for each of U, V"):
        judged(FIT, "(U*V' - T)*V")


def test_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["check", FIT[0], "--wrt", "U,V", "--claim", "df/dU = 2*(U*V' - T)*V"]
    assert main([*asked, "--claim", "df/dV = 2*(V*U' - T')*U"]) == 0
    assert "proved: U: the normal forms agree; V: " in capsys.readouterr().out
    assert main([*asked, "--claim", "df/dV = (V*U' - T')*U"]) == 1
    assert main(["check", "x'*x", "--claim", "d2f = 2*dx1'*dx2"]) == 0


@pytest.mark.parametrize(
    "claim", ["dr/dx = 2*A'*r", "dr = 2*r'*A*dx", "grad_x r = 2*A'*r", "∇r = 2*A'*r", "dA/dx = A"]
)
def test_a_claim_about_a_part_of_f_is_none_about_f(claim: str) -> None:
    with pytest.raises(mc.MatcalcError, match="which stands in f"):
        mc.check("r = A*x - b; r'*r", "x", claim)


def test_a_formula_on_the_left_is_f() -> None:
    with pytest.raises(mc.MatcalcError, match=r"about \(A\*x\), which is not norm2"):
        mc.check("norm2(A*x - b)^2", "x", "d(A*x)/dx = A")


@pytest.mark.parametrize("claim", ["df^2/dx = 2*A*x", "∇²f² = 2*A", "Hess f^2 = 2*A"])
def test_a_claim_about_a_power_of_f_is_refused(claim: str) -> None:
    with pytest.raises(mc.MatcalcError):
        mc.check("x'*A*x", "x", claim, "A: symmetric(n)")


@pytest.mark.parametrize("claim", ["∇²f = 2*A", "∇^2f = 2*A", "d²f/dx² = 2*A", "d^2f/dx^2 = 2*A"])
def test_a_power_of_d_is_the_order(claim: str) -> None:
    assert mc.check("x'*A*x", "x", claim, "A: symmetric(n)").status == "proved"


@pytest.mark.parametrize(
    "claim", ["dy |-> x'*A*dy", ["df/dx = A*y", "dy |-> x'*A*dy"], {"x": "dx'*A*y"}]
)
def test_a_part_of_a_differential_is_not_taken_for_all_of_it(claim: Any) -> None:
    with pytest.raises(mc.MatcalcError, match=r"one map of dx, dy|one thing"):
        mc.check("x'*A*y", ["x", "y"], claim)
