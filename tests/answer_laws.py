"""What every answer tells, and what is true of it: each law asks one thing and judges the content.

Values are held to f itself: the interpreter computes f along curves through a point, and central
differences of that are the derivative.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

import numpy as np

import matcalc as mc
from matcalc.answers.steps import blocks
from matcalc.derivation.lines import inner_products, meaning
from matcalc.expressions.blocks import leaves
from matcalc.expressions.nodes import Node, Symbol, ordered, symbols_of
from matcalc.language.understanding import Problem
from tests.answer_cases import SIZES, Array, Case
from tests.interpreter import interpret
from tests.oracle import by_meaning, distance

_STEPS = {1: 1e-6, 2: 1e-4, 3: 2e-3}
_IN_SPACE = ("curvature", "Christoffel", "Riesz", "orthogonal projection")
_LIMITS = {1: 1e-6, 2: 1e-5, 3: 1e-3}


class Told:
    """An answer beside the numbers of its problem, and what the interpreter makes of both."""

    def __init__(self, case: Case) -> None:
        self.case, self.answer = case, case.ask()
        self.problem: Problem = self.answer.problem
        self.values = self._drawn()

    def _drawn(self) -> dict[str, Any]:
        random = np.random.default_rng(7)
        known = {s.name: _drawn(s, random) for s in self.answer.question.symbols}
        for name, place in self.case.places.items():
            known[name] = place.point(known, known[name])
        return known

    @cached_property
    def directions(self) -> list[dict[str, Array]]:
        """Tangent directions of all variables together, three of them."""
        random = np.random.default_rng(8)
        return [self._direction(random) for _ in range(3)]

    def _direction(self, random: np.random.Generator) -> dict[str, Array]:
        return {
            name: place.tangent(self.values, self.values[name], _like(self.values[name], random))
            for name, place in self.case.places.items()
        }

    def meant(self, node: Node, **more: Any) -> Array:
        """The value of a node by the interpreter."""
        return np.asarray(interpret(node, {**self.values, **more}, SIZES))

    def along(self, *directions: Mapping[str, Array]) -> Array:
        """The mixed derivative of f at X + t1*V1 + t2*V2 + ... by central differences."""
        order = len(directions)
        step = _STEPS[order]
        total = 0.0
        for signs in product((1, -1), repeat=order):
            pairs = list(zip(signs, directions, strict=True))
            moved = {
                x: self.values[x] + step * sum(s * V[x] for s, V in pairs) for x in self.case.places
            }
            total = total + prod(signs) * self.f(moved)
        return np.asarray(total) / (2 * step) ** order

    def f(self, moved: Mapping[str, Array]) -> Array:
        return self.meant(self.problem.expression, **moved)

    def curvature(self, V: Mapping[str, Array]) -> Array:
        """The second derivative of f along the curve of each place with velocity V."""
        step = _STEPS[2]

        def at(t: float) -> Array:
            points = {x: self.values[x] + t * V[x] for x in self.case.places}
            return self.f({x: p.point(self.values, points[x]) for x, p in self.case.places.items()})

        return (at(step) - 2 * at(0) + at(-step)) / step**2

    def paired(self, left: Mapping[str, Array], right: Mapping[str, Array]) -> float:
        """<U, V> in the product of all places."""
        places = self.case.places.items()
        return float(sum(p.pairing(self.values, left[x], right[x]) for x, p in places))

    def blocks(self, value: Any) -> dict[str, Any]:
        """The value by the names of the variables, also where there is one."""
        return dict(value) if self.case.is_list else {next(iter(self.case.places)): value}

    def shaped(self, name: str, column: Array) -> Array:
        """A column in vec order in the shape of a variable."""
        return column.reshape(np.shape(self.values[name]), order="F")

    @property
    def is_conjugate(self) -> bool:
        """Whether it is the Wirtinger derivative by conj(Z)."""
        return bool(self.case.arguments.get("conjugate"))

    @property
    def slots(self) -> list[dict[str, Array]]:
        """What the symbols dX, dX1, ... of the answer stand for, each slot its own direction."""
        operator = self.answer.operator
        slots = (
            operator.slots
            if self.case.is_list
            else [{self.answer.variable.name: d} for d in operator.directions]
        )
        return [
            {slot[x].name: V[x] for x in slot}
            for slot, V in zip(slots, self.directions, strict=False)
        ]

    @property
    def arrays(self) -> dict[str, Any]:
        """Everything that the code of the answer takes."""
        found = {**self.values, **self.moving}
        known = {s.name for s in self.function.arguments.symbols.values()}
        return {k: v for k, v in found.items() if k in known}

    @property
    def moving(self) -> dict[str, Array]:
        """The directions by the names of their symbols."""
        return {name: V for slot in self.slots for name, V in slot.items()}

    @cached_property
    def function(self) -> Any:
        return self.answer.compile()


def _drawn(symbol: Any, random: np.random.Generator) -> Array:
    sides = [d.evaluate(SIZES) for d in (symbol.shape.rows, symbol.shape.columns)]
    axes = [
        side
        for side, d in zip(sides, (symbol.shape.rows, symbol.shape.columns), strict=True)
        if d.integer != 1
    ]
    found = random.normal(size=axes) / 2
    if symbol.is_complex:
        found = found + 1j * random.normal(size=axes) / 2
    words = symbol.structure
    if words & {"spd", "hpd"}:
        found = found @ found.conj().T + np.eye(len(found))
    elif "invertible" in words:
        found = found + 2 * np.eye(len(found))
    elif any("positive" in word for word in words):
        found = np.abs(found) + 0.5
    return found if np.ndim(found) else found[()]


def _like(value: Array, random: np.random.Generator) -> Array:
    found = random.normal(size=np.shape(value))
    return found + 1j * random.normal(size=np.shape(value)) if np.iscomplexobj(value) else found


def require_close(found: Any, expected: Any, order: int = 1) -> None:
    """Raises AssertionError where two arrays differ by more than differences of that order do."""
    assert np.shape(found) == np.shape(expected), (np.shape(found), np.shape(expected))
    assert distance(found, expected) < _LIMITS[order], (found, expected)


# ---------------------------------------------------------------- the laws


def value(told: Told) -> None:
    """The value is the derivative: of f along curves, by central differences."""
    _VALUES[told.answer.kind](told)


def _gradient(told: Told) -> None:
    parts = {x: told.meant(part) for x, part in told.blocks(told.answer.value).items()}
    V = told.directions[0]
    require_close(told.paired(parts, V), told.along(V).real[()])
    for name, place in told.case.places.items():
        require_close(place.tangent(told.values, told.values[name], parts[name]), parts[name])


def _differential(told: Told) -> None:
    (slot,) = told.slots
    require_close(told.meant(told.answer.value, **slot), told.along(told.directions[0]))


def _jacobian(told: Told) -> None:
    V = told.directions[0]
    moved = [
        _times(told, told.meant(J), x, V[x]) for x, J in told.blocks(told.answer.value).items()
    ]
    expected = told.along(V)
    require_close(sum(np.ravel(part, order="F") for part in moved), np.ravel(expected, order="F"))


def _times(told: Told, matrix: Array, name: str, V: Array) -> Array:
    """J*vec(V) of a matrix J that has one row for a scalar, one column by a scalar."""
    if not np.ndim(V):
        return np.asarray(matrix * V)
    column = np.ravel(V, order="F")
    return np.asarray(np.reshape(matrix, (-1, column.size), order="F") @ column)


def _hessian(told: Told) -> None:
    """<V, H(V)> is the second derivative along a curve that has no acceleration in the space."""
    V = told.directions[0]
    moved = {x: _moved(told, x, row, V) for x, row in told.blocks(told.answer.value).items()}
    if all(place.is_linear for place in told.case.places.values()):
        U = told.directions[1]
        require_close(told.paired(U, moved), told.along(U, V).real[()], 2)
    require_close(told.paired(V, moved), told.curvature(V).real[()], 2)


def _moved(told: Told, name: str, row: Any, V: Mapping[str, Array]) -> Array:
    """A row of the Hessian applied to V; a block with directions in it is an operator."""
    total = np.zeros(np.shape(told.values[name]))
    (slot,) = told.slots
    for other, block in told.blocks(row).items():
        found = told.meant(block, **slot)
        is_operator = _mentions(block, slot)
        part = (
            found
            if is_operator
            else told.shaped(name, np.asarray(_times(told, found, other, V[other])))
        )
        total = total + part
    return total


def _mentions(node: Node, names: Mapping[str, Any]) -> bool:
    return any(s.name in names for s in symbols_of(node))


def _derivative(told: Told) -> None:
    slots = {name: V for slot in told.slots for name, V in slot.items()}
    order = told.answer.order
    require_close(
        told.meant(told.answer.value, **slots), told.along(*told.directions[:order]), order
    )


def _wirtinger(told: Told) -> None:
    """df/dZ is half of df[V] - i*df[i*V], df/dconj(Z) half of df[V] + i*df[i*V]."""
    sign = 1j if told.is_conjugate else -1j
    V = told.directions[0]
    for name, part in told.blocks(told.answer.value).items():
        only = {x: V[x] if x == name else 0 * V[x] for x in V}
        turned = {x: 1j * W for x, W in only.items()}
        moved = V[name].conj() if told.is_conjugate else V[name]
        require_close(
            np.sum(told.meant(part) * moved), (told.along(only) + sign * told.along(turned)) / 2
        )


_VALUES: dict[str, Callable[[Told], None]] = {
    "gradient": _gradient,
    "differential": _differential,
    "jacobian": _jacobian,
    "hessian": _hessian,
    "derivative": _derivative,
    "wirtinger": _wirtinger,
}


def verify(told: Told) -> None:
    """The answer's own checks hold, with every value taken from the interpreter."""
    with by_meaning():
        report = told.answer.verify(samples=4)
    assert report.passed, str(report)
    assert report.points > 0


