"""The actions of the grammar `grammar/expression.lark`: each makes the syntax node of a form."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from unicodedata import normalize, numeric

from matcalc.expressions.binders import numbered
from matcalc.expressions.errors import SyntaxProblem
from matcalc.expressions.limits import LONGEST_NUMBER, MOST_NODES
from matcalc.language.binding import OpenNames, is_index_in
from matcalc.language.dialects import WORDS_OF_PYTHON
from matcalc.language.juxtaposition import (
    check_exponent,
    check_juxtaposed,
    check_root,
    check_row,
    marks_of_juxtaposed,
    marks_of_row,
)
from matcalc.language.spelling import check_name
from matcalc.language.syntax import (
    Blocks,
    Call,
    Chain,
    Comparison,
    Listed,
    Name,
    Negation,
    Numeral,
    Postfix,
    Power,
    Quoted,
    Repeated,
    Selection,
    Subscript,
    Syntax,
    Total,
)
from matcalc.language.tokens import LOGARITHMS
from matcalc.language.tool_forms import is_entry, marks_of_call, marks_of_entries
from matcalc.language.tuples import taken_by_name, taken_by_position

if TYPE_CHECKING:
    from lark import Token

_WORD = re.compile(r"\w+")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_BELOW = re.compile("[ₐ-ₜᵢᵣᵤᵥⱼ]+")
_CANONICAL = {"·": "⋅", "•": "⋅", "∙": "⋅", "∗": "*", "÷": "/", "⊙": ".*", "∘": ".*"}
_SUBSCRIPTS = str.maketrans("₁₂", "12")
_NORMS = {"f": "fro", "inf": "inf", "∞": "inf", "*": "nuc"}
REPEATABLE = ("sum", "prod")
_BIG = {"∑": "sum", "Σ": "sum", "∏": "prod", "Π": "prod"}
Marks = dict[str, tuple[int, int]]


class TreeBuilder:
    """The grammar's actions: each method makes the syntax node of one alternative."""

    def __init__(self) -> None:
        self.arena: list[Syntax] = []
        self.text = ""
        self.marks: Marks = {}
        self._names: frozenset[str] = frozenset()
        self._open = OpenNames()

    def begin(
        self, text: str, arena: list[Syntax], marks: Marks, names: frozenset[str] = frozenset()
    ) -> None:
        """Append nodes to `arena`, and note their `marks`; `names` are those of values."""
        self.text, self.arena, self.marks, self._names = text, arena, marks, names
        self._open = OpenNames()

    def _add(self, node: Syntax, leftmost: Syntax | None = None) -> Any:
        node.place = len(self.arena)
        if node.place >= MOST_NODES.most:
            raise MOST_NODES.exceeded().at(self.text, node.span)
        node.first = node.place if leftmost is None else leftmost.first
        self.arena.append(node)
        return node

    def start(self, items: list[Any]) -> Any:
        self._open.check(self.text, self._names)
        return items[0]

    def number(self, items: list[Token]) -> Any:
        token = items[0]
        start, end = _span(token)
        return self._add(Numeral(start, end, self._value(str(token), start, end)))

    def _value(self, digits: str, start: int, end: int) -> Fraction:
        exponent = re.split("[eE]", digits)[1:]
        most = LONGEST_NUMBER.most
        if len(digits) > most or any(abs(int(power)) > most for power in exponent):
            raise LONGEST_NUMBER.exceeded().at(self.text, (start, end))
        if digits.isdecimal():
            return Fraction(int(digits))
        if digits.isnumeric():
            return Fraction(numeric(digits)).limit_denominator(10)  # ½
        return Fraction(digits.rstrip(".") if digits[-1] == "." else digits)

    def name(self, items: list[Token]) -> Any:
        token = items[0]
        word = _BELOW.sub(lambda found: "_" + normalize("NFKC", found[0]), token)
        node: Name = self._add(Name(*_span(token), word))
        self._note_module(token)
        if node.word == "I" or node.word in WORDS_OF_PYTHON:
            self.marks.setdefault(node.word, node.span)
        self._open.add(node)
        return node

    def _note_module(self, token: Token) -> None:
        if token.type == "DOTTED":
            self.marks.setdefault(token.split(".")[0] + ".", _span(token))

    def bracketed(self, items: list[Any]) -> Any:
        inner = items[1]
        self._sign(items[0])
        inner.start, inner.end = _span(items[0])[0], _span(items[2])[1]
        if isinstance(inner, Chain):
            inner.juxtaposed = False
        return inner

    def root(self, items: list[Any]) -> Any:
        """`√2`, `√(x'x)`; how far the root of more goes without brackets, nobody knows."""
        sign, inner = items
        self.marks.setdefault("√", _span(sign))
        check_root(self.text, str(sign), inner)
        start, end = _span(sign)
        node = Call(start, inner.end, "sqrt", [inner], end)
        self.marks.setdefault("sqrt(", node.span)
        return self._add(node, inner)

    def call(self, items: list[Any]) -> Any:
        start, function_end = _span(items[0])
        self._note_module(items[0])
        self._sign(items[1])
        if items[1] == "(" and is_entry(items[0], items[2:-1], self.arena, self._names):
            return self._entry(items[0], items[2:-1], items[-1])
        if items[0] in REPEATABLE and len(items) == 5 and self._runs_over(items[2], items[3]):
            return self._over_all(start, str(items[0]), items[2], items[3], _span(items[-1])[1])
        if items[0] in LOGARITHMS and len(items) == 4 and _is_modulus(items[2]):
            items[2].function, items[2].start = "logdet", start
            return items[2]
        return self._call(start, function_end, str(items[0]), items[2:-1], items[-1])

    def _call(self, start: int, end: int, function: str, given: list[Any], close: Token) -> Any:
        arguments = [one for one in given if not isinstance(one, tuple)]
        keywords: dict[str, Syntax] = dict(one for one in given if isinstance(one, tuple))
        node = Call(start, _span(close)[1], function, arguments, end, keywords)
        for mark in marks_of_call(node):
            self.marks.setdefault(mark, (start, node.end))
        first = next((one[1] if isinstance(one, tuple) else one for one in given), None)
        return self._add(node, first)

    def _entry(self, word: Token, given: list[Any], close: Token) -> Any:
        """`X(i,j)`, as MATLAB writes `X[i,j]`."""
        self.marks.setdefault("X(i)", _span(word))
        subscripts = [one if isinstance(one, Subscript) else Subscript(one) for one in given]
        parts = (part for one in subscripts for part in (one.single, one.lower) if part)
        operand = self.name([word])
        node = Selection(operand.start, _span(close)[1], operand, subscripts)
        return self._add(node, next(parts, operand))

    def _runs_over(self, index: Any, body: Any) -> bool:
        """Whether a name is an index in the body, as k in `sum(k, x[k]*y_k)`."""
        whole = isinstance(index, Name) and not isinstance(body, tuple)
        return whole and is_index_in(index.word, self.arena, body.first)

    def keyword(self, items: list[Any]) -> tuple[str, Any]:
        word, value = items
        return word.rstrip("= \t"), self.quoted([value]) if isinstance(value, str) else value

    def quoted(self, items: list[Any]) -> Any:
        return self._add(Quoted(*_span(items[0]), str(items[0])[1:-1]))

    def method(self, items: list[Any]) -> Any:
        """`X.sum(axis=0)` is a call of `.sum` that has X as its first argument."""
        operand, word, _, *given, close = items
        self._note_method(word)
        return self._call(operand.start, _span(word)[1], str(word), [operand, *given], close)

    def attribute(self, items: list[Any]) -> Any:
        operand, word = items
        self._note_method(word)
        position = taken_by_name(operand, str(word))
        if position is not None:
            return self._taken(operand, position, word)
        return self._call(operand.start, _span(word)[1], str(word), [operand], word)

    def _note_method(self, word: Token) -> None:
        for mark in (".method()", f"{word}()"):
            self.marks.setdefault(mark, _span(word))

    def _taken(self, call: Call, position: int, close: Token) -> Call:
        """One of the several values of a function is a function of its own: `slogdet[1]`."""
        call.function += f"[{position}]"
        call.end = _span(close)[1]
        del self.arena[call.place + 1 :]
        return call

    def listed(self, items: list[Any]) -> Any:
        parts = items[1:-1]
        return self._add(Listed(_span(items[0])[0], _span(items[-1])[1], parts), parts[0])

    def modulus(self, items: list[Any]) -> Any:
        """`|s|`, and `log|X|`, which opens with its logarithm."""
        opening, inner, closing = items
        start, end = _span(opening)
        word = "|.|" if opening == "|" else "logdet"
        return self._add(Call(start, _span(closing)[1], word, [inner], end), inner)

    def norm(self, items: list[Any]) -> Any:
        """`||x||`, `||x||_1`, `||X||_F`."""
        opening, inner, closing = items
        start, end = _span(opening)
        index = closing.strip("|\u2016_{}").translate(_SUBSCRIPTS)
        option = _NORMS.get(index.lower(), "")
        if option or not index:
            word = f"norm:{option}" if index else "norm"
            return self._add(Call(start, _span(closing)[1], word, [inner], end), inner)
        place = _span(closing)
        named = Numeral(*place, Fraction(index)) if index.isdecimal() else Name(*place, index)
        arguments = [inner, self._add(named)]
        return self._add(Call(start, place[1], "norm", arguments, end), inner)

    def inner(self, items: list[Any]) -> Any:
        opening, left, right, closing = items
        start, end = _span(opening)
        return self._add(Call(start, _span(closing)[1], "inner", [left, right], end), left)

    def comparison(self, items: list[Any]) -> Any:
        left, sign, right = items
        return self._add(Comparison(left.start, right.end, left, right, str(sign)), left)

    def repeated(self, items: list[Any]) -> Any:
        word, bracket, index, _, *rest = items
        return self.repeated_from([word, bracket, index, *rest])

    def repeated_from(self, items: list[Any]) -> Any:
        """`sum(i=1..n, body)`, and `∑(i=1..n, body)` as it is printed."""
        sign, _, index, lower, _, upper, body, close = items
        start, end = _span(sign)
        word = _BIG.get(str(sign), str(sign))
        if word not in REPEATABLE:
            raise SyntaxProblem(
                f"`{word}` does not run over an index",
                hint="only `sum(i in 1..n, ...)` and `prod(i in 1..n, ...)` do",
            ).at(self.text, (start, end))
        typed = index.rstrip("= \t\n")
        check_name(typed, self.text, _span(index))
        own_name = self._name_of_index(typed, body)
        self._open.bind(typed, own_name, body.first)
        end = _span(close)[1]
        return self._add(Repeated(start, end, word, own_name, lower, upper, body), lower)

    def _over_all(self, start: int, word: str, index: Name, body: Syntax, end: int) -> Any:
        """`sum(k, body)`: over the range that the entries in the body have."""
        typed = index.word
        own_name = self._name_of_index(typed, body)
        self._open.bind(typed, own_name, index.first)
        return self._add(Repeated(start, end, word, own_name, None, None, body), index)

    def _name_of_index(self, index: str, body: Any) -> str:
        """The index as typed; where a sum inside the body has one of that name, a new name."""
        inside = self.arena[body.first : body.place + 1]
        taken = {node.index for node in inside if isinstance(node, Repeated)}
        return index if index not in taken else numbered(index, taken | self._open.words(), 1)

    def total(self, items: list[Any]) -> Any:
        terms = items[::2]
        signs = [1, *(1 if sign[-1] == "+" else -1 for sign in items[1::2])]
        dotted = [self._sign(sign) for sign in items[1::2] if sign[0] == "."]
        return self._add(Total(terms[0].start, terms[-1].end, terms, signs, bool(dotted)), terms[0])

    def chain(self, items: list[Any]) -> Any:
        """Operands with signs between them, or none: `1/2 x'*A*x`."""
        factors: list[Any] = [items[0]]
        operators: list[str] = []
        juxtaposed = False
        for item, following in pairwise(items):
            if isinstance(item, str):
                operators.append(self._sign(item))
            elif not isinstance(following, str):
                check_juxtaposed(self.text, following, operators, factors)
                for mark, span in marks_of_juxtaposed(following, operators, factors):
                    self.marks.setdefault(mark, span)
                operators.append("*")
                juxtaposed = True
            if not isinstance(following, str):
                factors.append(following)
        node = Chain(factors[0].start, factors[-1].end, factors, operators, juxtaposed)
        return self._add(node, factors[0])

    def _sign(self, token: Any) -> str:
        self.marks.setdefault(str(token), _span(token))
        return _CANONICAL.get(str(token), str(token))

    def signed_operand(self, items: list[Any]) -> Any:
        sign, operand = items
        if sign == "+":
            return operand
        return self._add(Negation(_span(sign)[0], operand.end, operand), operand)

    def power(self, items: list[Any]) -> Any:
        base, sign, exponent = items
        self.marks.setdefault(str(sign), _span(sign))
        check_exponent(self.text, base, _span(sign)[1], exponent)
        exponent, late = self._release_postfix(exponent)
        if isinstance(exponent, (Power, Postfix)) and self.text[exponent.end - 1] not in ")}":
            self.marks.setdefault("a^b^c", (base.start, exponent.end))
        node = Power(base.start, exponent.end, base, exponent, sign[0] == ".")
        found = self._add(node, base)
        for operator, end in late:
            found = self._postfix(found, operator, end)
        return found

    def _release_postfix(self, exponent: Syntax) -> tuple[Syntax, list[tuple[str, int]]]:
        """`A^-1'` is the transpose of `A^-1`: a sign after a bare number is not the number's."""
        negation = exponent if isinstance(exponent, Negation) else None
        inner = negation.operand if negation is not None else exponent
        late: list[tuple[str, int]] = []
        while isinstance(inner, Postfix):
            late.append((inner.operator, inner.end))
            inner = inner.operand
        if not late or not (isinstance(inner, Numeral) or _is_word(inner, "T", "H")):
            return exponent, []
        if negation is None:
            return inner, late[::-1]
        negation.operand, negation.end = inner, inner.end
        return negation, late[::-1]

    def tick(self, items: list[Any]) -> Any:
        operand, sign = items
        operator = {".T": "transpose", ".'": "transpose", ".I": "inverse"}.get(sign, "adjoint")
        self.marks.setdefault(str(sign), _span(sign))
        return self._postfix(operand, operator, _span(sign)[1])

    def _postfix(self, operand: Syntax, operator: str, end: int) -> Any:
        return self._add(Postfix(operand.start, end, operand, operator), operand)

    def superscript(self, items: list[Any]) -> Any:
        operand, token = items
        start, end = _span(token)
        word = token.lstrip("^")
        if word[-1] in "ᵀᴴ\u22a4":
            if word[0] == "⁻":
                operand = self._postfix(operand, "inverse", end)
            return self._postfix(operand, "adjoint" if word[-1] == "ᴴ" else "transpose", end)
        digits = word.lstrip("⁻").translate(_SUPERSCRIPTS)
        exponent = self._add(Numeral(start, end, self._value(digits, start, end)))
        if word[0] == "⁻":
            exponent = self._add(Negation(start, end, exponent), exponent)
        return self._add(Power(operand.start, end, operand, exponent, False), operand)

    def subscript(self, items: list[Any]) -> Subscript:
        return Subscript(single=items[0])

    def subscript_range(self, items: list[Any]) -> Subscript:
        colon = next(place for place, item in enumerate(items) if isinstance(item, str))
        before, after = items[:colon], items[colon + 1 :]
        if len(before) != len(after):
            self.marks.setdefault("[a:]", _span(items[colon]))
        return Subscript(lower=next(iter(before), None), upper=next(iter(after), None))

    def selection(self, items: list[Any]) -> Any:
        operand, _, *subscripts, close = items
        for mark in marks_of_entries(self.arena[operand.place :]):
            self.marks.setdefault(mark, (operand.start, _span(close)[1]))
        position = taken_by_position(operand, [one.single for one in subscripts])
        if position is not None:
            return self._taken(operand, position, close)
        return self._add(Selection(operand.start, _span(close)[1], operand, subscripts), operand)

    def row(self, items: list[Any]) -> list[Any]:
        """The blocks of a row; a space between two could be a comma that was forgotten."""
        check_row(self.text, items)
        for mark, span in marks_of_row(self.text, items):
            self.marks.setdefault(mark, span)
        return items

    def blocks(self, items: list[Any]) -> Any:
        rows = items[1:-1]
        return self._add(Blocks(_span(items[0])[0], _span(items[-1])[1], rows), rows[0][0])


def _span(token: Token) -> tuple[int, int]:
    return token.start_pos or 0, token.end_pos or 0


def _is_word(node: Syntax, *words: str) -> bool:
    return isinstance(node, Name) and node.word in words


def _is_modulus(node: Syntax) -> bool:
    return isinstance(node, Call) and node.function == "|.|"
