r"""The first look at LaTeX: commands, letters and signs, nested by braces and environments.

What only says how it looks (spaces, sizes, `\left`, `\displaystyle`, comments) is gone here; the
macros that a text or a person defines are replaced by what they stand for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from unicodedata import name, normalize

from matcalc.expressions.errors import SyntaxProblem
from matcalc.expressions.limits import DEEPEST_FORMULA, LONGEST_TEXT, MOST_NODES

_PIECE = re.compile(r"%[^\n]*|\\([A-Za-z@]+)\*?|\\(.)|(\s+|~)|(.)", re.DOTALL)
_SPACES = frozenset([",", ";", ":", "!", ">", "/"]) | {" ", "\n", "-"}
_LOOKS_WORDS = """
    displaystyle textstyle scriptstyle limits nolimits nonumber notag middle allowbreak
    hfill mathstrut strut relax protect noindent centering boldmath unboldmath thinspace
    medspace thickspace negthinspace enspace mathopen mathclose mathrel mathbin mathord
    boxed
"""
_LOOKS = frozenset(_LOOKS_WORDS.split())
_WITH_ARGUMENT_WORDS = """
    label tag hspace vspace phantom vphantom hphantom color textcolor cite ref eqref
"""
_WITH_ARGUMENT = frozenset(_WITH_ARGUMENT_WORDS.split())
_ABOVE = frozenset(["overset", "stackrel"])
_BRACED = frozenset(["underbrace", "overbrace", "underbracket", "overbracket"])
_DEFINING = frozenset(["newcommand", "renewcommand", "providecommand", "DeclareMathOperator"])
_SIDES = {"left": "left", "right": "right"}
_SIDES |= {f"{size}{side}": word for size in ("big", "Big", "bigg", "Bigg")
           for side, word in (("l", "left"), ("r", "right"), ("", ""), ("m", ""))}  # fmt: skip
_DELIMITERS = {
    "lvert": ("|", "left"), "rvert": ("|", "right"), "vert": ("|", ""),
    "lVert": ("‖", "left"), "rVert": ("‖", "right"), "Vert": ("‖", ""), "|": ("‖", ""),
    "{": ("{", "left"), "}": ("}", "right"), "lbrace": ("{", "left"), "rbrace": ("}", "right"),
    "lbrack": ("[", "left"), "rbrack": ("]", "right"), "lparen": ("(", "left"),
    "rparen": (")", "right"), "langle": ("⟨", "left"), "rangle": ("⟩", "right"),
}  # fmt: skip
_SIGNS = {"\u2010": "-", "\u2212": "-", "\u2013": "-", "\u2032": "'"}
_COMMANDS = {
    "·": "cdot", "⋅": "cdot", "×": "times", "⊗": "otimes", "⊙": "odot", "∘": "circ", "∑": "sum",
    "∏": "prod", "∇": "nabla", "∂": "partial", "∈": "in", "≤": "le", "≥": "ge", "≈": "approx",
    "∞": "infty", "\u22a4": "top", "†": "dagger", "√": "sqrt", "∫": "int",
}  # fmt: skip
_WRAPPERS_WORDS = """
    equation equation* math displaymath align align* aligned gather gather* gathered split
    eqnarray eqnarray* multline multline* flalign flalign* alignat alignat* alignedat
"""
_WRAPPERS = frozenset(_WRAPPERS_WORDS.split())
_COLUMNS_WORDS = """
    array alignat alignat* alignedat
"""
_COLUMNS = frozenset(_COLUMNS_WORDS.split())
# `^10` raises the 1 alone, `^-1` the minus, and `x^` at an end nothing.
_TORN = re.compile(r"[\^_]\s*(\d\d|[-\u2212][\w\\]|[])}&=]|$)")


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A command without its backslash, a letter, a digit or a sign.

    A delimiter has a `side` where it is told whether it opens or closes. The span of what a macro
    stands for is that of the macro.
    """

    text: str
    start: int
    end: int
    command: bool = False
    side: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    r"""What braces hold, or an environment under its name, `\begin{pmatrix}...`; later what
    delimiters hold too, under the one that opens.
    """

    items: tuple[Item, ...]
    start: int
    end: int
    kind: str = "{"


