"""What has to hold of a problem; whatever does not is raised as `Found`.

A refusal is a MatcalcError and no find. Numbers are compared with the second oracle only, and
derivatives with central differences of its values.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

import matcalc as mc
from matcalc.expressions.constructors import is_zero, minus
from matcalc.expressions.nodes import Node, symbols_of
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored
from matcalc.simplify.naming import opened
from matcalc.simplify.rewriting import simplify
from tests import interpreter, oracle
from tests.fuzz.clock import uncounted
from tests.fuzz.differences import Unsteady, slope
from tests.fuzz.signs import OWN
from tests.fuzz.trees import Tree
from tests.fuzz.variables import FIXED, Random, Variable, arrays, tangent
from tests.meanings.values import Borderline, NoValue
from tests.oracle import LIMIT, distance, nudged

interpret = uncounted(interpreter.interpret)
sensitivity = uncounted(oracle.sensitivity)
POINTS = 2


class Found(Exception):
    """A find: its kind, which stays the same while it is made smaller, and what was seen."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind, self.detail = kind, detail


@dataclass(frozen=True)
class Problem:
    """A formula in declared variables; `sizes` are those of the dimensions that are names."""

    tree: Tree
    variables: tuple[Variable, ...]
    sizes: Mapping[str, int]
    seed: tuple[int, ...]

    @cached_property
    def surroundings(self) -> str:
        """All declarations, in which answers are read: n may be the size of what they lack."""
        return ", ".join(one.declared() for one in self.variables)

    @property
    def text(self) -> str:
        return self.tree.text

    @cached_property
    def used(self) -> list[Variable]:
        words = {part.form.text for part in self.tree}
        return [one for one in self.variables if one.name in words]

    @cached_property
    def where(self) -> str:
        return ", ".join(one.declared() for one in self.used)

    def random(self, *purpose: int) -> Random:
        return np.random.default_rng([*self.seed, *purpose])

    def values(self, point: int) -> dict[str, Any]:
        own = {"phi": OWN} if "phi(" in self.text else {}
        return {**arrays(self.used, self.sizes, self.random(point)), **own}


def examine(problem: Problem) -> str:
    """All checks, in order; says how far it came. Raises Found."""
    try:
        node = mc.parse(problem.text, problem.where)
    except mc.MatcalcError as error:
        return f"refused: {str(error).splitlines()[0]}"
    points = usable_points(problem, node)
    if not points:
        return "no value at the points tried"
    texts_and_pickles(problem, node)
    built_in_python(problem, node)
    forms_keep_the_value(problem, node, points[0])
    derivatives(problem, node, points[0])
    return "checked"


# ---------------------------------------------------------------- texts, pickles, Python


def texts_and_pickles(problem: Problem, node: Node) -> None:
    read_back(problem, "text", node)
    node.unicode()
    node.latex()
    if pickle.loads(pickle.dumps(node)) is not node:
        raise Found("pickle", "another node comes back")


def read_back(problem: Problem, kind: str, node: Node) -> None:
    if " solves " in problem.text:
        return  # what is printed names the unknown; its equation is not part of the answer
    try:
        again = mc.parse(str(node), problem.surroundings)
    except mc.MatcalcError as error:
        raise Found(f"own {kind} refused", f"{node}: {error}") from None
    if again is not node and opened(again) is not node:  # a long text names its repeats
        raise Found(f"own {kind} read otherwise", f"{node} becomes {again}")


def _is_same(one: Node, other: Node) -> bool:
    return is_zero(expand(minus(one, other))) or mc.equivalent(one, other).holds


def built_in_python(problem: Problem, node: Node) -> None:
    names = {s.name: s for s in mc.symbols(problem.where)} if problem.where else {}
    try:
        built = problem.tree.python(names)
    except LookupError:
        return
    except mc.MatcalcError as error:
        raise Found("Python refuses what text may say", str(error)) from None
    if built is node or getattr(built, "shape", None) is None:
        return
    # a text takes the sign out of (-(A - B))*C, Python has it in the bracket already
    # and -(Q\\B) is typed as (-Q)\\B is, of the same value
    if "(-" not in problem.text or not _is_same(built, node):
        raise Found("Python builds another node", f"{built} is not {node}")


# ---------------------------------------------------------------- values


def usable_points(problem: Problem, node: Node) -> list[dict[str, Any]]:
    """The points at which there is a value, which formula, node and code agree on."""
    found = []
    for point in range(POINTS):
        values = problem.values(point)
        meant = agreed(problem, node, values)
        if meant is None:
            continue
        try:
            direct = problem.tree.value(values, problem.sizes)
        except ValueError:
            continue  # a normal form may have a value where the formula has none
        differs = distance(np.ravel(meant), np.ravel(direct)) > LIMIT
        if differs and not is_round_off(node, values, problem.sizes):
            raise Found("reading", f"{node} is {meant} at {shown(values)}, not {direct}")
        found.append(values)
    return found


