"""Variables renamed to names that the program uses itself change nothing in an answer."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import matcalc as mc

# Names of cotangents, weights, directions, indices and parts in answers; of the generated code.
OF_ANSWERS = ["W", "R", "G", "U", "V", "L", "T", "m", "r", "c", "z", "v", "i", "j", "i1", "p", "N"]
OF_CODE = ["np", "math", "scipy", "lambda", "def", "f", "gradient", "value", "range", "len", "t0"]
NAMES = [*OF_ANSWERS, "dX", "ddX", "dA", *OF_CODE]

SIZES = {"m": 4, "n": 3, "q": 2}
PROBLEMS: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
    ("norm2(A*X - B)^2", "X", {"A": "matrix(m,n)", "X": "matrix(n,q)", "B": "matrix(m,q)"}, {}),
    ("sum(exp(A*X))", "X", {"A": "matrix(m,n)", "X": "matrix(n,q)"}, {"inner": "weighted(P,Q)"}),
    ("tr(A*X)", "X", {"A": "square(n)", "X": "spd(n)"}, {"space": "symmetric"}),
    ("tr(X'*A*X)", "X", {"A": "square(n)", "X": "stiefel(n,q)"}, {"space": "stiefel"}),
    ("tr(B*X^k)", "X", {"B": "square(n)", "X": "square(n)", "k": "integer"}, {}),
    ("x solves A*x = b; norm2(x)^2", "A", {"A": "invertible(n)", "b": "vector(n)"}, {}),
    ("prod(h in 1..3, y[h]*s + 1)", "y", {"y": "vector(3)", "s": "scalar"}, {}),
    ("u = A*x - y; u'*u*s", "x", {"A": "matrix(m,n)", "x": "vector(n)", "y": "vector(m)"}, {}),
    ("def g(t) = a*t^2; sum(g(x))", "x", {"x": "vector(n)", "a": "scalar"}, {}),
    ("det(X)*a + tr(expm(X)*B)", "X", {"X": "square(n)", "B": "square(n)", "a": "scalar"}, {}),
]
WEIGHTS = {"P": "spd(n)", "Q": "spd(q)"}


def array(kind: str, random: np.random.Generator) -> Any:
    word, _, sizes = kind.partition("(")
    dims = [SIZES.get(size) or int(size) for size in sizes.rstrip(")").split(",") if size]
    match word:
        case "scalar":
            return 0.7
        case "integer":
            return 3
        case "spd":
            root = random.normal(size=dims * 2)
            return root @ root.T + np.eye(dims[0])
        case "stiefel":
            return np.linalg.qr(random.normal(size=dims))[0]
        case _:
            return random.normal(size=dims if word in ("vector", "matrix") else dims * 2)


def answers(
    text: str, wrt: str, kinds: dict[str, str], how: dict[str, Any], values: dict[str, Any]
) -> list[Any]:
    """The gradient, and the adjoint of the differential at 1, as numbers."""
    where = ", ".join(f"{name}: {kind}" for name, kind in kinds.items())
    gradient = mc.gradient(text, wrt, where=where, **how)
    assert gradient.steps and gradient.latex()
    pulled = mc.differential(text, wrt, where=where).adjoint(mc.parse("1"))
    return [gradient.compile()(**values), mc.evaluate(pulled, **values)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("text", "wrt", "kinds", "how"), PROBLEMS, ids=[p[0] for p in PROBLEMS])
def test_the_names_of_variables_do_not_matter(
    text: str, wrt: str, kinds: dict[str, str], how: dict[str, str], name: str
) -> None:
    kinds = {
        **kinds,
        **(WEIGHTS if "inner" in how else {}),
        **({"s": "scalar"} if "*s" in text else {}),
    }
    random = np.random.default_rng(2)
    values = {variable: array(kind, random) for variable, kind in kinds.items()}
    expected = answers(text, wrt, kinds, how, values)
    for old in kinds:
        given = {name if key == old else key: value for key, value in values.items()}
        renamed_text, renamed_wrt, *renamed = (
            re.sub(rf"\b{old}\b", name, one) for one in (text, wrt, *how.values())
        )
        if name in re.findall(r"\w+", " ".join([text, *kinds, *kinds.values()])):
            continue
        said = {name if key == old else key: kind for key, kind in kinds.items()}
        again = dict(zip(how, renamed, strict=True))
        found = answers(renamed_text, renamed_wrt, said, again, given)
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("weight", ["W", "M", "U", "G"])
def test_a_weight_of_the_image_keeps_its_name(weight: str) -> None:
    where = f"A: matrix(m,n), X: matrix(n,p), {weight}: spd(m)"
    product = f"weighted({weight},N)"
    adjoint = mc.differential("A*X", "X", where=where, inner_out=product).adjoint
    random = np.random.default_rng(3)
    A, Y = random.normal(size=(4, 3)), random.normal(size=(4, 2))
    M, N = (np.diag(np.arange(1.0, size + 1)) for size in (4, 2))
    values = {"A": A, weight: M, "N": N, adjoint.tangent.name: Y}
    assert adjoint.tangent.name != weight
    np.testing.assert_allclose(mc.evaluate(adjoint.body, **values), A.T @ M @ Y @ N)


def test_a_weight_called_as_the_gradient_in_a_reason_is_told_from_it() -> None:
    last = mc.gradient("tr(A*X)", "X", inner="weighted(G,N)").steps[-1]
    assert last.rule.endswith("with G1 = inv(G)*E*inv(N)")
