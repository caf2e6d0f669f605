"""What each name of a text stands for, and that every function that is called exists.

Before shapes are known: definitions first, then declared variables, dimensions, indices, the
constants that take the shape that fits, the book's constants, and last what nobody declared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from unicodedata import normalize

from matcalc.expressions.dimensions import SCALAR, Dimension, dimension
from matcalc.expressions.errors import SyntaxProblem, UnknownName
from matcalc.expressions.nodes import Symbol, dimension_symbol
from matcalc.language.array_functions import array_function
from matcalc.language.calls import look_up_call, mark, usage
from matcalc.language.complaints import group_after
from matcalc.language.constants import is_number_in_quotes
from matcalc.language.dialects import WORDS_OF_PYTHON
from matcalc.language.doubts import refuse_doubts
from matcalc.language.functions import parameter_symbol
from matcalc.language.guesses import suggestion
from matcalc.language.kinds import closure, default_kind, kind_text
from matcalc.language.libraries import by_place, full_names, library_functions
from matcalc.language.requests import Formula
from matcalc.language.spelling import check_name
from matcalc.language.syntax import (
    Call,
    Name,
    Negation,
    Numeral,
    Power,
    Repeated,
    Selection,
    Solution,
    Syntax,
)
from matcalc.language.vocabulary import (
    FITTED,
    Constant,
    Defined,
    Direction,
    Fitted,
    Meaning,
    Silent,
    Source,
    Undeclared,
    Vocabulary,
)

_IDENTITY = re.compile(r"I(?:_([^\W\d_]|[1-9]\d*)|([₁-₉][₀-₉]*))")
_WORDS = WORDS_OF_PYTHON | {"newaxis", "inf", "float32", "float64"}


_OPERAND = re.compile(r"[ \t]+([^\W_])")  # what follows a name without a sign


def look_up(source: Source) -> Vocabulary:
    """The meaning of every name; raises UnknownName, or SyntaxProblem for wrong argument counts."""
    vocabulary = Vocabulary()
    eulers = _eulers_numbers(source)
    roles: dict[int, str] = {}
    names: list[Name] = []
    for node in source.arena:
        match node:
            case Name():
                names.append(node)
                _look_up_identity(node, source, vocabulary)
            case Call() if source.dialect.tables and not is_number_in_quotes(node):
                _look_up_library(node, source, vocabulary, roles)
            case Call() if not source.dialect.tables:
                look_up_call(node, source, vocabulary, roles)
            case Selection(subscripts=subscripts):
                for subscript in subscripts:
                    if _is_size(subscript.single, source):
                        mark(subscript.single, "dimension", source, vocabulary, roles)
                    mark(subscript.single, "index", source, vocabulary, roles)
                    mark(subscript.lower, "dimension", source, vocabulary, roles)
                    mark(subscript.upper, "dimension", source, vocabulary, roles)
            case Repeated(lower=lower, upper=upper):
                mark(lower, "bound", source, vocabulary, roles)
                mark(upper, "bound", source, vocabulary, roles)
            case Power(exponent=exponent, entrywise=entrywise):
                if not entrywise:
                    _mark_transpose(exponent, source, roles)
                if node.base.place in eulers:
                    _look_up_exponential(node, source, vocabulary, roles)
            case _:
                pass
    _give_meanings(names, source, vocabulary, roles)
    return vocabulary


def _look_up_identity(node: Name, source: Source, vocabulary: Vocabulary) -> None:
    """`I_n` and `I₃` are identities of a size, unless they are names of the problem."""
    found = _IDENTITY.fullmatch(node.word)
    names = (source.declared, source.definitions, source.variables)
    known = any(node.word in some for some in names)
    if found is not None and not source.dialect.tables and not known:
        size = found[1] or normalize("NFKC", found[2])
        vocabulary.sizes[node.place] = dimension(int(size) if size.isdecimal() else size)


def _is_size(node: Syntax | None, source: Source) -> bool:
    """A subscript that may count from the end: a number, or one with `end`."""
    if node is None or source.dialect.arrays:
        return isinstance(node, Negation | Numeral)
    inside = source.arena[node.first : node.place + 1]
    return source.dialect.tables and any(
        isinstance(one, Name) and one.word == "end" for one in inside
    )


def _look_up_library(
    node: Call, source: Source, vocabulary: Vocabulary, roles: dict[int, str]
) -> None:
    """The ways to call the function, and the sizes among its arguments."""
    for name in full_names(node.function, source):
        found = array_function(name, node, source)
        if found is not None:
            vocabulary.of_arrays[node.place] = found
            return
    functions = library_functions(node, source)
    vocabulary.library[node.place] = functions
    for function in functions:
        kinds = {parameter.name: parameter.kind for parameter in function.signature.parameters}
        given = by_place(node, function)
        for word, argument in given if len(given) == len(function.places) else ():
            if kinds.get(word) == "dimension" and not _has_call(argument, source):
                mark(argument, "dimension", source, vocabulary, roles)
            if isinstance(argument, Name) and function.options.get(word) == argument.word:
                roles[argument.place] = "silent"


def _has_call(node: Syntax, source: Source) -> bool:
    return any(isinstance(one, Call) for one in source.arena[node.first : node.place + 1])


def _eulers_numbers(source: Source) -> set[int]:
    """Where `e` is Euler's number: as the base of powers, if it stands for nothing else."""
    found = [n for n in source.arena if isinstance(n, Name) and n.word == "e"]
    if not found or source.dialect.tables:
        return set()
    bases = {node.base.place for node in source.arena if isinstance(node, Power)}
    known = {*source.declared, *source.definitions, *source.functions, *source.variables}
    known |= {name for symbol in source.declared.values() for name in symbol.dimensions}
    if "e" in known or any(n.bound or n.place not in bases for n in found):
        return set()
    return {name.place for name in found}


