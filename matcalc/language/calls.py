"""The functions that a text calls: of the book, of the problem itself, or unknown.

Also the words without a value that some of their arguments are: dimensions, names of functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy

from matcalc.expressions.dimensions import dimension
from matcalc.expressions.errors import MatcalcError, SyntaxProblem, UnknownName
from matcalc.language.dialects import LATEX
from matcalc.language.functions import (
    DefinedFunction,
    Unknown,
    elementwise_signature,
    is_elementwise,
)
from matcalc.language.guesses import suggested_function
from matcalc.language.kinds import is_letter_of_functions
from matcalc.language.latex.signatures import latex_signatures
from matcalc.language.signatures import Signature
from matcalc.language.sizes import size_of
from matcalc.language.syntax import Call, Name, Numeral, Quoted, Syntax
from matcalc.language.tuples import plain_function
from matcalc.language.vocabulary import CHOICE, FILLED, FITTED, Source, Vocabulary

# What the name of a Greek letter may mean as a function, besides one of the person's own.
_SPECIAL = {
    "gamma": "the Gamma function is `exp(loggamma(x))`, its logarithm `loggamma(x)`",
    "psi": "the digamma function, (log Gamma)', is `digamma(x)`",
    "beta": "the Beta function is `exp(loggamma(x) + loggamma(y) - loggamma(x + y))`",
    "zeta": "Riemann's zeta function is not known",
}
_SPECIAL |= {"γ": _SPECIAL["gamma"], "ψ": _SPECIAL["psi"], "β": _SPECIAL["beta"]}
PRIMES = "'\u2019\u2032"


def mark(
    node: Syntax | None, role: str, source: Source, vocabulary: Vocabulary, roles: dict[int, str]
) -> None:
    """Give the names under `node` a role; the value of a dimension or a bound is read at once."""
    if node is None:
        return
    for place in range(node.first, node.place + 1):
        roles.setdefault(place, role)
    if role == "dimension":
        vocabulary.sizes[node.place] = size_of(node, source.arena, source.text)
    elif role == "bound":
        size_of(node, source.arena, source.text, with_indices=True)
        for inner in source.arena[node.first : node.place + 1]:
            if isinstance(inner, Name) and not inner.bound:
                vocabulary.sizes[inner.place] = dimension(inner.word)


def look_up_call(node: Call, source: Source, vocabulary: Vocabulary, roles: dict[int, str]) -> None:
    word = plain_function(node.function).replace("slogdet[1]", "slogdet")
    count = len(node.arguments)
    if word in FITTED and word != "I":
        most = 1 if word == "eye" else 2
        if count > most:
            raise _wrong_count(node, source, [f"{word}(n)"] + [f"{word}(m,n)"] * (most - 1))
        _mark_sizes(node, source, vocabulary, roles)
        return
    if (word in FILLED and count == 1) or (word == CHOICE and count == 3):
        return
    if node.arguments and (option := _option(node.arguments[-1])):
        roles[node.arguments[-1].place] = "silent"
        word = f"{word}:{option}"
        node = source.arena[node.place] = _with_option(node, option)
        count -= 1
    if node.keywords:
        keyword, value = next(iter(node.keywords.items()))
        raise SyntaxProblem(
            f"`{keyword}=` is given to no function of matcalc's",
            hint="give arguments by their places, or write the whole as NumPy has it",
        ).at(source.text, value.span)
    own = _own_function(node, source, vocabulary)
    if own is not None:
        _look_up_own(node, own, source, vocabulary)
        return
    book = source.book
    found = latex_signatures(node.function, book) if source.dialect is LATEX else ()
    found = (
        found or book.signatures(node.function) or book.signatures(word) or _slopes(node, source)
    )
    if not found:
        raise _unknown_function(node, word, source)
    fitting = [s for s in found if len(s.parameters) == count]
    fitting = [s for s in fitting if not _is_of_another_number(node, s)]
    if not fitting:
        raise _wrong_count(node, source, [usage(node.function, signature) for signature in found])
    vocabulary.signatures[node.place] = fitting
    for place, argument in enumerate(node.arguments):
        kind = next(
            (s.parameters[place].kind for s in fitting if s.parameters[place].kind != "value"),
            "value",
        )
        if kind == "function":
            _look_up_function(argument, source, roles)
        elif kind != "value":
            role = "dimension" if kind.isdigit() else kind
            mark(argument, role, source, vocabulary, roles)


def _slopes(node: Call, source: Source) -> Sequence[Signature]:
    """The function whose derivative is meant by `sigmoid'(x)`."""
    bare = node.function.rstrip(PRIMES)
    if len(node.function) != len(bare) + 1 or not is_elementwise(bare, source.book):
        return ()
    return source.book.signatures(bare)


def _with_option(node: Call, option: str) -> Call:
    """`norm(X, 'fro')` as a call of `norm:fro`; another dialect may read it otherwise."""
    chosen = copy(node)
    chosen.function, chosen.arguments = f"{node.function}:{option}", node.arguments[:-1]
    return chosen


def _option(argument: Syntax) -> str:
    """What `norm(X, 'fro')` and `norm(X, inf)` choose by their last argument, "" if nothing."""
    if isinstance(argument, Quoted):
        return argument.word.lower()
    infinite = isinstance(argument, Name) and argument.word in ("inf", "Inf", "∞")
    return "inf" if infinite else ""


def _is_of_another_number(node: Call, signature: Signature) -> bool:
    """Whether a signature such as that of norm(X, 2) is for another number than the one given."""
    pairs = zip(signature.parameters, node.arguments, strict=True)
    numbered = ((int(p.kind), one) for p, one in pairs if p.kind.isdigit())
    return any(not isinstance(one, Numeral) or one.value != number for number, one in numbered)


def _mark_sizes(node: Call, source: Source, vocabulary: Vocabulary, roles: dict[int, str]) -> None:
    for argument in node.arguments:
        mark(argument, "dimension", source, vocabulary, roles)
        _check_positive(argument, source, vocabulary)


def _own_function(
    node: Call, source: Source, vocabulary: Vocabulary
) -> Unknown | DefinedFunction | None:
    """The function as one that the problem brings along, defined in it or unknown."""
    word = node.function.rstrip(PRIMES)
    order = len(node.function) - len(word)
    defined = source.functions.get(word)
    if defined is not None and not order:
        return defined
    declared = source.declared.get(word)
    if (declared is not None and "callable" in declared.structure) or (
        word in vocabulary.functions and len(node.arguments) == 1
    ):
        return Unknown(word, order)
    if source.closed or len(node.arguments) != 1 or not is_letter_of_functions(word):
        return None
    known = any(word in names for names in (source.declared, source.definitions, _SPECIAL))
    if known or source.book.signatures(word) or _is_name(word, source):
        return None
    if order and len(word) == 1 and word.isascii() and not _is_called(word, source):
        raise _doubtful_prime(node, word, source)
    vocabulary.functions.append(word)
    return Unknown(word, order)


def _is_called(word: str, source: Source) -> bool:
    return any(isinstance(node, Call) and node.function == word for node in source.arena)


def _doubtful_prime(node: Call, word: str, source: Source) -> MatcalcError:
    """`y'(X*w)` where y stands nowhere else."""
    inner = source.text[node.function_end : node.end]
    return UnknownName(
        f"`{node.function}{inner}` may be a product with a transpose, or a derivative",
        hint=f"write `{word}'*{inner}` for the product; "
        f"for the derivative of a function declare `{word}: elementwise`",
    ).at(source.text, node.span)


def _is_name(word: str, source: Source) -> bool:
    """Whether the word stands for a value somewhere."""
    return any(isinstance(node, Name) and node.word == word for node in source.arena)


def _functions(source: Source) -> list[str]:
    """The names of all functions that take arguments."""
    found = [
        name
        for name in source.book.spellings()
        if "." not in name and any(s.parameters for s in source.book.signatures(name))
    ]
    return [*found, *source.functions, "eye", "ones", "zeros"]


def _look_up_own(
    node: Call, own: Unknown | DefinedFunction, source: Source, vocabulary: Vocabulary
) -> None:
    names = own.parameters if isinstance(own, DefinedFunction) else ("X",)
    signature = elementwise_signature(node.function, names)
    if len(node.arguments) != len(names):
        raise _wrong_count(node, source, [usage(node.function, signature)])
    if isinstance(own, DefinedFunction) and own.place >= node.place:
        raise UnknownName(
            f"`{own.name}` is used before it is defined",
            hint="a function cannot call itself, and stands before what uses it",
        ).at(source.text, (node.start, node.function_end))
    vocabulary.signatures[node.place] = [signature]
    vocabulary.applied[node.place] = own


def _check_positive(argument: Syntax, source: Source, vocabulary: Vocabulary) -> None:
    size = vocabulary.sizes[argument.place]
    if not size.names and (size.integer or 0) < 1:
        raise SyntaxProblem(f"a dimension is a positive integer or a name, found {size}").at(
            source.text, argument.span
        )


def _look_up_function(argument: Syntax, source: Source, roles: dict[int, str]) -> None:
    declared = source.declared.get(argument.word) if isinstance(argument, Name) else None
    if declared is not None and "function" in declared.structure:
        return
    known = isinstance(argument, Name) and source.book.signatures(argument.word)
    if not known:
        raise UnknownName(
            f"`{source.text[argument.start : argument.end]}` is not the name of a function",
            hint="the first argument names a function, as in frechet(expm, A, E)",
        ).at(source.text, argument.span)
    roles[argument.place] = "silent"


def usage(spelling: str, signature: Signature) -> str:
    """How a function is called: `reshape(X, m, n)`."""
    return f"{spelling}({', '.join(parameter.name for parameter in signature.parameters)})"


def _wrong_count(node: Call, source: Source, usages: Iterable[str]) -> SyntaxProblem:
    count = len(node.arguments)
    given = f"{count} argument{'s' if count != 1 else ''}" if count else "no argument"
    return SyntaxProblem(
        f"`{node.function}` does not take {given}"
        if count
        else f"`{node.function}` needs an argument",
        hint="write " + " or ".join(dict.fromkeys(f"`{how}`" for how in usages)),
    ).at(source.text, node.span)


def _unknown_function(node: Call, word: str, source: Source) -> MatcalcError:
    span = (node.start, node.function_end)
    bare, _, option = word.partition(":")
    if option:
        known = [
            other[len(bare) + 1 :]
            for other in source.book.spellings()
            if other.startswith(f"{bare}:")
        ]
        hint = "there are " + ", ".join(f"'{one}'" for one in known) if known else ""
        found = f"`{bare}` has no option '{option}'"
        return UnknownName(found, hint=hint).at(source.text, span)
    if word == CHOICE:
        return _wrong_count(node, source, ["where(x > 0, a, b)"])
    if (
        len(word) == 1
        and word.isupper()
        and word not in ("I", *source.declared, *source.definitions)
    ):
        return _doubtful_bracket(node, word, source)
    if word in source.declared or word in source.definitions or word == "I":
        inner = source.text[node.function_end : node.end]
        hint = f"did you mean `{word}*{inner}`? an entry is `{word}[{inner[1:-1]}]`"
        hint = "did you mean `eye(n)`?" if word == "I" and word not in source.declared else hint
        return UnknownName(f"`{word}` is not a function", hint=hint).at(source.text, span)
    return UnknownName(
        f"no function is called `{node.function}`", hint=_function_hint(node, word, source)
    ).at(source.text, span)


def _doubtful_bracket(node: Call, word: str, source: Source) -> MatcalcError:
    """`A(x - b)`."""
    inner = source.text[node.function_end : node.end]
    chance = "; no expectation or probability is read" if word in "EP" else ""
    return UnknownName(
        f"`{word}{inner}` may be a product, an entry or a value of a function",
        hint=f"write `{word}*{inner}` for the product, `{word}[{inner[1:-1]}]` for the entry; "
        f"for a function declare `{word}: elementwise`{chance}",
    ).at(source.text, node.span)


def _function_hint(node: Call, word: str, source: Source) -> str:
    """A name that was meant, a product, or how a function of one's own is used."""
    bare = word.rstrip(PRIMES)
    if bare in _SPECIAL and not _is_name(bare, source):
        return f"{_SPECIAL[bare]}; for a function of your own declare `{bare}: elementwise`"
    guess = suggested_function(bare, _functions(source)) if bare == word else ""
    if not guess and len(bare) == 1:
        inner = source.text[node.function_end : node.end]
        inner = inner if len(inner) < 30 else "(...)"
        variable = f"; `{bare}` is a variable here" if _is_name(bare, source) else ""
        return f"a product is written with `*`: `{word}*{inner}`{variable}"
    if source.book.signatures(bare):
        if is_elementwise(bare, source.book):
            return f"one prime is read: `{bare}'(x)`"
        return f"the derivative of {bare} is found by `differential`"
    if _is_name(bare, source):
        return f"`{bare}` is a variable here; give the function another name"
    if len(node.arguments) != 1:
        return guess or "an unknown function takes one argument, entry by entry"
    if source.closed or "." in node.function:
        return guess
    own = f"if it is a function of your own, declare `{bare}: elementwise`"
    return f"{guess} {own}" if guess else own
