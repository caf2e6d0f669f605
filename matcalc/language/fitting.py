"""Whether the arguments of a call fit a signature, and the shape of the result if they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.language.meeting import Sides
from matcalc.language.signatures import Signature
from matcalc.language.syntax import Call
from matcalc.language.unification import Unifier


def fit(
    signature: Signature,
    call: Call,
    sides: Sequence[Sides],
    sizes: Mapping[int, Dimension],
    unifier: Unifier,
) -> Sides | None:
    """The result's sides if the arguments fit the parameters, else None.

    `sides` are those of the syntax nodes, `sizes` the values of the dimension arguments; what
    the fit requires is unified, and may have to be undone where None is returned.
    """
    pairs = list(zip(signature.parameters, call.arguments, strict=True))
    instance = Letters(unifier)
    dimensions = ((p.name, argument) for p, argument in pairs if p.kind == "dimension")
    instance.known.update((name, sizes[argument.place]) for name, argument in dimensions)
    for parameter, argument in pairs:
        if parameter.kind.isdigit() and sizes[argument.place].integer != int(parameter.kind):
            return None
        found = sides[argument.place]
        if parameter.kind == "index" and not all(map(unifier.is_one, found)):
            return None
        wanted = (parameter.shape.rows, parameter.shape.columns)
        if parameter.kind == "value" and not all(map(instance.meet, wanted, found)):
            return None
    if not instance.settle():
        return None
    result = instance.value(signature.result.rows), instance.value(signature.result.columns)
    if any(size.integer is not None and size.integer < 1 for size in result):
        return None  # correlate(a, c) of an a that is longer than c
    return result


class Letters:
    """The values of a signature's own dimension names at one call, of a request's in one text."""

    def __init__(self, unifier: Unifier) -> None:
        self.known: dict[str, Dimension] = {}
        self._later: list[tuple[Dimension, Dimension]] = []
        self._unifier = unifier

    def meet(self, wanted: Dimension, found: Dimension) -> bool:
        """Make a parameter's dimension equal an argument's; compound ones wait for `settle`."""
        if wanted == ONE:
            return self._unifier.unify(found, ONE)
        name = wanted.name
        if name is None:
            self._later.append((wanted, found))
        elif name in self.known:
            return self._unifier.unify(self.known[name], found)
        else:
            self.known[name] = found
        return True

    def settle(self) -> bool:
        """The equations with compound dimensions, such as the m*n rows of `unvec`."""
        return all(self._unifier.unify(self.value(size), found) for size, found in self._later)

    def value(self, size: Dimension) -> Dimension:
        """A dimension of the signature with the signature's names replaced."""
        if size == ONE:
            return ONE
        name = size.name
        if name is not None and name in self.known:
            return self.known[name]
        for name in size.names:
            if name not in self.known:
                self.known[name] = self._unifier.unknown()
        return size.substitute(
            {name: self._unifier.resolve(self.known[name]) for name in size.names}
        )
