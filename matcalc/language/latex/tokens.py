r"""The tokens of one formula in LaTeX, as the grammar `grammar/latex.lark` has them.

A function without brackets takes the product after it, a sum over an index all up to the next
plus or minus: both get brackets here, which stand nowhere in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matcalc.expressions.errors import MatcalcError, SyntaxProblem
from matcalc.expressions.limits import DEEPEST_FORMULA
from matcalc.language.latex.cursor import Cursor, balanced, is_sign
from matcalc.language.latex.groups import Group, Item, Lexeme
from matcalc.language.latex.names import Names
from matcalc.language.latex.words import Words

if TYPE_CHECKING:
    from lark import Token

_ENDS_WORDS = """
    NUMBER NAME INDEXED CLOSE CLOSE_BAR CLOSE_NORM CLOSE_ANGLE CLOSE_BLOCK CLOSE_ENTRY TICK
    PSEUDO POSITIVE CROSS
"""
ENDS = frozenset(_ENDS_WORDS.split())
_TIMES = {
    "cdot": "⋅", "bullet": "⋅", "times": "×", "odot": ".*", "circ": ".*", "ast": "*",
    "star": "*", "otimes": "⊗", "oslash": "./", "div": "/", "*": "*", "/": "/", ":": ":",
}  # fmt: skip
_ELEMENTARY_WORDS = """
    log ln exp sin cos tan sinh cosh tanh arcsin arccos arctan cot sec csc coth lg
"""
ELEMENTARY = frozenset(_ELEMENTARY_WORDS.split())
Span = tuple[int, int]
Report = tuple[Span, str]


@dataclass
class Open:
    """A function without brackets, or a sum, whose end is still to be found.

    `factors` counts what it took so far, `after` writes what follows its end.
    """

    word: str
    start: int
    indices: tuple[str, ...] = ()
    factors: int = 0
    after: Callable[[], None] | None = None


@dataclass
class Tokens:
    """The tokens written so far, with what is to be said of them; `operand` writes one operand."""

    text: str
    names: Names
    words: Words
    operand: Callable[[Tokens, Item, Cursor, list[Open]], None]
    found: list[Token] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    bound: list[str] = field(default_factory=list)

    # ------------------------------------------------------------ writing

    def is_function(self, word: str) -> bool:
        return self.words.is_function(word)

    def put(self, kind: str, value: str, span: Span) -> None:
        """Write one token."""
        from lark import Token

        token = Token(kind, value)
        token.start_pos, token.end_pos = span
        self.found.append(token)

    def report(self, span: Span, sentence: str) -> None:
        self.reports.append((span, sentence))

    def refuse(self, message: str, span: Span, hint: str = "") -> SyntaxProblem:
        return SyntaxProblem(message, hint=hint).at(self.text, span)

    def words_in(self, items: Sequence[Item]) -> set[str] | None:
        """The names in a formula, None where the items are none."""
        inner = Tokens(self.text, self.names, self.words, self.operand, bound=[*self.bound])
        try:
            inner.sequence(items, 0)
        except MatcalcError:
            return None
        names = {str(one) for one in inner.found if one.type == "NAME"}
        return names | {str(one).rpartition("_")[0] for one in inner.found if one.type == "INDEXED"}

    def written(self, items: Sequence[Item]) -> str:
        """The text of some items, as it is quoted."""
        return self.shown((items[0].start, items[-1].end)) if items else ""

    def shown(self, span: Span) -> str:
        """A part of the text, as it is quoted."""
        return self.text[slice(*balanced(self.text, span))]

    @property
    def after_operand(self) -> bool:
        return bool(self.found) and self.found[-1].type in ENDS

    # ------------------------------------------------------------ sequences

    def sequence(self, items: Sequence[Item], end: int) -> None:
        """An expression: its operands and the signs between them, up to a place in the text."""
        first = len(self.found)
        rest = Cursor(items)
        opened: list[Open] = []
        while rest:
            item = rest.take()
            begun = len(self.found) > first and self.after_operand
            if isinstance(item, Lexeme) and self._is_plus(item):
                if begun:
                    self._finish(opened, item.start)
                self.put("SIGN", item.text, (item.start, item.end))
            elif isinstance(item, Lexeme) and (sign := self._times(item, rest)):
                self._finish(opened, item.start, keep="sum")
                self.put("TIMES", sign, (item.start, item.end))
            elif is_sign(item, ","):
                self._finish(opened, item.start)
                self.put("COMMA", ",", (item.start, item.end))
            else:
                if begun and _begins_function(item, self) and _is_elementary(opened):
                    self._finish(opened, item.start, keep="sum")
                within, before = opened[-1] if opened else None, len(self.found)
                self.operand(self, item, rest, opened)
                DEEPEST_FORMULA.check(len(opened))
                if within is not None and opened[-1] is within and len(self.found) > before:
                    within.factors += 1
        self._finish(opened, end)

    def _is_plus(self, item: Lexeme) -> bool:
        if item.command and item.text in ("pm", "mp"):
            raise self.refuse(
                rf"`\{item.text}` has two values", (item.start, item.end), "write `+` or `-`"
            )
        return not item.command and item.text in "+-"

    def _times(self, item: Lexeme, rest: Cursor) -> str:
        if item.command != (item.text not in "*/:") or item.text not in _TIMES:
            return ""
        if item.text == "circ":
            span = item.start, item.end
            self.report(span, r"`\circ` is read entry by entry, not as a composition")
        if item.text == ":":
            self.report((item.start, item.end), "`:` is read as the Frobenius product of matrices")
        return _TIMES[item.text]

    def _finish(self, opened: list[Open], place: int, keep: str = "") -> None:
        """Close the brackets that stand nowhere; `keep` those of sums where a product goes on."""
        while opened and not (keep == "sum" and opened[-1].indices):
            one = opened.pop()
            self.put("CLOSE", ")", (place, place))
            for _ in one.indices[1:]:
                self.put("CLOSE", ")", (place, place))
            if one.indices:
                del self.bound[-len(one.indices) :]
            elif one.factors > 1:
                taken = self.shown((one.start, place)).strip()
                self.report(
                    (one.start, place),
                    f"`{one.word}` without brackets takes the whole product `{taken}`",
                )
            if one.after is not None:
                one.after()
            if opened:
                opened[-1].factors += 1

    def inside(self, group: Group, opening: str = "OPEN", closing: str = "CLOSE") -> None:
        """What a group holds, between brackets."""
        self.put(opening, "(", (group.start, group.start + 1))
        self.sequence(group.items, group.end - 1)
        self.put(closing, ")", (group.end - 1, group.end))

    def bracketed(self, items: Sequence[Item], at: Span) -> None:
        """Items between brackets that stand nowhere."""
        start, end = (items[0].start, items[-1].end) if items else at
        self.put("OPEN", "(", (start, start))
        self.sequence(items, end)
        self.put("CLOSE", ")", (end, end))


def _begins_function(item: Item, tokens: Tokens) -> bool:
    return isinstance(item, Lexeme) and item.command and (
        item.text == "operatorname" or tokens.is_function(item.text)
    )  # fmt: skip


def _is_elementary(opened: Sequence[Open]) -> bool:
    return bool(opened) and opened[-1].word in ELEMENTARY and opened[-1].factors > 0
