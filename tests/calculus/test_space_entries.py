"""Every product and space of the book at random points: Riesz maps represent, as they should."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.geometry.judged import Samples
from matcalc.geometry.representer import Representer
from matcalc.language.assumed import Fact, Sort
from matcalc.language.declarations import parse_declarations
from matcalc.language.kinds import kind_text
from matcalc.language.understanding import Problem
from matcalc.rulebook import book
from matcalc.rulebook.reader import RuleBookError, read_spaces, split_entries
from matcalc.samples.evaluation import Evaluated
from matcalc.spaces.inner_products import (
    AffineInvariant,
    Frobenius,
    InnerProduct,
    OfTheBook,
    Weighted,
)
from matcalc.spaces.metrics import Metric
from matcalc.spaces.spaces import Space
from matcalc.spaces.surroundings import Surroundings
from matcalc.spaces.tangent_spaces import TangentSpace, everything

MATRICES = {"ellipsoid": {"B": "B"}, "generalized-stiefel": {"B": "B"}, "fixed-rank": {"rank": "r"}}
MATRICES |= {"banded": {"k": "1", "l": "2"}, "sphere-in-range": {"Q": "B[:,1:2]"}}


def kind_of(name: str) -> str:
    """A declaration of a variable that fits the space."""
    parameter = book.spaces[name].parameters[0]
    if parameter.shape.is_vector:
        return kind_text(parameter.shape, parameter.structure)
    if parameter.is_complex:
        return kind_text(parameter.shape, parameter.structure)
    if parameter.shape.is_square:
        return "spd(n)" if "spd" in parameter.structure else "square(n)"
    positive = "positive" in parameter.structure
    return "positive_matrix(n,p)" if positive else "matrix(n,p)"


def surroundings(declared: str, inferred: bool = False) -> Surroundings:
    """The variable X of a problem, declared so, or as if that had been inferred."""
    symbols = parse_declarations(declared)
    facts = (Fact(symbols["X"], Sort.KIND),) if inferred else ()
    return Surroundings(Problem("X", symbols["X"], symbols, facts, {}), symbols["X"])


def at_variable(name: str, kind: str = "") -> tuple[TangentSpace, Surroundings]:
    around = surroundings(f"X: {kind or kind_of(name)}, B: spd(n)", inferred=True)
    return Space.named(name, **MATRICES.get(name, {})).at(around), around


WITH_PROJECTION = [n for n in list(book.spaces) if book.spaces[n].texts("projection")]


@pytest.mark.parametrize("name", WITH_PROJECTION)
def test_the_projection_is_the_orthogonal_one_on_the_kernel_of_the_maps(name: str) -> None:
    check_projection(*at_variable(name))


COMPLEX_TOO = [n for n in list(book.spaces) if book.spaces[n].text("complex") == "holds"]


@pytest.mark.parametrize("name", COMPLEX_TOO)
def test_the_projection_is_the_orthogonal_one_over_the_complex_numbers(name: str) -> None:
    square = book.spaces[name].parameters[0].shape.is_square
    space, around = at_variable(name, "complex_matrix(n,n)" if square else "complex_matrix(n,p)")
    assert space.unknown.is_complex
    check_projection(space, around)


def check_projection(space: TangentSpace, around: Surroundings) -> None:
    samples = Samples(Frobenius().at(around), space, around.variable)
    checked = 0
    for sampled in samples.points(2):
        assert space.projection is not None
        matrix = sampled.columns(space.projection, space.cotangent)
        basis = sampled.basis
        assert np.allclose(matrix, basis @ basis.T, atol=1e-8)
        checked += 1
    assert checked


@pytest.mark.parametrize("name", [n for n in list(book.spaces) if book.spaces[n].texts("at")])
def test_the_points_satisfy_their_equations(name: str) -> None:
    space, around = at_variable(name)
    assert space.equations
    samples = Samples(Frobenius().at(around), space, around.variable)
    for sampled in samples.points(1):
        for left, right in space.equations:
            found, wanted = Evaluated(left)(sampled.point), Evaluated(right)(sampled.point)
            assert np.allclose(found, wanted, atol=1e-8)


OWN = [n for n in list(book.spaces) if book.spaces[n].texts("pairing")]


@pytest.mark.parametrize("name", OWN)
def test_the_riesz_map_of_a_space_with_its_own_product_represents(name: str) -> None:
    space, around = at_variable(name)
    assert space.own is not None
    check_metric(space.own, space, around)


def with_weights(name: str) -> InnerProduct:
    """The product of that name with new names for its weights."""
    weights = (parameter.name for parameter in book.products[name].parameters)
    return OfTheBook(name, tuple((weight, f"W{weight}") for weight in weights))


ANYWHERE = [name for name, entry in book.products.items() if not entry.text("structure")]
PRODUCTS = [*map(with_weights, ANYWHERE), Frobenius(), Weighted(right="N")]


@pytest.mark.parametrize("kind", ["matrix(m,n)", "complex_matrix(m,n)"])
@pytest.mark.parametrize("product", PRODUCTS, ids=str)
def test_the_riesz_map_of_a_product_represents(product: InnerProduct, kind: str) -> None:
    around = surroundings(f"X: {kind}")
    check_riesz(product, everything(around.variable), around)


@pytest.mark.parametrize(("kind", "space"), [("spd", "symmetric"), ("hpd", "hermitian")])
def test_the_affine_invariant_riesz_map_represents(kind: str, space: str) -> None:
    around = surroundings(f"X: {kind}(n)")
    check_riesz(AffineInvariant(), Space.named(space).at(around), around)


def check_riesz(product: InnerProduct, space: TangentSpace, around: Surroundings) -> None:
    check_metric(product.at(around), space, around)


def check_metric(metric: Metric, space: TangentSpace, around: Surroundings) -> None:
    """pairing(riesz(G), D) = tr(G'*D) for D in the space."""
    covector = space.cotangent
    value = metric.riesz(space.onto_structure(covector) if metric.elements else covector)
    assert value is not None
    representer = Representer(value, "", "")
    samples = Samples(metric, space, around.variable)
    found = [sampled.represents(representer) for sampled in samples.points(2)]
    assert found and all(found)
    root = metric.root(space.unknown)
    if root is not None:
        for sampled in samples.points(2):
            inside = sampled.columns(root, space.unknown) @ sampled.basis
            gram = sampled.basis.T @ sampled.gram @ sampled.basis
            assert np.allclose(inside.T @ inside, gram)
            assert np.allclose(sampled.basis @ (sampled.basis.T @ inside), inside)


def test_a_space_like_another_has_its_clauses_after_its_own() -> None:
    text = """space flat(X: square(n))
  projection G
  note a note of its own
  source me
space bent(X: square(n))
  like flat
  pairing 2*tr(U'*V)
  source you
"""
    _, spaces = read_spaces(split_entries(text, "mine.rules"))
    bent = spaces["bent"]
    assert [clause.word for clause in bent.clauses] == ["like", "pairing", "source", "projection"]
    assert bent.source == "you" and bent.text("note") == ""
    with pytest.raises(RuleBookError, match=r"mine\.rules:2: bent: no space before it is flat"):
        read_spaces(split_entries(text[text.index("space bent") :], "mine.rules"))


def test_a_rotation_has_determinant_one_and_an_orthogonal_matrix_need_not() -> None:
    text, where = "det(X)*tr(A*X)", "X: orthogonal(n), A: square(n)"
    found = mc.gradient(text, "X", where=where, space="rotation")
    assert "det" not in str(found.value) and found.verify().passed
    assert "det" in str(mc.gradient(text, "X", where=where, space="orthogonal").value)
    values = {"A": np.array([[1.0, 2.0], [3.0, 5.0]]), "X": np.array([[0.6, -0.8], [0.8, 0.6]])}
    turn = values["X"] @ np.array([[0.0, -1.0], [1.0, 0.0]])  # the one direction there is
    slope = float(np.trace(values["A"] @ turn))  # det(X) does not change along it
    assert np.isclose(np.sum(mc.evaluate(found.value, **values) * turn), slope)


def test_entries_say_where_they_are_wrong() -> None:
    with pytest.raises(
        RuleBookError, match=r"mine\.rules:2: mine: no clause begins with `projektion`"
    ):
        read_spaces(
            split_entries("space mine(X: square(n))\n  projektion G\n  source me\n", "mine.rules")
        )
    with pytest.raises(RuleBookError, match="no `source` line"):
        read_spaces(split_entries("space mine(X: square(n))\n  projection G\n", "mine.rules"))
    with pytest.raises(RuleBookError, match=r"mine\.rules:1: mine: the header does not read"):
        read_spaces(split_entries("space mine X: square(n)\n  source me\n", "mine.rules"))
    with pytest.raises(RuleBookError, match=r"mine\.rules:1: mine: `squre` is not a kind"):
        read_spaces(split_entries("space mine(X: squre(n))\n  source me\n", "mine.rules"))
