"""Mistakes in a rule file are told with file, line, operation and what is wrong."""

from __future__ import annotations

import re
from functools import cache

import pytest

from matcalc.compile.template_checks import check_templates
from matcalc.expressions.constructors import symbol
from matcalc.expressions.dimensions import shape
from matcalc.expressions.errors import NoRule
from matcalc.language.reader import grammar_directory
from matcalc.printing.predicates import predicate_text
from matcalc.rulebook.entry_checks import check_entries
from matcalc.rulebook.reader import RuleBookError, split_entries
from matcalc.rulebook.records import CLAUSE_WORDS
from matcalc.rulebook.rule_book import RuleBook

HEADER = "operation foo(X: n x n) -> scalar\n"
SOURCE = "  source elementary\n"


@cache
def chapters() -> list[tuple[str, str]]:
    names = ["01_linear", "02_products", "03_inverse", "04_determinant", "05_elementwise"]
    home = grammar_directory() / "rules"
    return [(f"{name}.rules", (home / f"{name}.rules").read_text("utf-8")) for name in names]


def book_with(text: str) -> RuleBook:
    """The first chapters of the book and a file `mine.rules`, everything in it checked."""
    book = RuleBook()
    for name, chapter in chapters():
        book.load(chapter, name)
    check_entries(book, book.load(text, "mine.rules"))
    return book


CLAUSES = {
    "left side is 1 x 1, right side is n x n": "differential foo(X) = dX",
    "left side is n x n, right side is 1 x 1": "linear X\n  adjoint <foo(X), c> = <X, c>",
    "`dZ` is not declared": "differential foo(X) = tr(dX*dZ)",
    "no function is called `bar`": "differential foo(X) = bar(dX)",
    "no parameter Z": "differential foo(X) = tr(dX) where Z: symmetric(n)",
    "no parameter Y": "linear X\n  adjoint <foo(X), c> = <Y, c*eye(n)>",
    "an adjoint reads <f(X), C> = <X, ...>": "linear X\n  adjoint foo(X) = X",
    "the left side has to be foo(X), not foo(X')": "differential foo(X') = tr(dX)",
    "the left side has to be foo(X), not bar(X)": "differential bar(X) = tr(dX)",
    "the left side has to be foo(X), not tr(X)": "linear X\n  adjoint <tr(X), c> = <X, c*eye(n)>",
    "the left side has to be vec(foo(X))": "linear X\n  vec foo(X) = vec(eye(n))'*vec(X)",
    "a vec rule ends in vec(X)": "linear X\n  vec vec(foo(X)) = vec(eye(n))'",
    "the right side of an identity must be lighter": "identity foo-rule: foo(X) = foo(X')",
    "must be lighter": "identity foo-rule: tr(foo(X)*X) = foo(X)*tr(X)",
    "the sides have different shapes: `foo(X')` (a scalar) and `X` (n x n)": (
        "identity foo-rule: foo(X') = X"
    ),
    "an identity reads `name-of-it: left = right`": "identity foo(X') = foo(X)",
    "an identity reads `name": "rejected Foo: foo(X') = -foo(X)",
    "another identity is called inverse-of-a-product, in 03_inverse.rules:": (
        "identity inverse-of-a-product: foo(X') = foo(X)"
    ),
    "another identity is called twice, in mine.rules:4": (
        "identity twice: foo(X') = foo(X)\n  identity twice: foo(-X) = foo(X)"
    ),
    "needs ` = `": "identity foo-rule: foo(X')",
    "`symetric` is not a kind": "identity foo-rule: foo(X) = 3 where X: symetric(n)",
    "the expression ends after `+`": "differential foo(X) = tr(dX) +",
    "no clause begins with `frobnicate`": "frobnicate 3",
    "nothing stands after `structure`": "structure",
    "an entry begins at the margin": "operation bar(X: n x n) -> scalar",
    "a second `latex`": "latex F\n  latex G",
    "a second `complex`": "complex holds\n  complex derivatives",
    "a second differential": "differential foo(X) = tr(dX)\n  differential foo(X) = 2*tr(dX)",
    "a second adjoint": "linear X" + "\n  adjoint <foo(X), c> = <X, c*eye(n)>" * 2,
    "dX does not occur in it": "differential foo(X) = tr(X)",
    "not linear in dX: a term of it has no dX": "differential foo(X) = tr(dX) + 1",
    "not linear in dX: in a product of it dX stands twice": "differential foo(X) = tr(dX*X*dX)",
    "dX stands inside `exp`, which is not linear": "differential foo(X) = tr(exp(dX))",
    "not linear in c: a term of it has no c": "linear X\n  adjoint <foo(X), c> = <X, eye(n)>",
    "dX stands inside `power`": "differential foo(X) = tr(dX)^2/(1 + tr(X)^2)",
    "X stands on the right side": "linear X\n  adjoint <foo(X), c> = <X, c*X>",
    "X stands on the right": "linear X\n  vec vec(foo(X)) = vec(X)'*vec(X)",
    "an adjoint in X, in which it is not said to be linear": "adjoint <foo(X), c> = <X, c*eye(n)>",
    "X is a parameter, and stands for the cotangent": "linear X\n  adjoint <foo(X), X> = <X, X>",
    "without a value there is no subgradient": "requires X positive, else a subgradient",
    "`linear` names no parameter: Y": "linear X, Y",
    "`requires Z positive`: `Z` is not declared": "requires Z positive",
    "`with` names a part X, which is something else already": (
        "differential foo(X) = tr(X) with X = dX"
    ),
    "`T` is not declared": "differential foo(X) = tr(P) with P = T*T, T = dX",
    "no predicate reads `X nice`": "smooth X nice",
    "no predicate reads `X beyond reproach`": "requires X positive unless X beyond reproach",
    "no predicate reads `domain`": "requires domain",
    "no structure is called symetric": "structure symetric",
    "no structure is called symmetrical": "structure positive if X symmetrical",
    "`structure` names no parameter: Z": "structure positive if Z symmetric",
    "a structure reads": "structure ???",
}


