"""What is said of a text: other readings, broadcasting, statements that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from matcalc.language.dialects import LATEX, NUMPY, weakly_marked
from matcalc.language.functions import DefinedFunction
from matcalc.language.inference import Inference
from matcalc.language.kinds import default_kind
from matcalc.language.latex.readings import divided, settled
from matcalc.language.libraries import full_names
from matcalc.language.literals import scalars_of_constants
from matcalc.language.provenance import quoted
from matcalc.language.syntax import Call, Chain, Name, Negation, Power, Syntax, Total
from matcalc.language.vocabulary import Constant, Defined, Silent


def notes(found: Inference) -> Iterator[tuple[Syntax, str]]:
    """Each node of the text with what is said of it, once for what is typed alike."""
    said: set[str] = set()
    spread = {node.place for node in found.spread}
    for node in found.source.arena[: found.source.text_nodes]:
        spreading = _spreading(node, found) if node.place in spread else ()
        own = _of(node, found) if isinstance(node, Name | Chain | Call | Power) else ()
        for sentence in (*spreading, *own):
            if sentence not in said:
                said.add(sentence)
                yield node, sentence
    yield from _unused(found)


def _of(node: Syntax, found: Inference) -> Iterator[str]:
    match node:
        case Name(indices=(index,)):
            yield _member(node, index, found)
        case Call() if found.source.dialect is LATEX:
            if told := settled(node, found):
                yield told
        case Chain() if found.source.dialect is LATEX:
            yield from divided(node, found)
        case Chain(factors=factors):
            for left, right in pairwise(factors):
                yield from _cut_word(left, right, found.source.text)
        case Call(function="norm") if not found.source.dialect.tables:
            yield from _norm(node, found)
        case Call() if _is_of_entries(node, found):
            inner = _quoted(node.arguments[0], found)[1:-1]
            other = f"{found.chosen[node.place].operation}m({inner})"
            said = f"is entry by entry; the function of the matrix is `{other}`"
            yield f"{_quoted(node, found)} {said}"
        case Name(word="π") if isinstance(found.vocabulary.meanings[node.place], Constant):
            yield "`π` is the number pi; a variable of that name is declared"
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


def _spreading(node: Syntax, found: Inference) -> Iterator[str]:
    """What is said of a scalar added to a matrix, of a row or column beside one."""
    if not isinstance(node, Total | Chain):
        return
    parts = node.terms if isinstance(node, Total) else node.factors
    scalar = next((part for part in parts if found.is_scalar(part)), None)
    if isinstance(node, Total) and scalar is not None:
        yield _added_scalar(node, scalar, found)
        return
    whole = found.shapes.of(node)
    narrow = [part for part in parts if found.shapes.of(part) != whole]
    repeated = " and ".join(_written(part, found) for part in narrow)
    if narrow:
        yield f"{_written(node, found)} repeats {repeated} to {whole}"


def _added_scalar(node: Total, scalar: Syntax, found: Inference) -> str:
    added, place = _written(scalar, found), list(node.terms).index(scalar)
    does, to = ("adds", "to") if node.signs[place] > 0 else ("subtracts", "from")
    text, start, end = found.source.text, node.terms[0].start, node.terms[-1].end
    note = f"{quoted(text[start:end])[1:-1]} {does} {added} {to} every entry"
    if found.shapes.of(node).is_square:
        other = f"{text[start : scalar.end]}*I{text[scalar.end : end]}"
        note += f"; {quoted(other)[1:-1]} is the other reading"
    return note


def signs_of_matrices(found: Inference) -> Iterator[str]:
    """What is said of `S**2` and `S.T * T` where the functions beside them are NumPy's too."""
    source = found.source
    if NUMPY not in weakly_marked(source.marks):
        return
    as_arrays = replace(source, dialect=NUMPY)
    calls = [node for node in source.arena if isinstance(node, Call)]
    if not all(any(map(source.book.library, full_names(c.function, as_arrays))) for c in calls):
        return
    for node in source.arena:
        for sign, left, right in _between_matrices(node, found):
            this, entrywise = (
                f"{source.text[left.start : left.end]}{one}{source.text[right.start : right.end]}"
                for one in (sign, f".{sign.replace('**', '^')}")
            )
            what = "product of matrices" if sign == "*" else "power of a matrix"
            yield f"`{this}` is the {what}; entry by entry, as in NumPy, it is `{entrywise}`"


def _between_matrices(node: Syntax, found: Inference) -> Iterator[tuple[str, Syntax, Syntax]]:
    """The signs that stand for a power or a product of matrices, which arrays have too."""
    match node:
        case Power(base=base, exponent=exponent, entrywise=False):
            transposed = isinstance(found.vocabulary.meanings.get(exponent.place), Silent)
            if found.is_scalar(exponent) and not (transposed or found.is_scalar(base)):
                yield "**", base, exponent
        case Chain(factors=factors, operators=operators):
            for sign, (left, right) in zip(operators, pairwise(factors), strict=True):
                alike = found.shapes.of(left) == found.shapes.of(right)
                if sign == "*" and alike and not found.is_scalar(left):
                    yield "*", left, right
        case _:
            pass


