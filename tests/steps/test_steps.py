"""Lines of derivations follow by their reasons, and a wrong line is seen: a part of the command.

`python -m tests.steps --cases CASES --random 100` looks at more.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

import matcalc as mc
from matcalc.derivation.board import Block
from matcalc.derivation.steps import Reason, Step
from matcalc.expressions.constructors import scale
from matcalc.expressions.phrases import Written
from tests.calculus.problems import MAPS, SCALARS
from tests.steps.derivations import Derivation, of_random_problems, unfinished
from tests.steps.reapply import complaint

NAMED = {
    "R = A*X - B; tr(R'*R) + l*norm2(X)^2": ("X", "A: matrix(m,n), X: matrix(n,p), B: matrix(m,p)"),
    "x solves A*x + x.^3 = b; c'*x": ("A", "A: square(n), x: vector(n)"),
    "logdet(S) + tr(inv(S)*C)": ("S", "S: spd(n), C: square(n)"),
}


@pytest.mark.parametrize("text", [*SCALARS, *NAMED])
def test_every_line_of_a_gradient_follows_from_the_one_before(text: str) -> None:
    name, where = {**SCALARS, **NAMED}[text]
    assert Derivation.of(text, mc.gradient(text, name, where)).complaints() == []


@pytest.mark.parametrize("text", MAPS)
def test_every_line_of_a_differential_follows_from_the_one_before(text: str) -> None:
    assert Derivation.of(text, mc.differential(text, *MAPS[text])).complaints() == []


@pytest.mark.parametrize("text", ["x'*A*x/(x'*x)", "sum(log(1 + exp(A*x)))", "norm2(A*x - b)"])
def test_every_line_of_a_hessian_follows_from_the_one_before(text: str) -> None:
    assert Derivation.of(text, mc.hessian(text, "x")).complaints() == []


def test_the_lines_of_random_gradients_follow() -> None:
    found = [one.complaints() for one in of_random_problems(seed=5, count=12)]
    assert found and not any(found)


def test_every_wrong_line_is_seen() -> None:
    """Each reason of a derivation with twice what it gives does not lead to the next line."""
    found = Derivation.of("", mc.gradient("log(1 + x'*A*x) + norm2(A*x)", "x", "A: square(n)"))
    for step in found.steps:
        for place, reason in enumerate(step.reasons):
            wrong = list(step.reasons)
            wrong[place] = Reason(reason.law, reason.before, scale(2, reason.after))
            assert complaint(replace(step, reasons=tuple(wrong)), found.known)
        wrong_line = Step(step.reasons, step.before, scale(2, step.after))
        assert complaint(wrong_line, found.known)


SUBTLE = {
    # an argument that stands twice in a stack is moved once at a time
    "c'*[x; x]": ("x", "x: vector(n), c: vector(2*n)"),
    "sum([X, 2*X].^2)": ("X", "X: matrix(m,n)"),
    # two terms with the same sum over an index
    "softsign(sum(i in 1..n, x[i]))": ("x", "x: vector(n)"),
    # a sum that does not depend on its index stays as it was written
    "norm2(x)^2/sum(i in 1..n, t)": ("t", "t: positive, x: vector(n)"),
    # a name for what an identity of the book gives
    "h = 1/(1 + exp(-x'*w)); y*log(h) + (1 - y)*log(1 - h)": (
        "w",
        "x: vector(n), w: vector(n), y: scalar",
    ),
    # two names for the same sum over the entries of a multiple of ones
    "sum(relu(log(t) - A))": ("t", "t: positive, A: matrix(m,n)"),
}


@pytest.mark.parametrize("text", SUBTLE)
def test_the_lines_end_with_the_answer_and_none_is_undone(text: str) -> None:
    answer = mc.gradient(text, *SUBTLE[text])
    assert Derivation.of(text, answer).complaints() == []
    assert answer.verify().passed


def test_mirrored_terms_are_merged_in_the_order_of_the_answer() -> None:
    answer = mc.differential("x'*A*y + norm2(x)^4", ["x", "y"])
    assert Derivation.of("", answer).complaints() == []
    assert sum("own transpose" in step.rule for step in answer.steps) == 1


def test_a_part_is_differentiated_once_where_it_moves_in_two_terms() -> None:
    answer = mc.gradient("R = A*X - B; tr(R'*R) + tr(R'*C)", "X")
    assert sum(step.rule == "definition of dR" for step in answer.steps) == 1
    assert [str(block.label).split(" with ")[0] for block in answer.blocks if not is_df(block)] == [
        "dR",
        "inner(g_R, dR)",
    ]
    assert Derivation.of("", answer).complaints() == []


def is_df(block: Block) -> bool:
    return isinstance(block.label, Written)


def chain(count: int) -> str:
    """a1, a2, ..., each the product of two values of the one before."""
    parts = (f"a{k} = sin(a{k - 1}).*cos(a{k - 1})" for k in range(1, count + 1))
    return "; ".join([*parts, f"sum(a{count})"])


def net(count: int) -> str:
    """A net of so many layers with its squared error."""
    layers = (f"h{k} = tanh(W{k}*h{k - 1} + b{k})" for k in range(1, count + 1))
    return "; ".join([*layers, f"norm2(h{count} - y)^2"])


IN_PARTS = {
    chain(3): (["a0"], "a0: vector(n)"),
    chain(9): (["a0"], "a0: vector(n)"),
    net(2): (["W1", "b1", "W2", "b2"], ""),
    net(4): (["h0"], ""),
    "R = A*X - B; S = R'*R + C; tr(inv(S)*D) + norm2(R)^2": (["X", "C"], ""),
    "s = x'*A*x; t = x'*x; s/t + log(t)": (["x"], ""),
    "x solves A*x = b; r = x - c; r'*r": (["A", "b"], "A: square(n)"),
    "R = A*X; P = R'; tr(P*C*P') + tr(P*D)": (["X"], ""),
    "p = softmax(A*x); q = log(p); sum(i in 1..n, y[i]*q[i])": (
        ["x"],
        "A: matrix(n,k), x: vector(k), y: vector(n)",
    ),
}


@pytest.mark.parametrize("text", IN_PARTS)
def test_lines_in_named_parts_follow(text: str) -> None:
    gradient = mc.gradient(text, *IN_PARTS[text])
    for answer in (gradient, mc.differential(text, *IN_PARTS[text])):
        assert Derivation.of(text, answer).complaints() == []
    assert gradient.verify(samples=4).passed


@pytest.mark.parametrize("write", ["text", "unicode", "latex"])
def test_the_lines_of_a_chain_and_of_a_net_grow_with_it_and_no_faster(write: str) -> None:
    for make in (lambda k: (chain(k), "a0"), lambda k: (net(k), [f"W{j + 1}" for j in range(k)])):
        answers = [mc.gradient(*make(count)) for count in (11, 16, 21)]
        lines = [len(answer.steps) for answer in answers]
        letters = [len(getattr(answer, write)()) for answer in answers]
        assert lines[2] - lines[1] == lines[1] - lines[0]
        assert letters[2] - letters[1] < 1.1 * (letters[1] - letters[0])


def test_a_part_that_its_lines_do_not_lead_to_is_seen() -> None:
    found = Derivation.of("", mc.gradient("R = A*X - B; tr(R'*R)", "X"))
    shown = {name: scale(2, last) for name, last in found.known.shown.items()}
    wrong = replace(found, known=replace(found.known, shown=shown))
    assert any("is not what its lines say" in said for said in wrong.complaints())
    assert any("not by the lines above" in said for said in wrong.complaints())


def test_a_derivation_that_ends_in_another_form_is_seen() -> None:
    answer = mc.gradient("norm2(A*x - b)^2", "x")
    other = mc.gradient("norm2(A*x - b)^2 + sum(x)", "x")
    assert unfinished(answer, answer.blocks) == ""
    assert "is not as the answer has it" in unfinished(answer, other.blocks)


def test_a_line_that_comes_twice_is_seen() -> None:
    found = Derivation.of("", mc.gradient("x'*A*x", "x", "A: square(n)"))
    (lines,) = found.blocks
    back = Step(lines[-1].reasons, lines[-1].after, lines[0].before)
    twice = replace(found, blocks=((*lines, back),))
    assert any("comes twice" in said for said in twice.complaints())
