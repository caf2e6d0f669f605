"""Claims as people write them: a formula, a whole equation, one for each of several variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from matcalc.expressions.blocks import Path
from matcalc.expressions.errors import MatcalcError, UnknownName
from matcalc.expressions.nodes import Named, Node, Symbol, symbols_of
from matcalc.questions.code import Function, parameters, parts_of
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula
from matcalc.verbs.table import left_side

Claims = Formula | Function | Sequence[Formula] | Mapping[str, Any]
_EQUATION = re.compile(r"(?P<left>.*?)(?P<sign>\|->|->|↦|(?<![<>=])=)(?P<right>.*)", re.DOTALL)


@dataclass(frozen=True)
class Claim:
    """The right side of a claim, and what its left side says: of what function, of what kind, by
    which variables, along which directions. `twice` is the xdy or the x of d2f/dxdy, d2f/dx^2. It
    is read in the `dialect`. It may be a Python function instead.
    """

    formula: Formula | Function
    function: str = ""
    along: Path = ()
    kind: str = ""
    is_partial: bool = False
    by: Path = ()
    twice: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    dialect: str | None = None

    @property
    def words(self) -> set[str]:
        """The names that occur in it."""
        if isinstance(self.formula, Node):
            return {symbol.name for symbol in symbols_of(self.formula)}
        if callable(self.formula):
            return set(parameters(self.formula))
        return set(re.findall(r"\w+", self.formula))

    def directions(self, asked: Question, found: Sequence[Symbol]) -> dict[Node, Node]:
        """The direction that each name on the left stands for, as V in Hess f[V] = 2*A*V."""
        if set(self.along) <= {one.name for one in found}:
            return {}
        standing = {one.name for one in symbols_of(asked.expression)}.intersection(self.along)
        if standing or len(set(self.along)) != len(found):
            why = f"{standing.pop()} stands in f" if standing else "the number is another"
            raise MatcalcError(
                f"{', '.join(self.along)} cannot be the names of directions: {why}",
                hint=f"the directions are {', '.join(map(str, found))}",
            )
        pairs = zip(self.along, found, strict=True)
        return {Symbol(name, one.shape, one.structure): one for name, one in pairs}

    def places(self, asked: Question) -> Iterator[int]:
        """The places of a multilinear map that it has directions for: 2 of dX2."""
        for tangent in asked.directions.values():
            named = (word for word in self.words if word.startswith(tangent.name))
            after = (word.removeprefix(tangent.name) for word in named)
            yield from (int(number) for number in after if number.isdecimal())


def _claim(given: Formula) -> Claim:
    """A formula, or what the last equation in a text says that has a derivative on its left."""
    if isinstance(given, Node):
        return Claim(given)
    for start in (*(mark.end() for mark in [*re.finditer(r"[;\n]", given)][::-1]), 0):
        equation = _EQUATION.fullmatch(given, start)
        if equation and _is_last(equation["right"]) and (found := _left(equation)):
            kind, said = found
            return _said(given[:start] + equation["right"], kind, said)
    return Claim(given)


def _is_last(text: str) -> bool:
    """Whether no statement follows: a part `dR = A*dX` that a later one uses is no claim."""
    depth = 0
    for letter in text.strip().rstrip(";"):
        depth += (letter in "([{") - (letter in ")]}")
        if letter in ";\n" and depth == 0:
            return False
    return True


def _left(equation: re.Match[str]) -> tuple[str, dict[str, str]] | None:
    """The derivative on the left of an equation, or of an arrow behind a direction."""
    if equation["sign"] == "=":
        return left_side(equation["left"])
    name = equation["left"].strip()
    return ("differential", {"along": name}) if re.fullmatch(r"\w+", name) else None


def _said(formula: str, kind: str, said: Mapping[str, str]) -> Claim:
    named = [said[key] for key in ("by", "at", "below", "row", "conjugate") if key in said]
    by, along = _names(",".join(named)), _names(said.get("along", ""))
    arguments: dict[str, Any] = {"order": int(said["order"])} if "order" in said else {}
    arguments |= {"conjugate": True} if "conjugate" in said else {}
    name, twice = said.get("function", ""), said.get("twice", "")
    return Claim(formula, name, along, kind, not kind, by, twice, arguments)


def _names(text: str) -> Path:
    return tuple(name.strip() for name in text.split(",") if name)


def by_path(asked: Question, claim: Claims, dialect: str | None = None) -> dict[Path, Claim]:
    """Each claim by the variables that it is about. Raises MatcalcError for two about the same."""
    found: dict[Path, Claim] = {}
    for names, one in _parts(_of_each(asked, claim)):
        _require_about_f(asked, one)
        path = names or _both(asked, one)
        if _are_directions(asked, path, one):
            path, one = (), replace(one, along=path)
        for name in path:
            if name not in asked.by_name:
                hint = f"the variables are {', '.join(asked.by_name)}"
                raise UnknownName(f"the claim is about {name}, which does not move", hint=hint)
        place = path if asked.is_list else ()
        if place in found:
            hint = "an equation such as df/dX = ... says what it is about" if not path else ""
            raise MatcalcError(f"two claims are about {', '.join(path) or 'the same'}", hint=hint)
        found[place] = replace(one, dialect=dialect)
    return found


def _of_each(asked: Question, claim: Claims) -> Claims:
    """A claim for each variable, where one function of the point returns those of all."""
    if not callable(claim) or len(asked.moving) == 1:
        return claim
    directions = {one.name for one in asked.directions.values()}
    is_one = not directions.isdisjoint(parameters(claim))
    return claim if is_one else parts_of(claim, [*asked.by_name])


def _both(asked: Question, claim: Claim) -> Path:
    """x and y of d2f/dxdy, x and x of d2f/dx^2."""
    text = claim.twice
    apart = [(text[:at], text[at + 1 :]) for at, letter in enumerate(text) if letter in "d∂"]
    pairs = (pair for pair in [(text, text), *apart] if set(pair) <= asked.by_name.keys())
    return next(pairs, (text,) if text else ())


def _are_directions(asked: Question, names: Path, claim: Claim) -> bool:
    """Whether the names of Hess[V] = 2*A*V are directions, which the right side has."""
    told = bool(names) and claim.kind == "hessian" and set(names) <= claim.words
    return told and asked.by_name.keys().isdisjoint(names)


def _require_about_f(asked: Question, claim: Claim) -> None:
    """Raises MatcalcError where the left side speaks of a variable or of a part of f."""
    problem, name = asked.problem, claim.function
    whole = problem.expression.name if isinstance(problem.expression, Named) else ""
    if name != whole and name in {*problem.symbols, *problem.definitions}:
        raise MatcalcError(
            f"the claim is about {name}, which stands in f",
            hint=f"ask for {name} alone, or call what is differentiated f: df/dX = ...",
        )


def _parts(claim: Claims, path: Path = ()) -> Iterator[tuple[Path, Claim]]:
    if isinstance(claim, Mapping):
        for name, part in claim.items():
            yield from _parts(part, (*path, name))
    elif isinstance(claim, (str, Node)):
        one = _claim(claim)
        yield path or one.by, one
    elif callable(claim):
        yield path, Claim(claim)
    else:
        for part in claim:
            yield from _parts(part, path)
