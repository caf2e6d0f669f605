"""Every line of a derivation means what the line before it means, and says by which rule."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import matcalc as mc
from matcalc.answers.steps import restated
from matcalc.derivation.derive import Derived, derived_gradient
from matcalc.derivation.lines import meaning, pending
from matcalc.derivation.steps import Step
from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered
from matcalc.rulebook.laws import unevaluated
from matcalc.samples.numeric import Unusable
from matcalc.samples.sampling import Array, Point
from tests.calculus.problems import MAPS, SCALARS, direction, drawn
from tests.rulebook.sampling import value_at
from tests.strategies import SYMBOLS, expressions

LONG = {
    **SCALARS,
    "norm2(x)": ("x", "x: vector(n)"),
    "log(det(X'*X + A)) + tr(X'*X)^2": ("X", "X: matrix(m,n), A: spd(n)"),
    "(x'*A*x + b'*x)^3/(1 + x'*x)": ("x", "A: square(n), x: vector(n), b: vector(n)"),
    "norm2(tanh(A*tanh(B*x)))^2": ("x", "A: matrix(m,n), B: matrix(n,p), x: vector(p)"),
}


def tangents_of(derivation: mc.Answer) -> dict[Symbol, Node]:
    """The variable, in every guise in which it stands in the lines, moves along dX."""
    tangent = derivation.map.tangent
    lines = [line for step in derivation.steps for line in (step.before, step.after)]
    found = ordered(derivation.problem.expression, *lines)
    name = derivation.variable.name
    return {s: tangent for s in found if isinstance(s, Symbol) and s.name == name}


def derivation_of(text: str, table: dict[str, tuple[str, str]]) -> mc.Answer:
    answer = mc.gradient(text, *table[text])
    return answer


def lines_of(steps: tuple[Step, ...]) -> list[Node]:
    return [steps[0].before, *(step.after for step in steps)]


def check_lines(lines: list[Node], derivation: mc.Answer) -> None:
    """The lines, evaluated at random points along a random direction, are all the same."""
    tangent = derivation.map.tangent
    meanings = [meaning(line, tangents_of(derivation)) for line in lines]
    random = np.random.default_rng(6)
    compared = 0
    for point in drawn((*meanings, tangent), random, count=2):
        along = {tangent.name: direction(tangent, point, random)}
        try:
            values = [value_at(line, point, along) for line in meanings]
        except Unusable:
            continue
        for rule, value in zip(["d(f)", *map(str, lines[1:])], values, strict=True):
            np.testing.assert_allclose(value, values[0], rtol=1e-8, atol=1e-9, err_msg=rule)
        compared += 1
    assert compared, "no usable point"


@pytest.mark.parametrize("text", LONG)
def test_every_line_of_a_gradient_means_the_same(text: str) -> None:
    derivation = derivation_of(text, LONG)
    check_lines(lines_of(derivation.steps), derivation)


@pytest.mark.parametrize("text", MAPS)
def test_every_line_of_a_differential_means_the_same(text: str) -> None:
    derivation = mc.differential(text, *MAPS[text])
    if derivation.steps:
        check_lines(lines_of(derivation.steps), derivation)
        assert not pending(derivation.steps[-1].after)


@pytest.mark.parametrize("text", LONG)
def test_lines_follow_each_other_from_df_to_the_answer(text: str) -> None:
    derivation = derivation_of(text, LONG)
    steps = derivation.steps
    definitions = restated(derivation)
    start = definitions[-1].after if definitions else None
    first = steps[0].before
    assert isinstance(first, Apply) and first.operation == "d"
    assert start is None or first is unevaluated(start)
    for before, after in itertools.pairwise(steps):
        assert after.before is before.after
    for step in steps:
        assert step.rule.strip()
        assert step.after is not step.before, step.rule
    last = steps[-1].after
    assert isinstance(last, Apply) and last.operation == "inner"
    assert last.arguments == (derivation.value, derivation.map.tangent)


@pytest.mark.parametrize("text", LONG)
def test_what_is_written_out_first_is_f_itself(text: str) -> None:
    derivation = derivation_of(text, LONG)
    for step in restated(derivation):
        random = np.random.default_rng(6)
        for point in drawn((step.before, step.after), random, count=1):
            values = [_value(line, point) for line in (step.before, step.after)]
            if all(value is not None for value in values):
                np.testing.assert_allclose(values[0], values[1], rtol=1e-9)  # type: ignore[arg-type]


def _value(line: Node, point: Point) -> Array | None:
    try:
        return value_at(line, point)
    except Unusable:
        return None


@pytest.mark.parametrize("text", LONG)
def test_steps_cite_the_rule_that_they_use(text: str) -> None:
    from matcalc.rulebook import book

    derivation = derivation_of(text, LONG)
    sources = {book.operation(name).source for name in book.names()} | {""}
    assert {reason.source for step in derivation.steps for reason in step.reasons} <= sources


@settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(expressions(SCALAR, depth=2), st.sampled_from("xAXaD"))
def test_every_line_of_a_random_derivation_means_the_same(f: Node, name: str) -> None:
    variable = SYMBOLS[name]
    assume(variable in ordered(f))
    derivation = mc.gradient(f, variable)
    assert str(derivation) and derivation.latex() and derivation.unicode()
    assume(derivation.steps)
    try:
        check_lines(lines_of(derivation.steps), derivation)
    except AssertionError as error:
        assume("no usable point" not in str(error))
        raise


# ---------------------------------------------------------------- what is printed


@pytest.mark.parametrize("text", LONG)
def test_latex_is_balanced(text: str) -> None:
    latex = derivation_of(text, LONG).latex()
    assert latex.startswith(r"\begin{align*}") and latex.rstrip().endswith(r"\end{align*}")
    opened = re.findall(r"\\begin\{(\w+\*?)\}", latex)
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+\*?)\}", latex))
    bare = latex.replace(r"\{", "").replace(r"\}", "")
    assert bare.count("{") == bare.count("}")
    assert len(re.findall(r"\\left(?![a-z])", latex)) == len(re.findall(r"\\right(?![a-z])", latex))
    assert latex.count(r"\boxed") == 1
    assert latex.count("$") % 2 == 0
    for line in latex.splitlines()[1:-1]:
        depth = line.count("{") - line.count(r"\{") - line.count("}") + line.count(r"\}")
        assert depth == 0, line


FROBENIUS = """\
f = norm2(X)    where X: matrix(m, n)
  = sqrt(tr(X'*X))                                 definition of norm2
df = d(sqrt(tr(X'*X)))
   = d(tr(X'*X))/(2*sqrt(tr(X'*X)))                scalar chain rule
   = tr(X'*dX + dX'*X)/(2*sqrt(tr(X'*X)))          tr is linear; product rule
   = (tr(X'*dX) + tr(dX'*X))/(2*sqrt(tr(X'*X)))    the trace is linear
   = tr(X'*dX)/sqrt(tr(X'*X))                      tr M = tr M'
   = inner(X/sqrt(tr(X'*X)), dX)                   definition of the dot product
   = inner(X/norm2(X), dX)                         definition of norm2
gradient = X/norm2(X)    (m x n, as X)
valid where X nonzero
"""

QUADRATIC = """\
f = x'*A*x    where x: vector(n), A: square(n)
df = d(x'*A*x)
   = dx'*A*x + x'*A*dx                   product rule
   = x'*A'*dx + x'*A*dx                  a scalar is its own transpose
   = inner(A*x, dx) + inner(A'*x, dx)    definition of the dot product
   = inner((A + A')*x, dx)               the inner product is linear
gradient = (A + A')*x    (n x 1, as x)
"""


def test_the_board_of_the_frobenius_norm() -> None:
    derivation = mc.gradient("norm2(X)", "X")
    assert derivation.text().rstrip() == FROBENIUS.rstrip()
    assert len(derivation.steps) == 6


def test_the_board_of_a_quadratic_form() -> None:
    assert mc.gradient("x'*A*x", "x").text().rstrip() == QUADRATIC.rstrip()


def told(answer: mc.Answer) -> list[str]:
    """The reasons of the lines."""
    return [step.rule for step in answer.steps]


def test_a_rule_stands_at_the_arguments_that_it_has_without_what_does_not_move() -> None:
    assert "d(X.^2) = 2*X.*dX" in told(mc.differential("X.^2", "X", "X: matrix(m,n)"))
    by_exponent = mc.differential("powm(A, s)", "s", "A: spd(n), s: positive")
    assert told(by_exponent)[0] == "d(powm(A, s)) = ds*frechet(expm, s*logm(A), logm(A))"
    # X is another variable here: the rule has another letter for what it is about
    first = told(mc.gradient("tr(X*inv(A*A' + C))", "A"))[0]
    assert first == "tr is linear; d(inv(M)) = -inv(M)*dM*inv(M)"


def test_a_quotient_is_told_by_its_own_rule() -> None:
    assert told(mc.gradient("tr(A)/tr(A^2)", "A", "A: square(n)"))[0] == "quotient rule"
    assert "quotient rule" in told(mc.differential("x./(1 + x.^2)", "x", "x: vector(n)"))[0]


def test_a_jacobian_is_read_off_df() -> None:
    answer = mc.jacobian("A*X*B", "X", "A: matrix(m,n), X: matrix(n,p), B: matrix(p,q)")
    assert [str(answer.steps[-1].before), str(answer.steps[-1].after)] == [
        "vec(A*dX*B)",
        "kron(B', A)*vec(dX)",
    ]
    assert told(answer)[-1] == "vec(A*V*B) = kron(B', A)*vec(V)"
    right = mc.jacobian("A*(x.*x)", "x", "A: matrix(m,n)").steps[-1]
    assert (str(right.after), right.rule) == ("2*A*diag(x)*dx", "u.*v = diag(u)*v")


def test_a_hessian_follows_from_df_and_the_gradient() -> None:
    blocks = mc.hessian("norm2(A*x - b)^2", "x").blocks
    assert [getattr(block.label, "text", "") for block in blocks] == ["df", "grad f", "d(grad f)"]
    assert str(blocks[1].start) == "2*A'*(A*x - b)"
    assert str(blocks[2].steps[-1].after) == "2*A'*A*dx"


CONDITIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "logdet(X)": ("X", "X: square(n)", ("X invertible",)),
    "logdet(X) ": ("X", "X: spd(n)", ()),
    "tr(inv(X)*A)": ("X", "X: square(n), A: square(n)", ("X invertible",)),
    "tr(inv(X'*X + A))": ("X", "X: matrix(m,n), A: square(n)", ("X'*X + A invertible",)),
    "norm2(A*x - b)": (
        "x",
        "A: matrix(m,n), x: vector(n), b: vector(m)",
        ("A*x - b nonzero",),
    ),
    "norm2(x)^2": ("x", "x: vector(n)", ()),
    "log(a)*sum(x)": ("a", "a: scalar, x: vector(n)", ("a positive",)),
    "log(a)*sum(x) ": ("a", "a: positive, x: vector(n)", ()),
    "sum(sqrt(x))": ("x", "x: vector(n)", ("x positive",)),
    "sum(x.^3)": ("x", "x: vector(n)", ()),
    "sum(abs(x))": ("x", "x: vector(n)", ("x with nonzero entries (else by convention)",)),
    "sum(exp(x)) + x'*x": ("x", "x: vector(n)", ()),
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_conditions_say_where_the_answer_holds(text: str) -> None:
    name, where, expected = CONDITIONS[text]
    derivation = mc.gradient(text, name, where)
    assert derivation.conditions == expected


def test_an_answer_is_derived_once_whatever_is_written_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times: list[object] = []

    def counted(asked: Any, values: Any) -> Derived:
        times.append(asked)
        return derived_gradient(asked, values)

    monkeypatch.setattr("matcalc.verbs.gradient.derived_gradient", counted)
    answer = mc.gradient("norm2(A*X - B)^2", "X")
    for written in (answer.latex(), answer.text(), answer.unicode(), str(answer)):
        assert written
    assert answer.steps and len(times) == 1
