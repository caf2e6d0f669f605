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
from matcalc.expressions.limits import LONGEST_CHAIN, LONGEST_FILE, LONGEST_NUMBER, MOST_NODES
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
    wanted = {"protocol": int, "nodes": list}
    kept = (
        found if not isinstance(found, Mapping) else {k: v for k, v in found.items() if k in wanted}
    )
    listed = _taken(kept, wanted)
    if listed["protocol"] != PROTOCOL:
        raise SyntaxProblem(
            f"protocol {listed['protocol']} is unknown here", hint=f"this is protocol {PROTOCOL}"
        )
    MOST_NODES.check(len(listed["nodes"]))
    nodes: list[Node] = []
    for place, record in enumerate(listed["nodes"]):
        try:
            nodes.append(_read(record, nodes))
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


def _taken(record: Any, fields: Mapping[str, type]) -> Mapping[str, Any]:
    """The record, with these fields of these types and no others."""
    if not isinstance(record, Mapping):
        raise SyntaxProblem(f"an object is expected, found {record!r:.60}")
    if unlike := {*map(str, record)} ^ {*fields}:
        raise SyntaxProblem(
            f"the field {sorted(unlike)[0]!r:.60} is missing or unknown",
            hint=f"the fields are {', '.join(fields)}",
        )
    for name, kind in fields.items():
        if type(record[name]) is not kind:
            raise SyntaxProblem(f"{name} is a {kind.__name__}, found {record[name]!r:.60}")
    return record


def _read(record: Any, nodes: Sequence[Node]) -> Node:
    keys = record if isinstance(record, Mapping) else {}
    kind = next((one for one in _READERS if one in keys), None)
    if kind is None:
        raise SyntaxProblem(
            f"this is no node: {record!r:.60}", hint=f"a node has one of {', '.join(_READERS)}"
        )
    fields, read = _READERS[kind]
    return read(_taken(record, fields), nodes)


def _at(place: Any, nodes: Sequence[Node]) -> Node:
    if type(place) is not int or not 0 <= place < len(nodes):
        raise SyntaxProblem(f"{place!r:.60} is no place of an earlier node")
    return nodes[place]


def _rational(text: Any) -> Fraction:
    if not isinstance(text, str) or not _RATIONAL.fullmatch(text):
        raise SyntaxProblem(f'a number is a text such as "-1/2", found {text!r:.60}')
    LONGEST_NUMBER.check(len(text))
    with suppress(ZeroDivisionError):
        return Fraction(text)
    raise SyntaxProblem(f"{text} divides by zero")


def _size(text: Any) -> Dimension:
    if not isinstance(text, str):
        raise SyntaxProblem(f'a size is a text such as "n" or "2", found {text!r:.60}')
    return read_size(text)


def _shape(sizes: Sequence[Any]) -> Shape:
    if len(sizes) != 2:
        raise SyntaxProblem(f"a shape is two sizes, found {sizes!r:.60}")
    return Shape(*map(_size, sizes))


def _symbol(record: Mapping[str, Any], nodes: Sequence[Node]) -> Node:
    name, shape = record["symbol"], _shape(record["shape"])
    check_name(name, name, (0, len(name)))
    words = closure(*map(_word, record["is"]))
    of_scalars = sorted(words & _OF_SCALARS)
    if (of_scalars and not shape.is_scalar) or (words & _SQUARE and not shape.is_square):
        what = (of_scalars or sorted(words & _SQUARE))[0]
        raise ShapeError(f"{name} is {shape}, which is not of the shape of {what}")
    return Symbol(name, shape, words)


def _word(word: Any) -> str:
    """A word about a variable, perhaps with values."""
    if not isinstance(word, str) or not (word in _WORDS or _VALUED.fullmatch(word)):
        raise UnknownName(f"{word!r:.60} is nothing that a variable can be")
    return word


def _sum(record: Mapping[str, Any], nodes: Sequence[Node]) -> Node:
    terms = record["sum"]
    if not terms or any(not isinstance(term, list) or len(term) != 2 for term in terms):
        raise SyntaxProblem('a sum is a list of terms such as ["-1/2", 3]')
    return add((_rational(value), _at(place, nodes)) for value, place in terms)


def _product(record: Mapping[str, Any], nodes: Sequence[Node]) -> Node:
    parts = [_at(place, nodes) for place in record["product"]]
    LONGEST_CHAIN.check(sum(len(one.factors) for one in parts if isinstance(one, Product)))
    return multiply(Number(_rational(record["times"])), *parts)


def _named(record: Mapping[str, Any], nodes: Sequence[Node]) -> Node:
    check_name(record["named"], record["named"], (0, len(record["named"])))
    return named(record["named"], _at(record["value"], nodes))


def _apply(record: Mapping[str, Any], nodes: Sequence[Node]) -> Node:
    name, shape = record["operation"], _shape(record["shape"])
    given = [_at(place, nodes) for place in record["of"]]
    if name in _UNLISTED:
        _require_taken(name, given)
    else:
        bind(book.operation(name).signature, given)
    kind = _REPEATED.get(name)
    made = over_index(kind, *given) if kind else book.apply(name, given, shape)
    if made.shape != shape:
        raise ShapeError(f"{name} of these is {made.shape}, and not {shape}")
    return made


def _require_taken(name: str, given: Sequence[Node]) -> None:
    """Raise SyntaxProblem where an operation without a signature does not take what is given."""
    wanted = _UNLISTED[name]
    if wanted is None:
        fits = len(given) > 1 and len({one.shape for one in given}) == 1
    else:
        fits = len(given) == len(wanted) and all(
            test(one) for test, one in zip(wanted, given, strict=True)
        )
    if not fits:
        raise SyntaxProblem(f"{name} does not take these: {', '.join(map(str, given))[:60]}")


def _is(*words: str) -> Callable[[Node], bool]:
    return lambda node: isinstance(node, Symbol) and not node.structure.isdisjoint(words)


def _is_scalar(node: Node) -> bool:
    return node.shape.is_scalar


def _is_count(node: Node) -> bool:
    return isinstance(node, Number) and node.value.denominator == 1 and node.value >= 0


def _is_any(node: Node) -> bool:
    return True


_REPEATED = {kind.word: kind for kind in REPEATED.values()}
_OVER = (_is("integer"), _is_scalar, _is_scalar, _is_any)
# The operations that are no entries of the book; None is for two or more of one shape.
_UNLISTED: Mapping[str, Sequence[Callable[[Node], bool]] | None] = {
    "hadamard": None,
    **dict.fromkeys(_REPEATED, _OVER),
    "implicit": (_is("solution"), _is_any),
    "elementwise": (_is("callable", "function"), _is_count, _is_any),
    "d": (_is_any,),
}

Reader = Callable[[Mapping[str, Any], Sequence[Node]], Node]
_READERS: Mapping[str, tuple[Mapping[str, type], Reader]] = {
    "symbol": ({"symbol": str, "shape": list, "is": list}, _symbol),
    "number": ({"number": str}, lambda record, _: Number(_rational(record["number"]))),
    "identity": ({"identity": str}, lambda record, _: identity(_size(record["identity"]))),
    "zero": ({"zero": list}, lambda record, _: zero(_shape(record["zero"]))),
    "sum": ({"sum": list}, _sum),
    "product": ({"product": list, "times": str}, _product),
    "named": ({"named": str, "value": int}, _named),
    "operation": ({"operation": str, "of": list, "shape": list}, _apply),
}