def agreed(problem: Problem, node: Node, values: Mapping[str, Any]) -> Any:
    """The value, None where there is none; the code says the same of both."""
    known = {s.name for s in symbols_of(node)}
    given = {name: value for name, value in values.items() if name in known}
    code = _by_code(node, {**given, **problem.sizes})
    meant = _by_meaning(node, given, problem.sizes)
    if isinstance(meant, Borderline):
        return None
    if isinstance(meant, NoValue):
        stays = isinstance(_by_meaning(node, nudged(given, 1e-10), problem.sizes), NoValue)
        if (
            code is not None
            and np.all(np.isfinite(code))
            and stays
            and "not finite" not in str(meant)
        ):
            raise Found("a number where there is none", f"{node} is {code}: {meant}")
        return None
    if code is None:
        return None
    if not np.all(np.isfinite(code)):
        if is_round_off(node, given, problem.sizes):
            return None
        raise Found("no number where there is one", f"{node} is {meant} at {shown(given)}")
    if np.shape(code) != np.shape(meant):
        raise Found("shape", f"{node} has shape {np.shape(meant)}, in code {np.shape(code)}")
    if distance(code, meant) > LIMIT:
        if is_round_off(node, given, problem.sizes):
            return None
        raise Found("value", f"{node} is {meant} at {shown(given)}, in code {code}")
    return meant


def _by_code(node: Node, given: Mapping[str, Any]) -> Any:
    """The value, None where it is refused."""
    try:
        with np.errstate(all="ignore"):
            return mc.evaluate(node, **given)
    except mc.MatcalcError:
        return None


