"""Every verb about every kind of problem: all that an answer tells is there, and true.

The table of what is refused is printed by `python -m tests.answers_table`.
"""

from __future__ import annotations

import pytest

from tests.answer_cases import HERMITIAN, Case, cases
from tests.answer_laws import LAWS, Told
from tests.answers_table import REFUSED, judged

# The mathematics that some questions have no answer by.
REASONS: dict[tuple[str, str], str] = {
    # dZ -> re(c*dZ) is linear over the reals alone: it is no product with a complex matrix
    ("jacobian", "complex"): "the map is linear over the real numbers only: no complex matrix",
    ("nth_derivative", "bent"): "depends on the point: the derivative of a derivative takes a",
    ("wirtinger", "hermitian"): "dZ and conj(dZ) are not independent on the space hermitian",
    ("wirtinger", "real"): "t is real",
}
_COMPLEX_LINEAR = ("complex scalar value", "complex vector value")


def _reason(case: Case) -> str:
    """Why a question has no answer; nothing where it has one."""
    is_complex = "complex" in case.where
    bent = any(not place.is_linear for place in case.places.values())
    traits = {
        "complex": is_complex and case.name not in _COMPLEX_LINEAR,
        "bent": bent,
        "hermitian": case.places.get("Z") is HERMITIAN,
        "real": "t" in case.places,
    }
    found = (said for (verb, trait), said in REASONS.items() if verb == case.verb and traits[trait])
    return next(found, "")


@pytest.mark.parametrize("case", [c for c in cases() if not _reason(c)], ids=str)
def test_an_answer_tells_everything_and_it_is_true(case: Case) -> None:
    told = Told(case)
    for law in LAWS.values():
        law(told)


@pytest.mark.parametrize("case", [c for c in cases() if _reason(c)], ids=str)
def test_what_is_refused_has_mathematics_as_the_reason(case: Case) -> None:
    ((law, verdict, said),) = judged(case)
    assert (law, verdict) == ("the verb", REFUSED) and _reason(case) in said
