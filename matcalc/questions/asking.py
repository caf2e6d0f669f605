"""How every verb asks: a text or an expression, its variables, and where they move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcalc.expressions.errors import DomainError, ShapeError, expect
from matcalc.expressions.nodes import Symbol
from matcalc.geometry.setting import Setting, setting
from matcalc.language.assumed import Sort
from matcalc.language.same_names import require_same
from matcalc.language.understanding import Problem
from matcalc.printing.phrases import fact_text
from matcalc.questions.question import Moving, Question, pose
from matcalc.questions.reading import Formula, Several, Variable, Where, problem_of, variable_of
from matcalc.spaces.choices import inner_for, requests_of, space_for
from matcalc.spaces.inner_products import Hermitian, InnerProduct, ProductChoice
from matcalc.spaces.spaces import SpaceChoice

Inner = ProductChoice | Mapping[str, ProductChoice] | None
Spaces = SpaceChoice | Mapping[str, SpaceChoice] | None


def ask(
    f: Formula,
    wrt: Variable | Several,
    where: Where = None,
    inner: Inner = None,
    space: Spaces = None,
    dialect: str | None = None,
    needs_scalar: str = "",
) -> Question:
    """The question about one variable, or about a list of them, in the settings chosen.

    A text is read in the `dialect`, or in the one that its marks tell. `needs_scalar` names what
    is asked for where f has to be a scalar: then shapes are inferred so, and a real value is taken
    over the complex numbers.
    """
    is_list = not isinstance(wrt, str | Symbol)
    names: list[Variable] = [wrt] if isinstance(wrt, str | Symbol) else list(wrt)
    problem = problem_of(f, where, names, requests_of(names, inner, space), dialect)
    if needs_scalar and not problem.expression.shape.is_scalar:
        raise ShapeError(
            f"a {needs_scalar} needs a scalar, but this is {problem.expression.shape}",
            hint=_otherwise(problem),
        )
    variables = [variable_of(problem, one) for one in names]
    asked = pose(problem, variables, is_list)
    if needs_scalar:
        asked = asked.of_real_value
    settings = {one.name: _chosen(asked, one, inner, space) for one in asked.moving}
    _require_one_meaning(settings.values())
    return asked.in_settings(settings)


def _otherwise(problem: Problem) -> str:
    """What to do about a value that is no scalar: its names may have been meant otherwise."""
    ask_for = "ask for the differential (an operator in dX) or the jacobian"
    taken = [fact_text(fact) for fact in problem.facts if fact.predicate is Sort.KIND]
    if not taken:
        return ask_for
    return f"it was read with {'; '.join(taken)}; declare other kinds after `where`, or {ask_for}"


def _require_one_meaning(settings: Iterable[Setting]) -> None:
    """Raises DomainError where the same new name stands for two matrices in two settings."""
    known: dict[str, Symbol] = {}
    for symbol in (symbol for one in settings for symbol in one.symbols):
        require_same(known.setdefault(symbol.name, symbol), symbol)


def ask_alone(
    f: Formula,
    wrt: Variable,
    where: Where = None,
    inner: Inner = None,
    space: Spaces = None,
    dialect: str | None = None,
) -> Question:
    """The question about one variable. Raises WrongArgument for a list."""
    expect(wrt, (str, Symbol), "a variable or its name")
    return ask(f, wrt, where, inner, space, dialect)


def _chosen(asked: Question, one: Moving, inner: Inner, space: Spaces) -> Setting:
    """The setting that a person chooses for a variable."""
    product, place = inner_for(one.name, inner), space_for(one.name, space)
    if place is None and (product is None or product.is_frobenius):
        return _plain(asked, one, product)
    return setting(asked.problem, one.variable, product, place)


def _plain(asked: Question, one: Moving, product: InnerProduct | None) -> Setting:
    if asked.is_complex and isinstance(product, Hermitian):
        return one.setting.with_product(product)
    return one.setting


def require_products(asked: Question, *more: InnerProduct | None) -> None:
    """Raises DomainError for an operator in a convention that conjugates gradients."""
    chosen = [setting.product for setting in asked.settings]
    for product in (*chosen, *more):
        if asked.is_complex and isinstance(product, Hermitian) and product.convention != "torch":
            raise DomainError(
                f"{product.convention} conjugates gradients: that is a convention for them, and "
                "no inner product of an operator",
                hint="use mc.Hermitian() and conjugate the result",
            )
