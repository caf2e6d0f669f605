"""What is not declared is what a mathematician takes it for, whatever is asked of the text."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from matcalc.language.understanding import Problem
from matcalc.questions.reading import read
from tests.language.assumed_kinds import assumed_kinds


def kinds(problem: Problem) -> dict[str, str]:
    return {name: str(symbol.shape) for name, symbol in problem.symbols.items()}


@pytest.mark.parametrize(("text", "wanted"), assumed_kinds(), ids=lambda value: str(value)[:40])
def test_a_name_is_what_a_mathematician_takes_it_for(text: str, wanted: Mapping[str, str]) -> None:
    assert kinds(read(text, None)) == wanted
    for name in wanted:
        assert kinds(read(text, None, [name])) == wanted, f"by {name}"
