"""Inner products and spaces of a person's own rule file, and what is refused in one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import matcalc as mc
from matcalc.cli import main
from matcalc.rulebook import book
from matcalc.rulebook.entry_checks import check_spaces
from matcalc.rulebook.reader import RuleBookError
from matcalc.verify.own_spaces import space_verdicts

OWN = """space zero-sum(X: matrix(m,n))
  tangent ones(m)'*U*ones(n)
  projection G - sum(G)/(m*n)*ones(m,n)
  source elementary

operation sumsq(X: m x n) -> scalar
  differential sumsq(X) = 2*sum(X .* dX)
  numpy np.sum($X**2)
  source elementary
"""


@pytest.fixture(autouse=True)
def _leave_the_book_as_it_was() -> Iterator[None]:
    yield
    book.forget_file("rules")


def test_a_space_of_ones_own_is_one_of_the_book() -> None:
    assert mc.load_rules(OWN) == ["zero-sum", "sumsq"]
    found = mc.gradient("tr(A*X) + sumsq(X)", "X", "X: matrix(m,n)", space="zero-sum")
    assert found.verify(samples=3).passed
    rng = np.random.default_rng(5)
    a, x = rng.normal(size=(4, 3)), rng.normal(size=(3, 4))
    free = a.T + 2 * x
    np.testing.assert_allclose(found.compile()(A=a, X=x), free - free.mean())
    assert "tangent" in mc.rules("zero-sum")


def test_it_goes_with_its_file() -> None:
    mc.load_rules(OWN)
    book.forget_file("rules")
    assert "zero-sum" not in book.spaces and not book.has("sumsq")
    with pytest.raises(mc.UnknownName, match="no space is called 'zero-sum'"):
        mc.Space.named("zero-sum")


def test_every_entry_of_the_book_would_be_taken() -> None:
    entries = [*book.products.values(), *book.spaces.values()]
    check_spaces(book, entries)
    assert len(entries) > 50


SPACE = "space bad(X: matrix(m,n))\n  {}\n  source elementary\n"
FAULTY = {
    "projection G*G'*G": "rules:11: bad: `projection` is not linear in G",
    "projection G'": "rules:11: bad: `projection` is n x m, and m x n is needed",
    "projection G + Q": "rules:11: bad: `Q` is not declared",
    "tangent tr(X'*X)": "rules:11: bad: `tangent` is not linear in U",
    "pairing U'*V": "rules:11: bad: `pairing` is n x n, and 1 x 1 is needed",
    "projektion G": "rules:11: bad: no clause begins with `projektion`",
    "like nowhere": "rules:11: bad: no space before it is nowhere",
}


@pytest.mark.parametrize("clause", FAULTY)
def test_a_faulty_space_is_refused_and_nothing_of_its_file_is_kept(clause: str) -> None:
    with pytest.raises(RuleBookError, match=re.escape(FAULTY[clause])):
        mc.load_rules(OWN + SPACE.format(clause))
    assert not {"bad", "zero-sum"} & book.spaces.keys() and not book.has("sumsq")


def test_a_name_of_the_book_is_taken() -> None:
    with pytest.raises(RuleBookError, match=r"rules:1: sphere is already defined in 15_spaces"):
        mc.load_rules(SPACE.replace("bad", "sphere").format("projection G"))


WRONG = """space tilted(X: matrix(m,n))
  tangent ones(m)'*U
  projection G - ones(m)*(ones(m)'*G)/n
  source elementary

product halved(W: positive_matrix(m,n))
  pairing sum(W.*U.*V)
  riesz 2*G./W
  source elementary
"""
RIGHT = WRONG.replace("/n", "/m").replace("2*G", "G")


def test_the_book_itself_is_verified_and_what_is_wrong_is_seen() -> None:
    names = ["symmetric-traceless", "ellipsoid", "banded", "simplex-fisher", "hermitian"]
    entries = [*book.products.values(), *(book.spaces[name] for name in names)]
    found = [verdict for entry in entries for verdict in space_verdicts(entry)]
    assert len(found) > len(entries) - 1
    assert all(verdict.holds for verdict in found), [*map(str, found)]


def test_the_command_line_verifies_spaces_and_products(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.rules"
    for text, status, said in ((WRONG, 1, "does not hold"), (RIGHT, 0, "holds")):
        path.write_text(text)
        assert main(["rules", "--rules", str(path), "--verify"]) == status
        lines = capsys.readouterr().out.splitlines()
        assert lines == [
            f"mine.rules:8: riesz {said}",
            f"mine.rules:3: projection {said}",
        ] or lines == [f"mine.rules:3: projection {said}", f"mine.rules:8: riesz {said}"]
    book.forget_file(str(path.resolve()))


INDEFINITE = """product minus()
  pairing -tr(U'*V)
  riesz -G
  source elementary

product twice()
  pairing 2*tr(U'*V)
  riesz G/2
  source elementary

space hyperbolic(X: matrix(m,n))
  tangent sum(U)
  pairing tr(U'*V) - 2*U[1,1]*V[1,1]
  source elementary
"""


def test_a_pairing_that_is_not_definite_is_refused_where_it_is_used() -> None:
    mc.load_rules(INDEFINITE)
    for how in ({"inner": "minus"}, {"space": "hyperbolic"}):
        with pytest.raises(mc.DomainError, match="not positive definite"):
            _ = mc.gradient("tr(X'*X)", "X", "X: matrix(m,n)", **how).value
    half = mc.gradient("tr(X'*X)", "X", "X: matrix(m,n)", inner="twice").compile()
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(half(X=x), x)
