"""What was once wrong, each as it was reported: answers, refusals and messages."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc


def test_a_chain_times_a_number_keeps_both() -> None:
    hessian = mc.hessian("quad(y,sym(N))^-1", "N")
    assert str(hessian.value) == "2*kron(y, y)*kron(y, y)'/(y'*N*y)^3"
    assert hessian.verify(samples=6).passed
    x, A, y = mc.symbols("x: vector(n), A: matrix(n,m), y: vector(m)")
    where = "x: vector(n), A: matrix(n,m), y: vector(m)"
    assert -(x.T @ A @ y) is mc.parse("-x'*A*y", where)


@pytest.mark.parametrize(
    ("text", "wrt", "where"),
    [
        ("y'*y", "x", "x: vector(n)"),
        ("x - x", "x", "x: scalar"),
        ("sum(sign(x))", "x", "x: vector(n)"),
        ("norm2(kron(heaviside(y), sqrt(2*ones(p)')))", "y", "y: vector(n)"),
    ],
)
def test_a_constant_has_a_derivation(text: str, wrt: str, where: str) -> None:
    found = mc.gradient(text, wrt, where)
    assert found.text().count("= 0") + found.text().count("zeros(n)") >= 1
    assert found.latex().count("align*") == 2


@pytest.mark.parametrize("text", ["x[-1]", "x[0]", "X[-1,2]", "X[:,0]", "basis(0, n)"])
def test_positions_are_counted_from_one(text: str) -> None:
    with pytest.raises(mc.MatcalcError):
        mc.parse(text, "x: vector(n), X: matrix(m,n)")


def test_indices_that_are_values_are_checked() -> None:
    entry = mc.parse("x[i]", "x: vector(n), i: index(n)")
    x = np.array([1.0, 2.0, 3.0])
    assert mc.evaluate(entry, x=x, i=2) == 2.0
    for index in (0, 2.7, 5):
        with pytest.raises(mc.MatcalcError):
            mc.evaluate(entry, x=x, i=index)


def test_what_would_take_too_long_is_refused() -> None:
    doubling = "; ".join(f"a{i + 1} = a{i}*a{i}" for i in range(14))
    with pytest.raises(mc.MatcalcError):
        mc.gradient(f"a0 = X; {doubling}; tr(a14)", "X")
    for order in (0, -1, 10**6):
        with pytest.raises(mc.MatcalcError):
            mc.nth_derivative("x'*x", "x", order)


def test_a_minus_before_a_quotient_is_read_back() -> None:
    value = mc.gradient("norm2(A - X)", "X").value
    assert mc.parse(str(value)) is value


def test_arguments_of_another_type_are_refused_with_a_message() -> None:
    with pytest.raises(mc.MatcalcError, match="Weighted"):
        mc.gradient("tr(X)", "X", inner=3)  # type: ignore[arg-type]
    with pytest.raises(mc.MatcalcError, match="declarations"):
        mc.gradient("tr(X)", "X", where=["X: square(n)"])  # type: ignore[arg-type]
    with pytest.raises(mc.MatcalcError, match="number"):
        mc.symbols("x: scalar")[0] * float("inf")


def test_a_map_onto_symmetric_matrices_has_no_inverse() -> None:
    with pytest.raises(mc.MatcalcError):
        mc.differential("X + X'", "X", "X: square(n)").solve("R")
    found = mc.differential("X + 3*X'", "X", "X: square(n)").solve("R")
    assert str(found) == "(3*R' - R)/8"


@pytest.mark.parametrize(
    ("text", "wrt", "where"),
    [
        ("tr(K'*A)", "K", "K: skew(n), A: square(n)"),
        ("sum(S'*A)", "S", "S: symmetric(n), A: square(n)"),
    ],
)
def test_what_was_typed_is_verified(text: str, wrt: str, where: str) -> None:
    assert mc.gradient(text, wrt, where).verify(samples=6).passed


@pytest.mark.parametrize(
    ("text", "verb", "where", "expected"),
    [
        ("[p[1]*cos(p[2]); p[1]*sin(p[2])]", "jacobian", "p: vector(2)",
         "[cos(p[2]), -p[1]*sin(p[2]); sin(p[2]), cos(p[2])*p[1]]"),
        ("[A*p; p.^2; p'*p]", "jacobian", "A: matrix(m,n), p: vector(n)",
         "[A; 2*diag(p); 2*p']"),
        ("p[1]*p[2]*p[3]", "hessian", "p: vector(3)",
         "[0, p[3], p[2]; p[3], 0, p[1]; p[2], p[1], 0]"),
        ("p[1,1]*p[2,2] - p[1,2]*p[2,1]", "gradient", "p: matrix(2,2)",
         "[p[2, 2], -p[2, 1]; -p[1, 2], p[1, 1]]"),
        ("[p[1]*p[2], p[3]; 5, p[1]]", "jacobian", "p: vector(3)",
         "[p[2], p[1], 0; zeros(1, 3); basis(3, 3)'; basis(1, 3)']"),
    ],
)  # fmt: skip
def test_entries_give_a_matrix_of_entries(text: str, verb: str, where: str, expected: str) -> None:
    found = getattr(mc, verb)(text, "p", where)
    assert str(found.value) == expected
    assert found.verify(samples=4).passed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var(x)", "2*(x - sum(x)/n)/n"),
        ("std(x)", "(x - sum(x)/n)/(n*sqrt(sum((x - sum(x)/n).^2)/n))"),
        ("-log(softmax(x))[1]", "softmax(x) - basis(1, n)"),
        ("ones(n)'*diag(x)*A*x", "(A + A')*x"),
        ("norm(x, 1) + norm(x, 2)", "x/norm2(x) + sign(x)"),
        ("sum(max(0, x - y))", "heaviside(x - y)"),
        ("sum(min(x, y))", "heaviside(y - x)"),
        ("sum(np.logaddexp(0, x))", "sigmoid(x)"),
        ("np.linalg.slogdet(A + diag(x))[1]", "diag(inv(A + diag(x)))"),
        ("sum(B*diag(x), 1)*y", "diag(y*ones(1, m)*B)"),
    ],
)
def test_common_spellings_give_the_textbook_form(text: str, expected: str) -> None:
    found = mc.gradient(text, "x", "x: vector(n), y: vector(n), A: square(n), B: matrix(m,n)")
    assert str(found.value) == expected
    assert found.verify(samples=4).passed


def test_an_option_chooses_the_norm() -> None:
    assert mc.parse("norm(X - A, 'fro')") is mc.parse("norm_fro(X - A)")
    assert mc.parse('norm(X, "nuc")') is mc.parse("norm_nuc(X)")
    assert mc.parse("norm(x, inf)") is mc.parse("norm_inf(x)")
    with pytest.raises(mc.MatcalcError, match="`norm` has no option 'lower'"):
        mc.parse("norm(X, 'lower')")
    with pytest.raises(mc.MatcalcError):
        mc.parse("det(X, 'fro')", "X: matrix(m,n)")


@pytest.mark.parametrize("order", ["1", "2", "inf"])
def test_norms_of_matrices_by_number_are_operator_norms(order: str) -> None:
    X = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
    found = mc.evaluate(f"norm(X, {order})", X=X)
    assert found == pytest.approx(np.linalg.norm(X, float(order)))


def test_axes_of_modules_are_counted_from_0() -> None:
    where = "X: matrix(m,n)"
    assert mc.parse("jnp.mean(X, 1)", where) is mc.parse("X*ones(n)/n", where)
    assert mc.parse("np.mean(X, axis=-2)", where) is mc.parse("X'*ones(m)/m", where)
    with pytest.raises(mc.MatcalcError):
        mc.parse("np.mean(X, 2)", where)


@pytest.mark.parametrize("text", ["median(x)", "sort(x)", "svd(X)"])
def test_a_known_function_is_not_taken_for_an_entrywise_one(text: str) -> None:
    with pytest.raises(mc.MatcalcError):
        mc.parse(text)


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ("(y - X*beta)'*(y - X*beta)", "beta: vector(n)"),
        ("(Y - X*beta)'*(Y - X*beta)", "Y: vector(m)"),
        ("sum(log(1 + exp(-y.*(X*beta))))", "y: vector(m)"),
        ("(x - beta)'*inv(Sigma)*(x - beta)", "beta: vector(n)"),
    ],
)
def test_a_greek_name_beside_vectors_is_a_vector(text: str, assumed: str) -> None:
    found = mc.gradient(text, "beta")
    assert assumed.split(":")[0] in found.problem.symbols
    assert "vector" in " ".join(a for a in map(str, found.assumptions) if a[0] == assumed[0])


def test_a_component_of_a_product_is_a_product_of_components() -> None:
    rotation = "[cos(t), -sin(t); sin(t), cos(t)]"
    found = mc.gradient(f"q'*{rotation}*p", "t", "t: scalar, p: vector(2), q: vector(2)")
    assert "1:1" not in str(found.value) and found.verify(samples=4).passed
    hessian = mc.hessian("X[1,1]*X[2,2] - X[1,2]*X[2,1]", "X", "X: matrix(2,2)")
    assert str(hessian.value).startswith("[0, 0, 0, 1; 0, 0, -1, 0;")
    assert hessian.verify(samples=4).passed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hat(x)*b", "-hat(b)"),
        ("(I - x*x'/(x'*x))*b", "((b'*x)*(2*x*x'/(x'*x) - eye(3)) - x*b')/(x'*x)"),
        ("hat(x)*A*hat(x)*b", "-(hat(A*hat(x)*b) + hat(x)*A*hat(b))"),
    ],
)
def test_jacobians_without_needless_kronecker_products(text: str, expected: str) -> None:
    found = mc.jacobian(text, "x", "x: vector(3), b: vector(3), A: square(3)")
    assert str(found.value) == expected
    assert found.verify(samples=4).passed


def test_numpy_correlates_the_longer_signal_first() -> None:
    where = "a: vector(3), c: vector(5)"
    assert mc.parse("np.correlate(c, a)", where) is mc.parse("correlate(a, c)", where)
    with pytest.raises(mc.MatcalcError):
        mc.parse("np.correlate(a, c)", where)
