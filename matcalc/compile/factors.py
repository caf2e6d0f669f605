"""The factors of a chain, each in the form in which it is multiplied with least work.

inv(X) is a matrix to solve with, diag(x) a scaling, ones(m, n) two vectors of ones, and a run
X*X*X*X one matrix power.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from matcalc.compile.cost import Factor, Kind
from matcalc.compile.term_table import TermTable
from matcalc.expressions.constructors import transpose
from matcalc.expressions.dimensions import ONE, Shape
from matcalc.expressions.nodes import Node
from matcalc.expressions.operations import Diagonal, Inverse, Ones, Transpose

_POWER_RUN = 4  # equal neighbours from which a matrix power takes fewer products


def factors_of(table: TermTable, nodes: Sequence[Node]) -> list[Factor]:
    """The factors of the chain of `nodes`."""
    found: list[Factor] = []
    is_thick = ONE not in (nodes[0].shape.rows, nodes[-1].shape.columns)
    for node, group in groupby(nodes):
        count = len(list(group))
        if is_thick and count >= _POWER_RUN and node.shape.is_square:
            found.append(_matrix_power(table, node, count))
        else:
            found += _factor(table, node) * count
    return found


def _matrix_power(table: TermTable, node: Node, count: int) -> Factor:
    holes = {"a": table.full(node), "n": table.terms.number(Fraction(count))}
    term = table.terms.fill(table.backend.matrix_power, holes)
    return Factor(Kind.PLAIN, node.shape, term)


def _factor(table: TermTable, node: Node) -> list[Factor]:
    match node:
        case Inverse(inner):
            matrix = table.full(inner)
            if transpose(inner) is inner:
                matrix = table.terms.symmetric(matrix)
            return [Factor(Kind.INVERSE, node.shape, matrix)]
        case Transpose(Inverse(inner)):
            turned = table.terms.transposed(table.full(inner))
            return [Factor(Kind.INVERSE, node.shape, turned)]
        case Diagonal(inner):
            return [Factor(Kind.DIAGONAL, node.shape, table.full(inner))]
        case Ones(shape=shape):
            column, row = Shape(shape.rows, ONE), Shape(ONE, shape.columns)
            vectors = [vector for vector in (column, row) if not vector.is_scalar]
            return [Factor(Kind.ONES, v, table.shape_term(v)) for v in vectors]
        case _:
            return [Factor(Kind.PLAIN, node.shape, table.full(node))]
