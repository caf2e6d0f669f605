"""Names that nobody declared: letters of functions, names of other tools, Euler's number."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc


@pytest.mark.parametrize("word", ["f", "g", "h", "phi", "rho", "φ"])
def test_a_letter_is_a_function_of_ones_own(word: str) -> None:
    gradient = mc.gradient(f"sum({word}(A*x))", "x")
    assert str(gradient) == f"A'*{word}'(A*x)"
    assert f"{word}: an unknown elementwise function" in gradient.assumptions


def test_a_prime_before_a_bracket_is_doubtful_where_nothing_else_tells() -> None:
    with pytest.raises(mc.UnknownName, match="may be a product with a transpose") as caught:
        mc.gradient("y'(X*w)", "w")
    assert "write `y'*(X*w)` for the product" in caught.value.hint
    assert str(mc.gradient("y'(X*w) + y'*y", "w")) == "X'*y"
    assert str(mc.gradient("sum(f'(x))", "x", "f: elementwise")) == "f''(x)"


@pytest.mark.parametrize("text", ["sum(f(x)) + sum(f'(x))", "sum(phi'(x).*x)"])
def test_its_derivative_is_one_too(text: str) -> None:
    assert "unknown elementwise function" in "; ".join(mc.gradient(text, "x").assumptions)


REFUSED = [
    ("sum(cost(x))", "declare `cost: elementwise`"),
    ("sum(softmaxx(x))", "did you mean `softmax`"),
    ("logdt(A)", "did you mean `logdet`?"),
    ("sum(vecc(x))", "did you mean `vec`?"),
    ("sum(sotfmax(x))", "did you mean `softmax`?"),
    ("lamda_max(A)", "did you mean `lambda_max`?"),
    ("ldet(A)", "did you mean `logdet(A)`?"),
    ("sum(average(x))", "did you mean `mean(x)`?"),
    ("sum(qr(A))", "did you mean `qr_q` or `qr_r`?"),
    ("rank(A)", "it has jumps"),
    ("sum(gamma(x))", "the Gamma function is `exp(loggamma(x))`"),
    ("sum(ψ(x))", "is `digamma(x)`"),
    ("psi(x)", "is `digamma(x)`"),
    ("beta(x, y)", "`exp(loggamma(x) + loggamma(y) - loggamma(x + y))`"),
    ("sum(g(x)) + g", "`g` is a variable here"),
]


@pytest.mark.parametrize(("text", "hint"), REFUSED)
def test_any_other_word_is_refused(text: str, hint: str) -> None:
    with pytest.raises(mc.UnknownName, match="no function is called") as caught:
        mc.gradient(text, "x")
    assert hint in caught.value.hint


def test_gamma_may_be_a_number_or_declared() -> None:
    assert str(mc.gradient("gamma*sum(x.^2)", "x")) == "2*gamma*x"
    assert str(mc.gradient("sum(gamma(x))", "x", "gamma: elementwise")) == "gamma'(x)"


RANDOM = np.random.default_rng(3)
A = RANDOM.standard_normal((3, 2))
S = (lambda factor: factor @ factor.T + np.eye(3))(RANDOM.standard_normal((3, 3)))

TOOLS = [
    ("nuclear_norm(A)", np.linalg.norm(A, "nuc")),
    ("trace_norm(A)", np.linalg.norm(A, "nuc")),
    ("opnorm(A)", np.linalg.norm(A, 2)),
    ("spectral_norm(A)", np.linalg.norm(A, 2)),
    ("sigma_max(A)", np.linalg.norm(A, 2)),
    ("frob(A)", np.linalg.norm(A)),
    ("l1_norm(A)", np.abs(A).sum()),
    ("sum_squares(A)", np.sum(A**2)),
    ("sum(singular_values(A))", np.linalg.svd(A, compute_uv=False).sum()),
    ("logabsdet(S)", np.log(np.linalg.det(S))),
    ("determinant(S)", np.linalg.det(S)),
    ("prod(eigenvalues(S))", np.linalg.det(S)),
    ("max_eig(S)", np.linalg.eigvalsh(S)[-1]),
    ("logdet(matrix_exp(S))", np.trace(S)),
    ("sum(pseudoinverse(A))", np.linalg.pinv(A).sum()),
    ("sum(log_ndtr(zeros(4)))", 4 * np.log(0.5)),
]


@pytest.mark.parametrize(("text", "value"), TOOLS)
def test_names_of_other_tools_are_spellings(text: str, value: float) -> None:
    node = mc.parse(text, "A: matrix(m,n), S: spd(k)")
    known = {"A": A, "S": S}
    given = {name: known[name] for name in ("A", "S") if f"({name})" in text}
    assert mc.evaluate(node, **given) == pytest.approx(value, rel=1e-9)


EULER = [
    ("e^(-t)", "t", "-exp(-t)"),
    ("e^(-x'*x/2)", "x", "-exp(-x'*x/2)*x"),
    ("tr(e^A)", "A", "expm(A)'"),
    ("sum(e.^X)", "X", "exp(X)"),
    ("y'*e^(t*A)*y", "A", None),
    ("e^t/(1 + e^t)", "t", None),
]


@pytest.mark.parametrize(("text", "wrt", "expected"), EULER)
def test_e_is_eulers_number_as_a_base(text: str, wrt: str, expected: str | None) -> None:
    gradient = mc.gradient(text, wrt)
    assert "`e` is Euler's number" in gradient.assumptions
    assert gradient.verify(samples=4).passed
    assert expected is None or str(gradient) == expected


@pytest.mark.parametrize(
    ("text", "wrt", "where", "expected"),
    [
        ("e^2*x'*x", "e", None, "2*e*x'*x"),
        ("e*x'*x + e^2", "x", None, "2*e*x"),
        ("e^2*x'*x", "x", "e: scalar, x: vector(n)", "2*e^2*x"),
        ("e = x'*x; e^2", "x", None, "4*e*x    with e = x'*x"),
    ],
)
def test_and_a_name_like_any_other_elsewhere(
    text: str, wrt: str, where: str | None, expected: str
) -> None:
    gradient = mc.gradient(text, wrt, where)
    assert " ".join(str(gradient).split()) == " ".join(expected.split())
    assert "`e` is Euler's number" not in gradient.assumptions


def test_a_claim_may_have_it() -> None:
    assert mc.check("e^(-t)", "t", "-e^(-t)").holds
    with pytest.raises(mc.ShapeError, match="takes a scalar or a square matrix"):
        mc.gradient("sum(e^x)", "x")


SAID = [
    ("R = A*X - B; S = A'*A; norm2(R)^2", "nothing uses `S`"),
    ("def s(t) = t^2; sum(X)", "nothing uses `s`"),
    (
        "tr(X'*X) + tr(exp(X'*X))",
        "`exp(X'*X)` is entry by entry; the function of the matrix is `expm(X'*X)`",
    ),
    ("sum(log(X'*X))", "`log(X'*X)` is entry by entry; the function of the matrix is `logm(X'*X)`"),
]


@pytest.mark.parametrize(("text", "said"), SAID)
def test_it_is_said(text: str, said: str) -> None:
    assert said in mc.gradient(text, "X").assumptions


@pytest.mark.parametrize("text", ["R = A*X - B; norm2(R)^2", "sum(exp(X*w))", "tr(expm(X'*X))"])
def test_and_nothing_where_nothing_is_to_be_said(text: str) -> None:
    said = "; ".join(mc.gradient(text, "X").assumptions)
    assert "uses" not in said and "entry by entry" not in said
