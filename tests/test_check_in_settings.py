"""Claims about gradients in other inner products, on spaces, and about Hessians."""

from __future__ import annotations

from typing import Any

import pytest

import matcalc as mc
from matcalc.cli import main

WHERE = "A: square(n), M: spd(n), x: vector(n)"
SQUARE = "A: square(n), X: square(n)"
SPHERE = "A: symmetric(n)"


@pytest.mark.parametrize(
    ("f", "wrt", "claim", "where", "how", "holds"),
    [
        ("x'*A*x", "x", "inv(M)*(A + A')*x", WHERE, {"inner": "weighted(M)"}, True),
        ("x'*A*x", "x", "inv(M)*(A + A')*x", None, {"inner": "weighted(M)"}, True),
        ("x'*A*x", "x", "(A + A')*x", WHERE, {"inner": "weighted(M)"}, False),
        ("x'*A*x", "x", "2*A*x - 2*(x'*A*x)*x", SPHERE, {"space": "sphere"}, True),
        ("x'*A*x", "x", "2*A*x", SPHERE, {"space": "sphere"}, False),
        ("tr(A*X)", "X", "(A + A')/2", SQUARE, {"space": "symmetric"}, True),
        ("tr(A*X)", "X", "tr(A'*dX)", SQUARE, {"space": "symmetric"}, True),
        ("tr(A*X)", "X", "tr(A'*dX)", SQUARE, {}, False),
        ("x'*A*x", "x", "A + A'", WHERE, {"of": "hessian"}, True),
        ("x'*A*x", "x", "2*A", WHERE, {"of": "hessian"}, False),
        ("x'*x", "x", "2*I", None, {"of": "hessian"}, True),
        ("x'*A*x", "x", "(A + A')*dx", WHERE, {"of": "hessian"}, True),
        (
            "x'*A*x",
            "x",
            "inv(M)*(A + A')*dx",
            WHERE,
            {"of": "hessian", "inner": "weighted(M)"},
            True,
        ),
        ("x'*A*x", "x", "x'*(A + A')", WHERE, {"of": "jacobian"}, True),
        ("x'*A*x", "x", "x'*(A + A')*dx", WHERE, {"of": "differential"}, True),
    ],
)
def test_claims_are_judged_where_they_are_made(
    f: str, wrt: str, claim: str, where: str | None, how: dict[str, Any], holds: bool
) -> None:
    verdict = mc.check(f, wrt, claim, where, **how)
    assert verdict.holds is holds, str(verdict)
    assert holds or verdict.status == "refuted"


@pytest.mark.parametrize(
    ("f", "claim", "where", "wrong"),
    [
        ("logdet(X)", "Hess f[V] = -inv(X)*V*inv(X)", "X: spd(n)", "Hess f[V] = inv(X)*V*inv(X)"),
        ("inv(X)", "df = -inv(X)*dX'*inv(X)", "X: symmetric(n)", "df = -inv(X)*dX'*X"),
        ("tr(D*A)", "df = diag(A)'*diag(dD)", "D: diagonal(n)", "df = diag(A)'*dD*ones(n)*2"),
        ("tr(A*K*K)", "d2f = 2*tr(A*dK1'*dK2')", "A: symmetric(n), K: skew(n)", "d2f = tr(dK1*A)"),
    ],
)
def test_a_map_is_judged_along_directions_that_a_variable_can_take(
    f: str, claim: str, where: str, wrong: str
) -> None:
    (wrt,) = {"X", "D", "K"} & set(f)
    verdict = mc.check(f, wrt, claim, where, samples=6)
    assert verdict.holds and verdict.reason.endswith("of the declared kind"), str(verdict)
    assert mc.check(f, wrt, wrong, where, samples=6).status == "refuted"


def test_a_matrix_that_is_right_for_directions_of_the_declared_kind_is_said_to_be() -> None:
    hessian = "-kron(inv(X), inv(X))"
    verdict = mc.check("logdet(X)", "X", hessian, "X: spd(n)", samples=6)
    assert verdict.status == "refuted"
    assert verdict.hint == "right as a map, along dX of the declared kind"
    assert "declared" not in mc.check("logdet(X)", "X", hessian[1:], "X: spd(n)", samples=6).hint


def test_another_kind_of_claim_is_refused() -> None:
    with pytest.raises(mc.MatcalcError, match="nothing is checked of a 'slope'"):
        mc.check("x'*x", "x", "2*x", of="slope")


def test_a_claim_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["check", "x'*A*x", "--wrt", "x", "--claim", "inv(M)*(A + A')*dx", "--where", WHERE]
    assert main([*asked, "--of", "hessian", "--inner", "weighted(M)"]) == 0
    assert "proved" in capsys.readouterr().out
    assert main([*asked, "--of", "hessian"]) == 1
    on_sphere = ["check", "x'*x", "--wrt", "x", "--claim", "2*x", "--space", "sphere"]
    assert main(on_sphere) == 1  # x'*x is constant there
