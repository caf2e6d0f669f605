"""Every script in examples/ runs and prints; what it claims it asserts itself."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))
LIBRARIES = {"pymanopt_stiefel.py": "pymanopt"}


def require_library(script: Path) -> None:
    """Skips the test where the library that an example shows is not installed."""
    library = LIBRARIES.get(script.name)
    if library and find_spec(library) is None:
        pytest.skip(f"{library} is not installed")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_the_example_runs(script: Path, tmp_path: Path) -> None:
    require_library(script)
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    answer = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip()


def test_there_are_examples_and_the_page_names_them() -> None:
    page = (ROOT / "README.md").read_text()
    assert len(SCRIPTS) >= 7
    missing = [script.name for script in SCRIPTS if f"examples/{script.name}" not in page]
    assert not missing
