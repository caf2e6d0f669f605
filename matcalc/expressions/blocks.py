"""What stands for each of several variables: a mapping by their names, perhaps of mappings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from matcalc.expressions.errors import UnknownName
from matcalc.expressions.nodes import Node
from matcalc.expressions.operators import algebra

Path = tuple[str, ...]


class Blocks(Mapping[str, Any]):
    """Expressions by the names of variables; for a second derivative `blocks[x][y]`.

    Prints one block a line. Raises UnknownName for a name that is no variable.
    """

    def __init__(self, parts: Mapping[str, Any]) -> None:
        self._parts = dict(parts)

    def __getitem__(self, name: str) -> Any:
        if name not in self._parts:
            known = ", ".join(self._parts)
            raise UnknownName(f"there is no block {name!r}", hint=f"the variables are {known}")
        return self._parts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def shape(self) -> Blocks:
        """The shape of each block."""
        return Blocks({name: part.shape for name, part in self.items()})

    def latex(self) -> str:
        """Each block in LaTeX, one a line, and what the names in them stand for."""
        return str(algebra().blocks_to_latex(self))

    def unicode(self) -> str:
        """Each block in Unicode, one a line, and what the names in them stand for."""
        return str(algebra().blocks_to_unicode(self))

    def __str__(self) -> str:
        if all(isinstance(one, Node) for _, one in leaves(self)):
            return str(algebra().blocks_to_text(self))
        return "\n".join(f"{', '.join(path)}: {one}" for path, one in leaves(self))

    def __repr__(self) -> str:
        return f"Blocks({self._parts!r})"


Value = Node | Blocks


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Each block with the names that lead to it; what is no mapping is one block without names."""
    if not isinstance(value, Mapping):
        yield path, value
        return
    for name, part in value.items():
        yield from leaves(part, (*path, name))


def map_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """The same blocks, each changed."""
    if not isinstance(value, Mapping):
        return change(value)
    return Blocks({name: map_leaves(part, change) for name, part in value.items()})
