"""What an answer demands, as tests in its code: a value outside is an error, never a number.

A condition on neighbouring points (`of constant rank`) cannot be seen at one point and is not
tested; at a kink a first derivative is given by convention, as the answer says. That a matrix is
invertible or positive definite is left to the routine that solves with it or factorises it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from matcalc.calculus.shortest_conditions import simplest
from matcalc.compile.lowering import Lowering
from matcalc.compile.positions import label, position_term
from matcalc.compile.terms import Level, Loop, Term, read_template
from matcalc.expressions.constructors import transpose
from matcalc.expressions.nodes import Apply, Node, ordered
from matcalc.expressions.predicates import (
    Equal,
    ForAll,
    Has,
    NoOppositeEigenvalues,
    Ordered,
    Predicate,
    Property,
    SimpleEigenvalue,
    SimpleSingularValue,
    Unless,
)
from matcalc.printing.predicates import predicate_text
from matcalc.rulebook.requirements import Requirement

_SYMMETRIC = "np.allclose($[X], $[X].T, atol=1e-8 * np.abs($[X]).max())"
_TESTS: dict[Property, str] = {
    Property.POSITIVE: "np.all($X > 0)",
    Property.NONNEGATIVE: "np.all($X >= 0)",
    Property.NONZERO: "np.any($X)",
    Property.NONZERO_ENTRIES: "np.all($X)",
    Property.DISTINCT_ENTRIES: "np.unique($X).size == np.size($X)",
    Property.SINGLE_LARGEST_ENTRY: "np.count_nonzero($X == np.max($X)) == 1",
    Property.SINGLE_SMALLEST_ENTRY: "np.count_nonzero($X == np.min($X)) == 1",
    Property.SINGLE_LARGEST_ENTRY_IN_ROWS: (
        "np.all(np.sum($[X] == np.max($[X], axis=1, keepdims=True), axis=1) == 1)"
    ),
    Property.INTEGER: "np.all($X % 1 == 0)",
    Property.EVEN: "$X % 2 == 0",
    Property.SYMMETRIC: _SYMMETRIC,
    Property.SPD: f"{_SYMMETRIC} and positive_definite($[X])",
    Property.INVERTIBLE: "invertible($[X])",
    Property.FULL_RANK: "np.linalg.matrix_rank($[X]) == min($[X].shape)",
    Property.FULL_COLUMN_RANK: (  # whatever the units of the columns are
        "np.linalg.matrix_rank($[X] / np.maximum(np.linalg.norm($[X], axis=0), 1e-300))"
        " == $[X].shape[1]"
    ),
    Property.NONZERO_LEADING_MINORS: (  # a derivative divides by the last one, and ends there
        "all(invertible($[X][:k, :k]) for k in range(1, len($[X])))"
    ),
    Property.NO_NEGATIVE_EIGENVALUE: "np.all($w) and np.all(np.abs(np.angle($w)) < np.pi)",
    Property.NO_IMAGINARY_EIGENVALUE: "np.abs($w.real).min() > 1e-13 * np.abs($w).max()",
    Property.NO_RECIPROCAL_EIGENVALUES: "np.abs(np.multiply.outer($w, $w) - 1).min() > 1e-13",
    Property.REAL_EIGENVALUE: "np.any(np.isreal($w))",
    Property.SIMPLE_LARGEST_REAL_EIGENVALUE: (
        "np.sum($w.real[np.isreal($w)] >= $w.real[np.isreal($w)].max() - 1e-13 * np.abs($w).max())"
        " == 1"
    ),
    Property.SIMPLE_EIGENVALUES: "np.all(np.diff($v) > 1e-13 * np.abs($v).max())",
    Property.SIMPLE_POSITIVE_SINGULAR_VALUES: "np.all(np.diff($s, append=0) < -1e-13 * $s[0])",
    Property.SIMPLE_EXTREME_SINGULAR_VALUES: (
        "len($s) == 1 or min($s[0] - $s[1], $s[-2] - $s[-1]) > 1e-13 * $s[0]"
    ),
}
_SIMPLE = "np.sum(np.abs($w - $w[$i - 1]) <= 1e-13 * np.abs($w).max()) == 1"
_SIMPLE_AND_POSITIVE = f"{_SIMPLE} and $w[$i - 1] > 1e-15 * $w[0]"
_OPPOSITE = "np.abs(np.add.outer($w, $v)).min() > 1e-13 * np.abs($w).max()"
_SPECTRA = {  # named once, whatever is asked of them
    "w": "np.linalg.eigvals($[X])",
    "v": "np.linalg.eigvalsh($[X])",
    "s": "np.linalg.svd($[X], compute_uv=False)",
}
_OF_SCALAR = {
    Property.POSITIVE: "$X > 0",
    Property.NONNEGATIVE: "$X >= 0",
    Property.NONZERO: "$X != 0",
    Property.INTEGER: "$X % 1 == 0",
}
_SIGNED = {Property.POSITIVE, Property.NONNEGATIVE}


@dataclass(frozen=True)
class Guard:
    """A test that has to be true, and what is said where it is not."""

    test: Term
    message: str


def guards(
    lowering: Lowering, roots: Sequence[Node], required: Sequence[Requirement]
) -> list[Guard]:
    """The tests of the requirements that the code of the roots does not make itself."""
    made = set(_made(roots))
    found = []
    for one in required:
        left = None if one.subgradient else _left(one.predicate, made)
        test = None if left is None else _test(lowering, left)
        if test is not None:
            found.append(Guard(test, f"valid where {predicate_text(one.predicate)}"))
    return found


def _made(roots: Sequence[Node]) -> Iterator[Predicate]:
    """What the code of the roots itself ends at: a solve with a singular matrix."""
    properties = {"inv": Property.INVERTIBLE, "chol": Property.SPD}
    for node in ordered(*roots):
        if isinstance(node, Apply) and node.operation in properties:
            (argument,) = node.arguments
            for one in (argument, transpose(argument)):
                yield from simplest(Has(one, properties[node.operation]))


def _left(predicate: Predicate, made: Collection[Predicate]) -> Predicate | None:
    """What is left to test; a Cholesky factorisation reads one half of a matrix only."""
    match predicate:
        case _ if predicate not in made:
            return predicate
        case Has(subject=subject, property=Property.SPD):
            return Has(subject, Property.SYMMETRIC)
        case _:
            return None


def _test(lowering: Lowering, predicate: Predicate) -> Term | None:
    """The test as a term; None where one point cannot show it."""
    terms = lowering.terms
    match predicate:
        case Has(subject=subject, property=one):
            return _property_test(lowering, subject, one)
        case Ordered(smaller=smaller, larger=larger, strict=strict):
            return _comparison(lowering, smaller, "<" if strict else "<=", larger)
        case Equal(left=left, right=right):
            return _comparison(lowering, left, "==", right)
        case SimpleEigenvalue(subject=subject, position=position, mass=mass):
            values = (
                _spectrum(lowering, "v", subject)
                if mass is None
                else _pencil(lowering, subject, mass)
            )
            return terms.fill(_SIMPLE, {"w": values, "i": _place(lowering, subject, position)})
        case SimpleSingularValue(subject=subject, position=position):
            values = _spectrum(lowering, "s", subject)
            holes = {"w": values, "i": _place(lowering, subject, position)}
            return terms.fill(_SIMPLE_AND_POSITIVE, holes)
        case NoOppositeEigenvalues(left=left, right=right):
            holes = {"w": _spectrum(lowering, "w", left), "v": _spectrum(lowering, "w", right)}
            return terms.fill(_OPPOSITE, holes)
        case Unless(condition=condition, exception=exception):
            return _either(lowering, _test(lowering, condition), _test(lowering, exception))
        case ForAll():
            return _for_all(lowering, predicate)
        case _:
            assert_never(predicate)


def _place(lowering: Lowering, matrix: Node, position: Node) -> Term:
    """The position of an eigenvalue or a singular value."""
    return position_term(lowering, position, matrix.shape.columns, label(matrix))


def _spectrum(lowering: Lowering, kind: str, matrix: Node) -> Term:
    return lowering.terms.fill(_SPECTRA[kind], {"[X]": lowering.square(matrix)})


def _pencil(lowering: Lowering, matrix: Node, mass: Node) -> Term:
    holes = {"[X]": lowering.square(matrix), "[M]": lowering.square(mass)}
    return lowering.terms.fill("scipy.linalg.eigvalsh($[X], $[M])", holes)


def _property_test(lowering: Lowering, subject: Node, one: Property) -> Term | None:
    template = _TESTS.get(one)
    if template is None or (subject.is_complex and one in _SIGNED):
        return None
    if subject.is_complex:
        template = template.replace("$[X].T", "$[X].conj().T")
    if subject.shape.is_scalar:
        template = _OF_SCALAR.get(one, template)
    holes: dict[str, Term] = {}
    for hole in (piece for piece in read_template(template)[0] if not isinstance(piece, str)):
        if hole.square:
            holes["[X]"] = lowering.square(subject)
        elif hole.name == "X":
            holes["X"] = lowering.full(subject)
        else:
            holes[hole.name] = _spectrum(lowering, hole.name, subject)
    return lowering.terms.fill(template, holes)


def _comparison(lowering: Lowering, left: Node, sign: str, right: Node) -> Term | None:
    if left.is_complex or right.is_complex:
        return None
    sides = (lowering.full(left), Level.SUM), f" {sign} ", (lowering.full(right), Level.SUM)
    test = lowering.terms.make(*sides, level=Level.ANY)
    if left.shape.is_scalar and right.shape.is_scalar:
        return test
    return lowering.terms.make("np.all(", (test, Level.ANY), ")")


def _either(lowering: Lowering, one: Term | None, other: Term | None) -> Term | None:
    if one is None or other is None:
        return None
    return lowering.terms.fill("$a or $b", {"a": one, "b": other})


def _for_all(lowering: Lowering, predicate: ForAll) -> Term | None:
    """The test for every value of the index of a sum."""
    test = _test(lowering, predicate.predicate)
    if test is None:
        return None
    terms, variable = lowering.terms, lowering.names[predicate.index.name]
    first, last = lowering.integer(predicate.lower), lowering.integer(predicate.upper, 1)
    span = terms.make("range(", (first, Level.SUM), ", ", (last, Level.SUM), ")", cheap=True)
    free = test.indices - {variable}
    return terms.make("all(", span, ")", loop=Loop(variable, test), indices=free)
