"""One formula in LaTeX to its syntax tree, by the LALR grammar `grammar/latex.lark`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from matcalc.expressions.errors import SyntaxProblem
from matcalc.language.latex.builder import LatexBuilder
from matcalc.language.latex.tokens import Tokens
from matcalc.language.reader import grammar_directory
from matcalc.language.syntax import Syntax

if TYPE_CHECKING:
    from lark import Lark, Token

_LOCK = threading.Lock()


@lru_cache(maxsize=1)
def _parser() -> tuple[Lark, LatexBuilder]:
    from lark import Lark
    from lark.lexer import Lexer

    class Given(Lexer):
        """The tokens that are given, as they are."""

        __future_interface__ = 1

        def __init__(self, lexer_conf: Any) -> None:
            pass

        def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Token]:
            return iter(lexer_state.text)

    builder = LatexBuilder()
    grammar = (grammar_directory() / "latex.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=Given, transformer=builder), builder


def read_tokens(
    tokens: Tokens, text: str, span: tuple[int, int], arena: list[Syntax], names: frozenset[str]
) -> Syntax:
    """The syntax tree of tokens; its nodes are appended to `arena`.

    Raises SyntaxProblem, placed in the text.
    """
    from lark.exceptions import UnexpectedToken, VisitError

    with _LOCK:
        parser, builder = _parser()
        builder.begin(text, arena, {}, names)
        try:
            return parser.parse(tokens.found)  # type: ignore[return-value]
        except UnexpectedToken as problem:
            raise _explained(problem.token, tokens.found, text, span) from None
        except VisitError as problem:
            raise problem.orig_exc from None


def _explained(
    token: Token, tokens: Sequence[Token], text: str, span: tuple[int, int]
) -> SyntaxProblem:
    """What cannot stand at a place, as who wrote it sees it."""
    if token.type == "$END":
        return SyntaxProblem("the formula ends where an operand is expected").at(
            text, (max(span[1] - 1, span[0]), span[1])
        )
    place = token.start_pos or 0, max(token.end_pos or 0, (token.start_pos or 0) + 1)
    shown = text[slice(*place)].strip() or str(token)
    before = next((one for one in reversed(tokens) if (one.end_pos or 0) <= place[0]), None)
    after = f" after `{text[before.start_pos : before.end_pos]}`" if before else ""
    if token.type == "COMMA":
        return SyntaxProblem("`,` separates no arguments here", hint="one formula is read").at(
            text, place
        )
    expected = "an operand is expected"
    if token.type in ("NUMBER", "NAME", "OPEN"):
        expected = "a sign is expected"
    return SyntaxProblem(f"found `{shown}`{after}, where {expected}").at(text, place)
