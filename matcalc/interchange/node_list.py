"""Expressions as JSON and back: a list of nodes, each after those inside it, the last the whole.

A node names those inside it by their places in the list, so that what is shared is written once
and nothing nests: `{"operation": "tr", "of": [2], "shape": ["1", "1"]}`. What is read is made by
the same doors as typed text, so that no list makes an expression that a text could not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from matcalc.expressions.binders import REPEATED, over_index
from matcalc.expressions.constructors import add, identity, multiply, named, zero
from matcalc.expressions.dimensions import Dimension, Shape, dimension
from matcalc.expressions.errors import MatcalcError, ShapeError, SyntaxProblem, UnknownName
from matcalc.expressions.limits import (
    LONGEST_CHAIN,
    LONGEST_FILE,
    LONGEST_NUMBER,
    MOST_INSIDE,
    MOST_NODES,
)
from matcalc.expressions.nodes import (
    Apply,
    Identity,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    Zero,
    ordered,
)
from matcalc.language.declarations import read_size
from matcalc.language.kinds import KINDS, closure
from matcalc.language.spelling import check_name
from matcalc.rulebook import book
from matcalc.rulebook.binding import bind

PROTOCOL = 1  # grows when what was written before could be misread
_N = dimension("n")
_SQUARE = frozenset(
    name
    for name, kind in KINDS.items()
    if ("n",) in kind.forms and kind.shape((_N,)) == Shape(_N, _N)
)
_WORDS = frozenset({"dimension", "function", "nonnegative", "real", "solution", "tangent"}).union(
    *(kind.structure for kind in KINDS.values())
)
_OF_SCALARS = frozenset({"dimension", "index", "integer", "function"})
_NUMBER = r"-?[0-9]{1,12}(?:\.[0-9]{1,12}|/[1-9][0-9]{0,11})?"
_END = rf"(?:{_NUMBER}|-?inf|-?(?:{_NUMBER}\*)?pi(?:/[1-9])?)"
_VALUED = re.compile(rf"rank\(\w+\)|family\(\w+,\w+\)|open_interval\({_END},{_END}\)", re.ASCII)
_RATIONAL = re.compile(r"-?[0-9]+(/[0-9]+)?")


def to_json(node: Node) -> dict[str, Any]:
    """The expression as an object for JSON."""
    nodes = ordered(node)
    places = {one: place for place, one in enumerate(nodes)}
    return {"protocol": PROTOCOL, "nodes": [_written(one, places) for one in nodes]}


def _written(node: Node, places: Mapping[Node, int]) -> dict[str, Any]:
    match node:
        case Symbol(name=name, shape=shape, structure=words):
            return {"symbol": name, "shape": _sizes(shape), "is": sorted(words)}
        case Number(value=value):
            return {"number": str(value)}
        case Identity(order=order):
            return {"identity": str(order)}
        case Zero(shape=shape):
            return {"zero": _sizes(shape)}
        case Sum(terms=terms):
            return {"sum": [[str(value), places[term]] for value, term in terms]}
        case Product(coefficient=coefficient, parts=parts):
            return {"product": [places[part] for part in parts], "times": str(coefficient)}
        case Named(name=name, value=value):
            return {"named": name, "value": places[value]}
        case Apply(operation=name, arguments=given, shape=shape):
            return {"operation": name, "of": [places[one] for one in given], "shape": _sizes(shape)}
        case _:
            raise AssertionError(f"not a node: {type(node)}")


def _sizes(shape: Shape) -> list[str]:
    return [str(shape.rows), str(shape.columns)]


# ---------------------------------------------------------------- reading


def from_json(content: Any) -> Node:
    """The expression that an object of `to_json`, or its text, stands for: the same node.

    Raises MatcalcError, with the place in the list, for what is none.
    """
    found = _parsed(content) if isinstance(content, str) else content
    if not isinstance(found, Mapping) or not isinstance(found.get("nodes"), list):
        raise SyntaxProblem('this is no expression: {"protocol": 1, "nodes": [...]} is one')
    if found.get("protocol") != PROTOCOL:
        raise SyntaxProblem(f"`protocol` is {PROTOCOL} here, not {found.get('protocol')!r:.60}")
    MOST_NODES.check(len(found["nodes"]))
    nodes: list[Node] = []
    inside = 0
    for place, record in enumerate(found["nodes"]):
        try:
            inside += _count(record)
            MOST_INSIDE.check(inside)
            nodes.append(_read(record, nodes))
            inside += len(nodes[-1].parts)
        except MatcalcError as error:
            error.message = f"nodes[{place}]: {error.message}"
            raise
    if not nodes:
        raise SyntaxProblem("the list of nodes is empty")
    return nodes[-1]


def _parsed(text: str) -> Any:
    LONGEST_FILE.check(len(text))
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SyntaxProblem(f"this is no JSON: {error}") from None


def _count(record: Any) -> int:
    """How much is listed in a record."""
    values = record.values() if isinstance(record, Mapping) else ()
    return sum(len(value) for value in values if isinstance(value, list))


def _read(record: Any, nodes: Sequence[Node]) -> Node:
    """The node that a record of fields describes, made from those before it."""
    keys = [*record] if isinstance(record, Mapping) else []
    kind = next((one for one in _KINDS_OF_NODES if one in keys), None)
    if kind is None:
        hint = f"a node has one of {', '.join(_KINDS_OF_NODES)}"
        raise SyntaxProblem(f"this is no node: {record!r:.60}", hint=hint)
    fields, make = _KINDS_OF_NODES[kind]
    if {*keys} != {*fields}:
        odd = next(iter({*map(str, keys)} ^ {*fields}))
        hint = f"the fields are {', '.join(fields)}"
        raise SyntaxProblem(f"the field {odd!r:.60} is missing or unknown", hint=hint)
    return make(*(read(record[name], nodes) for name, read in fields.items()))


def _of_type(value: Any, kind: type, example: str) -> Any:
    if type(value) is not kind:
        raise SyntaxProblem(f"{value!r:.60} stands where a {example} is expected")
    return value


# ---------------------------------------------------------------- the fields


def _place(value: Any, nodes: Sequence[Node]) -> Node:
    if type(value) is not int or not 0 <= value < len(nodes):
        raise SyntaxProblem(f"{value!r:.60} is no place of an earlier node")
    return nodes[value]


def _places(value: Any, nodes: Sequence[Node]) -> list[Node]:
    return [_place(one, nodes) for one in _of_type(value, list, "list of places, [0, 2],")]


def _terms(value: Any, nodes: Sequence[Node]) -> list[tuple[Fraction, Node]]:
    terms = _of_type(value, list, "list of terms")
    if not terms or any(not isinstance(term, list) or len(term) != 2 for term in terms):
        raise SyntaxProblem('a sum is a list of terms such as ["-1/2", 3]')
    return [(_rational(number, nodes), _place(place, nodes)) for number, place in terms]


def _rational(value: Any, nodes: Sequence[Node]) -> Fraction:
    if not _RATIONAL.fullmatch(_of_type(value, str, 'text such as "-1/2"')):
        raise SyntaxProblem(f"{value!r:.60} is no rational number")
    LONGEST_NUMBER.check(len(value))
    with suppress(ZeroDivisionError):
        return Fraction(value)
    raise SyntaxProblem(f"{value} divides by zero")


def _name(value: Any, nodes: Sequence[Node]) -> str:
    check_name(_of_type(value, str, "name"), value, (0, len(value)))
    return str(value)


def _operation(value: Any, nodes: Sequence[Node]) -> str:
    return str(_of_type(value, str, "name of an operation"))


def _size(value: Any, nodes: Sequence[Node]) -> Dimension:
    return read_size(_of_type(value, str, 'text such as "n" or "2"'))


def _shape(value: Any, nodes: Sequence[Node]) -> Shape:
    if len(_of_type(value, list, "list of two sizes")) != 2:
        raise SyntaxProblem(f"a shape is two sizes, found {value!r:.60}")
    return Shape(*(_size(one, nodes) for one in value))


def _words(value: Any, nodes: Sequence[Node]) -> frozenset[str]:
    """What a variable is, with all that follows from it."""
    for word in _of_type(value, list, "list of words"):
        if not isinstance(word, str) or not (word in _WORDS or _VALUED.fullmatch(word)):
            raise UnknownName(f"{word!r:.60} is nothing that a variable can be")
    return closure(*value)


# ---------------------------------------------------------------- the nodes


def _symbol(name: str, shape: Shape, words: frozenset[str]) -> Node:
    unfit = words & (_OF_SCALARS if not shape.is_scalar else frozenset())
    unfit |= words & (_SQUARE if not shape.is_square else frozenset())
    if unfit:
        raise ShapeError(f"{name} is {shape}, which is not of the shape of {min(unfit)}")
    return Symbol(name, shape, words)


def _product(parts: Sequence[Node], coefficient: Fraction) -> Node:
    LONGEST_CHAIN.check(sum(len(one.factors) if isinstance(one, Product) else 1 for one in parts))
    return multiply(Number(coefficient), *parts)


def _apply(name: str, given: Sequence[Node], shape: Shape) -> Node:
    if name not in _UNLISTED:
        bind(book.operation(name).signature, given)
    elif not _UNLISTED[name](given):
        raise SyntaxProblem(f"{name} does not take these: {', '.join(map(str, given))[:60]}")
    kind = _REPEATED.get(name)
    made = over_index(kind, *given) if kind else book.apply(name, given, shape)
    if made.shape != shape:
        raise ShapeError(f"{name} of these is {made.shape}, and not {shape}")
    return made


def _are_alike(given: Sequence[Node]) -> bool:
    return len(given) > 1 and len({one.shape for one in given}) == 1


def _are_over_an_index(given: Sequence[Node]) -> bool:
    return (
        len(given) == 4
        and _is(given[0], "index")
        and given[1].shape.is_scalar
        and given[2].shape.is_scalar
    )


def _are_of_a_function(given: Sequence[Node]) -> bool:
    if len(given) != 3 or not _is(given[0], "callable", "function"):
        return False
    order = given[1]
    return isinstance(order, Number) and order.value.denominator == 1 and order.value >= 0


def _is(node: Node, *words: str) -> bool:
    return isinstance(node, Symbol) and not node.structure.isdisjoint(words)


_REPEATED = {kind.word: kind for kind in REPEATED.values()}
# What the operations take that are no entries of the book.
_UNLISTED: Mapping[str, Callable[[Sequence[Node]], bool]] = {
    "hadamard": _are_alike,
    **dict.fromkeys(_REPEATED, _are_over_an_index),
    "implicit": lambda given: len(given) == 2 and _is(given[0], "solution"),
    "elementwise": _are_of_a_function,
    "d": lambda given: len(given) == 1,
}
Field = Callable[[Any, Sequence[Node]], Any]
_KINDS_OF_NODES: Mapping[str, tuple[Mapping[str, Field], Callable[..., Node]]] = {
    "symbol": ({"symbol": _name, "shape": _shape, "is": _words}, _symbol),
    "number": ({"number": _rational}, Number),
    "identity": ({"identity": _size}, identity),
    "zero": ({"zero": _shape}, zero),
    "sum": ({"sum": _terms}, add),
    "product": ({"product": _places, "times": _rational}, _product),
    "named": ({"named": _name, "value": _place}, named),
    "operation": ({"operation": _operation, "of": _places, "shape": _shape}, _apply),
}
