"""A dialect in every verb, and one of its own for a claim."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import matcalc as mc
from matcalc.cli.command import main
from matcalc.verbs.table import DERIVATIVES, VERBS, function

WHERE = "X: matrix(m,n), Y: matrix(m,n)"


@pytest.mark.parametrize("verb", [name for name in DERIVATIVES if name != "wirtinger"])
def test_every_derivative_takes_a_dialect(verb: str) -> None:
    how: dict[str, Any] = {"order": 2} if verb == "nth_derivative" else {}
    named = function(verb)("mean(X*X*Y)", "X", where=WHERE, dialect="numpy", **how)
    own = function(verb)("mean(X.*X.*Y)", "X", where=WHERE, **how)
    assert named.value == own.value


OTHERS: dict[str, Callable[..., Any]] = {
    "parse": lambda text, **how: mc.parse(text, WHERE, **how),
    "conventions": lambda text, **how: str(mc.conventions(text, "X", WHERE, **how)),
    "equivalent": lambda text, **how: mc.equivalent(text, "mean(X*Y)", WHERE, **how).status,
    "evaluate": lambda text, **how: mc.evaluate(
        text, **how, X=[[1.0, 2.0, 3.0], [0.5, 4.0, 1.0]], Y=[[2.0, 0.1, 3.0], [0.5, 1.0, 1.5]]
    ),
}


@pytest.mark.parametrize("verb", OTHERS)
def test_every_other_verb_takes_a_dialect(verb: str) -> None:
    assert OTHERS[verb]("mean(X*Y)", dialect="numpy") == OTHERS[verb]("np.mean(X*Y)")


def test_entries_are_multiplied_where_numpy_is_named() -> None:
    values = {"X": [[1.0, 2.0, 3.0], [0.5, 4.0, 1.0]], "Y": [[2.0, 0.1, 3.0], [0.5, 1.0, 1.5]]}
    assert mc.evaluate("mean(X*Y)", dialect="numpy", **values) == pytest.approx(16.95 / 6)


def test_a_dialect_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(mc.UnknownName, match="numpy"):
        mc.gradient("x'*x", "x", dialect="fortran")
    with pytest.raises(mc.MatcalcError, match="dialect"):
        mc.parse("x'*x", dialect=["numpy"])  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("rules", "wirtinger")])
def test_the_command_line_takes_a_dialect_in_every_verb(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("mean(X*Y)\n= mean(Y*X)")
    more = {
        "equivalent": ["mean(Y*X)"],
        "parse": [],
        "check": ["--wrt", "X", "--claim", "Y/(m*n)"],
        "nth_derivative": ["--wrt", "X", "--order", "1"],
    }.get(verb, ["--wrt", "X"])
    asked = {"check_derivation": ["mark", str(lines)]}.get(
        verb, [verb.replace("_", "-"), "mean(X*Y)"]
    )
    typed = [*asked, *more, "--where", WHERE]
    assert main([*typed, "--dialect", "numpy"]) == 0
    capsys.readouterr()


CLAIMS = [
    ("logdet(X)", "X", "np.linalg.inv(X).T", {}),
    ("np.sum((X @ W - Y)**2)", "W", "2 * X.T @ (X @ W - Y)", {}),
    ("np.sum((X @ W - Y)**2)", "W", "2*X'*(X*W - Y)", {}),
    ("norm2(X*w - y)^2", "w", "2 * X.T @ (X @ w - y)", {}),
    ("np.sum(X*X*X)", "X", "3*X**2", {"where": "X: square(n)"}),
    ("np.sum(X*X*X)", "X", "3*X.^2", {"where": "X: square(n)"}),
    ("tr(X*X*X)", "X", "3*(X**2).T", {"where": "X: square(n)"}),
    ("sum(X.*X.*X)", "X", "3*X*X", {"where": "X: square(n)", "claim_dialect": "numpy"}),
    ("np.sum(u * (A @ x))", "x", "df = np.sum(u * (A @ dx))", {}),
]


@pytest.mark.parametrize(("f", "wrt", "claim", "how"), CLAIMS)
def test_a_claim_has_the_dialect_of_its_marks(
    f: str, wrt: str, claim: str, how: dict[str, Any]
) -> None:
    assert mc.check(f, wrt, claim, **how).status in ("proved", "verified")


def test_a_claim_that_means_less_in_its_dialect_is_refuted() -> None:
    wrong = mc.check("tr(X*X*X)", "X", "3*(X**2).T", "X: square(n)", claim_dialect="numpy")
    assert wrong.status == "refuted"  # NumPy's X**2 is entry by entry


def test_it_is_said_how_a_claim_was_read() -> None:
    verdict = mc.check("np.sum(X*Y*Y)", "X", "Y*Y", "X: square(n), Y: square(n)")
    assert verdict.status == "proved"
    assert "matcalc reads this as `Y^2`; dialect: matcalc" in verdict.assumptions
