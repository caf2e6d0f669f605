"""A call of a library's function: the lines of the book that it can mean, and its arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from matcalc.expressions.errors import UnknownName
from matcalc.language.constants import axis_from_start, constant
from matcalc.language.dialects import DIALECTS, is_torch, names_library
from matcalc.language.guesses import suggestion
from matcalc.language.signatures import LibraryFunction
from matcalc.language.syntax import Call, Comparison, Listed, Syntax
from matcalc.language.vocabulary import Source

_MODULES = {
    "numpy": "np",
    "anp": "np",
    "onp": "np",
    "cp": "np",
    "jnp": "np",
    "jax.numpy": "np",
    "LA": "np.linalg",
    "npl": "np.linalg",
    "sla": "scipy.linalg",
    "sp": "scipy",
    "special": "scipy.special",
    "jax.scipy": "scipy",
    "jsp": "scipy",
    "torch.nn.functional": "F",
    "nn.functional": "F",
    "math": "np",
}
_NUMPY = ("np", "np.linalg", "scipy.special", "scipy.linalg", "jax.nn")
_TORCH = ("torch", "torch.linalg", "F", "torch.special")
_WORDS = {"dim": "axis", "keepdim": "keepdims", "input": "a", "other": "b"}
# A keyword with its usual value says nothing.
_USUAL = {
    "axis": ("None",),
    "dtype": ("None", "float", "float32", "float64", "double"),
    "keepdims": ("False",),
    "ord": ("None",),
    "out": ("None",),
    "b": ("None",),
    "weight": ("None",),
    "size_average": ("None",),
    "reduce": ("None",),
}
_SILENT = ("device", "requires_grad", "optimize")  # these change no value


def full_names(written: str, source: Source) -> Iterator[str]:
    """The full names that a written one may stand for, the likeliest first."""
    if not source.dialect.arrays:
        yield f"{source.dialect.name}.{written.lstrip('.')}"
        yield f"{source.dialect.name}.{written.rpartition('.')[2]}"
        return
    module, _, word = written.rpartition(".")
    torch = is_torch(source.marks)
    if written.startswith("."):
        if not names_library(source.marks):
            yield f"method.{word}"
        yield f"{'torch' if torch else 'np'}.{word}"
        return
    if not module:
        yield f"bare.{word}"
        for home in (*_TORCH, *_NUMPY) if torch else _NUMPY:
            yield f"{home}.{word}"
        return
    if module == "linalg":
        module = "torch.linalg" if torch else "np.linalg"
    for short, full in _MODULES.items():
        if module == short or module.startswith(f"{short}."):
            module = full + module[len(short) :]
            break
    yield f"{module}.{word}"


def library_functions(node: Call, source: Source) -> Sequence[LibraryFunction]:
    """The ways to call the function that a text names. Raises UnknownName where there is none."""
    names = list(full_names(node.function, source))
    found = next(filter(None, map(source.book.library, names)), None)
    if found is not None and not _is_undecided(node.function, source):
        return found
    reason = next(filter(None, map(source.book.library_refusal, names)), "")
    hint = reason or _near(node.function.rstrip(".").rpartition(".")[2], source)
    raise UnknownName(f"what `{node.function}` computes is not known", hint=hint).at(
        source.text, (node.start, node.function_end)
    )


def _is_undecided(written: str, source: Source) -> bool:
    """Whether it is a method that libraries compute otherwise, in a text that names none."""
    return any(
        name.startswith("method.") and source.book.library_refusal(name) != ""
        for name in full_names(written, source)
    )


def _near(word: str, source: Source) -> str:
    """The function in a module, or under the tool's own name for it, else names that are near."""
    tool, book = source.dialect.spoken, source.book
    own = {one.operation for one in book.signatures(word)}
    known = {name: name.rstrip(".").rpartition(".")[2].partition("[")[0] for name in _known(source)}
    same = [name for name, last in known.items() if last == word]
    same = same or [
        name.removeprefix(f"{source.dialect.name}.")
        for name, last in known.items()
        if own & {one.operation for one in book.signatures(last)}
    ]
    if same:
        return (
            f"the text is read as {tool}'s: write {' or '.join(f'`{name}`' for name in same[:2])}"
        )
    hint = f"the text is read as {tool}'s; {suggestion(word, sorted({*known.values()}))}"
    return hint.rstrip("; ")


def _known(source: Source) -> Iterator[str]:
    """The functions of the tool, or of all modules of Python's."""
    tools = tuple(f"{one.name}." for one in DIALECTS.values() if one.tables and not one.arrays)
    for name in source.book.library_names():
        own = name.startswith(tools)
        if name.startswith(f"{source.dialect.name}.") or (source.dialect.arrays and not own):
            yield name


def arguments_of(
    node: Call, function: LibraryFunction, axes: Sequence[int]
) -> Mapping[str, Syntax] | None:
    """The arguments by the names of the parameters, None where the call is not such a one.

    `axes` are those of all syntax nodes; an axis counted from the end is one from the start.
    """
    given = _by_keyword(node, function)
    if given is None:
        return None
    of_first = axes[node.arguments[0].place] if node.arguments else 0
    count = max(of_first, function.result or 0)  # the axis that `expand_dims` makes counts
    for word, wanted in function.options.items():
        if word not in given:
            if word in function.optional:
                continue
            return None
        found = constant(given.pop(word))
        if (axis_from_start(found, count) if word == "axis" else found) != wanted:
            return None
    if given.keys() != set(function.words.values()):
        return None
    found_for = {name: given[word] for name, word in function.words.items()}
    if not all(isinstance(found_for[name], Comparison) for name in function.conditions):
        return None
    fits = (_has_axes(function.axes[name], axes[p.place]) for name, p in found_for.items())
    return found_for if all(fits) else None


def _has_axes(wanted: int | None, found: int) -> bool:
    return found >= 0 if wanted is None else found == wanted


def _by_keyword(node: Call, function: LibraryFunction) -> dict[str, Syntax] | None:
    """The arguments by keyword, None where there are others than it takes."""
    given = dict(by_place(node, function))
    if not given and node.arguments:
        return None
    for word, value in node.keywords.items():
        word = word if word in function.keywords else full_keyword(word)
        if word in given:
            return None
        if word not in function.keywords and says_nothing(word, value):
            continue
        given[word] = value
    return given


def full_keyword(word: str) -> str:
    """NumPy's keyword for PyTorch's."""
    return _WORDS.get(word, word)


def says_nothing(word: str, value: Syntax) -> bool:
    """Whether the keyword changes no value, as one with its usual value does not."""
    return word in _SILENT or constant(value) in _USUAL.get(word, ())


def by_place(node: Call, function: LibraryFunction) -> list[tuple[str, Syntax]]:
    """The arguments without keywords, none where they are too many; sizes may be in a tuple."""
    arguments = list(_spread(node.arguments)) if function.takes_sizes else node.arguments
    fit = len(arguments) <= len(function.places)
    return list(zip(function.places, arguments, strict=False)) if fit else []


def _spread(arguments: Sequence[Syntax]) -> Iterator[Syntax]:
    for argument in arguments:
        yield from argument.items if isinstance(argument, Listed) else (argument,)
