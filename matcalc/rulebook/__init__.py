"""The rule book of the package: `book` holds every chapter of `grammar/rules`."""

from matcalc.language.reader import grammar_directory
from matcalc.rulebook.rule_book import RuleBook

book = RuleBook(sorted((grammar_directory() / "dialects").glob("*.calls")))
for _chapter in sorted((grammar_directory() / "rules").glob("*.rules")):
    book.load(_chapter.read_text(encoding="utf-8"), _chapter.name)

__all__ = ["RuleBook", "book"]
