"""Expressions as JSON come back as the same node; what is none is refused, with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

import matcalc as mc

WHERE = "A: matrix(m,n), X: matrix(n,p), S: spd(n), P: projection(n,p), x: vector(n), t: scalar"
TEXTS = [
    "norm2(A*X)^2/3 - 2*t",
    "R = A*X; tr(R'*R) + sum(i in 1..n, sum(j in 1..i, x[i]*S[i,j]^2))",
    "logdet(S) + x'*inv(S)*P*x + sum(phi(x).*x.^3)",
    "[S, eye(n); zeros(n,n), ones(n)*x']",
    "u solves S*u = x; u'*S^0.5*u + n*X[1,2]",
    "kron(A, X[1:n,:])*ones(n*p)",
]


@pytest.mark.parametrize("text", TEXTS)
def test_an_expression_comes_back_as_the_same_node(text: str) -> None:
    f = mc.parse(text, WHERE)
    assert mc.from_json(json.loads(json.dumps(f.to_json()))) is f


def test_an_answer_and_a_product_by_hand() -> None:
    value = mc.hessian("x'*S*x/2 + norm2(A*x)^2", "x", WHERE).value
    assert mc.from_json(value.to_json()) is value
    A, x = mc.symbols("A: matrix(2,3), x: vector(3)")
    nodes: list[dict[str, Any]] = [
        {"symbol": "A", "shape": ["2", "3"], "is": []},
        {"symbol": "x", "shape": ["3", "1"], "is": []},
        {"product": [0, 1], "times": "-1/2"},
    ]
    assert mc.from_json({"protocol": 1, "nodes": nodes}) is -(A @ x) / 2
    assert mc.from_json(f'{{"protocol": 1, "nodes": {json.dumps(nodes[:1])}}}') is A


def test_what_is_shared_is_written_once() -> None:
    (X,) = mc.symbols("X: square(n)")
    f = X
    for k in range(40):
        f = mc.kron(f, mc.tr(f) * X) if k < 3 else mc.sin(f @ f)
    assert len(f.to_json()["nodes"]) < 100
    assert mc.from_json(f.to_json()) is f


X = {"symbol": "X", "shape": ["m", "n"], "is": []}
HOSTILE: list[tuple[Any, str]] = [
    ("[" * 100_000, "no JSON"),
    ("{}", "this is no expression"),
    ([], "this is no expression"),
    ({"protocol": 2, "nodes": [X]}, "`protocol` is 1 here, not 2"),
    ([X] * 30_001, "too many names"),
    ([], "empty"),
    ([{}], "nodes[0]: this is no node"),
    ([[X]], "no node"),
    ([{**X, "symbol": "__import__('os')"}], "is not a name"),
    ([{**X, "shape": ["m"]}], "a shape is two sizes"),
    ([{**X, "shape": ["m", 2]}], "2 stands where a text such as"),
    ([{**X, "shape": ["0", "n"]}], "positive integer"),
    ([{**X, "is": ["tasty"]}], "'tasty' is nothing"),
    ([{**X, "is": ["spd"]}], "X is m x n"),
    ([{**X, "more": 1}], "'more' is missing or unknown"),
    ([{"number": "1/0"}], "divides by zero"),
    ([{"number": "9" * 1000}], "too many digits"),
    ([{"number": 0.1}], "0.1 stands where a text such as"),
    ([X, {"product": [0, 0], "times": "1"}], "nodes[1]: cannot multiply"),
    ([X, {"product": [0, 2], "times": "1"}], "no place of an earlier node"),
    ([X, {"product": [0, True], "times": "1"}], "no place of an earlier node"),
    ([X, {"sum": [["1", 0], ["1"]]}], "a sum is a list of terms"),
    ([X, {"operation": "exec", "of": [0], "shape": ["1", "1"]}], "no operation exec"),
    ([X, {"operation": "tr", "of": [0], "shape": ["1", "1"]}], "tr takes (X: n x n)"),
    ([X, {"operation": "norm2", "of": [0], "shape": ["m", "n"]}], "1 x 1, and not m x n"),
    ([X, {"operation": "index_sum", "of": [0, 0, 0, 0], "shape": ["1", "1"]}], "does not take"),
    ([X, {"operation": "hadamard", "of": [0], "shape": ["m", "n"]}], "does not take"),
]


@pytest.mark.parametrize(("content", "part"), HOSTILE)
def test_what_is_no_expression_is_refused(content: Any, part: str) -> None:
    is_nodes = isinstance(content, list) and (content or part == "empty")
    whole = {"protocol": 1, "nodes": content} if is_nodes else content
    with pytest.raises(mc.MatcalcError) as refused:
        mc.from_json(whole)
    assert part in str(refused.value)


def test_nodes_that_double_stay_within_the_limits() -> None:
    nodes: list[dict[str, Any]] = [
        {"symbol": name, "shape": ["n", "n"], "is": []} for name in ("X", "Y")
    ]
    longer = [{"product": [k, 0, 1], "times": "1"} for k in range(1, 4000)]
    with pytest.raises(mc.MatcalcError, match="too many places and parts"):
        mc.from_json({"protocol": 1, "nodes": [*nodes, *longer]})
    nodes += [{"product": [0, 1], "times": "1"}]
    nodes += [{"product": [k, k], "times": "1"} for k in range(2, 40)]
    with pytest.raises(mc.MatcalcError, match="too many factors"):
        mc.from_json({"protocol": 1, "nodes": nodes})
