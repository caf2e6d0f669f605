r"""What shapes told of a formula in LaTeX: whether bars are a determinant, exp that of a matrix."""

from __future__ import annotations

from collections.abc import Iterator

from matcalc.language.inference import Inference
from matcalc.language.latex.signatures import OF_INDEX_2
from matcalc.language.syntax import Call, Chain, Numeral


def settled(node: Call, found: Inference) -> str:
    """What shapes told of a call that could be read in several ways, empty where it could not."""
    signature, argument = found.chosen.get(node.place), found.shapes.of(node.arguments[0])
    if signature is None or argument.is_vector:
        return ""
    quoted = found.shapes.quote(node.span)
    if node.function == "logdet" and "det" not in found.source.text[slice(*node.span)]:
        return f"the bars of {quoted} are read as the determinant"
    if node.function == "|.|":
        return f"the bars of {quoted} are read as the determinant" * (not argument.is_scalar)
    if argument.is_scalar:
        return ""
    operation = signature.operation
    if node.function == OF_INDEX_2:
        return f"{quoted} is read as the spectral norm"
    if node.function == "norm":
        return f"{quoted} is read as the Frobenius norm"
    if node.function == "norm1":
        return f"{quoted} is read entry by entry, not as the largest column sum"
    if node.function == "norm:nuc":
        return f"{quoted} is the nuclear norm"
    if operation == f"{node.function}m":
        return f"{quoted} is read as the function of the matrix"
    if found.source.book.signatures(f"{operation}m"):
        return f"{quoted} is read entry by entry"
    return ""


def divided(node: Chain, found: Inference) -> Iterator[str]:
    r"""What a stroke divides where that is no number: `A/B` of matrices, the \rho of `1/2\rho`."""
    shapes, quoted = found.shapes, found.shapes.quote(node.span)
    for sign, divisor in zip(node.operators, node.factors[1:], strict=True):
        if sign == "/" and not shapes.of(divisor).is_scalar:
            below = shapes.quote(divisor.span)
            yield f"{quoted} is read as the product with the inverse of {below}"
    over, *after = node.factors[1:]
    is_coefficient = node.operators[0] == "/" and isinstance(over, Numeral)
    if is_coefficient and after and shapes.of(after[0]).is_scalar:
        yield f"{quoted} is read with the fraction of numbers as its coefficient"
