"""Rule files with one fault each: one message with its place, status 2, and nothing is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import matcalc as mc
from matcalc.cli import main
from matcalc.rulebook import book

Printed = pytest.CaptureFixture[str]

GOOD = """operation sumsq(X: m x n) -> scalar
  differential sumsq(X) = 2*sum(X .* dX)
  numpy        np.sum($X**2)
  source       elementary
"""
HEADER = "operation foo(X: n x n) -> scalar\n"
LINEAR = f"{HEADER}  linear X\n"
OF_TWO = "operation foo(x: n x 1, y: n x 1) -> scalar\n"
MAP = "operation foo(X: m x n) -> n x m\n"

# The second entry of a file, of which the first is right; its `source` is added. The message
# begins with the line, which is counted from that of its header, 1.
FAULTS = {
    # the header
    "no arrow": ("operation foo(X: n x n)\n", 1, "the header does not read"),
    "no shape": ("operation foo(X) -> scalar\n", 1, "found `X` where a parameter is"),
    "no columns": ("operation foo(X: n x) -> scalar\n", 1, "found `n x` where a shape is"),
    "a wrong word": ("operation foo(X: n by n) -> scalar\n", 1, "found `n by n` where a shape"),
    "a bracket left open": ("operation foo(X: n x n -> scalar\n", 1, "the header does not read"),
    "two results": (
        "operation foo(X: n x n) -> scalar, scalar\n",
        1,
        "found `scalar, scalar` where",
    ),
    "a parameter that is not ASCII": (
        "operation foo(Ж: n x n) -> scalar\n",
        1,
        "found `Ж: n x n` where a",
    ),
    "a parameter used twice": (
        "operation foo(X: n x n, X: n x n) -> scalar\n",
        1,
        "two parameters",
    ),
    "a dimension as parameter": (
        "operation foo(X: n x n, n: scalar) -> scalar\n",
        1,
        "n is a para",
    ),
    "a differential as parameter": ("operation foo(x: n x 1, dx: n x 1) -> scalar\n", 1, "dx is a"),
    "a size from nowhere": ("operation foo(X: m x n) -> m x q\n", 1, "q, in the size of the value"),
    # names
    "defined already": ("operation logdet(X: n x n) -> scalar\n", 1, "logdet is already defined"),
    "defined twice": (GOOD.partition("  source")[0], 1, "sumsq is already defined in mine.rules:1"),
    "a spelling of the book": (
        "operation trace(X: n x n) -> scalar\n",
        1,
        "the name trace is taken",
    ),
    "a word of the language": ("operation eye(X: n x n) -> scalar\n", 1, "the name eye is taken"),
    "spelled as another": (f"{HEADER}  spelled tr\n", 1, "the name tr is taken"),
    # clauses
    "an unknown clause": (f"{HEADER}  frobnicate 3\n", 2, "no clause begins with `frobnicate`"),
    "a clause misspelled": (f"{HEADER}  diferential foo(X) = tr(dX)\n", 2, "no clause begins with"),
    "a clause that says nothing": (f"{HEADER}  latex\n", 2, "nothing stands after `latex`"),
    "signs for a clause": (f"{HEADER}  ???\n", 2, "no clause begins with `???`"),
    "a space": ("space foo(X: square(n))\n  projection G*G\n", 2, "`projection` is not linear"),
    "an indented entry": (f"{HEADER}  {HEADER}", 2, "an entry begins at the margin"),
    "a second template": (
        f"{HEADER}  numpy np.sum($X)\n  numpy np.max($X)\n",
        3,
        "a second `numpy`",
    ),
    "linear in nothing": (f"{HEADER}  linear Y\n", 2, "`linear` names no parameter: Y"),
    "an unknown structure": (f"{HEADER}  structure nice\n", 2, "no structure is called nice"),
    "complex in another way": (f"{HEADER}  complex often\n", 2, "it reads `complex holds`"),
    # requirements
    "no predicate": (f"{HEADER}  requires X pretty\n", 2, "no predicate reads `X pretty`"),
    "of no parameter": (f"{HEADER}  requires Y invertible\n", 2, "`requires Y invertible`"),
    "a value that has a subgradient": (
        f"{HEADER}  requires X positive, else a subgradient\n",
        2,
        "without a value there is no subgradient",
    ),
    "it requires itself": (f"{HEADER}  requires foo(X) > 0\n", 1, "its requires clauses need foo"),
    # equations
    "no equation": (f"{HEADER}  differential tr(dX)\n", 2, "the left side has to be foo(X)"),
    "another left side": (f"{HEADER}  differential foo(X') = tr(dX)\n", 2, "the left side has to"),
    "two shapes": (
        f"{HEADER}  differential foo(X) = dX\n",
        2,
        "left side is 1 x 1, right side is n",
    ),
    "shapes that do not fit": (f"{MAP}  differential foo(X) = dX*X*X\n", 2, "cannot multiply"),
    "an unknown function": (
        f"{HEADER}  differential foo(X) = bar(dX)\n",
        2,
        "no function is called",
    ),
    "an unknown variable": (
        f"{HEADER}  differential foo(X) = tr(A*dX)\n",
        2,
        "`A` is not declared",
    ),
    "a half equation": (
        f"{HEADER}  differential foo(X) = 2*tr(dX\n",
        2,
        "the bracket `(` is never",
    ),
    "an argument forgotten": (
        f"{OF_TWO}  differential foo(x, y) = y'*dx\n",
        2,
        "dy does not occur",
    ),
    "a constant term": (
        f"{HEADER}  differential foo(X) = tr(dX) + 1\n",
        2,
        "the right side is not l",
    ),
    "a square of a change": (
        f"{HEADER}  differential foo(X) = tr(dX*dX)\n",
        2,
        "the right side is n",
    ),
    "a function of a change": (
        f"{HEADER}  differential foo(X) = exp(tr(dX))\n",
        2,
        "the right side",
    ),
    "a product of two changes": (
        f"{OF_TWO}  differential foo(x, y) = dx'*dy\n",
        2,
        "the right side",
    ),
    "two differentials": (
        f"{HEADER}  differential foo(X) = tr(dX)\n  differential foo(X) = 2*tr(dX)\n",
        3,
        "a second differential",
    ),
    "a definition by itself": (f"{HEADER}  definition foo(X) = 2*foo(X)\n", 1, "its definition"),
    "no adjoint equation": (f"{LINEAR}  adjoint foo(X) = X\n", 3, "an adjoint reads <f(X), C>"),
    "an adjoint of a constant": (
        f"{LINEAR}  adjoint <foo(X), c> = <X, eye(n)>\n",
        3,
        "the right si",
    ),
    "an adjoint that moves": (f"{LINEAR}  adjoint <foo(X), c> = <X, c*X>\n", 3, "X stands on the"),
    "an adjoint in no such": (
        f"{LINEAR}  adjoint <foo(X), c> = <Y, c*eye(n)>\n",
        3,
        "no parameter Y",
    ),
    "an adjoint of no linear map": (
        f"{HEADER}  adjoint <foo(X), c> = <X, c*eye(n)>\n",
        2,
        "an adjoint in X, in which it is not said to be linear",
    ),
    "a matrix that moves": (f"{LINEAR}  vec vec(foo(X)) = vec(X)'*vec(X)\n", 3, "X stands on the"),
    "an identity that grows": (
        f"{HEADER}  identity foo-rule: foo(X) = foo(X')\n",
        2,
        "the right side of an id",
    ),
    "an identity in a circle": (
        f"{HEADER}  identity foo-rule: foo(X') = foo(X')\n",
        2,
        "the right side of an",
    ),
    "an identity of two shapes": (
        f"{HEADER}  identity foo-rule: foo(X) = X\n",
        2,
        "the sides have different",
    ),
    "a condition that is none": (
        f"{HEADER}  identity foo-rule: foo(X) = 3 where X: symetric(n)\n",
        2,
        "`symetric` is not a kind",
    ),
    "an identity without a name": (
        f"{HEADER}  identity foo(X') = foo(X)\n",
        2,
        "an identity reads `name-of-it: left = right`",
    ),
    "a name that is taken": (
        f"{HEADER}  identity inverse-of-a-product: foo(X') = foo(X)\n",
        2,
        "another identity is called inverse-of-a-product, in 03_inverse.rules:",
    ),
    # templates
    "code that does not read": (f"{HEADER}  numpy np.sum($X\n", 2, "the code does not read"),
    "a statement for an expression": (f"{HEADER}  numpy y = $X\n", 2, "the code does not read"),
    "a generator": (f"{HEADER}  numpy (yield $X)\n", 2, "the code does not read"),
    "a hole of no parameter": (f"{HEADER}  numpy np.sum($Y)\n", 2, "$Y is no parameter and no dim"),
    "a dollar alone": (f"{HEADER}  numpy np.sum($ X)\n", 2, "a `$` without a name"),
    "a hole left open": (f"{HEADER}  numpy np.sum($[X)\n", 2, "a `$` without a name"),
    "a parameter without dollar": (
        f"{HEADER}  numpy np.sum(X)\n",
        2,
        "nothing in the code is called X",
    ),
    "an unknown module": (
        f"{HEADER}  numpy torch.sum($X)\n",
        2,
        "nothing in the code is called torch",
    ),
    "an unknown part of SciPy": (
        f"{HEADER}  numpy scipy.sparse.eye($n)\n",
        2,
        "no module is called",
    ),
    "a hole among bound names": (f"{HEADER}  numpy (lambda k: k * $X)(2)\n", 2, "$X stands inside"),
    "code of another library": (f"{HEADER}  torch torch.sum($X)\n", 2, "no clause begins with"),
    "a brace too few": (f"{HEADER}  latex \\mathrm{{foo $X\n", 2, "a `{` that nothing closes"),
    "a brace too many": (f"{HEADER}  latex \\mathrm{{foo}}}} $X\n", 2, "a `}` that closes nothing"),
    "left without right": (f"{HEADER}  latex \\left( $X )\n", 2, "1 `\\left` and 0 `\\right`"),
    "a hole of code in LaTeX": (f"{HEADER}  latex f($[X])\n", 2, "a `$` without a name"),
}


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "mine.rules"


def refused(capsys: Printed) -> str:
    """What is said of `mine.rules`; nothing of it is loaded."""
    before = book.names()
    assert main(["gradient", "x'*x", "--rules", "mine.rules"]) == 2
    assert book.names() == before
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_line(fault: str, mine: Path, capsys: Printed) -> None:
    entry, line, message = FAULTS[fault]
    mine.write_text(f"{GOOD}\n{entry}  source elementary\n", encoding="utf-8")
    place, told = refused(capsys).split(": ", 1)
    assert place == f"mine.rules:{len(GOOD.splitlines()) + 1 + line}"
    name = entry.partition("(")[0].split()[1]
    assert told.removeprefix(f"{name}: ").startswith(message)


UNREADABLE = {
    "empty": (b"", "mine.rules:1: there is no entry in it"),
    "comments": (b"# nothing\n\n", "mine.rules:1: there is no entry in it"),
    "bytes": (b"\xff\xfe\x00\x01" * 100, "mine.rules is not text in UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "mine.rules is not text in UTF-8"),
    "zeros": (b"\x00" * 1000, "mine.rules:1: not an entry"),
    "10 MB": (GOOD.encode() * 80_000, "too many bytes in a file"),
    "prose": (b"This is a letter.\n", "mine.rules:1: not an entry: This is a letter."),
    "a person's program": (b"import numpy as np\n", "mine.rules:1: not an entry: import numpy"),
    "a capital": (GOOD.replace("operation", "Operation").encode(), "mine.rules:1: not an entry"),
    "no source": (GOOD.partition("  source")[0].encode(), "mine.rules:1: sumsq: no `source` line"),
}


@pytest.mark.parametrize("content", UNREADABLE)
def test_a_file_that_is_none_is_told_by_its_name(content: str, mine: Path, capsys: Printed) -> None:
    written, message = UNREADABLE[content]
    mine.write_bytes(written)
    assert refused(capsys).startswith(message)


def test_a_folder_is_no_file(mine: Path, capsys: Printed) -> None:
    mine.mkdir()
    assert refused(capsys).startswith("cannot read mine.rules: Is a directory")


FAILING = {
    "np.sums($X)": "the code fails: module 'numpy' has no attribute 'sums' (AttributeError)",
    "len(3, $X)": "the code fails: len() takes exactly one argument (2 given) (TypeError)",
    "np.diag($X)": "the code of foo (rules:1) gives the shape (3,), where () is expected",
    "$[X][0, 0]": "the code of foo (rules:1) gives the shape (), where (1, 1) is expected",
    "np.linalg.cholesky(-$X)[0, 0]": "there is no value at these arguments: Matrix is not pos",
}


@pytest.fixture
def _leave_the_book_as_it_was() -> Iterator[None]:
    before = set(book.names())
    yield
    book.forget(set(book.names()) - before)


@pytest.mark.usefixtures("_leave_the_book_as_it_was")
@pytest.mark.parametrize("template", FAILING)
def test_code_that_fails_names_its_entry(template: str) -> None:
    mc.load_rules(f"{HEADER}  numpy {template}\n  source elementary\n")
    node = mc.parse("2*foo(X)", "X: square(n)")
    with pytest.raises(mc.DomainError) as caught:
        mc.evaluate(node, X=[[4.0, 1.0, 0.0], [1.0, 5.0, 0.0], [0.0, 0.0, 6.0]])
    assert FAILING[template] in caught.value.message
    assert caught.value.hint == "it has code of foo (rules:1)"
