r"""Names as papers write them, and as matcalc spells them: `\hat\beta` is beta_hat, W_{in} W_in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from matcalc.language.kinds import GREEK
from matcalc.language.latex.groups import greek_word

ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde",
    "widetilde": "tilde", "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve",
    "acute": "acute", "grave": "grave", "mathring": "ring", "underline": "underline", "vec": "",
}  # fmt: skip
"""The accents of LaTeX and how names have them: x_hat; an arrow only says that x is a vector."""
MARKS = {"+": "p", "-": "m", "*": "star", "\\ast": "star", "\\star": "star", "'": "prime",
         "\\prime": "prime", "\\dagger": "dagger", "\\infty": "inf", "\\perp": "perp"}  # fmt: skip
"""Signs below or above a name, and how names have them: h_{t-1} is h_tm1."""
VARIANTS = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho",
            "varsigma": "sigma", "varpi": "pi", "ell": "l"}  # fmt: skip
"""Second forms of letters: names of their own only where the first form is one too."""
_GREEK = GREEK | {word.capitalize() for word in GREEK} | VARIANTS.keys()
_FREE = frozenset("ijkl")


def is_greek(command: str) -> bool:
    """Whether a command is a letter."""
    return command in _GREEK


@dataclass
class Names:
    """What stands for what.

    The `declared` names and, of these, the `functions`, the `complex` ones, which a bar conjugates,
    and the `sizes`; what the person `calls` otherwise, and the `signs` that the whole text has.
    """

    declared: Collection[str]
    functions: Collection[str] = ()
    complex: Collection[str] = ()
    calls: Mapping[str, str] = field(default_factory=dict)
    signs: set[str] = field(default_factory=set)
    sizes: frozenset[str] = frozenset()
    primes: bool = False  # whether `'` belongs to names, as where `B'^\top` stands

    def letter(self, command: str) -> str:
        r"""The word of a Greek letter: `\varepsilon` is epsilon, unless both stand in the text."""
        plain = VARIANTS.get(command)
        if command not in self.declared:
            own = next((one for one in self.declared if greek_word(one) == command), None)
            if own is not None:
                return own
        if plain is None or command in self.declared or (f"\\{plain}" in self.signs):
            return command
        return plain

    def called(self, word: str) -> str:
        """The name as the person calls it."""
        return self.calls.get(word, word)

    def knows(self, word: str) -> bool:
        return word in self.declared


def subscripted(word: str, script: str) -> str:
    r"""The name with what stands below it: `h` and `t-1` is h_tm1, `J` and `\text{OLS}` J_OLS.

    >>> subscripted("h", "t-1"), subscripted("A", "i,j"), subscripted("x", r"\max")
    ('h_tm1', 'A_ij', 'x_max')
    """
    return f"{word}_{_spelled(script)}"


def _spelled(script: str) -> str:
    for sign, letters in MARKS.items():
        script = script.replace(sign, letters)
    return re.sub(r"[^\w]", "", script.replace("\\", ""))


def accented(word: str, accent: str) -> str:
    """The name under an accent: `beta_hat`."""
    return f"{word}_{ACCENTS[accent]}" if ACCENTS[accent] else word


def free_indices(script: str) -> bool:
    """Whether a subscript is of letters that run over entries."""
    return bool(script) and set(script.replace(",", "")) <= _FREE
