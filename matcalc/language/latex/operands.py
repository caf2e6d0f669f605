r"""One operand of a formula in LaTeX: a name, a number, a bracket, a function, `\frac{}{}`."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.language.latex.brackets import bars, inner_product, matrix, norm
from matcalc.language.latex.cursor import (
    STYLES,
    SWITCHES,
    WORDS,
    Cursor,
    is_command,
    is_sign,
    plain,
    without_style,
)
from matcalc.language.latex.functions import function, repeated, spelled
from matcalc.language.latex.groups import Group, Item, Lexeme
from matcalc.language.latex.named import name_with_scripts
from matcalc.language.latex.names import ACCENTS, is_greek
from matcalc.language.latex.scripts import Scripts, is_transpose, scripts, write_scripts
from matcalc.language.latex.templates import read_template
from matcalc.language.latex.tokens import Open, Tokens
from matcalc.language.vocabulary import ONES

_FRACTIONS_WORDS = """
    frac dfrac tfrac cfrac nicefrac sfrac
"""
_FRACTIONS = frozenset(_FRACTIONS_WORDS.split())
_REFUSED = {
    "mathbb{E}": "an expectation",
    "partial": "a derivative", "nabla": "a derivative", "int": "an integral", "iint": "an integral",
    "lim": "a limit", "ldots": "a list with parts left out", "cdots": "a list with parts left out",
    "dots": "a list with parts left out", "vdots": "a list with parts left out",
    "infty": "no number",
    "forall": "a quantifier", "exists": "a quantifier", "binom": "a binomial coefficient",
    "oplus": "a sum of Kronecker's or of blocks", "sup": "an optimum", "inf": "an optimum",
    "argmin": "an optimum", "argmax": "an optimum", "cup": "of sets", "cap": "of sets",
    "mid": "a density given a value",
}  # fmt: skip
_ALL_ONES = [[ONES, ONES, mark] for mark in ("'", ".'")]
_INSTEAD = {
    "an expectation": "an expectation has no value without its distribution: write the formula "
    r"under it, of samples `\frac{1}{n}\sum_{i=1}^n ...`",
    "a derivative": "write the function alone, and ask for its derivative",
    "a list with parts left out": r"write the whole, or `\sum_{i=1}^n x_i`",
    "an optimum": "write the function under it alone",
}


def operand(tokens: Tokens, item: Item, rest: Cursor, opened: list[Open]) -> None:
    """Write one operand with its scripts. Raises SyntaxProblem for what has no meaning here."""
    if isinstance(item, Group):
        _group(tokens, item, rest)
    elif read_template(tokens, item, rest):
        scripts(tokens, rest)
    elif item.command:
        _command(tokens, item, rest, opened)
    elif item.text.isdecimal() or item.text == ".":
        _number(tokens, item, rest)
    elif item.text.isalpha():
        rest.give_back([item])
        _letters(tokens, rest, opened)
    elif item.text == "'":
        tokens.put("TICK", "'", (item.start, item.end))
    elif item.text in "^_":
        rest.give_back([item])
        scripts(tokens, rest)
    elif item.text == "!":
        raise tokens.refuse("`!` is not read", (item.start, item.end), "the factorial of n is "
                            r"`\exp(\operatorname{loggamma}(n + 1))`")  # fmt: skip
    else:
        raise tokens.refuse(f"`{item.text}` is not part of a formula", (item.start, item.end))


def _group(tokens: Tokens, group: Group, rest: Cursor) -> None:
    if group.kind in ("(", "[", "\\{"):
        tokens.inside(group)
        scripts(tokens, rest)
    elif group.kind == "{":
        _braces(tokens, group, rest)
    elif group.kind == "|":
        bars(tokens, group, rest)
    elif group.kind == "‖":
        norm(tokens, group, rest)
    elif group.kind == "⟨":
        inner_product(tokens, group, rest)
    else:
        matrix(tokens, group, rest)


def _braces(tokens: Tokens, group: Group, rest: Cursor) -> None:
    """Braces are not to be seen on paper: what they hold stands there without brackets."""
    if group.items and is_command(group.items[0], "rm", "text", "sf"):
        word = Lexeme("operatorname", group.start, group.start, command=True)
        rest.give_back([word, Group(group.items[1:], group.start, group.end)])
        return
    bare = without_style(group.items)
    raised = is_sign(rest.next, "^") or is_sign(rest.next, "_") or is_sign(rest.next, "'")
    operands = [one for one in bare if not (is_sign(one, "^") or is_sign(one, "_"))]
    if raised and len(operands) > 1 and not _is_one_name(bare):
        inner = tokens.written(group.items)
        raise tokens.refuse(
            f"the braces of `{{{inner}}}` are not to be seen on paper, and what stands above is "
            "that of the last factor or of all",
            (group.start, group.end),
            f"write `({inner})` for all of it, else leave the braces out",
        )
    rest.give_back(group.items)


def _is_one_name(items: Sequence[Item]) -> bool:
    """Whether it is one letter with what stands below it, or under its accent."""
    accents = [one for one in items if is_command(one, *ACCENTS)]
    return bool(accents) or (len(items) > 1 and (is_sign(items[1], "_") or is_sign(items[1], "^")))


def _command(tokens: Tokens, item: Lexeme, rest: Cursor, opened: list[Open]) -> None:
    word, span = item.text, (item.start, item.end)
    following = rest.next
    if word in _FRACTIONS:
        _fraction(tokens, item, rest)
    elif word == "sqrt":
        _root(tokens, item, rest)
    elif word in ACCENTS and not (word == "vec" and _is_bracket(following)):
        _accent(tokens, item, rest)
    elif word in STYLES:
        _styled(tokens, item, rest, opened)
    elif word in SWITCHES:
        if is_sign(following, "1") or is_sign(following, "0"):
            rest.give_back([Lexeme("mathbf", *span, command=True)])
    elif word in ("sum", "prod"):
        repeated(tokens, item, rest, opened)
    elif word == "Gamma" and _is_bracket(following) and not tokens.names.knows(word):
        tokens.put("FUNCTION", "\\Gamma", span)
        bracket = rest.take()
        assert isinstance(bracket, Group)
        tokens.inside(bracket)
        tokens.report(span, "`\\Gamma(...)` is read as the Gamma function")
        scripts(tokens, rest)
    elif is_greek(word):
        _name(tokens, tokens.names.letter(word), item, rest)
    elif word in ("Re", "Im", "Pr") or tokens.is_function(word):
        function(tokens, word, item, rest, opened)
    elif word in _REFUSED:
        raise _refused(tokens, word, span)
    elif word == "top" or word == "dagger":
        raise tokens.refuse(rf"`\{word}` stands above its operand", span, rf"write `X^\{word}`")
    elif word in ("{", "}"):
        raise tokens.refuse(rf"the `\{word}` is alone", span)
    else:
        raise tokens.refuse(
            rf"the command `\{word}` is not known",
            span,
            rf"give its meaning as a macro: `\newcommand{{\{word}}}{{...}}`, or write a name",
        )


def _refused(tokens: Tokens, word: str, span: tuple[int, int]) -> Exception:
    meaning = _REFUSED[word]
    shown = tokens.shown(span)
    return tokens.refuse(
        f"`{shown}` is {meaning}, which is not read", span, _INSTEAD.get(meaning, "")
    )


def _is_of_chance(tokens: Tokens, word: str, style: str, rest: Cursor) -> bool:
    r"""Whether it is an expectation, a variance or a probability: E[x], `\mathrm{Var}(x)`."""
    if word not in ("E", "Var", "Cov", "Pr", "V", "P") or tokens.names.knows(word):
        return False
    following = rest.next
    squared = isinstance(following, Group) and following.kind == "["
    return style == "mathbb" or squared or (_is_bracket(following) and word in ("Var", "Cov"))


def _is_bracket(item: Item | None) -> bool:
    return isinstance(item, Group) and item.kind in ("(", "[", "\\{")


# ---------------------------------------------------------------- numbers, fractions, roots


def _number(tokens: Tokens, item: Lexeme, rest: Cursor) -> None:
    digits, end = item.text, item.end
    while isinstance(rest.next, Lexeme) and not rest.next.command and rest.next.start == end:
        if not (rest.next.text.isdecimal() or (rest.next.text == "." and "." not in digits)):
            break
        last = rest.take()
        assert isinstance(last, Lexeme)
        digits, end = digits + last.text, last.end
    if digits == ".":
        raise tokens.refuse("found a lone `.`", (item.start, end))
    if digits[-1] == ".":
        digits = digits[:-1]
    marks = Scripts().read(rest)
    if digits == "1" and (marks.below or any(is_transpose(one) for one in marks.above)):
        tokens.report((item.start, end), "the 1 with marks is read as a vector of ones")
        _filled(tokens, digits, (item.start, end), marks)
    elif marks.below:
        raise tokens.refuse("a number has no index", (item.start, marks.below[-1].end))
    else:
        tokens.put("NUMBER", digits, (item.start, end))
        write_scripts(tokens, marks)


def _fraction(tokens: Tokens, item: Lexeme, rest: Cursor) -> None:
    span = item.start, item.end
    above, below = rest.argument(), rest.argument()
    if not above or not below:
        raise tokens.refuse(rf"`\{item.text}` takes two arguments", span, r"write `\frac{a}{b}`")
    if is_command(above[0], "partial") or is_command(below[0], "partial"):
        raise _refused(tokens, "partial", span)
    tokens.put("FRACTION", item.text, span)
    tokens.bracketed(above, span)
    tokens.bracketed(below, span)
    scripts(tokens, rest)


def _root(tokens: Tokens, item: Lexeme, rest: Cursor) -> None:
    span = item.start, item.end
    degree = rest.take() if isinstance(rest.next, Group) and rest.next.kind == "[" else None
    inside = rest.argument()
    if not inside:
        raise tokens.refuse(r"`\sqrt` takes an argument", span, r"write `\sqrt{x}`")
    if degree is None:
        tokens.put("FUNCTION", "sqrt", span)
        tokens.bracketed(inside, span)
    else:
        assert isinstance(degree, Group)
        tokens.bracketed(inside, span)
        tokens.put("POWER", "^", span)
        one = Lexeme("1", *span)
        tokens.bracketed([one, Lexeme("/", *span), *degree.items], span)
    scripts(tokens, rest)


# ---------------------------------------------------------------- names


def _letters(tokens: Tokens, rest: Cursor, opened: list[Open]) -> None:
    """Letters beside each other: a declared name, a function that is spelled out, else one."""
    run = rest.letters()
    word = "".join(one.text for one in run)
    whole = Lexeme(word, run[0].start, run[-1].end)
    if _is_of_chance(tokens, word, "", rest):
        raise _refused(tokens, "mathbb{E}", (whole.start, whole.end))
    if _is_unknown_word(tokens, word, rest):
        function(tokens, word, whole, rest, opened)
        return
    for length in range(len(run), 1, -1):
        part = word[:length]
        span = Lexeme(part, run[0].start, run[length - 1].end)
        if tokens.names.knows(part):
            rest.give_back(run[length:])
            _name(tokens, part, span, rest)
            return
        if length == len(run) and _is_spelled_out(tokens, part, rest):
            told = f"the letters `{part}` are read as the function"
            tokens.report((span.start, span.end), told)
            function(tokens, part, span, rest, opened)
            return
    rest.give_back(run[1:])
    one = run[0]
    if one.text == "e" and is_sign(rest.next, "^") and not tokens.names.knows("e"):
        rest.take()
        tokens.put("FUNCTION", "exp", (one.start, one.end))
        tokens.bracketed(rest.argument(), (one.start, one.end))
        scripts(tokens, rest)
        return
    _name(tokens, one.text, one, rest)


def _is_unknown_word(tokens: Tokens, word: str, rest: Cursor) -> bool:
    """Whether `rank(` is meant as a function that is not known, and no product of letters."""
    known = any(map(tokens.names.knows, (word, *word))) or tokens.is_function(spelled(tokens, word))
    return len(word) > 2 and _is_bracket(rest.next) and not known


def _is_spelled_out(tokens: Tokens, word: str, rest: Cursor) -> bool:
    """Whether `tr(`, `diag(`, `log x` without a backslash is the function, not a product."""
    if not tokens.is_function(spelled(tokens, word)) or all(
        tokens.names.knows(letter) for letter in word
    ):
        return False
    return _is_bracket(rest.next) or len(word) > 2


def _name(tokens: Tokens, word: str, item: Lexeme, rest: Cursor) -> None:
    """A name of one letter or word, with all that stands at it."""
    if word == "d" and isinstance(rest.next, Lexeme) and rest.next.start == item.end:
        differential = f"d{rest.next.text}"
        if tokens.names.knows(differential):
            last = rest.take()
            name_with_scripts(tokens, differential, (item.start, last.end), rest)
            return
    if isinstance(rest.next, Lexeme) and rest.next.text.isalpha() and not tokens.names.knows(word):
        joined = f"{word}_{rest.next.text}"  # `\Delta q` where Delta_q is declared
        called = any(f"{one}_".startswith(f"{joined}_") for one in tokens.names.calls)
        if called or tokens.names.knows(joined):
            last = rest.take()
            whole = item.start, last.end
            tokens.report(whole, f"`{tokens.shown(whole)}` is one name")
            name_with_scripts(tokens, joined, (item.start, last.end), rest)
            return
    name_with_scripts(tokens, word, (item.start, item.end), rest)


def _accent(tokens: Tokens, item: Lexeme, rest: Cursor) -> None:
    r"""`\hat\beta`, `\bar{x}_i`; over more than a name a bar is the conjugate."""
    inside = without_style(rest.argument())
    span = item.start, inside[-1].end if inside else item.end
    letter = inside[0] if len(inside) == 1 else None
    if isinstance(letter, Lexeme) and (letter.text.isalpha() or is_greek(letter.text)):
        word = tokens.names.letter(letter.text) if letter.command else letter.text
        if not _is_conjugate(tokens, item, word):
            name_with_scripts(tokens, word, span, rest, Scripts(accent=item.text))
            return
    if item.text in ("overline", "bar") and inside:
        tokens.put("FUNCTION", "conj", (item.start, item.end))
        tokens.bracketed(inside, span)
        tokens.report(span, f"`{tokens.shown(span)}` is read as the conjugate")
        scripts(tokens, rest)
        return
    if len(inside) > 1 and is_sign(inside[1], "_"):  # \hat{x_i}
        first, *more = inside
        rest.give_back([Group((first,), first.start, first.end), *more])
        _accent(tokens, item, rest)
        return
    raise tokens.refuse(rf"`\{item.text}` stands over one letter", span)


def _is_conjugate(tokens: Tokens, item: Lexeme, word: str) -> bool:
    """Whether a bar over a letter conjugates it, and is not part of the name."""
    names = tokens.names
    return (
        item.text in ("bar", "overline")
        and word in names.complex
        and not names.knows(f"{word}_bar")
    )


def _styled(tokens: Tokens, item: Lexeme, rest: Cursor, opened: list[Open]) -> None:
    """Letters in a style; a word in upright letters is a function or a name."""
    inside = rest.argument()
    span = item.start, inside[-1].end if inside else item.end
    written = plain(inside).strip()
    if written in ("1", "0") and item.text not in WORDS:
        _filled(tokens, written, span, Scripts().read(rest))
    elif item.text in ("mathbb", *WORDS) and _is_of_chance(tokens, written, item.text, rest):
        raise _refused(tokens, "mathbb{E}", span)
    elif item.text in WORDS and written.isidentifier() and len(written) > 1:
        word = Lexeme(written, *span)
        called = _is_bracket(rest.next) and not tokens.names.knows(written)
        if called or tokens.is_function(written):
            function(tokens, written, word, rest, opened)
        elif item.text in ("text", "textrm", "mbox", "hbox") and not tokens.names.knows(written):
            raise tokens.refuse(f"the words `{written}` are no formula", span, "leave them out")
        else:
            _name(tokens, written, word, rest)
    elif item.text in WORDS and written == "d" and _follows_letter(rest):
        last = rest.argument()
        name_with_scripts(
            tokens, f"d{plain(last).lstrip(chr(92))}", (item.start, last[-1].end), rest
        )
    elif item.text == "mathrm" and written == "i":
        tokens.put("NAME", "imaginary_unit", span)
    else:
        rest.give_back(inside)


def _follows_letter(rest: Cursor) -> bool:
    item = rest.next
    return isinstance(item, Lexeme) and (item.text.isalpha())


def _filled(tokens: Tokens, digit: str, span: tuple[int, int], marks: Scripts) -> None:
    """Bold 1 and 0: of the size below, else of the one that fits."""
    before = tokens.found[-1] if tokens.found else None
    if marks.below:
        tokens.put("FUNCTION", "ones" if digit == "1" else "zeros", span)
        comma = Lexeme(",", *span)
        tokens.bracketed([comma if is_command(i, "times") else i for i in marks.below], span)
    else:
        tokens.put("NAME", ONES if digit == "1" else "zeros", span)
    write_scripts(tokens, marks)
    touches = before is not None and tokens.text[before.end_pos : span[0]] in ("", "}")
    if touches and [str(one) for one in tokens.found[-3:]] in _ALL_ONES:  # 11' is a matrix of ones
        del tokens.found[-3:]
        tokens.put("NAME", "ones", span)
