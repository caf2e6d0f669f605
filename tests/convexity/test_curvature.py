"""The curvature of functions: the verdict by hand, each line of the proof on numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import matcalc as mc
from matcalc.cli import main
from tests import curvatures
from tests.convexity.lines import complaints

PROVED = [
    # norms, losses and likelihoods
    ("convex", "norm2(y - X*b)^2 + lam*norm1(b)", "b", "X: matrix(m,n), lam: positive"),
    ("convex", "norm_inf(A*x - b)", "x", ""),
    ("convex", "sum(max(0, 1 - y.*(X*w)))", "w", "X: matrix(m,n), y: vector(m)"),
    ("convex", "sum(huber(A*x - b))", "x", ""),
    ("convex", "-sum(log(sigmoid(y.*(X*w))))", "w", "X: matrix(m,n), y: vector(m)"),
    ("convex", "-y'*log(softmax(W*x))", "W", "y: probability(k), W: matrix(k,n)"),
    ("convex", "sum(exp(A*x)) - y'*A*x", "x", "A: matrix(m,n), x: vector(n), y: vector(m)"),
    ("convex", "log(sum(exp(A*x)) + 1)", "x", ""),
    ("concave", "y*log(p) + (1 - y)*log(1 - p)", "p", "y: open_interval(0,1), p: scalar"),
    ("concave", "sum(log(b - A*x))", "x", "A: matrix(m,n), b: vector(m), x: vector(n)"),
    ("convex", "-log(1 - x'*x)", "x", ""),
    ("convex", "sum(loggamma(x))", "x", "x: positive_vector(n)"),
    # powers and means
    ("convex", "sqrt(1 + x'*x)", "x", ""),
    ("convex", "norm2(x)^3", "x", ""),
    ("convex", "sum(abs(x).^3)^(1/3)", "x", ""),
    ("concave", "sum(sqrt(x))^2", "x", "x: positive_vector(n)"),
    ("concave", "prod(x)^(1/n)", "x", "x: positive_vector(n)"),
    ("convex", "sum(x.^2)/sum(x)", "x", "x: positive_vector(n)"),
    ("concave", "x/(1 + x)", "x", "x: positive"),
    ("convex", "x^4 - 4*x^3 + 6*x^2", "x", "x: scalar"),
    # several variables together
    ("convex", "x'*x/t", "x t", "x: vector(n), t: positive"),
    ("convex", "x'*inv(Y)*x", "x Y", "x: vector(n), Y: spd(n)"),
    ("convex", "kl_div(p, q)", "p q", "p: positive_vector(n), q: positive_vector(n)"),
    ("concave", "sqrt(x*y)", "x y", "x: positive, y: positive"),
    ("convex", "t*log(sum(exp(x/t)))", "x t", "x: vector(n), t: positive"),
    ("concave", "-x'*log(x)", "x", "x: positive_vector(n)"),
    ("concave", "x^a*y^(1-a)", "x y", "x: positive, y: positive, a: open_interval(0,1)"),
    ("convex", "max([norm1(x); logsumexp(x)])", "x", "x: vector(n)"),
    ("convex", "log(exp(x) + exp(y))", "x y", "x: scalar, y: scalar"),
    # matrices
    ("convex", "tr(X*logm(X))", "X", "X: spd(n)"),
    ("convex", "log(tr(expm(X)))", "X", "X: symmetric(n)"),
    ("convex", "tr(A*inv(X))", "X", "A: psd(n), X: spd(n)"),
    ("convex", "-logdet(X) + tr(S*X)", "X", "X: spd(n), S: spd(n)"),
    ("concave", "det(X)^(1/n)", "X", "X: spd(n)"),
    ("convex", "lambda_max(A + diag(x))", "x", "A: symmetric(n)"),
    ("convex", "norm_spec(A*X*B - C)", "X", ""),
    ("convex", "norm2(x)^2 - sum(x)^2/n", "x", "x: vector(n)"),
    ("convex", "norm2(X)^2 - tr(X)^2/n", "X", "X: square(n)"),
    ("convex", "3*norm2(x)^2 - 2*x[2]^2", "x", "x: vector(n)"),
    ("concave", "det(X)^(1/n)", "X", "X: psd(n)"),
    ("convex", "sum(svdvals(X)) + max(svdvals(A*X))", "X", "A: square(m), X: matrix(m,n)"),
    ("convex", "logsumexp(eigvals(A + X))", "X", "A: symmetric(n), X: symmetric(n)"),
    ("concave", "-eigvals(X)'*log(eigvals(X))", "X", "X: spd(n)"),
    ("concave", "tr(X*inv(eye(n) + X))", "X", "X: spd(n)"),
    ("convex", "norm2(expm(X))^2", "X", "X: symmetric(n)"),
    ("affine", "tr(X*S*inv(X))", "X", "X: spd(n), S: spd(n)"),
    ("affine", "norm2(x + y)^2 - norm2(x - y)^2 - 4*x'*y", "x", ""),
]


@pytest.mark.parametrize(("verdict", "text", "names", "where"), PROVED)
def test_a_proof_is_true_line_by_line(verdict: str, text: str, names: str, where: str) -> None:
    found = mc.curvature(text, names.split(), where or None)
    assert found.verdict == verdict
    assert found.certificate and not complaints(found, names.split())
    assert found.counterexample is None


NEITHER = [
    ("det(X)", "X", "X: spd(n)"),
    ("logdet(X)", "X", "X: invertible(n)"),
    ("x'*A*x/(x'*x)", "x", "A: symmetric(n)"),
    ("norm2(X*Y - M)^2", "X Y", "X: matrix(m,k), Y: matrix(k,n), M: matrix(m,n)"),
    ("log(1 + x'*x)", "x", "x: vector(n)"),
    ("entropy(softmax(x))", "x", "x: vector(n)"),
    ("x*y", "x y", "x: positive, y: positive"),
    ("sum(cos(x))", "x", "x: vector(n)"),
    ("det(X)", "X", "X: psd(n)"),
    ("1/x", "x", "x: scalar"),  # convex on one part of its domain and concave on the other
]


@pytest.mark.parametrize(("text", "names", "where"), NEITHER)
def test_a_counterexample_shows_both_signs_as_it_is_printed(
    text: str, names: str, where: str
) -> None:
    found = mc.curvature(text, names.split(), where)
    assert found.verdict == "neither" and found.counterexample is not None
    step = 1e-3
    for point, value in zip(found.counterexample.points, found.counterexample.values, strict=True):
        others = {k: v for k, v in point.items() if k[0] != "d" and k not in names.split()}
        moved = [
            {k: point[k] + side * step * point[f"d{k}"] for k in names.split()}
            for side in (-1, 0, 1)
        ]
        f = [mc.evaluate(text, where, **others, **each) for each in moved]
        assert np.isclose((f[0] - 2 * f[1] + f[2]) / step**2, value, rtol=1e-3)
    assert found.counterexample.values[0] > 0 > found.counterexample.values[1]


def test_a_restriction_may_have_symbols_and_sizes_of_its_own() -> None:
    where = "x: vector(n), A: matrix(m,n), b: vector(m)"
    for text in ("prod(x)", "sum(x.^3)"):
        found = mc.curvature(text, "x", where, on="A*x < b").counterexample
        assert found is not None
        assert all(np.all(p["A"] @ p["x"] < p["b"]) for p in found.points)
    cubic = mc.curvature(
        "tr(X^3)", "X", "X: symmetric(n), a: scalar", on="tr(X) > a"
    ).counterexample
    assert cubic is not None and all(np.trace(p["X"]) > p["a"] for p in cubic.points)
    wave = mc.curvature("sin(x)", "x", "x: scalar, a: scalar", on="x > a").counterexample
    assert wave is not None and all(p["x"] > p["a"] for p in wave.points)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("sqrt(1 + abs(x))^(3/2)", "neither"),  # flat under the root where it is smooth
        ("abs(x) - x^2", "neither"),  # convex nowhere but at its kink
        ("x^p", "undecided"),  # for p = 2, -1, 3 another thing each
    ],
)
def test_a_kink_is_no_smooth_point(text: str, verdict: str) -> None:
    assert mc.curvature(text, "x", "x: scalar, p: integer").verdict == verdict


@pytest.mark.parametrize(
    ("text", "name", "where", "matrix"),
    [
        ("x'*A*x", "x", "A: square(n), x: vector(n)", "A + A' is psd"),
        ("tr(X'*A*X) + tr(C'*X)", "X", "A: symmetric(n), X: matrix(n,m)", "A is psd"),
        ("a*x^2 + b*x + c", "x", "a: scalar, b: scalar, c: scalar, x: scalar", "a >= 0"),
        ("lam*norm2(x)^2", "x", "lam: scalar, x: vector(n)", "lam >= 0"),
        ("b*sum(x)^2 + a*x'*x", "x", "a: scalar, b: scalar", "b*ones(n, n) + a*eye(n) is psd"),
        ("a*norm1(x) - sum(x)", "x", "a: scalar, x: vector(n)", "a >= 0"),
        ("a*logdet(X)", "X", "a: scalar, X: spd(n)", "a <= 0"),
    ],
)
def test_a_function_is_convex_exactly_when(text: str, name: str, where: str, matrix: str) -> None:
    found = mc.curvature(text, name, where)
    assert found.condition.startswith(f"convex exactly when {matrix}")
    assert found.condition in str(found) and found.is_decided


def test_other_parameters_may_make_a_function_affine() -> None:
    where = "a: scalar, A: matrix(m,n), x: vector(n)"
    found = mc.curvature("a*sum(exp(A*x))", "x", where)  # for A = 0 it is affine
    assert found.condition == "convex when a >= 0, concave when a <= 0"
    for text, on in (("a*x^2", "x >= 0, x <= 0"), ("a*max(0, x)", "x > a")):
        point = mc.curvature(text, "x", "a: scalar, x: scalar", on=on)
        assert point.condition == "convex when a >= 0, concave when a <= 0"


@pytest.mark.parametrize(
    ("text", "on", "verdict"),
    [
        ("x^4 - x^2", "x > 1", "convex"),
        ("x^4 - x^2", "0 <= x <= 1/3", "concave"),
        ("x^4 - x^2", "0 <= x <= 1", "neither"),
        ("x^5 - 5*x^4", "x < 3", "concave"),
        ("tanh(x)", "x < 0", "convex"),
        ("sigmoid(x)", "x > 0", "concave"),
        ("sigmoid(x)", "x > -1", "neither"),
        ("sin(x)", "0 <= x <= pi", "concave"),
        ("cos(x)", "-pi/2 < x < pi/2", "concave"),
        ("x*sin(x)", "0 < x < 1", "convex"),
        ("exp(x) - x^2", "x > 1", "convex"),
        ("sin(x)", "0 < x < 4", "neither"),
        ("cos(x)", "x > 0", "neither"),
    ],
)
def test_an_interval_tells_the_sign(text: str, on: str, verdict: str) -> None:
    found = mc.curvature(text, "x", "x: scalar", on=on)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("text", "where", "sizes"),
    [
        ("det(X)", "X: spd(n)", "(n >= 2)"),
        ("norm2(X)^2 - 2*tr(X)^2", "X: square(n)", "(n >= 2)"),
        ("sum(X*b)^3", "X: matrix(m,n), b: vector(n)", ""),
    ],
)
def test_what_is_neither_may_be_convex_for_size_1(text: str, where: str, sizes: str) -> None:
    found = mc.curvature(text, "X", where)
    assert found.verdict == "neither" and found.domain.partition(" (")[2] == sizes[1:]


def test_an_empty_domain_has_no_curvature() -> None:
    for text, on in (("x^2", "x > 0, x < 0"), ("log(x)", "x < 0"), ("x", "x > 2, x < 1")):
        with pytest.raises(mc.DomainError, match="the domain is empty"):
            mc.curvature(text, "x", "x: scalar", on=on)


def test_a_norm_that_is_squared_in_a_quotient_is_convex_by_a_line_of_its_own() -> None:
    found = mc.curvature("(x'*P*x + 1)/y", ["x", "y"], "P: psd(n), x: vector(n), y: positive")
    assert "sqrt(x'*P*x) is convex: x'*P*x is the square of a seminorm" in found.certificate


def test_the_domain_is_told_and_can_be_restricted() -> None:
    where = "a: vector(n), x: vector(n)"
    assert mc.curvature("log(a'*x + 1)", "x", where).domain == "a'*x + 1 > 0"
    assert mc.curvature("tr(inv(X))", "X", "X: spd(n)").domain == "X spd"
    assert mc.curvature("lambda_max(X)", "X", "X: square(n)").domain == "X symmetric"
    assert mc.curvature("tr(expm(X))", "X", "X: square(n)").verdict == "neither"
    assert mc.curvature("tr(expm(X))", "X", "X: square(n)", on="X symmetric").verdict == "convex"
    assert mc.curvature("logdet(X)", "X", on="spd").verdict == "concave"
    assert mc.curvature("1/x", "x", "x: scalar", on="x > 0").verdict == "convex"
    assert mc.curvature("sum(x.^3)", "x", on="x >= 0").verdict == "convex"
    on = mc.curvature("-sum(log(x) + log(1 - x))", "x", "x: vector(n)", on="0 < x < 1")
    assert (on.verdict, on.domain) == ("convex", "x > 0, x < 1")
    below = "A: matrix(m,n), b: vector(m), x: vector(n)"
    assert mc.curvature("sum(log(b - A*x))", "x", below, on="A*x < b").domain == "A*x < b"
    assert mc.curvature("log(x)", "x", "x: open_interval(0,1)").domain == "0 < x < 1"
    with pytest.raises(mc.SyntaxProblem, match="restricts none of x"):
        mc.curvature("x'*x", "x", on="whatever it takes")
    with pytest.raises(mc.DomainError, match="X is orthogonal"):
        mc.curvature("tr(A*X)", "X", "X: orthogonal(n)")
    with pytest.raises(mc.DomainError, match="real"):
        mc.curvature("norm2(z)^2", "z", "z: complex_vector(n)")


TURNED = {"convex": "concave", "concave": "convex"}
PLAIN = "A: matrix(m,n), x: vector(n), b: vector(m)"


@pytest.mark.parametrize(
    "text", ["norm2({})", "sum(exp({}))", "min({})", "sum({})", "log(sum({}.^2) + 1)", "prod({})"]
)
def test_verdicts_agree_with_one_another(text: str) -> None:
    def verdict(formula: str) -> str:
        return mc.curvature(formula, "x", PLAIN).verdict

    plain = verdict(text.format("x"))
    negated = verdict(f"-({text.format('x')})")
    assert negated == TURNED.get(plain, plain)
    assert verdict(text.format("(A*x + b)")) == plain
    assert verdict(f"{text.format('x')} + b'*A*x") == plain
    if plain == "convex":
        assert verdict(f"{text.format('x')} + 3*norm2(A*x - b)") == "convex"


def test_the_command_line_says_whether_it_is_decided(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["curvature", "x^p", "--wrt", "x", "--where", "x: scalar, p: integer"]
    assert main(asked) == 3 and capsys.readouterr().out.startswith("undecided on x nonzero")
    assert (
        main(["curvature", "1/x", *asked[2:], "--on", "x > 0"]) == 0
        and main([*asked, "--on", "what"]) == 2
    )
    assert main([*asked[:1], "x*A*x", *asked[2:4]]) == 2
    capsys.readouterr()
    assert main(["curvature", "x'*x", "--wrt", "x", "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["verdict"] == "convex" and printed["certificate"] and printed["domain"]


def test_the_script_tells_a_wrong_verdict(tmp_path: Path) -> None:
    case = {"id": "one", "expr": "x'*x", "wrt": "x", "where": "x: vector(n)", "cvxpy_says": ""}
    for truth, status in (("convex", 0), ("concave", 1)):
        (tmp_path / "cases.json").write_text(json.dumps([{**case, "truth": truth}]))
        assert curvatures.main([str(tmp_path / "cases.json")]) == status


def test_names_and_assumptions() -> None:
    found = mc.curvature("R = A*x - b; norm2(R)", "x")
    assert found.verdict == "convex" and found.assumptions
    assert mc.curvature("x solves A*x = p; norm2(x)", "p", "A: invertible(n)").verdict == "convex"


@pytest.mark.parametrize(
    ("text", "verdict", "domain"),
    [
        ("sqrt(x)^6", "convex", "x >= 0"),
        ("-x^(3/2)*x^(3/2)", "concave", "x >= 0"),
        ("log(x)*0 + x^3", "convex", "x > 0"),
        ("sqrt(x)^2", "affine", "x >= 0"),
        ("exp(log(x))", "affine", "x > 0"),
        ("s = sqrt(x); s^6", "convex", "x >= 0"),
        ("x^3", "neither", "all x"),
    ],
)
def test_the_domain_is_that_of_what_was_typed(text: str, verdict: str, domain: str) -> None:
    found = mc.curvature(text, "x", "x: scalar")
    assert (found.verdict, found.domain) == (verdict, domain)