def compile(told: Told) -> None:
    """The code has the value that is meant, alone and beside f."""
    found = told.function(**told.arrays)
    both = told.answer.compile(value=True)(**told.arrays)
    f = both["value"] if told.case.is_list and isinstance(both, Mapping) else both[0]
    require_close(f, told.f({}))
    for path, node in leaves(told.answer.value):
        part = found
        for name in path:
            part = part[name]
        require_close(
            part, told.meant(node, **{n: V for slot in told.slots for n, V in slot.items()})
        )


def source(told: Told) -> None:
    """The code as text runs where there is no matcalc, and gives the same numbers."""
    text = told.answer.source()
    assert "matcalc" not in re.sub(r"#.*", "", text)
    room: dict[str, Any] = {}
    exec(text, room)
    again = room[told.answer.kind](**told.arrays)
    for (_, one), (_, other) in zip(
        leaves(again), leaves(told.function(**told.arrays)), strict=True
    ):
        require_close(one, other)


def latex(told: Told) -> None:
    """Braces and brackets balance, every variable has its name, nothing is program text."""
    for text in (told.answer.latex(), told.answer.formula_latex()):
        require_typeset(text)
    require_names(told, told.answer.latex())


def require_typeset(text: str) -> None:
    """Raises AssertionError where LaTeX is not balanced, or has words or signs of programs."""
    assert text.strip()
    assert text.count("{") == text.count("}"), text
    assert len(re.findall(r"\\left\b", text)) == len(re.findall(r"\\right\b", text)), text
    assert text.count(r"\begin{") == text.count(r"\end{"), text
    assert "__" not in text and "*" not in text.replace("align*", "").replace("^{*}", ""), text