def _look_up_exponential(
    node: Power, source: Source, vocabulary: Vocabulary, roles: dict[int, str]
) -> None:
    """`e^(-t)` is exp(-t), `e^A` of a matrix expm(A), `e.^X` entry by entry."""
    call = Call(node.start, node.end, "exp", [node.exponent], node.base.end)
    call.place, call.first = node.place, node.first
    number, matrix = source.book.signatures("exp")[0], source.book.signatures("expm")[0]
    of_scalar = replace(
        number, parameters=(replace(number.parameters[0], shape=SCALAR),), result=SCALAR
    )
    roles[node.base.place] = "silent"
    vocabulary.signatures[node.place] = [number] if node.entrywise else [of_scalar, matrix]
    vocabulary.exponentials[node.place] = call


def _mark_transpose(exponent: Syntax, source: Source, roles: dict[int, str]) -> None:
    word = exponent.operand if isinstance(exponent, Negation) else exponent
    free = isinstance(word, Name) and word.word in ("T", "H") and not word.bound
    known = (source.declared, source.definitions)
    if free and isinstance(word, Name) and not any(word.word in names for names in known):
        roles[word.place] = "silent"


def _give_meanings(
    names: Sequence[Name], source: Source, vocabulary: Vocabulary, roles: Mapping[int, str]
) -> None:
    dimensions = {name for symbol in source.declared.values() for name in symbol.dimensions}
    for size in vocabulary.sizes.values():
        dimensions |= size.names
    undeclared: dict[str, None] = {}
    parameters = _parameters(source)
    for node in names:
        if node.word not in source.declared and node.word not in FITTED and "." not in node.word:
            check_name(node.word, source.text, node.span)
        meaning = parameters.get((node.place, node.word)) or _meaning(
            node, source, roles.get(node.place, ""), dimensions, vocabulary.sizes
        )
        if isinstance(meaning, Undeclared):
            undeclared[node.word] = None
            if node.indices:
                vocabulary.members[node.word] = len(node.indices)
        vocabulary.meanings[node.place] = meaning
    vocabulary.undeclared = list(undeclared)
    refuse_doubts(names, source, vocabulary)
    vocabulary.new = _only_in_formulas(names, source, vocabulary)


def _only_in_formulas(
    names: Sequence[Name], source: Source, vocabulary: Vocabulary
) -> dict[str, Formula | None]:
    """The undeclared names that the text itself has not, with the formula that each is alone."""
    free = [n for n in names if isinstance(vocabulary.meanings[n.place], Undeclared)]
    in_text = {node.word for node in free if node.place < source.text_nodes}
    alone = {one.root.word: one.formula for one in source.placed if isinstance(one.root, Name)}
    return {n.word: alone.get(n.word) for n in free if n.word not in in_text}


