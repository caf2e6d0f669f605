"""From terms to lines of code: what is used twice, is long or is nested deep gets a name.

A block is a function body. What a loop needs more than one line for becomes an inner function of
the index; what does not depend on the index is computed before the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from matcalc.compile.terms import Level, Term
from matcalc.expressions.errors import DomainError

_DEEPEST = 8  # brackets inside each other on one line
_LONGEST = 84  # characters of one expression
_LONGEST_BODY = 40  # characters of an expression inside a sum over an index
_WORTH_NAMING = 12  # characters from which a name makes a line shorter
_LOOPS_DEEP = 12


@dataclass
class _Piece:
    """The text by which a term is written where it is used."""

    text: str
    level: Level
    depth: int


@dataclass
class Block:
    """Lines of code, and the pieces that later lines may use."""

    lines: list[str] = field(default_factory=list)
    pieces: dict[Term, _Piece] = field(default_factory=dict)

    @property
    def atoms(self) -> dict[Term, _Piece]:
        """What is only a name, and may be used again at no cost."""
        return {
            term: piece
            for term, piece in self.pieces.items()
            if piece.level is Level.ATOM and not piece.depth
        }


class Writer:
    """Writes terms as assignments.

    `named` gives the names of terms that have one already; `fresh` makes a new one. What is
    `shared` with a later block gets one.
    """

    def __init__(
        self, named: Mapping[Term, str], fresh: Callable[[], str], shared: Collection[Term] = ()
    ) -> None:
        self.named = named
        self.fresh = fresh
        self.shared = shared

    def block(
        self, roots: Sequence[Term], outer: Mapping[Term, _Piece], loops: int = 0
    ) -> tuple[Block, list[str]]:
        """The lines that compute the roots, and the expressions of the roots after them."""
        if loops > _LOOPS_DEEP:
            raise DomainError(f"sums over more than {_LOOPS_DEEP} indices inside each other")
        uses, kept = _reached(roots, outer)
        block = Block([], dict(outer))
        for term in sorted(uses, key=lambda term: term.serial):
            self._write(block, term, uses[term], term in kept, loops)
        return block, [block.pieces[root].text for root in roots]

    def _write(self, block: Block, term: Term, uses: int, kept: bool, loops: int) -> None:
        block.pieces[term] = self._piece(block, term, loops)
        if term in self.named and block.pieces[term].text != self.named[term]:
            self._assign(block, term, self.named[term])
        elif not term.cheap and (
            kept or uses > 1 or term in self.shared or block.pieces[term].depth > _DEEPEST
        ):
            self._assign(block, term, self.fresh())

    def _assign(self, block: Block, term: Term, name: str) -> None:
        block.lines.append(f"{name} = {block.pieces[term].text}")
        block.pieces[term] = _Piece(name, Level.ATOM, 0)

    def _piece(self, block: Block, term: Term, loops: int) -> _Piece:
        generator = self._generator(block, term, loops)
        inside = [part for part in term.parts if not isinstance(part, str)]
        self._shorten(block, term.arguments, sum(len(p) for p in term.parts if isinstance(p, str)))
        texts: list[str] = []
        for part in term.parts:
            if isinstance(part, str):
                texts.append(part)
            else:
                piece = block.pieces[part[0]]
                texts.append(piece.text if piece.level >= part[1] else f"({piece.text})")
        if generator:
            texts.insert(1, generator)
        depth = 1 + max((block.pieces[argument].depth for argument, _ in inside), default=-1)
        return _Piece("".join(texts), term.level, depth)

    def _shorten(self, block: Block, arguments: Iterable[Term], length: int) -> None:
        """Name the longest arguments until the line is short enough."""
        found = sorted(
            set(arguments), key=lambda term: (-len(block.pieces[term].text), term.serial)
        )
        total = length + sum(len(block.pieces[term].text) for term in arguments)
        for term in found:
            size = len(block.pieces[term].text)
            if total <= _LONGEST or size < _WORTH_NAMING:
                return
            if not term.cheap:
                self._assign(block, term, self.fresh())
                total -= size - len(block.pieces[term].text)

    def _generator(self, block: Block, term: Term, loops: int) -> str:
        """`body for i in ` of a loop, after the inner function that it may need."""
        if term.loop is None:
            return ""
        variable, body = term.loop.variable, term.loop.body
        outer = {
            known: piece for known, piece in block.atoms.items() if variable not in known.indices
        }
        inner, (value,) = self.block([body], outer, loops + 1)
        if inner.lines or len(value) > _LONGEST_BODY:
            name = self.fresh()
            lines = [*inner.lines, f"return {value}"]
            block.lines += [f"def {name}({variable}):", *("    " + line for line in lines)]
            value = f"{name}({variable})"
        return f"{value} for {variable} in "


def _reached(
    roots: Sequence[Term], outer: Mapping[Term, _Piece]
) -> tuple[dict[Term, int], set[Term]]:
    """The terms to write in this block with their numbers of uses, and those that loops need."""
    uses = dict.fromkeys((root for root in roots if root not in outer), 0)
    for root in roots:
        if root in uses:
            uses[root] += 1
    kept: set[Term] = set()
    stack = list(uses)
    while stack:
        term = stack.pop()
        needed = term.arguments
        if term.loop is not None:
            before = _before_loop(term)
            kept.update(before)
            needed = needed + before
        for argument in needed:
            if argument in uses:
                uses[argument] += 1
            elif argument not in outer:
                uses[argument] = 1
                stack.append(argument)
    return uses, kept


def _before_loop(term: Term) -> list[Term]:
    """What the body of a loop uses that does not depend on its index, largest parts only."""
    assert term.loop is not None
    found: list[Term] = []
    bound = {term.loop.variable}
    seen = {term.loop.body}
    stack = [term.loop.body]
    while stack:
        inner = stack.pop()
        if inner.loop is not None:
            bound.add(inner.loop.variable)
        if bound.isdisjoint(inner.indices) and not inner.cheap:
            found.append(inner)
            continue
        for argument in inner.inside:
            if argument not in seen:
                seen.add(argument)
                stack.append(argument)
    return [inner for inner in found if bound.isdisjoint(inner.indices)]
