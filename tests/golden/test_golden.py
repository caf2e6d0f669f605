"""The answers in README and examples are the golden ones; a change of one is seen and judged."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.answers import SOURCES, golden_file
from tests.golden.comparison import Golden
from tests.test_examples import require_library
from tests.test_readme import README, ROOT, commands


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_answers_are_the_golden_ones(source: Path, golden: Golden) -> None:
    require_library(source)
    run = [sys.executable, "-m", "tests.golden.answers", str(source.relative_to(ROOT))]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    answer = subprocess.run(
        run, capture_output=True, encoding="utf-8", cwd=ROOT, env=environment, timeout=120
    )
    assert answer.returncode == 0, answer.stderr
    golden(golden_file(source), answer.stdout)


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
    for _, command, _ in commands(README):
        problem = shlex.split(command)[2]
        assert any(f" of {problem} by " in line for line in asked), command