def _meaning(
    node: Name,
    source: Source,
    role: str,
    dimensions: set[str],
    sizes: Mapping[int, Dimension],
) -> Meaning:
    word = node.word
    if role == "silent" or (source.dialect.arrays and word.rpartition(".")[2] in _WORDS):
        return Silent(word)
    if node.bound:
        return Symbol(word, SCALAR, closure("index"))
    if word in source.definitions and not _is_sought(node, source):
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
    if node.place in sizes and word.startswith("I"):
        return Fitted("eye", sizes[node.place])
    return _free_name(node, source)


def _parameters(source: Source) -> dict[tuple[int, str], Meaning]:
    """Names that mean something at their places only: parameters of functions, directions."""
    found: dict[tuple[int, str], Meaning] = {
        (place, name): parameter_symbol(name)
        for function in source.functions.values()
        for place in range(function.first, function.place + 1)
        for name in function.parameters
    }
    for one in source.placed:
        own: list[Symbol | Direction] = [*one.formula.declared]
        own += [Direction(word, one.request.variable, s) for word, s in one.formula.slots]
        for meaning in own:
            word = meaning.name if isinstance(meaning, Symbol) else meaning.word
            found |= {(place, word): meaning for place in one.places}
    return found


def _is_sought(node: Name, source: Source) -> bool:
    """Whether the name stands for the unknown inside the equation that defines it."""
    solution = source.arena[source.definitions[node.word]]
    return isinstance(solution, Solution) and solution.first <= node.place < solution.place


def _as_dimension(node: Name, declared: Symbol, source: Source) -> Symbol:
    """A declared integer where a dimension stands."""
    if "integer" in declared.structure:
        return dimension_symbol(node.word)
    raise SyntaxProblem(
        f"`{node.word}` stands where a dimension is expected, and {source.verb_of_known} "
        f"{kind_text(declared.shape, declared.structure)}",
        hint=f"a dimension is an integer or a name of its own; or declare `{node.word}: integer`",
    ).at(source.text, node.span)


def _defined(node: Name, source: Source) -> Defined:
    place = source.definitions[node.word]
    if place >= node.place:
        raise UnknownName(
            f"`{node.word}` is used before it is defined",
            hint=f"put `{node.word} = ...` before the statements that use it",
        ).at(source.text, node.span)
    return Defined(place)


def _inside(source: Source, place: int) -> str:
    """What stands after a function without brackets: `A`, `det(A)`, or `A*X` of `[A*X]`."""
    if source.text[place : place + 1] == "[":
        return group_after(source.text, place)[1:-1]
    word = re.compile(r"[^\W_][\w']*").match(source.text, place)
    if word is None or source.text[place - 1 : place].isalnum():
        return ""
    called = source.text[word.end() : word.end() + 1] == "("
    return word[0] + (group_after(source.text, word.end()) if called else "")


def _free_name(node: Name, source: Source) -> Meaning:
    word = node.word.rpartition(".")[2]
    signatures = source.book.signatures("pi" if word == "π" else word)
    for signature in signatures:
        if not signature.parameters:
            return Constant(signature)
    span = node.span
    if "." in node.word:
        raise UnknownName(f"what `{node.word}` is, is not known").at(source.text, span)
    if signatures and len(node.word) > 1 and default_kind(node.word) != "scalar":
        following = _OPERAND.match(source.text, span[1])
        how = f"`{usage(node.word, signatures[0])}`"
        inner = _inside(source, following.start(1) if following else span[1])
        how = f"`{node.word}({inner})`, or more in the brackets" if inner else how
        raise SyntaxProblem(
            f"`{node.word}` is a function and stands here without brackets",
            hint=f"write {how}; if it is a variable of yours, declare it",
        ).at(source.text, span)
    if source.closed and node.word not in source.definitions:  # the unknown of an equation is new
        raise UnknownName(
            f"`{node.word}` is not declared",
            hint=suggestion(node.word, [*source.declared, *source.definitions]),
        ).at(source.text, span)
    return Undeclared(node.word)
