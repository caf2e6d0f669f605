"""The identities by name and by head, and what the book derives from those that are written."""

from __future__ import annotations

import re

import pytest

import matcalc as mc
from matcalc.expressions.constructors import transpose
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered
from matcalc.rulebook import book
from matcalc.rulebook.records import Rule
from matcalc.simplify.identities import derived, identities_by_head
from matcalc.simplify.rewriting import simplify
from tests.rulebook.laws import cases, complaints

WRITTEN = [rule for name in book.names() for rule in book.rules(name, "identity")]
DERIVED = [one for rule in WRITTEN for one in derived(rule)]


def names_of(rules: list[Rule]) -> list[str]:
    return [rule.name for rule in rules]


def test_every_identity_has_a_name_of_its_own() -> None:
    names = names_of(WRITTEN + DERIVED)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names_of(WRITTEN))
    assert all(book.identity(rule.name).text == rule.text for rule in WRITTEN)


def test_an_unknown_identity_is_refused() -> None:
    with pytest.raises(NoRule, match="no identity of the rule book is called inverse-of-nothing"):
        book.identity("inverse-of-nothing")


@pytest.mark.parametrize("rule", DERIVED, ids=names_of(DERIVED))
def test_a_derived_identity_holds(rule: Rule) -> None:
    assert cases(rule), "no usable point"
    assert not complaints(rule, rule.right)
    assert rule.left.shape == rule.right.shape


def test_the_slip_of_forgetting_one_transpose_is_noticed() -> None:
    turned = [rule for rule in DERIVED if rule.name == "inverse-times-square-root, transposed"]
    assert complaints(turned[0], transpose(turned[0].right))


def canonical(rule: Rule) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The text with its variables numbered, and what is known of each."""
    text = f"{rule.left} = {rule.right}"
    used = {s.name: s for s in ordered(rule.left) + ordered(rule.right) if isinstance(s, Symbol)}
    found = [word for word in dict.fromkeys(re.findall(r"\w+", text)) if word in used]
    numbered = re.sub(r"\w+", lambda w: f"v{found.index(w[0])}" if w[0] in found else w[0], text)
    return numbered, tuple((str(used[w].shape), *sorted(used[w].structure)) for w in found)


def test_nothing_is_written_that_is_derived() -> None:
    derived_ones = {canonical(rule): rule.name for rule in DERIVED}
    doubled = {rule.name: derived_ones.get(canonical(rule)) for rule in WRITTEN}
    assert {name: other for name, other in doubled.items() if other} == {}


@pytest.mark.parametrize("rule", WRITTEN, ids=names_of(WRITTEN))
def test_an_identity_is_found_by_what_stands_on_its_left_side(rule: Rule) -> None:
    for one in (rule, *derived(rule)):
        present = frozenset(n.operation for n in ordered(one.left) if isinstance(n, Apply))
        found = [
            other.name
            for some in identities_by_head(present, "identity").values()
            for other in some
        ]
        assert one.name in found


@pytest.mark.parametrize(
    "name", ["inverse-on-the-right", "inverse on the right", "inverse on the right, transposed"]
)
def test_an_identity_is_shown_by_its_name(name: str) -> None:
    title, *lines = mc.rules(name).splitlines()
    assert title.startswith("inverse-on-the-right    (03_inverse.rules:")
    assert [line.split(maxsplit=1) for line in lines] == [
        ["identity", "X*inv(X) = eye(n)"],
        ["transposed", "inv(X)'*X' = eye(n)"],
        ["source", "Magnus & Neudecker 2019, ch. 8 sec. 4"],
    ]


def typed(text: str) -> Node:
    return mc.parse(text, "X: square(n), Z: matrix(m,n), x: vector(n), t: scalar, B: matrix(m,n)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(abs(x).^2)", "sum(x.^2)"),  # written beside `sign`, which does not occur
        ("abs(t)^2", "t^2"),
        ("abs(-t)", "abs(t)"),
        ("heaviside(t)*relu(t)", "relu(t)"),
        ("sqrtm(X)'*sqrtm(X)'", "X'"),
        ("inv(X)'*sqrtm(X)'", "inv(sqrtm(X))'"),
        ("exp(x)'/sum(exp(x))", "softmax(x)'"),
        ("Z'*proj_perp(Z)*B", "zeros(n, n)"),
        ("hat(w)*w + (w'*hat(w))'", "zeros(3)"),
    ],
)
def test_identities_apply_wherever_they_stand(text: str, expected: str) -> None:
    assert str(simplify(typed(text))) == expected
