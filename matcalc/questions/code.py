"""A claim that is a Python function of arrays: its parameters are names of the problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import BoundArguments, Parameter, Signature, signature
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from matcalc.compile.names import plain
from matcalc.expressions.binders import free_symbols
from matcalc.expressions.dimensions import dimension
from matcalc.expressions.errors import MatcalcError, UnknownName
from matcalc.expressions.nodes import Node, Symbol, dimension_names, symbols_of
from matcalc.questions.question import Question

if TYPE_CHECKING:
    from matcalc.samples.coded import Coded

Function = Callable[..., Any]


def parameters(function: Function) -> Mapping[str, Parameter]:
    """The parameters by their names. Raises MatcalcError where the function does not tell them."""
    return _signature(function).parameters


def _signature(function: Function) -> Signature:
    try:
        return signature(function)
    except (TypeError, ValueError):
        name = getattr(function, "__name__", "the function")
        hint = f"for example claim=lambda X: {name}(X)"
        raise MatcalcError(f"{name} does not tell its parameters", hint=hint) from None


def read_code(
    function: Function, asked: Question, right: Node, directions: Sequence[Symbol]
) -> Coded:
    """The function, which is given the variables, parts, directions and sizes that it names.

    One that takes all names is given the variables, and the directions of `right`. Raises
    UnknownName for another parameter that has to be given.
    """
    from matcalc.samples.coded import Coded  # brings in NumPy

    symbols = [*asked.symbols, *free_symbols(asked.problem.expression)]  # the i of x[i] too
    variables = _by_parameter({one.name: one for one in symbols})
    moves = _by_parameter({one.name: one for one in directions})
    known = {**variables, **_by_parameter(asked.problem.definitions), **moves}
    lengths = {name: dimension(name) for name in dimension_names(*known.values())}
    sizes = {**asked.problem.sizes, **lengths}
    told = _signature(function)
    named = _named(told, [*known, *sizes])
    if _takes_all(told):
        named |= variables.keys() | {n for n, one in moves.items() if one in symbols_of(right)}

    def call(given: Mapping[str, Any]) -> Any:
        """By place where that can be, as the functions that jax.grad returns want it."""
        mine = {name: given[name] for name in told.parameters if name in given}
        bound = BoundArguments(told, mine)
        others = {name: value for name, value in given.items() if name not in mine}
        return function(*bound.args, **bound.kwargs, **others)

    arguments = {name: node for name, node in known.items() if name in named}
    taken = {n: size for n, size in sizes.items() if n in named - arguments.keys()}
    return Coded(_words(function), call, arguments, taken, right.shape)


def _name(function: Function) -> str:
    return getattr(function, "__name__", "<>")


def _words(function: Function) -> str:
    name = _name(function)
    return "your function" if name.startswith("<") else f"`{name}`"


def _by_parameter(found: Mapping[str, Node]) -> dict[str, Node]:
    """By the names that Python can have: x1 for x₁, lambda_ for lambda."""
    return {plain(name) + "_" * iskeyword(name): node for name, node in found.items()}


def _takes_all(told: Signature) -> bool:
    return any(one.kind is Parameter.VAR_KEYWORD for one in told.parameters.values())


def _named(told: Signature, known: Sequence[str]) -> set[str]:
    """The parameters that are known. Raises UnknownName for one that is not, without a default."""
    for name, one in told.parameters.items():
        by_place = one.kind is Parameter.VAR_POSITIONAL
        free = one.kind is not Parameter.VAR_KEYWORD and one.default is Parameter.empty
        if by_place or (free and name not in known):
            raise UnknownName(
                f"the claimed function takes {'*' * by_place}{name}, and f has no such name",
                hint=f"it is given what its parameters name: {', '.join(known)}",
            )
    return told.parameters.keys() & set(known)


def parts_of(function: Function, names: Sequence[str]) -> dict[str, Function]:
    """A function that returns a value for each of the names, as one function for each."""
    return {name: _part(function, name, names) for name in names}


def _part(function: Function, name: str, names: Sequence[str]) -> Function:
    @wraps(function)
    def part(*arguments: Any, **named: Any) -> Any:
        found = function(*arguments, **named)
        if isinstance(found, Mapping):
            return found[name]
        if isinstance(found, (tuple, list)) and len(found) == len(names):
            return found[names.index(name)]
        raise TypeError(f"a tuple or a dict of values for {', '.join(names)} is expected")

    part.__name__ = _name(function)
    return part
