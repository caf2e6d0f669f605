"""A record holds all answers to the cases of a folder; a changed answer is seen."""

from __future__ import annotations

import json
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from tests import records
from tests.case_files import declarations, product, setting
from tests.records import main, read, recorded

QUADRATIC = {
    "id": "quadratic",
    "expr": "x'*A*x",
    "wrt": "x",
    "declare": {"A": "square(n)", "x": "vector(n)"},
    "ask": "gradient",
    "claims": [{"claim": "2*A*x", "right": False}],
}
TRACE = {
    "id": "trace",
    "expr": "tr(S*X)",
    "wrt": "X",
    "declare": {"S": "spd(n)", "X": "square(n)"},
    "ask": "adjoint",
    "dirs": ["c"],
}
WRONG = {**QUADRATIC, "id": "wrong", "expr": "x*A*x", "claims": []}


def record(folder: Path, *cases: dict[str, Any]) -> str:
    """The record of these cases, in a folder of its own."""
    source = folder / "cases"
    source.mkdir(parents=True)
    lines = "\n".join(map(json.dumps, cases))
    (source / "some.jsonl").write_text(lines)
    assert main(["write", str(folder / "record"), str(source)]) == 0
    return str(folder / "record")


def test_an_answer_is_recorded_with_all_that_it_says(tmp_path: Path) -> None:
    found = read(Path(record(tmp_path, QUADRATIC, TRACE, WRONG)))
    quadratic = found["quadratic"]
    assert quadratic["outcome"] == "answered"
    assert quadratic["value"] == "(A + A')*x"
    assert quadratic["_repr_latex_"] == "$\\left(A + A^{\\top}\\right) x$"
    assert "(A + Aᵀ) x" in quadratic["unicode"]
    assert "return (A + A.T) @ x" in quadratic["source"]
    assert "dx'*A*x + x'*A*dx" in quadratic["text"] and "[" in quadratic["steps"]
    assert quadratic["check: 2*A*x"].startswith("refuted") and "hint" in quadratic["check: 2*A*x"]
    assert "counterexample" not in quadratic["check: 2*A*x"]
    assert found["trace"]["value"] == "tr(S*dX)" and found["trace"]["asked: text"] == "c*S"
    assert found["wrong"]["outcome"].startswith("refused: ShapeError: cannot multiply")


def test_equal_records_do_not_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = (record(tmp_path / name, QUADRATIC, TRACE, WRONG) for name in ("one", "other"))
    assert main(["compare", one, other]) == 0
    assert "0 cases differ" in capsys.readouterr().out


def test_a_changed_answer_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    symmetric = {"A": "symmetric(n)", "x": "vector(n)"}
    before = record(tmp_path / "before", QUADRATIC, TRACE)
    after = record(tmp_path / "after", {**QUADRATIC, "declare": symmetric}, TRACE)
    assert main(["compare", before, after]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "=== quadratic" in lines and "=== trace" not in lines
    place = lines.index("+++ value")
    assert lines[place + 2 : place + 4] == ["-(A + A')*x", "+2*A*x"]
    assert lines[-1] == "1 cases differ"


def test_a_refusal_that_was_an_answer_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = record(tmp_path / "before", QUADRATIC)
    after = record(tmp_path / "after", {**WRONG, "id": "quadratic"})
    assert main(["compare", before, after]) == 1
    printed = capsys.readouterr().out
    assert "-answered\n+refused: ShapeError" in printed


def test_a_case_that_only_one_record_has_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = record(tmp_path / "one", QUADRATIC), record(tmp_path / "two", QUADRATIC, TRACE)
    assert main(["compare", before, after]) == 1
    assert "=== trace" in capsys.readouterr().out


def test_a_crash_and_a_slow_case_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> object:
        raise KeyError("lost")

    monkeypatch.setattr(mc, "gradient", crash, raising=False)
    assert recorded(QUADRATIC, {})["outcome"] == "crash: KeyError: 'lost'"
    monkeypatch.setattr(mc, "gradient", lambda *_, **__: sleep(5), raising=False)
    monkeypatch.setattr(records, "SECONDS", 1)
    assert recorded(QUADRATIC, {})["outcome"] == "slow"


def test_other_kinds_take_their_shape_from_the_arrays() -> None:
    kinds = {"p": "simplex(n)", "J": "lorentz(n)", "z": "ball(n)", "V": "tangent", "s": "disc"}
    case = {"id": "some", "declare": {**kinds, "Q": "complex_square(n)"}, "wrt": "J"}
    arrays = {"J": np.eye(3), "z": np.ones(3) * 1j, "V": np.eye(3), "s": np.array(0.5)}
    assert declarations(case, {f"some|0|in|{name}": array for name, array in arrays.items()}) == {
        "p": "positive_vector(n)",
        "J": "matrix(n, n)",
        "z": "complex_vector(n)",
        "V": "matrix(n, n)",
        "s": "scalar",
        "Q": "complex_matrix(n, n)",
    }


def test_the_setting_of_a_case() -> None:
    case = {"metric": {"kind": "weighted", "left": "M"}, "space": {"kind": "kernel", "of": "A*U"}}
    found = setting(case)
    assert found == {"inner": mc.Weighted(left="M"), "space": mc.Space.kernel("A*U")}
    assert setting({"metric": None, "space": "sphere"}) == {"space": "sphere"}
    with pytest.raises(mc.MatcalcError, match="no known kind"):
        product("taxicab")
