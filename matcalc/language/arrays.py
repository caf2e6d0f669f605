"""Shapes as NumPy has them: every node has axes, signs work entry by entry, with broadcasting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matcalc.expressions.dimensions import ONE, Dimension
from matcalc.expressions.nodes import Symbol
from matcalc.language.array_functions import items_of
from matcalc.language.array_values import (
    NUMBER,
    Array,
    ArrayFunction,
    broadcast_shape,
    product_shape,
)
from matcalc.language.clashes import Clash
from matcalc.language.constants import is_number_in_quotes
from matcalc.language.fitting import Letters
from matcalc.language.inference import Inference
from matcalc.language.joining import Joined
from matcalc.language.kinds import default_kind
from matcalc.language.libraries import arguments_of
from matcalc.language.meeting import Sides
from matcalc.language.signatures import LibraryFunction
from matcalc.language.syntax import (
    Blocks,
    Call,
    Chain,
    Comparison,
    Listed,
    Name,
    Negation,
    Numeral,
    Postfix,
    Power,
    Quoted,
    Repeated,
    Selection,
    Solution,
    Subscript,
    Syntax,
    Total,
)
from matcalc.language.vocabulary import Defined, Silent, Source, Undeclared, Vocabulary

_AXES_OF_KINDS = {"scalar": 0, "vector": 1}
_NO_ARRAY = Array(NUMBER.sides, -1)  # a word, a tuple of axes, a list that is not yet an array


class Chosen(NamedTuple):
    """The line of the book that a call means, and its arguments by parameter."""

    function: LibraryFunction
    arguments: Mapping[str, Syntax]


class ArrayInference(Inference):
    """One attempt to give every syntax node a shape, as NumPy reads the text."""

    def __init__(self, source: Source, vocabulary: Vocabulary, kinds: Mapping[str, str]) -> None:
        super().__init__(source, vocabulary, kinds)
        self.axes: list[int] = []
        self.called: dict[int, Chosen] = {}
        self.stacks: dict[int, Joined] = {}
        self._sizes: dict[int, Dimension] = {}

    def exponents_of_matrices(self) -> set[str]:
        return set()  # a power works entry by entry

    def array(self, node: Syntax) -> Array:
        """The shape of what stands for an array; a list of arrays is stacked."""
        if self.axes[node.place] < 0:
            items = items_of(node)
            if not items:
                raise Clash(node, "not_in_dialect", ())
            self.stacks[node.place] = Joined("stack", items)
            found = self._of_arrays(node, self.stacks[node.place])
            self.sides[node.place], self.axes[node.place] = found
        return Array(self.sides[node.place], self.axes[node.place])

    def size(self, node: Syntax) -> Dimension | None:
        """A size that is written, or asked of an array as `X.shape[0]`; None of anything else."""
        known = self.vocabulary.sizes.get(node.place, self._sizes.get(node.place))
        return None if known is None else self.unifier.resolve(known)

    def _infer(self, node: Syntax) -> Sides:
        found = self._array(node)
        self.axes.append(found.axes)
        return found.sides

    def _array(self, node: Syntax) -> Array:
        match node:
            case Name():
                return self._name_array(node)
            case Numeral():
                return NUMBER
            case Quoted() | Listed() | Blocks(rows=[_]):
                return _NO_ARRAY
            case Negation(operand=Name(place=place)) if self.axes[place] < 0:
                return _NO_ARRAY
            case Negation(operand=operand):
                return self.array(operand)
            case Total(terms=terms):
                return self.broadcast(node, [self.array(term) for term in terms])
            case Comparison(left=left, right=right):
                return self.broadcast(node, [self.array(left), self.array(right)])
            case Power(base=base, exponent=exponent):
                return self.broadcast(node, [self.array(base), self.array(exponent)])
            case Chain():
                return self._chain_array(node)
            case Postfix(operand=operand):
                (rows, columns), axes = self.array(operand)
                return Array((columns, rows) if axes == 2 else (rows, columns), axes)
            case Call():
                return _NO_ARRAY if is_number_in_quotes(node) else self._call_array(node)
            case Selection():
                return self._selected(node)
            case Blocks() | Repeated() | Solution():
                raise Clash(node, "not_in_dialect", ())

    def _name_array(self, node: Name) -> Array:
        sides = self._name(node)
        meaning = self.vocabulary.meanings[node.place]
        match meaning:
            case Undeclared(word=word):
                return Array(sides, _AXES_OF_KINDS.get(self.kinds[word], 2))
            case Defined(place=place):
                return Array(sides, self.axes[place])
            case Symbol(name=name) if name in self.source.columns:
                return Array(sides, 2)
            case Symbol(shape=shape):
                return Array(sides, 0 if shape.is_scalar else 1 if shape.columns == ONE else 2)
            case Silent():
                return _NO_ARRAY
            case _:
                return Array(sides, 0)

    # ------------------------------------------------------------ signs

    def broadcast(self, node: Syntax, arrays: Sequence[Array]) -> Array:
        """What arrays become when they meet entry by entry."""
        found = broadcast_shape(self.unifier, arrays)
        if found is None:
            raise Clash(node, "broadcast", ())
        return found

    def _chain_array(self, node: Chain) -> Array:
        found = self.array(node.factors[0])
        for place, operator in enumerate(node.operators):
            right = self.array(node.factors[place + 1])
            if operator == "@":
                found = self._product(node, place, found, right)
            else:
                found = self.broadcast(node, [found, right])
        return found

    def _product(self, node: Chain, place: int, left: Array, right: Array) -> Array:
        found = product_shape(self.unifier, left, right)
        if found is None:
            raise Clash(node, "multiply", (place, left.sides, right.sides))
        return found

    # ------------------------------------------------------------ functions

    def _call_array(self, node: Call) -> Array:
        if node.place in self.vocabulary.of_arrays:
            return self._of_arrays(node, self.vocabulary.of_arrays[node.place])
        for argument in node.arguments:
            if items_of(argument):
                self.array(argument)
        candidates = self.vocabulary.library[node.place]
        for function in candidates:
            given = arguments_of(node, function, self.axes)
            if given is None or any(self._is_unstated(given[name]) for name in function.stated):
                continue
            mark = self.unifier.mark()
            found = self._fitted_call(node, function, given)
            if found is not None:
                self.called[node.place], found = self._smaller(node, Chosen(function, given), found)
                return found
            self.unifier.undo(mark)
        raise Clash(node, "library_call", tuple(candidates))

    def _smaller(self, node: Call, chosen: Chosen, found: Array) -> tuple[Chosen, Array]:
        """Of two ways with parameters of the same shapes the one of the smaller value, as of a wide
        matrix; the first where that is not known.
        """
        first, rows = chosen.function, self.unifier.resolve(found.sides[0])
        shapes = [parameter.shape for parameter in first.signature.parameters]
        for other in self.vocabulary.library[node.place]:
            alike = [parameter.shape for parameter in other.signature.parameters] == shapes
            given = arguments_of(node, other, self.axes) if alike and other is not first else None
            if given is not None:
                value = self._fitted_call(node, other, given)
                if value and (rows - self.unifier.resolve(value.sides[0])).is_at_least(1):
                    return Chosen(other, given), value
        return chosen, found

    def _is_unstated(self, node: Syntax) -> bool:
        """Whether it is an undeclared name that only may be meant so, as `y` in a loss."""
        meaning = self.vocabulary.meanings.get(node.place)
        if not isinstance(node, Name) or not isinstance(meaning, Undeclared):
            return False
        return not self.kinds[node.word] == default_kind(node.word) == "matrix"

    def _of_arrays(self, node: Syntax, function: ArrayFunction) -> Array:
        found = function.shape(self.unifier, [self.array(one) for one in function.operands])
        if found is None:
            raise Clash(node, "broadcast", ())
        return found

    def _fitted_call(
        self, node: Call, function: LibraryFunction, given: Mapping[str, Syntax]
    ) -> Array | None:
        letters = Letters(self.unifier)
        met = self._arguments_of_any_axes(node, function, given)
        for parameter in function.signature.parameters:
            part = given[parameter.name]
            if parameter.kind == "dimension":
                size = self.size(part)
                if size is None:
                    return None
                letters.known[parameter.name] = size
        for parameter in function.signature.parameters:
            if parameter.kind != "value":
                continue
            is_any = function.axes[parameter.name] is None
            sides = met.sides if is_any else self.sides[given[parameter.name].place]
            wanted = parameter.shape.rows, parameter.shape.columns
            if not all(map(letters.meet, wanted, sides)):
                return None
        if not letters.settle():
            return None
        if function.result is None:
            return met
        if function.size is not None:
            self._sizes[node.place] = letters.value(function.size)
        shape = function.signature.result
        return Array((letters.value(shape.rows), letters.value(shape.columns)), function.result)

    def _arguments_of_any_axes(
        self, node: Call, function: LibraryFunction, given: Mapping[str, Syntax]
    ) -> Array:
        arrays = [self.array(given[word]) for word, axes in function.axes.items() if axes is None]
        return self.broadcast(node, arrays) if arrays else NUMBER

    # ------------------------------------------------------------ entries

    def _selected(self, node: Selection) -> Array:
        """`x[i]`, `X[i]`, `X[:, j]`, `x[:, None]`: positions from 0, ends left out."""
        operand = self.array(node.operand)
        kept: list[Dimension] = []
        axis = 0
        for subscript in node.subscripts:
            if is_new_axis(subscript, self.vocabulary):
                kept.append(ONE)
                continue
            if axis >= operand.axes:
                raise Clash(node, "subscript_count", ())
            if subscript.single is None:
                kept.append(self._kept(node, subscript, operand.sides[axis]))
            elif isinstance(subscript.single, Blocks | Listed):
                raise Clash(node, "not_in_dialect", ())
            elif not self.is_scalar(subscript.single):
                raise Clash(node, "subscript", (subscript.single,))
            axis += 1
        kept += operand.sides[axis : operand.axes]
        if len(kept) > 2:
            raise Clash(node, "not_in_dialect", ())
        match kept:
            case []:
                return NUMBER
            case [size]:
                return Array((size, ONE), 1)
            case _:
                return Array((kept[0], kept[1]), 2)

    def _kept(self, node: Selection, subscript: Subscript, whole: Dimension) -> Dimension:
        first, last = self.ends(subscript, whole)
        size = last - first
        if (size * -1).is_at_least(0):
            raise Clash(node, "empty_range", (subscript.lower, subscript.upper))
        return size

    def ends(self, subscript: Subscript, whole: Dimension) -> tuple[Dimension, Dimension]:
        """Where a range begins, and where it ends, counted from the end where negative."""
        first = self._from_start(subscript.lower, whole, ONE - ONE)
        return first, self._from_start(subscript.upper, whole, self.unifier.resolve(whole))

    def _from_start(self, node: Syntax | None, whole: Dimension, usual: Dimension) -> Dimension:
        if node is None:
            return usual
        size = self.vocabulary.sizes[node.place]
        negative = size.integer is not None and size.integer < 0
        return self.unifier.resolve(whole) + size if negative else size


def is_new_axis(subscript: Subscript, vocabulary: Vocabulary) -> bool:
    """`x[:, None]`, `x[np.newaxis, :]`."""
    single = subscript.single
    return isinstance(single, Name) and single.word.rpartition(".")[2] in ("None", "newaxis")
