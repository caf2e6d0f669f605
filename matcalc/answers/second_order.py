"""Second derivatives: the Hessian is the covariant derivative of the gradient.

    Hess f[V] = P(H(V)),    H(V) = D_V E - (D_V K*)(m) - c
as `geometry/covariant.py` explains, for V in the space; <U, Hess f[V]> = tr(U'*H(V)). With all
entries free in the Frobenius product it is D_V E. In several variables the space is the product
of theirs, with the sum of their products for its metric: a block off the diagonal is the derivative
of one gradient along the other's space, less what their products turn.
Source: Absil, Mahony & Sepulchre 2008, sec. 5.3 and 5.5; Boumal 2023, sec. 5.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, permutations, product

from matcalc.answers.first_order import gradients
from matcalc.calculus.differential import differential
from matcalc.calculus.pull_back import inner_product
from matcalc.expressions.blocks import Blocks
from matcalc.expressions.constructors import minus, plus, real_part
from matcalc.expressions.errors import DomainError, NoRule
from matcalc.expressions.nodes import Node, Sum, Symbol, ordered
from matcalc.geometry.covariant import Factor, christoffel, tangent_equations
from matcalc.language.kinds import thin_words
from matcalc.operators.block_map import BlockMap, matrix_of
from matcalc.operators.linear_map import LinearMap, linear_map
from matcalc.questions.question import Moving, Question
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.equations import shortened
from matcalc.simplify.expansion import expand
from matcalc.simplify.forms import factored, size
from matcalc.simplify.rewriting import simplify
from matcalc.spaces.metrics import ReadForm
from matcalc.spaces.tangent_spaces import Equation

SOURCE = "Absil, Mahony & Trumpf 2013; Boumal 2023, sec. 5.5"

# An operator in its shortest form is factored, and its matrix full of kron(..., I): that one is
# taken only where the form is so much shorter that something has cancelled in it.
_CANCELS = 0.75


@dataclass(frozen=True)
class SecondOrder:
    """The second derivative of a scalar in the settings of its variables."""

    question: Question

    @cached_property
    def covectors(self) -> dict[str, Node]:
        """E by each variable, in the twins: no structure of a variable is used yet."""
        asked = self.question
        found = asked.covectors(asked.moved)
        return {name: factored(simplify(part), asked.kept) for name, part in found.items()}

    @cached_property
    def gradient(self) -> dict[str, Node]:
        """The gradient by each variable, in its setting."""
        return gradients(self.question)

    @property
    def is_plain(self) -> bool:
        return all(setting.is_plain for setting in self.question.settings)

    @cached_property
    def _inside(self) -> dict[Node, Node]:
        """The directions with the structure of their spaces."""
        return {one.tangent: one.inside for one in self.question.moving}

    def outside(self, body: Node) -> Node:
        """The same in plain directions."""
        back: dict[Node, Node] = {inside: plain for plain, inside in self._inside.items()}
        return substitute(body, back)

    def moved(self, one: Moving) -> Node:
        """D_V E by one variable, along all directions together."""
        asked = self.question
        along = {other.free: other.inside for other in asked.moving}
        return asked.restored(differential(self.covectors[one.name], along))

    def factor(self, one: Moving, gradient: Node) -> Factor:
        """A variable's part in the connection of the product of the spaces."""
        return Factor(one.setting.covariant, one.inside, self.question.slopes[one.name], gradient)

    def bent(self, one: Moving) -> Node:
        """What the space of a variable adds to it in H(V)."""
        slope = self.question.slopes[one.name]
        return one.setting.covariant.normal_change(one.inside, slope, one.setting.has_multiplier)

    def warped(self, one: Moving) -> Node:
        """What the products of all variables take from it in H(V)."""
        factors = {o.name: self.factor(o, self.gradient[o.name]) for o in self.question.moving}
        return christoffel(factors[one.name], list(factors.values()))

    def covector(self, one: Moving) -> Node:
        """H(V) by one variable."""
        return minus(plus(self.moved(one), self.bent(one)), self.warped(one))

    # ------------------------------------------------------------ as a reader wants it

    def short(self, body: Node) -> Node:
        """What is known at X and of V used, the shortest of its forms."""
        asked = self.question
        if self.is_plain:
            return asked.shaped(body)
        equations = [one for setting in asked.settings for one in setting.space.equations]
        known = [*equations]
        for one in asked.moving:
            known += tangent_equations(one.setting.space, one.inside)

        def form(node: Node) -> Node:
            for setting in asked.settings:
                node = setting.in_place(node)
            return asked.shaped(shortened(asked.shaped(shortened(simplify(node), known)), known))

        atoms = _atoms(equations)
        whole = substitute(simplify(body), atoms)
        parts = {symbol: atom for atom, symbol in atoms.items()}
        opened = substitute(expand(whole), parts)
        return min(form(body), form(opened), key=size)

    def body(self, one: Moving) -> Node:
        """Hess f[V] by one variable, at the plain directions."""
        if self.is_plain:
            return self.outside(self.short(self.moved(one)))
        return self.outside(self.short(one.setting.represent(self.covector(one))))

    @cached_property
    def operator(self) -> LinearMap | BlockMap:
        """The map V -> Hess f[V] of the space into itself.

        Raises NoRule where an operation has no derivative.
        """
        asked = self.question
        _require_a_product_of_spaces(asked)
        _require_products(asked)
        bodies = {one.name: self.body(one) for one in asked.moving}
        settings = {one.name: one.setting for one in asked.moving}
        if asked.is_list:
            tangents = {one.name: one.tangent for one in asked.moving}
            return BlockMap((tangents,), bodies, settings, settings)
        one = asked.alone
        return LinearMap((one.tangent,), bodies[one.name], one.setting, one.setting)

    def value(self) -> Node | Blocks:
        """The matrix in vec order; the value at dX where the map has no matrix."""
        if isinstance(self.operator, LinearMap):
            return self._matrix(self.question.alone, self.operator)
        rows = self.operator.rows
        return Blocks({x: Blocks({y: self._block(rows[x][y]) for y in rows[x]}) for x in rows})

    def _matrix(self, one: Moving, operator: LinearMap) -> Node:
        asked = self.question
        try:
            if self.is_plain:
                derived = linear_map(one.tangent, asked.about(self.covectors[one.name]).change)
                parts = (derived, operator)
                plain, short = (
                    asked.shortest(part.at_unit if part.domain.is_scalar else part.matrix)
                    for part in parts
                )
                return short if size(short) < _CANCELS * size(plain) else plain
            return asked.shaped(one.setting.shortened(asked.shaped(operator.matrix)))
        except NoRule:
            return operator.body

    def _block(self, part: LinearMap) -> Node:
        try:
            return self.question.shaped(matrix_of(part))
        except NoRule:
            return part.body

    def form(self, one: Moving) -> ReadForm:
        """<U, Hess f[V]> = tr(U'*H(V)) as a form on the space."""
        plain = one.tangent
        body = self.question.shaped(self.outside(self.covector(one)))
        left = Symbol("U__", plain.shape, plain.structure)
        pairing = real_part(inner_product(left, body))
        return ReadForm("<U, Hess f[V]>", pairing, left, plain, source=SOURCE)


