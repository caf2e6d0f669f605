"""How an operation meets its arguments: their shapes, and whether it takes complex ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcalc.expressions.build import check_position
from matcalc.expressions.constructors import is_real, real_part
from matcalc.expressions.dimension_values import as_dimension
from matcalc.expressions.dimensions import Dimension, Shape, dimension
from matcalc.expressions.errors import NoRule, ShapeError
from matcalc.expressions.nodes import Node
from matcalc.language.signatures import Signature
from matcalc.rulebook.records import Operation

NOTHING: Mapping[str, Dimension] = {}


def bind(signature: Signature, arguments: Sequence[Node]) -> dict[str, Dimension]:
    """What each dimension name of the signature stands for.

    Raises ShapeError where the arguments do not fit, saying which and what was expected.
    """
    if len(arguments) != len(signature.parameters):
        expected = len(signature.parameters)
        raise ShapeError(f"{signature.operation} takes {expected} arguments, not {len(arguments)}")
    pairs = list(zip(signature.parameters, arguments, strict=True))
    sizes = {p.name: _size(a, signature.operation) for p, a in pairs if p.kind == "dimension"}
    found = fitted([(p.shape, a.shape) for p, a in pairs if p.kind != "dimension"], sizes)
    if found is None:
        raise ShapeError(_misfit(signature, arguments))
    for parameter, argument in pairs:
        if parameter.last is not None:
            check_position(argument, parameter.last.substitute(found))
    return found


def fitted(
    pairs: Iterable[tuple[Shape, Shape]], known: Mapping[str, Dimension] = NOTHING
) -> dict[str, Dimension] | None:
    """What the names of shapes stand for at actual ones; None where these do not fit."""
    found = dict(known)
    later: list[tuple[Dimension, Dimension]] = []
    for wanted, given in pairs:
        for pattern, actual in ((wanted.rows, given.rows), (wanted.columns, given.columns)):
            if pattern.name is not None and pattern.name not in found:
                found[pattern.name] = actual
            else:
                later.append((pattern, actual))
    for pattern, actual in later:
        _solve(pattern, actual, found)
        if pattern.substitute(found) != actual:
            return None
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


def any_complex(nodes: Iterable[Node]) -> bool:
    """Whether one of the nodes may be complex."""
    return any(node.is_complex for node in nodes)


def complex_arguments(operation: Operation, arguments: Sequence[Node]) -> list[Node]:
    """The arguments as the operation takes them: what is real in value, x'*H*x, by its real part.

    Many rules hold for real matrices only (a transpose where a conjugate transpose is meant, an
    absolute value whose derivative is a sign), so an entry has to say that it takes complex ones.
    Raises NoRule where a complex one is left and the entry does not take those.
    """
    if operation.over_complex and (operation.linear or operation.is_abbreviation):
        return list(arguments)
    kept = [real_part(a) if a.is_complex and is_real(a) else a for a in arguments]
    if any_complex(kept) and not operation.over_complex:
        raise NoRule(
            f"{operation.spelled[0]} is not available over the complex numbers",
            hint="its rules are known to hold for real arguments only",
        )
    return kept
