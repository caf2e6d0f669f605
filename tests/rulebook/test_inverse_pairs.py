"""Operations that undo each other in the books do so here, at samples of unequal sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc

Values = dict[str, Any]

_random = np.random.default_rng(11)
_S = _random.normal(size=(3, 3))
SAMPLES: Values = {
    "x": _random.normal(size=3),
    "h": _random.normal(size=4),
    "v": _random.normal(size=6),
    "w": _random.uniform(0.1, 0.9, size=4),
    "X": _random.normal(size=(2, 5)),
    "T": _random.normal(size=(5, 2)),
    "A": _random.normal(size=(3, 3)) + 3 * np.eye(3),
    "B": _random.normal(size=(4, 4)) + 5 * np.eye(4),
    "C": _random.normal(size=(3, 4)),
    "S": _S + _S.T,
    "K": _S - _S.T,
    "P": _S @ _S.T + np.eye(3),
}
KINDS = """x: vector(3), h: vector(4), v: vector(6), w: vector(4), X: matrix(2,5), T: matrix(5,2),
    A: square(3), B: square(4), C: matrix(3,4), S: symmetric(3), K: skew(3), P: spd(3)"""

PAIRS = {
    "vee(hat(x))": "x",
    "hat(vee(K))": "K",
    "hat(vee(A))": "(A - A')/2",
    "vec(reshape(X, 5, 2))": "vec(X)",
    "reshape(vec(X), 2, 5)": "X",
    "unvec(vec(T), 5, 2)": "T",
    "vec(unvec(v, 2, 3))": "v",
    "vech(unvech(v))": "v",
    "unvech(vech(S))": "S",
    "unvech(elimination(3)*vec(S))": "S",
    "elimination(3)*duplication(3)*v": "v",
    "duplication(3)*elimination(3)*vec(S)": "vec(S)",
    "duplication(3)*vech(S)": "vec(S)",
    "elimination(3)*vec(A)": "vech(A)",
    "commutation(5, 2)*commutation(2, 5)*vec(X)": "vec(X)",
    "commutation(2, 5)'*commutation(2, 5)*vec(X)": "vec(X)",
    "commutation(2, 5)*vec(X)": "vec(X')",
    "diag(diag(h))": "h",
    "toeplitz(h)[:,1]": "h",
    "exchange(4)*exchange(4)*h": "h",
    "inv(inv(A))": "A",
    "A\\(A*C)": "C",
    "(C'*A)/A": "C'",
    "pinv(pinv(X))": "X",
    "logm(expm(A))": "A",
    "expm(logm(P))": "P",
    "sqrtm(P)*sqrtm(P)": "P",
    "powm(powm(P, 1/3), 3)": "P",
    "chol(P)*chol(P)'": "P",
    "qr_q(T)*qr_r(T)": "T",
    "lu_l(A)*lu_u(A)": "A",
    "polar(T)*polar_h(T)": "T",
    "eigvecs(S)*diag(eigvals(S))*eigvecs(S)'": "S",
    "svd_u(T)*diag(svdvals(T))*svd_v(T)'": "T",
    "adj(A)*A": "det(A)*eye(3)",
    "A*sylvester(A, B, C) + sylvester(A, B, C)*B": "C",
    "A*lyap(A, P) + lyap(A, P)*A'": "-P",
    "dlyap(A/9, P) - A*dlyap(A/9, P)*A'/81": "P",
    "log(exp(h))": "h",
    "exp(log(w))": "w",
    "expm1(log1p(w))": "w",
    "logit(sigmoid(h))": "h",
    "sqrt(w).^2": "w",
    "recip(recip(h))": "h",
    "arcsin(sin(w))": "w",
    "arccos(cos(w))": "w",
    "arctan(tan(w))": "w",
    "arcsinh(sinh(h))": "h",
    "arccosh(cosh(w))": "w",
    "arctanh(tanh(h))": "h",
}


def value(text: str) -> Any:
    return np.asarray(mc.evaluate(mc.parse(text, where=KINDS), **SAMPLES)).reshape(-1, order="F")


@pytest.mark.parametrize(("composed", "single"), PAIRS.items(), ids=PAIRS)
def test_the_composition_is_the_identity(composed: str, single: str) -> None:
    np.testing.assert_allclose(value(composed), value(single), rtol=1e-8, atol=1e-10)


def test_the_vector_of_a_cross_product_matrix_is_read_from_it() -> None:
    a, b, c = SAMPLES["x"]
    matrix = np.array([[0, -c, b], [c, 0, -a], [-b, a, 0]])
    found = mc.evaluate(mc.parse("vee(M)", where="M: square(3)"), M=matrix)
    np.testing.assert_allclose(found, SAMPLES["x"])
    assert str(mc.jacobian("vee(hat(x))", "x").value) == "eye(3)"


def test_the_gradient_through_vee_is_that_of_its_entries() -> None:
    where = "R: square(3), D: square(3), c: vector(3)"
    found = mc.gradient("1/2*c'*vee(D'*R - R'*D)", "R", where=where).value
    assert str(found) == "D*hat(c)/2"
    assert str(mc.gradient("c'*hat(w)*x", "w").value) == "hat(x)*c"
