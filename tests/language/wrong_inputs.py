"""Inputs that are wrong, each with the declarations it stands under.

The reports are in wrong_inputs.golden, which `pytest --update-golden` writes anew.
"""

from __future__ import annotations

from matcalc.expressions.errors import MatcalcError
from matcalc.language.problem import parse_problem
from tests.language.small_book import BOOK

WRONG: tuple[tuple[str, str], ...] = (
    # words and signs
    ("", ""),
    ("   # only a comment", ""),
    ("A*", ""),
    ("+", ""),
    ("*A", ""),
    ("A + * B", ""),
    ("A ** * B", ""),
    ("2 3", ""),
    ("A^2x", ""),
    ("a/b c", ""),
    ("[A B]", ""),
    ("A(B + C)", ""),
    ("3[1]", ""),
    ("'A", ""),
    ("()", ""),
    ("exp()", ""),
    ("tr(A, , B)", ""),
    ("tr(A,, B)", ""),
    ("A, B", ""),
    ("|x|", ""),
    ("‖x‖^2", ""),
    ("√x'y", ""),
    ("[A + B}*x", ""),
    ("A_{1}", ""),
    ("∛x", ""),
    ("max_x x'x", ""),
    ("E[x*x']", ""),
    ("d/dx (x'x)", ""),
    ("x > 0 > y", ""),
    ("x_1 + _y", ""),
    ("A == B == A", ""),
    ("norm2(A*x) = 3", ""),
    ("R = ", ""),
    ("x % 2", ""),
    ("n!", ""),
    ('"A"', ""),
    ("A: matrix(m,n)", ""),
    ("x[1", ""),
    ("x 😀", ""),
    ("∑ x", ""),
    ("1..n", ""),
    ("sum(i in n, x[i])", ""),
    ("tr(i in 1..n, x[i])", ""),
    ("x in y", ""),
    ("1e999", ""),
    ("\\frac{1}", ""),
    # what Python has besides formulas
    ("x // 2", ""),
    ("np.sum(x[0:4:2])", ""),
    ("sum(map(lambda t: t**2, x))", ""),
    ("np.sum([x[i]**2 for i in range(n)])", ""),
    ("np.sum(x) if n > 0 else 0", ""),
    ("def f(x): return np.sum(x**2)", ""),
    ("f'{x}'", ""),
    # brackets and limits
    ("tr(A*B", ""),
    ("tr(A*B))", ""),
    ("tr(A*[B)]", ""),
    ("(A + B where A: square(n))", ""),
    # statements
    ("A*x\nB*y", ""),
    ("R = A*x; R = B*x; R", ""),
    ("y = R + 1; R = A*x; y", ""),
    ("A = B + C; A", "A: square(n)"),
    ("def f(t) = t^2", ""),
    ("f(t) = t^2; f(x)", ""),
    ("def f = t^2; f(x)", ""),
    ("def f(t, t) = t^2; f(x)", ""),
    ("def f(t) = f(t) + 1; f(x)", ""),
    ("def f(t) = A*t; f(x)", "A: matrix(m,n)"),
    ("def f(t) = norm2(t); f(x)", ""),
    ("def f(t) = t^2; f(x, y)", ""),
    ("x solves A*x - b = 0", ""),
    ("x solves A*x - b; sum(x)", ""),
    ("x, y solves A*x - y = 0; sum(x)", ""),
    ("x solves A*y = b; sum(x)", ""),
    ("x solves A*x = b; sum(x)", "A: matrix(m,n)"),
    # names
    ("lgdet(A)", ""),
    ("trac(A)", ""),
    ("np.linalg.inverse(A)", ""),
    ("tahn(x)", ""),
    ("Phi(x)", ""),
    ("phi*phi(x)", ""),
    ("phi(x, y)", ""),
    ("sin''(x)", ""),
    ("A(x)", "A: matrix(m,n), x: vector(n)"),
    ("I(3)", ""),
    ("exp + 1", ""),
    ("logdet(A, B)", ""),
    ("inv()", ""),
    ("reshape(X, 2)", ""),
    ("eye(2, 3)", ""),
    ("eye(x)", "x: vector(n)"),
    ("eye(1/2)", ""),
    ("eye(A*B)", "A: square(n)"),
    ("frechet(A, A, A)", ""),
    # shapes
    ("A*B", "A: matrix(m,n), B: matrix(p,q)"),
    ("A*B", "A: matrix(m,n), B: matrix(m,n)"),
    ("A*B", "A: matrix(m,n), B: matrix(p,n)"),
    ("tr(A*B)", "A: matrix(m,n), B: matrix(n,p)"),
    ("x*y", "x: vector(n), y: vector(n)"),
    ("x*A", "x: vector(n), A: matrix(m,n)"),
    ("A*x + b", "A: matrix(m,n), x: vector(n), b: vector(k)"),
    ("A + B", "A: matrix(m,n), B: matrix(n,m)"),
    ("A .* B", "A: matrix(m,n), B: matrix(n,m)"),
    ("A .* x", "A: matrix(m,n), x: vector(n)"),
    ("1/x", "x: vector(n)"),
    ("x/y", "x: vector(n), y: vector(n)"),
    ("1/A", "A: square(n)"),
    ("x^2", "x: vector(n)"),
    ("A^2", "A: matrix(m,n)"),
    ("A^0.5", "A: square(n)"),
    ("A^s", "A: square(n), s: scalar"),
    ("2^A", "A: square(n)"),
    ("A^-1", "A: matrix(m,n)"),
    ("A⁻¹", "A: matrix(m,n)"),
    ("inv(A)", "A: matrix(m,n)"),
    ("det(x)", "x: vector(n)"),
    ("logdet(A*B')", "A: matrix(m,n), B: matrix(p,n)"),
    ("x[0]", "x: vector(n)"),
    ("x[4]", "x: vector(3)"),
    ("x[1.5]", "x: vector(n)"),
    ("X[1]", "X: matrix(m,n)"),
    ("X[1,2,3]", "X: matrix(m,n)"),
    ("s[2]", "s: scalar"),
    ("s[k]", "s: scalar, k: integer"),
    ("sum(i in 1..2, s[i])", "s: scalar"),
    ("lambda[1][1]", ""),
    ("X[y,1]", "X: matrix(m,n), y: vector(n)"),
    ("X[3:2,:]", "X: matrix(m,n)"),
    ("X[1:5,:]", "X: matrix(3,n)"),
    ("[A, B]", "A: matrix(m,n), B: matrix(k,n)"),
    ("[A; B]", "A: matrix(m,n), B: matrix(m,k)"),
    ("tr(I)", ""),
    ("sum(ones)", ""),
    ("vector(x)", "x: vector(n)"),
    # declarations
    ("x", "x"),
    ("x", "x: vecto(n)"),
    ("x", "x: vector"),
    ("x", "x: vector(n,m)"),
    ("x", "x: vector(0)"),
    ("x", "x: vector(n"),
    ("x", "x: vector(n))"),
    ("x", "x: vector(-n+)"),
    ("x", "x: n x 1"),
    ("x", "x:"),
    ("x", ": vector(n)"),
    ("x", "x: vector(n), x: scalar"),
    ("x", "2x: vector(n)"),
    ("x", "x: vector(x)"),
    ("x", "A: spd(2 3)"),
    ("x where x: vectr(n)", ""),
)


def report(text: str, where: str) -> str:
    """What a person is told about one of these inputs."""
    try:
        parse_problem(text, where, BOOK)
    except MatcalcError as problem:
        return f"{type(problem).__name__}: {problem.report()}"
    raise AssertionError(f"accepted: {text!r} where {where!r}")


def reports() -> str:
    """All reports, as the golden file holds them."""
    parts = []
    for text, where in WRONG:
        shown = text.replace("\n", "\\n") + (f"   where {where}" if where else "")
        parts.append(f">>> {shown}\n{report(text, where)}\n")
    return "\n".join(parts)
