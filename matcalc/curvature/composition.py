"""The curvature of an expression from that of its parts, by the rules of convex analysis.

Each part gets a curvature of its entries with the lines that prove it. Source: Boyd & Vandenberghe
2004, sec. 3.2; Minkowski's inequality for sums of powers; Davis 1957 for functions of matrices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from matcalc.curvature.domain import Domain
from matcalc.curvature.few import OfFew, of_few
from matcalc.curvature.record import Line
from matcalc.curvature.signs import (
    NONNEGATIVE,
    NONPOSITIVE,
    PARTS_AND_SUMS,
    POSITIVE,
    ZERO,
    Sign,
    Signs,
    in_words,
    product_sign,
)
from matcalc.expressions.constructors import multiply
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Apply, Named, Node, Number, Product, Sum
from matcalc.expressions.operations import (
    Diagonal,
    ElementwisePower,
    EntrySum,
    Hadamard,
    IndexSum,
    Power,
    Slice,
    Trace,
)
from matcalc.questions.reading import free_twin
from matcalc.rulebook import book
from matcalc.rulebook.structure import structure_of
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify

# Curvatures, as the signs that second differences may have.
CONVEX, CONCAVE, AFFINE = NONNEGATIVE, NONPOSITIVE, ZERO
_WORDS: Mapping[Sign, str] = {CONVEX: "convex", CONCAVE: "concave", AFFINE: "affine"}
_CLAUSE = re.compile(r"(?P<words>[\w, ]+?)(?: if (?P<argument>\w+) (?P<condition>\w+))?")


@dataclass(frozen=True)
class Found:
    """A curvature, proved by lines."""

    curvature: Sign
    lines: tuple[Line, ...] = ()

    @property
    def word(self) -> str:
        return _WORDS[self.curvature]


@dataclass
class Composition:
    """The curvature of parts on a domain, each worked out once."""

    place: Domain
    _known: dict[Node, Found | None] = field(default_factory=dict)

    def of(self, node: Node) -> Found | None:
        """The curvature of all entries, where a rule tells it."""
        if node not in self._known:
            self._known[node] = None
            try:
                found = next((one for one in self._found(node) if one), None)
            except (MatcalcError, RecursionError):
                found = None
            self._known[node] = found
        return self._known[node]

    def _found(self, node: Node) -> Iterator[Found | None]:
        if self.place.is_constant(node):
            yield Found(AFFINE)
            return
        if self.place.is_affine(node):
            yield Found(AFFINE, () if node in self.place.tangents else (Line(node, "affine"),))
            return
        yield self._by_rule(node)
        yield self._of_few(node)
        yield self._by_second_differential(node)

    # ------------------------------------------------------------ one rule for each kind of node

    def _by_rule(self, node: Node) -> Found | None:
        match node:
            case Named(value=value):
                return self.of(value)
            case Sum(terms=terms):
                return self._of_sum(node, [(_sign(c), term) for c, term in terms])
            case Product():
                return self._of_product(node)
            case Hadamard(arguments):
                return self._of_factors(node, arguments)
            case Power(base, exponent) | ElementwisePower(base, exponent):
                return self._of_power(node, base, exponent)
            case IndexSum(_, _, _, body):
                return self._kept(node, body, "a sum")
            case Apply(arguments=(inner, *_)) if isinstance(
                node, (*PARTS_AND_SUMS, Slice, Diagonal, Trace)
            ):
                if isinstance(node, Trace) and (found := self._of_trace(node, inner)):
                    return found
                return self._kept(node, inner, "a sum" if isinstance(node, EntrySum) else "a part")
            case Apply(operation="logdet", arguments=(inner,)) if self.place.signs.is_psd(inner):
                return self._of_log_determinant(node, inner)
            case Apply():
                return self._of_operation(node)
        return None

    def _kept(self, node: Node, inner: Node, what: str) -> Found | None:
        """What sums and entries keep."""
        found = self.of(inner)
        if found is None or found.curvature == AFFINE:
            return found
        return Found(found.curvature, (*found.lines, Line(node, found.word, f"{what} of such")))

    def _of_sum(self, node: Node, terms: Sequence[tuple[Sign, Node]]) -> Found | None:
        """Nonnegative sums."""
        found = [(sign, self.of(term)) for sign, term in terms]
        curvature, lines = AFFINE, []
        for sign, one in found:
            if one is None:
                return None
            curvature |= product_sign((sign, one.curvature))
            lines += one.lines
        if curvature not in _WORDS:
            return None
        is_one = len(terms) == 1
        reason = "a multiple of that" if is_one else f"a sum of {_WORDS[curvature]} terms"
        return _with(lines, Line(node, _WORDS[curvature], reason))

    def _of_product(self, node: Product) -> Found | None:
        coefficient, scalars, factors = node.coefficient, node.scalars, node.factors
        if not factors:
            if coefficient != 1 or any(map(self.place.is_constant, scalars)):
                apart = [s for s in scalars if self.place.is_constant(s)]
                moving = [s for s in scalars if not self.place.is_constant(s)]
                sign = product_sign((_sign(coefficient), *map(self.place.signs.of, apart)))
                return self._scaled(node, sign, multiply(*moving)) if moving else None
            return self._of_powers(node, scalars)
        if any(not self.place.is_constant(s) for s in scalars):
            return None
        moving = [f for f in factors if not self.place.is_constant(f)]
        others = [f for f in factors if self.place.is_constant(f)]
        if len(moving) != 1:
            return None
        signs = [_sign(coefficient), *map(self.place.signs.of, (*scalars, *others))]
        return self._scaled(node, product_sign(signs), moving[0])

    def _of_factors(self, node: Node, factors: Sequence[Node]) -> Found | None:
        """An entrywise product of one part and of constants."""
        moving = [f for f in factors if not self.place.is_constant(f)]
        others = [f for f in factors if self.place.is_constant(f)]
        if len(moving) != 1:
            return None
        return self._scaled(node, product_sign(map(self.place.signs.of, others)), moving[0])

    def _scaled(self, node: Node, sign: Sign, moving: Node) -> Found | None:
        if sign not in (POSITIVE, NONNEGATIVE) and not sign <= NONPOSITIVE:
            return None
        return self._of_sum(node, [(sign, moving)])

    # ------------------------------------------------------------ powers

    def _of_power(self, node: Node, base: Node, exponent: Node) -> Found | None:
        """A power of what is convex or concave, or of a sum of powers (Minkowski)."""
        if not isinstance(exponent, Number):
            return None
        p = exponent.value
        if isinstance(node, Power) and (found := self._of_mean(node, base, p)):
            return found
        inner, sign = self.of(base), self.place.signs.of(base)
        if inner is None:
            return None
        if p >= Fraction(1, 2) and node.shape.is_scalar and self._is_square(base):
            reason = "a nonnegative quadratic function is the square of a norm"
            return _with(inner.lines, Line(node, "convex", reason))
        is_even = p.denominator == 1 and p % 2 == 0
        if p > 1 and is_even and inner.curvature == AFFINE:
            return _with(inner.lines, Line(node, "convex", "an even power of that"))
        if not sign <= NONNEGATIVE and not (p.denominator > 1 and p > 0):
            return None
        outer = CONVEX if p > 1 or p < 0 else CONCAVE
        rises = POSITIVE if p > 0 else Sign({-1})
        if not _composes(outer, rises, inner.curvature):
            return None
        reason = f"t^({p}) is {_WORDS[outer]} and {'in' if p > 0 else 'de'}creasing for t > 0"
        return _with(inner.lines, Line(node, _WORDS[outer], reason))

    def _is_square(self, base: Node) -> bool:
        """Whether an expression is quadratic and nonnegative, whatever its variables are."""
        free: dict[Node, Node] = {one: free_twin(one) for one in self.place.variables}
        is_quadratic = self.place.is_constant(self.place.second(base))
        return is_quadratic and Signs().of(substitute(base, free)) <= NONNEGATIVE

    def _of_mean(self, node: Node, base: Node, p: Fraction) -> Found | None:
        """sum(h.^q)^(1/q), or a product of entries to a small power."""
        match base:
            case EntrySum(ElementwisePower(h, Number(value=q))) if p * q == 1:
                return self._of_power_mean(node, h, q)
            case Apply(operation="prod", arguments=(h,)):
                size = h.shape.rows * h.shape.columns
                few = size.integer is not None and p * size.integer <= 1
                inner = self.of(h)
                if few and p > 0 and inner and self.place.signs.of(h) <= NONNEGATIVE:
                    return _if_composes(inner, CONCAVE, node, "a geometric mean, or a power of one")
        return None

    def _of_power_mean(self, node: Node, h: Node, q: Fraction) -> Found | None:
        inner, sign = self.of(h), self.place.signs.of(h)
        is_even = q.denominator == 1 and q % 2 == 0
        if inner is None or not (sign <= NONNEGATIVE or (is_even and inner.curvature == AFFINE)):
            return None
        reason = f"Minkowski's inequality for the exponent {q}"
        return _if_composes(inner, CONVEX if q >= 1 else CONCAVE, node, reason)

    def _of_powers(self, node: Node, scalars: Sequence[Node]) -> Found | None:
        """A product of powers of nonnegative concave functions, one perhaps convex.

        x^a*y^b is concave for a, b >= 0, a + b <= 1; convex for a, b <= 0; and for b <= 0 and
        a + b >= 1, where x may be convex; the square of a norm counts as its power 2.
        """
        parts = [self._base_and_exponent(one) for one in scalars]
        if not all(self.place.signs.of(base) <= NONNEGATIVE for base, _ in parts):
            return None
        found = [self._concave_or_root(base) for base, _ in parts]
        if any(one is None for one in found):
            return None
        exponents = [p * (2 if one[1] else 1) for (_, p), one in zip(parts, found, strict=True) if one]
        curvatures = [one[0].curvature for one in found if one]
        lines = [line for one in found if one for line in one[0].lines]
        curvature = _of_exponents(exponents, curvatures)
        if curvature is None:
            return None
        powers = ", ".join(map(str, exponents))
        reason = f"a product of powers {powers} of nonnegative functions"
        return _with(lines, Line(node, _WORDS[curvature], reason))

    def _base_and_exponent(self, node: Node) -> tuple[Node, Fraction]:
        if isinstance(node, Power) and isinstance(node.exponent, Number):
            return node.base, node.exponent.value
        return node, Fraction(1)

    def _concave_or_root(self, base: Node) -> tuple[Found, bool] | None:
        """The curvature of a part, or that of its root where it is the square of a norm."""
        found = self.of(base)
        if found and self.place.is_affine(base):
            return found, False
        if found and self._is_square(base):
            return Found(CONVEX, found.lines), True
        return (found, False) if found else None

    # ------------------------------------------------------------ operations of the book

    def _of_operation(self, node: Apply) -> Found | None:
        """h(g) for an h of which the rule book tells the curvature."""
        words = self._stated(node)
        outer = CONVEX if "convex" in words else CONCAVE if "concave" in words else None
        if outer is None or len(node.arguments) != 1:
            return None
        inner = self.of(node.arguments[0])
        rises = POSITIVE if "increasing" in words else Sign({-1} if "decreasing" in words else {-1, 1})
        if inner is None or not _composes(outer, rises, inner.curvature):
            return None
        reason = f"{node.operation} is {_WORDS[outer]}"
        if inner.curvature != AFFINE:
            reason += f" and {'in' if rises == POSITIVE else 'de'}creasing here"
        return _with(inner.lines, Line(node, _WORDS[outer], reason))

    def _stated(self, node: Apply) -> set[str]:
        """What the `curvature` clauses of the operation say at its arguments."""
        if not book.has(node.operation):
            return set()
        operation, found = book.operation(node.operation), set[str]()
        names = [parameter.name for parameter in operation.parameters]
        for clause in operation.texts("curvature"):
            match = _CLAUSE.fullmatch(clause.text)
            assert match is not None, clause.location
            if match["argument"]:
                argument = node.arguments[names.index(match["argument"])]
                if match["condition"] == "nonnegative":
                    if not self.place.signs.of(argument) <= NONNEGATIVE:
                        continue
                elif match["condition"] not in structure_of(argument):
                    continue
            found |= set(re.findall(r"\w+", match["words"]))
        return found

    # ------------------------------------------------------------ functions of few quantities

    def _of_few(self, node: Node) -> Found | None:
        few = of_few(node, self.place)
        return self._by_hessian(node, few, "") if few else None

    def _of_trace(self, node: Node, inner: Node) -> Found | None:
        few = of_few(inner, self.place, is_matrix=True)
        return self._by_hessian(node, few, "of the eigenvalues of a symmetric matrix") if few else None

    def _of_log_determinant(self, node: Node, inner: Node) -> Found | None:
        few = of_few(inner, self.place, is_matrix=True)
        if few is None:
            return None
        logarithm = OfFew(simplify(book.apply("log", [few.function])), few.inner, few.signs)
        return self._by_hessian(node, logarithm, "of the eigenvalues of a symmetric matrix")

    def _by_hessian(self, node: Node, few: OfFew, of: str) -> Found | None:
        curvature = _of_sign(few.bend)
        if curvature is None or not self.place.is_smooth(node):
            return None
        given = ((t, value) for t, value in few.inner.items() if value not in self.place.tangents)
        lines = [Line(value, "affine", name=str(t)) for t, value in given]
        names = ", ".join(map(str, few.inner))
        of = f" {of}" if of else ""
        if len(few.inner) == 1:
            second = few.partial(*few.inner, *few.inner)
            lines.append(Line(second, in_words(few.bend), name=f"phi''({names})"))
        reason = f"phi({names}) = {few.function}{of}"
        return _with(lines, Line(node, _WORDS[curvature], reason))

    def _by_second_differential(self, node: Node) -> Found | None:
        """A scalar whose second differential is a sum of Gram forms."""
        if not node.shape.is_scalar or not self.place.is_smooth(node):
            return None
        second = self.place.second(node)
        for form in dict.fromkeys((second, simplify(expand(second)))):
            curvature = _of_sign(self.place.signs.of(form))
            if curvature is not None:
                line = Line(form, in_words(curvature), "by its form", name=f"d2({node})")
                return Found(curvature, (line, Line(node, _WORDS[curvature])))
        return None


def _of_sign(sign: Sign) -> Sign | None:
    """The curvature, if second differences have one sign."""
    return next((one for one in (AFFINE, CONVEX, CONCAVE) if sign <= one), None)


def _composes(outer: Sign, rises: Sign, inner: Sign) -> bool:
    """Whether h(g) has the curvature of h."""
    return inner == AFFINE or product_sign((rises, inner)) <= outer


def _if_composes(inner: Found, outer: Sign, node: Node, reason: str) -> Found | None:
    """An increasing function of all entries."""
    if not _composes(outer, POSITIVE, inner.curvature):
        return None
    return _with(inner.lines, Line(node, _WORDS[outer], reason))


def _of_exponents(exponents: Sequence[Fraction], curvatures: Sequence[Sign]) -> Sign | None:
    concave = [one <= CONCAVE for one in curvatures]
    if all(p >= 0 for p in exponents) and sum(exponents) <= 1:
        return CONCAVE if all(concave) else None
    falling = [p <= 0 for p in exponents]
    if all(falling):
        return CONVEX if all(concave) else None
    if falling.count(False) != 1 or sum(exponents) < 1:
        return None
    place = falling.index(False)
    others = all(one for k, one in enumerate(concave) if k != place)
    return CONVEX if others and curvatures[place] <= CONVEX else None


def _with(lines: Sequence[Line], last: Line) -> Found:
    curvature = next(sign for sign, word in _WORDS.items() if word == last.claim)
    return Found(curvature, tuple(dict.fromkeys((*lines, last))))


def _sign(value: Fraction) -> Sign:
    return Sign({(value > 0) - (value < 0)})
