"""The Python arguments of the public verbs: one table of what each name may be.

An argument of one name means the same in every verb, so it is checked the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import signature
from numbers import Integral
from pathlib import Path
from typing import ParamSpec, SupportsInt, TypeGuard, TypeVar

from matcalc.expressions.errors import WrongArgument
from matcalc.expressions.limits import MOST_SAMPLES
from matcalc.expressions.nodes import Node, Symbol

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
Check = Callable[[object], bool]


def checked(verb: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """The verb with its arguments looked at first. Raises WrongArgument for one that cannot be."""
    code = verb.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    usual = {name: one.default for name, one in signature(verb).parameters.items()}

    @wraps(verb)
    def asked(*arguments: Asked.args, **options: Asked.kwargs) -> Answer:
        for name, value in (*zip(names, arguments, strict=False), *options.items()):
            if name in names and value is not usual[name]:  # another one is of `evaluate`
                _check(name, value)
        return verb(*arguments, **options)

    return asked


def _check(name: str, value: object) -> None:
    if name not in _WANTED:
        return
    fits, wanted, example = _WANTED[name]
    if not fits(value):
        raise WrongArgument(
            f"`{name}` is {wanted}, found {value!r:.60}", hint=f"for example {name}={example}"
        )
    if name == "samples" and is_whole_number(value):
        MOST_SAMPLES.check(int(value))


def _is(*kinds: type) -> Check:
    return lambda value: isinstance(value, kinds)


def is_whole_number(value: object) -> TypeGuard[SupportsInt]:
    """Whether a Python value is an integer: NumPy's are, True is not."""
    return not isinstance(value, bool) and isinstance(value, Integral)


def _is_whole(least: int) -> Check:
    def fits(value: object) -> bool:
        return is_whole_number(value) and int(value) >= least

    return fits


def _is_variable(value: object) -> bool:
    """One variable, or several of them."""
    several = isinstance(value, Sequence) and not isinstance(value, (str, bytes)) and len(value)
    names = value if isinstance(value, Sequence) and several else [value]
    return all(isinstance(name, (str, Symbol)) for name in names)


def _are_formulas(value: object) -> bool:
    """A formula, a function, a list of them, or some by the names of variables, perhaps of two."""
    if isinstance(value, (str, Node)) or callable(value):
        return True
    parts = [*value.values()] if isinstance(value, Mapping) else value
    return isinstance(parts, (list, tuple)) and len(parts) > 0 and all(map(_are_formulas, parts))


def _are_declarations(value: object) -> bool:
    if not isinstance(value, Mapping):
        return value is None or isinstance(value, str)
    return all(isinstance(word, str) for pair in value.items() for word in pair)


_FORMULA = (_is(str, Node), "an expression or its text", '"x\'*A*x"')
_BACKEND = (_is(str), "the name of a backend", '"numpy"')
_DIALECT = (_is(str, type(None)), "the name of a dialect", '"numpy"')
_CHOICE = (_is(bool), "True or False", "True")

_WANTED: dict[str, tuple[Check, str, str]] = {
    "f": _FORMULA,
    "expression": _FORMULA,
    "first": _FORMULA,
    "second": _FORMULA,
    "claim": (_are_formulas, "an expression or its text, or one for each variable", '"2*A\'*x"'),
    "text": (_is(str), "a text", '"x\'*A*x"'),
    "declarations": (_is(str), "a text of declarations", '"A: matrix(m,n), x: vector(n)"'),
    "where": (_are_declarations, "declarations as text or as a dict", '{"A": "matrix(m,n)"}'),
    "wrt": (_is_variable, "a variable or its name, or a list of them", '"x"'),
    "order": (_is_whole(1), "a whole number from 1 on", "2"),
    "samples": (_is_whole(1), "a whole number from 1 on", "20"),
    "seed": (_is_whole(0), "a whole number from 0 on", "0"),
    "dialect": _DIALECT,
    "claim_dialect": _DIALECT,
    "cotangent": (_is(Node), "an expression", "W"),
    "backend": _BACKEND,
    "of": (_is(str), "what the claim is", '"hessian"'),
    "layout": (_is(str), "the name of a layout", '"numerator"'),
    "name": (_is(str, type(None)), "the name of an operation", '"logdet"'),
    "source": (_is(str, Path), "the path of a file of rules, or their text", '"mine.rules"'),
    "value": _CHOICE,
    "conjugate": _CHOICE,
    "markdown": _CHOICE,
}
