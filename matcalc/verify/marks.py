"""What marking a derivation says: a mark for each of its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matcalc.verify.verdict import Verdict

DEFINED, GIVEN, REMARK = "by definition", "taken as an equation that holds", "no formula"
_WITHOUT_VERDICT = {DEFINED: "defined", GIVEN: "given", REMARK: ""}
_SAID = {"proved": "right", "verified": "right", "refuted": "WRONG", "undecided": "open"}


@dataclass(frozen=True)
class Mark:
    """The verdict on one line, held against what is true; `text` is the line as it was written.

    `follows` says of a line after a wrong one whether it comes from that, None of all others.
    """

    text: str
    verdict: Verdict
    follows: bool | None = None

    @property
    def status(self) -> str:
        """proved, verified, refuted or undecided."""
        return self.verdict.status

    @property
    def reason(self) -> str:
        """Why, in one line."""
        if self.follows is None:
            return self.verdict.reason
        follows = "follows" if self.follows else "does not follow"
        return f"{self.verdict.reason}; it {follows} from the line before, which is wrong"

    @property
    def hint(self) -> str:
        """The likeliest slip in a wrong line."""
        return self.verdict.hint

    def as_dict(self) -> dict[str, Any]:
        """The mark as one object for a program."""
        said = self.verdict.as_dict() | {"reason": self.reason}
        return {"text": self.text, **said, "follows": self.follows}


@dataclass(frozen=True)
class Marks:
    """The marks of all lines of a derivation; `answer` is the differential it is held against."""

    lines: tuple[Mark, ...]
    answer: Any = None

    @property
    def first_wrong(self) -> int | None:
        """The place of the first line that is refuted, from 0 on; None where there is none."""
        return next((k for k, one in enumerate(self.lines) if one.status == "refuted"), None)

    @property
    def status(self) -> str:
        """That of the first wrong line; else undecided, verified or proved, the least sure one."""
        found = {one.status for one in self.lines}
        return next(one for one in ("refuted", "undecided", "verified", "proved") if one in found)

    @property
    def holds(self) -> bool:
        """Whether every line is proved or verified."""
        return all(one.verdict.holds for one in self.lines)

    def __bool__(self) -> bool:
        return self.holds

    def __iter__(self) -> Iterator[Mark]:
        return iter(self.lines)

    def as_dict(self) -> dict[str, Any]:
        """All marks as one object for a program."""
        return {
            "status": self.status,
            "first_wrong": self.first_wrong,
            "lines": [one.as_dict() for one in self.lines],
        }

    def __str__(self) -> str:
        width = max(len(one.text) for one in self.lines)
        rows = (_row(k, one, width) for k, one in enumerate(self.lines, 1))
        return "\n".join(line for row in rows for line in row)


def _row(number: int, mark: Mark, width: int) -> Sequence[str]:
    word = _WITHOUT_VERDICT.get(mark.verdict.reason, _SAID[mark.status])
    first = f"{number:>2}  {mark.text:{width}}  {word}".rstrip()
    if mark.verdict.holds and mark.follows is None:
        return [first]
    said = str(mark.verdict).splitlines()[1:]
    return [first, *(f"      {line}" for line in (mark.reason, *said))]
