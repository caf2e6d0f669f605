"""Wrong formulas made from right ones, by one slip each, and what `check` says of them.

    python -m tests.mutants CASES_DIR [--seed N] [--kind KIND] [--most N] [--verbose]

The right ones are the `expected` forms of the cases. A mutant that has the values of the form that
it was made from, told by the interpreter of the tests at several sizes, is none. Every other one
is to be refuted, with a hint that names the kind of the slip, and the term or the factor.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from matcalc.expressions.constructors import (
    add,
    divide,
    minus,
    multiply,
    number,
    power,
    scale,
    transpose,
)
from matcalc.expressions.errors import MatcalcError
from matcalc.expressions.nodes import (
    Node,
    Product,
    Sum,
    dimension_names,
    dimension_symbol,
    ordered,
    symbols_of,
)
from matcalc.questions.asking import ask
from matcalc.questions.claims import read_claim
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from matcalc.samples.sampling import Point, Random, Region, draw, drawn_symbols, size_sets
from tests.expected_claims import TrueClaim, true_claims
from tests.interpreter import interpret
from tests.meanings.values import NoValue

FACTORS = (Fraction(2), Fraction(1, 2), Fraction(3), Fraction(1, 3))
REGIONS = (Region.ANYWHERE, Region.POSITIVE, Region.SYMMETRIC, Region.FRACTION)
SAME = 1e-7
SYMMETRIC = {"symmetric", "spd", "psd", "skew", "diagonal"}


@dataclass(frozen=True)
class Right:
    """A right claim, its formula as read, and how another text is read as its formula is."""

    claim: TrueClaim
    formula: Node
    read: Callable[[str], Node]

    def in_own_names(self, hint: str) -> str:
        """A hint with the directions as the claim calls them: V for dX."""
        for place, name in enumerate(self.directions, 1):
            hint = re.sub(rf"\bd{self.claim.wrt}{place}?\b", name, hint)
        return hint

    def own(self, value: Node) -> Node:
        """What is right, in the names of the claim."""
        return self.read(self.in_own_names(str(value)))

    @property
    def directions(self) -> list[str]:
        """V and W of d2f[V, W] = ..."""
        found = re.match(r"\w+\[(.*?)\] = ", self.claim.claim)
        return [] if found is None else re.split(r", ", found[1])

    def verdict(self, formula: Node) -> Any:
        """What `check` says of another formula, as a person would type it."""
        return self.claim.judged(f"{_left(self.claim.claim)}{formula}")


@dataclass(frozen=True)
class Mutant:
    """A wrong formula: the words for what was done, and the expressions that it was done to.

    `is_of_a_term` says that a hint may name the term as a part of the whole formula.
    """

    formula: Node
    words: str
    names: tuple[Node, ...] = ()
    is_of_a_term: bool = False

    def is_named_by(self, verdict: Any, right: Right, random: Random) -> bool:
        """Whether the hint has words of its kind and names the factors, or the term."""
        hint = right.in_own_names(verdict.hint)
        if not re.search(self.words, hint):
            return False
        whole = re.search("of what is right$|of the claimed G is right$", hint)
        named = whole or not self.names or any(_mentions(hint, name) for name in self.names)
        return bool(named) or (self.is_of_a_term and self._is_left(hint, verdict, right, random))

    def _is_left(self, hint: str, verdict: Any, right: Right, random: Random) -> bool:
        """Whether this is what the right answer is without what the hint calls missing."""
        left = right.own(verdict.right)
        try:
            for term, whole in re.findall(r"the term (.*?)(?: of (.*?))? is missing", hint):
                missing = right.read(term)
                total = right.read(whole) if whole else left
                left = substitute(left, {total: minus(total, missing)})
        except (MatcalcError, IndexError):
            return False
        return not is_wrong(left, self.formula, random)


def _mentions(hint: str, name: Node) -> bool:
    """Whether a text names an expression, with spaces or without, with its sign or without."""
    return _bare(str(name)) in _bare(hint)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text).removeprefix("-")


def _left(claim: str) -> str:
    """The left side of an equation, with its sign."""
    left, sign, _ = claim.rpartition("] = ")
    return left + sign


Kind = Callable[[Right, Random], Iterator[Mutant]]


def _factor(right: Right, random: Random) -> Iterator[Mutant]:
    for factor in FACTORS:
        yield Mutant(scale(factor, right.formula), "^(a factor|the claim is [^-]* times)")


def _symbolic(right: Right, random: Random) -> Iterator[Mutant]:
    scalars: list[Node] = [dimension_symbol(name) for name in dimension_names(right.formula)]
    scalars += [power(one, number(Fraction(1, 2))) for one in scalars]
    variables = [one for one in symbols_of(right.formula) if not one.is_complex]
    scalars += [one for one in variables if one.shape.is_scalar]
    scalars += [book.apply("norm2", [one]) for one in variables if one.shape.is_vector]
    for one in scalars:
        for formula in (multiply(one, right.formula), divide(right.formula, one)):
            yield Mutant(formula, "factor|times", (one, power(one, number(-1))))


def _sign(right: Right, random: Random) -> Iterator[Mutant]:
    yield Mutant(scale(-1, right.formula), "^the sign is wrong")


def _transpose(right: Right, random: Random) -> Iterator[Mutant]:
    if right.formula.shape.is_square:
        yield Mutant(transpose(right.formula), "transpose")


def _layout(right: Right, random: Random) -> Iterator[Mutant]:
    if not right.formula.shape.is_square:
        yield Mutant(transpose(right.formula), "^layout")


def _cookbook(right: Right, random: Random) -> Iterator[Mutant]:
    if right.formula.shape.is_square and not right.formula.shape.is_scalar:
        diagonal = book.apply("diag", [book.apply("diag_of", [right.formula])])
        yield Mutant(minus(scale(2, right.formula), diagonal), r"2\*G - diag")


def _swapped(right: Right, random: Random) -> Iterator[Mutant]:
    for node in _inside(right.formula, Product):
        factors = node.factors
        for place, (one, other) in enumerate(pairwise(factors)):
            if one.shape == other.shape and one.shape.is_square:
                chain = (*factors[:place], other, one, *factors[place + 2 :])
                yield _changed(
                    right, node, _product(node, chain), "swapped|commute|symmetric", one, other
                )


def _transposed_factor(right: Right, random: Random) -> Iterator[Mutant]:
    for node in _inside(right.formula, Product):
        for place, one in enumerate(node.factors):
            if one.shape.is_square:
                chain = (*node.factors[:place], transpose(one), *node.factors[place + 1 :])
                yield _changed(right, node, _product(node, chain), "transpose|symmetric", one)


def _product(node: Product, chain: tuple[Node, ...]) -> Node:
    return multiply(number(node.coefficient), *node.scalars, *chain)


def _changed(right: Right, old: Node, new: Node, words: str, *names: Node) -> Mutant:
    letters = tuple(symbol for name in names for symbol in symbols_of(name))
    return Mutant(substitute(right.formula, {old: new}), words, letters)


def _of_a_term(words: str, changed: Callable[[Fraction, Random], Fraction]) -> Kind:
    """One term taken another number of times."""

    def mutants(right: Right, random: Random) -> Iterator[Mutant]:
        for node in _inside(right.formula, Sum):
            for place, (value, term) in enumerate(node.terms):
                new = changed(value, random)
                terms = [*node.terms[:place], (new, term), *node.terms[place + 1 :]]
                formula = substitute(right.formula, {node: add(terms, node.shape)})
                names = _named_so(right.formula, node, value, new, term)
                yield Mutant(formula, words, names, is_of_a_term=True)

    return mutants


def _named_so(root: Node, node: Sum, old: Fraction, new: Fraction, term: Node) -> tuple[Node, ...]:
    """The term with its factor, and what its factor makes of the whole formula."""
    whole = substitute(root, {node: scale(old, term)})
    alone = [scale(one, term) for one in (old, new) if one]
    return (*alone, *map(transpose, alone), whole)


def _inside(root: Node, kind: type[Any]) -> list[Any]:
    return [node for node in ordered(root) if isinstance(node, kind)]


KINDS: Mapping[str, Kind] = {
    "factor": _factor,
    "symbolic factor": _symbolic,
    "sign": _sign,
    "transpose": _transpose,
    "layout": _layout,
    "2G - diag": _cookbook,
    "factor order": _swapped,
    "transposed factor": _transposed_factor,
    "factor of a term": _of_a_term(
        "term .*(factor|times)|factor .* term",
        lambda value, random: value * FACTORS[random.integers(len(FACTORS))],
    ),
    "sign of a term": _of_a_term("sign of the term", lambda value, _: -value),
    "dropped term": _of_a_term("missing", lambda value, _: Fraction(0)),
}


# ---------------------------------------------------------------- what is wrong by its values


def is_wrong(right: Node, claimed: Node, random: Random) -> bool:
    """Whether the claim is of another shape, or the interpreter has other values for it."""
    if right.shape != claimed.shape:
        return True
    symbols, names = drawn_symbols(right, claimed), dimension_names(right, claimed)
    points = [
        draw(symbols, sizes, region, random)
        for region in REGIONS
        for sizes in size_sets(names, symbols, random, 2)
    ]
    return any(_differ(right, claimed, point) for point in points)


def _differ(right: Node, claimed: Node, point: Point) -> bool:
    try:
        one, other = (interpret(node, point.values, point.sizes) for node in (right, claimed))
    except (NoValue, KeyError, ArithmeticError, ValueError):
        return False
    scale = 1 + np.linalg.norm(one) + np.linalg.norm(other)  # 1: what is 0 has rounding too
    return bool(np.linalg.norm(one - other) > SAME * scale)


# ---------------------------------------------------------------- the cases, and the table


def right_formula(claim: TrueClaim) -> Right | None:
    """A claim as read, if it holds for all points and sizes, and all directions that it has."""
    try:
        verdict = claim.judged()
        chosen = {
            name: claim.arguments[name] for name in ("where", "inner") if name in claim.arguments
        }
        needs = "gradient" if claim.arguments["of"] == "gradient" else ""
        asked = ask(claim.f, claim.wrt, **chosen, needs_scalar=needs)
        known = [*asked.directions.values()]

        def read(text: str) -> Node:
            return read_claim(text, asked, verdict.right.shape, known).expression

        formula = read(claim.claim.removeprefix(_left(claim.claim)))
        along_a_kind = SYMMETRIC & asked.moving[0].variable.structure and any(
            "tangent" in one.structure for one in symbols_of(verdict.right)
        )
        return Right(claim, formula, read) if verdict.holds and not along_a_kind else None
    except MatcalcError:
        return None


def chosen(
    kind: str, claims: list[TrueClaim], most: int, random: Random
) -> Iterator[tuple[Right, Mutant]]:
    """Mutants of one kind, one of each formula at most, in a random order of the formulas."""
    found = 0
    for place in random.permutation(len(claims)):
        right = right_formula(claims[int(place)])
        if right is None:
            continue
        mutants = _made(kind, right, random)
        for one in random.permutation(len(mutants)):
            if is_wrong(right.formula, mutants[int(one)].formula, random):
                yield right, mutants[int(one)]
                found += 1
                break
        if found == most:
            return


def _made(kind: str, right: Right, random: Random) -> list[Mutant]:
    try:
        return list(KINDS[kind](right, random))
    except MatcalcError:
        return []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--most", type=int, default=100)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    claims = [one for one in true_claims(options.folder) if "space" not in one.arguments]
    seconds: list[float] = []
    print("kind                   total  refuted  accepted  undecided  errors  hint right")
    for kind in [options.kind] if options.kind else KINDS:
        random = np.random.default_rng(options.seed)
        counts: Counter[str] = Counter()
        for right, mutant in chosen(kind, claims, options.most, random):
            start = time.process_time()
            counts += _outcome(right, mutant, options.verbose, random)
            seconds.append(time.process_time() - start)
        print(_row(kind, counts), flush=True)
    print(f"processor time: median {np.median(seconds):.3f} s, worst {max(seconds):.2f} s")


def _outcome(right: Right, mutant: Mutant, is_verbose: bool, random: Random) -> Counter[str]:
    try:
        verdict = right.verdict(mutant.formula)
    except MatcalcError as error:
        print("error", right.claim.name, mutant.formula, error.message)
        return Counter({"error": 1})
    status = "accepted" if verdict.holds else verdict.status
    named = mutant.is_named_by(verdict, right, random)
    if status != "refuted" or (is_verbose and not named):
        _print(right, mutant, verdict)
    return Counter({status: 1, "named": int(named)})


def _row(kind: str, counts: Counter[str]) -> str:
    outcomes = [counts[status] for status in ("refuted", "accepted", "undecided", "error")]
    share = 100 * counts["named"] / max(1, counts["refuted"])
    columns = zip((sum(outcomes), *outcomes), (8, 9, 10, 11, 8), strict=True)
    return f"{kind:20}" + "".join(f"{n:{width}}" for n, width in columns) + f"{share:11.0f}%"


def _print(right: Right, mutant: Mutant, verdict: Any) -> None:
    claim = right.claim
    print(f"{claim.name}: {claim.f} by {claim.wrt} ({claim.arguments['of']})")
    print(f"    right    {right.formula}\n    ours     {verdict.right}")
    print(f"    claimed  {mutant.formula}\n    changed  {'; '.join(map(str, mutant.names))}")
    print(f"    {verdict.status}: {verdict.hint or '-'}")


if __name__ == "__main__":
    main()
