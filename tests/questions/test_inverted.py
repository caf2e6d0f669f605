"""The gradient of a determinant has inverses where they exist, and adj where they need not."""

import numpy as np
import pytest

import matcalc as mc

GRADIENTS = [
    ("det(X)", "adj(X)'", ()),
    ("1/det(X)", "-inv(X)'/det(X)", ("X invertible",)),
    ("sqrt(det(X))", "sqrt(det(X))*inv(X)'/2", ("det(X) positive",)),
    ("J = det(X); sqrt(J)", "sqrt(J)*inv(X)'/2 with J = det(X)", ("J positive",)),
    (
        "norm2(X)^2/det(X)^(2/n)",
        "2*det(X)^(-2/n)*(X - norm2(X)^2*inv(X)'/n)",
        ("det(X) nonnegative unless 2/n is an integer", "X invertible"),
    ),
]


@pytest.mark.parametrize(("f", "wanted", "where"), GRADIENTS)
def test_adj_is_written_only_where_there_need_be_no_inverse(
    f: str, wanted: str, where: tuple[str, ...]
) -> None:
    g = mc.gradient(f, "X", where={"X": "square(n)"})
    assert (str(g), g.conditions) == (wanted, where)


def test_the_values_are_those_of_cofactors() -> None:
    x = np.array([[2.0, 1.0, 0.5], [-1.0, 3.0, 0.2], [0.3, -0.7, 1.5]])
    wanted = -np.linalg.inv(x).T / np.linalg.det(x)
    np.testing.assert_allclose(mc.gradient("1/det(X)", "X").compile()(X=x), wanted, rtol=1e-12)
