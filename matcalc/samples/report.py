"""What a verification found, as rows that a newcomer can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

_HEADINGS = ("check", "sizes", "points", "worst", "must be", "")


@dataclass(frozen=True)
class Row:
    """One check at the points of one set of sizes; `worst` is the worst number found there."""

    check: str
    sizes: str
    points: int
    worst: str
    limit: str
    passed: bool

    def cells(self) -> tuple[str, ...]:
        verdict = "holds" if self.passed else "FAILS"
        return self.check, self.sizes, str(self.points), self.worst, self.limit, verdict


def bounded(check: str, sizes: str, errors: Sequence[float], limit: float) -> Row:
    """The row of errors that must not exceed a limit."""
    worst = max(errors)
    return Row(check, sizes, len(errors), f"{worst:.1e}", f"<= {limit:.0e}", worst <= limit)


def sizes_text(sizes: Mapping[str, int]) -> str:
    """`m=4 n=3`, `-` where no dimension has a name."""
    return " ".join(f"{name}={size}" for name, size in sizes.items()) or "-"


@dataclass(frozen=True)
class Report:
    """The rows, what must hold, and what a reader should know of the points taken.

    `problem` says why nothing could be checked, or why no check was needed to say no.
    """

    rows: tuple[Row, ...]
    laws: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def passed(self) -> bool:
        return not self.problem and bool(self.rows) and all(row.passed for row in self.rows)

    @property
    def points(self) -> int:
        """The number of points at which the derivative was checked."""
        first = self.rows[0].check if self.rows else ""
        return sum(row.points for row in self.rows if row.check == first)

    def summary(self) -> str:
        """The verdict in one line."""
        if self.passed:
            return f"verified: every check holds at {self.points} random points"
        return f"not verified: {self.reason}"

    @property
    def reason(self) -> str:
        """Why it has not passed."""
        failed = sum(not row.passed for row in self.rows)
        return self.problem or f"{failed} of {len(self.rows)} checks fail"

    def __str__(self) -> str:
        table = _aligned([_HEADINGS, *(row.cells() for row in self.rows)]) if self.rows else []
        parts = [list(self.laws), table, [f"note: {note}" for note in self.notes]]
        blocks = ["\n".join(part) for part in parts if part]
        return "\n\n".join([*blocks, self.summary()])


def joined(reports: Mapping[str, Report]) -> Report:
    """The reports of the parts of one answer as one, each row under the name of its part."""
    rows = [
        replace(row, check=_under(name, row.check))
        for name, report in reports.items()
        for row in report.rows
    ]
    laws = dict.fromkeys(law for report in reports.values() for law in report.laws)
    notes = [_under(name, note) for name, report in reports.items() for note in report.notes]
    problems = [_under(name, one.problem) for name, one in reports.items() if one.problem]
    return Report(tuple(rows), tuple(laws), tuple(notes), "; ".join(problems))


def _under(name: str, text: str) -> str:
    return f"{name}: {text}" if name else text


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in table
    ]
