"""Equal expressions are one object, whichever process pickled and whichever thread made them."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from threading import Barrier

import pytest

import matcalc as mc
from matcalc.expressions.constructors import from_dimension, multiply, plus, power, symbol
from matcalc.expressions.dimensions import SCALAR, Dimension, Shape, dimension, shape
from matcalc.expressions.nodes import Node, Symbol
from matcalc.questions.asking import ask
from matcalc.rulebook import book

TEXTS = [
    "norm2(A*X - B)^2 where A: matrix(m,n), X: matrix(n,p), B: matrix(m,p)",
    "x'*vech(S) where S: symmetric(n)",
    "sum(i in 1..n, exp(a[i])*Z[:, i]) where a: vector(n), Z: matrix(p,n)",
    "logdet(kron(S, T)) where S: spd(n), T: spd(k)",
    "trace(eye(n)*C*zeros(n,n)) + w'*hankel where w: vector(2*n), hankel: vector(2*n)",
]
GRADIENTS = [("norm2(A*X - B)^2", "X"), ("logdet(S)", "S"), ("sum(exp(A*x)./(1 + exp(A*x)))", "x")]

_WRITES = """
import pickle, sys
import matcalc as mc
from tests.expressions.test_interning import GRADIENTS, TEXTS
found = [mc.parse(text) for text in TEXTS]
found += [mc.gradient(*asked).value for asked in GRADIENTS]
with open(sys.argv[1], "wb") as file:
    pickle.dump((found, [node.shape for node in found], [node.rank for node in found]), file)
"""
_READS = """
import pickle, sys
import matcalc as mc
from tests.expressions.test_interning import GRADIENTS, TEXTS
with open(sys.argv[1], "rb") as file:
    found, shapes, ranks = pickle.load(file)
here = [mc.parse(text) for text in TEXTS]
here += [mc.gradient(*asked).value for asked in GRADIENTS]
for one, shape, rank, own in zip(found, shapes, ranks, here, strict=True):
    assert one is own, f"{one} is a stranger to {own}"
    assert shape is own.shape, f"{shape} is a stranger to {own.shape}"
    assert rank == own.rank, f"{rank} is another rank than {own.rank}"
    assert str(one + one) == str(own + own) == str(2 * own)
    assert (one - own).is_complex is False and str(one - own).startswith(("0", "zeros"))
"""


@pytest.mark.parametrize(("writer", "reader"), [("1", "2"), ("4711", "0")])
def test_an_expression_of_another_process_is_the_same_object(
    writer: str, reader: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "expressions.pickle")
    for code, seed in ((_WRITES, writer), (_READS, reader)):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", code, file], env=environment, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("value", [dimension("n") * 2 + 1, shape("m", dimension("n") + 1)])
def test_nothing_that_is_kept_goes_into_a_pickle(value: Dimension | Shape) -> None:
    hash(value)
    assert all(getattr(value, word, value) is not None for word in ("_text", "is_scalar"))
    kept = vars(value).keys() - {field.name for field in fields(value)}
    assert kept
    assert not any(word.encode() in pickle.dumps(value) for word in kept)
    assert pickle.loads(pickle.dumps(value)) is value
    assert copy.copy(value) is value
    assert copy.deepcopy(value) is value


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_holds_expressions_comes_back_with_the_same_ones(protocol: int) -> None:
    question = ask("norm2(A*X - B)^2", "X")
    again = pickle.loads(pickle.dumps(question, protocol=protocol))
    assert again.expression is question.expression
    assert again.alone.variable is question.alone.variable
    assert again.problem.symbols == question.problem.symbols


_THREADS = 8
_ROUNDS = 60


def _expressions(kind: int) -> list[Node]:
    """Expressions in names that nothing else uses, so that each thread finds none of them."""
    m, n = dimension(f"m{kind}"), dimension(f"n{kind}") + 1
    X: Node = symbol(f"X{kind}", Shape(m, n))
    a: Node = symbol(f"a{kind}", SCALAR)
    found = [X, a, from_dimension(m * n)]
    for count in range(20):
        a = plus(power(a, mc.parse("2")), multiply(a, from_dimension(m)))
        X = plus(multiply(a, X), book.apply("exp", [X]))
        found += [a, X, multiply(X, X.T), from_dimension(m * count + n)]
    return found


def test_eight_threads_make_one_object_of_each_expression() -> None:
    start = Barrier(_THREADS)

    def build(_: int) -> list[Node]:
        start.wait()
        return [node for kind in range(_ROUNDS) for node in _expressions(kind)]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(_THREADS) as pool:
            made = list(pool.map(build, range(_THREADS)))
    finally:
        sys.setswitchinterval(interval)
    for other in made[1:]:
        strangers = [one for one, same in zip(made[0], other, strict=True) if one is not same]
        assert not strangers


def test_eight_threads_read_and_differentiate_alike() -> None:
    start = Barrier(_THREADS)

    def answers(_: int) -> list[Node]:
        start.wait()
        return [mc.gradient(f"norm2(A*X{k} - B)^2 + tr(exp(X{k})*C)", f"X{k}").value for k in "abc"]

    with ThreadPoolExecutor(_THREADS) as pool:
        first, *others = pool.map(answers, range(_THREADS))
    for other in others:
        assert all(one is same for one, same in zip(first, other, strict=True))


def test_threads_agree_on_dimensions() -> None:
    start = Barrier(_THREADS)

    def build(_: int) -> list[object]:
        start.wait()
        return [Symbol(f"s{k}", shape(f"u{k}", k), frozenset()).shape for k in range(2, 400)]

    with ThreadPoolExecutor(_THREADS) as pool:
        first, *others = pool.map(build, range(_THREADS))
    for other in others:
        assert all(one is same for one, same in zip(first, other, strict=True))
