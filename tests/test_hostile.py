"""What asks for more than a machine has is refused by a message that says what is too much."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.cli import main
from tests.hostile import HOSTILE


@pytest.mark.parametrize("name", HOSTILE)
def test_a_message_each(name: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        HOSTILE[name]()
    assert 10 < len(caught.value.report()) < 1_000


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("expm(ones(10^6, 10^6))", "entries in an array of the code: 1,000,000,000,000"),
        ("sum(i in 1..10^9, i)", "steps of the sums over an index: 1,000,000,000"),
        (
            "sum(i in 1..10^4, sum(j in 1..10^4, i*j))",
            "steps of the sums over an index: 100,000,000",
        ),
        ("10^350*tr(eye(2))", "digits in a number that is computed: 351"),
    ],
)
def test_a_limit_says_its_value(text: str, limit: str) -> None:
    with pytest.raises(mc.MatcalcError, match="too many " + limit + ", and the limit is "):
        mc.evaluate(mc.parse(text))


def test_what_is_given_may_be_made_larger() -> None:
    """A loop over a long vector is no mistake: its length is that of an array that exists."""
    found = mc.evaluate(mc.parse("sum(i in 1..n, x[i])", "x: vector(n)"), x=[0.5] * 1_100_000)
    assert found == 550_000


def test_what_the_code_does_not_make_is_no_matter() -> None:
    """A matrix of ones is never made where only its rows are added."""
    assert mc.evaluate(mc.parse("sum(ones(10^6, 10^6)*ones(10^6))")) == 1e12


@pytest.mark.parametrize("verb", ["gradient", "verify", "code", "steps", "latex"])
def test_the_command_line_says_so_too(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--file", "/dev/zero", "--wrt", "x"]) == 2
    printed = capsys.readouterr()
    assert "too many bytes in a file: the limit is 5,000,000" in printed.err
    assert printed.out == "" and "Traceback" not in printed.err
