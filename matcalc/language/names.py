"""What each name of a text stands for, and that every function that is called exists.

Before shapes are known: definitions first, then declared variables, dimensions, indices, the
constants that take the shape that fits, the book's constants, and last what nobody declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from matcalc.expressions.dimensions import SCALAR, Dimension
from matcalc.expressions.errors import MatcalcError, SyntaxProblem, UnknownName
from matcalc.expressions.nodes import Symbol, dimension_symbol
from matcalc.language.kinds import closure, default_kind, kind_text
from matcalc.language.reader import plain_function
from matcalc.language.signatures import Book, Signature
from matcalc.language.sizes import size_of
from matcalc.language.syntax import Call, Name, Negation, Power, Repeated, Selection, Syntax

FITTED = {"I": "eye", "eye": "eye", "ones": "ones", "zeros": "zeros"}
FILLED = ("vector", "matrix")


@dataclass(frozen=True, slots=True)
class Defined:
    """A name given by `R = ...`: the value of the syntax node at `place`."""

    place: int


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of the book, such as pi."""

    signature: Signature


@dataclass(frozen=True, slots=True)
class Fitted:
    """`I`, `ones` or `zeros` in the shape that fits."""

    word: str


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A variable that nobody declared."""

    word: str


@dataclass(frozen=True, slots=True)
class Silent:
    """A word without a value: the T of `X^T`, the function in `frechet(expm, A, E)`."""

    word: str


Meaning = Symbol | Defined | Constant | Fitted | Undeclared | Silent


@dataclass(slots=True)
class Vocabulary:
    """What a text's names mean: `meanings` by place of the Name node, and what calls use."""

    meanings: dict[int, Meaning] = field(default_factory=dict)
    signatures: dict[int, Sequence[Signature]] = field(default_factory=dict)
    sizes: dict[int, Dimension] = field(default_factory=dict)
    undeclared: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """A text with its syntax and all that is known before its names are.

    In a `closed` text every name must be known. Where the dimensions are `rigid`, none of the
    declared dimensions can turn out to be an integer.
    """

    text: str
    arena: Sequence[Syntax]
    declared: Mapping[str, Symbol]
    definitions: Mapping[str, int]
    book: Book
    closed: bool
    rigid: bool


def look_up(source: Source) -> Vocabulary:
    """The meaning of every name; raises UnknownName, or SyntaxProblem for wrong argument counts."""
    vocabulary = Vocabulary()
    roles: dict[int, str] = {}
    names: list[Name] = []
    for node in source.arena:
        match node:
            case Name():
                names.append(node)
            case Call():
                _look_up_call(node, source, vocabulary, roles)
            case Selection(subscripts=subscripts):
                for subscript in subscripts:
                    _mark(subscript.single, "index", source, vocabulary, roles)
                    _mark(subscript.lower, "dimension", source, vocabulary, roles)
                    _mark(subscript.upper, "dimension", source, vocabulary, roles)
            case Repeated(lower=lower, upper=upper):
                _mark(lower, "bound", source, vocabulary, roles)
                _mark(upper, "bound", source, vocabulary, roles)
            case Power(exponent=exponent):
                _mark_transpose(exponent, source, roles)
            case _:
                pass
    _give_meanings(names, source, vocabulary, roles)
    return vocabulary


def _mark_transpose(exponent: Syntax, source: Source, roles: dict[int, str]) -> None:
    word = exponent.operand if isinstance(exponent, Negation) else exponent
    free = isinstance(word, Name) and word.word in ("T", "H") and not word.bound
    known = source.declared.keys() | source.definitions.keys()
    if free and isinstance(word, Name) and word.word not in known:
        roles[word.place] = "silent"


def _mark(
    node: Syntax | None, role: str, source: Source, vocabulary: Vocabulary, roles: dict[int, str]
) -> None:
    """Give the names under `node` a role; the value of a dimension or a bound is read at once."""
    if node is None:
        return
    for place in range(node.first, node.place + 1):
        roles.setdefault(place, role)
    if role in ("dimension", "bound"):
        vocabulary.sizes[node.place] = size_of(node, source.arena, source.text)


def _look_up_call(
    node: Call, source: Source, vocabulary: Vocabulary, roles: dict[int, str]
) -> None:
    word = plain_function(node.function)
    count = len(node.arguments)
    if word in FITTED and word != "I":
        most = 1 if word == "eye" else 2
        if count > most:
            raise _wrong_count(node, source, [f"{word}(n)"] + [f"{word}(m,n)"] * (most - 1))
        for argument in node.arguments:
            _mark(argument, "dimension", source, vocabulary, roles)
            _check_positive(argument, source, vocabulary)
        return
    if word in FILLED and count == 1:
        return
    book = source.book
    found = book.signatures(node.function) or book.signatures(word)
    if not found:
        raise _unknown_function(node, word, source)
    fitting = [signature for signature in found if len(signature.parameters) == count]
    if not fitting:
        raise _wrong_count(node, source, [usage(node.function, signature) for signature in found])
    vocabulary.signatures[node.place] = fitting
    for place, argument in enumerate(node.arguments):
        kind = fitting[0].parameters[place].kind
        if kind == "function":
            _look_up_function(argument, source, roles)
        elif kind != "value":
            _mark(argument, kind, source, vocabulary, roles)