@pytest.mark.parametrize("message", CLAUSES)
def test_a_wrong_clause_is_told_with_its_line(message: str) -> None:
    clause = CLAUSES[message]
    with pytest.raises(RuleBookError) as caught:
        book_with(f"# a comment\n\n{HEADER}  {clause}\n{SOURCE}")
    line = 4 + clause.count("\n")
    assert caught.value.message.startswith(f"mine.rules:{line}: foo: ")
    assert message in caught.value.message


def test_wrong_multiplications_name_both_shapes() -> None:
    with pytest.raises(RuleBookError, match=r"mine.rules:3: foo: .*\(n x n\).*\(n\^2 x 1\)"):
        book_with(f"{HEADER}  linear X\n  vec vec(foo(X)) = eye(n)*vec(X)\n{SOURCE}")


@pytest.mark.parametrize("clause", ["requires foo(X) > 0", "definition foo(X) = 2*foo(X)"])
def test_an_entry_cannot_need_itself(clause: str) -> None:
    with pytest.raises(RuleBookError, match=r"its .* clauses need foo itself"):
        book_with(f"{HEADER}  {clause}\n{SOURCE}")


FUNCTION = "operation foo(f: function, X: n x n) -> n x n\n"
ENTRIES = {
    "mine.rules:2: foo: no function bar": f"{FUNCTION}  computed foo(bar, X) = X\n{SOURCE}",
    "mine.rules:2: foo: the left side has to be foo(f, X), not foo(f, Y)": (
        f"{FUNCTION}  computed foo(exp, Y) = Y\n{SOURCE}"
    ),
    "mine.rules:1: foo: no `source` line": HEADER,
    "mine.rules:2: foo: nothing stands after `source`": f"{HEADER}  source\n",
    "mine.rules:1: foo: found `n y n` where a shape is expected": (
        "operation foo(X: n y n) -> scalar\n" + SOURCE
    ),
    "mine.rules:1: foo: found `X` where a parameter is expected": "operation foo(X) -> scalar\n"
    + SOURCE,
    "mine.rules:1: foo: the header does not read": f"operation foo()\n{SOURCE}",
    "mine.rules:1: foo: n is a parameter and a dimension too": (
        "operation foo(X: n x n, n: scalar) -> scalar\n" + SOURCE
    ),
    "mine.rules:1: foo: dX is a parameter and the differential of X too": (
        "operation foo(X: n x n, dX: n x n) -> scalar\n" + SOURCE
    ),
    "mine.rules:1: foo: p, in the size of the value,": (
        "operation foo(X: n x n) -> n x p\n" + SOURCE
    ),
    "mine.rules:1: foo: two parameters": "operation foo(X: n x n, X: n x n) -> scalar\n" + SOURCE,
    "mine.rules:1: tr is already defined in 01_linear.rules:": (
        "operation tr(X: n x n) -> scalar\n" + SOURCE
    ),
    "mine.rules:3: foo is already defined in mine.rules:1": (HEADER + SOURCE) * 2,
}


