"""Claims about gradients in other inner products, on spaces, and about Hessians."""

from __future__ import annotations

from typing import Any

import pytest

import matcalc as mc

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


def test_another_kind_of_claim_is_refused() -> None:
    with pytest.raises(mc.MatcalcError, match="nothing is checked of a 'slope'"):
        mc.check("x'*x", "x", "2*x", of="slope")