def _check_positive(argument: Syntax, source: Source, vocabulary: Vocabulary) -> None:
    size = vocabulary.sizes[argument.place]
    if not size.names and (size.integer or 0) < 1:
        raise SyntaxProblem(
            f"a dimension is a positive integer or a name, found {size}",
            text=source.text,
            span=(argument.start, argument.end),
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
            text=source.text,
            span=(argument.start, argument.end),
        )
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
        text=source.text,
        span=(node.start, node.end),
    )


def _unknown_function(node: Call, word: str, source: Source) -> MatcalcError:
    span = (node.start, node.function_end)
    if word in source.declared or word in source.definitions or word == "I":
        inner = source.text[node.function_end : node.end]
        hint = f"did you mean `{word}*{inner}`? an entry is `{word}[{inner[1:-1]}]`"
        hint = "did you mean `eye(n)`?" if word == "I" and word not in source.declared else hint
        return UnknownName(f"`{word}` is not a function", hint=hint, text=source.text, span=span)
    takes_arguments = (
        name
        for name in source.book.spellings()
        if "." not in name and any(s.parameters for s in source.book.signatures(name))
    )
    hint = suggestion(word, [*takes_arguments, "eye", "ones", "zeros"])
    if not hint and len(word) == 1:
        inner = source.text[node.function_end : node.end]
        inner = inner if len(inner) < 30 else "(...)"
        hint = f"a product is written with `*`: `{word}*{inner}`"
    return UnknownName(
        f"no function is called `{node.function}`", hint=hint, text=source.text, span=span
    )


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean ...?` with the closest known names, or nothing."""
    table = {name.lower(): name for name in known}
    lower = word.lower()
    if lower in table:
        return f"did you mean `{table[lower]}`?"
    close = get_close_matches(lower, table, n=3, cutoff=0.72)
    close = close or get_close_matches(lower, table, n=2, cutoff=0.6)
    beginnings = [name for name in table if len(name) > 2 and lower.startswith(name)]
    endings = [name for name in table if len(lower) > 2 and name.startswith(lower)]
    close = sorted(beginnings, key=len)[-1:] + close + endings[:2]
    names = list(dict.fromkeys(f"`{table[name]}`" for name in close))[:3]
    return f"did you mean {' or '.join(names)}?" if names else ""


def _give_meanings(
    names: Sequence[Name], source: Source, vocabulary: Vocabulary, roles: Mapping[int, str]
) -> None:
    dimensions = {name for symbol in source.declared.values() for name in symbol.shape.names}
    for size in vocabulary.sizes.values():
        dimensions |= size.names
    undeclared: dict[str, None] = {}
    for node in names:
        meaning = _meaning(node, source, roles.get(node.place, ""), dimensions)
        if isinstance(meaning, Undeclared):
            undeclared[node.word] = None
        vocabulary.meanings[node.place] = meaning
    vocabulary.undeclared = list(undeclared)


def _meaning(node: Name, source: Source, role: str, dimensions: set[str]) -> Meaning:
    word = node.word
    if role == "silent":
        return Silent(word)
    if node.bound:
        return Symbol(word, SCALAR, closure("index"))
    if word in source.definitions:
        return _defined(node, source)
    declared = source.declared.get(word)
    if declared is not None:
        size = _as_dimension(node, declared, source) if role in ("dimension", "bound") else None
        # A bound of a sum is a number like any other; in a shape the integer is a dimension name.
        return size if size is not None and role == "dimension" else declared
    if word in dimensions:
        return dimension_symbol(word)
    if role == "index":
        return Symbol(word, SCALAR, closure("index"))
    if word in FITTED:
        return Fitted(FITTED[word])
    return _free_name(node, source)


def _as_dimension(node: Name, declared: Symbol, source: Source) -> Symbol:
    """A declared integer where a dimension stands."""
    if "integer" in declared.structure:
        return dimension_symbol(node.word)
    raise SyntaxProblem(
        f"`{node.word}` stands where a dimension is expected, and is declared "
        f"{kind_text(declared.shape, declared.structure)}",
        hint=f"a dimension is an integer or a name of its own; or declare `{node.word}: integer`",
        text=source.text,
        span=(node.start, node.end),
    )


def _defined(node: Name, source: Source) -> Defined:
    place = source.definitions[node.word]
    if place >= node.place:
        raise UnknownName(
            f"`{node.word}` is used before it is defined",
            hint=f"put `{node.word} = ...` before the statements that use it",
            text=source.text,
            span=(node.start, node.end),
        )
    return Defined(place)


def _free_name(node: Name, source: Source) -> Meaning:
    signatures = source.book.signatures(node.word)
    for signature in signatures:
        if not signature.parameters:
            return Constant(signature)
    span = (node.start, node.end)
    if signatures and len(node.word) > 1 and default_kind(node.word) != "scalar":
        how = usage(node.word, signatures[0])
        raise SyntaxProblem(
            f"`{node.word}` is a function and stands here without its argument",
            hint=f"write `{how}`; if it is a variable of yours, declare it",
            text=source.text,
            span=span,
        )
    if source.closed:
        raise UnknownName(
            f"`{node.word}` is not declared",
            hint=suggestion(node.word, [*source.declared, *source.definitions]),
            text=source.text,
            span=span,
        )
    return Undeclared(node.word)
