"""What two readers would read in two ways, and is refused with how each is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from matcalc.expressions.errors import SyntaxProblem
from matcalc.language.binding import parted
from matcalc.language.kinds import default_kind
from matcalc.language.syntax import Chain, Name
from matcalc.language.vocabulary import Source, Vocabulary

_LETTERS = re.compile(r"[A-Za-z]{2,3}")
_ABOVE = re.compile(r"[d∂][A-Za-zα-ω]?")
_BELOW = re.compile(r"[d∂][A-Za-zα-ω]")


def refuse_doubts(names: Sequence[Name], source: Source, vocabulary: Vocabulary) -> None:
    """Raises SyntaxProblem for the first undeclared name that is perhaps none."""
    undeclared = frozenset(vocabulary.undeclared)
    known = {node.word for node in names} | source.declared.keys()
    for node in names:
        if node.word in undeclared:
            _refuse_word(node, known, source.text)
            _refuse_member(node, source.text, vocabulary)
    for chain in source.arena:
        if isinstance(chain, Chain) and "/" in chain.operators:
            _refuse_derivative(chain, undeclared, source.text)


def _refuse_word(node: Name, known: set[str], text: str) -> None:
    """`xa` where x and a are names too."""
    word = node.word
    plain = _LETTERS.fullmatch(word) and default_kind(word) != "scalar"
    if plain and all(letter in known for letter in word):
        product = "*".join(word)
        raise SyntaxProblem(
            f"`{word}` may be a name of its own, or {product}",
            hint=f"write `{product}` for the product; for a name, declare `{word}` after `where`",
        ).at(text, node.span)


def _refuse_member(node: Name, text: str, vocabulary: Vocabulary) -> None:
    """x_1 and x_n beside x_i, and x_i outside of the sum; X_i of matrices."""
    stem, indices = parted(node.word)
    if indices and stem in vocabulary.members:
        raise SyntaxProblem(
            f"`{node.word}` stands outside of the sum over the index of `{stem}`",
            hint=f"an entry is `{stem}[{','.join(indices)}]`; call another variable otherwise",
        ).at(text, node.span)
    capital = default_kind(node.word) == "matrix" and not node.indices
    if capital and vocabulary.members.get(node.word) == 1:
        raise SyntaxProblem(
            f"`{node.word}` stands by itself, and with one index as a family of matrices does",
            hint=f"a row is `{node.word}[i,:]`, a column `{node.word}[:,i]`; "
            "call the family otherwise",
        ).at(text, node.span)


def _refuse_derivative(chain: Chain, undeclared: frozenset[str], text: str) -> None:
    """`du/dt`: neither is a variable."""
    for place, (above, below) in enumerate(pairwise(chain.factors)):
        if (
            chain.operators[place] == "/"
            and isinstance(above, Name)
            and isinstance(below, Name)
            and {above.word, below.word} <= undeclared
            and _ABOVE.fullmatch(above.word)
            and _BELOW.fullmatch(below.word)
        ):
            shown = text[above.start : below.end]
            raise SyntaxProblem(
                f"`{shown}` is a derivative, and none is read inside an expression",
                hint=f"a derivative is what is asked for; if {above.word} and {below.word} are "
                "variables, declare them",
            ).at(text, (above.start, below.end))
