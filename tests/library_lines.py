"""Lines of the files of calls as texts with arrays, to be evaluated by matcalc and by a library.

A line `np.sum(X: m x n, axis=0)` becomes `np.sum(X, axis=0)`, and the method `X.sum(axis=0)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

import matcalc as mc
from matcalc.expressions.binders import free_symbols
from matcalc.expressions.dimensions import ONE
from matcalc.language.signatures import LibraryFunction, Parameter
from matcalc.rulebook import book

SIZES = {"m": 4, "n": 3, "p": 2, "q": 5}
SCALARS = {"lower": 0.5, "upper": 0.7, "delta": 0.2, "beta": 0.2, "slope": 0.3}
SYMMETRIC = ("eigvalsh", "eigh[0]", "cholesky")
ABOVE_ONE = ("arccosh",)
ONLY_METHODS = (
    "np.flatten",
    "np.mT",
    "torch.mT",
    "np.item",
    "torch.view",
    "torch.float",
    "torch.double",
    "torch.cpu",
    "torch.contiguous",
    "torch.expand",
    "torch.expand_as",
    "torch.size",
    "torch.shape[0]",
    "torch.shape[1]",
)
ATTRIBUTES = (
    *("np.mT", "np.real", "np.imag", "np.size", "torch.mT"),
    *(f"{module}.shape[{place}]" for module in ("np", "torch") for place in (0, 1)),
)
WORDS_OF_TORCH = {"axis": "dim", "keepdims": "keepdim"}
WITH_SIZES = ("full", "ones", "zeros", "reshape", "permute")
BY_PLACE = ("rows", "columns", "x2", "axes")  # these options have no keyword, or one for several
KINDS = ((), (3,), (4, 3))


@dataclass(frozen=True)
class Line:
    """A text with arrays by name, and how many axes its value has."""

    text: str
    arrays: Mapping[str, Any]
    axes: int | None

    def __str__(self) -> str:
        shapes = [f"{name}{np.shape(value)}" for name, value in self.arrays.items()]
        return f"{self.text} {' '.join(shapes)}"

    def value(self) -> np.ndarray[Any, Any]:
        """What matcalc makes of it."""
        kinds = {name: _kind(value) for name, value in self.arrays.items()}
        node = mc.parse(self.text, where=kinds, dialect="numpy")
        names = {str(symbol) for symbol in free_symbols(node)}
        used = {name: value for name, value in self.arrays.items() if name in names}
        return np.asarray(mc.evaluate(node, **used))

    @property
    def over_complex(self) -> Line:
        """The same with complex arrays, Hermitian ones where they have to be symmetric."""
        hermitian = any(f".{word.partition('[')[0]}(" in self.text for word in SYMMETRIC)
        arrays = {
            name: value + (1j * _imaginary(value, hermitian) if np.ndim(value) else 0)
            for name, value in self.arrays.items()
        }
        return replace(self, arrays=arrays)


def _imaginary(value: Any, hermitian: bool) -> Any:
    part = np.cos(np.arange(np.size(value))).reshape(np.shape(value)) / 5
    return part - part.T if hermitian else part


def _kind(value: Any) -> str:
    shape, over = np.shape(value), "complex_" if np.iscomplexobj(value) else ""
    match shape:
        case ():
            return f"{over}scalar"
        case (size,):
            return f"{over}vector({size})"
        case rows, columns if over and rows == columns and np.allclose(value, value.conj().T):
            return f"hermitian({rows})"
        case rows, columns:
            return f"{over}matrix({rows},{columns})"
        case _:
            raise AssertionError(shape)


def lines_of(prefixes: tuple[str, ...]) -> Iterator[Line]:
    """The lines for all functions of these libraries, with arrays of every number of axes."""
    for name in book.library_names():
        if name.rpartition(".")[0] in prefixes:
            for function in book.library(name):
                yield from lines_for(function)


def lines_for(function: LibraryFunction) -> Iterator[Line]:
    """The texts for one way to call a function."""
    rng = np.random.default_rng(len(str(function.signature)))
    anywhere = [p.name for p in function.signature.parameters if function.axes[p.name] is None]
    for shapes in product(KINDS, repeat=len(anywhere)):
        if anywhere and not any(shapes):
            continue
        chosen = dict(zip(anywhere, shapes, strict=True))
        arrays = {
            parameter.name: _sample(parameter, function, chosen, rng)
            for parameter in function.signature.parameters
            if parameter.kind == "value"
        }
        axes = max(map(len, shapes)) if function.result is None else function.result
        for text in dict.fromkeys(texts_of(function)):
            yield Line(text, arrays, axes)


def _sample(
    parameter: Parameter,
    function: LibraryFunction,
    chosen: Mapping[str, tuple[int, ...]],
    rng: np.random.Generator,
) -> Any:
    word = function.name.rpartition(".")[2]
    if parameter.name in chosen:
        sample = rng.uniform(0.3, 0.9, size=chosen[parameter.name]) + (word in ABOVE_ONE)
        return np.asarray(sample * (sample > 0.6) if parameter.name == "C" else sample)
    if function.axes[parameter.name] == 0:
        number = SCALARS.get(parameter.name, 2.5)
        return np.asarray(number) if function.name in ONLY_METHODS else number
    sizes = SIZES | ({"p": 6, "q": 2} if _has_sizes(function) else {})
    if _has_sizes(function) and function.axes[parameter.name] == 1:
        sizes["p"] = 12
    named = parameter.shape.rows, parameter.shape.columns
    rows, columns = (one.integer or sizes[str(one)] for one in named)
    sample = rng.uniform(0.3, 0.9, size=(rows, columns))
    if rows == columns and rows > 1:
        sample = (sample @ sample.T if word in SYMMETRIC else sample) + np.eye(rows)
    one_axis = function.axes[parameter.name] == 1 or _is_column(parameter, function)
    return sample[:, 0] if one_axis else sample


def _is_column(parameter: Parameter, function: LibraryFunction) -> bool:
    """Whether it is an array of two axes and one column, for which no variable is declared."""
    return function.axes[parameter.name] == 2 and parameter.shape.columns == ONE


def _has_sizes(function: LibraryFunction) -> bool:
    return any(parameter.kind == "dimension" for parameter in function.signature.parameters)


def texts_of(function: LibraryFunction) -> Iterator[str]:
    """The calls as texts, with and without options that may be left out, and as a method."""
    for skipped in [frozenset[str](), function.optional] if function.optional else [frozenset()]:
        given = list(_arguments(function, skipped))
        module, _, word = function.name.rpartition(".")
        name, bracket, position = word.partition("[")
        if function.name not in ONLY_METHODS and name != "shape":
            called = name if module == "bare" else f"{module}.{name}"
            yield f"{called}({', '.join(_in_tuple(given, called))}){bracket}{position}"
        told = ("var" not in name and "std" not in name) or any("axis=" in part for part in given)
        if _is_method(function, name) and told:
            inside = f"({', '.join(given[1:])})" if function.name not in ATTRIBUTES else ""
            yield f"{given[0]}.{name}{inside}{bracket}{position}"


def _in_tuple(given: list[str], called: str) -> list[str]:
    """Sizes are given in a tuple to NumPy's functions."""
    sizes = [text for text in given if text.lstrip("-").isdecimal()]
    if called.rpartition(".")[2] not in WITH_SIZES or not sizes:
        return given
    place = given.index(sizes[0])
    inside = ", ".join(sizes) if len(sizes) > 1 else f"{sizes[0]},"
    return [*given[:place], f"({inside})", *given[place + len(sizes) :]]


