"""What is said of a text that could be read otherwise, and that what is said can be typed."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.printing.phrases import fact_text
from matcalc.questions.reading import read

OTHERWISE = [
    ("y*log(p)", "y: scalar; for a vector write y.*log(p)"),
    ("x/s", "s: scalar; for a vector write x./s"),
    ("2*y*log(p)", "y: scalar; for a vector write 2*y.*log(p)"),
    ("-y*log(p)", "y: scalar; for a vector write -y.*log(p)"),
    ("y*A*x", "y: scalar; for a vector write y.*(A*x)"),
    ("A.*x", "x: scalar; for a vector declare x: vector(m)"),
    ("np.sum((A + l**2*np.eye(n)) @ y)", "l: scalar; for a vector declare l: vector(n)"),
    ("np.sum((x - mu)**2)", "mu: scalar; for a vector declare mu: vector(n)"),
    ("sum(S**2)", "`S**2` is the power of a matrix; entry by entry, as in NumPy, it is `S.^2`"),
    (
        "sum(S*S.T)",
        "`S*S.T` is the product of matrices; entry by entry, as in NumPy, it is `S.*S.T`",
    ),
    ("X + s", "X + s adds s to every entry"),
    ("1 - p", "1 - p adds 1 to every entry"),
    ("tr(s + X*X)", "s + X*X adds s to every entry; s*I + X*X is the other reading"),
    ("tr(X*X - s)", "X*X - s subtracts s from every entry; X*X - s*I is the other reading"),
]


@pytest.mark.parametrize(("text", "said"), OTHERWISE)
def test_the_other_reading_is_said(text: str, said: str) -> None:
    where = {"S": "square(n)"} if "S" in text else None
    assert said in map(fact_text, read(text, where).facts)


@pytest.mark.parametrize(
    "text", [said.partition("write ")[2] for _, said in OTHERWISE if "write " in said]
)
def test_the_other_reading_has_vectors_alone(text: str) -> None:
    problem = read(text, None)
    assert not any(s.shape.is_scalar for name, s in problem.symbols.items() if name in "ys")
    assert problem.expression.shape.is_vector


@pytest.mark.parametrize("text", ["c*x'*x", "norm2(y - X*b)^2 + l*norm2(b)^2", "s*X"])
def test_a_scalar_beside_scalars_and_matrices_needs_no_note(text: str) -> None:
    assert "for a vector" not in " ".join(map(fact_text, read(text, None).facts))


def test_who_asks_for_the_gradient_of_a_vector_is_told_how_the_names_were_read() -> None:
    with pytest.raises(mc.ShapeError) as caught:
        mc.gradient("y*log(p)", "p")
    assert "for a vector write y.*log(p); p: vector(n); declare other kinds" in caught.value.hint
    assert str(mc.gradient("y*log(p)", "p", "y, p: scalar").value) == "y/p"


def test_brackets_around_a_sum_are_no_part_of_it() -> None:
    said = list(map(fact_text, read("sum((u.^2 - 1).^2) + tr((X*X - s)*X)", None).facts))
    assert "u.^2 - 1 subtracts 1 from every entry" in said
    assert "X*X - s subtracts s from every entry; X*X - s*I is the other reading" in said
