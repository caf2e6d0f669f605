"""A further restriction of a domain, as a person writes it: `X symmetric`, `0 < x < 1`, `spd`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from matcalc.expressions.errors import SyntaxProblem
from matcalc.expressions.nodes import Node, Symbol
from matcalc.expressions.predicates import Ordered, Predicate, mapped
from matcalc.language.kinds import KINDS, closure
from matcalc.language.problem import parse_expression
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute

_COMPARISON = re.compile(r"\s*(<=|>=|<|>)\s*")
_KIND = re.compile(r"(?:(?P<name>\w+)\s*(?::\s*|\s))?\s*(?P<word>\w+)\s*(?:\([^()]*\))?")
_BETWEEN = re.compile(r",(?![^(\[]*[)\]])|\band\b")


@dataclass
class Restrictions:
    """What a text says of the `variables`: further kinds, and conditions in these `kinds`."""

    variables: Mapping[str, Symbol]
    symbols: Mapping[str, Symbol]
    words: dict[str, list[str]] = field(default_factory=dict)
    _conditions: list[Predicate] = field(default_factory=list)

    def read(self, text: str) -> Restrictions:
        """Raises SyntaxProblem for what is neither a kind nor a comparison."""
        for part in filter(None, map(str.strip, _BETWEEN.split(text))):
            if _COMPARISON.search(part):
                self._conditions += self._compared(part)
            else:
                self._kind(part)
        return self

    @property
    def kinds(self) -> Mapping[Node, Node]:
        """The variables as they are restricted."""
        return {
            one: Symbol(name, one.shape, closure(*one.structure, *self.words.get(name, ())))
            for name, one in self.variables.items()
        }

    @property
    def conditions(self) -> list[Predicate]:
        return [mapped(one, lambda node: substitute(node, self.kinds)) for one in self._conditions]

    def _compared(self, part: str) -> Iterator[Predicate]:
        """Of a chain such as `0 < x < 1`, what each pair says."""
        sides = _COMPARISON.split(part)
        for sign, (one, other) in zip(sides[1::2], pairwise(sides[::2]), strict=True):
            small, large = (one, other) if sign[0] == "<" else (other, one)
            if small == "0" and large in self.variables:
                word = "nonnegative" if "=" in sign else "positive"
                self.words.setdefault(large, []).append(word)
            else:
                less, more = (parse_expression(one, self.symbols, book) for one in (small, large))
                yield Ordered(less, more, strict="=" not in sign)

    def _kind(self, part: str) -> None:
        found = _KIND.fullmatch(part)
        name = (found and found["name"]) or next(iter(self.variables))
        word = found["word"] if found else ""
        if name not in self.variables or word not in {*KINDS, "nonnegative"}:
            raise SyntaxProblem(
                f"`{part}` restricts none of {', '.join(self.variables)}",
                hint='write `on="X symmetric"`, `on="x > 0"` or `on="A*x < b"`',
            )
        self.words.setdefault(name, []).extend(
            KINDS[word].structure if word in KINDS else ("nonnegative",)
        )
