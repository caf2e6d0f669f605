"""What is wrong with a text that the grammar refuses, in the words of who typed it."""

from __future__ import annotations

import re

from matcalc.expressions.errors import SyntaxProblem

NO_LATEX = "name the dialect, latex, or write A/s for `\\frac{A}{s}` and X' for `X^{T}`"
_OPERATORS = "+-\u2212\u2013*@/\\⊙∘⊗×·⋅∗÷^="
_TICKS = "'\u2019′"
_RANGELESS = re.compile(r"\bin\s+[^()\[\],]*$")
_SIGNS = re.compile(r"[^\w\s()\[\]]+$")
_LAST_WORD = re.compile(r"[A-Za-z0-9_.\u0080-\uffff]*$")
_LAST_FACTOR = re.compile(r"[A-Za-z0-9_.\u0080-\uffff]+['\u2019′]*$")
_FIRST_WORD = re.compile(r"[A-Za-z0-9_.\u0080-\uffff]+")
_EXPLAINED = {
    "|": ("`|` is not part of the language", "write abs(x), norm2(x) or det(X)"),
    "‖": ("`‖` is not part of the language", "write norm2(x), or norm_fro(X)"),
    "√": ("`√` is not part of the language", "write sqrt(x)"),
    "∑": ("`∑` is followed by a bracket", "write ∑(i=1..n, x[i]) or sum(i, x[i])"),
    "Σ": ("`Σ` is not part of the language", "write sum(i in 1..n, x[i])"),
    "∏": ("`∏` is followed by a bracket", "write ∏(i=1..n, x[i]) or prod(i, x[i])"),
    "%": ("`%` is not part of the language", "a remainder is not known; a comment is `# ...`"),
    "!": ("`!` is not part of the language", "the factorial of n is exp(loggamma(n + 1))"),
    "$": ("`$` is not part of the language", NO_LATEX),
    '"': ('`"` is not part of the language', "the transpose is `'`"),
    "`": ("the back-quote is not part of the language", "the transpose is `'`"),
    ":": ("`:` makes sense only inside `X[...]` or after `where`", "declare after `where`"),
    ".": (
        "found a lone `.`",
        "numbers are 0.5, entrywise operators `.*` `./` `.^`; the dot product is `x'*y`",
    ),
    "_": ("a name cannot start with `_`", "start it with a letter"),
    "†": ("`†` is the pseudo-inverse or a transpose", "write `pinv(A)` or `A'`"),
    "⊕": (
        "`⊕` is a sum of Kronecker's or of blocks",
        "write `kron(A, eye(n)) + kron(eye(m), B)` or `[A, zeros(m,n); zeros(n,m), B]`",
    ),
    "±": ("`±` has two values", "write `+` or `-`"),
    "∞": ("`∞` is no number here", "a largest entry is `norm(x, inf)` or `max(x)`"),
    "~": ("`~` is not part of the language", "the negative is `-x`"),
    "&": ("`&` is not part of the language", "the entrywise product is `.*`"),
}


# What Python has besides formulas: what it is, and what to type.
_OF_PYTHON = {
    r"//": (
        "rounds down in Python, and is a fraction in Julia",
        "the quotient is `/`; what rounds has no derivative",
    ),
    r":[^\[\](){},:;\n]*:": (
        "is a range with steps, and ranges are read that take every entry",
        "`x[a:b]` is one; `x[::-1]` is `np.flip(x)`",
    ),
    r"\blambda\s+\w+(?:\s*,\s*\w+)*\s*:": (
        "begins a function of Python's, and formulas are read here",
        "write what it computes: functions such as `exp(x)` work entry by entry already",
    ),
    r"\bfor\s+\w+(?:\s*,\s*\w+)*\s+in\b": (
        "begins a loop of Python's, and formulas are read here",
        "a sum over an index is `sum(i in 1..n, x[i]^2)`",
    ),
    r"(?<=[\w)\]] )(?:if|else|and|or|is)(?= )": (
        "is a word of Python's, and formulas are read here",
        "a choice entry by entry is `where(x > 0, a, b)`, `(0 < x).*(x < 1)` holds where both do",
    ),
    r"\b(?:return|while|assert|import) +(?=[\w(-])": (
        "is a word of Python's, and formulas are read here",
        "type the formula alone",
    ),
    r"\bf\"|\bf'(?=\{)": (
        "begins a text of Python's with values in it",
        "type the formula itself; values are given where it is evaluated",
    ),
}
OF_PYTHON = "|".join(_OF_PYTHON)


def explain_python(text: str, span: tuple[int, int]) -> SyntaxProblem:
    """The report for what Python has besides formulas."""
    written = text[slice(*span)]
    found = (said for one, said in _OF_PYTHON.items() if re.compile(one).match(text, span[0]))
    what, hint = next(found)
    return SyntaxProblem(f"`{written.strip()}` {what}", hint=hint).at(text, span)


def explain_character(text: str, place: int) -> SyntaxProblem:
    """The report for a character at `place` that starts no word of the language."""
    found = text[place]
    span = (place, place + 1)
    if found == "=":
        return _explain_equals(text, place)
    message, hint = _EXPLAINED.get(found, ("", ""))
    if not message:
        shown = f"`{found}`" if found.isprintable() else f"U+{ord(found):04X}"
        message = f"the character {shown} is not part of the language"
        if found.isalpha():
            hint = "names are Latin or Greek letters, digits and `_`"
    return SyntaxProblem(message, hint=hint).at(text, span)


