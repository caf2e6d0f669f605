"""The answers in README and examples are the golden ones; a change of one is seen and judged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.answers import SOURCES, golden_file, questions
from tests.golden.comparison import Golden
from tests.test_examples import require_library
from tests.test_readme import README, ROOT


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_answers_are_the_golden_ones(source: Path, golden: Golden) -> None:
    require_library(source)
    found = output("-m", "tests.golden.answers", str(source.relative_to(ROOT)))
    golden(golden_file(source), found)


# Questions, and a part of what is worked out on the way to the answer, met before.
HISTORIES = {
    "mc.hessian(\"cos(x'*A*x)\", 'x')": "mc.parse(\"A + A'\", 'A: square(n)')",
    "mc.gradient(\"logdet(P*P')\", 'P')": (
        "mc.differential('P', 'P').tangent @ mc.symbols('P: matrix(m,n)')[0].T"
    ),
}


@pytest.mark.parametrize("question", HISTORIES)
def test_an_answer_does_not_depend_on_what_was_asked_before(question: str) -> None:
    script = "import matcalc as mc; from tests.records import described; kept = {}; print({})"
    alone, after = (
        output("-c", script.format(before, f"described({question})"))
        for before in ("None", HISTORIES[question])
    )
    assert alone == after


def output(*arguments: str) -> str:
    """What an interpreter of its own prints."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    answer = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_every_golden_file_has_its_source() -> None:
    found = set(Path(__file__).parent.glob("*.golden"))
    assert found == {golden_file(source) for source in SOURCES}


def test_a_changed_text_is_seen(tmp_path: Path) -> None:
    kept = tmp_path / "kept.golden"
    Golden(update=True)(kept, "one\ntwo\n")
    Golden(update=False)(kept, "one\ntwo\n")
    with pytest.raises(AssertionError, match=r"\n-two\n\+three\n"):
        Golden(update=False)(kept, "one\nthree\n")
    with pytest.raises(AssertionError, match="golden file"):
        Golden(update=False)(tmp_path / "new.golden", "one\n")


def test_every_command_of_the_page_is_asked() -> None:
    asked = golden_file(ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    for words in questions(README):
        assert any(f" of {words[2]} by " in line for line in asked), words
