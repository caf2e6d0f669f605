"""A person's own rule file, in the form of `grammar/rules`: read and checked when it is loaded.

Either every entry of the file is added to the book or, where one is wrong, none.
"""

from __future__ import annotations

from pathlib import Path

from matcalc.compile.template_checks import check_templates
from matcalc.expressions.python_arguments import checked
from matcalc.language.files import text_of_file
from matcalc.language.vocabulary import FILLED, FITTED
from matcalc.rulebook import book
from matcalc.rulebook.entry_checks import check_entries, check_spaces
from matcalc.rulebook.reader import RuleBookError, complaint, split_entries

_OF_THE_LANGUAGE = {*FITTED, *FILLED, "d", "implicit", "index_sum", "index_prod"}
_TYPED = "rules"


@checked
def load_rules(source: str | Path) -> list[str]:
    """Add the operations, inner products and spaces of a rule file, and give their names.

    `source` is a path, or the text itself if it has several lines. Everything in it is read and
    checked: names, shapes of both sides, linearity of differentials and adjoints, templates,
    weights of identities. A file that was loaded before is loaded anew: what it defines now
    replaces what it defined then. Raises RuleBookError with file:line where something is wrong
    or a name is taken; the book then stays what it was. Rule files are trusted: their templates
    become code. For example `load_rules("mine.rules")`.
    """
    text, file, origin = _read(source)
    _check_beginning(text, file)
    with book.all_or_nothing():
        if origin != _TYPED:
            book.forget_file(origin)
        _check_names(text, file)
        names = book.load(text, file, origin)
        check_entries(book, book.own())  # others may need what the file no longer defines
        check_spaces(book, book.own_spaces())
        for name in filter(book.has, names):
            check_templates(book.operation(name))
    return names


def _read(source: str | Path) -> tuple[str, str, str]:
    """The text, what to call it, and where it is."""
    if isinstance(source, str) and "\n" in source:
        return source, _TYPED, _TYPED
    path = Path(source)
    return text_of_file(path), path.name, str(path.resolve())


def _check_beginning(text: str, file: str) -> None:
    """Before the first entry stand comments only."""
    hint = "an entry begins with `operation name(X: m x n) -> scalar`"
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("operation ", "product ", "space ")):
            return
        if line.strip() and not line.lstrip().startswith("#"):
            raise RuleBookError(f"{file}:{number}: not an entry: {line.strip()[:40]}", hint=hint)
    raise RuleBookError(f"{file}:1: there is no entry in it", hint=hint)


def _check_names(text: str, file: str) -> None:
    """No operation is called as something else is, and none hides behind another spelling."""
    for entry in split_entries(text, file):
        for word in entry.spelled if entry.kind == "operation" else ():
            taken = word in set(book.spellings()) and not (word == entry.name and book.has(word))
            if taken or word in _OF_THE_LANGUAGE:
                raise complaint(entry.place, entry.name, f"the name {word} is taken")