def _explain_equals(text: str, place: int) -> SyntaxProblem:
    if text[place : place + 2] == "==":
        return SyntaxProblem(
            "an equation is not an expression",
            hint="a name is given with a single `=`: `R = A*X - B`",
        ).at(text, (place, place + 2))
    return SyntaxProblem(
        "only a name can stand before `=`",
        hint="`R = A*X - B` names a subexpression; what is wanted is the last line",
    ).at(text, (place, place + 1))


def explain_token(text: str, start: int, end: int, place: int, token: str) -> SyntaxProblem:
    """The report for a word at `place` that cannot stand there."""
    before = re.sub(r"#[^\n]*", lambda found: " " * len(found[0]), text[start:place]).rstrip()
    previous = before[-1:]
    expects_operand = not previous or previous in _OPERATORS + "([,;:" or before.endswith("..")
    if place >= end:
        return _explain_end(text, start, len(before), previous)
    span = (place, place + max(1, len(token)))
    if token[0].isalpha() and token[-1] == "=":
        return _explain_equals(text, span[1] - 1)
    signs = _SIGNS.search(before)
    if expects_operand:
        previous = signs[0] if signs else previous
        return _explain_missing_operand(text, span, previous, token, before)
    if token[0].isalnum() or token[0] in "([":
        return _explain_missing_operator(text, before, place, span, token)
    if token == ":":
        return SyntaxProblem(*_EXPLAINED[":"][:1], hint=_EXPLAINED[":"][1]).at(text, span)
    if token == "," and _RANGELESS.search(before):
        return SyntaxProblem(
            "a sum over an index needs its range", hint="write both ends: sum(i in 1..n, x[i])"
        ).at(text, span)
    if token == ",":
        hint = "`,` separates the arguments of a function or the blocks of a row"
        return SyntaxProblem("found `,` where the expression goes on", hint=hint).at(text, span)
    if token[0] in "<>≤≥=!":
        hint = "two of them are a product: `(0 < x).*(x < 1)`"
        return SyntaxProblem("one comparison stands by itself or in brackets", hint=hint).at(
            text, span
        )
    if token == "." * len(token):
        hint = "ranges are written sum(i in 1..n, ...) and X[1:m, :]"
        return SyntaxProblem(f"found `{token}` outside a sum", hint=hint).at(text, span)
    return SyntaxProblem(f"found `{token}` where an operator is expected").at(text, span)


def _explain_end(text: str, start: int, length: int, previous: str) -> SyntaxProblem:
    place = start + max(length - 1, 0)
    if not previous:
        return SyntaxProblem("an expression is expected, and nothing is there").at(
            text, (start, start + 1)
        )
    return SyntaxProblem(
        f"the expression ends after `{previous}`, where an operand is expected",
        hint=f"write what comes after `{previous}`, or leave it out",
    ).at(text, (place, place + 1))


def _explain_missing_operand(
    text: str, span: tuple[int, int], previous: str, token: str, before: str
) -> SyntaxProblem:
    after = f" after `{previous}`" if previous else ""
    hint = ""
    if token in ")]" and previous in "([":
        return SyntaxProblem(
            "nothing is between the brackets", hint="write an expression between them"
        ).at(text, (len(text[: span[0]].rstrip()) - 1, span[1]))
    if token in _TICKS:
        hint = "the transpose stands after its operand: `X'`"
    elif previous == "^" and token == "*":
        hint = "the conjugate transpose is `A'`, the adjugate `adj(A)`"
    elif previous and previous[-1] in "*/^" and token[0] in "*/^":
        hint = f"leave one of `{previous}` and `{token}` out"
    elif token == "in":
        hint = "`in` is a word of the language: sum(i in 1..n, ...)"
    return SyntaxProblem(f"found `{token}`{after}, where an operand is expected", hint=hint).at(
        text, span
    )


def _explain_missing_operator(
    text: str, before: str, place: int, span: tuple[int, int], token: str
) -> SyntaxProblem:
    last = _LAST_WORD.search(before)
    left = (last[0] if last else "") or before[-1:]
    following = _FIRST_WORD.match(text, place)
    right = following[0] if following else token
    if token == "in":
        return SyntaxProblem(
            "`in` belongs to a sum with its range", hint="write sum(i in 1..n, x[i])"
        ).at(text, span)
    if right == "[" and left and left[-1].isdigit():
        hint = "entries are those of a matrix or vector: `x[1]`"
    elif left in ")]" + _TICKS or right in "([":
        left_group, right_group = _group_before(before), group_after(text, place)
        hint = f"did you mean `{left_group}*{right_group}`? a product is written with `*`"
    else:
        hint = f"did you mean `{left}*{right}`? a product is written with `*`"
    return SyntaxProblem(f"an operator is missing between `{left}` and `{right}`", hint=hint).at(
        text, (span[0], span[0] + len(right))
    )


def _group_before(before: str) -> str:
    """The factor that ends where `before` ends: `(A + B)` whole, if it is short."""
    found = _LAST_FACTOR.search(before)
    if found is not None:
        return found[0]
    depth = 0
    for place in range(len(before) - 1, max(-1, len(before) - 40), -1):
        depth += (before[place] in ")]") - (before[place] in "([")
        if depth == 0 and before[place] in "([":
            return before[place:]
    return "(...)"


def group_after(text: str, place: int) -> str:
    """The factor that begins at `place`, if it is short."""
    word = _FIRST_WORD.match(text, place)
    if word is not None:
        return word[0]
    depth = 0
    for end in range(place, min(len(text), place + 40)):
        depth += (text[end] in "([{") - (text[end] in ")]}")
        if depth == 0:
            return text[place : end + 1]
    return "(...)"
