"""Which names of a text are bound by the sums and products around them: i, and x_i and A_ij."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from matcalc.expressions.errors import SyntaxProblem
from matcalc.language.syntax import Name, Selection, Syntax

_PARTS = re.compile(r"(.+?)((?:_[^\W\d_])+)")
_ALL_INDICES = re.compile(r"[ijkl\d]{2,}")


def parted(word: str) -> tuple[str, tuple[str, ...]]:
    """A name without its subscript, and what may be indices in that.

    >>> parted("x_i"), parted("A_ij"), parted("x_max"), parted("x")
    (('x', ('i',)), ('A', ('i', 'j')), ('x', ('max',)), ('x', ()))
    """
    spaced = _PARTS.fullmatch(word)
    if spaced is not None:
        return spaced[1], tuple(spaced[2].replace("_", ""))
    stem, _, subscript = word.rpartition("_")
    if not stem:
        return word, ()
    return stem, tuple(subscript) if len(subscript) == 2 else (subscript,)


class OpenNames:
    """The names of one text, each until a sum or product around it binds it."""

    def __init__(self) -> None:
        self._names: dict[str, list[Name]] = {}
        self._bound: dict[int, dict[str, str]] = {}

    def add(self, name: Name) -> None:
        self._names.setdefault(name.word, []).append(name)

    def words(self) -> set[str]:
        return set(self._names)

    def bind(self, index: str, own_name: str, first: int) -> None:
        """The index, called `own_name` from here on, wherever it stands from a place on."""
        for name in self._taken(index, first):
            name.word, name.bound = own_name, True
        for word in [word for word in self._names if index in parted(word)[1]]:
            for name in reversed(list(self._taken(word, first))):
                self._subscribe(name, index, own_name)

    def _taken(self, word: str, first: int) -> Iterator[Name]:
        names = self._names.get(word, [])
        while names and names[-1].place >= first:
            yield names.pop()

    def _subscribe(self, name: Name, index: str, own_name: str) -> None:
        """x_i has its index; A_ij waits for the other one."""
        stem, indices = parted(name.word)
        bound = self._bound.setdefault(name.place, {})
        bound[index] = own_name
        if bound.keys() >= set(indices):
            name.word, name.indices = stem, tuple(bound[one] for one in indices)
        else:
            self.add(name)

    def check(self, text: str, names: frozenset[str]) -> None:
        """Refuse A_ij under a sum over i alone: j may be anything."""
        for word in self._names.keys() - names:
            stem, indices = parted(word)
            for name in self._names[word]:
                if name.place in self._bound and _ALL_INDICES.fullmatch("".join(indices)):
                    free = " and ".join(
                        f"`{i}`" for i in indices if i not in self._bound[name.place]
                    )
                    raise SyntaxProblem(
                        f"`{word}` stands under a sum over one of its indices, and {free} is free",
                        hint=f"an entry is `{stem}[{','.join(indices)}]`; of a name of its own "
                        "say so by declaring it",
                    ).at(text, name.span)


def is_index_in(word: str, arena: Sequence[Syntax], first: int) -> bool:
    """Whether a name stands in a subscript from a place on, as k in x[k], x[k+1] or x_k."""
    nodes = arena[first:]
    names = (node.word for node in nodes if isinstance(node, Name) and not node.indices)
    singles = (
        one.single
        for node in nodes
        if isinstance(node, Selection)
        for one in node.subscripts
        if one.single is not None
    )
    inside = (name for one in singles for name in arena[one.first : one.place + 1])
    return any(word in parted(name)[1] for name in names) or any(
        isinstance(name, Name) and name.word == word for name in inside
    )
