"""What was inferred, assumed or noted on the way, as data: text is made of it in printing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from matcalc.expressions.nodes import Node
from matcalc.expressions.phrases import Phrase


class Sort(Enum):
    """What a name may have been taken for."""

    KIND = auto()  # a variable of the shape and structure that its symbol has
    FUNCTION = auto()  # an unknown elementwise function


class Origin(Enum):
    """Where a fact comes from."""

    INFERRED = auto()  # from the text, of names that nobody declared
    ASKED = auto()  # from the inner product or the space


@dataclass(frozen=True)
class Fact:
    """Something taken to be so of a subject: its sort, what it equals, or a sentence about it.

    `otherwise` is what to do for a vector where a scalar was taken.
    """

    subject: Node
    predicate: Sort | Node | Phrase
    origin: Origin = Origin.ASKED
    otherwise: str = ""
