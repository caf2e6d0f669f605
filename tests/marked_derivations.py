"""Derivations of people marked: `python -m tests.marked_derivations FILE`, a list of them as JSON.

Each has `lines`, `wrt`, `where`, and what is true of it: `first_wrong` and, in words, the `slip`.
The status is 1 where another line is found to be the first wrong one, or a line is left open.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matcalc as mc


def is_marked_right(given: dict[str, Any]) -> bool:
    """Whether the first wrong line is found; prints what is said of it."""
    marks = mc.check_derivation(given["lines"], given["wrt"], given["where"])
    place = marks.first_wrong
    is_right = place == given["first_wrong"] and all(one.status != "undecided" for one in marks)
    print(f"{'right' if is_right else 'WRONG'}  {given['id']}: first wrong line {place}")
    if place is not None:
        said = marks.lines[place]
        print(f"       said:  {said.reason}; {said.hint}\n       truth: {given['slip']}")
    return is_right


if __name__ == "__main__":
    found = [is_marked_right(one) for one in json.loads(Path(sys.argv[1]).read_text())]
    print(f"{sum(found)} of {len(found)} marked right")
    raise SystemExit(not all(found))
