"""Several variables on the command line: `--wrt U,V`."""

from __future__ import annotations

import json

import pytest

import matcalc as mc
from matcalc.cli import main

Printed = pytest.CaptureFixture[str]
FIT = "norm2(T - U*V')^2"


def run(capsys: Printed, *arguments: str) -> tuple[int, str, str]:
    status = main(list(arguments))
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_one_gradient_for_each(capsys: Printed) -> None:
    status, out, _ = run(capsys, "gradient", FIT, "--wrt", "U, V", "--verify")
    assert status == 0
    assert "    U: 2*(U*V' - T)*V\n    V: 2*(V*U' - T')*U\n" in out
    assert "shape:         U: m x p; V: n x p" in out and "verified: every check holds" in out


def test_the_total_differential(capsys: Printed) -> None:
    status, out, _ = run(capsys, "differential", "A*X", "--wrt", "A,X")
    assert status == 0
    assert "linear in dA, dX" in out and "    A*dX + dA*X\n" in out


def test_the_blocks_of_a_hessian(capsys: Printed) -> None:
    status, out, _ = run(capsys, "hessian", "x'*A*y", "--wrt", "x,y", "--format", "unicode")
    assert status == 0
    assert "x, y: A\n" in out and "y, x: Aᵀ\n" in out


@pytest.mark.parametrize("verb", ["gradient", "differential", "hessian"])
def test_one_object_for_all(capsys: Printed, verb: str) -> None:
    arguments = (verb, "a'*inv(X)*b + tr(X*Y)", "--wrt", "X,Y", "--format", "json")
    status, out, _ = run(capsys, *arguments)
    content = json.loads(out)
    assert status == 0 and content["verified"] is True
    assert content["conditions"] == ["X invertible"]
    if verb != "differential":
        assert set(content["value"]) == set(content["latex"]) == set(content["shape"]) == {"X", "Y"}
    assert content["steps"]


def test_an_object_says_once_what_its_names_stand_for(capsys: Printed) -> None:
    text = "R = A*X - B; S = R*C; norm2(S)^2"
    arguments = ("gradient", text, "--wrt", "A,X,B", "--format", "json")
    _, out, _ = run(capsys, *arguments)
    content = json.loads(out)
    assert content.pop("reading")["text"] == text
    names = content["names"]
    assert [one["text"] for one in names] == ["R = A*X - B", "S = R*C", "g_R = 2*S*C'"]
    assert [one["latex"] for one in names[:2]] == ["R = A X - B", "S = R C"]
    assert [line["of"] for line in content["steps"] if line["of"]] == [
        "dR", "dS", "df", "inner(2*S, dS)", "inner(g_R, dR)", "df",
    ]  # fmt: skip
    lines = [line["line"] for line in content["steps"]]
    assert lines.count("d(A*X - B)") == 1 and lines.count("dR*C") == 1
    assert str(content).count("A*X - B") == 2 and " with " not in str(content["steps"])
    said = ", ".join(one["text"] for one in names[:2])
    where = "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p), C: matrix(p,q)"
    for name, value in content["value"].items():
        assert mc.gradient(text, name, where).value is mc.parse(f"{value} with {said}", where)


def test_latex_names_each_formula(capsys: Printed) -> None:
    _, out, _ = run(capsys, "gradient", FIT, "--wrt", "U,V", "--format", "latex")
    assert r"\nabla_{U} f &= 2\left(U V^{\top} - T\right) V" in out and r"\nabla_{V} f &= " in out


def test_code_for_all_at_once(capsys: Printed) -> None:
    _, out, _ = run(capsys, "code", FIT, "--wrt", "U,V")
    assert out.count("def ") == 1 and out.count("U @ V.T") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("conventions", FIT, "--wrt", "U,V"), "conventions takes one variable, not U, V"),
        (("gradient", FIT, "--wrt", "U,W"), "no variable 'W'"),
    ],
)
def test_what_is_refused(capsys: Printed, arguments: tuple[str, ...], message: str) -> None:
    status, out, err = run(capsys, *arguments)
    assert status == 2 and not out
    assert message in err and "hint:" in err


def test_the_inner_product_and_the_space_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    how = ("--space", "sphere", "--inner", "weighted(M)", "--where", "M: spd(n)")
    status, out, _ = run(capsys, "gradient", "x'*A*y", "--wrt", "x,y", *how)
    assert status == 0
    assert "inner product: <U, V> = U'*M*V\n" in out
    assert "space:         sphere\n" in out


def test_a_described_space_is_typed_as_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "gradient", "tr(A*X)", "--wrt", "X", "--space", "span of P, Q")
    assert status == 0
    assert "space:         span of P, Q\n" in out


def test_the_cost_on_a_space_is_that_of_the_gradient_there(capsys: Printed) -> None:
    counted = []
    for how in ((), ("--space", "sphere")):
        _, out, _ = run(capsys, "cost", "x'*A*x", "--wrt", "x", *how, "--format", "json")
        counted.append(json.loads(out)["reverse"])
    assert counted[0] != counted[1]


def test_each_variable_has_a_space_of_its_own(capsys: Printed) -> None:
    how = ("--space", "x: sphere; y: simplex", "--where", "y: positive_vector(n)")
    _, out, _ = run(capsys, "hessian", "x'*A*y", "--wrt", "x,y", *how, "--verify")
    assert "space:         x: sphere; y: simplex\n" in out and "verified: every check" in out