@pytest.mark.parametrize("message", ENTRIES)
def test_a_wrong_entry_is_told_with_its_line(message: str) -> None:
    with pytest.raises(RuleBookError) as caught:
        book_with(ENTRIES[message])
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize("text", ["", "\n", "# nothing here\n"])
def test_a_file_without_entries_adds_nothing(text: str) -> None:
    assert RuleBook().load(text, "mine.rules") == []


def test_the_book_itself_is_well_formed() -> None:
    from matcalc.rulebook import book

    check_entries(book, book.names())
    for name in book.names():
        check_templates(book.operation(name))
    assert len(set(book.names())) == len(book.names())


GOOD = """# Traces of squares
operation sumsq(X: m x n) -> scalar
  spelled square_sum, sq
  requires X positive
  differential sumsq(X) = 2*tr(X'*dX)
  structure nonnegative
  identity sumsq-of-a-transpose: sumsq(X') = sumsq(X)
  # what a comment says is not read: identity sumsq-of-a-transpose: sumsq(X) = 3
  numpy np.sum($X**2)
  source elementary
  source Magnus & Neudecker 2019, ch. 9
"""


def test_what_an_entry_says() -> None:
    book = book_with(GOOD)
    operation = book.operation("sumsq")
    assert operation.spelled == ("sumsq", "square_sum", "sq")
    assert operation.source == "elementary; Magnus & Neudecker 2019, ch. 9"
    assert operation.location == "mine.rules:2"
    (required,) = book.requirements("sumsq", "requires")
    assert required.clause == "X positive"
    assert predicate_text(required.predicate) == "X positive"
    assert dict(operation.templates) == {"numpy": "np.sum($X**2)"}
    assert [s.operation for s in book.signatures("sq")] == ["sumsq"]
    (identity,) = book.rules("sumsq", "identity")
    assert identity.location == "mine.rules:7"
    (rule,) = book.rules("sumsq", "differential")
    assert rule.location == "mine.rules:5"
    assert str(rule.right) == "2*tr(X'*dX)"
    made = book.apply("sumsq", [symbol("A", shape("p", "q"))])
    assert made.structure == {"nonnegative"}
    assert made.shape.is_scalar


def test_parts_of_an_equation_have_names() -> None:
    named = "differential foo(X) = tr(T - P*T') with P = X*X', T = P*dX"
    (rule,) = book_with(f"{HEADER}  {named}\n{SOURCE}").rules("foo", "differential")
    spelled = "differential foo(X) = tr(X*X'*dX - X*X'*dX'*X*X')"
    (other,) = book_with(f"{HEADER}  {spelled}\n{SOURCE}").rules("foo", "differential")
    assert rule.right is other.right


def test_an_unknown_operation_is_refused_with_the_nearest() -> None:
    book = book_with(GOOD)
    with pytest.raises(NoRule) as caught:
        book.operation("sumsqr")
    assert "sumsqr" in caught.value.message
    assert caught.value.hint == "did you mean sumsq?"
    assert list(book.signatures("nothing")) == []


def test_the_chapters_do_not_know_the_entries_of_one_person() -> None:
    from matcalc.rulebook import book

    book_with(GOOD)
    assert not book.has("sumsq")


def test_a_rejected_equation_is_read_but_never_used() -> None:
    book = book_with(f"{HEADER}  rejected foo-is-odd: foo(X') = -foo(X)\n{SOURCE}")
    assert len(book.rules("foo", "rejected")) == 1
    assert book.rules("foo", "identity") == ()


def test_the_readme_lists_the_clause_words() -> None:
    page = (grammar_directory() / "rules" / "README.md").read_text("utf-8")
    parts = page.split("\n## Clauses of ")[1:]
    listed = {
        re.split(r"\W+", part)[1]: re.findall(r"^\| `(\w+)` \|", part, re.M) for part in parts
    }
    listed["product"] = listed.pop("inner")
    assert listed == {kind: list(words) for kind, words in CLAUSE_WORDS.items()}


def test_the_clauses_of_an_entry_stand_in_the_order_of_the_readme() -> None:
    for path in (grammar_directory() / "rules").glob("*.rules"):
        for entry in split_entries(path.read_text("utf-8"), path.name):
            words = [CLAUSE_WORDS[entry.kind].index(clause.word) for clause in entry.clauses()]
            assert words == sorted(words), entry.place


def test_every_clause_word_is_used() -> None:
    rules = (grammar_directory() / "rules").glob("*.rules")
    entries = [entry for path in rules for entry in split_entries(path.read_text("utf-8"), "")]
    used = {(entry.kind, clause.word) for entry in entries for clause in entry.clauses()}
    assert used == {(kind, word) for kind, words in CLAUSE_WORDS.items() for word in words}
