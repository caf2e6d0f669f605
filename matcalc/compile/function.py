"""Source text and callables from expressions: the one way in which anything is evaluated.

`source` gives the text of one plain function, which runs without this package;
`compile_function` the same function with its arguments checked; `evaluate` calls it once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matcalc.calculus.conditions import domain
from matcalc.compile.arguments import Arguments
from matcalc.compile.declared import LookedAt
from matcalc.compile.inputs import Roots, roots_of
from matcalc.compile.plan import make_plan
from matcalc.expressions.dimensions import Dimension
from matcalc.expressions.errors import DomainError, MatcalcError, TooLarge
from matcalc.expressions.limits import LARGEST_FLOAT
from matcalc.expressions.nodes import Apply, Node, Symbol, ordered
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.requirements import Requirement

NOTHING_SETTLED: Mapping[str, Dimension] = {}
_ROUND_OFF = 1e-12


@dataclass(frozen=True)
class CompiledFunction:
    """A callable on arrays: `f(A=..., X=...)`, every argument by its name.

    Scalars are numbers, vectors 1-D and matrices 2-D arrays; a dimension that no array
    determines is passed by its name. `source` is the code as text, `expression` what it computes.
    It can be pickled, and so be sent to other processes.
    """

    source: str
    name: str
    expression: Roots
    arguments: Arguments
    _owners: Sequence[str]
    _function: Callable[..., Any] = field(init=False)

    def __post_init__(self) -> None:
        space: dict[str, Any] = {}
        exec(compile(self.source, f"<matcalc {self.name}>", "exec"), space)
        object.__setattr__(self, "_function", space[self.name])

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self.source, self.name, self.expression, self.arguments, self._owners)
        return CompiledFunction, parts  # what the text is run to cannot be pickled

    def __call__(self, /, **arrays: Any) -> Any:
        """The value. Raises DomainError for names, ShapeError for shapes that do not fit.

        Where a template of a person's own entry fails, the DomainError names the entry.
        """
        arguments = self.arguments.bind(arrays)
        try:
            return _results(self._function(**arguments), self.expression)
        except MemoryError as error:
            raise TooLarge(f"there is not enough memory: {error}") from error
        except OverflowError as error:
            raise LARGEST_FLOAT.exceeded() from error
        except MatcalcError:
            raise
        except (ArithmeticError, IndexError, ValueError) as error:
            message = f"there is no value at these arguments: {error}"
            raise DomainError(message, hint=self._blamed()) from error
        except Exception as error:
            if not self._owners:
                raise
            message = f"the code fails: {error} ({type(error).__name__})"
            raise DomainError(message, hint=self._blamed()) from error

    def _blamed(self) -> str:
        """The entries of a person whose templates are part of the code."""
        return f"it has code of {', '.join(self._owners)}" if self._owners else ""


def source(
    expression: Roots,
    symbols: Sequence[Symbol],
    backend: str = "numpy",
    name: str = "f",
    required: Sequence[Requirement] = (),
) -> str:
    """The text of a function of the symbols that computes the expression or expressions.

    What is `required` besides the domains of the operations is checked by the code. Raises NoRule
    where an operation has no code.
    """
    return make_plan(expression, symbols, backend, name, required).text


def compile_function(
    expression: Roots,
    symbols: Sequence[Symbol],
    backend: str = "numpy",
    name: str = "f",
    settled: Mapping[str, Dimension] = NOTHING_SETTLED,
    required: Sequence[Requirement] = (),
    looked_at: LookedAt = LookedAt.PARTS,
) -> CompiledFunction:
    """The same function as a callable that checks its arguments.

    A tuple of expressions gives a tuple of arrays, a mapping a dict of them. `settled` are
    dimensions that the problem itself determines, such as n = 2; `looked_at` says what is tested
    for the declared kinds of the variables.
    """
    plan = make_plan(expression, symbols, backend, name, required)
    arguments = Arguments(plan.inputs, settled, looked_at)
    owners = _own_entries(*roots_of(expression))
    return CompiledFunction(plan.text, plan.name, expression, arguments, owners)


def _own_entries(*roots: Node) -> list[str]:
    """The entries that a person has added and the expressions use, with their places."""
    from matcalc.rulebook import book  # reads the rules: only where code is asked for

    named = dict.fromkeys(filter(None, map(_named_operation, ordered(*roots))))
    return [f"{name} ({book.operation(name).location})" for name in named if book.is_own(name)]


def _named_operation(node: Node) -> str:
    """The operation that a node applies, or that stands for the f of `frechet(f, A, E)`."""
    match node:
        case Apply(operation=name):
            return name
        case Symbol(name=name, structure=structure) if "function" in structure:
            return name
        case _:
            return ""


def evaluate(expression: Node, symbols: Sequence[Symbol] = (), /, **values: Any) -> Any:
    """The value of an expression, a float for a scalar.

    `symbols` are the variables that may be given beside those of the expression. Values need
    not be of the declared kinds: a derivative by a symmetric S is one in all directions.
    """
    return compiled(expression, tuple(symbols), False)(**values)


def evaluate_as_declared(expression: Node, /, **values: Any) -> Any:
    """The value of an expression, at arrays of the declared kinds. Raises DomainError."""
    return compiled(expression, (), True)(**values)


@kept_for_an_edition(256)
def compiled(expression: Node, symbols: tuple[Symbol, ...], as_declared: bool) -> CompiledFunction:
    looked_at = LookedAt.WHOLE if as_declared else LookedAt.NOTHING
    return compile_function(expression, symbols, required=domain(expression), looked_at=looked_at)


def _results(values: Any, expression: Roots) -> Any:
    """The results of the plain function, each as a float or an array, by name as deep as those."""
    if isinstance(expression, Mapping):
        return {key: _results(values[key], part) for key, part in expression.items()}
    if isinstance(expression, tuple):
        return tuple(map(_result, values, expression))
    return _result(values, expression)


def _result(value: Any, expression: Node) -> Any:
    """The value as a number or an array; of a real expression it is real.

    Raises DomainError where it is not: a logarithm of a matrix with negative eigenvalues, say.
    """
    import numpy

    if isinstance(value, numpy.ndarray | complex) and numpy.iscomplexobj(value):
        value = value if expression.is_complex else _real(value)
    if not expression.shape.is_scalar:
        return value
    return complex(value) if numpy.iscomplexobj(value) else float(value)


def _real(value: Any) -> Any:
    import numpy

    if numpy.any(numpy.abs(numpy.imag(value)) > _ROUND_OFF * (1 + numpy.abs(value))):
        raise DomainError("there is no value at these arguments: it would not be real")
    return numpy.real(value)
