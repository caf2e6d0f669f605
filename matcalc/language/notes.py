"""What is said where a text could be read otherwise, and of statements that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from matcalc.language.functions import DefinedFunction
from matcalc.language.inference import Inference
from matcalc.language.syntax import Call, Chain, Name, Power, Syntax
from matcalc.language.vocabulary import Defined


def notes(found: Inference) -> Iterator[tuple[Syntax, str]]:
    """Each node of the text with what is said of it, once for what is typed alike."""
    said: set[str] = set()
    for node in found.source.arena[: found.source.text_nodes]:
        for sentence in _of(node, found):
            if sentence not in said:
                said.add(sentence)
                yield node, sentence
    yield from _unused(found)


def _of(node: Syntax, found: Inference) -> Iterator[str]:
    match node:
        case Name(indices=(index,)):
            yield _member(node, index, found)
        case Chain(factors=factors, juxtaposed=True):
            for left, right in pairwise(factors):
                yield from _cut_word(left, right, found.source.text)
        case Call(function="norm") if found.source.text[node.start] in "|\u2016":
            if not found.shapes.of(node.arguments[0]).is_vector and len(node.arguments) == 1:
                yield f"{_quoted(node, found)} is the Frobenius norm"
        case Call() if _is_of_entries(node, found):
            inner = _quoted(node.arguments[0], found)[1:-1]
            other = f"{found.chosen[node.place].operation}m({inner})"
            said = f"is entry by entry; the function of the matrix is `{other}`"
            yield f"{_quoted(node, found)} {said}"
        case Power() if node.place in found.vocabulary.exponentials:
            yield "`e` is Euler's number"
        case _:
            pass


def _is_of_entries(node: Call, found: Inference) -> bool:
    """Whether a function of a square matrix has a namesake that is one of matrices: exp, expm."""
    signature, shape = found.chosen.get(node.place), found.shapes.of(node)
    if found.source.dialect.arrays or signature is None or shape.is_scalar or not shape.is_square:
        return False
    twin = found.source.book.signatures(f"{signature.operation}m")
    return bool(twin) and found.shapes.of(node.arguments[0]) == shape


def _unused(found: Inference) -> Iterator[tuple[Syntax, str]]:
    """The statements that nothing uses, before the one that is asked about."""
    source, vocabulary = found.source, found.vocabulary
    used = {one.place for one in vocabulary.meanings.values() if isinstance(one, Defined)}
    used |= {one.place for one in vocabulary.applied.values() if isinstance(one, DefinedFunction)}
    used.add(source.text_nodes - 1)
    functions = {} if source.closed else {n: one.place for n, one in source.functions.items()}
    for name, place in {**source.definitions, **functions}.items():
        if place not in used:
            yield source.arena[place], f"nothing uses `{name}`"


def _member(node: Name, index: str, found: Inference) -> str:
    word = node.word
    if found.is_scalar(node):
        return f"`{word}_{index}` is the entry `{word}[{index}]`"
    shape = found.shapes.shape(found.arrays[node.place])
    return f"`{word}_{index}` is row {index} of `{word}`, an array of vectors ({shape})"


def _cut_word(left: Syntax, right: Syntax, text: str) -> Iterator[str]:
    """`Ax` where no sign stands between its letters."""
    names = isinstance(left, Name) and isinstance(right, Name)
    word = text[left.start : right.end]
    if names and word.isalpha():
        yield f"`{word}` is read as {word[0]}*{word[1]}"


def _quoted(node: Syntax, found: Inference) -> str:
    return found.shapes.quote(node.span)
