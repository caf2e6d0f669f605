"""The curvature of the functions of a file, beside the truth and what CVXPY says of them.

    python -m tests.curvatures CASES/curvature.json

A case has `expr`, `wrt`, `where`, `truth` and `cvxpy_says`. Exit status 1 where a verdict is wrong.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import matcalc as mc


def main(arguments: Sequence[str]) -> int:
    """Print a line for each case, then how many are decided and how many wrong."""
    cases = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    decided, wrong = 0, []
    for case in cases:
        found = mc.curvature(case["expr"], case["wrt"], case["where"])
        decided += found.is_decided
        if found.verdict not in (case["truth"], "undecided"):
            wrong.append(case["id"])
        row = (case["id"], found.verdict, case["truth"], case["cvxpy_says"])
        print("{:22} {:10} truth: {:8} CVXPY: {}".format(*row), f"({found.domain})")
    print(f"{decided} of {len(cases)} decided, {len(wrong)} wrong: {', '.join(wrong) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
