"""What two readers would read in two ways, and is refused with how each is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from matcalc.expressions.errors import SyntaxProblem
from matcalc.language.binding import parted
from matcalc.language.dialects import LATEX
from matcalc.language.kinds import default_kind
from matcalc.language.syntax import Chain, Name
from matcalc.language.vocabulary import Source, Vocabulary

_LETTERS = re.compile(r"[A-Za-z\u03b1-\u03c9]{2,3}")
_GREEK = re.compile(r"[\u03b1-\u03c9]")
_TRANSPOSED = re.compile(r"[a-zA-Z]T[A-Z]?[a-zA-Z]")  # xTAx, XTX
_SPOKEN = re.compile(r"[A-Za-z]{3,}")


def refuse_doubts(names: Sequence[Name], source: Source, vocabulary: Vocabulary) -> None:
    """Raises SyntaxProblem for the first undeclared name that is perhaps none."""
    if source.dialect is LATEX:
        return
    undeclared = frozenset(vocabulary.undeclared)
    known = {node.word for node in names} | source.declared.keys()
    for node in names:
        if node.word in undeclared:
            _refuse_word(node, known, source.text)
            _refuse_member(node, source.text, vocabulary)
            _refuse_inner_transpose(node, names, source.text)
    for part in source.arena:
        if isinstance(part, Chain):
            _refuse_spoken(part, undeclared, source.text)


def _refuse_word(node: Name, known: set[str], text: str) -> None:
    """`xa` where x and a are names too, `λx` where one of the two is, `λI`, `xTAx`."""
    word = node.word
    mixed = bool(_GREEK.search(word))
    plain = _LETTERS.fullmatch(word) and (mixed or default_kind(word) != "scalar")
    parts = [letter in known or letter == "I" for letter in word]
    transposed = bool(_TRANSPOSED.fullmatch(word))
    if transposed or (plain and (all(parts) or (mixed and any(parts)))):
        product = f"{word[0]}'*{'*'.join(word[2:])}" if transposed else "*".join(word)
        raise SyntaxProblem(
            f"`{word}` may be a name of its own, or {product}",
            hint=f"write `{product}` for the product; for a name, declare `{word}` after `where`",
        ).at(text, node.span)


def _refuse_inner_transpose(node: Name, names: Sequence[Name], text: str) -> None:
    """`ATx`, where T stands by itself nowhere."""
    inside = [text[one.start - 1 : one.start].isalpha() for one in names if one.word == "T"]
    before, after = text[: node.start][-1:], text[node.end : node.end + 1]
    if node.word == "T" and all(inside) and before.isalpha() and after.isalpha():
        raise SyntaxProblem(
            f"`{before}T{after}` may be {before}'*{after}, or a product with T",
            hint=f"write `{before}'*{after}` for the transpose, else `{before}*T*{after}`",
        ).at(text, (node.start - 1, node.end + 1))


def _refuse_spoken(chain: Chain, undeclared: frozenset[str], text: str) -> None:
    """`minimize ||A*x - b||^2`: a word without a sign after it is a factor only if it is a name."""
    for before, after in pairwise(chain.factors):
        if text[before.end : after.start].strip():
            continue
        for word in (before, after):
            if isinstance(word, Name) and word.word in undeclared and _is_spoken(word.word):
                raise SyntaxProblem(
                    f"`{word.word}` is no name that is known, and no sign stands beside it",
                    hint=f"a product is `{word.word}*...`; of a problem, type the function alone",
                ).at(text, word.span)


def _is_spoken(word: str) -> bool:
    return bool(_SPOKEN.fullmatch(word)) and default_kind(word) != "scalar"


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
