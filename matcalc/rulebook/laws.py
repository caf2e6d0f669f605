"""What a rewriting rests on: a rule of the book, or one of the laws that no entry states.

A pass that is asked to tell of its rewritings gives each as `Rewritten(node, by)`, where `by` is a
`Rule` of the book or a `Law` of the arithmetic of matrices, d, the trace and the inner product.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from matcalc.expressions.constructors import hadamard, multiply, symbol, transpose
from matcalc.expressions.dimensions import ONE, SCALAR, Shape, dimension
from matcalc.expressions.nodes import Named, Node, Product, Symbol, children
from matcalc.expressions.operations import Differential, Inner, Trace, Vec
from matcalc.expressions.phrases import Phrase, Written
from matcalc.language.kinds import kind_text
from matcalc.rulebook.records import Operation, Rule

Equation = tuple[Node, Node]


@dataclass(frozen=True)
class Law:
    """A law: its name in `words`, its `equation`, or both; `text` where no expressions say it.

    `phrase` are the words with formulas in them, or all of it where there is no equation; `where`
    says of what an equation holds.
    `rule` is the rule of the book that it is, if any, also where words alone name it.
    By one that `passes_on`, a differential is told by those inside it and by nothing else.
    """

    words: str = ""
    text: str = ""
    equation: Equation | None = None
    source: str = ""
    rule: Rule | None = None
    phrase: Phrase = ()
    where: Phrase = ()
    passes_on: bool = False

    @property
    def name(self) -> str:
        """As a person reads it: `product rule`, or `tr M = tr M'`."""
        text = self.text or " = ".join(map(str, self.equation or ()))
        said = ": ".join(part for part in (self.words, text) if part)
        return said + "".join(map(str, self.where))


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a node was rewritten to, and by which rule or law."""

    node: Node
    by: Rule | Law


Record = Callable[[Node, Node, Mapping[Node, Rewritten]], None]
"""Told of each sweep over an expression from the leaves up: what it was, is, and what for."""


def unevaluated(node: Node) -> Node:
    """d(node), not worked out."""
    return Differential.raw(node, shape=node.shape, structure=frozenset({"tangent"}))


def _pairings(left: Node, cotangent: Node, moving: Node, share: Node) -> Equation:
    return Inner.raw(left, cotangent), Inner.raw(moving, share)


_N = dimension("n")
_A, _B, _C, _M, _V = (symbol(name, Shape(_N, _N)) for name in "ABCMV")
_S = symbol("s", SCALAR)

LINEAR = Law("d is linear; constants stay", passes_on=True)
PRODUCT = Law("product rule")
QUOTIENT = Law("quotient rule")
DISTRIBUTIVE = Law("distributive law")
COMMON_DENOMINATOR = Law("common denominator")
MULTIPLIED = Law("multiplied by what is not 0")
SUBTRACTED = Law("one side subtracted from both")
ADJUGATE = Law(
    "adj(M) = det(M)*inv(M), where M is invertible", source="Magnus & Neudecker 2019, ch. 2"
)
ABOVE = Law("the lines above")
SAME_VALUE = Law("the same value, in the form of the answer")
CONSTANT_TERMS = Law("what does not depend on the index stands before the sum")
BY_ENTRIES = Law("entry by entry")
IN_COORDINATES = Law("its entries worked out")
OVER_INDEX = Law("sums over an index as products: (A*B)[i, j] = sum(k, A[i, k]*B[k, j])")
BY_SYMPY = Law("SymPy simplifies to 0")
SHORTENED_BY_SYMPY = Law("functions of one number, simplified by SymPy")
TRACE_LINEAR = Law("the trace is linear")
MIRRORED = Law(text="tr M = tr M'", equation=(Trace.raw(_M), Trace.raw(transpose(_M))))
OWN_TRANSPOSE = Law("a scalar is its own transpose")
SCALAR_COMMUTES = Law("a scalar commutes with everything")
OWN_TRACE = Law("a scalar is its own trace")
CYCLIC = Law("the trace is cyclic")
OWN_REAL_PART = Law("a real number is its own real part")
DOT = Law("definition of the dot product")
REAL_PAIRING = Law(
    "the real inner product re <U, V> = re(tr(U'*V))",
    phrase=(
        "the real inner product ",
        Written(
            "re <U, V> = re(tr(U'*V))",
            "re ⟨U, V⟩ = re(tr(Uᴴ V))",
            r"\operatorname{Re}\left\langle U, V\right\rangle = "
            r"\operatorname{Re}\operatorname{tr}\left(U^{\mathsf{H}} V\right)",
        ),
    ),
)
SUM_LINEAR = Law("sum is linear")
INNER_LINEAR = Law("the inner product is linear")
CHAIN = Law(
    text="<A*V*B, C> = <V, A'*C*B'>",
    equation=_pairings(multiply(_A, _V, _B), _C, _V, multiply(transpose(_A), _C, transpose(_B))),
)
SCALAR_FACTOR = Law(
    text="<s*M, C> = <s, tr(M'*C)>",
    equation=_pairings(multiply(_S, _M), _C, _S, Trace.raw(multiply(transpose(_M), _C))),
)
TRANSPOSED = Law(text="<V', C> = <V, C'>", equation=_pairings(transpose(_V), _C, _V, transpose(_C)))
ENTRYWISE = Law(
    text="<A.*V, C> = <V, A.*C>",
    equation=_pairings(hadamard(_A, _V), _C, _V, hadamard(_A, _C)),
)
REAL_VARIABLE = Law("for a real variable only the real part counts")
UNKNOWN_FUNCTION = Law(
    text="d phi(X) = phi'(X) .* dX",
    phrase=(
        Written(
            "d phi(X) = phi'(X) .* dX",
            "dφ(X) = φ′(X) ⊙ dX",
            r"\mathrm{d}\varphi(X) = \varphi'(X) \odot \mathrm{d}X",
        ),
    ),
)
ADJOINT = Law("adjoint equation", source="Griewank & Walther 2008, ch. 15")
IMPLICIT = Law("differentiate the equation", source="Griewank & Walther 2008, ch. 15")


