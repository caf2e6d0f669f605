"""Claims as people write them: a formula, a whole equation, one for each of several variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from matcalc.expressions.blocks import Path
from matcalc.expressions.errors import MatcalcError, UnknownName
from matcalc.expressions.nodes import Named, Node, Symbol, symbols_of
from matcalc.language.latex.problem import latex_equation, latex_words
from matcalc.language.latex_marks import is_latex
from matcalc.language.understanding import Problem
from matcalc.questions.claims import in_names_of
from matcalc.questions.code import Function, parameters, parts_of
from matcalc.questions.question import Question
from matcalc.questions.reading import Formula
from matcalc.rulebook import book
from matcalc.verbs.table import left_side

Claims = Formula | Function | Sequence[Formula] | Mapping[str, Any]
_STACKED = re.compile(r"\bd ?vec ?\(?(\w+)\)?")  # dvec(X) is vec(dX)
_EQUATION = re.compile(r"(?P<left>.*?)(?P<sign>\|->|->|↦|(?<![<>=])=)(?P<right>.*)", re.DOTALL)


@dataclass(frozen=True)
class Claim:
    """The right side of a claim, and what its left side says: of what function, of what kind, by
    which variables, along which directions. `twice` is the xdy or the x of d2f/dxdy, d2f/dx^2; of
    vec(df) it `is_stacked`, of df/dX' it `is_row`. It is read in the `dialect`. It may be a Python
    function instead.
    """

    formula: Formula | Function
    function: str = ""
    along: Path = ()
    kind: str = ""
    is_partial: bool = False
    by: Path = ()
    twice: str = ""
    is_stacked: bool = False
    is_row: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)
    dialect: str | None = None

    @property
    def words(self) -> set[str]:
        """The names that occur in it."""
        if isinstance(self.formula, Node):
            return {symbol.name for symbol in symbols_of(self.formula)}
        if callable(self.formula):
            return set(parameters(self.formula))
        if is_latex(self.formula, (), self.dialect):
            return latex_words(self.formula, book)
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


def _claims(given: Formula) -> list[Claim]:
    """A formula, or what the equations in a text say that have a derivative on their left.

    Equations in a row, each by a variable of its own, are as many claims.
    """
    if isinstance(given, Node):
        return [Claim(given)]
    if is_latex(given, (), None):
        return [_latex_claim(given)]
    for start in (*(mark.end() for mark in [*re.finditer(r"[;\n]", given)][::-1]), 0):
        equation = _EQUATION.fullmatch(given, start)
        if equation and _is_last(equation["right"]) and (found := _sides(equation)):
            right, (kind, said) = found
            last = _said(given[:start] + right, kind, said)
            before = _claims(given[:start].rstrip("; \n")) if last.by and start else []
            if not all(one.by for one in before):
                return [last]
            return [*before, replace(last, formula=right) if before else last]
    return [Claim(given)]


def _latex_claim(given: str) -> Claim:
    r"""What `\nabla_X f = G` says, and G where anything else stands on the left."""
    left, right = latex_equation(given, book)
    told = left_side(left) if left else None
    if left and told is None and not left.isidentifier():
        return Claim(given)
    return _said(right, *(told or ("", {})))


def _is_last(text: str) -> bool:
    """Whether no statement follows: a part `dR = A*dX` that a later one uses is no claim."""
    depth = 0
    for letter in text.strip().rstrip(";"):
        depth += (letter in "([{") - (letter in ")]}")
        if letter in ";\n" and depth == 0:
            return False
    return True


def _sides(equation: re.Match[str]) -> tuple[str, tuple[str, dict[str, str]]] | None:
    """The formula of an equation, and the derivative on its left, or perhaps on its right, or of
    an arrow behind a direction.
    """
    left, sign, right = equation["left"], equation["sign"], equation["right"]
    if sign != "=":
        name = left.strip()
        arrow = ("differential", {"along": name})
        return (right, arrow) if re.fullmatch(r"\w+", name) else None
    if found := left_side(left):
        return right, found
    turned = None if left.strip().isidentifier() else left_side(right)
    return (left, turned) if turned else None


def _said(formula: str, kind: str, said: Mapping[str, str]) -> Claim:
    named = [said[key] for key in ("by", "at", "below", "row", "conjugate") if key in said]
    by, along = _names(",".join(named)), _names(said.get("along", ""))
    arguments: dict[str, Any] = {"order": int(said["order"])} if "order" in said else {}
    arguments |= {"conjugate": True} if "conjugate" in said else {}
    if "stacked" in said:
        formula = _STACKED.sub(r"vec(d\1)", formula)
    name, twice = said.get("function", ""), said.get("twice", "")
    is_stacked, is_row = "stacked" in said, "row" in said
    return Claim(formula, name, along, kind, not kind, by, twice, is_stacked, is_row, arguments)


def _names(text: str) -> Path:
    return tuple(name.strip() for name in text.split(",") if name)


def by_path(asked: Question, claim: Claims, dialect: str | None = None) -> dict[Path, Claim]:
    """Each claim by the variables that it is about. Raises MatcalcError for two about the same."""
    found: dict[Path, Claim] = {}
    for names, one in _parts(_of_each(asked, claim)):
        if _is_of_a_library(asked, one):
            names, one = (one.function,), replace(one, function="", kind="", is_partial=True)
        _require_about_f(asked, one)
        path = names or _both(asked, one)
        one = _of_transpose(asked, path, one)
        if _are_directions(asked, path, one):
            path, one = (), replace(one, along=path)
        for name in path:
            if name not in asked.by_name:
                hint = f"the variables are {', '.join(asked.by_name)}"
                raise UnknownName(f"the claim is about {name}, which does not move", hint=hint)
        place = path if asked.is_list else ()
        if place in found:
            hint = "" if path else _about(asked, one)
            raise MatcalcError(f"two claims are about {', '.join(path) or 'the same'}", hint=hint)
        found[place] = replace(one, dialect=dialect)
    return found


def _of_transpose(asked: Question, path: Path, claim: Claim) -> Claim:
    """df/dX' of a scalar f and a matrix X is the transpose of the gradient."""
    moving = asked.by_name.get(path[0]) if len(path) == 1 else None
    is_matrix = moving is not None and not moving.variable.shape.is_vector
    if not (claim.is_row and is_matrix and asked.expression.shape.is_scalar):
        return claim
    mark = r"^{\top}" if is_latex(str(claim.formula), (), claim.dialect) else "'"
    return replace(claim, formula=f"({claim.formula}){mark}", kind="gradient")