def vector_readings(found: Inference) -> dict[str, str]:
    """The small letters that became scalars beside vectors, and what to write for vectors."""
    source = found.source
    if source.dialect.arrays:
        constants = scalars_of_constants(source, found.vocabulary).items()
        scalars = [(word, one) for word, one in constants if _became_scalar(word, found)]
        beside = [*scalars, *_greek_beside_arrays(found)]
        return {word: _declared(word, one, found) for word, one in beside}
    readings: dict[str, str] = {}
    for node in (one for one in source.arena if isinstance(one, Chain)):
        for place, factor in enumerate(node.factors):
            name = factor.operand if isinstance(factor, Negation) else factor
            if isinstance(name, Name) and _became_scalar(name.word, found):
                readings[name.word] = readings.get(name.word) or _of_vector(
                    node, place, name.word, found
                )
    return readings


def _of_vector(node: Chain, place: int, word: str, found: Inference) -> str:
    """How that factor is a vector: by another sign, or beside a matrix by its declaration."""
    around = {node.operators[place - 1] if place else "", *node.operators[place : place + 1]}
    written = _by_entry(node, place, found)
    if written:
        return f"write {written}"
    beside_matrix = around & {".*", "./"} and not found.shapes.of(node).is_vector
    return _declared(word, node, found) if beside_matrix else ""


def _greek_beside_arrays(found: Inference) -> list[tuple[str, Syntax]]:
    """The Greek scalars that are added to arrays of one axis, as the mu of `x - mu`."""
    return [
        (term.word, node)
        for node in found.source.arena
        if isinstance(node, Total) and found.shapes.of(node).is_vector and not found.is_scalar(node)
        for term in node.terms
        if isinstance(term, Name) and term.word in found.kinds and found.is_scalar(term)
    ]


def _declared(word: str, beside: Syntax, found: Inference) -> str:
    return f"declare {word}: vector({found.shapes.of(beside).rows})"


def _became_scalar(word: str, found: Inference) -> bool:
    return found.kinds.get(word) == "scalar" and default_kind(word) == "vector"


def _by_entry(node: Chain, place: int, found: Inference) -> str:
    """The product with a point before the sign of that factor, "" where that is no vector."""
    shape = found.shapes.of(node)
    if not shape.is_vector or shape.is_scalar:
        return ""
    text, factors = found.source.text, node.factors
    left, right = factors[:place], factors[place + 1 :]
    if all(found.is_scalar(one) for one in left) and right and node.operators[place] in "*@":
        before = text[node.start : factors[place].end]
        after = text[right[0].start : node.end]
        return f"{before}.*({after})" if len(right) > 1 else f"{before}.*{after}"
    if left and not right and node.operators[place - 1] in "*@/":
        sign = "./" if node.operators[place - 1] == "/" else ".*"
        return f"{text[node.start : left[-1].end]}{sign}{text[factors[place].start : node.end]}"
    return ""


def _member(node: Name, index: str, found: Inference) -> str:
    word = node.word
    if found.is_scalar(node):
        return f"`{word}_{index}` is the entry `{word}[{index}]`"
    shape = found.shapes.shape(found.arrays[node.place])
    one = found.shapes.of(node)
    if not one.is_vector:
        return f"`{word}_{index}` is one of a family `{word}` of {shape.rows} matrices ({one})"
    return f"`{word}_{index}` is row {index} of `{word}`, an array of vectors ({shape})"


def _norm(node: Call, found: Inference) -> Iterator[str]:
    """Which norm of a matrix it is, by number the operator's."""
    if found.shapes.of(node.arguments[0]).is_vector:
        return
    this, matrix = _quoted(node, found), _written(node.arguments[0], found)
    if len(node.arguments) == 1:
        yield f"{this} is the Frobenius norm; the spectral one is `norm({matrix}, 2)`"
    elif found.chosen[node.place].operation == "operator_norm_2":
        yield f"{this} is the spectral norm; that of the entries is `norm({matrix})`"


def _cut_word(left: Syntax, right: Syntax, text: str) -> Iterator[str]:
    """`Ax` where no sign stands between its letters."""
    left = left.operand if isinstance(left, Negation) else left
    names = isinstance(left, Name) and isinstance(right, Name)
    word = text[left.start : right.end]
    if names and word.isalpha():
        yield f"`{word}` is read as {word[0]}*{word[1]}"


def _written(node: Syntax, found: Inference) -> str:
    return _quoted(node, found)[1:-1]


def _quoted(node: Syntax, found: Inference) -> str:
    return found.shapes.quote(node.span)
