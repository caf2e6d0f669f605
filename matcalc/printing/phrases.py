"""Phrases in each of the styles: their words as they are, their formulas as the style has them.

What was inferred or assumed is told in words too: `A: matrix(m, n)`, `X'*X = eye(p)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from matcalc.expressions.constructors import transpose
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.operations import Transpose
from matcalc.expressions.phrases import Phrase, Written
from matcalc.language.assumed import Fact, Sort
from matcalc.printing.latex import in_macros
from matcalc.printing.text import describe, to_text
from matcalc.rulebook.laws import Law

Write = Callable[[Node], str]
EQUALS = Written(" = ", " = ", " = ")
_IN_TEXT = {
    "&": r"\&",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "<": r"$\langle$",
    ">": r"$\rangle$",
}


def phrase_text(phrase: Phrase) -> str:
    """The phrase in the language that a person types."""
    return "".join(_said(part, to_text, "text") for part in phrase)


def phrase_plain(phrase: Phrase, write: Write) -> str:
    """The phrase as text or in Unicode, whichever `write` writes."""
    style = "text" if write is to_text else "unicode"
    return "".join(_said(part, write, style) for part in phrase)


def phrase_latex(phrase: Phrase) -> str:
    """The phrase for `\\text`: each formula between dollars, neighbours between the same."""
    parts = [
        words_latex(part) if isinstance(part, str) else f"${_said(part, in_macros, 'latex')}$"
        for part in phrase
    ]
    return "".join(parts).replace("$ $", " ").replace("$$", "")


def words_latex(words: str) -> str:
    """Words for `\\text`."""
    return "".join(_IN_TEXT.get(letter, letter) for letter in words)


def _said(part: str | Written | Node, write: Write, style: str) -> str:
    if isinstance(part, Node):
        return write(part)
    return part if isinstance(part, str) else str(getattr(part, style))


def kinds_declared(symbols: Iterable[Symbol]) -> Law:
    """That variables are of their kinds: `X is symmetric: X' = X`."""
    phrase = tuple(part for symbol in symbols for part in ("; ", *_kind_declared(symbol)))[1:]
    return Law(phrase_text(phrase), phrase=phrase)


def _kind_declared(symbol: Symbol) -> Phrase:
    turned = transpose(symbol)
    if isinstance(turned, Transpose) or symbol.shape.is_scalar or symbol.is_complex:
        return (describe(symbol),)
    kind = "symmetric" if turned is symbol else "skew-symmetric"
    return (symbol, f" is {kind}: ", Transpose.raw(symbol, shape=symbol.shape), EQUALS, turned)


def fact_text(fact: Fact) -> str:
    """The fact as a declaration, an equation or a sentence."""
    match fact.predicate:
        case Sort.KIND:
            assert isinstance(fact.subject, Symbol)
            other = f"; for a vector {fact.otherwise}" if fact.otherwise else ""
            return describe(fact.subject) + other
        case Sort.FUNCTION:
            return f"{fact.subject}: an unknown elementwise function"
        case Node() as value:
            return f"{fact.subject} = {value}"
        case sentence:
            return phrase_text(sentence)
