"""The pages say what happens: their console blocks are run, their Python blocks are doctested."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
PAGE_NAMES = ("docs/protocol.md", "docs/llms.txt", "docs/from-sympy.md")
PAGES = {name: (ROOT / name).read_text() for name in PAGE_NAMES}
PAGES["README.md"] = README


def blocks(language: str, page: str) -> Iterator[tuple[int, str]]:
    """The fenced blocks of a language, each with the number of its first line."""
    for found in re.finditer(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        yield page.count("\n", 0, found.start(1)) + 1, found.group(1)


def commands(page: str) -> Iterator[tuple[int, str, str]]:
    """Line, command and expected output of every `$ matcalc ...` in the console blocks.

    A command runs on over lines that end in a backslash.
    """
    for first, block in blocks("console", page):
        pieces = re.split(r"^\$ ", block.replace("\\\n", ""), flags=re.MULTILINE)
        for piece in pieces[1:]:
            command, _, output = piece.partition("\n")
            yield first, command, output


def run(command: str) -> str:
    """What the command prints, on both streams, with `matcalc` standing for this interpreter's."""
    line = re.sub(r"\bmatcalc(?= )", f'"{sys.executable}" -m matcalc', command, count=1)
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        ["bash", "-c", line],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        cwd=ROOT,
        env=environment,
        timeout=120,
    )
    return answer.stdout


def same(printed: str, expected: str) -> bool:
    """Equal up to blank lines at the ends and spaces at line ends; `...` stands for anything."""
    wanted, got = (
        "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
        for text in (expected, printed)
    )
    pattern = ".*".join(map(re.escape, wanted.split("...")))
    return re.fullmatch(pattern, got, re.DOTALL) is not None


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(c, o, id=f"{name}:{line}: {c[:40]}")
        for name, page in PAGES.items()
        for line, c, o in commands(page)
    ],
)
def test_console_blocks_print_what_they_say(command: str, expected: str) -> None:
    printed = run(command)
    assert same(printed, expected), printed


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if "```python" in page])
def test_python_blocks_hold(name: str) -> None:
    """All Python blocks of the page are one session, as a reader types them one after another."""
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=flags)
    complaints: list[str] = []
    session: dict[str, object] = {}
    for line, block in blocks("python", PAGES[name]):
        example = doctest.DocTestParser().get_doctest(block, session, name, name, line)
        assert example.examples, f"{name}:{line} shows no example"
        example.globs = session
        runner.run(example, out=complaints.append, clear_globs=False)
    assert not complaints, "".join(complaints)
