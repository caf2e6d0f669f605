"""Matching the dimensions of a signature with the shapes of actual arguments."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.build import check_position
from matcalc.expressions.dimension_values import as_dimension
from matcalc.expressions.dimensions import Dimension, dimension
from matcalc.expressions.errors import ShapeError
from matcalc.expressions.nodes import Node
from matcalc.language.signatures import Signature


def bind(signature: Signature, arguments: Sequence[Node]) -> dict[str, Dimension]:
    """What each dimension name of the signature stands for.

    Raises ShapeError where the arguments do not fit, saying which and what was expected.
    """
    if len(arguments) != len(signature.parameters):
        expected = len(signature.parameters)
        raise ShapeError(f"{signature.operation} takes {expected} arguments, not {len(arguments)}")
    found: dict[str, Dimension] = {}
    later: list[tuple[Dimension, Dimension]] = []
    for parameter, argument in zip(signature.parameters, arguments, strict=True):
        if parameter.kind == "dimension":
            found[parameter.name] = _size(argument, signature.operation)
            continue
        for pattern, actual in (
            (parameter.shape.rows, argument.shape.rows),
            (parameter.shape.columns, argument.shape.columns),
        ):
            name = pattern.name
            if name is not None and name not in found:
                found[name] = actual
            else:
                later.append((pattern, actual))
    for pattern, actual in later:
        _solve(pattern, actual, found)
        if pattern.substitute(found) != actual:
            raise ShapeError(_misfit(signature, arguments))
    for parameter, argument in zip(signature.parameters, arguments, strict=True):
        if parameter.last is not None:
            check_position(argument, parameter.last.substitute(found))
    return found


def _size(argument: Node, operation: str) -> Dimension:
    size = as_dimension(argument, operation)
    if (size * -1).is_at_least(0):
        raise ShapeError(f"a dimension is a positive integer or a name, found {size}")
    return size


def _solve(pattern: Dimension, actual: Dimension, found: dict[str, Dimension]) -> None:
    """Bind the one name of a quadratic like n*(n + 1)/2 that nothing else binds, by trial."""
    unknown = pattern.names - found.keys()
    if len(unknown) != 1:
        return
    (name,) = unknown
    value = actual.integer
    trials = sorted(actual.names) if value is None else range(1, value + 1)
    for size in map(dimension, trials):
        if pattern.substitute({**found, name: size}) == actual:
            found[name] = size
            return


def _misfit(signature: Signature, arguments: Sequence[Node]) -> str:
    wanted = ", ".join(
        f"{p.name}: {p.shape}" for p in signature.parameters if p.kind != "dimension"
    )
    given = ", ".join(str(argument.shape) for argument in arguments)
    return f"{signature.operation} takes ({wanted}), but got ({given})"
