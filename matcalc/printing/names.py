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
