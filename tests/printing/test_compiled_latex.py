"""Every LaTeX template, every equation of the book and whole derivations compile."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.expressions.constructors import symbol
from matcalc.expressions.dimensions import SCALAR, Shape, shape
from matcalc.expressions.nodes import Symbol
from matcalc.printing.latex import to_latex
from matcalc.rulebook import book
from matcalc.rulebook.rule_book import RULE_KINDS
from tests.calculus.problems import MAPS, SCALARS
from tests.printing.every_operation import ARGUMENTS, applied_to, in_every_place, operations
from tests.printing.katex import complaint, complaints
from tests.printing.samples import SAMPLES

NAMES = (
    "x", "X_1", "W2", "alpha", "theta_hat", "x_max", "Sigma'", "phi''", "rate", "a_b_c",
    "Alpha", "λ",
)  # fmt: skip
MALFORMED = [
    r"\unknown{x}",
    r"\frac{a}",
    r"\left( x",
    r"x \right)",
    r"\left( x \right",
    r"{a",
    r"a}",
    r"\begin{bmatrix} a & b",
    r"\begin{bmatrix} a \end{align*}",
    r"a^b^c",
    r"x_1_2",
    r"X^{\top}'",
    r"\sqrt",
    r"x^",
    r"a & b",
    r"a # b",
    r"\text{a $ b}",
    r"\text{a_b}",
    "σ^2",
]


@pytest.mark.parametrize("formula", MALFORMED)
def test_malformed_latex_is_noticed(formula: str) -> None:
    assert complaint(formula)
    found = complaints([r"\frac{a}{b}", formula, r"X^{\top}"])
    assert len(found) == 1 and found[0].startswith(formula)


def test_formulas_that_mend_each_other_are_noticed() -> None:
    assert len(complaints([r"\left( a", r"b \right)", "{c", "d}"])) == 4


@pytest.mark.parametrize("form", ARGUMENTS)
def test_every_operation_compiles_in_every_place(form: str) -> None:
    made = [applied_to(operation, ARGUMENTS[form]) for operation in operations()]
    places = [place for node in made for place in in_every_place(node)]
    assert complaints(map(to_latex, places)) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [SCALAR, shape("n"), shape("n", "n")], ids=str)
def test_every_name_compiles_in_every_place(name: str, shape: Shape) -> None:
    tangent = Symbol(f"d{name}", shape, frozenset({"tangent"}))
    places = [*in_every_place(symbol(name, shape)), *in_every_place(tangent)]
    assert complaints(map(to_latex, places)) == []


@pytest.mark.parametrize("kind", RULE_KINDS)
def test_every_equation_of_the_book_compiles(kind: str) -> None:
    rules = [
        rule
        for operation in operations()
        for over_complex in (False, True)[: 2 if operation.over_complex else 1]
        for rule in book.rules(operation.name, kind, over_complex)
    ]
    assert complaints(f"{to_latex(rule.left)} = {to_latex(rule.right)}" for rule in rules) == []


def test_every_construct_compiles() -> None:
    assert complaints(map(to_latex, SAMPLES.values())) == []


@pytest.mark.parametrize("text", SCALARS)
def test_every_derivation_of_a_gradient_compiles(text: str) -> None:
    assert complaint(mc.gradient(text, *SCALARS[text]).latex()) == ""


@pytest.mark.parametrize("text", MAPS)
def test_every_derivation_of_a_differential_compiles(text: str) -> None:
    assert complaint(mc.differential(text, *MAPS[text]).latex()) == ""


@pytest.mark.parametrize(
    ("text", "name", "where"),
    [
        ("norm2(A_1*theta_hat - x')^2", "theta_hat", "A_1: matrix(m,n)"),
        ("sum(phi(alpha*x))", "x", ""),
        ("x solves A*x = b; c'*x", "A", ""),
        ("R = A*X - B; tr(R'*R) + lambda*norm2(X)^2", "X", "A: matrix(m,n)"),
    ],
)
def test_derivations_with_names_and_equations_compile(text: str, name: str, where: str) -> None:
    assert complaint(mc.gradient(text, name, where).latex()) == ""


def test_the_table_of_conventions_compiles() -> None:
    found = mc.conventions("a'*S*b", "S", "S: symmetric(n)")
    lines = [line.removesuffix(r"\\") for line in found.latex().splitlines()]
    cells = [cell for line in lines for cell in line.split(" & ") if not cell.startswith("\\")]
    assert len(cells) > 3 * len(found.rows)
    assert complaints(rf"\text{{{cell}}}" for cell in cells if cell) == []
