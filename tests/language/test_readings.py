"""Different spellings of one thing are one object, and each form of syntax means what it says."""

from __future__ import annotations

import pytest

from matcalc.expressions.constructors import (
    dagger,
    elementwise_power,
    hadamard,
    identity,
    minus,
    multiply,
    negate,
    number,
    ones,
    plus,
    power,
    scale,
    transpose,
    zero,
)
from matcalc.expressions.dimensions import Shape, dimension, shape
from matcalc.expressions.errors import DomainError, ShapeError, SyntaxProblem, UnknownName
from matcalc.expressions.nodes import Apply, Node, Number, Symbol, dimension_symbol
from matcalc.language.declarations import parse_declarations
from matcalc.language.problem import parse_expression, parse_pattern, parse_problem
from tests.language.small_book import BOOK

SYMBOLS = parse_declarations(
    "A: matrix(m,n), B: matrix(m,n), C: square(n), D: square(n), x: vector(n), y: vector(n),"
    "z: vector(m), s, t, α: scalar, k: integer, i, j: index(n), Z: complex_matrix(n,n)"
)
A, B, C, D, x, y, z, s, t, k, i, j = (SYMBOLS[name] for name in "ABCDxyzstkij")


def read(text: str) -> Node:
    return parse_expression(text, SYMBOLS, BOOK)


def inv(node: Node) -> Node:
    return BOOK.apply("inv", [node])


SAME = (
    ("A'", "A.T", "Aᵀ", "A^T", "A.'", "A′", "A^\u22a4"),
    ("inv(C)", "C^-1", "C⁻¹", "C^(-1)", "np.linalg.inv(C)", "C**-1", "inv( C )  # comment"),
    ("inv(C)'", "C⁻ᵀ", "C^-T", "C^-1'", "(C^-1)'", "C⁻¹'", "inv(C).T"),
    ("C*C", "C^2", "C²", "C@C", "C**2", "C·C", "C⋅C", "C∗C"),
    ("C*C*C", "C³", "C^3", "C^(1 + 2)"),
    ("A.*B", "A⊙B", "A∘B", "B.*A"),
    ("kron(A,B)", "A⊗B"),
    ("x.^2", "x.**2", "x.*x"),
    ("-s^2", "-(s^2)", "0 - s*s", "−s²"),
    ("2^-1", "1/2", "0.5", ".5", "5e-1", "1/2*1"),
    ("2^3^2", "2^(3^2)", "512"),
    ("2*-s", "-2*s", "s*(-2)", "- 2 * s"),
    ("s/2*t", "(s*t)/2", "0.5*s*t"),
    ("1./x", "x.^-1", "1 ./ x"),
    ("A/s", "1/s*A", "A./s", "s\\A", "A*s^-1"),
    ("C/D", "C*inv(D)", "C*D^-1"),
    ("C\\x", "inv(C)*x", "C^-1*x"),
    ("A.*s", "s*A", "s.*A", "A*s"),
    ("x'*y*A", "(y'*x)*A", "A*(x'*y)", "A*(x'*y)"),
    ("A + s", "s + A", "A + s*ones(m,n)", "A + s*ones"),
    ("A + (B + A)", "2*A + B", "B + A + A", "(A + B) + A", "-(-A - A) + B"),
    ("C*eye(n)", "C*I", "C", "C*eye", "+C", "C^1", "C''"),
    ("C[1:n,1:n]", "C[:,:]", "C"),
    ("C[:,2]", "C[:, 1 + 1]"),
    ("A[2,:]", "A[2, :]"),
    ("x'[i]", "x[i]", "x[i,1]", "x'[1,i]"),
    ("ones(n)", "ones(n,1)", "ones(1,n)'"),
    ("C - zeros(n,n)", "C + zeros", "C"),
    ("x - vector(2)", "x - 2*ones(n)"),
    ("α", "α*1"),
    ("exp(2.^x)", "exp(exp(log(2)*x))"),
    ("[A, B]'", "[A, B].T", "[\nA,\n  B]ᵀ"),
)


@pytest.mark.parametrize("spellings", SAME, ids=lambda group: str(group[0]))
def test_spellings_of_one_thing_are_one_object(spellings: tuple[str, ...]) -> None:
    first = read(spellings[0])
    for other in spellings[1:]:
        assert read(other) is first, other


MEANS = (
    ("x'*A'*z", multiply(transpose(x), transpose(A), z)),
    ("A - B", minus(A, B)),
    ("2*A - A/2", scale(number("3/2").value, A)),
    ("A.*B./A", hadamard(A, B, elementwise_power(A, number(-1)))),
    ("s^t", power(s, t)),
    ("x.^s", elementwise_power(x, s)),
    ("C^-2", multiply(inv(C), inv(C))),
    ("C^0", identity("n")),
    ("n/2", scale(number("1/2").value, dimension_symbol("n"))),
    ("eye(n)", identity("n")),
    ("eye(1)", number(1)),
    ("zeros(2)", zero(shape(2))),
    ("ones(m*n, 2)", ones(Shape(dimension("m") * dimension("n"), dimension(2)))),
    ("-x + 1", plus(negate(x), ones(shape("n")))),
    ("sum(x)", BOOK.apply("sum", [x])),
    ("diag(x)", BOOK.apply("diag", [x])),
    ("diag(C)", BOOK.apply("diag_of", [C])),
    ("pi", BOOK.apply("pi", [])),
    ("x[i]", BOOK.apply("entry", [x, i])),
    ("C[i,j]", BOOK.apply("entry_of", [C, i, j])),
    ("x[2:n]", BOOK.apply("segment", [x, number(2), dimension_symbol("n")])),
    ("[A; B]", BOOK.apply("vstack", [A, B])),
    ("[C, x, x]", BOOK.apply("hstack", [C, BOOK.apply("hstack", [x, x])])),
    ("Z'", dagger(SYMBOLS["Z"])),
    ("Z.'", transpose(SYMBOLS["Z"])),
    ("C'", transpose(C)),
)


