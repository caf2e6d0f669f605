"""One expression's text to its syntax tree, by the LALR grammar `grammar/expression.lark`.

The tree is built while the parser reduces; no parse tree is made. The parser is built once in a
process, when first needed. Positions are those of the whole text.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from matcalc.expressions.limits import MOST_NODES
from matcalc.language.complaints import explain_character, explain_token
from matcalc.language.syntax import Syntax
from matcalc.language.tokens import Surface
from matcalc.language.tree_builder import Marks, TreeBuilder

if TYPE_CHECKING:
    from lark import Lark

_WORD = re.compile(r"\w+")


def grammar_directory() -> Path:
    """Where the grammar files are: inside the installed package, else beside it."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "grammar"
    return inside if inside.is_dir() else package.parent / "grammar"


_LOCK = threading.Lock()


@lru_cache(maxsize=1)
def _parser() -> tuple[Lark, TreeBuilder, Surface]:
    from lark import Lark

    builder, surface = TreeBuilder(), Surface()
    grammar = (grammar_directory() / "expression.lark").read_text(encoding="utf-8")
    parser = Lark(grammar, parser="lalr", lexer="basic", transformer=builder, postlex=surface)
    return parser, builder, surface


def read(
    text: str,
    start: int,
    end: int,
    arena: list[Syntax],
    marks: Marks | None = None,
    names: frozenset[str] = frozenset(),
) -> Syntax:
    """The syntax tree of text[start:end]; its nodes are appended to `arena`.

    The `marks` by which tools differ are noted, each with its first place; `names` are those that
    stand for values.
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
        parser, builder, surface = _parser()
        builder.begin(text, arena, {} if marks is None else marks, names)
        surface.begin(text, names)
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
