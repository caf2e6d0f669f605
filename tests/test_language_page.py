"""The page of the language is made from the tables by which texts are read, and is current."""

from __future__ import annotations

from pathlib import Path

from tests.language_page import page

PAGE = Path(__file__).resolve().parents[1] / "grammar" / "LANGUAGE.md"


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m tests.language_page > grammar/LANGUAGE.md"
    )
