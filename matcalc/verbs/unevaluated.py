"""Formulas with derivatives that are not worked out: d(A*x), d tr(X), dR, grad f, <u, v>_W.

Each is worked out where it stands, and the formula is read with a name for what it is.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from matcalc.expressions.constructors import is_zero, symbol, zero
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import MatcalcError, NoRule, SyntaxProblem, UnknownName
from matcalc.expressions.nodes import Named, Node, Symbol, ordered
from matcalc.language.understanding import Problem
from matcalc.questions.claims import in_names_of
from matcalc.questions.question import Question
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.inner_products import Weighted
from matcalc.verbs.handwriting import words
from matcalc.verbs.table import function, left_side

_DIFFERENTIAL = re.compile(r"(?<![\w'])[d∂]\s*(?=[(\[])|(?<![\w'])[d∂]\s+(?=[^\W\d]\w*\()")
_GRADIENT = re.compile(
    r"(?<!\w)(?:(?:grad(?:ient)?|nabla|∇)(?:_\w+)?(?:\s+[^\W\d]\w*)?|∇[^\W\d]\w*)(?!\w|\()"
)
_WORKED_OUT = re.compile(rf"{_DIFFERENTIAL.pattern}|vec\(")  # by the formula that it is in
_BOUND = re.compile(r"(\w+)\s+in\s|\b(?:sum|prod)\((\w+),")
_RATE = re.compile(r"(?<!\w)[d∂][^\W\d]\w*'?/[d∂][^\W\d]\w*")
_WEIGHTED = re.compile(r">_(\w+)")
_QUOTIENTS = [
    re.compile(r"[d∂]\s?(?P<of>\(.+\)|\w+\(.+\))/[d∂](?P<by>\w+)"),
    re.compile(r"[d∂]/[d∂](?P<by>\w+)\s*(?P<of>.+)"),
    re.compile(r"(?:grad|∇)(?:_(?P<by>\w+))?\s*(?P<of>\(.+\)|\w+\(.+\))"),
]
_PLAIN = frozenset({"F", "Fro", "2", "E"})  # the plain product has these names
_GRADIENTS = frozenset({"G", "g"})
_PAIRS = {"(": ")", "[": "]"}
Span = tuple[int, int]


def is_claim(name: str, parts: Container[str] = ()) -> bool:
    """Whether a name says a derivative, as G, H and J do, or df of one of the `parts`."""
    return _told(name, parts) is not None


def _told(left: str, parts: Container[str]) -> tuple[str, dict[str, str]] | None:
    """The derivative that is written, if it is one of f or of a part: delta is none of `elta`."""
    found = ("gradient", dict[str, str]()) if left in _GRADIENTS else left_side(left)
    function = found[1].get("function", "") if found else ""
    return found if not function or function in parts else None


def innermost(text: str) -> str:
    """What the last `d(...)` of a text is the differential of."""
    marks = [*_DIFFERENTIAL.finditer(text)]
    return text[marks[-1].end() : _closing(text, marks[-1].end())] if marks else ""


@dataclass
class Unevaluated:
    """Formulas about what was asked, in its names and those that were defined since.

    `text` is the problem as it was typed, with the name of f before the last value; `how` are the
    declarations, the product, the space and the dialect.
    """

    text: str
    asked: Question
    how: Mapping[str, Any]
    defined: dict[str, Node] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        """Whether a name stands for something already."""
        return name in self._names or self._differential_of(name) is not None

    @property
    def _names(self) -> dict[str, Symbol | Node]:
        problem, settings = self.asked.problem, self.asked.settings
        of_settings = {one.name: one for setting in settings for one in setting.symbols}
        directions = {str(one): one for one in self.asked.tangents.values()}
        known: dict[str, Node] = {**problem.symbols, **problem.definitions, **of_settings}
        return {**known, **directions, **self.defined}

    def define(self, name: str, statement: str) -> Node:
        """Take a name for what a statement says from here on: `R = A*X`, or `x solves A*x = b`.

        Raises MatcalcError for a variable, which has no other value for one line.
        """
        problem = self.asked.problem
        if name in problem.symbols and name not in problem.definitions:
            raise MatcalcError(f"`{statement}` fixes a variable, and that is not read")
        is_formula = re.match(r"\w+\s*=", statement)
        text = statement.partition("=")[2] if is_formula else f"{statement}; {name}"
        self.defined[name] = self.read(text)
        return self.defined[name]

    def change(self, node: Node) -> Node:
        """The differential of an expression, along all variables that move, with free entries."""
        about = self.asked.about(substitute(node, self._twins))
        return simplify(self.asked.restored(about.change))

    @property
    def _twins(self) -> dict[Node, Node]:
        return {one.variable: one.free for one in self.asked.moving}

    def read(self, text: str, shape: Shape | None = None) -> Node:
        """The formula with all derivatives worked out; 0 is that of any shape.

        Raises MatcalcError where it cannot be read.
        """
        worked = _Worked(text)
        try:
            self._work_out(worked)
            found = self._plain(worked.text, worked.values, shape)
        except MatcalcError as error:
            raise type(error)(worked.named(error.message), hint=worked.named(error.hint)) from None
        return zero(shape) if shape and is_zero(found) and found.shape.is_scalar else found

    def _work_out(self, worked: _Worked) -> None:
        for mark in reversed([*_WEIGHTED.finditer(worked.text)]):
            worked.text = self._weighted(worked.text, mark)
        for mark in reversed([*_GRADIENT.finditer(worked.text)]):
            worked.put(mark.span(), self._derivative(mark[0]))
        while marks := [*_DIFFERENTIAL.finditer(worked.text)]:  # the last has no other inside
            text, start, begin = worked.text, marks[-1].start(), marks[-1].end()
            end = _closing(text, begin)
            inside, outside = text[begin:end], text[:start] + text[end:]
            if index := words(inside) & {one[1] or one[2] for one in _BOUND.finditer(outside)}:
                raise NoRule(f"d({inside}) depends on the index {min(index)}, which is not read")
            worked.put((start, end), self.change(self._free(inside, worked.values)))
        if found := _RATE.search(worked.text):
            raise NoRule(f"`{found[0]}` in a formula is not read")

    def _plain(
        self,
        text: str,
        values: Mapping[str, Node],
        shape: Shape | None = None,
        problem: Problem | None = None,
    ) -> Node:
        """A formula without derivatives but those of names, as dR."""
        known = {**self.defined, **values}
        for word in set(re.findall(r"\w+", text)) - self._names.keys() - known.keys():
            if (of := self._differential_of(word)) is not None:
                known[word] = self.change(of)
        named = {symbol(n, node.shape): node for n, node in known.items()}
        settings = [one for setting in self.asked.settings for one in setting.symbols]
        more = [*settings, *self.asked.directions.values(), *named]
        dialect = self.how.get("dialect")
        asked = problem or self.asked.problem
        parts = {n: one for n, one in asked.definitions.items() if n not in self.defined}
        asked = replace(asked, definitions=parts)
        read = in_names_of(asked, self._called(text), shape, more, dialect)
        meant: dict[Node, Node] = dict(named.items())
        return substitute(read.expression, meant)

    def _free(self, text: str, values: Mapping[str, Node]) -> Node:
        """A formula as it is typed: X' is not X there, though X be symmetric."""
        free = {one.name: one.free for one in self.asked.moving}
        problem = self.asked.problem
        twin = replace(problem, symbols={**problem.symbols, **free})
        try:
            return self._plain(text, values, problem=twin)
        except MatcalcError:  # it demands the structure, as chol(S) does
            return self._plain(text, values)

    def _differential_of(self, word: str) -> Node | None:
        """What a word such as dR is the differential of."""
        name = word.removeprefix("d")
        return self._parts.get(name) if name != word else None

    @property
    def _parts(self) -> dict[str, Node]:
        """What names stand for, as it was typed."""
        free = {n.name: n for n in ordered(self.asked.expression) if isinstance(n, Named)}
        whole = {self._f: self.asked.expression} if self._f else {}
        return {**self.asked.problem.definitions, **free, **whole, **self.defined}

    @property
    def _f(self) -> str:
        """The name of what is differentiated, if it has one."""
        last = re.match(r"\s*(\w+)\s*=", self.text.rpartition(";")[2])
        return last[1] if last else ""

    def _called(self, text: str) -> str:
        """f for f(x): it is a value here."""
        values = [
            n for n in self.asked.problem.definitions if n not in self.asked.problem.functions
        ]
        at = ",".join(map(re.escape, self.asked.by_name))
        return (
            re.sub(rf"(?<![A-Za-z0-9_])({'|'.join(values)})\({at}\)", r"\1", text)
            if values
            else text
        )

    def _weighted(self, text: str, found: re.Match[str]) -> str:
        """<u, v>_W as <u, (W)*(v)>, which is what it means."""
        weight, end = found[1], found.start()
        start = _opening_angle(text, end)
        first, second = _halves(text[start + 1 : end])
        if weight in _PLAIN and weight not in self.asked.problem.symbols:
            return text[: end + 1] + text[found.end() :]
        return f"{text[:start]}<{first}, {weight}*({second})>{text[found.end() :]}"

    # ------------------------------------------------------------ gradients, Hessians, ...

    def derivative(self, left: str) -> Node | None:
        """What `grad f`, `df/dX`, `d tr(X)/dX`, `f'`, `Hess f`, `df` is, where a text is one."""
        if power := re.fullmatch(r"d(\w+)(\^.+)", left):  # so dA^-1 is written for d(A^-1)
            return self.change(self._free(power[1] + power[2], {}))
        for text in dict.fromkeys((left, self._called(left))):
            told = None if _WORKED_OUT.match(text) else _told(text, self._parts)
            if told and told[0] == "differential":
                return self.change(self._value_of(told[1]["function"]))
            if told:
                return self._derivative(text)
        return self._quotient(left)

    def _quotient(self, left: str) -> Node | None:
        """A derivative of a formula, as d tr(A*X)/dX, or of a scalar f as f' and f''."""
        if found := next(filter(None, (one.fullmatch(left) for one in _QUOTIENTS)), None):
            by = found["by"] or self.asked.alone.name
            if by not in self.asked.by_name:
                return None
            value = self.read(found["of"])
            kind = "gradient" if value.shape.is_scalar else "jacobian"
            return self._found(kind, value, by)
        primed = re.fullmatch(rf"(\w+)('{{1,2}})(?:\((?:{'|'.join(self.asked.by_name)})\))?", left)
        of = self._parts.get(primed[1]) if primed else None
        if primed and of is not None and of.shape.is_scalar:
            kind = "jacobian" if primed[2] == "'" else "hessian"
            return self._found(kind, of, self.asked.alone.name)
        return None

    def _found(self, kind: str, value: Node, by: str) -> Node:
        how = {key: self.how.get(key) for key in ("inner", "space")}
        found: Node = function(kind)(value, self.asked.by_name[by].variable, **how).value
        return found

    def _derivative(self, text: str) -> Node:
        kind, said = _told(text, self._parts) or ("gradient", {})
        low = said.get("below") or said.get("by") or said.get("at") or said.get("row") or ""
        value = self._value_of(said.get("function", ""))
        kind = kind or ("gradient" if value.shape.is_scalar else "jacobian")
        if kind == "nth_derivative":
            return reduce(lambda node, _: self.change(node), range(int(said["order"])), value)
        weight = {"inner": Weighted(left=low)} if low and low not in self.asked.by_name else {}
        known = self.asked.problem.symbols.get(low)
        if weight and (known is None or "spd" not in known.structure):
            raise UnknownName(f"{low} of {text} is neither a variable that moves nor a weight")
        wrt = low if low in self.asked.by_name else self.asked.alone.name
        text = "; ".join([self.text, *filter(None, [said.get("function")])])
        answer = function(kind)(text, wrt, **{**self.how, **weight})
        found: Node = answer.value
        return found

    def _value_of(self, name: str) -> Node:
        parts = self._parts
        if name and name not in parts:
            raise UnknownName(f"{name} is not defined")
        return parts[name] if name else self.asked.expression


