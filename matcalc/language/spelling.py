"""What a name may look like, wherever a person gives one: declared, defined, bound or just used."""

from __future__ import annotations

import re

from matcalc.expressions.errors import SyntaxProblem

_LETTER = "A-Za-zÀ-ÖØ-öø-ɏΑ-Ωα-ωϐ-ϖϰϱϵℓ"
# The terminal NAME of the grammar: superscripts are operators, and so no part of it.
NAME = f"[{_LETTER}∂∇][{_LETTER}0-9_₀-₉]*"
_NAME = re.compile(NAME)
_WORDS = {
    "where": "A: matrix(m,n) after it declares",
    "in": "sum(i in 1..n, ...)",
}


def check_name(word: str, text: str, span: tuple[int, int]) -> None:
    """Raise SyntaxProblem, placed in the text, for what is no name of a person's own."""
    if _NAME.fullmatch(word) is None:
        shown = word if len(word) < 40 else word[:37] + "..."
        raise SyntaxProblem(
            f"`{shown}` is not a name",
            hint="a name is a letter, and letters, digits, `_` or subscripts after it; "
            "a superscript is an operator",
        ).at(text, span)
    if word.endswith("__"):
        raise SyntaxProblem(
            f"`{word}` ends in two underscores, as only names of the program's own do",
            hint=f"write `{word.rstrip('_')}`",
        ).at(text, span)
    if word in _WORDS:
        raise SyntaxProblem(
            f"`{word}` is a word of the language and no name", hint=f"it is used so: {_WORDS[word]}"
        ).at(text, span)
