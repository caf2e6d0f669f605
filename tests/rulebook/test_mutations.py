"""Wrong rules are noticed: every slip made on purpose in a rule fails the check of the rule.

A mutant that survives is either equivalent to the rule, and then `survivors.txt` says why, or the
points at which rules are checked are too special, or the rule itself is wrong.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from matcalc.expressions.nodes import Symbol
from matcalc.rulebook import book
from matcalc.rulebook.records import Rule
from matcalc.rulebook.rule_book import RULE_KINDS
from tests.rulebook.laws import cases, limit
from tests.rulebook.mutants import mutants
from tests.rulebook.sampling import demands_of, symmetric_names

GOLDEN = Path(__file__).with_name("survivors.txt")
NEVER_COMPLEX = ("identity", "written", "rejected", "computed", "entries")


def rules_of(name: str) -> list[tuple[str, Rule]]:
    """The rules of an entry, and once more as they are read over the complex numbers."""
    kinds = [kind for kind in RULE_KINDS if kind != "rejected"]
    real = [(name, rule) for kind in kinds for rule in book.rules(name, kind)]
    if not book.operation(name).over_complex:
        return real
    read = [kind for kind in kinds if kind not in NEVER_COMPLEX]
    found = [rule for kind in read for rule in book.rules(name, kind, over_complex=True)]
    return real + [(f"complex {name}", rule) for rule in found]


RULES = [pair for name in book.names() for pair in rules_of(name)]


@cache
def survivors(name: str, rule: Rule) -> list[str]:
    """The mutants of a rule that no point tells from it, as the golden list writes them."""
    points = cases(rule)
    return [
        f"{name} | {rule.kind} {rule.text} | {slip}"
        for slip, wrong in mutants(rule.right, _symmetric(rule))
        if all(case.error(wrong) <= limit(rule) for case in points)
    ]


def _symmetric(rule: Rule) -> list[Symbol]:
    """The parameters that the entry requires to be symmetric."""
    names = symmetric_names(demands_of(rule.left))
    return [s for s in rule.symbols.values() if s.name in names]


@cache
def known() -> dict[str, str]:
    """The survivors on record, each with the reason why it is no mistake."""
    lines = [line for line in GOLDEN.read_text().splitlines() if line and not line.startswith("#")]
    pairs = [line.rsplit(" | ", 1) for line in lines]
    return {survivor: reason for survivor, reason in pairs}


@pytest.mark.parametrize(
    ("name", "rule"), RULES, ids=[f"{rule.location} {rule.kind} of {name}" for name, rule in RULES]
)
def test_every_slip_in_the_rule_is_noticed(name: str, rule: Rule) -> None:
    assert mutants(rule.right, _symmetric(rule)), "nothing in this rule can be got wrong"
    new = [line for line in survivors(name, rule) if line not in known()]
    assert not new, "not noticed (if equivalent, add to survivors.txt with the reason):\n" + (
        "\n".join(new)
    )


def test_the_survivors_on_record_still_survive() -> None:
    found = {line for name, rule in RULES for line in survivors(name, rule)}
    gone = set(known()) - found
    assert not gone, "no longer survivors:\n" + "\n".join(sorted(gone))
    assert all(reason.strip() for reason in known().values())
