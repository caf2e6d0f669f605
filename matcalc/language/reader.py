"""One expression's text to its syntax tree, by the LALR grammar `grammar/expression.lark`.

The tree is built while the parser reduces; no parse tree is made. The parser is built once in a
process, when first needed. Positions are those of the whole text.
"""

from __future__ import annotations

import re
import threading
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matcalc.expressions.binders import numbered
from matcalc.expressions.errors import SyntaxProblem
from matcalc.expressions.limits import LONGEST_NUMBER, MOST_NODES
from matcalc.language.complaints import explain_character, explain_token
from matcalc.language.spelling import check_name
from matcalc.language.syntax import (
    Blocks,
    Call,
    Chain,
    Name,
    Negation,
    Numeral,
    Postfix,
    Power,
    Repeated,
    Selection,
    Subscript,
    Syntax,
    Total,
)

if TYPE_CHECKING:
    from lark import Lark, Token

_WORD = re.compile(r"\w+")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_CANONICAL = {"@": "*", "·": "*", "⋅": "*", "∗": "*", "×": "*", "÷": "/", "⊙": ".*", "∘": ".*"}
_MODULE = re.compile(r"^(?:np|numpy|scipy|sp|jnp|jax|torch|tf|LA|linalg|math|sla)\.")


def grammar_directory() -> Path:
    """Where the grammar files are: inside the installed package, else beside it."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "grammar"
    return inside if inside.is_dir() else package.parent / "grammar"


class TreeBuilder:
    """The grammar's actions: each method makes the syntax node of one alternative."""

    def __init__(self) -> None:
        self.arena: list[Syntax] = []
        self.text = ""
        self._loose: dict[str, list[Name]] = {}

    def begin(self, text: str, arena: list[Syntax]) -> None:
        """Append the nodes of what is read next to `arena`."""
        self.text, self.arena = text, arena
        self._loose = {}

    def _add(self, node: Syntax, leftmost: Syntax | None = None) -> Any:
        node.place = len(self.arena)
        if node.place >= MOST_NODES.most:
            raise MOST_NODES.exceeded().at(self.text, node.span)
        node.first = node.place if leftmost is None else leftmost.first
        self.arena.append(node)
        return node

    def start(self, items: list[Any]) -> Any:
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
        return Fraction(digits.rstrip(".") if digits[-1] == "." else digits)

    def name(self, items: list[Token]) -> Any:
        token = items[0]
        node: Name = self._add(Name(*_span(token), str(token)))
        self._loose.setdefault(node.word, []).append(node)
        return node

    def bracketed(self, items: list[Any]) -> Any:
        inner = items[1]
        inner.start, inner.end = _span(items[0])[0], _span(items[2])[1]
        return inner

    def call(self, items: list[Any]) -> Any:
        start, function_end = _span(items[0])
        arguments = items[2:-1]
        node = Call(start, _span(items[-1])[1], str(items[0]), arguments, function_end)
        return self._add(node, arguments[0] if arguments else None)

    def call_with_option(self, items: list[Any]) -> Any:
        """`norm(X, 'fro')`, as in MATLAB and NumPy: the function that is spelled `norm:fro`."""
        word, opening, argument, option, close = items
        chosen = option.strip("'\"").removeprefix("np.").lower().replace("∞", "inf")
        return self.call([word.update(value=f"{word}:{chosen}"), opening, argument, close])

    def repeated(self, items: list[Any]) -> Any:
        word, _, index, _, lower, _, upper, body, close = items
        start, end = _span(word)
        if word not in ("sum", "prod"):
            raise SyntaxProblem(
                f"`{word}` does not run over an index",
                hint="only `sum(i in 1..n, ...)` and `prod(i in 1..n, ...)` do",
            ).at(self.text, (start, end))
        check_name(str(index), self.text, _span(index))
        own_name = self._name_of_index(str(index), body)
        loose = self._loose.get(index, [])
        while loose and loose[-1].place >= body.first:
            name = loose.pop()
            name.word, name.bound = own_name, True
        end = _span(close)[1]
        return self._add(Repeated(start, end, str(word), own_name, lower, upper, body), lower)

    def _name_of_index(self, index: str, body: Any) -> str:
        """The index as typed; where a sum inside the body has one of that name, a new name."""
        inside = self.arena[body.first : body.place + 1]
        taken = {node.index for node in inside if isinstance(node, Repeated)}
        return index if index not in taken else numbered(index, taken | self._loose.keys(), 1)

    def total(self, items: list[Any]) -> Any:
        terms = items[::2]
        signs = [1, *(1 if sign == "+" else -1 for sign in items[1::2])]
        return self._add(Total(terms[0].start, terms[-1].end, terms, signs), terms[0])

    def chain(self, items: list[Any]) -> Any:
        factors = items[::2]
        operators = [_CANONICAL.get(str(sign), str(sign)) for sign in items[1::2]]
        return self._add(Chain(factors[0].start, factors[-1].end, factors, operators), factors[0])

    def signed_operand(self, items: list[Any]) -> Any:
        sign, operand = items
        if sign == "+":
            return operand
        return self._add(Negation(_span(sign)[0], operand.end, operand), operand)

    def power(self, items: list[Any]) -> Any:
        base, sign, exponent = items
        exponent, late = self._release_postfix(exponent)
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
        operator = "transpose" if sign in (".T", ".'") else "adjoint"
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
        return Subscript(lower=items[0], upper=items[2])

    def subscript_all(self, items: list[Any]) -> Subscript:
        return Subscript()

    def selection(self, items: list[Any]) -> Any:
        operand, _, *subscripts, close = items
        if _is_log_of_slogdet(operand, subscripts):
            self.arena.pop()
            return operand
        return self._add(Selection(operand.start, _span(close)[1], operand, subscripts), operand)

    def row(self, items: list[Any]) -> list[Any]:
        return items

    def blocks(self, items: list[Any]) -> Any:
        rows = items[1:-1]
        return self._add(Blocks(_span(items[0])[0], _span(items[-1])[1], rows), rows[0][0])


