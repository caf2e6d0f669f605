"""What is printed stands in the order in which it was typed, and is read back as what it is."""

from __future__ import annotations

import pickle

import pytest

import matcalc as mc
from matcalc.answers.writing import board
from matcalc.printing.text import describe

AS_TYPED = [
    ("b'*x + x'*A*x", "x"),
    ("norm2(B - A*X)^2", "X"),
    ("tr(X*A)", "X"),
    ("tr(inv(V)*S) + (m1 - m0)'*inv(V)*(m1 - m0)", "V"),
    ("a'*X*b", "X"),
    ("w'*(x.*exp(y))", "x"),
    ("sum(Y.*(X*W))", "X"),
    ("lam*norm2(y - X*b) + sqrt(1 + c'*b)", "b"),
    ("(N*logdet(S) + log(pi*v))/2", "S"),
    ("x'*(A + diag(x))^2*x", "x"),
    ("tr(S*inv(L*L'))", "L"),
    ("sum(log(1 + exp(-y./x)))", "x"),
    ("tr((X*A - B)'*(X*A - B))", "X"),
]


def _declared(answer: mc.Answer) -> str:
    return ", ".join(map(describe, answer.problem.symbols.values()))


@pytest.mark.parametrize(("f", "wrt"), AS_TYPED, ids=[f for f, _ in AS_TYPED])
def test_f_is_printed_as_it_was_typed(f: str, wrt: str) -> None:
    answer = mc.differential(f, wrt)
    assert str(board(answer).expression) == f
    assert mc.parse(f, _declared(answer)) is answer.problem.expression


@pytest.mark.parametrize(
    ("f", "wrt", "printed"),
    [
        ("b'*x + x'*A*x", "x", "b + (A + A')*x"),
        ("norm2(B - A*X)^2", "X", "-2*A'*(B - A*X)"),
        ("R = B - A*X; norm2(R)^2/2", "X", "-A'*R with R = B - A*X"),
        ("-x'*A*x/2 - b'*x", "x", "-((A + A')*x/2 + b)"),
    ],
)
def test_answers_are_in_the_order_of_the_text(f: str, wrt: str, printed: str) -> None:
    answer = mc.gradient(f, wrt)
    assert str(answer) == printed
    assert mc.gradient(f, wrt).value is answer.value


@pytest.mark.parametrize(
    ("f", "wrt", "printed"),
    [
        ("a'*X'*b", "X", "b'*X*a"),  # fewer transposes
        ("A*t", "t", "t*A"),  # scalars come first
        ("1/n*x'*x", "x", "x'*x/n"),  # fractions at the end
        ("x'*x*eye(n)", "x", "(x'*x)*eye(n)"),
    ],
)
def test_what_became_shorter_stays_so(f: str, wrt: str, printed: str) -> None:
    answer = mc.differential(f, wrt, where={"t": "scalar"} if wrt == "t" else None)
    assert str(board(answer).expression) == printed


def test_structure_of_the_variable_does_not_turn_the_text_round() -> None:
    answer = mc.gradient("tr(S*C') + logdet(S)", "S", where="S: spd(n), C: symmetric(n)")
    assert str(board(answer).expression) == "tr(S*C) + logdet(S)"
    assert str(answer) == "inv(S) + C"


def test_a_pickled_answer_is_printed_alike() -> None:
    answer = mc.gradient("b'*x + x'*A*x", "x")
    again = pickle.loads(pickle.dumps(answer))
    assert again.text() == answer.text()