@cache
def linear_operation(operation: Operation) -> Law:
    """A linear operation is its own differential; one linear in all arguments joins blocks."""
    joins = any(len(group) > 1 for group in operation.linear)
    words = "block by block" if joins else f"{operation.written} is linear"
    return Law(words, source=operation.source, passes_on=True)


def definition(part: Named | Symbol) -> Law:
    """What a name stands for, put in its place or the other way round."""
    return Law(f"definition of {part.name}", phrase=("definition of ", part), passes_on=True)


_NO_CONDITION = frozenset({"integer", "dimension", "function"})  # the operation itself wants it


@cache
def law_of(by: Rule | Law, words: str = "") -> Law:
    """A rule of the book as a law, called by words or else by its equation.

    An identity has its name beside the equation.
    """
    if isinstance(by, Law):
        return by
    if words:
        return Law(words, source=by.source, rule=by)
    where = where_of(by, {symbol: symbol for symbol in by.symbols.values()})
    sides = _sides(by)
    text = in_angles(sides) if by.kind == "adjoint" else ""
    return Law(by.name.replace("-", " "), text, sides, by.source, by, where=where)


def in_angles(sides: Equation) -> str:
    """<V', C> = <V, C'>, of inner products."""
    return " = ".join("<{}, {}>".format(*children(pair)) for pair in sides)


def where_of(rule: Rule, letters: Mapping[Symbol, Node]) -> Phrase:
    """What a rule wants of its letters beside shapes that fit: ` where X: spd(n)`."""
    wanted = {
        letter: own.structure - {"complex"}
        for own, letter in letters.items()
        if own.structure.isdisjoint(_NO_CONDITION)
    }
    said = [
        (", ", letter, f": {kind_text(letter.shape, structure)}")
        for letter, structure in wanted.items()
        if structure
    ]
    phrase = tuple(part for one in said for part in one)[1:]
    return (" where ", *phrase) if phrase else ()


def _sides(rule: Rule) -> Equation:
    """The equation of a rule as it is used: of d(f(X)), or of inner products."""
    match rule.kind:
        case "differential":
            return unevaluated(rule.left), rule.right
        case "adjoint":
            assert rule.cotangent is not None
            left = Inner.raw(rule.left, rule.cotangent)
            return left, Inner.raw(rule.symbols[rule.argument], rule.right)
        case "vec":
            stacked = _stacked(rule.symbols[rule.argument])
            return _stacked(rule.left), Product(Fraction(1), (), (rule.right, stacked))
        case _:
            return rule.left, rule.right


def _stacked(node: Node) -> Node:
    shape = Shape(node.shape.size, ONE)
    return node if node.shape == shape else Vec.raw(node, shape=shape)
