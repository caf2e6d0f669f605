"""Literal matrices of scalars: `[a, b; c, d]`, `[cos(t), -sin(t); sin(t), cos(t)]`.

`[A, B; C, D]` is one of blocks, and `[x; y]` a stack of vectors. What small names in a literal of
several rows and columns are is told by what stands beside them, and by where else they stand.
So it is of the lam of `lam*np.eye(n)`, where lam times the rows could be meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matcalc.expressions.nodes import Symbol
from matcalc.language.array_functions import items_of
from matcalc.language.kinds import default_kind
from matcalc.language.signatures import Signature
from matcalc.language.syntax import (
    Blocks,
    Call,
    Chain,
    Name,
    Negation,
    Numeral,
    Postfix,
    Power,
    Selection,
    Syntax,
    Total,
)
from matcalc.language.vocabulary import Constant, Defined, Source, Undeclared, Vocabulary


def scalars_of_literals(source: Source, vocabulary: Vocabulary) -> frozenset[str]:
    """The small names that stand in a literal matrix of scalars, and nowhere as a vector.

    In such a literal, of at least two rows and two columns, nothing is known to be a vector or a
    matrix.
    """
    literals = [node for node in source.arena if isinstance(node, Blocks) and _is_table(node)]
    found: frozenset[str] = frozenset()
    for literal in literals:
        entries = [entry for row in literal.rows for entry in row]
        parts = [part for entry in entries for part in _parts(entry, source, vocabulary)]
        if not any(_is_whole(part, vocabulary) for part in parts):
            found |= {part.word for part in parts if isinstance(part, Name)}
    return found - _vectors(source, vocabulary) if found else found


def scalars_of_constants(source: Source, vocabulary: Vocabulary) -> dict[str, Call]:
    """The small names that stand as scalars beside a constant that has one size, and the constant.

    It is in arrays that they could be vectors.
    """
    found = {
        part.word: constant
        for node in source.arena
        if isinstance(node, Chain)
        for constant in _entrywise_factors(node)
        if isinstance(constant, Call) and _is_constant(constant, source, vocabulary)
        for factor in _entrywise_factors(node)
        for part in _parts(factor, source, vocabulary)
        if isinstance(part, Name) and not _is_whole(part, vocabulary)
    }
    vectors = _vectors(source, vocabulary) if found else ()
    return {word: constant for word, constant in found.items() if word not in vectors}


def _entrywise_factors(node: Chain) -> Sequence[Syntax]:
    """The factors before the first `@`."""
    return node.factors[: [*node.operators, "@"].index("@") + 1]


def _is_constant(node: Call, source: Source, vocabulary: Vocabulary) -> bool:
    """`np.eye(n)`, `np.ones(n)`, `np.ones((n, n))`."""
    sizes = [size for one in node.arguments for size in items_of(one) or (one,)]
    alike = len({source.text[slice(*size.span)] for size in sizes}) == 1
    signatures = [one.signature for one in vocabulary.library.get(node.place, ())]
    return alike and any(all(p.kind == "dimension" for p in s.parameters) for s in signatures)


def _is_table(node: Blocks) -> bool:
    return len(node.rows) > 1 and all(len(row) > 1 for row in node.rows)


def _parts(node: Syntax, source: Source, vocabulary: Vocabulary) -> Iterator[Syntax]:
    """What decides whether an entry is a scalar: the names in it, and what has a shape itself."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        match node:
            case Negation(operand=operand):
                waiting.append(operand)
            case Total(terms=terms):
                waiting += terms
            case Chain(factors=factors):
                waiting += factors
            case Power(base=base, exponent=exponent):
                waiting += (base, exponent)
            case Call(arguments=arguments) if _is_entrywise(node, vocabulary):
                waiting += arguments
            case Name() if isinstance(meaning := vocabulary.meanings[node.place], Defined):
                waiting.append(source.arena[meaning.place])
            case _ if not _is_scalar(node, vocabulary):
                yield node


def _is_entrywise(node: Call, vocabulary: Vocabulary) -> bool:
    """Whether the value has the shape of the arguments, whatever that is."""
    of_library = any(one.result is None for one in vocabulary.library.get(node.place, ()))
    return of_library or any(map(_keeps_shape, vocabulary.signatures.get(node.place, ())))


def _keeps_shape(signature: Signature) -> bool:
    rows, columns = signature.result.rows.name, signature.result.columns.name
    shapes = {parameter.shape for parameter in signature.parameters}
    return (
        rows is not None
        and columns is not None
        and rows != columns
        and shapes == {signature.result}
    )


def _is_scalar(node: Syntax, vocabulary: Vocabulary) -> bool:
    """Whether a part is a scalar whatever the kinds of undeclared names are."""
    match node:
        case Numeral():
            return True
        case Name():
            meaning = vocabulary.meanings[node.place]
            shape = meaning.shape if isinstance(meaning, Symbol) else None
            return isinstance(meaning, Constant) or (shape is not None and shape.is_scalar)
        case Call():
            found = vocabulary.signatures.get(node.place, ())
            return bool(found) and all(signature.result.is_scalar for signature in found)
        case Selection(subscripts=subscripts):
            return all(subscript.single is not None for subscript in subscripts)
        case _:
            return False


def _is_whole(part: Syntax, vocabulary: Vocabulary) -> bool:
    """Whether a part is known to be a vector or a matrix."""
    if not isinstance(part, Name):
        return True
    meaning = vocabulary.meanings[part.place]
    return not isinstance(meaning, Undeclared) or default_kind(part.word) == "matrix"


def _vectors(source: Source, vocabulary: Vocabulary) -> set[str]:
    """The names that stand somewhere as a vector: `x'`, `x[1]`, `norm2(x - y)`."""
    found: list[Syntax] = []
    for node in source.arena:
        match node:
            case Postfix(operand=operand) | Selection(operand=operand):
                found.append(operand)
            case Call(arguments=arguments) if not _is_entrywise(node, vocabulary):
                found += arguments
                found += [t for one in arguments if isinstance(one, Total) for t in one.terms]
            case _:
                pass
    return {node.word for node in found if isinstance(node, Name)}
