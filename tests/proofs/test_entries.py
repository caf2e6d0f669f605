"""The index form: what it proves, that its lines hold on numbers, and what it must not prove."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

import matcalc as mc
from matcalc.expressions.constructors import scale
from matcalc.expressions.nodes import Node
from matcalc.proofs.by_entries import by_entries
from tests.replayed_proofs import complaint

KINDS = (
    "A: matrix(m,n), B: matrix(m,n), M: square(n), D: square(n), S: symmetric(n), "
    "H: matrix(p,n), x: vector(n), y: vector(n), u: vector(m), T: invertible(n), K: skew(n), "
    "Q: square(2), w: vector(3), P: invertible(m)"
)
EQUAL = {
    "diag(x)*M*y": "x.*(M*y)",
    "vec(u*x')": "kron(x, u)",
    "tr(diag(x)*M*diag(y)*D)": "x'*(M.*D')*y",
    "[A; H]*x": "[A*x; H*x]",
    "[A, u]*[M; y']": "A*M + u*y'",
    "kron(A, H)*commutation(n, n)": "commutation(m, p)*kron(H, A)",
    "kron(S, A)*vec(M)": "vec(A*M*S)",
    "sum(i in 1..n, x[i]*M[i,:]*y)": "x'*M*y",
    "sum(i in 1..n, sum(j in 1..n, M[i,j]))": "ones(n)'*M*ones(n)",
    "inv(S)[1,2]": "inv(S)[2,1]",
    "tr(eye(n))*x": "n*x",
    "(x*y').^2": "x.^2*(y.^2)'",
    "sigmoid(x)": "(1 + tanh(x/2))/2",
    "softplus(x) - softplus(-x)": "x",
    "log(softmax(x))": "x - logsumexp(x)*ones(n)",
    "cosh(x).^2 - sinh(x).^2": "ones(n)",
    "sin(x).^2 + cos(x).^2": "ones(n)",
    "1/(1 + x'*x)": "1 - x'*x/(1 + x'*x)",
    "relu(x)": "x.*heaviside(x)",
    "(norm2(x)^2)^2": "(x'*x)^2",
    "adj(M)*M": "det(M)*eye(n)",
    "proj_perp(A)": "eye(m) - A*pinv(A)",
    "tr(S*K)": "0",
    "Q^2 - tr(Q)*Q + det(Q)*eye(2)": "zeros(2, 2)",
    "hat(w)*hat(w)": "w*w' - (w'*w)*eye(3)",
    "1 ./ (1 + x) + 1 ./ (1 - x)": "2 ./ (1 - x.^2)",
    # two of the 2*n positions of a Kronecker product, the n others left
    "kron(eye(n), basis(1,2)*basis(1,2)') + kron(eye(n), basis(2,2)*basis(2,2)')": "eye(2*n)",
    "expm(M'.^2 - diag(diag(M).^2))": "expm(M.^2 - diag(diag(M).^2))'",
    "reshape(inv(kron(eye(n), S) + kron(S, eye(n)))*vec(M), n, n)": "sylvester(S, S, M)",
    "kron_right(u, kron(u, M), n, n)": "u'*u*M",
    "kron_left(P, adj(kron(T, P))', n, n)": "m*det(kron(T, P))*inv(T)'",
}
DIFFERENT = {
    "x'*(M.*D)*y": "tr(diag(x)*M*diag(y)*D)",
    "M*D": "D*M",
    "M.*D": "M*D",
    "(M/2 + eye(n))^(n - 1)": "((M/2 + eye(n))^(n - 1))'",
    "inv(M*T)": "inv(T*M)",
    "sqrt(x'*M*x)^2": "x'*D*x",
    "log(x.^2)": "2*log(abs(x)) + 0*x + 1",
    "(x.^2).^(1/2)": "x",
    "abs(x)": "x",
    "tr(eye(n))": "1",
    "kron(A, H)": "kron(H, A)[1:m*p, 1:n^2]",
    "vec(M)": "vec(M')",
    "[x; y]": "[y; x]",
    "sum(i in 1..n, x[i]*M[i,1])": "sum(i in 1..n, x[i]*M[1,i])",
    "exp(x + y)": "exp(x) + exp(y)",
    "sum(exp(x))": "exp(sum(x))",
    "heaviside(x) + heaviside(-x)": "ones(n)",
    "adj(M)": "det(M)*inv(M)'",
    "hat(w)*w": "w",
    "tr(K*M)": "0",
    "1 ./ (1 + x)": "1 - x ./ (1 - x)",
}


def pair(left: str, right: str) -> tuple[Node, Node]:
    one, other = (mc.parse(text, where=KINDS) for text in (left, right))
    return one, other


@pytest.mark.parametrize("left", EQUAL)
def test_it_proves_and_the_lines_hold_on_numbers(left: str) -> None:
    proof = by_entries(*pair(left, EQUAL[left]))
    assert proof is not None
    assert complaint(proof) == ""


@pytest.mark.parametrize("left", DIFFERENT)
def test_it_does_not_prove_what_is_not_so(left: str) -> None:
    one, other = pair(left, DIFFERENT[left])
    assert by_entries(one, other) is None
    assert by_entries(other, one) is None


def test_a_wrong_line_is_seen() -> None:
    proof = by_entries(*pair("diag(x)*M*y", "x.*(M*y)"))
    assert proof is not None
    first, last = proof.lines
    wrong = replace(last, left=scale(2, last.left), right=scale(2, last.right))
    assert complaint(replace(proof, write=partial(iter, (first, wrong))))


def test_the_lines_read_as_sums_over_indices() -> None:
    proof = by_entries(*pair("diag(x)*M*y", "x.*(M*y)"))
    assert proof is not None
    first, last = map(str, proof.lines)
    assert first.startswith("(diag(x)*M*y)[i] = (x.*(M*y))[i]    [entry by entry, for i in 1..n")
    assert last.startswith("sum(j in 1..n, x[i]*y[j]*M[i, j]) = sum(j in 1..n, x[i]*y[j]*M[i, j])")