@pytest.mark.parametrize(("text", "node"), MEANS, ids=lambda value: str(value)[:20])
def test_a_form_of_syntax_is_its_node(text: str, node: Node) -> None:
    assert read(text) is node


def test_a_symbolic_power_of_a_matrix_is_one_operation() -> None:
    for exponent in ("k", "n", "17", "-20"):
        node = read(f"C^{exponent}")
        assert isinstance(node, Apply)
        assert node.operation == "matrix_power"


def test_a_slice_has_the_size_that_its_ends_say() -> None:
    assert str(read("A[2:m, 1:n - 1]").shape) == "m - 1 x n - 1"
    assert str(read("A[1:2, :]").shape) == "2 x n"
    assert str(read("x[3:n]").shape) == "n - 2 x 1"


def test_numbers_are_exact() -> None:
    for text in ("0.1", "1e-1", "1/10", "10^-1"):
        assert read(text) is number("1/10")


def test_an_index_is_bound_inside_its_sum_only() -> None:
    node = read("sum(l in 1..n, x[l]*y[l])")
    assert isinstance(node, Apply)
    assert node.operation == "index_sum"
    bound = node.arguments[0]
    assert isinstance(bound, Symbol)
    assert bound.structure == {"index", "integer", "positive"}
    with pytest.raises(UnknownName):
        read("sum(l in 1..n, x[l]) + l")


def test_a_nested_index_hides_the_outer_one() -> None:
    inner = read("sum(l in 1..n, x[l])")
    assert read("sum(l in 1..n, y[l]*sum(l in 1..n, x[l]))") is read(
        "sum(l in 1..n, y[l]*(sum(l in 1..n, x[l])))"
    )
    assert isinstance(inner, Apply)


def test_a_function_can_be_an_argument() -> None:
    node = read("frechet(expm, C, D)")
    assert isinstance(node, Apply)
    assert node.arguments[0] is Symbol("expm", shape(1, 1), frozenset({"function"}))


def test_definitions_are_shared() -> None:
    problem = parse_problem("R = A*X - B; sum(R.*R)", None, BOOK)
    residual = problem.definitions["R"]
    assert isinstance(problem.expression, Apply)
    square = problem.expression.arguments[0]
    assert isinstance(square, Apply)
    assert square.arguments[0] is residual


def test_statements_lines_and_comments() -> None:
    text = """# least squares
R = A*X -  # goes on
  B

S = (R'
     *R);
tr(S)
where A: matrix(m,n),
      B: matrix(m,p)"""
    problem = parse_problem(text, None, BOOK)
    assert set(problem.definitions) == {"R", "S"}
    assert problem.expression.shape.is_scalar
    assert str(problem.symbols["X"].shape) == "n x p"


def test_where_is_text_or_a_mapping_or_part_of_the_problem() -> None:
    inside = parse_problem("A*x where A: matrix(m,n), x: vector(n)", None, BOOK)
    text = parse_problem("A*x", "A: matrix(m,n); x: vector(n)", BOOK)
    mapping = parse_problem("A*x", {"A": "matrix(m,n)", "x": "vector(n)"}, BOOK)
    assert inside.expression is text.expression is mapping.expression
    assert not inside.facts


def test_both_sides_of_a_pattern_share_their_shapes() -> None:
    left, right = parse_pattern("logdet(inv(X))", "-logdet(X)", BOOK, {"X": C})
    assert left.shape == right.shape
    left, right = parse_pattern("P*(Q + R)", "P*Q + P*R", BOOK, {})
    assert left.shape == right.shape
    assert not left.shape.is_scalar
    with pytest.raises(ShapeError):
        parse_pattern("A", "A'", BOOK, {"A": A})


def test_an_expression_knows_no_other_names() -> None:
    with pytest.raises(UnknownName, match="`q` is not declared"):
        read("x'*q")
    assert read("R = x; R'*R") is read("x'*x")
    with pytest.raises(SyntaxProblem):
        read("x'*x where x: vector(3)")


def test_the_dimensions_of_an_expression_are_rigid() -> None:
    with pytest.raises(ShapeError):
        read("A*A")
    with pytest.raises(ShapeError):
        read("[s, t; t, s]*x")


def test_a_matrix_has_integer_powers_only() -> None:
    for text in ("C^0.5", "C^s"):
        with pytest.raises(DomainError):
            read(text)
    assert isinstance(read("2^0.5"), Apply)
    assert isinstance(read("4^0.5"), Number)
