"""A person's own operations: the guide of the README followed literally, and what is refused."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import matcalc as mc
from matcalc.cli import main
from matcalc.rulebook import book
from tests.test_readme import README, blocks, same

GUIDE = README.partition("## Add an operation in five minutes")[2].partition("\n## ")[0]
ENTRY = next(blocks("rules", GUIDE))[1]

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _leave_the_book_as_it_was() -> Iterator[None]:
    before = set(book.names())
    yield
    book.forget(set(book.names()) - before)


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.rules"
    path.write_text(ENTRY)
    return path


def test_the_guide(mine: Path, capsys: Printed) -> None:
    _, block = next(blocks("sh", GUIDE))
    command, _, expected = block.removeprefix("$ matcalc ").partition("\n")
    assert main(shlex.split(command)) == 0
    assert same(capsys.readouterr().out, expected)
    assert len(ENTRY.splitlines()) <= 10


def test_the_guide_in_python(mine: Path) -> None:
    call = re.search(r"`mc\.(load_rules\(\"mine\.rules\"\))`", GUIDE)
    assert call is not None and mc.load_rules("mine.rules") == ["sumsq"]
    (X,) = mc.symbols("X: matrix(m,n)")
    assert mc.sumsq(X) is mc.parse("sumsq(X)")
    assert mc.check("sumsq(A*x - b)", "x", claim="2*A'*(A*x - b)").holds
    assert mc.evaluate(mc.parse("sumsq(X)"), X=np.eye(3)) == 3.0
    assert "lVert" in mc.parse("sumsq(X)").latex()
    assert "sumsq" in mc.rules("sumsq")
    assert str(mc.hessian("sumsq(A*x)", "x").value) == "2*A'*A"


def test_the_mistake_that_the_guide_quotes(mine: Path) -> None:
    quoted = re.search(r"`(mine\.rules:2: [^`]+)`", GUIDE)
    mine.write_text(ENTRY.replace("2*sum(X .* dX)", "2*X .* dX"))
    with pytest.raises(mc.MatcalcError) as caught:
        mc.load_rules(mine)
    assert quoted is not None and caught.value.message == quoted[1]
    assert not book.has("sumsq")
    mine.write_text(ENTRY)
    assert mc.load_rules(mine) == ["sumsq"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("operation sumsq(X", "operation logdet(X", "already defined"),
        ("operation sumsq(X", "operation ones(X", "taken"),
        ("source", "spelled tr\n  source", "the name tr is taken"),
        ("2*sum(X .* dX)", "2*sum(Y .* dX)", "mine.rules:2"),
        ("2*sum(X .* dX)", "2*summ(X .* dX)", "mine.rules:2"),
        ("= sumsq(X)", "= sumsq(-X)", "mine.rules:3"),
        ("$X**2", "$Y**2", "mine.rules:5"),
        ("differential", "diferential", "mine.rules:2"),
        ("operation", "opration", "mine.rules:1"),
        ("-> scalar", "", "mine.rules:1"),
        ("  source       elementary\n", "", "source"),
    ],
)
def test_what_is_refused(mine: Path, old: str, new: str, complaint: str) -> None:
    assert old in ENTRY
    mine.write_text(ENTRY.replace(old, new, 1))
    before = book.names()
    with pytest.raises(mc.MatcalcError, match=re.escape(complaint)):
        mc.load_rules("mine.rules")
    assert book.names() == before


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe\x00"])
def test_files_without_an_entry(mine: Path, content: bytes) -> None:
    mine.write_bytes(content)
    with pytest.raises(mc.MatcalcError):
        mc.load_rules(mine)


def test_text_and_missing_files(mine: Path) -> None:
    assert mc.load_rules(ENTRY.replace("sumsq", "sumsq2")) == ["sumsq2"]
    with pytest.raises(mc.MatcalcError, match="cannot read"):
        mc.load_rules("none.rules")
    assert mc.load_rules(mine) == ["sumsq"]
    with pytest.raises(mc.MatcalcError, match=r"already defined in mine\.rules:1"):
        mc.load_rules(ENTRY)


CUBED = """operation sumcube(X: m x n) -> scalar
  differential sumcube(X) = 3*sum(X .* X .* dX)
  numpy np.sum($X**3)
  source elementary
"""


def test_a_changed_file_is_loaded_anew(mine: Path) -> None:
    mc.load_rules(mine)
    assert mc.evaluate(mc.parse("sumsq(x)", "x: vector(n)"), x=[1.0, 2.0, 3.0]) == 14.0
    mine.write_text(CUBED + ENTRY.replace("np.sum($X**2)", "np.sum($X**2 + 0.0 * $X) + 1"))
    assert mc.load_rules(mine) == ["sumcube", "sumsq"]
    assert mc.evaluate(mc.parse("sumsq(x)", "x: vector(n)"), x=[1.0, 2.0, 3.0]) == 15.0
    mine.write_text(CUBED)
    assert mc.load_rules(mine) == ["sumcube"]
    assert not book.has("sumsq")


def test_a_file_that_became_wrong_leaves_what_it_was(mine: Path) -> None:
    mc.load_rules(mine)
    mine.write_text(CUBED + ENTRY.replace("$X**2", "$Y**2"))
    with pytest.raises(mc.MatcalcError, match=r"mine\.rules:9: sumsq"):
        mc.load_rules(mine)
    assert book.has("sumsq") and not book.has("sumcube")
    assert mc.evaluate(mc.parse("sumsq(x)", "x: vector(n)"), x=[1.0, 2.0]) == 5.0


def test_a_file_does_not_lose_what_another_needs(mine: Path) -> None:
    other = mine.with_name("other.rules")
    other.write_text("operation twosq(X: n x n) -> scalar\n  definition twosq(X) = 2*sumsq(X)\n")
    other.write_text(other.read_text() + "  source elementary\n")
    mc.load_rules(mine)
    mc.load_rules(other)
    mine.write_text(CUBED)
    with pytest.raises(mc.MatcalcError, match=r"other\.rules:2: twosq: no function.*sumsq"):
        mc.load_rules(mine)
    assert mc.evaluate(mc.parse("twosq(X)", "X: square(n)"), X=[[1.0, 2.0], [3.0, 4.0]]) == 60.0


def test_files_of_one_name_in_two_folders_are_two(mine: Path) -> None:
    other = mine.parent / "deeper" / "mine.rules"
    other.parent.mkdir()
    other.write_text(CUBED)
    mc.load_rules(mine)
    mc.load_rules(other)
    assert book.has("sumsq") and book.has("sumcube")


def test_wrong_rules_on_the_command_line(mine: Path, capsys: Printed) -> None:
    assert main(["rules", "sumsq", "--rules", "mine.rules"]) == 0
    assert "sumsq(X)" in capsys.readouterr().out
    assert main(["gradient", "x'*x", "--rules", "none.rules"]) == 2
    assert "cannot read" in capsys.readouterr().err
