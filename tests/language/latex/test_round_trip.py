"""What the printer writes in LaTeX is read as what was printed."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis.strategies import sampled_from

from matcalc.expressions.constructors import symbol
from matcalc.expressions.dimensions import shape
from matcalc.expressions.nodes import Identity, Node, Zero, ordered
from matcalc.expressions.operations import Ones
from matcalc.language.problem import parse_latex
from matcalc.printing.latex import to_latex
from matcalc.rulebook import book
from tests.strategies import SYMBOLS, expressions

STYLES = ["", "bold", "differential=d", "transpose=T", r"transpose=\mathsf{T}", r"transpose=\prime"]


@given(expressions(), sampled_from(STYLES))
@settings(max_examples=150)
def test_random_expressions_come_back(node: Node, style: str) -> None:
    """Constants whose size nothing tells are left out: paper does not write it."""
    assume(not any(isinstance(one, Ones | Zero | Identity) for one in ordered(node)))
    written = node.latex(style)
    found = parse_latex(written, None, book, symbols=SYMBOLS, shape=node.shape)
    assert found.expression == node, written


NAMES = "x beta_hat x_bar x_tilde_i h_tm1 h_tp1 B_prime x_star A_ij x_max W2 alpha_1 loss Sigma_xx"


def test_names_come_back_as_they_were_written() -> None:
    known = {name: symbol(name, shape("n", "n")) for name in NAMES.split()}
    for one in known.values():
        assert parse_latex(to_latex(one), None, book, symbols={one.name: one}).expression == one
    written = [to_latex(known[name]) for name in ("beta_hat", "x_tilde_i", "h_tm1", "B_prime")]
    assert written == [r"\hat{\beta}", r"\tilde{x}_{i}", "h_{t-1}", "B'"]
