"""The arguments of a compiled function: names, kinds and shapes, checked against declarations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from matcalc.compile.declared import LookedAt, require_declared
from matcalc.compile.inputs import Inputs
from matcalc.compile.names import plain
from matcalc.compile.sizes import Axis, array_dimensions, axes_of, readings, solve
from matcalc.compile.text import kind_of
from matcalc.expressions.dimensions import ONE, Dimension, Shape
from matcalc.expressions.errors import DomainError, ShapeError
from matcalc.expressions.nodes import Symbol
from matcalc.expressions.valued_words import sizes_of
from matcalc.language.functions import derivative_of

_COMPUTED = "fdFD"  # single and double precision, real and complex: what LAPACK has


class Arguments:
    """Turns keyword arguments into those of the generated function, or says what is wrong."""

    def __init__(
        self, inputs: Inputs, settled: Mapping[str, Dimension], looked_at: LookedAt
    ) -> None:
        self._inputs = inputs
        self._settled = settled
        self._looked_at = looked_at
        # Python reads the keyword x₁ as x1; where both are variables, each keeps its own name.
        self.symbols = {plain(symbol.name): symbol for symbol in inputs.symbols}
        self.symbols |= {symbol.name: symbol for symbol in inputs.symbols}
        callables = [s.name for s in inputs.symbols if "callable" in s.structure]
        self._functions = {derivative_of(name)[0]: name for name in callables}
        sizes = {name for symbol in inputs.symbols for name in symbol.dimensions}
        self._sizes = {plain(name): name for name in sorted(sizes.union(inputs.dimensions))}

    def bind(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments by identifier. Raises DomainError and ShapeError."""
        arrays: dict[str, Any] = {}
        sizes: dict[str, int] = {}
        for key, value in values.items():
            name = key if key in self.symbols else plain(key)
            if name in self.symbols:
                symbol = self.symbols[name]
                arrays[symbol.name] = _array(symbol, value)
                _check_whole(symbol, arrays[symbol.name])
                sizes |= _sizes_of_matrices(symbol, value)
                if name in self._sizes:
                    sizes[self._sizes[name]] = _integer(name, value)
            elif name in self._sizes:
                sizes[self._sizes[name]] = _integer(name, value)
            elif name in self._functions:
                _function(name, value)
            elif name in self._settled:
                self._check_settled(name, _integer(name, value))
            else:
                raise self._unknown(key)
        arrays |= self._derivatives(arrays, values)
        self._measure(arrays, sizes)
        self._check_extents(arrays, sizes)
        for symbol in self._inputs.symbols:
            if symbol.name in arrays:
                require_declared(symbol, arrays[symbol.name], sizes, self._looked_at)
        return self._arguments(arrays, sizes)

    def _derivatives(
        self, arrays: Mapping[str, Any], values: Mapping[str, Any]
    ) -> dict[str, Callable[..., Any]]:
        """Derivatives that are not given, of functions that know theirs: splines, polynomials."""
        found: dict[str, Callable[..., Any]] = {}
        for symbol in self._inputs.symbols:
            word, order = derivative_of(symbol.name)
            if "callable" in symbol.structure and symbol.name not in arrays and order:
                given = values.get(word)
                derivative = getattr(given, "deriv", None) or getattr(given, "derivative", None)
                if derivative is not None:
                    found[symbol.name] = derivative(order)
        return found

    def _check_settled(self, name: str, value: int) -> None:
        """A dimension that the problem itself determines may be given, and has to agree."""
        known = self._settled[name].integer
        if known is not None and known != value:
            raise ShapeError(f"{name} is {known} in this problem, not {value}")

    def _unknown(self, name: str) -> DomainError:
        known = [*self.symbols, *(size for size in self._sizes if size not in self.symbols)]
        close = get_close_matches(name, known, n=1)
        guess = f"did you mean {close[0]}? " if close else ""
        return DomainError(
            f"there is no argument '{name}'", hint=f"{guess}known: {', '.join(known) or 'none'}"
        )

    def _measure(self, arrays: Mapping[str, Any], sizes: dict[str, int]) -> None:
        """Read the dimensions off the arrays, and compare every axis with its declaration."""
        axes = axes_of(s for s in self._inputs.symbols if s.name in arrays)
        given = {name: "as given" for name in sizes}
        for reading in readings(axes, sizes):
            axis = reading.axis
            length = arrays[axis.symbol.name].shape[axis.place]
            value = solve(axis.size, reading.name, length, sizes)
            if value is None:
                raise _misfit(axis, arrays, sizes, given)
            sizes[reading.name], given[reading.name] = value, f"from {axis.symbol.name}"
        for axis in axes:
            if axis.size.names <= sizes.keys():
                length = arrays[axis.symbol.name].shape[axis.place]
                if length != axis.size.evaluate(sizes):
                    raise _misfit(axis, arrays, sizes, given)

    def _check_extents(self, arrays: Mapping[str, Any], sizes: Mapping[str, int]) -> None:
        """Refuse what would take more memory or more steps than a machine has."""
        integers = {
            symbol.name: int(arrays[symbol.name])
            for symbol in self._inputs.symbols
            if "integer" in symbol.structure and symbol.name in arrays
        }
        given = sum(getattr(array, "size", 1) for array in arrays.values())
        self._inputs.extents.check({**integers, **sizes}, given)

    def _arguments(self, arrays: Mapping[str, Any], sizes: Mapping[str, int]) -> dict[str, Any]:
        inputs = self._inputs
        absent = [symbol for symbol in inputs.symbols if symbol.name not in arrays]
        missing = [
            symbol.name
            for symbol in absent
            if symbol.name in inputs.used
            or (symbol.name in inputs.measured and not symbol.shape.names <= sizes.keys())
        ]
        missing += [name for name in inputs.dimensions if name not in sizes]
        if missing:
            raise self._missing(missing)
        found = {name: sizes[name] for name in inputs.dimensions}
        found |= {s.name: self._argument(s, arrays, sizes) for s in inputs.symbols}
        return {inputs.identifiers[name]: value for name, value in found.items()}

    def _argument(self, symbol: Symbol, arrays: Mapping[str, Any], sizes: Mapping[str, int]) -> Any:
        if symbol.name in sizes:
            return sizes[symbol.name]
        if symbol.name in arrays or symbol.name not in self._inputs.measured:
            return arrays.get(symbol.name)
        import numpy

        # Only its shape is asked for, and that follows from the dimensions given by name.
        lengths = [size.evaluate(sizes) for size in array_dimensions(symbol.shape)]
        return numpy.broadcast_to(0.0, lengths)

    def _missing(self, names: list[str]) -> DomainError:
        symbols = {symbol.name: symbol for symbol in self._inputs.symbols}
        wanted = [
            f"{name}: {kind_of(symbols[name])}" if name in symbols else f"{name}: a dimension"
            for name in names
        ]
        calls = ", ".join(f"{name}=..." for name in names)
        unknown = any("callable" in symbols[name].structure for name in names if name in symbols)
        hint = f"pass {calls}"
        sought = [n for n in names if n in symbols and "solution" in symbols[n].structure]
        if sought:
            hint += f"; solve the equation for {', '.join(sought)} first: it is not linear"
        if unknown:
            hint += "; an unknown function is given as a Python function of arrays"
        return DomainError(f"missing {', '.join(wanted)}", hint=hint)


