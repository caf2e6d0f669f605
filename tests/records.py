"""Records of the answers to a folder of cases, and what differs between two records.

    python -m tests.records write RECORD CASES      the answers to the `.jsonl` files in CASES
    python -m tests.records compare BEFORE AFTER    every answer that differs; exit status 1 if any

A record is a folder with one JSON file for each file of cases; nothing in it depends on the time
or the machine. The answers of another checkout, by the command of this one:

    PYTHONPATH=OTHER:. python -P -m tests.records write RECORD CASES
"""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import unified_diff
from functools import partial
from inspect import getattr_static, ismethod
from pathlib import Path
from typing import Any

import matcalc as mc
from tests.case_files import Arrays, Case, answers, read_cases, verdicts

SECONDS = 60  # for one case; one that takes longer is recorded as slow

# What an answer has to say, each where it has it; a method is called.
ATTRIBUTES = (
    "value shown latex _repr_latex_ unicode text structure inner space shape conditions "
    "assumptions steps source rows why map matrix newton_step"
)

Fields = dict[str, str]


class Slow(BaseException):
    """The time of a case is up; not an Exception, for those are recorded as crashes."""


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raises Slow in the block when the time is up."""

    def stop(*_: object) -> None:
        raise Slow

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def described(answer: object) -> Fields:
    """All that an answer says about itself, as text: its value, its lines, its code, ..."""
    own = [name for name in ATTRIBUTES.split() if getattr_static(answer, name, None) is not None]
    fields = {"text": told(partial(printed, answer))}
    return fields | {name: told(partial(_attribute, answer, name)) for name in own}


def printed(answer: object) -> str:
    """What `print` shows, without the numbers of a counterexample, which are drawn at random."""
    lines = str(answer).splitlines()
    return "\n".join(line for line in lines if not line.startswith("counterexample:"))


def _attribute(answer: object, name: str) -> str:
    found = getattr(answer, name)
    return as_text(found() if ismethod(found) else found)


def as_text(value: Any) -> str:
    """Lines of text for what an answer holds: expressions, lists of them, steps, blocks."""
    match value:
        case Mapping():
            return "\n".join(f"{name}: {as_text(one)}" for name, one in value.items())
        case list() | tuple():
            return "\n".join(map(as_text, value))
        case frozenset():
            return ", ".join(sorted(value))
        case object(rule=rule, source=source, before=before, after=after):
            return f"{before} = {after}    {rule} [{source}]"
        case object(name=name, value=one):
            return f"{name}: {one}"
    return str(value)


def told(tell: Callable[[], str]) -> str:
    """A text, or why there is none: what a refusal says, and what a crash was."""
    try:
        return tell()
    except mc.MatcalcError as error:
        return f"refused: {type(error).__name__}: {error.report()}"
    except Exception as error:
        return f"crash: {type(error).__name__}: {error}"


def recorded(case: Case, arrays: Arrays) -> Fields:
    """The answers and the verdicts of a case field by field, and how it went as a whole."""
    fields = {"verb": case["ask"], "problem": f"{case['expr']} by {case['wrt']}"}
    try:
        with at_most(SECONDS):
            outcome = told(partial(_fill, fields, case, arrays))
    except Slow:
        outcome = "slow"
    return {**fields, "outcome": outcome}


def _fill(fields: Fields, case: Case, arrays: Arrays) -> str:
    """Fill in the fields one by one, so that those before a refusal are kept."""
    for place, answer in enumerate(answers(case, arrays)):
        part = "asked: " if place else ""
        fields |= {f"{part}{name}": text for name, text in described(answer).items()}
    for claim, check in verdicts(case, arrays):
        fields[f"check: {claim}"] = told(lambda check=check: printed(check()))  # type: ignore[misc]
    return "answered"


def write(record: Path, cases: Path) -> str:
    """Record the answers to all cases in a folder; how many went how."""
    record.mkdir(parents=True, exist_ok=True)
    outcomes: Counter[str] = Counter()
    for path in sorted(cases.glob("*.jsonl")):
        found = {case["id"]: recorded(case, arrays) for case, arrays in read_cases(path)}
        outcomes.update(fields["outcome"].partition(":")[0] for fields in found.values())
        content = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False)
        (record / f"{path.stem}.json").write_text(f"{content}\n", encoding="utf-8")
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))


def read(record: Path) -> dict[str, Fields]:
    """A record by the ids of its cases."""
    pages = [json.loads(path.read_text(encoding="utf-8")) for path in record.glob("*.json")]
    return {name: fields for page in pages for name, fields in page.items()}


def compare(before: Path, after: Path) -> list[str]:
    """A page for each case that differs, with a diff of each field that does."""
    old, new = read(before), read(after)
    pages = {name: _page(old.get(name, {}), new.get(name, {})) for name in sorted({*old, *new})}
    return [f"=== {name}\n{page}\n" for name, page in pages.items() if page]


def _page(before: Fields, after: Fields) -> str:
    names = sorted({*before, *after})
    diffs = (_difference(name, before.get(name, ""), after.get(name, "")) for name in names)
    return "\n".join(diff for diff in diffs if diff)


def _difference(name: str, before: str, after: str) -> str:
    lines = unified_diff(before.split("\n"), after.split("\n"), name, name, n=1, lineterm="")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["write", record, cases]:
            print(write(Path(record), Path(cases)))
            return 0
        case ["compare", before, after]:
            pages = compare(Path(before), Path(after))
            print(*pages, f"{len(pages)} cases differ", sep="\n")
            return 1 if pages else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
