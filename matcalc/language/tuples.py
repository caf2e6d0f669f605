"""Functions of libraries that give several values, of which a text takes one: `slogdet(X)[1]`."""

from __future__ import annotations

import re

from matcalc.language.syntax import Call, Negation, Numeral, Syntax

_SEVERAL = frozenset(
    {"shape", "slogdet", "logabsdet", "eigh", "eig", "svd", "qr", "lstsq", "lu", "polar"}
)
_FIELDS = {".values": 0, ".logabsdet": 1, ".eigenvalues": 0}
_MODULE = re.compile(r"^(?:np|numpy|scipy|sp|jnp|jax|torch|tf|LA|linalg|math|sla)\.")


def plain_function(spelling: str) -> str:
    """A function without the module it is called from: `np.linalg.inv` is `inv`."""
    return spelling.rsplit(".", 1)[-1] if _MODULE.match(spelling) else spelling


def taken_by_position(operand: Syntax, subscripts: list[Syntax | None]) -> int | None:
    """Which value of a tuple `operand[1]` takes, None where the operand is no tuple."""
    if len(subscripts) != 1 or not isinstance(operand, Call) or not _gives_several(operand):
        return None
    node = subscripts[0]
    sign, numeral = (-1, node.operand) if isinstance(node, Negation) else (1, node)
    return sign * int(numeral.value) if isinstance(numeral, Numeral) else None


def taken_by_name(operand: Syntax, word: str) -> int | None:
    """Which value of a tuple `operand.values` takes, None where it is no such word."""
    return _FIELDS.get(word) if isinstance(operand, Call) else None


def _gives_several(call: Call) -> bool:
    """Whether the function gives a tuple, called so: PyTorch's `max` along an axis may."""
    word = plain_function(call.function).lstrip(".")
    of_torch = call.function.startswith(("torch.", ".")) and len(call.arguments) == 2
    pair = word in ("max", "min") and ("dim" in call.keywords or of_torch)
    return pair or word in _SEVERAL
