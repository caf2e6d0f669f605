"""Proofs of true claims and identities, re-applied line by line with the rules of the book alone.

    python -m tests.replayed_proofs CASES    the cases of the `.jsonl` files and `identities.json`

Prints how many claims and identities each method proved, how many proofs were replayed, and each
line that does not follow. Exit status 1 if there is one, or if anything false is proved: the wrong
claims of the cases and the false ones of `identities.json`.

A proof entry by entry, and what SymPy found, is replayed on numbers (`tests.replayed_entries`).
Nothing here searches: that a line follows is read off its reasons by the matcher and the small
algebra that the steps of derivations are judged by (`tests.steps`).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import matcalc as mc
from matcalc.derivation.steps import Reason, Step
from matcalc.expressions.constructors import (
    add,
    base_and_exponent,
    is_zero,
    minus,
    multiply,
    scale,
    split_coefficient,
    transpose,
    zero,
)
from matcalc.expressions.nodes import Node, Number, Sum, ordered
from matcalc.expressions.operations import Power
from matcalc.proofs.proof import Line, Proof, Use
from matcalc.rulebook.laws import MULTIPLIED, SUBTRACTED, law_of
from matcalc.rulebook.substitution import substitute
from tests.case_files import read_cases
from tests.expected_claims import SECONDS, TrueClaim, true_claims
from tests.records import Slow, at_most
from tests.replayed_entries import entries_complaint, is_by_entries, is_by_sympy, same_values
from tests.steps.arithmetic import same_value
from tests.steps.context import Context
from tests.steps.reapply import holds, reaches

NOTHING = Context({}, {})


def complaint(proof: Proof) -> str:
    """ "" where each line of a proof follows from its reasons; else what does not."""
    before = proof.left, proof.right
    for place, line in enumerate(proof.lines):
        if is_by_entries(line):
            return entries_complaint(*before, *proof.lines[place:])
        if found := _complaint(*before, line):
            return f"{found} in: {line}"
        before = line.left, line.right
    return "" if before[0] is before[1] else f"it ends with {before[0]} = {before[1]}"


def _complaint(left: Node, right: Node, line: Line) -> str:
    if [use.by for use in line.uses] == [SUBTRACTED]:
        is_difference = is_zero(line.right) and same_value(line.left, minus(left, right))
        return "" if is_difference else "not the difference"
    if [use.by for use in line.uses] == [MULTIPLIED]:
        factor = line.uses[0].after
        return "" if _is_multiple(left, line.left, factor) else f"not {factor} times what was"
    reasons = tuple(Reason(law_of(use.by), use.before, use.after) for use in line.uses)
    for reason, use in zip(reasons, line.uses, strict=True):
        if not (same_values(use) if is_by_sympy(use) else holds(reason, NOTHING)):
            return f"not by {reason.name}: {reason.before} is not {reason.after}"
    sides = [(left, line.left), (right, line.right)]
    changed = [pair for pair in sides if pair[0] is not pair[1]]
    if all(reaches(Step(reasons, *pair), NOTHING) for pair in changed):
        return ""
    if all(same_value(_replaced(before, line.uses), after) for before, after in changed):
        return ""
    return "its reasons lead elsewhere"


def _replaced(before: Node, uses: Sequence[Use]) -> Node:
    """What becomes of it with the equations, which may stand there transposed or as differences."""
    values: dict[Node, Node] = {}
    for use in uses:
        _, bracket = _primitive(minus(use.before, use.after))
        pairs = [(use.before, use.after), (bracket, zero(bracket.shape))]
        values |= {left: right for left, right in pairs}
        values |= {transpose(left): transpose(right) for left, right in pairs}
    number, rest = _primitive(before)
    return scale(number, substitute(rest, values))


def _primitive(node: Node) -> tuple[Fraction, Node]:
    """2*A - 2*B as twice the difference A - B."""
    if not isinstance(node, Sum):
        return split_coefficient(node)
    first = node.terms[0][0]
    return first, scale(1 / first, node)


def _is_multiple(before: Node, after: Node, factor: Node) -> bool:
    """Whether it is so many times what was there, which was divided by the factor."""
    base, exponent = base_and_exponent(factor)
    inside = (node for node in ordered(before) if isinstance(node, Power) and node.base is base)
    divided = any(isinstance(e, Number) and e.value < 0 for e in (n.exponent for n in inside))
    is_positive = isinstance(exponent, Number) and exponent.value > 0
    common, rest = split_coefficient(before)
    terms = rest.terms if isinstance(rest, Sum) else ((Fraction(1), rest),)
    times = add(((common * v, multiply(factor, term)) for v, term in terms), before.shape)
    return divided and is_positive and same_value(after, times)


class Counts:
    """What was proved, by which method, and what was seen of it."""

    def __init__(self) -> None:
        self.methods: Counter[str] = Counter()
        self.replayed = self.failed = 0

    def add(self, name: str, verdict: Any) -> None:
        for one in verdict.parts.values() or [verdict]:
            if one.proof:
                self._replay(name, one.proof)
        self.methods[verdict.proof.reason if verdict.proof else verdict.status] += 1

    def _replay(self, name: str, proof: Proof) -> None:
        found = complaint(proof)
        self.replayed += not found
        self.failed += bool(found)
        if found:
            print(f"{name}: {found}", flush=True)

    def __str__(self) -> str:
        rows = [f"{count:6} {method}" for method, count in self.methods.most_common()]
        return "\n".join([*rows, f"{self.replayed:6} proofs replayed, {self.failed} failed"])


def _judged(claim: TrueClaim) -> Any:
    """The verdict; None where there is none in time."""
    try:
        with at_most(SECONDS):
            return claim.judged()
    except (Slow, mc.MatcalcError):
        return None


def of_claims(claims: Iterable[TrueClaim], counts: Counts) -> None:
    for claim in claims:
        verdict = _judged(claim)
        if verdict is not None:
            counts.add(claim.name, verdict)


def of_identities(rows: Sequence[Any], counts: Counts) -> list[str]:
    """The names of the false ones that are proved."""
    wrong = []
    for row in rows:
        verdict = mc.equivalent(row["left"], row["right"], row["where"])
        if row["true"]:
            counts.add(row["id"], verdict)
        elif verdict.status == "proved":
            wrong.append(row["id"])
    return wrong


def wrong_claims(cases: Path) -> Iterator[TrueClaim]:
    """The claims of the cases that are known to be wrong."""
    known = {one.name: one for one in true_claims(cases)}
    for path in sorted(cases.glob("*.jsonl")):
        for case, _ in read_cases(path):
            claims = [one["claim"] for one in case.get("claims", ()) if not one["right"]]
            for text in claims + [one for one in case.get("wrong", ()) if isinstance(one, str)]:
                if case["id"] in known:
                    yield replace(known[case["id"]], claim=text)


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    cases = Path(arguments[0])
    claims, identities = Counts(), Counts()
    of_claims(true_claims(cases), claims)
    rows = json.loads((cases / "identities.json").read_text())
    wrong = of_identities(rows, identities)
    wrong += [one.name for one in wrong_claims(cases) if (v := _judged(one)) and v.proof]
    print(f"true claims\n{claims}\ntrue identities\n{identities}\nfalse ones proved: {wrong or 0}")
    return 1 if claims.failed or identities.failed or wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
