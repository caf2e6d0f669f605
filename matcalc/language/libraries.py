"""A call of a library's function: the lines of the book that it can mean, and its arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from matcalc.expressions.errors import UnknownName
from matcalc.language.calls import suggestion
from matcalc.language.dialects import DIALECTS, is_torch
from matcalc.language.signatures import LibraryFunction
from matcalc.language.syntax import Call, Listed, Name, Negation, Numeral, Quoted, Syntax
from matcalc.language.vocabulary import Source

_MODULES = {
    "numpy": "np",
    "anp": "np",
    "onp": "np",
    "cp": "np",
    "jnp": "np",
    "jax.numpy": "np",
    "LA": "np.linalg",
    "linalg": "np.linalg",
    "sla": "scipy.linalg",
    "sp": "scipy",
    "special": "scipy.special",
    "jax.scipy": "scipy",
    "nn.functional": "F",
    "torch.nn.functional": "F",
    "math": "np",
}
_NUMPY = ("np", "np.linalg", "scipy.special", "scipy.linalg")
_TORCH = ("torch", "torch.linalg", "F", "torch.special")
_ABSENT = ("False", "None")  # a keyword with its usual value says nothing


def library_functions(node: Call, source: Source) -> Sequence[LibraryFunction]:
    """The ways to call the function that a text names. Raises UnknownName where there is none."""
    for name in _names(node.function, source):
        found = source.book.library(name)
        if found:
            return found
    word = node.function.rpartition(".")[2]
    known = {name.rpartition(".")[2] for name in _known(source)}
    hint = f"the text is read as {source.dialect.spoken}'s; {suggestion(word, sorted(known))}"
    raise UnknownName(f"what `{node.function}` computes is not known", hint=hint.rstrip("; ")).at(
        source.text, (node.start, node.function_end)
    )


def _known(source: Source) -> Iterator[str]:
    """The functions of the tool, or of all modules of Python's."""
    tools = tuple(f"{one.name}." for one in DIALECTS.values() if one.tables and not one.arrays)
    for name in source.book.library_names():
        own = name.startswith(tools)
        if name.startswith(f"{source.dialect.name}.") or (source.dialect.arrays and not own):
            yield name


def _names(written: str, source: Source) -> Iterator[str]:
    """The full names that a written one may stand for."""
    if not source.dialect.arrays:
        yield f"{source.dialect.name}.{written.lstrip('.')}"
        yield f"{source.dialect.name}.{written.rpartition('.')[2]}"
        return
    module, dot, word = written.rpartition(".")
    homes = (*_TORCH, *_NUMPY) if is_torch(source.marks) else (*_NUMPY, *_TORCH)
    if dot and module:
        for short, full in _MODULES.items():
            if module == short or module.startswith(f"{short}."):
                module = full + module[len(short) :]
                break
        yield f"{module}.{word}"
        return
    for home in homes:
        yield f"{home}.{word}"


def arguments_of(
    node: Call, function: LibraryFunction, axes: Sequence[int]
) -> dict[str, Syntax] | None:
    """The arguments by the names of the parameters, None where the call is not such a one.

    `axes` are those of all syntax nodes; an axis counted from the end is one from the start.
    """
    if len(node.arguments) > len(function.places):
        return None
    given = dict(zip(function.places, node.arguments, strict=False))
    for word, value in node.keywords.items():
        word = "axis" if word == "dim" else "keepdims" if word == "keepdim" else word
        if word in given:
            return None
        if word not in function.places and constant(value) in _ABSENT:
            continue
        given[word] = value
    count = axes[node.arguments[0].place] if node.arguments else 0
    for word, wanted in function.options.items():
        if word not in given or _constant_in(given.pop(word), word, count) != wanted:
            return None
    wanted_axes: Mapping[str, int | None] = function.axes
    if given.keys() != wanted_axes.keys():
        return None
    fits = (wanted_axes[word] in (None, axes[part.place]) for word, part in given.items())
    return given if all(fits) else None


def _constant_in(node: Syntax, word: str, count: int) -> str | None:
    """An option as it is written in the book."""
    found = constant(node)
    if word == "axis" and found is not None and found.lstrip("-").isdecimal() and int(found) < 0:
        return str(int(found) + count)
    return found


def constant(node: Syntax) -> str | None:
    """A number, a word or a tuple of them as a text, None for what is computed."""
    match node:
        case Numeral(value=value):
            return str(value)
        case Negation(operand=Numeral(value=value)):
            return str(-value)
        case Name(word=word):
            return word.rpartition(".")[2]
        case Quoted(word=word):
            return repr(word)
        case Listed(items=items):
            return f"({', '.join(str(constant(item)) for item in items)})"
        case _:
            return None
