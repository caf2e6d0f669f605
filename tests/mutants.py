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

import matcalc as mc
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
from tests.case_files import Case, declarations, read_cases
from tests.interpreter import interpret
from tests.meanings.values import NoValue

ASKED = ("gradient", "jacobian", "hessian", "differential")
FACTORS = (Fraction(2), Fraction(1, 2), Fraction(3), Fraction(1, 3))
REGIONS = (Region.ANYWHERE, Region.POSITIVE, Region.SYMMETRIC, Region.FRACTION)
POINTS, SAME = 6, 1e-9


@dataclass(frozen=True)
class Right:
    """A case with its right formula as read, and all that has a value where that has one."""

    case: Case
    where: Mapping[str, str]
    formula: Node

    def verdict(self, claim: Node) -> Any:
        """What `check` says of a claim, as a person would type it."""
        case = self.case
        return mc.check(case["expr"], case["wrt"], str(claim), self.where, of=case["ask"])


@dataclass(frozen=True)
class Mutant:
    """A wrong formula; `names` are the ways in which a hint may name what was changed."""

    formula: Node
    words: str
    names: tuple[Node, ...] = ()

    def is_named_by(self, hint: str) -> bool:
        """Whether the hint has words of its kind and names the factors, or the term."""
        if not re.search(self.words, hint):
            return False
        whole = "transpose of what is right" in hint  # whose only factor may be the one
        return whole or not self.names or any(_mentions(hint, name) for name in self.names)


def _mentions(hint: str, name: Node) -> bool:
    """Whether a text names an expression, with spaces or without, with its sign or without."""
    return _bare(str(name)) in _bare(hint)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text).removeprefix("-")


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
                yield Mutant(formula, words, _named_so(right.formula, node, value, new, term))

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
    return bool(np.linalg.norm(one - other) > SAME * (np.linalg.norm(one) + np.linalg.norm(other)))


# ---------------------------------------------------------------- the cases, and the table


def right_formulas(folder: Path) -> Iterator[Right]:
    """The cases whose expected form is a plain derivative, as read."""
    for path in sorted(folder.glob("*.jsonl")):
        for case, arrays in read_cases(path):
            plain = not (case.get("metric") or case.get("space"))
            if plain and case.get("expected") and case["ask"] in ASKED:
                try:
                    yield _read(case, declarations(case, arrays))
                except MatcalcError as error:
                    print(f"{case['id']} is left out: {error.message}")


def _read(case: Case, where: Mapping[str, str]) -> Right:
    needs = "gradient" if case["ask"] == "gradient" else ""
    asked = ask(case["expr"], case["wrt"], where, needs_scalar=needs)
    answer = getattr(mc, case["ask"])(case["expr"], case["wrt"], where=where)
    value, tangents = answer.value, tuple(asked.directions.values())
    return Right(case, where, read_claim(case["expected"], asked, value.shape, tangents).expression)


def chosen(
    kind: str, rights: list[Right], most: int, random: Random
) -> Iterator[tuple[Right, Mutant]]:
    """Mutants of one kind, at most one of each formula, in a random order of the formulas."""
    found = 0
    for place in random.permutation(len(rights)):
        right = rights[int(place)]
        try:
            mutants = list(KINDS[kind](right, random))
        except MatcalcError:
            continue
        for one in random.permutation(len(mutants)):
            mutant = mutants[int(one)]
            if is_wrong(right.formula, mutant.formula, random):
                yield right, mutant
                found += 1
                break
        if found == most:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--most", type=int, default=100)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    rights = list(right_formulas(options.folder))
    seconds: list[float] = []
    print(
        f"{'kind':20}{'total':>8}{'refuted':>9}{'accepted':>10}{'undecided':>11}{'hint right':>12}"
    )
    for kind in [options.kind] if options.kind else KINDS:
        random = np.random.default_rng(options.seed)
        counts: Counter[str] = Counter()
        for right, mutant in chosen(kind, rights, options.most, random):
            start = time.perf_counter()
            try:
                verdict = right.verdict(mutant.formula)
            except MatcalcError as error:
                counts["error"] += 1
                print("error", right.case["id"], mutant.formula, error.message)
                continue
            seconds.append(time.perf_counter() - start)
            counts["accepted" if verdict.holds else verdict.status] += 1
            named = mutant.is_named_by(verdict.hint)
            counts["named"] += named
            if verdict.status != "refuted" or (options.verbose and not named):
                _print(right, mutant, verdict)
        total = sum(counts[key] for key in ("refuted", "accepted", "undecided"))
        share = 100 * counts["named"] / max(1, counts["refuted"])
        print(
            f"{kind:20}{total:8}{counts['refuted']:9}{counts['accepted']:10}"
            f"{counts['undecided']:11}{share:11.0f}%",
            flush=True,
        )
    print(f"check: median {np.median(seconds):.3f} s, worst {max(seconds):.2f} s")


def _print(right: Right, mutant: Mutant, verdict: Any) -> None:
    case = right.case
    print(f"{case['id']}: {case['expr']} by {case['wrt']} ({case['ask']})")
    print(f"    right    {right.formula}\n    ours     {verdict.right}")
    print(f"    claimed  {mutant.formula}\n    changed  {'; '.join(map(str, mutant.names))}")
    print(f"    {verdict.status}: {verdict.hint or '-'}")


if __name__ == "__main__":
    main()
