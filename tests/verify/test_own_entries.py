"""Entries of a person that contradict their own code are found; those that do not are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import matcalc as mc
from matcalc.cli import main
from matcalc.rulebook import book
from matcalc.verify.own_entries import verdicts

Printed = pytest.CaptureFixture[str]

OF_A_MATRIX = "operation foo(X: m x n) -> scalar\n  numpy np.sum($X**2)"
DIFFERENTIAL = "differential foo(X) = 2*tr(X'*dX)"
OF_A_SQUARE = "operation foo(X: n x n) -> scalar\n  numpy np.linalg.slogdet($X)[1]"
OF_SPD = "operation foo(A: n x n) -> scalar\n  numpy np.log(np.linalg.cholesky($A)[0, 0])"
OF_TWO = "operation foo(x: n x 1, y: n x 1) -> scalar\n  numpy np.sum($x * $y**2)"
LINEAR = "operation foo(X: m x n) -> n x m\n  linear X\n  numpy 3.0 * $[X].T"
JOINT = "operation foo(A: n x n, B: n x n) -> n x n\n  linear A + B\n  numpy $[A] + 2.0 * $[B].T"

# An entry without its last clause, that clause, and whether it holds.
CLAUSES: list[tuple[str, str, bool | None]] = [
    (OF_A_MATRIX, "differential foo(X) = 2*tr(X'*dX)", True),
    (OF_A_MATRIX, "differential foo(X) = 3*tr(X'*dX)", False),
    (OF_A_MATRIX, "identity foo-rule: foo(X') = foo(X)", True),
    (OF_A_MATRIX, "identity foo-rule: foo(3*X) = 3*foo(X)", False),
    (OF_A_MATRIX, f"{DIFFERENTIAL}\n  definition foo(X) = tr(X'*X)", True),
    (OF_A_MATRIX, f"{DIFFERENTIAL}\n  definition foo(X) = tr(X'*X) + 1", False),
    (OF_A_SQUARE, "differential foo(X) = tr(inv(X)*dX)", True),
    (OF_A_SQUARE, "differential foo(X) = tr(inv(X)'*dX)", False),
    (OF_SPD, "requires A spd\n  differential foo(A) = dA[1,1]/(2*A[1,1])", True),
    (OF_SPD, "requires A spd\n  differential foo(A) = dA[1,1]/A[1,1]", False),
    (OF_TWO, "differential foo(x, y) = dx'*(y.*y) + 2*dy'*(x.*y)", True),
    (OF_TWO, "differential foo(x, y) = dx'*(y.*y) + dy'*(x.*y)", False),
    (OF_TWO, "differential foo(x, y) = dx'*(y.*y) + 0*sum(dy)", False),
    (LINEAR, "adjoint <foo(X), C> = <X, 3*C'>", True),
    (LINEAR, "adjoint <foo(X), C> = <X, C'>", False),
    (LINEAR, "vec vec(foo(X)) = 3*commutation(m, n)*vec(X)", True),
    (LINEAR, "vec vec(foo(X)) = 2*commutation(m, n)*vec(X)", False),
    (LINEAR.replace(".T", ".T + 1.0"), "adjoint <foo(X), C> = <X, 3*C'>", False),
    (JOINT, "adjoint <foo(A, B), C> = <B, 2*C'>", True),
    (JOINT, "adjoint <foo(A, B), C> = <A, 2*C>", False),
    (OF_A_SQUARE.partition("\n")[0], "differential foo(X) = tr(dX)", None),
]


@pytest.fixture(autouse=True)
def _leave_the_book_as_it_was() -> Iterator[None]:
    before = set(book.names())
    yield
    book.forget(set(book.names()) - before)


def text(entry: str, clause: str) -> str:
    return f"{entry}\n  {clause}\n  source elementary\n"


@pytest.mark.parametrize(("entry", "clause", "holds"), CLAUSES)
def test_a_clause_is_judged_by_the_code(entry: str, clause: str, holds: bool | None) -> None:
    mc.load_rules(text(entry, clause))
    *_, verdict = verdicts("foo")
    assert verdict.holds is holds


def test_rules_of_the_book_hold_too() -> None:
    for name in ("logdet", "kron", "chol", "lambda_max", "pinv", "softmax", "hat"):
        found = list(verdicts(name))
        assert found and all(verdict.holds for verdict in found)


def test_the_command(tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "mine.rules"
    command = ["rules", "--rules", "mine.rules", "--verify"]
    mine.write_text(text(OF_A_MATRIX, "differential foo(X) = 2*tr(X'*dX)"))
    assert main(command) == 0
    assert capsys.readouterr().out == "mine.rules:3: differential holds\n"
    mine.write_text(text(OF_A_MATRIX, "differential foo(X) = 3*tr(X'*dX)"))
    assert main(command) == 1
    assert "mine.rules:3: differential does not hold" in capsys.readouterr().out
    assert main(["rules", "logdet", "--verify"]) == 0
