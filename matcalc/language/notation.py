"""What mathematics writes around formulas: problems, expectations, limits, derivatives, integrals.

None of it is a formula. Each is refused with what it is and what is typed instead, unless its
words are names of the problem.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

from matcalc.expressions.errors import SyntaxProblem
from matcalc.language.complaints import group_after
from matcalc.language.kinds import GREEK


class Notation(NamedTuple):
    """How something is written, what it is, and what is typed instead; `{}` is what follows."""

    pattern: str
    meaning: str
    instead: str


_BESIDE = r"(?=\s*[({\[|‖]|[ \t]+[^\W_]|[ \t]*[√½∑∏])"  # an operand, and no sign before it
_INDEX = rf"_(?:(?:[^\W_]|{'|'.join(sorted(GREEK))})(?!\w)|\{{[^{{}}]*\}})"
_POSITIONS = r"[a-t0-9:,+\-*\s]*"  # what stands between the brackets of an entry
_CHANCE = "an expectation or a probability"
_CHANCES = r"(?:E|\U0001d53c|Var|Cov|Corr|Pr?|Prob)"
_AVERAGED = "type what it is as a formula; of samples there are `mean(x)` and `var(x)`"
_OPTIMUM = "an optimum", "type the function alone{}; the largest entry of x is `max(x)`"
_DERIVATIVE = "a derivative", "type the function alone{}, and ask for its derivative"
_FREE = r"[ijkl](?!\w)"
_REPEATED = (
    "a sum or product over an index",
    "write `sum(i in 1..n, ...)`, over all there are `sum(i, ...)`; a matrix has a sign beside it",
)
_TABLE = (
    Notation(
        r"(?<![\^'\"])(?<!\^-)1(?:_\w+|[ₐ-ₜ]+)?['\u2019\u2032ᵀ]|1(?:_[^\W_]\b|[ₐ-ₜ])",
        "a vector of ones",
        "write `ones(n)'`, or `ones` in the size that fits",
    ),
    Notation(r"subject\s+to|s\.t\.", "a constraint", "type the function before it alone"),
    Notation(rf"(?:arg\s?)?(?:max|min|sup|inf){_INDEX}{_BESIDE}", *_OPTIMUM),
    Notation(rf"(?:arg\s?(?:max|min)|sup|(?:max|min)imi[sz]e){_BESIDE}", *_OPTIMUM),
    Notation(rf"lim(?:{_INDEX})?{_BESIDE}", "a limit", "type a formula of its value"),
    Notation(rf"{_CHANCES}{_INDEX}(?=\s*[(\[{{])", _CHANCE, _AVERAGED),
    Notation(rf"{_CHANCES}(?=\[(?!{_POSITIONS}\]))", _CHANCE, _AVERAGED),
    Notation(r"(?:\U0001d53c|Var|Cov|Corr|Pr|Prob)(?=\()", _CHANCE, _AVERAGED),
    Notation(r"\w+\([^()|‖]+\|[^()|‖]+\)", "a density given a value", _AVERAGED),
    Notation(r"[d∂](?:\^?[2²])?\w?\s?/\s?[d∂]\w(?:\^?[2²])?(?!\w)", *_DERIVATIVE),
    Notation(r"[∂∇][^\W\d_]?(?:_\w+)?", *_DERIVATIVE),
    Notation(r"(?:grad|gradient|nabla|partial|d)(?=\s?\()", *_DERIVATIVE),
    Notation(r"∫|int(?:egral|egrate)?(?=\()", "an integral", "type a formula of its value"),
    Notation(r"∈\s*[^\W\d]\S*", "a declaration", "it stands after `where`: `x: vector(n)`"),
    Notation(rf"(?:sum|prod|[∑∏]){_INDEX}|[ΣΠ]_\{{[^{{}}]*\}}", *_REPEATED),
    Notation(rf"[ΣΠ](?:_{_FREE})?(?=\s*\(|[ \t]+[^\W\d]\w*_{_FREE})", *_REPEATED),
    Notation(r"[^\W\d]\w*_\{[^{}]*\}", "a name with curly brackets", "leave them out: `x_1`"),
)
_ANY = re.compile(r"#[^\n]*|(?<![\w.])(?:" + "|".join(f"({one.pattern})" for one in _TABLE) + ")")
_CUT = re.compile(r"[\n;#]|subject\s+to|s\.t\.")
_WORD = re.compile(r"[∂∇]?[^\W\d]\w*|[∂∇]")


def refuse_notation(text: str, end: int | None, known: Container[str]) -> None:
    """Raises SyntaxProblem for what stands in text[:end] and is no formula.

    What has a word that is one of the `known` names is one.
    """
    for found in _ANY.finditer(text, 0, len(text) if end is None else end):
        words = _WORD.findall(re.split(r"[({]", found[0])[0])
        if found.lastindex is None or any(word in known for word in words):
            continue
        one = _TABLE[found.lastindex - 1]
        shown = found[0] if len(found[0]) < 40 else f"{found[0][:37]}..."
        raise SyntaxProblem(
            f"`{shown}` is {one.meaning}, which is not read",
            hint=one.instead.format(_following(text, found.end(), end)),
        ).at(text, found.span())


def _following(text: str, place: int, end: int | None) -> str:
    """The function that an optimum or a derivative is of, if it is short."""
    rest = _CUT.split(text[place:end], maxsplit=1)[0].strip()
    rest = group_after(rest, 0)[1:-1] if rest[:1] in ("(", "{") else rest
    return f", `{rest}`" if 0 < len(rest) < 40 and rest[0] != "=" else ""
