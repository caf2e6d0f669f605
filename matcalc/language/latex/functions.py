r"""Functions and sums over an index: `\log\det X`, `\sin^2 x`, `\sum_{i=1}^n x_i`, f(x)."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.language.latex.cursor import Cursor, is_command, is_sign, plain, without_style
from matcalc.language.latex.groups import Group, Item, Lexeme
from matcalc.language.latex.scripts import Scripts, scripts, write_scripts
from matcalc.language.latex.signatures import ENTRY_BY_ENTRY
from matcalc.language.latex.tokens import ELEMENTARY, Open, Span, Tokens

_BRACKETS = ("(", "[", "\\{")
_SPELLED = {"Re": "re", "Im": "im", "lg": "log10", "Diag": "diag", "Tr": "tr", "Det": "det"}
# Letters that papers give to functions more often than to scalars.
_LETTERS_WORDS = """
    f g h phi psi sigma varphi F G
"""
_LETTERS = frozenset(_LETTERS_WORDS.split())


def spelled(tokens: Tokens, word: str) -> str:
    """The function as the language has it."""
    for one in (_SPELLED.get(word, word), word, word.lower()):
        if tokens.is_function(one):
            return one
    return word


def function(tokens: Tokens, word: str, item: Lexeme, rest: Cursor, opened: list[Open]) -> None:
    """A known function and its argument, between brackets or without them."""
    span = item.start, item.end
    marks = Scripts().read(rest)
    name = spelled(tokens, word)
    if marks.below:
        name = _with_index(tokens, name, marks.below, span)
    if marks.above and plain(marks.above[0]) == "-1":
        whole = span[0], marks.end
        raise tokens.refuse(
            f"`{tokens.shown(whole)}` may be the inverse function or the reciprocal",
            whole,
            "write the inverse function by its name, or the reciprocal as a fraction",
        )
    if marks.above and plain(marks.above[0]) == "\\circ":
        del marks.above[0]
        name += ENTRY_BY_ENTRY
    primes = "'" * marks.primes
    if primes:
        marks.above = [one for one in marks.above if not is_sign(one[0], "'")]
    if primes and _is_frechet(rest):
        _frechet(tokens, name, len(primes), span, rest)
        return
    tokens.put("FUNCTION", name + primes, span)
    argument = rest.next
    if isinstance(argument, Group) and argument.kind == "{" and _is_word(tokens, argument):
        tokens.put("OPEN", "(", (span[1], span[1]))
        opened.append(Open(word, span[0], after=lambda: write_scripts(tokens, marks)))
        return
    if isinstance(argument, Group) and argument.kind in (*_BRACKETS, "{", "|", "‖"):
        rest.take()
        if argument.kind == "{":
            tokens.bracketed(argument.items, (argument.start, argument.end))
        elif argument.kind in _BRACKETS:
            tokens.inside(argument)
        else:
            tokens.bracketed([argument], span)
        write_scripts(tokens, marks)
        _after(tokens, name, span, rest)
        return
    if argument is None:
        shown = tokens.shown(span)
        raise tokens.refuse(f"`{shown}` has no argument", span, f"write `{shown}(x)`")
    tokens.put("OPEN", "(", (span[1], span[1]))
    opened.append(Open(word, span[0], after=lambda: write_scripts(tokens, marks)))


def _is_frechet(rest: Cursor) -> bool:
    r"""Whether `(A)[E]` follows, as in `\operatorname{expm}'(A)[E]`."""
    kinds = [one.kind for one in rest.ahead(2) if isinstance(one, Group)]
    return kinds == ["(", "["]


def _frechet(tokens: Tokens, name: str, order: int, span: Span, rest: Cursor) -> None:
    """The derivative of a function of matrices along E, the second one along E and D."""
    tokens.put("FUNCTION", "frechet" if order == 1 else "frechet2", span)
    tokens.put("OPEN", "(", span)
    tokens.put("NAME", name, span)
    for group in (rest.take(), rest.take()):
        assert isinstance(group, Group)
        tokens.put("COMMA", ",", span)
        tokens.sequence(group.items, group.end)
    tokens.put("CLOSE", ")", span)
    scripts(tokens, rest)


def _is_word(tokens: Tokens, group: Group) -> bool:
    r"""Whether braces hold the name of a function, as in `\log{\rm det} X`."""
    return tokens.is_function(spelled(tokens, plain(group.items)))


def _after(tokens: Tokens, name: str, span: Span, rest: Cursor) -> None:
    """What stands above the bracket of a function is that of its value, and that is said."""
    before = len(tokens.found)
    scripts(tokens, rest)
    power = tokens.found[before] if len(tokens.found) > before else None
    if power is not None and power.type == "POWER" and name in ELEMENTARY:
        end = tokens.found[-1].end_pos or span[1]
        written = tokens.shown((span[0], end))
        tokens.report((span[0], end), f"`{written}` is read as the power of the value")


def _with_index(tokens: Tokens, name: str, below: Sequence[Item], span: Span) -> str:
    index = plain(below).replace("\\", "")
    for one in (f"{name}{index}", f"{name}_{index}"):
        if tokens.is_function(one) and not one.startswith(("max", "min")):
            return one
    whole = tokens.shown((span[0], below[-1].end))
    if name in ("max", "min"):
        hint = "write the function under it alone; the largest entry of x is `\\max(x)`"
        raise tokens.refuse(f"`{whole}` is an optimum, which is not read", span, hint)
    if index in ("e", "2", "F"):
        return name
    raise tokens.refuse(f"no function is called `{whole}`", span)


def applied(tokens: Tokens, word: str, span: Span, rest: Cursor, marks: Scripts) -> bool:
    """Whether a name with a bracket after it was written as a function, `\varepsilon(u)` as a name.

    The name is the last token. A declared variable is multiplied, and that is said of small
    letters, which functions have too.
    """
    group = rest.next
    if not isinstance(group, Group) or group.kind not in _BRACKETS:
        return False
    names, ticks = tokens.names, all(is_sign(one[0], "'") for one in marks.above)
    shown = tokens.shown((span[0], group.end))
    if ticks and (word in names.functions or _is_application(tokens, word, group)):
        rest.take()
        last = tokens.found.pop()
        assert last.type == "NAME"
        tokens.put("FUNCTION", word + "'" * marks.primes, (span[0], max(span[1], marks.end)))
        tokens.inside(group)
        scripts(tokens, rest)
        return True
    if marks.above:
        return False
    if _only_names_arguments(tokens, group) and (names.knows(word) or names.declared):
        rest.take()
        inner = tokens.written(group.items)
        tokens.report(
            (span[0], group.end),
            f"`{shown}` is read as `{word}`: the dependence on `{inner}` is not given",
        )
        scripts(tokens, rest)
        return True
    if word[:1].islower():
        how = "is declared, and no function" if names.knows(word) else "is taken for a scalar"
        short = shown if len(shown) < 40 else f"{word}(...)"
        tokens.report((span[0], group.end), f"`{short}` is read as a product: `{word}` {how}")
    return False


def _is_application(tokens: Tokens, word: str, group: Group) -> bool:
    if tokens.names.knows(word):
        return False
    if "_" in word and tokens.is_function(word):
        return True
    return word in _LETTERS and not _only_names_arguments(tokens, group)


def _only_names_arguments(tokens: Tokens, group: Group) -> bool:
    """Whether a bracket lists only names that the problem has not, as `(u)` or `(x, y; W)`."""
    if not tokens.names.declared:
        return False
    inside = without_style(group.items)
    letters = [
        one for one in inside if isinstance(one, Lexeme) and (one.command or one.text.isalpha())
    ]
    known = tokens.names.knows
    separators = {",", ";", "_"}
    return bool(letters) and all(
        isinstance(one, Lexeme)
        and (
            (one in letters and not known(one.text)) or one.text in separators or one.text == "mid"
        )
        for one in inside
    )


# ---------------------------------------------------------------- sums and products


def repeated(tokens: Tokens, item: Lexeme, rest: Cursor, opened: list[Open]) -> None:
    r"""`\sum_{i=1}^n`, `\sum_i`, `\sum_{i,j}`: the body goes on to the next plus or minus."""
    span = item.start, item.end
    marks = Scripts().read(rest)
    shown = tokens.shown((item.start, marks.below[-1].end if marks.below else item.end))
    below, above = without_style(marks.below), marks.above[0] if marks.above else ()
    equals = next((place for place, one in enumerate(below) if is_sign(one, "=")), None)
    head = below if equals is None else below[:equals]
    indices = [one.text for one in head if isinstance(one, Lexeme) and not is_sign(one, ",")]
    plain_letters = all(len(one) == 1 and one.isalpha() for one in indices)
    if (
        not indices
        or not plain_letters
        or len(marks.above) > 1
        or bool(above) != (equals is not None)
    ):
        raise _unread_sum(tokens, shown, span, below)
    if equals is not None and len(indices) > 1:
        raise _unread_sum(tokens, shown, span, below)
    for index in indices:
        tokens.put("BIG", item.text, span)
        tokens.put("OPEN", "(", (span[1], span[1]))
        tokens.put("INDEX", index, (head[0].start, head[0].end))
        if equals is not None:
            tokens.sequence(below[equals + 1 :], below[-1].end)
            tokens.put("RANGE", "..", (below[-1].end, below[-1].end))
            tokens.sequence(above, above[-1].end)
        tokens.put("COMMA", ",", (span[1], span[1]))
    tokens.bound += indices
    if rest.next is None:
        raise tokens.refuse(f"nothing stands after `{shown}`", span)
    opened.append(Open(item.text, item.start, indices=tuple(indices)))


def _unread_sum(tokens: Tokens, shown: str, span: Span, below: Sequence[Item]) -> Exception:
    if not below:
        hint = r"write `\sum_{i=1}^n`; the sum of all entries is `\mathbf{1}^\top x`"
        return tokens.refuse(f"`{shown}` has no index", span, hint)
    what = "is not read: a sum runs over one index with both its ends, or over all entries"
    if any(is_command(one, "ne", "neq", "in") or is_sign(one, "<") for one in below):
        what = f"runs over `{tokens.written(below)}`, which cannot be written"
    return tokens.refuse(
        f"`{shown}` {what}", (span[0], below[-1].end), r"write `\sum_{i=1}^n` or `\sum_i`"
    )
