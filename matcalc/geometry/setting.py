"""Where a gradient lives: an inner product and a space at the variable of a problem.

`setting` reads both, decides whether the product is one (by declarations, else by samples), and
finds the representer of a covector: the gradient is the representer of the derivative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from matcalc.expressions.binders import free_name
from matcalc.expressions.constructors import is_zero, named
from matcalc.expressions.errors import DomainError, NoRule
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.expressions.operations import Inner
from matcalc.expressions.phrases import Phrase, Written
from matcalc.geometry.covariant import Covariant
from matcalc.geometry.representer import RIESZ, Representer, representers
from matcalc.language.assumed import Fact, Sort
from matcalc.language.kinds import closure
from matcalc.language.understanding import Problem
from matcalc.printing.latex import in_macros
from matcalc.printing.phrases import kinds_declared, phrase_text
from matcalc.printing.text import to_text
from matcalc.printing.unicode import to_unicode
from matcalc.rulebook.laws import Law, Record, Rewritten
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.equations import shortened
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.directions import direction
from matcalc.spaces.inner_products import (
    Frobenius,
    Hermitian,
    InnerProduct,
    OfTheBook,
    Pairing,
    frobenius_at,
)
from matcalc.spaces.metrics import Metric
from matcalc.spaces.spaces import Space
from matcalc.spaces.surroundings import Surroundings
from matcalc.spaces.tangent_spaces import TangentSpace, everything, operator_of

Ground = tuple[Metric, TangentSpace]


@dataclass(frozen=True)
class Setting:
    """An inner product and a space, and the representer of a covector in them.

    `inner` and `space.name` say which, `product` is how the first was chosen, if it was; `facts`
    are what they rest on, `is_in_doubt` tells that the product is one only where it is positive
    definite, `symbols` are variables that only the product or the space has.
    """

    variable: Symbol
    product: InnerProduct | None
    metric: Metric
    space: TangentSpace
    representer: Representer
    symbols: tuple[Symbol, ...]
    facts: tuple[Fact, ...]
    is_in_doubt: bool

    @property
    def is_plain(self) -> bool:
        """Whether nothing is chosen: the Frobenius product, all entries free."""
        return self.metric.is_frobenius and self.space.is_all

    @property
    def inner(self) -> str:
        """The product as its name or as a formula."""
        return phrase_text(self.inner_phrase)

    @property
    def inner_phrase(self) -> Phrase:
        """The same with the formula as an expression."""
        is_named = self.metric.is_frobenius and not self._is_hermitian
        return ("Frobenius",) if is_named else self.product_phrase

    @property
    def _is_hermitian(self) -> bool:
        return isinstance(self.product, Hermitian) or self.space.unknown.is_complex

    @property
    def formula(self) -> str:
        """The product as a formula in U and V, at the point where it is taken."""
        return product_text(self.metric, self.space.unknown)

    @property
    def name(self) -> str:
        """The product and the space in one phrase."""
        return phrase_text(self.phrase)

    @property
    def phrase(self) -> Phrase:
        """The same with the formulas as expressions."""
        return (
            self.product_phrase
            if self.space.is_all
            else (*self.product_phrase, " on the space ", *self.space.phrase)
        )

    @property
    def product_phrase(self) -> Phrase:
        """The product as a formula; in text as the person wrote it."""
        left, right = (direction(name, self.space.unknown) for name in ("U", "V"))
        sides = Inner.raw(left, right), simplify(self.metric.pairing(left, right))
        unicode, latex = (" = ".join(map(write, sides)) for write in (to_unicode, in_macros))
        note = self.product.note if isinstance(self.product, Hermitian) else ""
        return (Written(self._text, unicode, latex), *([note] if note else []))

    @property
    def _text(self) -> str:
        if self.metric.is_frobenius:
            return "<U, V> = re(tr(U'*V))" if self._is_hermitian else "<U, V> = tr(U'*V)"
        as_typed = isinstance(self.product, Pairing) and not self._is_hermitian
        return str(self.product) if as_typed else self.formula

    @property
    def conjugates(self) -> bool:
        """Whether the convention of the product conjugates gradients."""
        return isinstance(self.product, Hermitian) and self.product.convention == "jax"

    def with_product(self, product: InnerProduct) -> Setting:
        """The same under another name of the product."""
        return replace(self, product=product)

    def represent(self, covector: Node) -> Node:
        """The element of the space that stands for V -> tr(covector'*V)."""
        return self.covariant.represent(covector)

    def covector(self, element: Node) -> Node:
        """The C with tr(U'*C) = <U, element>."""
        if self.metric.is_frobenius:
            return element
        left = direction("L__", element)
        return operator_of(self.pairing(left, element), left)

    def element(self, covector: Node) -> Node:
        """As `represent`, in a form that a reader wants."""
        return covector if self.is_plain else factored(simplify(self.represent(covector)))

    def moved(self, variable: Symbol, value: Node) -> Setting:
        """The setting at the value of a function of the variable, where it depends on that."""

        def there(node: Node) -> Node:
            return substitute(node, {variable: value})

        found = self.representer
        multiplier = None if found.multiplier is None else there(found.multiplier)
        inverted = tuple(map(there, found.inverted))
        return replace(
            self,
            metric=self.metric.moved(variable, value),
            space=self.space.moved(variable, value),
            representer=replace(
                found, value=there(found.value), multiplier=multiplier, inverted=inverted
            ),
        )

    def pairing(self, left: Node, right: Node) -> Node:
        """<left, right>."""
        return self.metric.pairing(left, right)

    def shortened(self, value: Node, record: Record | None = None) -> Node:
        """The same with the equations used that hold at the points of the space, and its kind."""
        return shortened(self.in_place(value, record), self.space.equations, record)

    def in_place(self, value: Node, record: Record | None = None) -> Node:
        """The same simplified for a variable of the kind that points of the space have."""
        variable, place = self.variable, self.space.place
        if place is None or place is variable:
            return value
        known = simplify(substitute(value, {variable: place}))
        found = substitute(known, {place: variable})
        if record is not None and found is not value:
            law = kinds_declared([place])
            record(value, found, {value: Rewritten(found, law)})
        return found

    @property
    def at_any_value(self) -> Setting:
        """The same for a variable off the space, whose directions are those at its value."""
        if not self.space.is_anywhere:
            return self
        return replace(self, space=replace(self.space, equations=(), place=None))

    @property
    def inverted(self) -> list[Node]:
        """What the representer divides by, at points of the space."""
        return [self.shortened(node) for node in self.representer.inverted]

    @property
    def ground(self) -> Ground:
        """The product and the space alone."""
        return self.metric, self.space

    @property
    def conditions(self) -> tuple[Phrase, ...]:
        """What has to hold for the product to be one."""
        return ((*self.product_phrase, " is positive definite"),) if self.is_in_doubt else ()

    @cached_property
    def covariant(self) -> Covariant:
        """What the second derivative needs."""
        return Covariant(self.metric, self.space, self.representer, self.variable)

    @cached_property
    def has_multiplier(self) -> bool:
        """Whether the multipliers of the space are known, and proved or right at samples."""
        if self.covariant.multiplier is None:
            return False
        if is_zero(self.shortened(simplify(expand(self.covariant.remainder)))):
            return True
        from matcalc.geometry.judged import Samples, vanishes

        samples = Samples(self.metric, self.space, self.variable)
        return vanishes(samples, self.covariant.remainder)

    @cached_property
    def at_the_point(self) -> Node:
        """The representer of the space's cotangent, with what holds at the point used."""
        return simplify(self.shortened(simplify(self.represent(self.space.cotangent))))

    def riesz(self, tangent: Symbol) -> Law:
        """<E, dX> as an inner product of the setting, for dX in the space."""
        space = self.space
        shown = direction(free_name("E", self.at_the_point, tangent), space.cotangent)
        formula = substitute(self.at_the_point, {space.cotangent: shown})
        sides = Inner.raw(shown, tangent), self.written(formula, tangent)
        how: Phrase = (self.representer.how,)
        if not space.is_all:
            how = (*how, ", for ", tangent, " in the space ", *space.phrase)
        text = " = ".join(map(str, sides))
        return Law(phrase_text(how), text, sides, self.representer.source, phrase=how)

    def written(self, element: Node, tangent: Symbol) -> Node:
        """<G, dX> as a line writes it, the element under the name G in another product."""
        if self.metric.is_frobenius:
            return Inner.raw(element, tangent)
        name = free_name("G", element, self.pairing(tangent, tangent))
        return self.pairing(named(name, element), tangent)


def product_text(metric: Metric, like: Symbol) -> str:
    """A product as a formula in directions U and V of the shape of a variable."""
    left, right = (direction(name, like) for name in ("U", "V"))
    return f"<U, V> = {to_text(simplify(metric.pairing(left, right)))}"


def plain(variable: Symbol, like: Node | None = None, over_complex: bool = False) -> Setting:
    """Where nothing is chosen: the Frobenius product at a variable, all entries free.

    `like` has the shape of the directions where that is not the variable's.
    """
    place = variable if like is None else direction("X__", like)
    metric, space = frobenius_at(place), everything(place)
    product = Hermitian() if over_complex else Frobenius()
    found = Representer(space.cotangent, RIESZ, metric.source, settled=True)
    return Setting(variable, product, metric, space, found, (), (), is_in_doubt=False)


def setting(
    problem: Problem,
    variable: Symbol,
    inner: InnerProduct | None = None,
    space: Space | None = None,
) -> Setting:
    """The setting that a person chooses for the variable of a problem.

    Raises DomainError where the product is not symmetric positive definite on the space, NoRule
    where the representer has no closed form.
    """
    around = Surroundings(problem, variable)
    if space is not None:
        space, inner = _with_own_weight(space, inner, problem)
    chosen = everything(variable) if space is None else space.at(around)
    own = chosen.own if inner is None else None
    metric = own or (inner or Frobenius()).at(around)
    chosen = _directions(metric, chosen, space, around)
    in_doubt = not metric.settled and not _is_definite(metric, chosen, around)
    found = _representer(metric, chosen, variable)
    facts = around.facts
    if chosen.note:
        facts = (*facts, Fact(variable, (chosen.note,)))
    symbols = tuple(around.assumed.values())
    return Setting(variable, inner, metric, chosen, found, symbols, facts, in_doubt)


def same_product(one: Ground, other: Ground) -> bool:
    """Whether two products on spaces of one shape are the same formula."""
    left, right = (direction(name, one[1].unknown) for name in ("L__", "R__"))
    if one[1].shape != other[1].shape:
        return False
    return one[0].pairing(left, right) is other[0].pairing(left, right)


def _with_own_weight(
    space: Space, inner: InnerProduct | None, problem: Problem
) -> tuple[Space, InnerProduct | None]:
    """A left weight on a space whose own product is of that form names its matrix."""
    weight = dict(inner.given) if isinstance(inner, OfTheBook) and inner.name == "weighted" else {}
    if weight.keys() == {"left"}:
        known = problem.symbols.get(weight["left"])
        if known is not None and "spd" in known.structure:
            return space, inner
        own = space.with_weight(weight["left"])
        if own is not None:
            return own, None
    return space, inner


def _directions(
    metric: Metric, space: TangentSpace, asked: Space | None, around: Surroundings
) -> TangentSpace:
    """The space, which is that of the product's own directions where none was asked for."""
    if not metric.elements:
        return space
    if asked is None:
        return _definite(Space.named(metric.elements).at(around), around.variable)
    if space.structure != metric.elements:
        raise DomainError(
            f"the product needs {metric.elements} directions, but {space.name} has others",
            hint=f"choose the space {metric.elements}",
        )
    return _definite(space, around.variable) if space.name == metric.elements else space


def _definite(space: TangentSpace, variable: Symbol) -> TangentSpace:
    """The space at positive definite points, where a product that depends on them is one."""
    word = "hpd" if variable.is_complex else "spd"
    seed = None if word in variable.structure else Symbol("Z__", variable.shape, closure(word))
    return replace(space, seed=seed, point=seed)


def _is_definite(metric: Metric, space: TangentSpace, around: Surroundings) -> bool:
    """Whether samples find the product definite everywhere, not only for some sizes.

    A name of the problem that nobody declared may be what the product needs: positive, or spd.
    """
    from matcalc.geometry.judged import Samples, judge

    name = product_text(metric, around.variable)
    try:
        return judge(Samples(metric, space, around.variable), name)
    except DomainError:
        narrowed = around.narrowed(ordered(metric.pairing(space.unknown, space.cotangent)))
        if not narrowed:
            raise
        found = judge(Samples(metric, space, around.variable, drawn_as=narrowed), name)
        for symbol in narrowed.values():
            around.note(symbol, Sort.KIND)
        return found


def _representer(metric: Metric, space: TangentSpace, variable: Symbol) -> Representer:
    candidates = representers(metric, space)
    first = next(candidates, None)
    if first is not None and first.settled:
        return first
    from matcalc.geometry.judged import Samples, choose

    every = chain([first] if first is not None else [], candidates)
    found = choose(Samples(metric, space, variable), every)
    if found is None:
        raise NoRule(
            f"the gradient in {product_text(metric, variable)} on the space {space.name} has no "
            "closed form here",
            hint="the equations for it are not of a kind that is solved symbolically",
        )
    return found
