r"""What a formula of a paper says around its expression: the variable, a claim, constraints.

`\min_x f`, `\nabla_X f = G`, `\frac{\partial f}{\partial X}`, f(x) = a = b, and the lines of an
`align`. What is set apart, and which side of an equation is read, is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from matcalc.expressions.errors import MatcalcError, SyntaxProblem
from matcalc.language.kinds import GREEK
from matcalc.language.latex.cursor import is_command, is_sign, plain, span_of, without_style
from matcalc.language.latex.delimiters import delimited
from matcalc.language.latex.groups import Item, Lexeme, groups, unwrapped
from matcalc.language.latex.names import Names, free_indices
from matcalc.language.latex.operands import operand
from matcalc.language.latex.parts import (
    all_of,
    inner,
    is_gap,
    is_operator,
    is_relation,
    lines,
    parts,
    raised_primes,
    relation,
    stripped,
)
from matcalc.language.latex.prefixes import derivative, is_prefix, optimum
from matcalc.language.latex.tokens import Report, Span, Tokens
from matcalc.language.latex.words import Words
from matcalc.language.vocabulary import ONES

_FILLED = frozenset(["eye", "ones", "zeros", ONES])
_OF_NAME = frozenset(["TICK", "POWER", "OPEN", "NUMBER", "CLOSE"])
_OF_HEADER = frozenset(["NAME", "OPEN", "COMMA", "CLOSE"])
_TOLD = ("text", "textrm", "textit", "mbox", "intertext", "because", "tag")
_CONSTANTS = _FILLED | {"I", "pi", "n", "d", "m", "p", "N"}


@dataclass
class Piece:
    """One side of a relation, its tokens, and why it is no expression if it is none."""

    items: tuple[Item, ...]
    tokens: Tokens
    problem: MatcalcError | None = None

    @property
    def span(self) -> Span:
        return span_of(self.items)

    @property
    def words(self) -> set[str]:
        """The names that stand in it, of entries those of their arrays, and unknown functions."""
        found = self.tokens.found
        bound = {str(one) for one in found if one.type == "INDEX"}
        names = {str(one) for one in found if one.type == "NAME"} - bound
        members = {str(one).rpartition("_")[0] for one in found if one.type == "INDEXED"}
        calls = {str(one) for one in found if one.type == "FUNCTION"} - _FILLED
        return names | members | {one for one in calls if not self.tokens.is_function(one)}

    @property
    def is_label(self) -> bool:
        """Whether it is one name with its scripts, or a name applied: f(x), J_{OLS}, SR(w)."""
        kinds = [one.type for one in self.tokens.found]
        if self.problem is not None:
            return True
        applied = kinds[:2] == ["FUNCTION", "OPEN"] and not self.tokens.is_function(
            str(self.tokens.found[0])
        )
        bare = kinds[:1] == ["NAME"] and {*kinds[1:]} <= _OF_NAME
        return applied or bare or (self.is_new and self._is_header(kinds))

    def _is_header(self, kinds: list[str]) -> bool:
        r"""Whether it is SR(w) or `\delta^{l+1}`."""
        listed = {*kinds} <= _OF_HEADER or kinds[1:3] == ["POWER", "OPEN"]
        return listed and kinds[-1] == "CLOSE" and kinds.count("OPEN") == 1

    @property
    def is_new(self) -> bool:
        """Whether it begins with a name that the problem has not, where it has any."""
        first, names = self.tokens.found[:1], self.tokens.names
        head = str(first[0]) if first and first[0].type in ("NAME", "FUNCTION") else ""
        return bool(head and names.declared) and not names.knows(head)


@dataclass
class Reading:
    """What a text says: definitions by name, the expression, the variables it names, a claim."""

    value: Piece
    definitions: list[tuple[str, Piece]] = field(default_factory=list)
    variables: tuple[str, ...] = ()
    claim: tuple[Item, ...] = ()
    transposed: bool = False
    order: int = 1
    reports: list[Report] = field(default_factory=list)


@dataclass
class Statement:
    """One statement: the sides of its relations, and the variables of what stands before it."""

    sides: list[tuple[Item, ...]]
    relations: list[str]
    variables: tuple[str, ...] = ()
    is_derivative: bool = False
    is_nabla: bool = False
    transposed: bool = False
    order: int = 1
    spoken: str = ""


@dataclass
class Reader:
    """Reads one text; `words` are those of the book."""

    text: str
    names: Names
    words: Words
    reports: list[Report] = field(default_factory=list)

    def read(self) -> Reading:
        """Raises SyntaxProblem, placed in the text."""
        return self._chosen(self.statements())

    def statements(self) -> list[Statement]:
        """All that the text says. Raises SyntaxProblem."""
        items = delimited(self.text, unwrapped(groups(self.text)))
        self._note_signs(items)
        found = [self._statement(one) for one in self._statements(items)]
        found = [one for one in found if any(one.sides)]
        if not found:
            raise SyntaxProblem(
                "there is nothing to read: a formula is expected",
                hint=r"for example `\|AX-B\|_F^2`",
            ).at(self.text, None)
        return found

    def by_line(self) -> Iterator[Statement]:
        """The statements of a derivation, one a line, without the reasons behind them."""
        items = delimited(self.text, unwrapped(groups(self.text)))
        self._note_signs(items)
        for line in lines(items):
            cut = (
                place for place, one in enumerate(line) if is_gap(one) or is_command(one, *_TOLD)
            )
            formula = tuple(line[: next(cut, len(line))])
            if formula:
                yield self._statement(formula)

    def only_statement(self) -> Statement:
        """The one equation of a claim. Raises SyntaxProblem where there are more."""
        found = self.statements()
        if len(found) > 1:
            span = _span_of_sides(found[1])
            raise SyntaxProblem("one formula is expected here").at(self.text, span)
        return found[0]

    def pieces(self) -> list[Piece]:
        """The sides of all statements."""
        return [self._piece(side) for one in self.statements() for side in one.sides]

    def tokens_of(self, items: tuple[Item, ...]) -> Tokens:
        """The tokens of one side."""
        return self._tokens(items)[0]

    def _note_signs(self, items: Sequence[Item]) -> None:
        """Whether primes belong to names: they do where one is transposed besides."""
        self.names.signs = {one.text for one in all_of(items) if one.command}
        self.names.signs |= {f"\\{one}" for one in self.names.signs}
        raised = next(raised_primes(items), None)
        self.names.primes = raised is not None
        if raised is not None:
            told = "primes belong to the names: one is transposed besides"
            self._report((raised.start, raised.end), told)

    # ------------------------------------------------------------ statements

    def _statements(self, items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
        """The parts between lines, gaps and commas; a line that begins with a relation goes on."""
        current: list[Item] = []
        for line in lines(items):
            if current and not (is_relation(line[0]) or is_operator(line[0])):
                yield tuple(current)
                current = []
            for part, apart in parts(line):
                if apart and current and not is_prefix(current):
                    yield tuple(current)
                    current = []
                current += part
        if current:
            yield tuple(current)

    def _statement(self, items: tuple[Item, ...]) -> Statement:
        items = stripped(items)
        found = Statement([()], [])
        items = self._without_optimum(items, found)
        items = inner(items)
        signs = [place for place, item in enumerate(items) if is_relation(item)]
        found.relations = [relation(items[place]) for place in signs]
        ends = pairwise((-1, *signs, len(items)))
        found.sides = [items[start + 1 : end] for start, end in ends]
        last = self._without_optimum(found.sides[-1], found)
        found.sides[-1] = last
        found.sides[0] = self._without_derivative(found.sides[0], found)
        return found

    def _without_optimum(self, items: tuple[Item, ...], found: Statement) -> tuple[Item, ...]:
        r"""The items after `\min_x`, `\text{minimize}_{D, A}`, `\underset{x \in R^n}{\min}`."""
        place, below = optimum(items)
        is_index = free_indices(plain(below)) and not self.names.knows(plain(below))
        if not place or is_index:
            return items
        found.spoken = (
            found.spoken or self.text[items[0].start : items[place - 1].end].split("_")[0]
        )
        while place < len(items) and is_gap(items[place]):
            place += 1
        if below:
            found.variables += tuple(self._variables(below))
        if place == len(items):
            raise SyntaxProblem("the function that is optimised is missing").at(
                self.text, span_of(items)
            )
        if "arg" in found.spoken:
            self._report(span_of(items), f"the function under `{found.spoken.strip()}` is read")
        return items[place:]

    def _without_derivative(self, items: tuple[Item, ...], found: Statement) -> tuple[Item, ...]:
        r"""The items after `\nabla_X`, or in `\frac{\partial f}{\partial X}`."""
        split = derivative(items)
        if split is None:
            return items
        inside, below, found.order = split
        bare = without_style(below)
        if (
            len(bare) > 1
            and is_sign(bare[-2], "^")
            and plain(bare[-1:]) in ("T", "\\top", "\\intercal")
        ):
            found.transposed, below = True, tuple(bare[:-2])
            told = "the derivative with respect to a transpose: the gradient is transposed"
            self._report(span_of(items), told)
        found.variables = tuple(self._variables(below)) if below else ()
        found.is_derivative, found.is_nabla = True, is_command(items[0], "nabla")
        return inside

    def _variables(self, items: Sequence[Item]) -> Iterator[str]:
        """The names in `x \\in R^n`, `D, A`."""
        part: list[Item] = []
        for item in (*items, Lexeme(",", 0, 0)):
            if is_sign(item, ","):
                cut = next((k for k, one in enumerate(part) if is_command(one, "in")), len(part))
                tokens = self._tokens(part[:cut])[0]
                yield from (str(one) for one in tokens.found[:1] if one.type == "NAME")
                part = []
            else:
                part.append(item)

    # ------------------------------------------------------------ what is read

    def _tokens(self, items: Sequence[Item]) -> tuple[Tokens, MatcalcError | None]:
        tokens = Tokens(self.text, self.names, self.words, operand)
        try:
            if items:
                tokens.sequence(items, items[-1].end)
        except MatcalcError as problem:
            return tokens, problem
        return tokens, None

    def _piece(self, items: tuple[Item, ...]) -> Piece:
        return Piece(items, *self._tokens(items))

    def _report(self, span: Span, sentence: str) -> None:
        self.reports.append((span, sentence))

    def _chosen(self, statements: list[Statement]) -> Reading:
        """The last statement that defines nothing for others, the ones before as definitions."""
        main = self._main(statements)
        defined: list[tuple[str, Piece]] = []
        for one in statements:
            if one is main:
                continue
            definition = (
                self._definition(one) if statements.index(one) < statements.index(main) else None
            )
            if definition is not None:
                defined.append(definition)
                self.names.declared = {*self.names.declared, definition[0]}
            else:
                shown = self.text[slice(*_span_of_sides(one))]
                self._report(_span_of_sides(one), f"`{shown.strip()}` is set apart")
        found = self._of(main)
        return replace(
            found, definitions=defined, reports=[*self.reports, *found.value.tokens.reports]
        )

    def _main(self, statements: list[Statement]) -> Statement:
        """The last of several lines that define names, else the first."""
        first = statements[0]
        several = any(self._definition(one) for one in statements[:-1]) and len(statements) > 1
        line_of = self.text.count("\\\\", 0, _span_of_sides(statements[-1])[0])
        return statements[-1] if several and line_of else first

    def _definition(self, one: Statement) -> tuple[str, Piece] | None:
        """`J = \\det F` as a name and its value."""
        if len(one.sides) != 2 or one.is_derivative:
            return None
        left, right = map(self._piece, one.sides)
        names = [str(token) for token in left.tokens.found if token.type not in ("OPEN", "CLOSE")]
        if names[:1] == ["eye"] and len(names) == 2:  # I_1 = ... is no identity
            names = [f"I_{names[1]}"]
        if right.problem is not None or len(names) != 1 or names[0] in self.names.declared:
            return None
        return names[0], right

    def _of(self, one: Statement) -> Reading:
        """The expression among the sides of a statement, and the claim if there is one."""
        sides = [self._piece(side) for side in one.sides if side]
        found = Reading(sides[0], [], one.variables, (), one.transposed, one.order)
        if one.is_derivative and sides[0].problem is None:
            if len(sides) == 2 and sides[0].is_label and sides[0].is_new and not _is_zero(sides[1]):
                shown = self.text[slice(*sides[0].span)]
                self._report(sides[0].span, f"`{shown}` is not given: the right side is read")
                return self._require(Reading(sides[1]))
            found.claim = sides[1].items if len(sides) > 1 else ()
            return self._require(found)
        if "~" in one.relations:
            self._report(sides[0].span, "what is nearly or up to a factor equal is read as equal")
        if "<" in one.relations:
            if len(sides) > 1:
                self._report(sides[0].span, "an inequality: the left side is read")
            return self._require(found)
        if len(sides) == 1:
            return self._require(found)
        if len(sides) == 2 and _is_zero(sides[1]):
            self._report(sides[0].span, "an equation with 0: the left side is read")
            return self._require(found)
        expressions = [side for side in sides if self._is_expression(side)]
        expressions = expressions or [side for side in sides if not side.is_label] or sides[-1:]
        if len(sides) == 2 and len(expressions) == 2:
            left, right = expressions
            adds = right.words - self.names.sizes - left.words
            if all(map(_is_constant, adds)) and not left.is_label:
                found.claim = right.items
                return self._require(found)
        found.value = expressions[-1]
        if len(sides) > 2 or not sides[0].is_label or sides[0].words & found.value.words:
            shown = self.text[slice(*found.value.span)]
            self._report(found.value.span, f"of the equation `{shown}` is read")
        return self._require(found)

    def _is_expression(self, side: Piece) -> bool:
        """Whether all its names are known; where nothing is declared, whether it is no label."""
        if side.problem is not None:
            return False
        if not self.names.declared:
            return not side.is_label
        new = {one for one in side.words if not (self.names.knows(one) or _is_constant(one))}
        scalars = GREEK & {str(one) for one in side.tokens.found if one.type == "NAME"}
        return not side.is_label and new <= scalars and (not new or new != side.words)

    def _require(self, found: Reading) -> Reading:
        if found.value.problem is not None:
            raise found.value.problem
        if not found.value.tokens.found:
            raise SyntaxProblem("a formula is expected").at(self.text, None)
        missing = [one for one in found.variables if one not in found.value.words]
        if missing and found.value.words:
            self._report(
                found.value.span, f"the variable `{missing[0]}` does not occur in what is read"
            )
        return found


# ---------------------------------------------------------------- marks


def _is_constant(word: str) -> bool:
    return word in _CONSTANTS or word.startswith("I_")


def _is_zero(side: Piece) -> bool:
    found = side.tokens.found
    return len(found) == 1 and str(found[0]) in ("0", "zeros")


def _span_of_sides(one: Statement) -> Span:
    items = [item for side in one.sides for item in side]
    return span_of(items) if items else (0, 0)
