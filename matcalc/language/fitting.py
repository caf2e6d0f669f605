"""Whether the arguments of a call fit a signature, and the shape of the result if they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.language.meeting import Sides, unify_sides
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


Fit = tuple[Signature, Sides]


def fits(
    signatures: Sequence[Signature],
    call: Call,
    sides: Sequence[Sides],
    sizes: Mapping[int, Dimension],
    unifier: Unifier,
) -> list[Fit]:
    """The first signature that the arguments fit, and others with the same parameters.

    Those differ in their result, as for tall and for wide matrices; one whose result is certainly
    not the smaller is left out.
    """
    found: list[Fit] = []
    for signature in signatures:
        if not found or signature.parameters == found[0][0].parameters:
            mark = unifier.mark()
            result = fit(signature, call, sides, sizes, unifier)
            if result is None:
                unifier.undo(mark)
            else:
                found.append((signature, result))
    return found if len(found) < 2 else _smallest(found, unifier)


def _smallest(found: Sequence[Fit], unifier: Unifier) -> list[Fit]:
    areas = [unifier.resolve(rows) * unifier.resolve(columns) for _, (rows, columns) in found]
    first = {area: one for area, one in reversed([*zip(areas, found, strict=True)])}
    others = {area: first.keys() - {area} for area in first}
    kept = [a for a in first if not any((a - b).is_at_least(0) for b in others[a])]
    return [one for one in found if one in [first[area] for area in kept]]


class Choices:
    """The calls of which the result has one of several sizes: what it meets tells which."""

    def __init__(self, unifier: Unifier) -> None:
        self._unifier = unifier
        self._open: list[tuple[Call, Sides, Sequence[Fit]]] = []

    def result(self, call: Call, found: Sequence[Fit]) -> Sides:
        """The sides of a call, unknown where they are still to be told."""
        if len(found) == 1:
            return found[0][1]
        rows, columns = (self._common(sizes) for sizes in zip(*(s for _, s in found), strict=True))
        self._open.append((call, (rows, columns), found))
        return rows, columns

    def _common(self, sizes: Sequence[Dimension]) -> Dimension:
        same = len({self._unifier.resolve(size) for size in sizes}) == 1
        return sizes[0] if same else self._unifier.unknown(proper=True)

    def settle(self, chosen: dict[int, Signature]) -> tuple[Call, Sequence[Fit]] | None:
        """Choose for each call, the first where nothing tells; gives one of which none fits."""
        for call, sides, found in self._open:
            for signature, wanted in found:
                mark = self._unifier.mark()
                if unify_sides(self._unifier, sides, wanted):
                    chosen[call.place] = signature
                    break
                self._unifier.undo(mark)
            else:
                return call, found
        return None


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
