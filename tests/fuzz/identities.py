"""Formulas in which identities of the book apply, so that they meet one another."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import matcalc as mc
from matcalc.expressions.binders import free_symbols
from matcalc.expressions.dimensions import SCALAR, Dimension, Shape
from matcalc.expressions.nodes import dimension_names
from matcalc.rulebook import book
from matcalc.rulebook.records import Rule
from matcalc.rulebook.structure import structure_of
from tests.fuzz import signs
from tests.fuzz.calls import OPERATIONS, is_negative, matched, sides
from tests.fuzz.grammar import Writer
from tests.fuzz.trees import ATOM, PRODUCT, SUM, Form, Tree, leaf

_SYNTACTIC = frozenset({"index", "integer", "function", "dimension"})
_OFTEN = 20  # times as often as a sum


class WriterByIdentities(Writer):
    """Writes the left sides of identities too, with any formulas for their variables."""

    def makers(self, shape: Shape) -> list[Callable[[Shape, int], Tree | None]]:
        return [*super().makers(shape), *[self.left_side] * _OFTEN]

    def left_side(self, shape: Shape, depth: int) -> Tree | None:
        rule = self.pick(identities())
        bound = matched(rule.left.shape, shape)
        if bound is None:
            return None
        for name in dimension_names(rule.left):
            bound.setdefault(name, self.side())
        return self._written(rule, bound, shape, depth)

    def _written(
        self, rule: Rule, bound: dict[str, Dimension], shape: Shape, depth: int
    ) -> Tree | None:
        """The left side with its variables as holes; None where nothing fits one of them."""
        parts: dict[str, Tree] = {}
        texts = {name: str(size) for name, size in bound.items()}
        for one in free_symbols(rule.left):
            sized = one.with_sizes(bound)
            if any(map(is_negative, sides(sized.shape))):
                return None
            part = self._of_structure(sized.shape, sized.structure, depth)
            if part is None:
                return None
            texts[one.name], parts[one.name] = f"{{{len(parts)}}}", part
        left = rule.text.partition(" = ")[0].partition(" where ")[0]
        text = re.sub(r"\b[A-Za-z]\w*\b(?!\()", lambda m: texts.get(m[0], m[0]), left)
        form = Form(text, _level(left), (ATOM,) * len(parts), signs.plain(_no_meaning))
        return self.make(form, shape, *parts.values())

    def _of_structure(self, shape: Shape, needed: frozenset[str], depth: int) -> Tree | None:
        """Any formula, or a variable where one with a structure is needed."""
        if needed & {"integer", "index"}:
            return self.make(signs.number(self.pick((1, 2))), SCALAR)
        if not needed - _SYNTACTIC:
            return self.tree(shape, depth)
        fitting = [one for one in self.variables if one.shape == shape]
        known = [one for one in fitting if needed <= _structure(one.declared())]
        return leaf(self.pick(known).name, shape) if known else None


@cache
def identities() -> tuple[Rule, ...]:
    """Those that hold, but for sums over an index, the variables of which are bound."""
    names = frozenset(one.name for one in OPERATIONS) | {"power", "elementwise_power", "ones"}
    known = book.identities_among(frozenset({*names, "transpose", "hadamard", "conj"}), "identity")
    return tuple(rule for rule in known if not rule.binds)


@cache
def _structure(declared: str) -> frozenset[str]:
    return structure_of(mc.symbols(declared)[0])


def _level(left: str) -> int:
    return SUM if re.search(r" [+-] |^-", left) else PRODUCT


def _no_meaning(*_: object) -> object:
    raise LookupError("a form of which only the text is known")
