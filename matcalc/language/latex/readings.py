r"""What shapes told of a formula in LaTeX: whether bars are a determinant, exp that of a matrix."""

from __future__ import annotations

from matcalc.language.inference import Inference
from matcalc.language.latex.signatures import OF_INDEX_2
from matcalc.language.syntax import Call


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