def _by_meaning(node: Node, values: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
    """The value, or the NoValue that says why there is none."""
    try:
        return interpret(node, values, sizes)
    except NoValue as error:
        return error
    except ValueError as error:  # NumPy's: a singular matrix, the largest of no entries
        return NoValue(str(error))


def is_round_off(node: Node, values: Mapping[str, Any], sizes: Mapping[str, int]) -> bool:
    try:
        return not sensitivity(node, values, sizes) < LIMIT
    except ValueError:
        return True


def shown(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={np.asarray(value).tolist()}" for name, value in values.items())


def forms_keep_the_value(
    problem: Problem,
    node: Node,
    values: Mapping[str, Any],
    changes: Sequence[Callable[[Node], Node]] = (simplify, expand, factored),
) -> None:
    expected = interpret(node, values, problem.sizes)
    for change in changes:
        formed: Node = change(node)
        found = _by_meaning(formed, values, problem.sizes)
        if isinstance(found, NoValue):
            if "not finite" in str(found) or is_round_off(formed, values, problem.sizes):
                continue
            raise Found(f"{change.__name__} loses the value", f"{formed}: {found}")
        if distance(found, expected) > LIMIT:
            if is_round_off(node, values, problem.sizes):
                return
            if is_round_off(formed, values, problem.sizes):
                continue
            raise Found(f"{change.__name__} changes the value", f"{node} becomes {formed}")


# ---------------------------------------------------------------- derivatives


def derivatives(problem: Problem, node: Node, values: dict[str, Any]) -> None:
    random = problem.random(99)
    occurring = {s.name for s in symbols_of(node)}
    moving = [v for v in problem.used if v.kind not in FIXED and v.name in occurring]
    if not moving:
        return
    one = moving[int(random.integers(len(moving)))]
    Derivatives(problem, node, values, one, random).check()


@dataclass
class Derivatives:
    """The verbs, asked for one variable at one point along one direction."""

    problem: Problem
    node: Node
    values: dict[str, Any]
    one: Variable
    random: Random

    def check(self) -> None:
        self.direction = tangent(self.one, self.values[self.one.name], self.random)
        if is_round_off(self.node, self.values, self.problem.sizes):
            return
        try:
            self.slope, self.off = slope(lambda t: self.at(self.node, t))
        except Unsteady:
            return
        for verb in (self.differential, self.gradient, self.jacobian, self.hessian):
            try:
                verb()
            except mc.MatcalcError:
                continue
            except Unsteady:
                continue

    def at(self, node: Node, t: float) -> Any:
        moved = self.values[self.one.name] + t * self.direction
        return interpret(node, {**self.values, self.one.name: moved}, self.problem.sizes)

    def asked(self, verb: Callable[..., Any]) -> Any:
        return verb(self.problem.text, self.one.name, self.problem.where)

    def meant(self, node: Node, **more: Any) -> Any:
        """The value of a claim. Raises Unsteady where it has none."""
        try:
            return interpret(node, {**self.values, **more}, self.problem.sizes)
        except ValueError:
            raise Unsteady from None

    def compare(
        self, kind: str, claimed: Any, slope: Any, off: float, claim: Node, **more: Any
    ) -> None:
        if np.shape(claimed) != np.shape(slope):
            raise Found(kind, f"{claim} has shape {np.shape(claimed)}, not {np.shape(slope)}")
        error = np.linalg.norm(np.ravel(claimed - slope))
        allowed = 1e-6 * (1 + np.linalg.norm(np.ravel(slope))) + 30 * off
        if error > allowed and not is_round_off(claim, {**self.values, **more}, self.problem.sizes):
            where = shown({**self.values, f"d{self.one.name}": self.direction})
            raise Found(kind, f"{claim} gives {claimed}, differences {slope} at {where}")

    def differential(self) -> None:
        L = self.asked(mc.differential)
        image = L("V")
        claimed = self.meant(image, V=self.direction)
        self.compare("differential", claimed, self.slope, self.off, image, V=self.direction)
        W = np.asarray(self.random.standard_normal(np.shape(claimed)))[()]
        back = L.adjoint("W")
        pulled = self.meant(back, W=W)
        left, right = np.vdot(claimed, W), np.vdot(self.direction, pulled)
        scale = 1 + abs(left) + np.linalg.norm(pulled) * np.linalg.norm(self.direction)
        if abs(left - right) > LIMIT * scale and not is_round_off(
            back, {**self.values, "W": W}, self.problem.sizes
        ):
            raise Found("adjoint", f"<L(V), W> = {left}, <V, L*(W)> = {right}: {back}")

    def gradient(self) -> None:
        if np.ndim(self.slope):
            return
        G = self.asked(mc.gradient)
        claimed = self.meant(G.value)
        paired = np.vdot(claimed, self.direction)
        self.compare("gradient", paired, self.slope, self.off, G.value)
        read_back(self.problem, "answer", G.value)
        self.compiled(G.compile(), G.value)
        # A derivative that is 0 but for round-off is beyond what a verification can measure.
        if self.random.random() < 0.25 and np.linalg.norm(np.ravel(self.slope)) > 1e-6:
            self.verified(G)

    def compiled(self, function: Any, answer: Node) -> None:
        given = {**self.values, **self.problem.sizes}
        try:
            with np.errstate(all="ignore"):
                code = function(**given)
        except mc.DomainError:
            return
        meant = self.meant(answer)
        differs = bool(np.all(np.isfinite(code))) and distance(code, meant) > LIMIT
        if differs and not is_round_off(answer, self.values, self.problem.sizes):
            raise Found("code of an answer", f"{answer} is {meant}, in code {code}")

    def verified(self, answer: Any) -> None:
        for seed in (1, 2, 3):
            report = answer.verify(samples=3, seed=seed)
            if report.rows and not report.passed and not report.problem:
                raise Found("verify", f"says that {answer.value} is wrong:\n{report}")
        claim = str(answer.value)
        verdict = mc.check(self.problem.text, self.one.name, claim, where=self.problem.where)
        if verdict.status == "refuted":
            raise Found("check", f"refutes {claim}: {verdict.reason}")
        answer.latex()
        assert answer.steps is not None

    def jacobian(self) -> None:
        J = self.asked(mc.jacobian)
        matrix = np.asarray(self.meant(J.value))
        if self.one.shape.is_scalar:
            claimed = matrix * self.direction
        else:
            rows = matrix.reshape(np.size(self.slope), -1)
            claimed = rows @ np.ravel(self.direction, order="F")
            claimed = claimed.reshape(np.shape(self.slope), order="F")
        self.compare("jacobian", claimed[()], self.slope, self.off, J.value)

    def hessian(self) -> None:
        if np.ndim(self.slope):
            return
        G, H = self.asked(mc.gradient), self.asked(mc.hessian)
        moved, off = slope(lambda t: np.asarray(self.at(G.value, t)))
        image = H.map("V")
        claimed = self.meant(image, V=self.direction)
        self.compare("hessian.map", np.asarray(claimed), moved, off, image, V=self.direction)
        matrix = np.asarray(self.meant(H.value))
        rows = matrix.reshape(np.size(moved), -1)
        product = rows @ np.atleast_1d(np.ravel(self.direction, order="F"))
        self.compare("hessian", product, np.ravel(moved, order="F"), off, H.value)
