"""What was inferred or assumed, in words: `A: matrix(m, n)`, `X'*X = eye(p)`."""

from __future__ import annotations

from matcalc.expressions.nodes import Node, Symbol
from matcalc.language.assumed import Fact, Sort
from matcalc.printing.phrases import phrase_text
from matcalc.printing.text import describe


def fact_text(fact: Fact) -> str:
    """The fact as a declaration, an equation or a sentence."""
    match fact.predicate:
        case Sort.KIND:
            assert isinstance(fact.subject, Symbol)
            return describe(fact.subject)
        case Sort.FUNCTION:
            return f"{fact.subject}: an unknown elementwise function"
        case Node() as value:
            return f"{fact.subject} = {value}"
        case sentence:
            return phrase_text(sentence)
