"""What is said where a text could be read otherwise: members of families, words in letters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from matcalc.language.inference import Inference
from matcalc.language.syntax import Call, Chain, Name, Syntax


def notes(found: Inference) -> Iterator[tuple[Syntax, str]]:
    """Each node of the text with what is said of it, once for what is typed alike."""
    said: set[str] = set()
    for node in found.source.arena[: found.source.text_nodes]:
        for sentence in _of(node, found):
            if sentence not in said:
                said.add(sentence)
                yield node, sentence


def _of(node: Syntax, found: Inference) -> Iterator[str]:
    match node:
        case Name(indices=(index,)):
            yield _member(node, index, found)
        case Chain(factors=factors, juxtaposed=True):
            for left, right in pairwise(factors):
                yield from _cut_word(left, right, found.source.text)
        case Call(function="exp", arguments=[operand]) if _is_square(operand, found):
            other = f"`expm({_quoted(operand, found)[1:-1]})`"
            yield f"{_quoted(node, found)} is entry by entry; the matrix exponential is {other}"
        case Call(function="norm") if found.source.text[node.start] in "|\u2016":
            if not found.shapes.of(node.arguments[0]).is_vector and len(node.arguments) == 1:
                yield f"{_quoted(node, found)} is the Frobenius norm"
        case _:
            pass


def _member(node: Name, index: str, found: Inference) -> str:
    word = node.word
    if found.is_scalar(node):
        return f"`{word}_{index}` is the entry `{word}[{index}]`"
    shape = found.shapes.shape(found.arrays[node.place])
    one = found.shapes.of(node)
    if not one.is_vector:
        return f"`{word}_{index}` is one of a family `{word}` of {shape.rows} matrices ({one})"
    return f"`{word}_{index}` is row {index} of `{word}`, an array of vectors ({shape})"


def _cut_word(left: Syntax, right: Syntax, text: str) -> Iterator[str]:
    """`Ax` where no sign stands between its letters."""
    names = isinstance(left, Name) and isinstance(right, Name)
    word = text[left.start : right.end]
    if names and word.isalpha():
        yield f"`{word}` is read as {word[0]}*{word[1]}"


def _quoted(node: Syntax, found: Inference) -> str:
    return found.shapes.quote(node.span)


def _is_square(node: Syntax, found: Inference) -> bool:
    shape = found.shapes.of(node)
    return shape.is_square and not shape.is_scalar
