"""Closed forms as they are pasted from a chatbot: the verdict and the slip of each."""

from __future__ import annotations

import pytest

from tests.pasted_forms import FORMS, Pasted


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.f)
def test_the_verdict_on_a_pasted_form(form: Pasted) -> None:
    verdict = form.judged()
    assert verdict.status == "proved" if form.is_right else verdict.status == "refuted"
    assert (form.slip or "") in verdict.hint


def test_half_of_the_forms_are_right() -> None:
    assert sum(form.is_right for form in FORMS) * 2 == len(FORMS) == 20


@pytest.mark.parametrize("form", FORMS[1::6], ids=lambda form: form.f)
def test_a_function_is_judged_as_the_formula_is(form: Pasted) -> None:
    verdict = form.judged(as_code=True)
    assert verdict.status == "refuted" and (form.slip or "") in verdict.hint
