"""Whatever is typed, the answer is a result or a report, and soon."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcalc.expressions.errors import MatcalcError
from matcalc.language.problem import parse_problem
from tests.golden.comparison import Golden
from tests.language.small_book import BOOK
from tests.language.wrong_inputs import WRONG, reports

HUGE = {
    "a megabyte of brackets": "(" * 1_000_000,
    "as many brackets as are read": "(" * 199_999,
    "both kinds of brackets": "([" * 90_000,
    "deep, closed": "(" * 5_001 + "x" + ")" * 5_001,
    "a sum too long": "x+" * 99_999 + "x",
    "signs": "-" * 150_000 + "x",
    "primes": "x" + "'" * 150_000,
    "a number": "9" * 150_000,
    "a large power of ten": "1e999999999",
    "nested sizes": "eye(" * 4_900 + "n" + ")" * 4_900,
    "a large polynomial": "eye((a+b+c+d+e+f)^8)",
    "many names": "*".join(f"{a}{b}" for a in "abcdefghijkl" for b in "uvwxyz"),
    "subscripts": "x" + "[1]" * 30_000,
    "declarations": "x where " + "x: vector(n), " * 10_000,
    "bracketed sizes": "x where x: vector(" + "(" * 150_000,
    "wheres": "x where " * 20_000,
    "semicolons": ";" * 150_000,
    "commas": "," * 150_000,
    "spaces": " " * 199_999,
    "lines": "x\n" * 99_000,
}


def test_reports_are_the_golden_ones(golden: Golden) -> None:
    golden(Path(__file__).with_name("wrong_inputs.golden"), reports())


@pytest.mark.parametrize(("text", "where"), WRONG)
def test_a_report_is_placed_and_plain(text: str, where: str) -> None:
    with pytest.raises(MatcalcError) as caught:
        parse_problem(text, where, BOOK)
    problem = caught.value
    if problem.span is not None:
        start, end = problem.span
        assert 0 <= start < end <= len(problem.text) + 1
    for word in ("RPAR", "CLOSE", "TIMES", "SIGN", "$END", "?0", "Traceback"):
        assert word not in problem.report()


@pytest.mark.parametrize("text", HUGE.values(), ids=list(HUGE))
def test_huge_wrong_inputs_are_refused(text: str) -> None:
    with pytest.raises(MatcalcError) as caught:
        parse_problem(text, None, BOOK)
    assert len(caught.value.report()) < 1_000


SIGNS = [*"ABXxysn12+-*/^'()()[],;:=I⊗²ᵀ@#\n", "0.5", ".*", "./", "\\", ".^", ".T", "..", "⁻¹"]
CALLS = ["exp(", "eye(", "diag(", "sum(", "inv(", "tr(", "vec(", "x[", "lambda", "ones"]
WORDS = st.sampled_from([*SIGNS, *CALLS, "where", "in"])


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=14), st.booleans())
def test_any_words_give_a_result_or_a_report(words: list[str], spaced: bool) -> None:
    _parse_or_report((" " if spaced else "").join(words))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_characters_give_a_result_or_a_report(text: str) -> None:
    _parse_or_report(text)
    _parse_or_report("x where x: " + text)


def _parse_or_report(text: str) -> None:
    try:
        parse_problem(text, None, BOOK)
    except MatcalcError as problem:
        assert problem.report()
