"""The spaces of complex variables: every projection is the orthogonal one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.calculus.hermitian import complex_spaces
from matcalc.compile.function import evaluate
from matcalc.expressions.nodes import Node, Symbol
from matcalc.rulebook.spaces import SpaceEntry, declared_after, formula

SIZES = {"n": 4, "p": 2, "m": 3}
SPACES = list(complex_spaces().values())


def entries(random: Any, node: Node) -> Any:
    axes = [size.evaluate(SIZES) for size in (node.shape.rows, node.shape.columns)]
    return random.standard_normal(axes) + 1j * random.standard_normal(axes)


@pytest.mark.parametrize("entry", SPACES, ids=lambda entry: entry.name)
def test_the_projection_is_orthogonal(entry: SpaceEntry) -> None:
    random = np.random.default_rng(1)
    variable = entry.parameters[0]
    clause = entry.all("point")[0]
    text, declared = declared_after(clause)
    (seed,) = declared.values()
    made = formula(entry, clause, (variable,), variable.shape, {seed.name: seed}, text)
    point = evaluate(made, (seed,), **{seed.name: entries(random, seed)})
    cotangent = Symbol("G", variable.shape, frozenset({"complex"}))
    projection = formula(
        entry, entry.all("projection")[0], (variable,), variable.shape, {"G": cotangent}
    )

    def project(given: Any) -> Any:
        return evaluate(projection, (variable, cotangent), **{variable.name: point, "G": given})

    first, second = entries(random, variable), entries(random, variable)
    tangent = project(first)
    np.testing.assert_allclose(project(tangent), tangent, atol=1e-10)
    assert abs(np.vdot(second - project(second), tangent).real) < 1e-9
    direction = Symbol("U", variable.shape, frozenset({"complex"}))
    for clause in entry.all("tangent"):
        law = formula(entry, clause, (variable,), variable.shape, {"U": direction})
        left = evaluate(law, (variable, direction), **{variable.name: point, "U": tangent})
        assert np.max(np.abs(left)) < 1e-9


def test_gradients_on_spaces() -> None:
    where = "X: hermitian(n), A: complex_matrix(n,n)"
    found = mc.gradient("re(tr(A*X))", "X", where=where, space="hermitian")
    assert str(found.value) == "(A + A')/2" and found.space == "hermitian"
    where = "x: complex_vector(n), a: complex_vector(n)"
    found = mc.gradient("re(a'*x)", "x", where=where, space="complex-sphere")
    assert mc.equivalent(found.value, "a - re(x'*a)*x").holds