def second_order(asked: Question) -> SecondOrder:
    """The second derivative of the question, worked out once."""
    return asked.once(SecondOrder)


def _require_a_product_of_spaces(asked: Question) -> None:
    """Raises DomainError where the space of a variable moves with another one.

    Fields of directions of both then have a bracket that is none of them: by Frobenius' theorem
    they are no directions of a manifold.
    """
    for one, other in permutations(asked.moving, 2):
        if one.setting.covariant.bends(other.variable):
            raise DomainError(
                f"the space {one.setting.space.name}, chosen for {one.name}, depends on "
                f"{other.name}, which moves too: together they are directions of no manifold, "
                "so there is no second derivative along them",
                hint=f"ask for {one.name} with {other.name} fixed",
            )


def _require_products(asked: Question) -> None:
    """Raises NoRule where a variable moves to where a product that depends on it is none."""
    for one, other in product(asked.moving, repeat=2):
        is_cut = one.setting.space.is_all and thin_words(one.variable.structure)
        if is_cut and other.setting.covariant.warps(one.variable):
            raise NoRule(
                f"{other.setting.inner} is a product only where {one.name} is as declared, and all "
                "its entries move",
                hint="choose a space, such as symmetric",
            )


def _atoms(equations: Sequence[Equation]) -> dict[Node, Node]:
    """The sums in the left sides of equations, which expansion leaves whole, under names."""
    sums = [node for left, _ in equations for node in ordered(left) if isinstance(node, Sum)]
    names = (f"K{place}__" for place in count())
    return {node: Symbol(next(names), node.shape, structure_of(node)) for node in sums}
