"""The form table counts what a reader reads."""

from __future__ import annotations

import json
from pathlib import Path

from tests.form_table import forms, table, tokens


def test_tokens_are_names_numbers_and_operators() -> None:
    assert tokens("2*A'*(A*X - B)") == 10
    assert tokens("x.^2 ./ softmax(y)") == 6
    assert tokens("2*A'*R with R = A*X - B") == 13


def test_a_case_is_measured_against_the_form_of_the_book(tmp_path: Path) -> None:
    declare = {"x": "vector(n)", "A": "square(n)"}
    case = {"id": "one", "declare": declare, "expr": "x'*A*x", "wrt": "x", "ask": "gradient"}
    (tmp_path / "cases.jsonl").write_text(json.dumps({**case, "expected": "x"}))
    (found,) = forms(tmp_path)
    assert found.ratio == 6  # (A + A')*x
    assert any("6.00 one" in line for line in table([found]))
