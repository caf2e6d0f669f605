"""The curvature of an expression from that of its parts, by the rules of convex analysis.

Each part gets a curvature of its entries with the lines that prove it. Source: Boyd & Vandenberghe
2004, sec. 3.1.7, 3.2 and 3.5; Davis 1957 for functions of symmetric matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from matcalc.convexity.domain import Domain
from matcalc.convexity.few import of_few
from matcalc.convexity.forms import is_norm_less_share
from matcalc.convexity.found import (
    AFFINE,
    CONCAVE,
    CONVEX,
    WORDS,
    Found,
    composed,
    proved,
    summed,
)
from matcalc.convexity.record import Line
from matcalc.convexity.signs import (
    NEGATIVE,
    NONNEGATIVE,
    PARTS_AND_SUMS,
    POSITIVE,
    Sign,
    Signs,
    in_words,
    product_sign,
    sign_of_number,
)
from matcalc.convexity.spectral import of_eigenvalues
from matcalc.expressions.constructors import (
    from_dimension,
    hadamard,
    is_number,
    multiply,
    scale,
    transpose,
)
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import Apply, Named, Node, Number, Product, Sum, ordered
from matcalc.expressions.operations import (
    Diagonal,
    ElementwisePower,
    EntrySum,
    Hadamard,
    IndexSum,
    Inverse,
    Power,
    Stack,
    Trace,
)
from matcalc.rulebook import book
from matcalc.rulebook.clauses import CURVATURE
from matcalc.rulebook.substitution import substitute
from matcalc.simplify.expansion import expand
from matcalc.simplify.rewriting import simplify

_CONES = {"positive", "nonnegative", "symmetric", "psd", "spd", "invertible", "real_powers"}


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
                self._known[node] = next(filter(None, self._found(node)), None)
            except MatcalcError:  # an operation without a second derivative, say
                return None
        return self._known[node]

    def _found(self, node: Node) -> Iterator[Found | None]:
        if self.place.is_constant(node) or node in self.place.tangents:
            yield Found(AFFINE)
        elif self.place.is_affine(node):
            yield Found(AFFINE, (Line(node, "affine"),))
        else:
            yield self._by_rule(node)
            yield from self._of_few(node)
            yield self._by_eigenvalues(node)
            yield self._by_second_differential(node)
            yield self._by_logarithm(node)

    # ------------------------------------------------------------ one rule for each kind of node

    def _by_rule(self, node: Node) -> Found | None:
        match node:
            case Named(value=value):
                return self.of(value)
            case Sum(terms=terms):
                found = summed((sign_of_number(c), self.of(term)) for c, term in terms)
                return found and found.then(node, f"a sum of {found.word} terms")
            case Product():
                return self._of_product(node)
            case Hadamard(arguments):
                return self._of_one_factor(node, arguments)
            case Power(base, exponent) if found := self._of_mean(node, base, exponent):
                return found
            case Stack(left, right):
                found = summed((POSITIVE, self.of(block)) for block in (left, right))
                return found and found.then(node, "its blocks are")
            case IndexSum(_, _, _, body):
                return self._kept(node, body)
            case Trace(Product(factors=factors)) if found := self._of_fraction(node, factors):
                return found
            case Apply(arguments=(inner, *_)) if isinstance(
                node, (*PARTS_AND_SUMS, Diagonal, Trace)
            ):
                return self._kept(node, inner)
            case Apply():
                return self._of_operation(node)
        return None

    def _kept(self, node: Node, inner: Node) -> Found | None:
        """What parts and sums of entries keep."""
        found = self.of(inner)
        return found and found.then(node, f"{inner} is")

    def _of_product(self, node: Product) -> Found | None:
        scalars, factors = node.scalars, node.factors
        apart = [s for s in scalars if self.place.is_constant(s)]
        moving = [s for s in scalars if not self.place.is_constant(s)]
        if node.coefficient != 1 or apart:
            signs = (sign_of_number(node.coefficient), *map(self.place.signs.of, apart))
            return self._scaled(node, product_sign(signs), multiply(*moving, *factors))
        if not factors:
            return self._of_perspective(node, scalars)
        if moving:
            return None
        found = self._of_one_factor(node, factors) or self._of_fraction(node, factors)
        return found or self._of_dot(node, factors)

    def _of_one_factor(self, node: Node, factors: Sequence[Node]) -> Found | None:
        """A product of one part and of constants, whose entries have one sign."""
        moving = [f for f in factors if not self.place.is_constant(f)]
        others = [f for f in factors if self.place.is_constant(f)]
        if len(moving) != 1:
            return None
        return self._scaled(node, product_sign(map(self.place.signs.of, others)), moving[0])

    def _scaled(self, node: Node, sign: Sign, moving: Node) -> Found | None:
        found = summed([(sign, self.of(moving))])
        return found and found.then(node, f"a multiple of {moving}")

    def _of_perspective(self, node: Node, scalars: Sequence[Node]) -> Found | None:
        """t*g(x/t) for t > 0: of g at t*x no t is left."""
        for t in self.place.variables:
            others = [one for one in self.place.variables if one is not t]
            if t not in scalars or not others or not self.place.signs.of(t) <= POSITIVE:
                continue
            if not all(one.structure <= _CONES for one in others):
                return None
            stretched: dict[Node, Node] = {one: multiply(t, one) for one in others}
            rest = multiply(*(one for one in scalars if one is not t))
            g = simplify(substitute(rest, stretched))
            found = None if t in ordered(g) else Composition(Domain(tuple(others))).of(g)
            if found:
                return proved(found.lines, node, found.curvature, f"the perspective of {g}")
        return None

    def _of_dot(self, node: Node, factors: Sequence[Node]) -> Found | None:
        """u'*v as the sum of the products of their entries."""
        if not node.shape.is_scalar or len(factors) < 2:
            return None
        u, v = transpose(multiply(*factors[:-1])), factors[-1]
        found = self.of(book.make(EntrySum, hadamard(u, v))) if u.shape == v.shape else None
        return found and found.then(node, "the sum of the products of entries")

    def _of_fraction(self, node: Node, factors: Sequence[Node]) -> Found | None:
        """V'*inv(M)*V, or the trace of it, of an affine V and a psd affine M, both together."""
        for place, one in enumerate(factors):
            rest = [*factors[place + 1 :], *factors[:place]]
            half = len(rest) // 2
            if not isinstance(one, Inverse) or len(rest) != 2 * half or not half:
                continue
            first, last = multiply(*rest[:half]), multiply(*rest[half:])
            is_affine = self.place.is_affine(one.inner) and self.place.is_affine(first)
            if is_affine and transpose(last) is first and self.place.signs.is_psd(one.inner):
                return proved((), node, CONVEX, "a matrix fractional function")
        return None

    def _of_operation(self, node: Apply) -> Found | None:
        """h(g) for an h of which the rule book tells the curvature."""
        words = _stated(node, self.place.signs)
        rises = POSITIVE if "increasing" in words else NEGATIVE | POSITIVE
        outer = [sign for sign, word in WORDS.items() if word in words]
        inner = self.of(node.arguments[0]) if outer else None
        tried = [composed(one, rises, inner, node, node.operation) for one in outer]
        found = [one for one in tried if one]
        if len(found) == len(WORDS) - 1:  # both ways
            return Found(AFFINE, (*found[0].lines, Line(node, "affine", "it is both")))
        return next(iter(found), None)

    # ------------------------------------------------------------ logarithms

    def _by_logarithm(self, node: Node) -> Found | None:
        """The logarithm of a value whose form tells it; what has a convex one is convex."""
        if isinstance(node, Apply) and node.operation == "log":
            inner = self.log_of(node.arguments[0])
            return inner and inner.then(node, "")
        found = self.log_of(node) if self.place.signs.of(node) <= POSITIVE else None
        if found is None or not found.curvature <= CONVEX:
            return None
        return proved(found.lines, node, CONVEX, "its logarithm is convex")

    def log_of(self, node: Node) -> Found | None:
        """The curvature of the logarithm of a positive value, where its form tells it."""
        found = self._log_of(node) or self._log_of_concave(node)
        if found is None or found.curvature == AFFINE:
            return found
        is_sum = isinstance(node, Sum | EntrySum | IndexSum)
        line = Line(node, f"log-{found.word}", "a sum of log-convex terms" if is_sum else "")
        return Found(found.curvature, (*found.lines, line))

    def _log_of(self, node: Node) -> Found | None:
        match node:
            case _ if self.place.is_constant(node):
                return Found(AFFINE) if self.place.signs.of(node) <= POSITIVE else None
            case Apply(operation="exp", arguments=(inner,)):
                return self.of(inner)
            case Power(base, Number(value=p)) | ElementwisePower(base, Number(value=p)):
                return summed([(sign_of_number(p), self.log_of(base))])
            case Product(coefficient=c, scalars=parts, factors=()) if c > 0:
                return summed((POSITIVE, self.log_of(part)) for part in parts)
            case Hadamard(parts):
                return summed((POSITIVE, self.log_of(part)) for part in parts)
            case Sum(terms=terms) if all(c > 0 for c, _ in terms):
                return self._log_of_sum([term for _, term in terms])
            case EntrySum(inner) | IndexSum(_, _, _, inner):
                return self._log_of_sum([inner])
            case Apply(operation="prod", arguments=(inner,)):
                return self.log_of(inner)
            case Apply(operation="det", arguments=(inner,)) if self.place.signs.is_psd(inner):
                return Found(CONCAVE) if self.place.is_affine(inner) else None
            case Apply(arguments=(inner,)) if "log-concave" in _stated(node, self.place.signs):
                return Found(CONCAVE) if self.place.is_affine(inner) else None
        return None

    def _log_of_concave(self, node: Node) -> Found | None:
        """What is concave and positive is log-concave."""
        found = self.of(node) if self.place.signs.of(node) <= POSITIVE else None
        return Found(CONCAVE, found.lines) if found and found.curvature <= CONCAVE else None

    def _log_of_sum(self, terms: Sequence[Node]) -> Found | None:
        """Sums keep log-convexity."""
        found = summed((POSITIVE, self.log_of(term)) for term in terms)
        return Found(CONVEX, found.lines) if found and found.curvature <= CONVEX else None

    # ------------------------------------------------------------ second derivatives

    def _of_mean(self, node: Node, base: Node, exponent: Node) -> Found | None:
        """sum(h.^q)^(1/q) (Minkowski), or a product of n factors to a power of at most 1/n."""
        match base:
            case EntrySum(ElementwisePower(h, Number(value=q))) if is_number(scale(q, exponent), 1):
                is_even = q > 0 and q % 2 == 0 and self.place.is_affine(h)
                outer, name = CONVEX if q >= 1 else CONCAVE, f"the mean of exponent {q} (Minkowski)"
            case Apply(operation="prod", arguments=(h,)):
                share = simplify(multiply(exponent, from_dimension(h.shape.size)))
                if not isinstance(share, Number) or not 0 < share.value <= 1:
                    return None
                is_even, outer, name = False, CONCAVE, "a geometric mean"
            case _:
                return None
        if not is_even and not self.place.signs.of(h) <= NONNEGATIVE:
            return None
        return composed(outer, POSITIVE, self.of(h), node, name)

    def _of_few(self, node: Node) -> Iterator[Found | None]:
        """By the Hessian of a function of few quantities, or of the eigenvalues of a matrix."""
        for few in of_few(node, self.place, self.of):
            if few.is_smooth or self.place.is_smooth(node):
                yield few.proof(node, self.place.tangents.values())

    def _by_eigenvalues(self, node: Node) -> Found | None:
        """As a function of the eigenvalues of a matrix."""
        spectral = of_eigenvalues(node, self.place) if node.shape.is_scalar else None
        if spectral is None:
            return None
        found = Composition(Domain((spectral.vector,))).of(spectral.function)
        of = f"{spectral.function} of the eigenvalues z of {spectral.matrix}"
        return found and found.then(node, of)

    def _by_second_differential(self, node: Node) -> Found | None:
        """A scalar whose second differential is a sum of Gram forms."""
        if not node.shape.is_scalar or not self.place.is_smooth(node):
            return None
        second = self.place.second(node)
        for form in dict.fromkeys((second, simplify(expand(second)))):
            curvature = _of_sign(self.place.signs.of(form))
            if curvature is not None:
                line = Line(form, in_words(curvature), "by its form", name=f"d2({node})")
                return proved([line], node, curvature, "")
        signs, tangents = self.place.signs, self.place.tangents.values()
        if any(is_norm_less_share(second, v, signs) for v in tangents):
            line = Line(second, ">= 0", "Cauchy-Schwarz", name=f"d2({node})")
            return proved([line], node, CONVEX, "")
        return None


def _of_sign(sign: Sign) -> Sign | None:
    """The curvature, if second differences have one sign."""
    return next((one for one in (AFFINE, CONVEX, CONCAVE) if sign <= one), None)


def _stated(node: Apply, signs: Signs) -> set[str]:
    """What the book says that holds: `convex`, `increasing`; some of nonnegative arguments only."""
    found = set[str]()
    operation = book.operation(node.operation)
    arguments = dict(zip((p.name for p in operation.parameters), node.arguments, strict=True))
    for clause in operation.texts("curvature"):
        match = CURVATURE.fullmatch(clause.text)
        assert match is not None, clause.location
        if not match["name"] or signs.of(arguments[match["name"]]) <= NONNEGATIVE:
            found |= set(match["words"].split(", "))
    return found
