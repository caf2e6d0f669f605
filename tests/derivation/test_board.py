"""A derivation as an `align*` block: no line wider than a page, every line with its reason."""

from __future__ import annotations

import matcalc as mc
from matcalc.printing.width import TEXT_WIDTH, width
from tests.printing.katex import complaint


def test_a_wide_line_is_broken_and_brackets_are_kept_whole() -> None:
    where = "A: spd(n), x: vector(n), y: vector(n)"
    text = mc.gradient("x'*inv(A + x*x')*y", "x", where).latex()
    lines = [line for line in text.splitlines()[1:-1] if "boxed" not in line]
    assert sum(line.startswith(r"&\quad") for line in lines) > 5
    assert all(line.count(r"\left") == line.count(r"\right") for line in lines)
    assert all(width(line.split("&&")[0]) < TEXT_WIDTH + 20 for line in lines)
    assert complaint(text) == ""


def test_what_names_stand_for_is_said_below_the_answer() -> None:
    text = mc.gradient("x solves A*x = b; c'*x", "A").latex()
    assert r"\boxed{\nabla f = -v x^{\top}} \\" in text
    assert r"\text{where $x\text{ solves }A x = b$,}" in text
    assert r"\text{$v\text{ solves }A^{\top} v = c\text{ (adjoint solution)}$}" in text


def test_a_wide_reason_stands_below_its_line() -> None:
    text = mc.gradient("y'*softmax(A*x)", "A").latex()
    assert r"&\rlap{\qquad\text{($\mathrm{d}\!\left(\operatorname{softmax}" in text
    assert complaint(text) == ""


def test_a_short_derivation_has_one_line_a_step() -> None:
    derivation = mc.gradient("x'*A*x", "x")
    lines = derivation.latex().splitlines()
    assert len(lines) == len(derivation.steps) + 5
    assert sum("&& " in line for line in lines) == len(derivation.steps)


def test_what_a_space_adds_begins_a_line_with_a_name_of_its_own() -> None:
    """d(grad f) is the same without the space: only the Hessian in it has the further terms."""
    lines = mc.hessian("x'*A*x", "x", "A: symmetric(n)", space="sphere").text().splitlines()
    starts = [line.split(" = ")[0].strip() for line in lines]
    first = starts.index("grad f")
    assert starts[1] == "df"
    assert starts[first + 1 : first + 6] == [
        "d(grad f)",
        "",
        "D(grad f)",
        "Hessian[dx]",
        "Hessian[dx]",
    ]
    assert "2*A*dx" in lines[first + 2] and "x'*A*x" not in lines[first + 2]


def test_the_last_line_reads_as_its_language_has_it() -> None:
    """c*ds for a scalar, once; over C the real part; what is known of X said in a word."""
    kinds = "a: vector(n), s: scalar"
    by_scalar = mc.gradient("sum(exp(s*a))", "s", kinds).text()
    assert by_scalar.count("ds*sum(a.*exp(s*a))") == 1 and "inner" not in by_scalar
    where = "C: complex_matrix(m, n), Z: complex_matrix(m, n)"
    assert "= re(inner(C, dZ)) " in mc.gradient("re(tr(C'*Z))", "Z", where).text()
    known = mc.gradient("logdet(X)", "X", "X: spd(n)").text()
    assert "definition of the dot product; X is symmetric: X' = X\ngradient = inv(X)" in known
    assert "i: integer" in mc.gradient("a[i]^2", "a", "a: vector(n), i: index(n)").text()


def test_an_entry_and_a_sum_of_a_vector_are_rows_before_it() -> None:
    where = "x: vector(n), a: vector(m)"
    lines = mc.jacobian("x[2]*sum(x)*a", "x", where).text()
    assert "x[i] = basis(i, n)'*x" in lines and "sum(u) = ones(1, n)*u" in lines
    assert "part by part" not in lines and "the same value" not in lines
