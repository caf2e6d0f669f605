"""The form of an answer: sums factored where that makes them shorter to read.

The measure is the number of names, numbers, operators and calls that a reader sees. Sums that
were already in the problem stay as the person wrote them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from matcalc.expressions.constructors import (
    add,
    base_and_exponent,
    divide,
    elementwise_power,
    entry_base_and_exponent,
    hadamard,
    is_operation,
    multiply,
    negate,
    number,
    power,
    scale,
    split_scalars,
)
from matcalc.expressions.nodes import (
    Apply,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    ordered,
)
from matcalc.rulebook import book
from matcalc.rulebook.editions import kept_for_an_edition
from matcalc.rulebook.substitution import map_bottom_up

_MOST_TERMS = 24
Term = tuple[Fraction, Node]


def size(root: Node) -> int:
    """About as many tokens as the printed expression has."""
    sizes: dict[Node, int] = {}
    for node in ordered(root):
        sizes[node] = _own_size(node, sizes)
    return sizes[root]


def _own_size(node: Node, sizes: dict[Node, int]) -> int:
    match node:
        case Symbol() | Number():
            return 1
        case Sum(terms=terms):
            coefficients = sum(2 for value, _ in terms if abs(value) != 1)
            return sum(sizes[term] for _, term in terms) + len(terms) - 1 + coefficients
        case Product(coefficient=coefficient, scalars=scalars, factors=factors):
            runs = [
                f for place, f in enumerate(factors) if place == 0 or factors[place - 1] is not f
            ]
            shown = [*scalars, *runs]
            repeated = 2 * sum(1 for f in set(runs) if factors.count(f) > runs.count(f))
            extra = 0 if coefficient == 1 else 1 if coefficient == -1 else 2
            return sum(sizes[part] for part in shown) + len(shown) - 1 + extra + repeated
        case Apply(operation="power", arguments=(base, exponent)):
            return sizes[base] + (0 if exponent is number(-1) else 1 + sizes[exponent])
        case Apply(operation="hadamard", arguments=arguments):
            return sum(sizes[a] for a in arguments) + len(arguments) - 1
        case Apply(arguments=arguments):
            return 1 + sum(sizes[argument] for argument in arguments)
        case _:
            return 2


def factored(root: Node, kept: Collection[Node] = ()) -> Node:
    """`root` with every sum that is not in `kept` factored where that is shorter."""

    def shorter(_: Node, node: Node) -> Node:
        if isinstance(node, Sum) and node not in kept and len(node.terms) <= _MOST_TERMS:
            return _factor_sum(node)
        return node

    return map_bottom_up(root, shorter, kept)


@kept_for_an_edition(4096)
def _factor_sum(node: Sum) -> Node:
    best: Node = node
    while isinstance(best, Sum):
        candidates = [trial for trial in _candidates(best) if size(trial) < size(best)]
        if not candidates:
            break
        best = min(candidates, key=lambda trial: (size(trial), trial.rank))
    return best


def _again(node: Node, whole: Sum) -> Node:
    """What is left in brackets, factored too; it is smaller than the whole, so this ends."""
    return _factor_sum(node) if isinstance(node, Sum) and size(node) < size(whole) else node


def _candidates(node: Sum) -> Iterable[Node]:
    """The sum with one common last factor, first factor or scalar taken out."""
    for side in (-1, 0):
        for factor in _shared(_end(term, side) for _, term in node.terms):
            yield _take_factor(node, factor, side)
    for scalar in _common_scalars(node):
        yield _take_scalar(node, scalar)
    for name in _shared_operations(node):
        yield _take_operation(node, name)
    for chain in _shared(_chain(term) for _, term in node.terms):
        yield _take_chain(node, chain)
    for base, exponent in _common_powers(_entry_powers(term) for _, term in node.terms):
        yield _take_entries(node, base, exponent)


def _shared(parts: Iterable[Node | None]) -> list[Node]:
    counts: dict[Node, int] = {}
    for part in parts:
        if part is not None:
            counts[part] = counts.get(part, 0) + 1
    return [part for part, count in counts.items() if count > 1]


def _end(term: Node, side: int) -> Node | None:
    """The first or last factor of a chain of at least two."""
    if isinstance(term, Product) and len(term.factors) > 1:
        return term.factors[side]
    return None


def _take_factor(node: Sum, factor: Node, side: int) -> Node:
    taken: list[Term] = []
    rest: list[Term] = []
    for value, term in node.terms:
        if _end(term, side) is factor:
            assert isinstance(term, Product)
            left = term.factors[1:] if side == 0 else term.factors[:-1]
            taken.append((value, multiply(*term.scalars, *left)))
        else:
            rest.append((value, term))
    inner = _again(add(taken), node)
    grouped = multiply(factor, inner) if side == 0 else multiply(inner, factor)
    return add([(Fraction(1), grouped), *rest])


def _powers(term: Node) -> dict[Node, Node]:
    """The scalar factors of a term: base and exponent."""
    scalars = term.scalars if isinstance(term, Product) else ()
    return dict(base_and_exponent(scalar) for scalar in scalars)


def _common_scalars(node: Sum) -> list[Node]:
    return [power(*common) for common in _common_powers(_powers(term) for _, term in node.terms)]


def _common_powers(terms: Iterable[Mapping[Node, Node]]) -> list[tuple[Node, Node]]:
    """Powers that at least two terms have: of the exponents of one sign the smallest."""
    exponents: dict[tuple[Node, bool], list[Fraction]] = {}
    for powers in terms:
        for base, exponent in powers.items():
            if isinstance(exponent, Number):
                exponents.setdefault((base, exponent.value < 0), []).append(exponent.value)
    return [
        (base, number(min(values, key=abs)))
        for (base, _), values in exponents.items()
        if len(values) > 1
    ]


def _has_power(powers: Mapping[Node, Node], base: Node, wanted: Node) -> bool:
    exponent = powers.get(base)
    if not isinstance(exponent, Number) or not isinstance(wanted, Number):
        return False
    return (exponent.value < 0) == (wanted.value < 0)


def _take_scalar(node: Sum, scalar: Node) -> Node:
    taken: list[Term] = []
    rest: list[Term] = []
    for value, term in node.terms:
        has = _has_power(_powers(term), *base_and_exponent(scalar))
        (taken if has else rest).append((value, term))
    inner = _again(add((value, divide(term, scalar)) for value, term in taken), node)
    if isinstance(inner, Sum):
        common = inner.terms[0][0]
        if all(value == common for value, _ in inner.terms):
            return add([(common, multiply(scalar, scale(1 / common, inner))), *rest])
    return add([(Fraction(1), multiply(scalar, inner)), *rest])


def _shared_operations(node: Sum) -> set[str]:
    """Linear operations of one argument at the head of at least two terms."""
    names = [
        term.operation
        for _, term in node.terms
        if isinstance(term, Apply) and len(term.arguments) == 1 and not term.shape.is_scalar
    ]
    return {n for n in names if names.count(n) > 1 and book.has(n) and book.operation(n).linear}


def _take_operation(node: Sum, name: str) -> Node:
    """diag(a) - diag(b) = diag(a - b)."""
    taken: list[Term] = []
    rest: list[Term] = []
    shape = None
    for value, term in node.terms:
        if isinstance(term, Apply) and term.operation == name:
            inner = term.arguments[0]
            shape = shape or inner.shape
            if inner.shape == shape:
                taken.append((value, inner))
                continue
        rest.append((value, term))
    return add([(Fraction(1), book.apply(name, [_again(add(taken), node)])), *rest])


def _chain(term: Node) -> Node | None:
    """The matrix part of a term, where a scalar stands before it."""
    if term.shape.is_scalar:
        return None
    return multiply(*term.factors) if isinstance(term, Product) else term


def _take_chain(node: Sum, chain: Node) -> Node:
    """s*A + t*A = (s + t)*A."""
    taken: list[Term] = []
    rest: list[Term] = []
    for value, term in node.terms:
        if _chain(term) is chain:
            scalars = term.scalars if isinstance(term, Product) else ()
            taken.append((value, multiply(*scalars, number(1))))
        else:
            rest.append((value, term))
    return add([(Fraction(1), multiply(add(taken), chain)), *rest])


def _entry_powers(term: Node) -> dict[Node, Node]:
    """The factors of an entrywise product: base and exponent."""
    _, rest = split_scalars(term)
    if term.shape.is_scalar or isinstance(rest, Product):
        return {}
    parts = rest.arguments if is_operation(rest, "hadamard") else (rest,)  # type: ignore[attr-defined]
    return dict(entry_base_and_exponent(part) for part in parts if not is_operation(part, "ones"))


def _take_entries(node: Sum, base: Node, exponent: Node) -> Node:
    """a.*b - a.*c = a.*(b - c), and s - s.^2 = s.*(1 - s)."""
    taken: list[Term] = []
    rest: list[Term] = []
    factor, over = elementwise_power(base, exponent), elementwise_power(base, negate(exponent))
    for value, term in node.terms:
        if _has_power(_entry_powers(term), base, exponent):
            taken.append((value, hadamard(term, over)))
        else:
            rest.append((value, term))
    return add([(Fraction(1), hadamard(factor, _again(add(taken), node))), *rest])