def require_names(told: Told, text: str) -> None:
    for name in told.case.places:
        assert name in text, (name, text)


def written(told: Told) -> None:
    """The board and the formula in text and Unicode."""
    for text in (told.answer.text(), told.answer.unicode(), str(told.answer)):
        assert text.strip() and "__" not in text, text
    require_names(told, told.answer.text())


def steps(told: Told) -> None:
    """Each line means what the one before means, by the interpreter, and says why."""
    for place, block in enumerate(blocks(told.answer)):
        slot = told.slots[place if told.answer.kind == "derivative" else 0]
        for step in block.steps:
            assert step.rule.strip() and step.after is not step.before, step
            if not (told.answer.kind == "hessian" and step.rule.startswith(_IN_SPACE)):
                sides = (step.before, step.after)
                before, after = (_line(told, side, slot) for side in sides)
                require_close(after, before)


def _line(told: Told, line: Node, slot: Mapping[str, Array]) -> Array:
    """The value of a line of the board along the directions of a slot."""
    symbols = [s for s in ordered(line) if isinstance(s, Symbol)]
    moved = {name: tangent for name, tangent in zip(told.case.places, slot, strict=True)}
    tangents: dict[Symbol, Node] = {
        s: Symbol(moved[s.name], s.shape, s.structure & {"complex"})
        for s in symbols
        if s.name in moved
    }
    found = told.meant(meaning(line, tangents), **{**told.moving, **slot})
    # over the complex numbers <U, V> is the real part of tr(U'*V)
    return found.real if told.answer.kind == "gradient" or inner_products(line) else found


def cost(told: Told) -> None:
    """Both modes cost something that is a number at the sizes, and say it."""
    report = told.answer.cost()
    for mode in (report.forward, report.reverse):
        assert mode.flops.evaluate(SIZES) >= 0 and mode.passes.evaluate(SIZES) > 0
    assert re.search(r"reverse: .*flops", str(report)) and report.as_dict()["choice"]


def conditions(told: Told) -> None:
    """What has to hold is said in words on the board, in formulas in LaTeX."""
    latex = told.answer.latex()
    for one in told.answer.conditions:
        assert one in told.answer.text()
    assert bool(told.answer.conditions) == ("valid where" in latex), latex


def check(told: Told) -> None:
    """Claimed, the value is right, of several variables each by its name."""
    of = told.answer.kind
    verdict = told.case.asked(mc.check, claim=told.answer.value, of=of, samples=4)
    assert verdict.status == "proved", str(verdict)


LAWS: dict[str, Callable[[Told], None]] = {
    law.__name__: law
    for law in (value, verify, compile, source, latex, written, steps, cost, conditions, check)
}


def refusals(case: Case, laws: Mapping[str, Callable[[Told], None]] = LAWS) -> dict[str, str]:
    """What the answer to a case refuses to tell, with the reason; "" for the answer itself."""
    try:
        told = Told(case)
    except mc.MatcalcError as error:
        return {"": error.message}
    found = {}
    for name, law in laws.items():
        try:
            law(told)
        except mc.MatcalcError as error:
            found[name] = error.message
    return found