def _is_method(function: LibraryFunction, word: str) -> bool:
    if function.name in ONLY_METHODS:
        return True
    of_array = function.name.startswith("np.") and hasattr(np.ndarray, word)
    first = next(iter(function.axes.values()), 0)
    return (
        of_array and function.name.count(".") == 1 and first != 0 and "a_min" not in function.places
    )


def _arguments(function: LibraryFunction, skipped: frozenset[str]) -> Iterator[str]:
    by_word = {word: name for name, word in function.words.items()}
    kinds = {parameter.name: parameter.kind for parameter in function.signature.parameters}
    columns = [p.name for p in function.signature.parameters if _is_column(p, function)]
    of_torch = function.name.startswith(("torch.", "F."))
    for word in (*function.places, *sorted(function.keywords - set(function.places))):
        if word in skipped:
            continue
        if word in by_word:
            name = by_word[word]
            written = f"{name}[:, None]" if name in columns else name
            written = f"({name} > 0.6)" if name in function.conditions else written
            constants = {"dimension": str(SIZES.get(name)), "integer": "3"}
            value = constants.get(kinds[name], written)
            by_keyword = word != name or word not in function.places
            yield f"{word}={value}" if by_keyword else value
        else:
            value = function.options[word].replace("inf", "np.inf")
            keyword = WORDS_OF_TORCH.get(word, word) if of_torch else word
            yield value if word in BY_PLACE else f"{keyword}={value}"
