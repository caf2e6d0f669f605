"""The text around the lines of a plan: imports, signature, docstring, and sizes that are read."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from matcalc.compile.backends import Backend
from matcalc.compile.inputs import Inputs, Roots
from matcalc.compile.kernels import kernel_texts
from matcalc.compile.sizes import Reading, array_dimensions, quadratic
from matcalc.expressions.blocks import leaves
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.nodes import Node, Symbol
from matcalc.simplify.forms import size

_LONGEST_FORMULA = 120  # tokens; a longer one says nothing to a reader
_MOST_LISTED = 32  # formulas or arguments; the others are only counted
_WIDTH = 88
Listed = TypeVar("Listed")
_TIED = "\N{NO-BREAK SPACE}"  # not printable: a space again once lines are cut


def function_text(
    backend: Backend,
    name: str,
    expression: Roots,
    inputs: Inputs,
    reads: Sequence[Reading],
    lines: Sequence[str],
) -> str:
    """A module with the one function."""
    names = inputs.identifiers
    solved = _solved(inputs)
    parameters = [names[symbol.name] for symbol in inputs.symbols if symbol not in solved]
    parameters += [names[size] for size in inputs.dimensions]
    parameters += [f"{names[symbol.name]}=None" for symbol in solved]
    body = [*_reading_lines(reads, names), *lines]
    text = "\n".join("    " + line for line in body)
    head = f"def {name}({', '.join(parameters)}):"
    documentation = "\n".join(
        "    " + line if line else "" for line in _docstring(expression, inputs)
    )
    kernels = [line for kernel in kernel_texts(text) for line in (kernel, "", "")]
    imports = _imports(backend, "\n".join([*kernels, text]))
    return "\n".join([*imports, *kernels, head, documentation, text]) + "\n"


def _solved(inputs: Inputs) -> list[Symbol]:
    """The solutions that the code finds itself, so that they may be left out."""
    needed = inputs.used | inputs.measured
    return [s for s in inputs.symbols if "solution" in s.structure and s.name not in needed]


def _imports(backend: Backend, text: str) -> list[str]:
    found = [
        line
        for prefix, line in backend.imports.items()
        if re.search(rf"(?<![\w.]){re.escape(prefix)}\.", text)
    ]
    return [*found, "", ""] if found else []


# ---------------------------------------------------------------- the docstring


def _docstring(expression: Roots, inputs: Inputs) -> list[str]:
    """The formula, and the shape of every argument."""
    match expression:
        case Node():
            lines = [f"{_formula(expression)}."]
        case tuple():
            lines = ["Several values.", "", *_listed(expression, _formula)]
        case _:
            lines = ["Several values by name.", "", *_listed(list(leaves(expression)), _pair)]
    shapes = [kind.replace(" ", _TIED) for kind in _kinds(inputs)]
    lines += ["", "Arguments: " + ", ".join(shapes)] if shapes else []
    safe = [_safe(part) for line in lines for part in textwrap.wrap(line, _WIDTH) or [""]]
    if len(safe) == 1:
        return [f'"""{safe[0]}"""']
    return [f'"""{safe[0]}', *safe[1:], '"""']


def _listed(found: Sequence[Listed], text: Callable[[Listed], str]) -> list[str]:
    """The first of them as text, and how many more there are."""
    more = len(found) - _MOST_LISTED
    return [*map(text, found[:_MOST_LISTED]), *([f"and {more} more"] if more > 0 else [])]


def _kinds(inputs: Inputs) -> list[str]:
    """What every argument is: `A: n x n`."""
    solved = _solved(inputs)

    def kind(symbol: Symbol) -> str:
        return f"{symbol.name}: {kind_of(symbol)}{', not needed' if symbol in solved else ''}"

    return [*_listed(inputs.symbols, kind), *(f"{size}: an integer" for size in inputs.dimensions)]


def kind_of(symbol: Symbol) -> str:
    """What an argument is: its shape, or a function of arrays."""
    if "solution" in symbol.structure:
        return f"{symbol.shape} (the solution of its equation)"
    return "a function" if "callable" in symbol.structure else str(symbol.shape)


def _pair(leaf: tuple[tuple[str, ...], Node]) -> str:
    path, node = leaf
    return f"{', '.join(path)}: {_formula(node)}"


def _formula(node: Node) -> str:
    from matcalc.printing.text import to_text  # reads templates of the rule book

    is_short = size(node) <= _LONGEST_FORMULA
    return to_text(node) if is_short else f"An expression of shape {node.shape}"


def _safe(line: str) -> str:
    """The line without anything that could end or alter the docstring."""
    kept = "".join(letter if letter.isprintable() else " " for letter in line)
    return kept.replace("\\", "/").replace('"', "'")


# ---------------------------------------------------------------- sizes


def _reading_lines(reads: Sequence[Reading], names: Mapping[str, str]) -> list[str]:
    """`m, n = A.shape`, `n = x.shape[0]`, `n = y.shape[0] // m`."""
    lines: list[str] = []
    done: set[str] = set()
    for reading in reads:
        if reading.name in done:
            continue
        both = _both_axes(reading, reads, done)
        if both:
            done.update(both)
            lines.append(f"{', '.join(names[n] for n in both)} = {_array(reading, names)}.shape")
        else:
            done.add(reading.name)
            lines.append(f"{names[reading.name]} = {_solution(reading, names)}")
    return lines


def _both_axes(reading: Reading, reads: Sequence[Reading], done: set[str]) -> list[str]:
    """The names of a matrix whose two axes are read next, both plainly."""
    symbol = reading.axis.symbol
    wanted = [size.name for size in array_dimensions(symbol.shape)]
    found = {r.name for r in reads if r.axis.symbol is symbol and r.axis.size.name} - done
    names = [name for name in wanted if name is not None and name in found]
    return names if len(names) == len(set(names)) == len(wanted) == 2 else []


def _array(reading: Reading, names: Mapping[str, str]) -> str:
    return names[reading.axis.symbol.name]


def _solution(reading: Reading, names: Mapping[str, str]) -> str:
    """The code that solves `axis length = size` for the name."""
    length = f"{_array(reading, names)}.shape[{reading.axis.place}]"
    if reading.axis.size.name is not None:
        return length
    whole, constant, linear, square = quadratic(reading.axis.size, reading.name)
    length = f"{whole} * {length}" if whole != 1 else length
    rest = length if not constant.terms else f"({length} - ({_polynomial(constant, names)}))"
    first = _polynomial(linear, names)
    if not square.terms:
        return rest if first == "1" else f"{rest} // ({first})"
    second = _polynomial(square, names)
    root = f"math.isqrt(({first})**2 + 4 * ({second}) * {rest})"
    return f"({root} - ({first})) // (2 * ({second}))"


def _polynomial(size: Dimension, names: Mapping[str, str]) -> str:
    terms = [
        " * ".join(
            ([str(value)] if value != 1 or not monomial else []) + [names[n] for n in monomial]
        )
        for monomial, value in size.terms
    ]
    return " + ".join(terms) or "0"