def _about(asked: Question, claim: Claim) -> str:
    """How a claim says what it is about."""
    if not callable(claim.formula):
        return "an equation such as df/dX = ... says what it is about"
    example = ", ".join(f'"{name}": ...' for name in asked.by_name)
    return f"a mapping says which function is about what: {{{example}}}"


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


def _is_of_a_library(asked: Question, claim: Claim) -> bool:
    """Whether it is `dX = ...`, which is the gradient by X where code is written."""
    return claim.kind == "differential" and not claim.along and claim.function in asked.by_name


def _require_about_f(asked: Question, claim: Claim) -> None:
    """Raises MatcalcError where the left side speaks of a variable, or of what is not f."""
    from matcalc.verify.claims import judge

    problem, told = asked.problem, claim.function
    name, _, rest = told.partition("(")
    if not told or (told.strip("()") in asked.by_name and claim.kind != "differential"):
        return  # nothing is said, or it is the X of grad(X)
    if not name.isidentifier() or (rest and book.signatures(name)):
        said = in_names_of(problem, told).expression
        if not judge(problem.expression, said, "f").holds:
            raise MatcalcError(f"the claim is about {told}, which is not {problem.text}")
    elif name in {*problem.symbols, *problem.definitions} and not _is_f(problem, name):
        raise MatcalcError(
            f"the claim is about {name}, which stands in f",
            hint=f"ask for {name} alone, or call what is differentiated f: df/dX = ...",
        )


def _is_f(problem: Problem, name: str) -> bool:
    """Whether the name is that of the whole."""
    part = problem.definitions.get(name)
    value = part.value if isinstance(part, Named) else part
    whole = problem.expression
    return whole is value or (isinstance(whole, Named) and whole.name == name)


def _parts(claim: Claims, path: Path = ()) -> Iterator[tuple[Path, Claim]]:
    if isinstance(claim, Mapping):
        for name, part in claim.items():
            yield from _parts(part, (*path, name))
    elif isinstance(claim, (str, Node)):
        for one in _claims(claim):
            yield path or one.by, one
    elif callable(claim):
        yield path, Claim(claim)
    else:
        for part in claim:
            yield from _parts(part, path)
