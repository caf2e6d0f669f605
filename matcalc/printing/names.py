"""How names are written outside plain text: Greek letters, and indices below the line."""

from __future__ import annotations

import re

_LOWER = "αβγδεζηθικλμνξοπρστυφχψω"
_UPPER = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"
_NAMES = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi",
    "psi", "omega",
)  # fmt: skip
_WITHOUT_COMMAND = (
    "omicron", "Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron",
    "Rho", "Tau", "Chi",
)  # fmt: skip

GREEK = dict(zip(_NAMES, _LOWER, strict=True))
GREEK |= {name.capitalize(): letter for name, letter in zip(_NAMES, _UPPER, strict=True)}
GREEK |= {"varepsilon": "ϵ", "vartheta": "ϑ", "varphi": "ϕ"}
COMMANDS = {letter: f"\\{name}" for name, letter in GREEK.items() if name not in _WITHOUT_COMMAND}
ACCENTS = {
    "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde",
    "widetilde": "tilde", "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve",
    "acute": "acute", "grave": "grave", "mathring": "ring", "underline": "underline", "vec": "",
}  # fmt: skip
"""The accents of LaTeX and how names have them: x_hat; an arrow only says that x is a vector."""
MARKS = {"+": "p", "-": "m", "*": "star", "\\ast": "star", "\\star": "star", "'": "prime",
         "\\prime": "prime", "\\dagger": "dagger", "\\infty": "inf", "\\perp": "perp"}  # fmt: skip
"""Signs below or above a name, and how names have them: h_{t-1} is h_tm1."""
_PARTS = re.compile(r"(?P<stem>.*?[^\W\d_])(?:_(?P<word>\w+)|(?P<digits>\d+))?(?P<primes>'*)")


def split_name(name: str) -> tuple[str, str, str]:
    """A name as stem, index and primes: `W2` is (W, 2, ""), `x_max` is (x, max, "").

    >>> split_name("phi''")
    ('phi', '', "''")
    """
    found = _PARTS.fullmatch(name)
    if found is None:
        return name, "", ""
    return found["stem"], found["word"] or found["digits"] or "", found["primes"]