Item = Lexeme | Group


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command stands for, `#1` and the like in it are its arguments."""

    count: int
    body: tuple[Item, ...]


def groups(text: str) -> tuple[Item, ...]:
    """The text nested, the macros that it defines replaced. Raises SyntaxProblem, placed."""
    LONGEST_TEXT.check(len(text))
    return tuple(_Expansion(text, {}).run(tuple(_nested(text))))


def part_of(text: str, start: int, end: int) -> str:
    """A part of a text, after the definitions of macros in all of it."""
    expansion = _Expansion(text, {})
    for _ in expansion.run(tuple(_nested(text))):
        pass
    return "\n".join([*expansion.definitions, text[start:end]])


def with_macros(text: str, macros: Mapping[str, str]) -> str:
    r"""The text after definitions of the macros, each a command and its body."""
    pairs = macros.items()
    defined = (rf"\newcommand{{{name}}}[{_count(body)}]{{{body}}}" for name, body in pairs)
    return "\n".join([*defined, text])


def _count(body: str) -> int:
    """How many arguments the body of a macro has."""
    return max(map(int, re.findall(r"#(\d)", body)), default=0)


def _nested(text: str) -> list[Item]:
    """Braces and environments as groups, without recursion."""
    stack: list[tuple[str, int, list[Item]]] = [("", 0, [])]
    pieces = _pieces(text)
    for piece in pieces:
        if not piece.command and piece.text == "{":
            DEEPEST_FORMULA.check(len(stack))
            stack.append(("{", piece.start, []))
        elif not piece.command and piece.text == "}":
            _closed(text, stack, "{", piece)
        elif piece.command and piece.text == "begin":
            DEEPEST_FORMULA.check(len(stack))
            stack.append((_environment(text, pieces, piece), piece.start, []))
        elif piece.command and piece.text == "end":
            _closed(text, stack, _environment(text, pieces, piece), piece)
        else:
            stack[-1][2].append(piece)
    if len(stack) > 1:
        name, start, _ = stack[-1]
        what = "`{`" if name == "{" else rf"`\begin{{{name}}}`"
        raise SyntaxProblem(f"the {what} is never closed").at(text, (start, start + 1))
    return stack[0][2]


def _closed(text: str, stack: list[tuple[str, int, list[Item]]], name: str, piece: Lexeme) -> None:
    opened, start, items = stack[-1]
    if opened != name or len(stack) == 1:
        what = "`}`" if name == "{" else rf"`\end{{{name}}}`"
        raise SyntaxProblem(f"the {what} closes nothing").at(text, (piece.start, piece.end))
    stack.pop()
    stack[-1][2].append(Group(tuple(items), start, piece.end, name))


def _environment(text: str, pieces: Iterator[Lexeme], begin: Lexeme) -> str:
    r"""The name in `\begin{name}`."""
    name = ""
    for piece in pieces:
        if piece.text == "}":
            return name
        name += "" if piece.text == "{" else piece.text
    raise SyntaxProblem(rf"`\{begin.text}` is followed by the name of an environment").at(
        text, (begin.start, begin.end)
    )


def _pieces(text: str) -> Iterator[Lexeme]:
    """The lexemes of a text; delimiters know their side, spaces are gone."""
    side, count = "", 0
    for found in _PIECE.finditer(text):
        word = found[1] or found[2]
        start, end = found.span()
        if found[0][0] == "%" or found[3]:
            continue
        count += 1
        if count > MOST_NODES.most:
            raise MOST_NODES.exceeded().at(text, (start, end))
        if word in _SIDES:
            side = _SIDES[word]
            continue
        if word in _DELIMITERS:
            sign, own = _DELIMITERS[word]
            yield Lexeme(sign, start, end, command=sign in "{}", side=own or side)
        elif word is not None and (word in _LOOKS or word in _SPACES):
            continue
        elif side and found[0] == ".":
            pass  # `\left.` is not to be seen
        elif word == "_" and text[end : end + 1] == "{":  # `\_{k}` of Markdown
            yield Lexeme("_", start, end)
        elif word is not None:
            yield Lexeme(word, start, end, command=True)
        elif found[0].isascii():
            if torn := found[0] in "^_" and _TORN.match(text, start):
                raise _without_braces(torn).at(text, torn.span())
            yield Lexeme(found[0], start, end, side=side)
        else:
            command = _COMMANDS.get(found[0]) or greek_word(found[0])
            sign = command or _SIGNS.get(found[0], found[0])
            yield Lexeme(sign, start, end, command=bool(command), side=side)
        side = ""


def _without_braces(torn: re.Match[str]) -> SyntaxProblem:
    """A script that does not hold what was meant, or nothing."""
    sign, what = torn[0][0], torn[1]
    if what in ("", "]", ")", "}", "&", "="):
        return SyntaxProblem(f"nothing follows the `{sign}`")
    return SyntaxProblem(
        f"`{torn[0]}` holds the `{what[0]}` alone", hint=f"write `{sign}{{{what} ...}}`"
    )


@lru_cache(maxsize=256)
def greek_word(sign: str) -> str:
    """The command of a Greek letter, empty for any other sign.

    >>> greek_word("λ"), greek_word("Σ"), greek_word("x")
    ('lambda', 'Sigma', '')
    """
    form = normalize("NFKC", sign)
    alphabet, size, _, word = [*(name(form, "") if len(form) == 1 else "").split(), *[""] * 4][:4]
    word = word.lower().replace("lamda", "lambda") if alphabet == "GREEK" else ""
    return word.capitalize() if size == "CAPITAL" else word


class _Expansion:
    """Macros replaced by what they stand for; what only labels and colours is left out."""

    def __init__(self, text: str, macros: dict[str, Macro]) -> None:
        self._text = text
        self._macros = macros
        self._steps = 0
        self.definitions: list[str] = []  # as the text has them

    def run(self, items: Sequence[Item]) -> Iterator[Item]:
        rest = list(reversed(items))
        while rest:
            item = rest.pop()
            if isinstance(item, Group):
                yield replace(item, items=tuple(self.run(item.items)))
            elif item.command and self._is_definition(item.text, rest):
                name, count = self._name(item, rest), self._count(item, rest)
                (body,) = self._arguments(item, rest, 1)
                word = Lexeme("operatorname", item.start, item.end, command=True)
                is_operator = item.text == "DeclareMathOperator"
                self._macros[name] = Macro(count, (word, body) if is_operator else _inside(body))
                self.definitions.append(self._text[item.start : body.end])
            elif item.command and item.text in _ABOVE:
                rest += reversed(_inside(self._arguments(item, rest, 2)[1]))
            elif item.command and item.text in _BRACED:
                rest = self._without_note(item, rest)
            elif item.command and item.text in _WITH_ARGUMENT:
                self._arguments(item, rest, 1)
            elif item.command and item.text in self._macros:
                macro = self._macros[item.text]
                rest += reversed(
                    self._replaced(item, macro, self._arguments(item, rest, macro.count))
                )
            else:
                yield item

    def _replaced(self, item: Lexeme, macro: Macro, given: Sequence[Item]) -> list[Item]:
        self._steps += 1
        if self._steps > 500:
            raise SyntaxProblem(rf"the macro `\{item.text}` stands for itself").at(
                self._text, (item.start, item.end)
            )
        end = max((one.end for one in given), default=item.end)
        return list(_filled(macro.body, given, replace(item, end=max(item.end, end))))

    def _without_note(self, item: Lexeme, rest: list[Item]) -> list[Item]:
        r"""What is left to read, without the note at the braces of `\underbrace{x}_{n}`."""
        (body,) = self._arguments(item, rest, 1)
        if rest and (_is_sign(rest[-1], "_") or _is_sign(rest[-1], "^")):
            self._arguments(item, rest, 2)
        return [*rest, body]

    def _is_definition(self, word: str, rest: list[Item]) -> bool:
        is_named = bool(rest) and isinstance(rest[-1], Lexeme) and rest[-1].command
        return word in _DEFINING or (word == "def" and is_named)

    def _count(self, item: Lexeme, rest: list[Item]) -> int:
        r"""The number of arguments in `\newcommand{\R}[1]{...}`."""
        if not (rest and _is_sign(rest[-1], "[")):
            return 0
        rest.pop()
        digits = ""
        while rest and not _is_sign(rest[-1], "]"):
            digits += getattr(rest.pop(), "text", "")
        self._arguments(item, rest, 1)
        return int(digits) if digits.isdecimal() else 0

    def _name(self, item: Lexeme, rest: list[Item]) -> str:
        inside = _inside(self._arguments(item, rest, 1)[0])
        if len(inside) != 1 or not isinstance(inside[0], Lexeme) or not inside[0].command:
            raise SyntaxProblem(rf"`\{item.text}` is followed by one command").at(
                self._text, (item.start, item.end)
            )
        return inside[0].text

    def _arguments(self, item: Lexeme, rest: list[Item], count: int) -> list[Item]:
        if len(rest) < count:
            raise SyntaxProblem(
                rf"`\{item.text}` needs {count} argument{'s' if count > 1 else ''} in braces"
            ).at(self._text, (item.start, item.end))
        return [rest.pop() for _ in range(count)]


def _is_sign(item: Item, sign: str) -> bool:
    return isinstance(item, Lexeme) and not item.command and item.text == sign


def _inside(item: Item) -> tuple[Item, ...]:
    return item.items if isinstance(item, Group) else (item,)


def _filled(body: Sequence[Item], given: Sequence[Item], at: Lexeme) -> Iterator[Item]:
    """The body of a macro with its arguments; all of it stands where the macro does."""
    rest = list(reversed(body))
    while rest:
        item = rest.pop()
        if isinstance(item, Group):
            inner = tuple(_filled(item.items, given, at))
            yield Group(inner, at.start, at.end, item.kind)
        elif _is_sign(item, "#") and rest and getattr(rest[-1], "text", "").isdecimal():
            number = int(getattr(rest.pop(), "text", ""))
            yield given[number - 1] if 0 < number <= len(given) else replace(item, end=at.end)
        else:
            assert isinstance(item, Lexeme)
            yield replace(item, start=at.start, end=at.end)


def unwrapped(items: Sequence[Item]) -> tuple[Item, ...]:
    r"""The items without `$...$`, `\[...\]` and `\begin{equation}` around them."""
    kept: list[Item] = []
    for item in items:
        if isinstance(item, Group) and item.kind in _WRAPPERS:
            skip = item.kind in _COLUMNS and isinstance(item.items[0], Group)
            kept += unwrapped(item.items[skip:])
        elif not (isinstance(item, Lexeme) and _is_dollar(item)):
            kept.append(item)
    return tuple(kept)


def _is_dollar(item: Lexeme) -> bool:
    if item.command:
        return item.text in ("[", "]", "(", ")")
    return item.text == "$"
