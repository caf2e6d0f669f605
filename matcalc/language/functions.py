"""Functions that a problem brings along, applied entry by entry on any shape.

`phi(x)` with a name that nothing defines is an unknown function, phi'(x) its derivative. A
function given by `def softabs(t) = sqrt(t^2 + eps)` is put in place where it is called: its body,
written for numbers, is lifted to whole arrays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matcalc.expressions.constructors import (
    add,
    elementwise_power,
    hadamard,
    multiply,
    number,
    ones,
)
from matcalc.expressions.dimensions import SCALAR, Shape, dimension
from matcalc.expressions.errors import SyntaxProblem
from matcalc.expressions.nodes import Apply, Node, Product, Sum, Symbol, children, ordered
from matcalc.language.signatures import Book, Parameter, Signature

_DERIVATIVE = re.compile(r"(.+)_prime(\d*)")
_ANY = Shape(dimension("m"), dimension("n"))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A call of an unknown function: its name and how many times it is differentiated."""

    word: str
    order: int


@dataclass(frozen=True, slots=True)
class DefinedFunction:
    """A function defined in the problem; its body is the syntax arena[first:place + 1]."""

    name: str
    parameters: tuple[str, ...]
    first: int
    place: int

    def symbols(self) -> list[Symbol]:
        """What the parameters are in the body: numbers."""
        return [parameter_symbol(name) for name in self.parameters]


def parameter_symbol(name: str) -> Symbol:
    return Symbol(name, SCALAR, frozenset({"parameter"}))


def function_symbol(word: str) -> Symbol:
    """What stands for an unknown function in expressions."""
    return Symbol(word, SCALAR, frozenset({"callable"}))


def derivative_name(word: str, order: int) -> str:
    """The name in code for a derivative of an unknown function: phi_prime, phi_prime2."""
    return word + ("", "_prime")[order > 0] + (str(order) if order > 1 else "")


def derivative_of(name: str) -> tuple[str, int]:
    """The function and the order that such a name stands for.

    >>> derivative_of("phi_prime2"), derivative_of("phi")
    (('phi', 2), ('phi', 0))
    """
    found = _DERIVATIVE.fullmatch(name)
    return (found[1], int(found[2] or 1)) if found else (name, 0)


def elementwise_signature(name: str, parameters: tuple[str, ...]) -> Signature:
    """All arguments of one shape, and a value of that shape."""
    return Signature(name, tuple(Parameter(p, _ANY) for p in parameters), _ANY)


def lift(body: Node, values: Mapping[Symbol, Node], book: Book) -> Node:
    """The body, a scalar expression in the parameters, at arrays of one shape, entry by entry.

    What does not depend on a parameter stays a scalar. Raises SyntaxProblem where an operation
    on the way is not one of numbers.
    """
    shape = next(iter(values.values())).shape
    lifted: dict[Node, Node] = {symbol: value for symbol, value in values.items()}
    for node in ordered(body):
        if node not in lifted and any(child in lifted for child in children(node)):
            lifted[node] = _lifted(node, lifted, shape, book)
    return lifted.get(body, multiply(body, ones(shape)))


def _lifted(node: Node, lifted: Mapping[Node, Node], shape: Shape, book: Book) -> Node:
    match node:
        case Sum(terms=terms):
            return add((value, _whole(term, lifted, shape)) for value, term in terms)
        case Product(coefficient=coefficient, scalars=scalars, factors=()):
            apart = [scalar for scalar in scalars if scalar not in lifted]
            entries = hadamard(*(lifted[scalar] for scalar in scalars if scalar in lifted))
            return multiply(number(coefficient), *apart, entries)
        case Apply(operation="power", arguments=(base, exponent)) if exponent not in lifted:
            return elementwise_power(lifted[base], exponent)
        case Apply(operation="power", arguments=(base, exponent)):
            logarithm = book.apply("log", [lifted.get(base, base)])
            times = hadamard if base in lifted else multiply
            return book.apply("exp", [times(logarithm, lifted[exponent])])
        case Apply(operation="elementwise", arguments=(function, order, argument)):
            return book.apply("elementwise", [function, order, lifted[argument]])
        case Apply(operation=name, arguments=arguments) if is_elementwise(name, book):
            return book.apply(name, [_whole(a, lifted, shape) for a in arguments])
        case _:
            name = node.operation if isinstance(node, Apply) else "a product of vectors"
            raise SyntaxProblem(
                f"the body of a function is made of operations on numbers, and {name} is not one",
                hint="name a subexpression instead: `R = A*X - B`",
            )


def _whole(node: Node, lifted: Mapping[Node, Node], shape: Shape) -> Node:
    found = lifted.get(node)
    return multiply(node, ones(shape)) if found is None else found


def is_elementwise(name: str, book: Book) -> bool:
    """Whether all values that the operation takes have the shape, whatever it is, of its result."""
    found = [s for s in book.signatures(name) if s.operation == name]
    if not found:
        return False
    result = found[0].result
    shapes = {p.shape if p.kind == "value" else None for p in found[0].parameters}
    return result.rows.name != result.columns.name and shapes == {result}
