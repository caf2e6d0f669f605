"""Every verb about every kind of problem: all that an answer tells is there, and true.

The table of what is refused is printed by `python -m tests.answers_table`.
"""

from __future__ import annotations

import pytest

from tests.answer_cases import Case, cases
from tests.answer_laws import LAWS, Told
from tests.answers_table import REFUSED, judged

# A map that is linear over the reals alone, as dZ -> re(c*dZ), is no product with a complex matrix.
_NO_COMPLEX_MATRIX = "the map is linear over the real numbers only: no complex matrix"
_COMPLEX_LINEAR = ("complex scalar value", "complex vector value")


def _refused(case: Case) -> bool:
    is_complex = "complex" in case.where
    return case.verb == "jacobian" and is_complex and case.name not in _COMPLEX_LINEAR


@pytest.mark.parametrize("case", [c for c in cases() if not _refused(c)], ids=str)
def test_an_answer_tells_everything_and_it_is_true(case: Case) -> None:
    told = Told(case)
    for law in LAWS.values():
        law(told)


@pytest.mark.parametrize("case", [c for c in cases() if _refused(c)], ids=str)
def test_what_is_refused_has_mathematics_as_the_reason(case: Case) -> None:
    assert list(judged(case)) == [("the verb", REFUSED, _NO_COMPLEX_MATRIX)]
