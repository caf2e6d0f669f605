"""MATLAB, Julia, SymPy and matrixcalculus.org: how each is told, and what it says."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc

WHERE = "A: matrix(m,n), B: matrix(m,n), S: square(n), x: vector(n), b: vector(m), s: scalar"

READ = [
    # MATLAB: told by X(i), % and by name
    ("sum(A(:).^2)", None, "sum(A.^2)"),
    ("A(2,1) + A(1,end)", None, "A[2,1] + A[1,n]"),
    ("x(1:2)'*x(1:2) + s", None, "x[1:2]'*x[1:2] + s"),
    ("sum(A(2,:)) % the second row", None, "sum(A[2,:])"),
    ("norm(A)", "matlab", "norm_spec(A)"),
    ("norm(A*x - b)^2", "matlab", "norm2(A*x - b)^2"),
    ("sum(A)*x", "matlab", "ones(m)'*A*x"),
    ("sum(sum(A.*B))", "matlab", "sum(A.*B)"),
    ("var(x)", "matlab", "sum((x - mean(x)*ones(n)).^2)/(n - 1)"),
    ("A - mean(A)", "matlab", "A - ones(m)*(ones(m)'*A/m)"),
    ("ones(m,1)'*A*ones(n,1)", "matlab", "sum(A)"),
    ("S + ones(n)", "matlab", "S + ones(n,n)"),
    # where MATLAB reduces, a row is a vector as a column is
    ("norm(x', inf) + norm(A(1,:), 3)", None, "norm_inf(x) + normp(A[1,:]', 3)"),
    ("dot(x', x) + dot(A(1,:), A(2,:))", None, "x'*x + A[1,:]*A[2,:]'"),
    (
        "var(x') + std(A(1,:)) + vecnorm(x')",
        None,
        "sum((x - mean(x)*ones(n)).^2)/(n - 1) "
        "+ sqrt(sum((A[1,:]' - mean(A[1,:])*ones(n)).^2)/(n - 1)) + norm2(x)",
    ),
    ("cumsum(x')*diag(x')*x", "matlab", "cumsum(x)'*(x.^2)"),
    # Julia: told by f.(x), dot(x, A, y), dims=
    ("sum(exp.(S))", None, "sum(exp(S))"),
    ("tr(exp(S))", "julia", "tr(expm(S))"),
    ("dot(x, S, x)", None, "x'*S*x"),
    ("dot(x', x) + dot(s, s)", "julia", "x'*x + s^2"),
    ("norm(A) + opnorm(A)", "julia", "norm2(A) + norm_spec(A)"),
    ("norm(A, 1)", "julia", "sum(abs(A))"),
    ("sum(A .+ b)", None, "sum(A + b*ones(n)')"),
    ("sum(A, dims=1)*x", None, "ones(m)'*A*x"),
    ("S[1, :]'*x + x[end]", None, "S[1,:]*x + x[n]"),
    ("2x'x + x'S*x", "julia", "2*x'*x + x'*S*x"),
    # SymPy: told by its classes
    ("Trace(A*B.T)", None, "tr(A*B')"),
    ("log(Determinant(S)) + Trace(S**2)", None, "log(det(S)) + tr(S^2)"),
    ("Trace(HadamardProduct(A, B)*B.T) + S[0,1]", None, "tr((A.*B)*B') + S[1,2]"),
    ("Trace(MatMul(A.T, B)) + Trace(S.inverse())", None, "tr(A'*B) + tr(inv(S))"),
]


@pytest.mark.parametrize(("text", "dialect", "own"), READ)
def test_a_text_means_what_its_tool_computes(text: str, dialect: str | None, own: str) -> None:
    problem = mc.jacobian(
        text, "A" if "A" in text else "x" if "x" in text else "S", WHERE, dialect=dialect
    ).problem
    assert mc.equivalent(problem.expression, mc.parse(own, WHERE)).status in ("proved", "verified")


REFUSED = [
    ("A + s", "julia", "cannot add"),
    ("A + b*s", "julia", "cannot add"),
    ("1/2x'*x", "julia", "has no `1/2x'`"),
    ("Trace(S') + s", None, "SymPy's, which has no `'`"),
    ("Trace(S + I)", None, "SymPy's, which has no `I`"),
    ("np.sum(A(:))", None, "`np.` is NumPy's and `X\\(i\\)` is MATLAB's"),
    ("foo(A)", "matlab", "what `foo` computes is not known"),
    ("A**2", "matlab", "has no `\\*\\*`"),
    ("x[1]", "matlab", "has no `x\\[1\\]`"),
    ("x.^s'", "matlab", "MATLAB's"),
    (r"A\beta", None, "can be read in two ways"),
    ("sum([A -B])", "matlab", "one entry, or more where a space separates"),
    ("norm([x'\n-x'], 'fro')", "matlab", "one entry, or more where a space separates"),
    ("[s, s,\n s]*x", "matlab", "begins a row in MATLAB"),
    ("[s -s; s, s]", "julia", "one entry, or more where a space separates"),
    ("[s, f(s -s), s] + [s (x'*x), s]", None, r"`s \(x'\*x\)` inside square brackets is one"),
    ("dot(A, x)", "julia", "`dot` of `A`"),
    ("x % 2", None, "`%` is not part of the language"),
]


@pytest.mark.parametrize(("text", "dialect", "said"), REFUSED)
def test_what_a_tool_lacks_is_refused(text: str, dialect: str | None, said: str) -> None:
    with pytest.raises(mc.MatcalcError, match=said):
        mc.parse(text, WHERE, dialect=dialect)


def test_matrixcalculus_has_its_own_kinds() -> None:
    named = mc.gradient("a*norm2(A*x - y)^2 + c*h'*x", "x", dialect="matrixcalculus")
    kinds = {name: str(symbol.shape) for name, symbol in named.problem.symbols.items()}
    assert kinds["a"] == kinds["c"] == "1 x 1"
    assert kinds["h"] == kinds["x"] == "n x 1"
    assert mc.parse("b'*x").shape.is_scalar  # matcalc's own b is a vector
    assert not mc.parse("b*x", dialect="matrixcalculus").shape.is_scalar


def test_another_reading_of_the_same_shape_is_said() -> None:
    said = mc.gradient("norm(A'*X)^2", "X").assumptions
    assert "MATLAB reads this as `norm_spec(A'*X)^2`; dialect: matlab" in said
    assert not any("MATLAB" in one for one in mc.gradient("norm(A'*x)^2", "x").assumptions)


def test_a_row_is_repeated_only_where_the_tool_is_named() -> None:
    assert mc.parse("x + x'", "x: vector(n)", dialect="matlab").shape.is_square
    with pytest.raises(mc.ShapeError):
        mc.parse("x + x'", "x: vector(n)")


def test_the_only_tool_that_reads_a_text_is_taken_and_said() -> None:
    found = mc.gradient("norm(A*x)^2/numel(x)", "x", WHERE)
    assert found.value is mc.gradient("norm2(A*x)^2/n", "x", WHERE).value
    assert "read as MATLAB reads it" in found.assumptions


def test_a_claim_may_be_of_another_tool() -> None:
    where = "S: invertible(n)"
    assert mc.check("Trace(S**2)", "S", "2*S'", where).status == "proved"
    assert mc.check("logdet(S)", "S", "Inverse(S).T", where).status == "proved"
    assert mc.check("sum(exp.(S))", "S", "exp.(S)", where).status == "proved"
    assert mc.check("sum(exp.(S))", "S", "exp(S)", where, claim_dialect="julia").status == "refuted"


def test_a_function_of_a_tool_over_the_complex_numbers_is_refused_by_its_name() -> None:
    with pytest.raises(mc.MatcalcError, match=r"julia\.eigvals is not available"):
        mc.parse("sum(eigvals(Z))", "Z: complex_matrix(n,n)", dialect="julia")


HINTS = [
    ("logdet(S) + S(1,2)", None, "an entry in matcalc's own language is X[1,2]"),
    ("Trace(MatrixSymbol(X, 3, 3))", None, "a variable is declared"),
    ("cholesky(S)", "julia", "write chol(X)"),
    ("tanhh.(x)", None, "did you mean `tanh`"),
    ("f.(x)", None, "the text is read as Julia's"),
    ("tracee(S)", "matlab", "did you mean `trace`"),
]


@pytest.mark.parametrize(("text", "dialect", "hint"), HINTS)
def test_a_refusal_says_what_to_type(text: str, dialect: str | None, hint: str) -> None:
    with pytest.raises(mc.UnknownName) as refused:
        mc.parse(text, WHERE, dialect=dialect)
    assert hint in refused.value.report()


def test_a_space_separates_nothing_in_a_list_of_python() -> None:
    assert mc.evaluate("np.sum(np.array([s -t, t\n * t]))", s=2.0, t=3.0) == 8.0


def test_methods_that_only_sympy_has_tell_it() -> None:
    found = mc.parse("trace(S.inv()*S**2) + S[0, 1]", "S: invertible(n)")
    assert mc.equivalent(found, mc.parse("tr(S) + S[1,2]", "S: invertible(n)")).holds


def test_commas_make_a_vector_in_julia() -> None:
    x = np.array([1.0, 2.0, 3.0])
    assert mc.evaluate("sum(x .+ [1,2,3])", x=x) == 12
    gradient = mc.gradient("sum([s,t,u].*x)", "x", dialect="julia").value
    np.testing.assert_array_equal(mc.evaluate(gradient, s=4.0, t=5.0, u=6.0), [4, 5, 6])
    with pytest.raises(mc.ShapeError, match="a vector of numbers in Julia"):
        mc.parse("[A, B]", "A: matrix(m,n), B: matrix(m,p)", dialect="julia")


def test_t_raised_to_entry_by_entry_is_a_name() -> None:
    S, T = np.array([[2.0, 3.0, 5.0]]), np.array([[1.0, 2.0, 0.5]])
    node = mc.parse("sum(sum(S.^T))", dialect="matlab")
    assert np.isclose(mc.evaluate(node, S=S, T=T), np.sum(S**T))


def test_slopes_of_powers_and_keywords_in_entries() -> None:
    assert str(mc.gradient("sqrt'(s)", "s", "s: scalar").value) == "-1/(4*s^(3/2))"
    with pytest.raises(mc.MatcalcError, match="is given to no function"):
        mc.parse("sum(A(k=1,:))")