def _function(name: str, value: Any) -> Any:
    if not callable(value):
        raise DomainError(
            f"{name} is an unknown function, and {type(value).__name__} is not one",
            hint=f"pass a Python function of arrays, such as {name}=np.tanh",
        )
    return value


def _check_whole(symbol: Symbol, value: Any) -> None:
    """An integer is whole, and an index is counted from 1."""
    if "integer" not in symbol.structure:
        return
    if not value.is_integer() or ("index" in symbol.structure and value < 1):
        wanted = "an integer from 1 on" if "index" in symbol.structure else "an integer"
        raise DomainError(f"{symbol.name} has to be {wanted}, not {value}")


def _array(symbol: Symbol, value: Any) -> Any:
    """The value as an array of floats with the declared number of axes; a scalar as a number."""
    if "callable" in symbol.structure:
        return _function(symbol.name, value)
    import numpy

    try:
        array = numpy.asarray(value)
    except ValueError:
        raise DomainError(f"{symbol.name} is not an array: its rows differ in length") from None
    if array.dtype.kind in "biu":
        array = array.astype(float)
    elif array.dtype.kind not in "fc":
        raise DomainError(f"{symbol.name} is not an array of numbers but of {array.dtype}")
    elif array.dtype.char not in _COMPUTED:
        raise DomainError(
            f"{symbol.name} is of {array.dtype}, in which no linear algebra is computed",
            hint=f"pass {symbol.name}.astype(float)",
        )
    array = _without_ones(symbol.shape, _in_rows(symbol, _in_field(symbol, array)))
    if array.ndim != len(array_dimensions(symbol.shape)):
        found = f"an array of shape {array.shape}" if array.ndim else "a number"
        raise ShapeError(
            f"{symbol.name} is {_kind(symbol.shape)}, but {found} was given",
            hint=_repair(symbol, array.shape),
        )
    return array if array.ndim else array[()]


