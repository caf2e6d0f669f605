"""A derivative in several conventions side by side, as a small table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from matcalc.answers.answer import Answer
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Node
from matcalc.expressions.phrases import Phrase
from matcalc.printing.latex import in_macros
from matcalc.printing.phrases import phrase_latex, phrase_plain, phrase_text
from matcalc.printing.text import to_text
from matcalc.printing.typesetting import PLAIN
from matcalc.printing.unicode import to_unicode


@dataclass(frozen=True)
class Convention:
    """One way to write the derivative: its name, its value, what it is and who uses it."""

    name: str
    value: Node
    said: Phrase

    @property
    def meaning(self) -> str:
        """What it is and who uses it, in words."""
        return phrase_text(self.said)

    @property
    def shape(self) -> str:
        return str(self.value.shape)


@dataclass(frozen=True)
class Conventions:
    """The derivative of a problem in several conventions; `why` says why they differ.

    `c["symmetric"]` is the value in one of them. Prints as a small table; `unicode()` and
    `latex()` (a `tabular`) write the same. `answer` is the gradient or Jacobian that all write.
    """

    answer: Answer
    title: str
    rows: tuple[Convention, ...]
    reasons: tuple[Phrase, ...]

    @property
    def why(self) -> tuple[str, ...]:
        """Why they differ, in words."""
        return tuple(map(phrase_text, self.reasons))

    def __getitem__(self, name: str) -> Node:
        return self.named(name).value

    def __iter__(self) -> Iterator[Convention]:
        return iter(self.rows)

    def named(self, name: str) -> Convention:
        """The convention of that name. Raises MatcalcError where the table has no such."""
        for row in self.rows:
            if row.name == name:
                return row
        names = [row.name for row in self.rows]
        close = get_close_matches(name, names, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
        raise MatcalcError(f"no convention {name!r} for this derivative", hint=hint)

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.answer.assumptions

    def _table(self, write: Callable[[Node], str]) -> str:
        cells = [(row.name, write(row.value), row.shape) for row in self.rows]
        first, second = (max(len(cell[place]) for cell in cells) for place in (0, 1))
        lines = [f"{self.title}:", ""]
        for row, (name, value, shape) in zip(self.rows, cells, strict=True):
            said = phrase_plain(row.said, write)
            lines += [f"{name:{first}}  {value:{second}}  {shape}", f"    {said}"]
        facts = [f"why: {phrase_plain(reason, write)}." for reason in self.reasons]
        if self.assumptions:
            facts.append(f"assumed: {', '.join(self.assumptions)}")
        return "\n".join([*lines, "", *facts])

    def __str__(self) -> str:
        return self._table(to_text)

    def unicode(self) -> str:
        """The table in Unicode, for a terminal."""
        return self._table(to_unicode)

    def latex(self) -> str:
        """The table as a `tabular` for a paper."""
        rows = [
            f"{row.name} & ${in_macros(row.value)}$ & {phrase_latex(row.said)} \\\\"
            for row in self.rows
        ]
        why = [f"Why: {phrase_latex(reason)}." for reason in self.reasons]
        begin, end = r"\begin{tabular}{llp{0.4\linewidth}}", r"\end{tabular}"
        lines = [begin, *rows, end, *(line for one in why for line in ("", one))]
        return PLAIN.written("\n".join(lines))