@dataclass
class _Worked:
    """A text in which names stand for what was worked out, with their values and how they stood."""

    text: str
    values: dict[str, Node] = field(default_factory=dict)
    stood: dict[str, str] = field(default_factory=dict)

    def put(self, span: Span, node: Node) -> None:
        """A new name in place of a part."""
        name, part = f"d{len(self.values)}_", self.text[slice(*span)]
        self.values[name], self.stood[name] = node, self.named(part)
        self.text = f"{self.text[: span[0]]}{name}{self.text[span[1] :]}"

    def named(self, message: str) -> str:
        """A message in what was written."""
        for name, part in self.stood.items():
            message = message.replace(name, part)
        return message


def _closing(text: str, start: int) -> int:
    """The end of the first bracket from a place on."""
    opening = next(at for at in range(start, len(text)) if text[at] in _PAIRS)
    pair, depth = text[opening] + _PAIRS[text[opening]], 0
    for at in range(opening, len(text)):
        depth += (text[at] == pair[0]) - (text[at] == pair[1])
        if depth == 0:
            return at + 1
    raise SyntaxProblem("a bracket is not closed").at(text, (opening, opening + 1))


def _opening_angle(text: str, end: int) -> int:
    """The `<` of the product that ends at a place."""
    depth = 0
    for at in range(end, -1, -1):
        depth += (text[at] == ">") - (text[at] == "<")
        if depth == 0:
            return at
    raise SyntaxProblem("`>` ends no product <u, v>").at(text, (end, end + 1))


def _halves(inside: str) -> tuple[str, str]:
    depth = 0
    for at, letter in enumerate(inside):
        depth += (letter in "([<") - (letter in ")]>")
        if letter == "," and depth == 0:
            return inside[:at], inside[at + 1 :]
    raise MatcalcError("a product is <u, v>")
