r"""What only shapes can tell of a formula in LaTeX: `|X|`, `\exp`, `\log`, `\|X\|_2`, `\|X\|_1`.

Each has several signatures here; the first that fits is taken, and what was settled is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matcalc.expressions.dimensions import ONE, SCALAR, Shape
from matcalc.language.signatures import Book, Signature

OF_INDEX_2 = "norm:2"
ENTRY_BY_ENTRY = "."  # after the name of a function with `^\\circ` above it


def latex_signatures(word: str, book: Book) -> Sequence[Signature]:
    """The signatures of a function that papers use for several, empty for all others."""
    if word == "|.|":
        return [*book.signatures("|.|"), *book.signatures("det")]
    if word == OF_INDEX_2:
        vector = book.signatures("norm")[0]
        return [
            _of(vector, Shape(vector.parameters[0].shape.rows, ONE)),
            *book.signatures("opnorm"),
        ]
    if word.endswith(ENTRY_BY_ENTRY):
        return book.signatures(word.removesuffix(ENTRY_BY_ENTRY))
    of_matrix = book.signatures(f"{word}m")
    if not of_matrix or of_matrix[0].operation != f"{word}m" or not book.signatures(word):
        return ()
    entries = book.signatures(word)[0]
    shape = entries.parameters[0].shape
    return [_of(entries, SCALAR), _of(entries, Shape(shape.rows, ONE)), *of_matrix, entries]


def _of(signature: Signature, shape: Shape) -> Signature:
    """The signature for arguments of one shape."""
    (parameter,) = signature.parameters
    result = shape if signature.result == parameter.shape else signature.result
    return replace(signature, parameters=(replace(parameter, shape=shape),), result=result)
