"""Gradients and Wirtinger derivatives with respect to complex variables.

The derivative of a real f of complex Z is linear over the real numbers; its gradient under
re(tr(U'*V)) is df/dRe(Z) + i*df/dIm(Z). `wirtinger` splits the derivative of any scalar f.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from matcalc.answers import Derivation
from matcalc.calculus.inner_products import Frobenius, Hermitian
from matcalc.calculus.wirtinger import wirtinger_derivatives
from matcalc.compile.function import CompiledFunction, compile_function, source
from matcalc.derivation.conditions import conditions
from matcalc.expressions.constructors import conjugate, hadamard, is_real, plus, real_part
from matcalc.expressions.errors import DomainError, ShapeError
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.python_arguments import checked
from matcalc.language.problem import Problem
from matcalc.printing.board import Board
from matcalc.printing.predicates import condition_texts
from matcalc.questions import Formula, Question, Variable, Where, question
from matcalc.rulebook import book
from matcalc.rulebook.requirements import Requirement

if TYPE_CHECKING:
    from matcalc.verify.report import Report


def is_plain(asked: Question, inner: object, space: object = None) -> bool:
    """Whether nothing but the derivative itself is asked for: no other product, no space."""
    return isinstance(inner, Frobenius | Hermitian | None) and space is None


def require_own_gradient(asked: Question, inner: object) -> None:
    """Raises DomainError for an operator in a convention that conjugates gradients."""
    if is_complex(asked) and isinstance(inner, Hermitian) and inner.convention != "torch":
        raise DomainError(
            f"{inner.convention} conjugates gradients: that is a convention for them, and no "
            "inner product of an operator",
            hint="use mc.Hermitian() and conjugate the result",
        )


def is_complex(asked: Question) -> bool:
    """Whether anything in the question is complex."""
    return any(symbol.is_complex for symbol in asked.problem.symbols.values())


def real_question(asked: Question) -> Question:
    """The question about a real value. Raises DomainError where the value is complex."""
    if not asked.expression.is_complex:
        return asked
    if not is_real(asked.expression):
        raise DomainError(
            "a gradient or Hessian needs a real value, and this one is complex",
            hint="take re(...) or abs(...)^2 of it, or ask for mc.wirtinger(f, Z)",
        )
    problem = replace(asked.problem, expression=real_part(asked.problem.expression))
    return Question(problem, asked.variable, asked.free, real_part(asked.expression))


def as_asked(asked: Question, gradient: Derivation, inner: object) -> Derivation:
    """The gradient over the complex numbers in the convention of `inner`."""
    product = inner if isinstance(inner, Hermitian) else Hermitian()
    value = gradient.value
    if product.convention == "jax":
        value = asked.shaped(conjugate(value))
    found = ("gradient", asked, value, gradient.setting, gradient.euclidean)
    return ComplexGradient(*found, product)


@dataclass(frozen=True)
class ComplexGradient(Derivation):
    """A gradient over the complex numbers: `product` says in which convention."""

    product: Hermitian = field(default_factory=Hermitian)

    @property
    def inner(self) -> str:
        """The inner product that the gradient belongs to."""
        return self.setting.inner if self.setting else str(self.product)

    def _board(self) -> Board:
        plain = self.setting is None and self.product == Hermitian()
        on = f" on the space {self.space}" if self.setting and not self.setting.space.is_all else ""
        return replace(super()._board(), inner="" if plain else f"{self.inner}{on}")

    @checked
    def verify(self, samples: int = 20, seed: int = 0) -> Report:
        """Check the gradient along random complex directions, in the space that it lies in."""
        claimed = conjugate(self.value) if self.product.convention == "jax" else self.value
        found = Derivation("gradient", self.question, claimed, self.setting, self.euclidean)
        return found.verify(samples, seed)


@dataclass(frozen=True)
class Wirtinger:
    """Both Wirtinger derivatives of a scalar, of the shape of Z; `value` is the one asked for.

    df = sum(plain.*dZ) + sum(conjugated.*conj(dZ)).
    """

    question: Question
    plain: Node
    conjugated: Node
    conjugate: bool

    @property
    def value(self) -> Node:
        return self.conjugated if self.conjugate else self.plain

    @property
    def problem(self) -> Problem:
        """The problem as it was understood."""
        return self.question.problem

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.problem.assumptions

    @cached_property
    def requirements(self) -> list[Requirement]:
        """What has to hold for the answer to be right, as data."""
        return conditions(self.problem.expression, self.value)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The same in words."""
        return condition_texts(self.requirements)

    def _symbols(self) -> Sequence[Symbol]:
        return list(self.problem.symbols.values())

    @checked
    def compile(self, backend: str = "numpy") -> CompiledFunction:
        """A callable that gives the derivative."""
        return compile_function(
            self.value,
            self._symbols(),
            backend,
            "wirtinger",
            settled=self.problem.sizes,
            required=self.requirements,
        )

    @checked
    def source(self, backend: str = "numpy") -> str:
        """The code of `compile` as text."""
        how = (self._symbols(), backend, "wirtinger")
        return source(self.value, *how, required=self.requirements)

    @checked
    def verify(self, samples: int = 20, seed: int = 0) -> Report:
        """Check both derivatives at once, along random complex directions."""
        from matcalc.verify.checks import verify_map

        tangent = self.question.tangent
        pairs = ((self.plain, tangent), (self.conjugated, conjugate(tangent)))
        body = plus(*(book.apply("sum", [hadamard(left, right)]) for left, right in pairs))
        asked, how = self.question, (self._symbols(), samples, seed)
        return verify_map(asked.expression, asked.variable, tangent, body, *how)

    def __str__(self) -> str:
        name = self.question.variable.name
        below = f"conj({name})" if self.conjugate else name
        return f"df/d{below} = {self.value}"

    def _repr_latex_(self) -> str:
        return f"${self.value.latex()}$"


@checked
def wirtinger(f: Formula, wrt: Variable, where: Where = None, conjugate: bool = False) -> Wirtinger:
    """The Wirtinger derivative df/dZ of a scalar, or df/dconj(Z), of the shape of Z.

    Raises ShapeError where f is not a scalar, DomainError where Z is real.

    >>> print(wirtinger("tr(A*Z)", "Z", "A: complex_matrix(m,n), Z: complex_matrix(n,m)").value)
    A.'
    """
    asked = question(f, wrt, where)
    if not asked.expression.shape.is_scalar:
        raise ShapeError(f"a Wirtinger derivative needs a scalar, not {asked.expression.shape}")
    if not asked.variable.is_complex:
        kind = "declare it as complex_scalar, complex_vector(n) or complex_matrix(m,n)"
        raise DomainError(f"{asked.variable.name} is real", hint=kind)
    plain, conjugated = map(asked.shaped, wirtinger_derivatives(asked.map.body, asked.tangent))
    return Wirtinger(asked, plain, conjugated, conjugate)
