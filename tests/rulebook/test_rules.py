"""Every equation of the rule book, checked on numbers by what it says of itself.

Nothing here lists operations: a new entry is tested as soon as it stands in grammar/rules.
"""

from __future__ import annotations

import pytest
from _pytest.mark.structures import ParameterSet

from matcalc.rulebook import book
from matcalc.rulebook.records import Rule
from matcalc.rulebook.rule_book import RULE_KINDS
from matcalc.rulebook.weight import decreases
from tests.rulebook.laws import cases, complaints


def rules(*kinds: str) -> list[ParameterSet]:
    return [
        pytest.param(rule, id=f"{rule.location} {kind} of {name}")
        for name in book.names()
        for kind in kinds
        for rule in book.rules(name, kind)
    ]


@pytest.mark.parametrize("rule", rules(*(kind for kind in RULE_KINDS if kind != "rejected")))
def test_the_equation_holds(rule: Rule) -> None:
    assert cases(rule), "no usable point in the declared domain"
    found = complaints(rule, rule.right)
    assert not found, f"{rule.location}: {rule.text}\n" + "\n".join(found)


def complex_rules() -> list[ParameterSet]:
    return [
        pytest.param(rule, id=f"{rule.location} {kind} of {name}")
        for name in book.names()
        if book.operation(name).over_complex
        for kind in ("definition", "differential", "adjoint", "vec")
        for rule in book.rules(name, kind, over_complex=True)
    ]


@pytest.mark.parametrize("rule", complex_rules())
def test_the_equation_holds_over_the_complex_numbers(rule: Rule) -> None:
    assert cases(rule), "no usable complex point"
    found = complaints(rule, rule.right)
    assert not found, f"{rule.location}: {rule.text}\n" + "\n".join(found)


@pytest.mark.parametrize("rule", rules("rejected"))
def test_a_rejected_equation_is_false(rule: Rule) -> None:
    assert complaints(rule, rule.right)


@pytest.mark.parametrize("rule", rules("identity"))
def test_an_identity_makes_lighter(rule: Rule) -> None:
    assert decreases(rule.left, rule.right)
    assert rule.left.shape == rule.right.shape
