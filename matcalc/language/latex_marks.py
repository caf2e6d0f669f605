"""LaTeX is told by its commands.

`A\\b` divides from the left; `\\frac`, or `\\log` with nothing before it, is a command. In
`X\\beta` both readings are as likely, and it is refused with both.
"""

from __future__ import annotations

import re
from collections.abc import Container

from matcalc.expressions.errors import SyntaxProblem
from matcalc.language.dialects import LATEX
from matcalc.language.kinds import GREEK

_COMMAND = re.compile(r"\\([A-Za-z]+)")
_SURE = re.compile(r"\\[|,;!{]|\\begin\b|[_^]\{[^{}]*\}.*\\[A-Za-z]", re.DOTALL)
_OPERAND = re.compile(r"[\w)\]'\u2019\u2032.]+$")
_WORDS = """
    frac dfrac tfrac cdot cdots ldots dots top mathbf mathrm mathcal mathbb mathsf boldsymbol bm
    text operatorname left right big Big bigl bigr begin end hat bar tilde widehat widetilde
    overline underline dagger ast circ odot otimes times oplus partial nabla lVert rVert Vert
    lvert rvert vert langle rangle quad qquad prime intercal star limits mathit displaystyle
    newcommand renewcommand providecommand
"""
_COMMANDS = frozenset(_WORDS.split())
_FUNCTIONS = frozenset(
    ["log", "ln", "exp", "det", "tr", "sum", "prod", "sqrt", "max", "min", "vec", "def"]
)


def is_latex(text: str, known: Container[str], named: str | None) -> bool:
    """Whether a text is LaTeX: it is named, or a command stands in it that is no `known` name.

    Raises SyntaxProblem for what may be a product in LaTeX or a division from the left.
    """
    if named is not None or "\\" not in text:
        return named == LATEX.name
    if _SURE.search(text):
        return True
    doubtful: SyntaxProblem | None = None
    for found in _COMMAND.finditer(text):
        word, before = found[1], text[max(found.start() - 40, 0) : found.start()]
        last = _OPERAND.search(before)
        operand = last[0] if last else ""
        if word in known or (not operand and _OPERAND.search(before.rstrip())):
            continue
        if word in _COMMANDS or (not operand and word in GREEK | _FUNCTIONS):
            return True
        if word in GREEK and operand and doubtful is None:
            doubtful = SyntaxProblem(
                f"`{operand}\\{word}` can be read in two ways",
                hint=f"write `{operand}*{word}` for LaTeX's product, or `inv({operand})*{word}`, "
                "or name the dialect: latex",
            ).at(text, found.span())
    if doubtful is not None:
        raise doubtful
    return False
