"""The forms that textbooks give, each judged by `check`: none of them may be refuted.

    python -m tests.expected_claims CASES [--part K/N]     the cases of the `.jsonl` files in CASES

Prints each verdict that is not proved or verified with its reason, and each error; then how many
verdicts of each status there were, and the times of the processor. A form that holds only where
the case says, at its sizes and for its constants, is judged there and counted as `there`. Exit
status 1 if any is refuted or an error.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

import matcalc as mc
from tests.case_files import Arrays, Case, declarations, read_cases, setting
from tests.records import Slow, at_most

SECONDS = 60  # for one verdict
ALONG = {
    "apply": ("differential", "df"),
    "hvp": ("hessian", "Hess"),
    "riemannian-hessian-vector": ("hessian", "Hess"),
    "second": ("nth-derivative", "d2f"),
}
PLAIN = {
    "gradient": "gradient",
    "riemannian-gradient": "gradient",
    "jacobian": "jacobian",
    "hessian": "hessian",
    "differential": "differential",
    "wirtinger": "wirtinger",
}


HOLDS = ("proved", "verified")
SIZED = ("expr", "declare", "expected", "metric", "space")  # where the names of sizes stand


@dataclass(frozen=True)
class TrueClaim:
    """A formula that is right, and all that `check` has to be told to judge it.

    `there` is the same at the sizes and for the constants of its case, where it may be right only.
    """

    name: str
    f: str
    wrt: str
    claim: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    there: TrueClaim | None = None

    def judged(self, claim: str | None = None) -> Any:
        """The verdict on it, or on another claim about the same."""
        return mc.check(self.f, self.wrt, claim=claim or self.claim, **self.arguments)


def true_claims(cases: Path) -> Iterator[TrueClaim]:
    """What `check` can judge of the expected forms of all cases in a folder.

    A form in other coordinates or of another convention, and one of a norm, a determinant or a
    solution of an operator, is not a claim about a derivative.
    """
    for path in sorted(cases.glob("*.jsonl")):
        for case, arrays in read_cases(path):
            if _is_claim(case):
                yield replace(_claim(case, arrays), there=_claim_there(case, arrays))


def _is_claim(case: Case) -> bool:
    metric = case.get("metric")
    other = case.get("coords") or (isinstance(metric, Mapping) and metric.get("convention"))
    asked = case["ask"] in {*PLAIN, *ALONG, "kron"}
    return asked and not other and isinstance(case.get("expected"), str)


def _claim(case: Case, arrays: Arrays) -> TrueClaim:
    kind, left = _question(case)
    where = declarations(case, arrays)
    arguments = {"where": where, "of": kind, **setting(case)}
    if case.get("conjugate"):
        arguments["conjugate"] = True
    return TrueClaim(case["id"], case["expr"], case["wrt"], f"{left}{case['expected']}", arguments)


def _question(case: Case) -> tuple[str, str]:
    """The derivative that a case asks of, and the left side of a claim about it."""
    asked = case["ask"]
    if asked in ALONG:
        kind, left = ALONG[asked]
        return kind, f"{left}[{', '.join(case['dirs'])}] = "
    if asked == "kron":
        return ("hessian" if case.get("order") == 2 else "jacobian"), ""
    told_as_operator = asked == "jacobian" and f"d{case['wrt']}" in case["expected"]
    return ("differential" if told_as_operator else PLAIN[asked]), ""


def _claim_there(case: Case, arrays: Arrays) -> TrueClaim:
    """With numbers for sizes; what both samples of a case have alike is a constant, defined."""
    sizes = case.get("dims") or {}
    text = json.dumps({name: case.get(name) for name in SIZED})
    for name, size in sizes.items():
        text = re.sub(rf"\b{name}\b(?!\")", str(size), text)
    found = _claim({**case, **json.loads(text)}, arrays)
    constants = {n: v for n in case["declare"] if (v := _constant(case["id"], n, arrays))}
    constants.pop(case["wrt"], None)
    where = {n: kind for n, kind in found.arguments["where"].items() if n not in constants}
    defined = "".join(f"{name} = {value}; " for name, value in constants.items())
    return replace(found, f=defined + found.f, arguments={**found.arguments, "where": where})


def _constant(case: str, name: str, arrays: Arrays) -> str:
    keys = [f"{case}|{seed}|in|{name}" for seed in (0, 1)]
    if any(key not in arrays for key in keys):
        return ""
    one, other = (np.asarray(arrays[key]) for key in keys)
    if one.ndim == 0 or one.dtype.kind not in "if" or not np.array_equal(one, other):
        return ""
    rows = one.reshape(len(one), -1).tolist()
    return "[" + "; ".join(", ".join(map(repr, row)) for row in rows) + "]"


def report(claims: Iterable[TrueClaim]) -> int:
    """Judge each claim, print what does not hold and a summary; how many fail."""
    counts: Counter[str] = Counter()
    times = {}
    for one in claims:
        start = time.process_time()
        status, why = _outcome(one)
        times[one.name] = time.process_time() - start
        counts[status] += 1
        if status not in HOLDS:
            print(f"{status:10}{one.name:40}{why}", flush=True)
    _print_summary(counts, times)
    return counts.total() - sum(counts[s] for s in (*HOLDS, "there", "undecided"))


def _outcome(claim: TrueClaim) -> tuple[str, str]:
    """The status and the reason, from the judge or else from where the case says."""
    try:
        with at_most(SECONDS):
            verdict = claim.judged()
        found = verdict.status, verdict.reason
    except Slow:
        found = "slow", f"over {SECONDS} s"
    except mc.MatcalcError as error:
        found = "error", str(error).replace("\n", " | ")
    if found[0] not in HOLDS and claim.there and _outcome(claim.there)[0] in HOLDS:
        return "there", found[1]
    return found


def _print_summary(counts: Counter[str], times: Mapping[str, float]) -> None:
    said = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    print(f"{counts.total()} claims: {said}")
    slowest = max(times, key=lambda name: times[name])
    median = 1e3 * statistics.median(times.values())
    print(f"processor time: median {median:.0f} ms, worst {times[slowest]:.2f} s ({slowest})")


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case [cases]:
            part = "1/1"
        case [cases, "--part", part]:
            pass
        case _:
            print(__doc__)
            return 2
    first, step = map(int, part.split("/"))
    return 1 if report(islice(true_claims(Path(cases)), first - 1, None, step)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
