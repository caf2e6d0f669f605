"""The factors of a chain, each in the form in which it is multiplied with least work.

inv(X) is a matrix to solve with, diag(x) a scaling, ones(m, n) two vectors of ones, and a run
X*X*X*X one matrix power.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from matcalc.compile.cost import Factor, Kind
from matcalc.expressions.constructors import transpose
from matcalc.expressions.dimensions import ONE, Shape
from matcalc.expressions.nodes import Node
from matcalc.expressions.operations import Diagonal, Inverse, Ones, Transpose

if TYPE_CHECKING:
    from matcalc.compile.lowering import Lowering

_POWER_RUN = 4  # equal neighbours from which a matrix power takes fewer products


def factors_of(lowering: Lowering, nodes: Sequence[Node]) -> list[Factor]:
    """The factors of the chain of `nodes`."""
    found: list[Factor] = []
    is_thick = ONE not in (nodes[0].shape.rows, nodes[-1].shape.columns)
    for node, group in groupby(nodes):
        count = len(list(group))
        if is_thick and count >= _POWER_RUN and node.shape.is_square:
            found.append(_matrix_power(lowering, node, count))
        else:
            found += _factor(lowering, node) * count
    return found


def _matrix_power(lowering: Lowering, node: Node, count: int) -> Factor:
    holes = {"a": lowering.full(node), "n": lowering.terms.number(Fraction(count))}
    term = lowering.terms.fill(lowering.backend.matrix_power, holes)
    return Factor(Kind.PLAIN, node.shape, term)


def _factor(lowering: Lowering, node: Node) -> list[Factor]:
    match node:
        case Inverse(inner):
            matrix = lowering.full(inner)
            if transpose(inner) is inner:
                matrix = lowering.terms.symmetric(matrix)
            return [Factor(Kind.INVERSE, node.shape, matrix)]
        case Transpose(Inverse(inner)):
            turned = lowering.terms.transposed(lowering.full(inner))
            return [Factor(Kind.INVERSE, node.shape, turned)]
        case Diagonal(inner):
            return [Factor(Kind.DIAGONAL, node.shape, lowering.full(inner))]
        case Ones(shape=shape):
            column, row = Shape(shape.rows, ONE), Shape(ONE, shape.columns)
            vectors = [vector for vector in (column, row) if not vector.is_scalar]
            return [Factor(Kind.ONES, v, lowering.shape_term(v)) for v in vectors]
        case _:
            return [Factor(Kind.PLAIN, node.shape, lowering.full(node))]
