r"""Formulas as papers write them, each beside the same in matcalc's language."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.language.problem import parse_problem
from matcalc.printing.phrases import fact_text
from matcalc.rulebook import book

WHERE = (
    "A: matrix(m,n), B: matrix(n,p), C: matrix(m,n), M: square(n), S: spd(n), X: matrix(n,p), "
    "x: vector(n), y: vector(n), b: vector(m), w: vector(p), t: scalar, lambda: scalar, mu: scalar"
)
FORMULAS = [
    (r"\|Ax-b\|_2^2 + \lambda\|x\|_1", "norm2(A*x - b)^2 + lambda*norm1(x)"),
    (r"\tfrac12 x^\top S x - y'x", "1/2*x'*S*x - y'*x"),
    (r"\operatorname{tr}\{A^{\mathsf T} C\}", "tr(A'*C)"),
    (r"\mathrm{Tr}[AB] + \text{tr}(M)^2", None),
    (r"\log\det S + \log|S| + \log|\det M|", "logdet(S) + logdet(S) + logdet(M)"),
    (r"\log(\det S)", "log(det(S))"),
    (r"|S|^{1/2}", "det(S)^(1/2)"),
    (r"\left|t\right| + \lvert t - 1\rvert", "abs(t) + abs(t - 1)"),
    (r"||x|| + \lVert A\rVert_F", "norm2(x) + norm(A)"),
    (r"|t||t-2|", "abs(t)*abs(t - 2)"),
    (r"\langle A, C\rangle + \langle x, y\rangle", "inner(A, C) + x'*y"),
    (r"\|x\|_S^2 + \|y\|_{S^{-1}}^{2}", "x'*S*x + y'*inv(S)*y"),
    (r"e^{S} + \exp(tS)", "expm(S) + expm(t*S)"),
    (r"e^{t} + e^{-x^\top x}", "exp(t) + exp(-x'*x)"),
    (r"\sqrt{x^\top x + \mu^2} + \sqrt[3]{t}", "sqrt(x'*x + mu^2) + t^(1/3)"),
    (r"S^{-1} x + S^{-\top}y", "inv(S)*x + inv(S)'*y"),
    (r"S^{1/2} S^{-1/2}", "sqrtm(S)*powm(S, -1/2)"),
    (r"A \odot C - A\circ C", "A.*C - A.*C"),
    (r"A^{\circ 2} \oslash C", "A.^2./C"),
    (r"(B^\top \otimes A)\operatorname{vec}(M)", "kron(B', A)*vec(M)"),
    (r"Mx \cdot y", "(M*x)'*y"),
    (r"A^{+} b - A^\dagger b", "pinv(A)*b - pinv(A)*b"),
    (r"\sum_{i=1}^n x_i^2 y_i", "sum(i in 1..n, x[i]^2*y[i])"),
    (r"\sum_i x_i \log x_i + t", "sum(i in 1..n, x[i]*log(x[i])) + t"),
    (r"\sum_{i,j} M_{ij} x_i x_j", "sum(i in 1..n, sum(j in 1..n, M[i,j]*x[i]*x[j]))"),
    (r"\prod_{i=1}^{n} x_i", "prod(i in 1..n, x[i])"),
    (r"\sum_{i=1}^{n-1} (x_{i+1} - x_i)^2", "sum(i in 1..n-1, (x[i+1] - x[i])^2)"),
    (r"\mathbf 1^\top x + x^\top\mathbf{1}_n", "ones(n)'*x + x'*ones(n)"),
    (r"S + t I_n - I", "S + t*eye(n) - eye(n)"),
    (r"\frac{\partial}{\partial x} x^\top S x", "x'*S*x"),
    (r"\sin^2 t + \log\left(1 + e^{t}\right)", "sin(t)^2 + log(1 + exp(t))"),
    (r"\log\sum_{i=1}^n e^{x_i}", "log(sum(i in 1..n, exp(x[i])))"),
    (r"\begin{pmatrix} M & x \\ y^\top & t \end{pmatrix}", "[M, x; y', t]"),
    (r"\begin{bmatrix} M & 0 \\ 0 & 1 \end{bmatrix}", "[M, zeros(n,1); zeros(1,n), 1]"),
    (r"\begin{vmatrix} t & 1 \\ 2 & t \end{vmatrix}", "det([t, 1; 2, t])"),
    (r"e_1^\top M e_2", "basis(1,n)'*M*basis(2,n)"),
    (r"(1 - t)_+", "relu(1 - t)"),
    (r"x_1 + x_{2}", "x[1] + x[2]"),
    (r"1/2\, x^\top y - t/2", "x'*y/2 - t/2"),
    (r"\bigl(A x - b\bigr)^{\!\top} \bigl[A x - b\bigr]", "(A*x - b)'*(A*x - b)"),
    (r"$$ \boldsymbol{x}^{T}\mathbf{S}\,\mathit{x} $$ % as always", "x'*S*x"),
    (r"\newcommand{\nrm}[1]{\left\|#1\right\|} \nrm{Ax-b}^2", "norm2(A*x - b)^2"),
    (r"f(x) := \max(t, 0)", "max(t, 0)"),
    (r"\arg\min_{x \in \mathbb{R}^n} \|Ax-b\|^2 \quad \text{s.t. } x \ge 0", "norm2(A*x - b)^2"),
    (r"J(\theta) = x^\top y.", "x'*y"),
    ("x^\\top y \u2212 t \u2013 \u03bb", "x'*y - t - lambda"),
    ("M\u2297S \u2212 S^\u22a4\u2297M", "kron(M, S) - kron(S', M)"),
    (r"Vec(M)^\top Vec(S)", "vec(M)'*vec(S)"),
    (r"{\bf 1}^\top x + x^\top\rm 1 - 1^\top y - 1_n^\top y", "2*ones(n)'*x - 2*ones(n)'*y"),
    (r"\boxed{x^\top S y}", "x'*S*y"),
    (r"QR(x) = \frac{x^\top M x}{x^\top S x}", "(x'*M*x)/(x'*S*x)"),
    (r"\nabla_x G = \mu S x - y", "mu*S*x - y"),
    (r"p(x | t) = x^\top S x", "x'*S*x"),
    (r"A\_{12} t", "A[1,2]*t"),
    (r"\|x - y\|_q", "normp(x - y, q)"),
    (r"x^\top M^{-1\top} y^{}", "x'*inv(M)'*y"),
    (r". \quad x^\top y", "x'*y"),
    (r"q(x) \propto \exp(-x^\top S x)", "exp(-x'*S*x)"),
    (r"\underbrace{x^\top y}_{\text{small}} + \overbrace{t}^{2} t", "x'*y + t^2"),
    (r"f \stackrel{def}{=} x^\top y", "x'*y"),
]


@pytest.mark.parametrize(("text", "plain"), [one for one in FORMULAS if one[1]])
def test_a_formula_is_read_as_it_is_meant(text: str, plain: str) -> None:
    assert mc.from_latex(text, WHERE) == mc.parse(plain, WHERE)


def reports(text: str, where: str = WHERE) -> str:
    """All that is said of a formula."""
    found = parse_problem(text, where, book, dialect="latex")
    return "; ".join(map(fact_text, found.facts))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"|M|", "read as the determinant"),
        (r"\log|M|", "read as the determinant"),
        (r"\exp(M)", "read as the function of the matrix"),
        (r"\exp(A)", "read entry by entry"),
        (r"\|A\|_1", "entry by entry, not as the largest column sum"),
        (r"\|A\|_2", "read as the spectral norm"),
        (r"\|A\|", "read as the Frobenius norm"),
        (r"A \circ C", "not as a composition"),
        (r"\operatorname{tr} M S", "takes the whole product"),
        (r"\log 2 t", "takes the whole product"),
        (r"t(x^\top y + 1)", "read as a product"),
        (r"\mu(u) + t", "the dependence on `u` is not given"),
        (r"S^+", "read as the pseudo-inverse"),
        (r"\log(t)^2", "the power of the value"),
        (r"\min_p \|Ax-b\|^2", "does not occur"),
        (r"t = x^\top y = 2", "is read"),
        (r"x^\top y \le 1", "an inequality"),
        (r"G(x) \approx x^\top y", "up to a factor equal"),
        (r"x^\top y - 1 = 0", "an equation with 0"),
        (r"\|x\|, \quad t > 0", "is set apart"),
        (r"tr(M)", "the letters `tr`"),
        (r"e_1^\top x", "read as a unit vector"),
        (r"A/M^\top", "the product with the inverse of `M^\\top`"),
        (r"1/2\lambda", "the fraction of numbers as its coefficient"),
        (r"1^\top x", "the 1 with marks is read as a vector of ones"),
        (r"\nabla_x L = 2 S x", "`L` is not given: the right side is read"),
        (r"|M||S|", "the bars of `|M|` are read as the determinant; the bars of `|S|`"),
        (r"M = M^\top S M", "of the equation `M^\\top S M` is read"),
        (r"\mathbf{\lambda}(x^\top{\mathbf y})", r"`\mathbf{\lambda}(x^\top{\mathbf y})`"),
    ],
)
def test_what_could_be_read_otherwise_is_said(text: str, said: str) -> None:
    assert said in reports(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"\mathbb{E}[x]", "expectation has no value without its distribution"),
        (r"t/\mu x", "can be read in two ways"),
        (r"\|A\|_{2,1}", "no norm has the index `2,1`"),
        (r"\sum_{i \ne j} x_i", "cannot be written"),
        (r"\sum x", "has no index"),
        (r"\sin^{-1} t", "inverse function or the reciprocal"),
        (r"{A x}^\top", "not to be seen on paper"),
        (r"x_1 + \ldots + x_n", "parts left out"),
        (r"A \odot C \otimes M", "mixes products"),
        (r"(A x", "never closed"),
        (r"A x)", "closes nothing"),
        (r"\foo x", r"`\\foo` is not known"),
        (r"A x +", "ends where an operand is expected"),
        (r"A b", "cannot multiply"),
        (r"\begin{cases} x \\ y \end{cases}", "cases"),
        (r"\max_i x_i", "optim"),
        (r"x \pm y", "two values"),
        (r"\frac{A}", "two arguments"),
        ("", "nothing to read"),
        (r"\sum_{i,j} M_{ij}^\top S_{ij}", "may be of the matrix or of its entry"),
        (r"M^{-1}_{12}", "may be of the matrix or of its entry"),
        (r"(M S)^2_{1,2}", "may be of the matrix or of its entry"),
        (r"2_n x", "a number has no index"),
        (r"\operatorname{Var}(x) + Var(y)", "is an expectation"),
        (r"E[x^\top y]", "is an expectation"),
        (r"\mathrm{rank}(A)", "no function is called `rank`"),
        (r"size(x)", "no function is called `size`"),
        (r"t^10", "holds the `1` alone"),
        (r"M^-T", "holds the `-` alone"),
        (r"\|x\|_2^2_", "nothing follows the `_`"),
        (r"\lvert t\rVert", "is closed by"),
        (r"A : C : A", "mixes products"),
        (r"\Sigma_{i=1}^n x_i", "is no name"),
        (r"\newcommand{\two}[1]{#2} \two{x}", "`#` is not part of a formula"),
        (r"\newcommand{a}{x} a", "followed by one command"),
        (r"\newcommand{\a}[1{x}", "needs 1 argument"),
        ("(" * 5000 + "t" + ")" * 5000, "inside each other in LaTeX"),
        (r"\sqrt{" * 150 + "t" + "}" * 150, "inside each other in LaTeX"),
        (r"\sin " * 150 + "t", "inside each other in LaTeX"),
        (r"\mathbf{A}\mathbf{B}\mathbf{y}", r"`\\mathbf{A}\\mathbf{B}` \(m x p\)"),
    ],
)
def test_what_is_no_formula_or_two_is_refused_at_its_place(text: str, said: str) -> None:
    with pytest.raises(mc.MatcalcError, match=said):
        mc.from_latex(text, WHERE)


def test_names_come_with_their_marks_and_are_called_as_one_likes() -> None:
    assert str(mc.from_latex(r"\hat\beta^\top\bar{x}_{in}")) == "beta_hat'*x_bar_in"
    assert str(mc.from_latex(r"W_{t-1}u", names={"W_{t-1}": "W_old"})) == "W_old*u"
    assert str(mc.from_latex(r"B' B'^\top")) == "B_prime*B_prime'"
    below = {r"w^{l+1}": "v", r"P_{k|k-1}": "Q", r"\Delta u_{k}": "z"}
    given = mc.from_latex(r"P_{k|k-1} w^{l+1} + \Delta u_k", "Q: square(n), z: vector(n)", below)
    assert str(given) == "Q*v + z"


def test_a_variable_and_a_claim_are_told_by_the_formula() -> None:
    assert mc.check(r"\nabla_x \|Ax-b\|^2 = 2A^\top(Ax-b)").holds
    assert mc.check(r"\frac{\partial}{\partial X^\top}\operatorname{tr}(AX) = A").holds
    assert mc.check(r"\operatorname{tr}(ABC) = \operatorname{tr}(CAB)").holds
    wrong = mc.check(r"\frac{\partial\, x^\top A x}{\partial x} = 2 A x")
    assert wrong.status == "refuted" and wrong.hint == "right only where A is symmetric"


def test_a_claim_has_its_macros_replaced() -> None:
    text = r"\newcommand{\tp}[1]{{#1}^\top} \nabla_x\, x^\top S x = S x + \tp{S} x"
    assert mc.check(text, where="S: square(n)").holds
    assert mc.check(r"\operatorname{vec}(AXB) = (B^\top \otimes A)\operatorname{vec}(X)").holds


def test_a_transpose_above_is_told_where_its_letter_is_a_variable() -> None:
    assert "not as the variable T" in reports(r"M^T", "M: square(n), T: scalar")


def test_a_claim_may_be_of_latex_where_the_function_is_not() -> None:
    for claim in (
        r"2A^\top(AX-B)",
        r"\nabla_X f = 2A^\top(AX-B)",
        r"\mathrm{d}f = 2\operatorname{tr}((AX-B)^\top A\,\mathrm{d}X)",
        r"\frac{\partial f}{\partial X^\top} = 2(AX-B)^\top A",
    ):
        assert mc.check("norm2(A*X - B)^2", "X", claim).holds
    assert not mc.check("norm2(A*X - B)^2", "X", r"A^\top(AX-B)").holds


def test_several_lines_define_names_for_the_last() -> None:
    text = r"\begin{align} R &= AX - B \\ f(X) &= \tfrac12\|R\|_F^2 \end{align}"
    found = mc.gradient(text, "X", "A: matrix(m,n), X: matrix(n,p)")
    assert str(found.value) == "A'*R with R = A*X - B"


def test_a_derivation_of_several_lines_is_marked() -> None:
    text = r"""\begin{align}
    f(x) &= \tfrac12 \|Ax - b\|^2 \\
    \mathrm{d}f &= (Ax - b)^\top A\,\mathrm{d}x && \text{chain rule} \\
    &= x^\top A^\top A\,\mathrm{d}x \\
    \nabla f &= A^\top(Ax - b)
    \end{align}"""
    marks = mc.check_derivation(text, where="A: matrix(m,n), x: vector(n), b: vector(m)")
    assert [one.status for one in marks] == ["proved", "proved", "refuted", "proved"]
