"""A person's own operations: a rule file in the form of `grammar/rules`, checked when it is loaded.

Either every entry of the file is added to the book or, where one is wrong, none.
"""

from __future__ import annotations

from pathlib import Path

from matcalc.expressions.python_arguments import checked
from matcalc.language.files import text_of_file
from matcalc.language.vocabulary import FILLED, FITTED
from matcalc.rulebook import book
from matcalc.rulebook.reader import RuleBookError, split_entries

_OF_THE_LANGUAGE = {*FITTED, *FILLED, "d", "implicit", "index_sum", "index_prod"}


@checked
def load_rules(source: str | Path) -> list[str]:
    """Add the operations of a rule file to the book, and give their names.

    `source` is a path, or the text itself if it has several lines. Everything in it is read and
    checked: names, shapes of both sides, templates, weights of identities. Raises RuleBookError
    with file:line where something is wrong or a name is taken. Rule files are trusted: their
    templates become code. For example `load_rules("mine.rules")`.
    """
    text, file = _read(source)
    _check_beginning(text, file)
    for entry in split_entries(text, file):
        for word in entry.spelled:
            if word in _OF_THE_LANGUAGE or (word != entry.name and word in set(book.spellings())):
                place = f"{file}:{entry.line}"
                raise RuleBookError(f"{place}: {entry.name}: the name {word} is taken")
    return book.add(text, file)


def _read(source: str | Path) -> tuple[str, str]:
    """The text and what to call it."""
    if isinstance(source, str) and "\n" in source:
        return source, "rules"
    path = Path(source)
    return text_of_file(path), path.name


def _check_beginning(text: str, file: str) -> None:
    """Before the first entry stand comments only."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("operation "):
            return
        if line.strip() and not line.lstrip().startswith("#"):
            hint = "an entry begins with `operation name(X: m x n) -> scalar`"
            raise RuleBookError(f"{file}:{number}: not an entry: {line.strip()[:40]}", hint=hint)
    raise RuleBookError(f"{file}:1: there is no entry in it")