def _in_rows(symbol: Symbol, array: Any) -> Any:
    """A family of matrices, an array of three axes, as an array of rows."""
    is_family = bool(sizes_of(symbol.structure, "family")) and array.ndim == 3
    return array.reshape(len(array), -1) if is_family else array


def _sizes_of_matrices(symbol: Symbol, value: Any) -> dict[str, int]:
    """The sizes that the last two axes of a family tell, which its rows alone do not."""
    sizes, lengths = sizes_of(symbol.structure, "family"), getattr(value, "shape", ())[1:]
    pairs = zip(sizes, lengths if len(lengths) == 2 else (), strict=False)
    return {size.name: length for size, length in pairs if size.name is not None}


def _without_ones(shape: Shape, array: Any) -> Any:
    """A 2-D array of a row, a column or a number without the axes that are declared to be 1."""
    ones = [place for place, size in enumerate((shape.rows, shape.columns)) if size == ONE]
    if array.ndim == 2 and all(array.shape[place] == 1 for place in ones):
        return array.squeeze(axis=tuple(ones))
    return array


def _kind(shape: Shape) -> str:
    match len(array_dimensions(shape)):
        case 0:
            return "a scalar: a number or a 0-d array is expected"
        case 1:
            return f"{shape}: a 1-D array, or a 2-D one of that shape, is expected"
        case _:
            return f"{shape}: a 2-D array is expected"


def _in_field(symbol: Symbol, array: Any) -> Any:
    """Complex numbers for complex variables only, and all of their values as such."""
    import numpy

    if symbol.is_complex:
        return array.astype(numpy.result_type(array, numpy.complex64), copy=False)
    if array.dtype.kind == "c":
        raise DomainError(
            f"{symbol.name} is real, but complex numbers were given",
            hint=f"declare {symbol.name} as complex_scalar, complex_vector or complex_matrix",
        )
    return array


def _repair(symbol: Symbol, found: tuple[int, ...]) -> str:
    if len(array_dimensions(symbol.shape)) == 1 and len(found) == 2 and 1 in found:
        return f"it lies the other way: pass {symbol.name}.reshape(-1)"
    return ""


def _integer(name: str, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = 0
    if number < 1 or number != value:
        raise DomainError(f"the dimension {name} is a positive integer, not {value!r}")
    return number


def _misfit(
    axis: Axis, arrays: Mapping[str, Any], sizes: Mapping[str, int], given: Mapping[str, str]
) -> ShapeError:
    symbol = axis.symbol
    shape = symbol.shape
    found = " x ".join(map(str, arrays[symbol.name].shape))
    expected = " x ".join(map(str, array_dimensions(shape)))
    known = [f"{n} = {sizes[n]} ({given[n]})" for n in sorted(axis.size.names) if n in sizes]
    reason = f" with {', '.join(known)}" if known else ""
    return ShapeError(f"{symbol.name} is {found}, expected {expected}{reason}")
