"""What the printer writes in LaTeX is read as what was printed."""

from __future__ import annotations

from hypothesis import assume, given, settings

from matcalc.expressions.nodes import Identity, Node, Zero, ordered
from matcalc.expressions.operations import Ones
from matcalc.language.problem import parse_latex
from matcalc.printing.latex import to_latex
from matcalc.rulebook import book
from tests.strategies import SYMBOLS, expressions


@given(expressions())
@settings(max_examples=150)
def test_random_expressions_come_back(node: Node) -> None:
    """Constants whose size nothing tells are left out: paper does not write it."""
    assume(not any(isinstance(one, Ones | Zero | Identity) for one in ordered(node)))
    written = to_latex(node)
    found = parse_latex(written, None, book, symbols=SYMBOLS, shape=node.shape)
    assert found.expression == node, written
