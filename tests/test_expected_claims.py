"""The forms of the cases are judged as they are asked, or else at the sizes of their case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.expected_claims import main

QUADRATIC = {"expr": "x'*A*x", "declare": {"A": "square(n)", "x": "vector(n)", "V": "vector(n)"}}
CASES: list[dict[str, Any]] = [
    {**QUADRATIC, "ask": "gradient", "expected": "A*x + A'*x"},
    {**QUADRATIC, "ask": "hessian", "expected": "A + A'"},
    {**QUADRATIC, "ask": "hvp", "dirs": ["V"], "expected": "(A + A')*V"},
    {**QUADRATIC, "ask": "jacobian", "expected": "x'*(A + A')*dx"},
    {**QUADRATIC, "ask": "gradient", "expected": "(3 - n)*(A*x + A'*x)", "dims": {"n": 2}},
    {**QUADRATIC, "ask": "gradient", "expected": "2*A*x"},
    {**QUADRATIC, "ask": "gradient", "expected": "A*(x"},
    {**QUADRATIC, "ask": "gradient", "expected": "vech(A)", "coords": "vech"},
]


def test_each_form_is_judged_as_it_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [json.dumps({"id": str(k), "wrt": "x", **case}) for k, case in enumerate(CASES)]
    (tmp_path / "cases.jsonl").write_text("\n".join(lines))
    samples = {"4|0|in|A": np.eye(2), "4|1|in|A": np.eye(2), "5|0|in|A": np.eye(2)}
    np.savez(tmp_path / "cases.npz", **samples)  # type: ignore[arg-type]
    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert [line.split()[:2] for line in told.splitlines()[:3]] == [
        ["there", "4"],
        ["refuted", "5"],
        ["error", "6"],
    ]
    assert "7 claims: 4 proved" in told
    assert main([str(tmp_path), "--part", "1/5"]) == 1
    assert "2 claims: 1 proved, 1 refuted" in capsys.readouterr().out