def _span(token: Token) -> tuple[int, int]:
    return token.start_pos or 0, token.end_pos or 0


def _is_word(node: Syntax, *words: str) -> bool:
    return isinstance(node, Name) and node.word in words


def _is_log_of_slogdet(operand: Syntax, subscripts: list[Subscript]) -> bool:
    """Whether this is NumPy's `slogdet(A)[1]`: of the pair (sign, log) the logarithm."""
    single = subscripts[0].single if len(subscripts) == 1 else None
    called = isinstance(operand, Call) and plain_function(operand.function) == "slogdet"
    return called and isinstance(single, Numeral) and single.value == 1


def plain_function(spelling: str) -> str:
    """A function without the module it is called from: `np.linalg.inv` is `inv`."""
    return spelling.rsplit(".", 1)[-1] if _MODULE.match(spelling) else spelling


_LOCK = threading.Lock()


@lru_cache(maxsize=1)
def _parser() -> tuple[Lark, TreeBuilder]:
    from lark import Lark

    builder = TreeBuilder()
    grammar = (grammar_directory() / "expression.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", transformer=builder), builder


def read(text: str, start: int, end: int, arena: list[Syntax]) -> Syntax:
    """The syntax tree of text[start:end]; its nodes are appended to `arena`.

    Raises SyntaxProblem, placed in the text.
    """
    from lark import TextSlice
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

    if end - start > MOST_NODES.most:
        words = _WORD.finditer(text, start, end)
        beyond = next(islice(words, MOST_NODES.most, None), None)
        if beyond is not None:  # every word becomes a node: no need to read them all
            raise MOST_NODES.exceeded().at(text, beyond.span())
    with _LOCK:
        parser, builder = _parser()
        builder.begin(text, arena)
        try:
            return parser.parse(TextSlice(text, start, end))  # type: ignore[return-value]
        except UnexpectedToken as problem:
            token = problem.token
            place = end if token.type == "$END" else token.start_pos or 0
            raise explain_token(text, start, end, place, str(token)) from None
        except UnexpectedCharacters as problem:
            place = int(str(problem.pos_in_stream))
            raise explain_character(text, place) from None
        except VisitError as problem:
            raise problem.orig_exc from None
