"""Verification of a derivative at random points, along random directions.

    f(X + t*V) - f(X) - t*L(V) = O(t^2)       the definition
    (f(X + t*V) - f(X - t*V)) / 2t -> L(V)    central differences
    <L(V), W> = <V, L*(W)>                    the adjoint, where one is given

A wrong derivative gives a report that has not passed, never an exception.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from matcalc.expressions.dimensions import Shape
from matcalc.expressions.nodes import Node, Symbol, dimension_names
from matcalc.samples.evaluation import Evaluated
from matcalc.samples.invertible import Inverted
from matcalc.samples.numeric import (
    ERROR_LIMIT,
    SLOPE_LIMIT,
    Curve,
    Unusable,
    certain_error,
    pairing_error,
    plain,
    reader,
    require_certain,
    require_usable,
    size,
    taylor_slope,
)
from matcalc.samples.report import Report, Row, bounded, sizes_text
from matcalc.samples.sampling import (
    Array,
    Point,
    Random,
    Region,
    axes_of,
    draw,
    drawn_symbols,
    largest_index,
    size_sets,
    tangent_to,
)
from matcalc.samples.widening import widened

_TRIES = 8
_ADJOINT_LIMIT = 1e-9
_TAYLOR, _CENTRAL, _ADJOINT = "Taylor remainder, slope", "central differences, error", "adjoint"

Linear = Callable[[Point, Array], Array]


def verify_gradient(
    expression: Node,
    variable: Symbol,
    gradient: Node,
    symbols: Iterable[Symbol] = (),
    samples: int = 20,
    seed: int = 0,
) -> Report:
    """Check that df = <gradient, dX> with the Frobenius inner product.

    `expression` is 1 x 1, `gradient` has the shape of `variable`; `symbols` are the declared
    variables of the problem, used or not. Same seed, same points.
    """
    if gradient.shape != variable.shape:
        found = f"the gradient is {gradient.shape}, {variable.name} is {variable.shape}"
        return Report((), problem=found)
    value, read = Evaluated(gradient), reader(gradient)

    def derivative(point: Point, direction: Array) -> Array:
        return np.asarray(np.vdot(read(lambda: value(point)), direction).real)

    claim = _Claim(expression, variable, "<G, V>", derivative, gradient)
    return _verify(claim, symbols, samples, seed)


def verify_map(
    expression: Node,
    variable: Symbol,
    tangent: Symbol,
    body: Node,
    symbols: Iterable[Symbol] = (),
    samples: int = 20,
    seed: int = 0,
    adjoint: tuple[Symbol, Node] | None = None,
) -> Report:
    """Check that d expression = body, linear in `tangent`; any inner product, any shapes.

    Directions have the structure that `tangent` declares. `adjoint` is the cotangent W and the
    expression L*(W), checked against the body with Frobenius inner products.
    """
    problem = _misshapen(expression, variable, tangent, body, adjoint)
    if problem:
        return Report((), problem=problem)
    value, read = Evaluated(body), reader(expression, body)

    def derivative(point: Point, direction: Array) -> Array:
        return read(lambda: value(point, {tangent.name: plain(direction)}))

    claim = _Claim(expression, variable, "L(V)", derivative, body, tangent, adjoint)
    return _verify(claim, symbols, samples, seed)


def verify_jacobian(
    expression: Node,
    variable: Symbol,
    jacobian: Node,
    symbols: Iterable[Symbol] = (),
    samples: int = 20,
    seed: int = 0,
) -> Report:
    """Check that vec(d expression) = jacobian * vec(dX), vec stacking columns.

    The derivative by a scalar has the shape of `expression` instead.
    """
    by_scalar = variable.shape.is_scalar and jacobian.shape == expression.shape
    wanted = Shape(expression.shape.size, variable.shape.size)
    if not by_scalar and jacobian.shape != wanted:
        return Report((), problem=f"the Jacobian is {jacobian.shape}, it has to be {wanted}")
    value, read = Evaluated(jacobian), reader(jacobian)

    def derivative(point: Point, direction: Array) -> Array:
        matrix = read(lambda: value(point))
        if by_scalar:
            return np.asarray(matrix * direction)
        image = matrix.reshape(-1, direction.size) @ direction.ravel(order="F")
        return np.asarray(image.reshape(axes_of(expression.shape, point.sizes), order="F"))

    claim = _Claim(expression, variable, "J*vec(V)", derivative, jacobian)
    return _verify(claim, symbols, samples, seed)


def _misshapen(
    expression: Node,
    variable: Symbol,
    tangent: Symbol,
    body: Node,
    adjoint: tuple[Symbol, Node] | None,
) -> str:
    if tangent.shape != variable.shape:
        return f"the tangent is {tangent.shape}, {variable.name} is {variable.shape}"
    if body.shape != expression.shape:
        return f"the derivative is {body.shape}, the expression is {expression.shape}"
    if adjoint is not None and adjoint[1].shape != variable.shape:
        return f"the adjoint is {adjoint[1].shape}, {variable.name} is {variable.shape}"
    return ""


@dataclass(frozen=True)
class _Claim:
    """A derivative to be checked: `derivative(point, V)` is said to be d expression."""

    expression: Node
    variable: Symbol
    name: str
    derivative: Linear
    body: Node
    tangent: Symbol | None = None
    adjoint: tuple[Symbol, Node] | None = None

    @property
    def laws(self) -> tuple[str, ...]:
        x, claimed = self.variable.name, self.name
        taylor = f"Taylor remainder: f({x} + t*V) - f({x}) - t*{claimed} falls like t^2 (slope 2)"
        central = f"central differences: (f({x} + t*V) - f({x} - t*V)) / 2t = {claimed}"
        pairing = ("adjoint: <L(V), W> = <V, L*(W)>",) if self.adjoint else ()
        return (taylor, central, *pairing)

    def variables(self, declared: Iterable[Symbol]) -> list[Symbol]:
        """What needs a value: everything declared and everything that occurs, but no tangent."""
        inner = self.adjoint[1:] if self.adjoint else ()
        found = {s.name: s for s in drawn_symbols(self.expression, self.body, *inner)}
        for tangent in (self.tangent, self.adjoint[0] if self.adjoint else None):
            if tangent is not None:
                found.pop(tangent.name, None)
        found |= {s.name: s for s in declared if "dimension" not in s.structure}
        found[self.variable.name] = self.variable
        return list(found.values())


@dataclass
class _Measured:
    """The numbers found at the usable points of one set of sizes."""

    sizes: str
    slopes: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    pairings: list[float] = field(default_factory=list)
    reason: str = ""

    def rows(self) -> list[Row]:
        points = len(self.errors)
        if not points:
            return []
        slopes = [slope for slope in self.slopes if math.isfinite(slope)]
        worst = f"{min(slopes):.2f}" if slopes else self._without_slope()
        right = min(slopes, default=math.inf) >= SLOPE_LIMIT
        rows = [Row(_TAYLOR, self.sizes, points, worst, f">= {SLOPE_LIMIT}", right)]
        rows.append(bounded(_CENTRAL, self.sizes, self.errors, ERROR_LIMIT))
        if self.pairings:
            rows.append(bounded(_ADJOINT, self.sizes, self.pairings, _ADJOINT_LIMIT))
        return rows

    def _without_slope(self) -> str:
        return "round-off" if any(map(math.isnan, self.slopes)) else "linear"


class _Verification:
    """A claim with what is prepared once: the widened expression as a function, the variables."""

    def __init__(self, claim: _Claim, declared: Iterable[Symbol], random: Random) -> None:
        self.claim, self.random = claim, random
        expression, _, self.directions = widened(claim.expression, claim.variable)
        self.value, self.read = Evaluated(expression), reader(claim.expression)
        self.inverted = Inverted(expression, claim.variable)
        self.field = complex if claim.variable.is_complex else float
        self.adjoint = Evaluated(claim.adjoint[1]) if claim.adjoint else None
        self.symbols = claim.variables(declared)
        inner = claim.adjoint[1:] if claim.adjoint else ()
        self.dimensions = dimension_names(claim.expression, claim.body, *self.symbols, *inner)
        self.smallest = largest_index(claim.expression, claim.body)
        self.regions = list(Region)
        self.used: list[Region] = []

    def measure(self, sizes: Mapping[str, int], found: _Measured) -> None:
        """One usable point, in the widest region that has one; none leaves a reason."""
        for region in list(self.regions):
            for _ in range(_TRIES):
                point = draw(self.symbols, sizes, region, self.random)
                try:
                    self._check(point, found)
                except Unusable as unusable:
                    found.reason = str(unusable)
                    continue
                if not self.used:  # wider regions have had their chance
                    self.regions = self.regions[self.regions.index(region) :]
                self.used.append(region)
                return

    def _check(self, point: Point, found: _Measured) -> None:
        claim, name = self.claim, self.claim.variable.name
        self.inverted.require(point)
        place = np.asarray(point.values[name], dtype=self.field)
        direction = self._direction(place)

        def value(step: float) -> Array:
            moved = plain(place + step * direction)
            return self.read(lambda: self.value(point, {name: moved}))

        curve = Curve(value, claim.derivative(point, direction))
        require_usable(curve)
        slope, error = taylor_slope(curve), certain_error(curve)
        if slope < SLOPE_LIMIT:
            require_certain(curve)
        if claim.adjoint and self.adjoint:
            pairing = self._pairing(point, direction, curve.derivative)
            found.pairings.append(pairing)
        found.slopes.append(slope)
        found.errors.append(error)

    def _direction(self, place: Array) -> Array:
        """A random direction of the length of the point itself."""
        tangent = self.claim.tangent
        structure = self.directions | (tangent.structure if tangent else frozenset())
        structure |= self.claim.variable.structure & {"complex"}
        direction = tangent_to(structure, place.shape, self.random)
        return np.asarray(direction * ((size(place) or 1.0) / (size(direction) or 1.0)))

    def _pairing(self, point: Point, direction: Array, image: Array) -> float:
        assert self.claim.adjoint is not None and self.adjoint is not None
        words = frozenset({"complex"} if np.iscomplexobj(image) else ())
        cotangent = tangent_to(words, image.shape, self.random)
        changed = {self.claim.adjoint[0].name: plain(cotangent)}
        evaluated = self.adjoint
        back = reader(evaluated.expression)(lambda: evaluated(point, changed))
        return pairing_error((image, cotangent), (direction, back))


def _verify(claim: _Claim, declared: Iterable[Symbol], samples: int, seed: int) -> Report:
    random = np.random.default_rng(seed)
    verification = _Verification(claim, declared, random)
    sets = size_sets(verification.dimensions, verification.symbols, random, verification.smallest)
    if not sets or samples < 1:
        reason = "no sizes fit the declarations" if samples > 0 else "no samples were asked for"
        return Report((), claim.laws, problem=reason)
    found = [_Measured(sizes_text(sizes)) for sizes in sets]
    for sample in range(samples):
        place = sample % len(sets)
        # Sizes at which the first point was hopeless are not tried over and over.
        if found[place].errors or not found[place].reason:
            verification.measure(sets[place], found[place])
    return _report(claim, found, verification.used)


def _report(claim: _Claim, found: list[_Measured], used: list[Region]) -> Report:
    by_set = [measured.rows() for measured in found]
    rows = sorted((row for rows in by_set for row in rows), key=_place)
    unusable = [m for m in found if m.reason and not m.errors]
    if not rows:
        return Report((), claim.laws, problem=f"no usable sample: {unusable[0].reason}")
    notes = [f"no usable point with {m.sizes}: {m.reason}" for m in unusable]
    for region in Region:
        if region in used and region is not Region.ANYWHERE:
            notes.append(f"{used.count(region)} of {len(used)} points have {region.value}")
    return Report(tuple(rows), claim.laws, tuple(notes))


def _place(row: Row) -> int:
    return (_TAYLOR, _CENTRAL, _ADJOINT).index(row.check)
