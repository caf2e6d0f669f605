"""Which functions of libraries take any number of arrays, and how their arguments are read."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.expressions.errors import SyntaxProblem
from matcalc.language.array_values import ArrayFunction
from matcalc.language.constants import constant
from matcalc.language.einsum import EinsumRefused, read_einsum
from matcalc.language.joining import Chained, Diagonal, Joined
from matcalc.language.libraries import says_nothing
from matcalc.language.syntax import Blocks, Call, Listed, Quoted, Syntax
from matcalc.language.vocabulary import Source

_WAYS = ("concatenate", "stack", "hstack", "vstack", "column_stack")
_JOINED = {f"{module}.{word}": word for module in ("np", "torch") for word in _WAYS}
_JOINED |= dict.fromkeys(("torch.cat", "torch.concat"), "concatenate")
_JOINED |= dict.fromkeys(("np.array", "np.asarray", "torch.tensor"), "stack")
_CHAINED = ("np.linalg.multi_dot", "torch.linalg.multi_dot")


def items_of(node: Syntax) -> Sequence[Syntax]:
    """The items of a list or a tuple, none of anything else."""
    match node:
        case Blocks(rows=[row]):
            return row
        case Listed(items=items):
            return items
        case _:
            return ()


def array_function(name: str, node: Call, source: Source) -> ArrayFunction | None:
    """What the call of a function of that full name makes of any number of arrays.

    None where it is no such function. Raises SyntaxProblem for arguments that it does not take.
    """
    if name in ("np.einsum", "torch.einsum"):
        return _einsum(node, source)
    if name in _JOINED and _items(node):
        return _joined(_JOINED[name], node, source)
    if name in _CHAINED and _items(node):
        return Chained(_items(node))
    if name == "torch.chain_matmul":
        return Chained(node.arguments)
    if name in ("scipy.linalg.block_diag", "torch.block_diag") and node.arguments:
        return Diagonal(node.arguments)
    return None


def _items(node: Call) -> Sequence[Syntax]:
    return items_of(node.arguments[0]) if node.arguments else ()


def _joined(word: str, node: Call, source: Source) -> Joined:
    named = [one for word, one in node.keywords.items() if not says_nothing(word, one)]
    given = [*node.arguments[1:2], *named]
    axis = constant(given[0]) if given else "0"
    if axis not in ("0", "1", "-1") or len(given) > 1:
        raise SyntaxProblem(
            f"how `{node.function}` joins arrays is told by `axis=0` or `axis=1` alone"
        ).at(source.text, node.span)
    return Joined(word, _items(node), int(axis))


def _einsum(node: Call, source: Source) -> ArrayFunction:
    match node.arguments:
        case [Quoted(word=text), *operands] if operands:
            try:
                return read_einsum(text, operands)
            except EinsumRefused as reason:
                raise SyntaxProblem(
                    f"`{text}` cannot be written with vectors and matrices: {reason}"
                ).at(source.text, node.span) from None
        case _:
            raise SyntaxProblem(
                "`einsum` is read with its subscripts as a text before the operands",
                hint="for example `np.einsum('ij,j->i', A, x)`",
            ).at(source.text, node.span)
