"""The table of operations is made from the book, and is current."""

from __future__ import annotations

from pathlib import Path

from matcalc.printing.rules_page import rules_markdown

PAGE = Path(__file__).resolve().parents[2] / "grammar" / "OPERATIONS.md"


def test_the_page_is_what_the_book_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_markdown(), (
        "run: matcalc rules --format markdown > grammar/OPERATIONS.md"
    )
