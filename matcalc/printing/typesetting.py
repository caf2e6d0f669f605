r"""What papers write differently, as four macros: the transpose, d, vectors and matrices, grad f.

Whatever is printed in LaTeX is written with `\top`, `\mathrm{d}`, `\matr{X}` and
`\gradient{_{X}}{X}` first; then each takes the form that a person has chosen. A document keeps
them as macros, which are swapped in its preamble.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

from matcalc.expressions.errors import SyntaxProblem, WrongArgument

_DEEP = "[^{}]"
for _ in range(4):
    _DEEP = rf"(?:[^{{}}]|\{{{_DEEP}*\}})"
_GROUP = rf"\{{({_DEEP}*)\}}"
_MARKS = {
    "transpose": re.compile(r"\\top(?![a-zA-Z])"),
    "differential": re.compile(r"\\mathrm\{d\}"),
    "gradient": re.compile(rf"\\gradient{_GROUP}{_GROUP}"),
    "matr": re.compile(rf"\\matr{_GROUP}"),
}
_GRADIENTS = {"nabla": r"\nabla#1 f", "partial": r"\frac{\partial f}{\partial #2}"}
_ALL = "there are transpose=T, differential=d, gradient=partial, bold, layout"
_COMMAND = re.compile(r"\\[a-zA-Z]+$")
Bodies = Mapping[str, str]


@dataclass(frozen=True)
class Typesetting:
    r"""How a paper writes what papers write differently.

    `transpose` is the sign of a transpose (`\top`, `T`, `\mathsf{T}`, `\prime`), `differential`
    the d (`\mathrm{d}`, `d`), `gradient` is nabla or partial; vectors and matrices are `bold`, and
    the `layout` of a derivative is named if wanted. Raises SyntaxProblem for another gradient.

    >>> Typesetting(transpose="T", bold=True).written(r"\matr{A}^{\top}")
    '\\boldsymbol{A}^{T}'
    """

    transpose: str = r"\top"
    differential: str = r"\mathrm{d}"
    gradient: str = "nabla"
    bold: bool = False
    layout: bool = False

    def __post_init__(self) -> None:
        if self.gradient not in _GRADIENTS:
            raise SyntaxProblem(
                f"the gradient is written as {' or '.join(_GRADIENTS)}, not as {self.gradient!r}"
            )

    @property
    def macros(self) -> Bodies:
        """The body of each macro, `#1` and `#2` in it are its arguments."""
        return {
            "gradient": _GRADIENTS[self.gradient],  # first: its arguments hold others
            "matr": r"\boldsymbol{#1}" if self.bold else "#1",
            "transpose": self.transpose,
            "differential": self.differential,
        }

    @property
    def preamble(self) -> str:
        """The macros as a document defines them."""
        counts = {name: len(set(re.findall(r"#\d", body))) for name, body in self.macros.items()}
        counts["gradient"] = 2
        return "\n".join(
            rf"\newcommand{{\{name}}}{f'[{counts[name]}]' if counts[name] else ''}{{{body}}}"
            for name, body in self.macros.items()
        )

    def written(self, text: str) -> str:
        """A text with the bodies in place of the macros."""
        return _put(text, self.macros)

    def in_macros(self, text: str) -> str:
        """A text for a document with the preamble."""
        return _put(text, {"transpose": r"\transpose", "differential": r"\differential"})

    def beside(self, names: Collection[str]) -> Typesetting:
        """The same, but that no sign is the letter of a name in the problem."""
        signs = {name: getattr(self, name) for name in ("transpose", "differential")}
        return replace(self, **{n: getattr(PLAIN, n) for n, sign in signs.items() if sign in names})


PaperStyle = Typesetting | str


def typesetting_of(style: PaperStyle, names: Collection[str]) -> Typesetting:
    """A style for a problem with these names. Raises WrongArgument for what is none."""
    if isinstance(style, str):
        style = _read(style)
    if not isinstance(style, Typesetting):
        raise WrongArgument(f"`style` is a Typesetting or its text, found {style!r:.60}", hint=_ALL)
    return style.beside(names)


def _read(text: str) -> Typesetting:
    """From `transpose=T, bold`. Raises SyntaxProblem for what there is not."""
    found: dict[str, Any] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        name, sign, value = map(str.strip, part.partition("="))
        usual = getattr(PLAIN, name, None) if name in _FIELDS else None
        if usual is None or isinstance(usual, bool) == bool(sign):
            raise SyntaxProblem(f"no style {part!r}", hint=_ALL)
        found[name] = value if sign else True
    return Typesetting(**found)


def _put(text: str, bodies: Bodies) -> str:
    for name, body in bodies.items():
        text = _MARKS[name].sub(partial(_filled, body), text)
    return text


def _filled(body: str, found: re.Match[str]) -> str:
    for place, argument in enumerate(found.groups(), 1):
        body = body.replace(f"#{place}", argument)
    follows = found.string[found.end() : found.end() + 1]
    return f"{body} " if follows.isalpha() and _COMMAND.search(body) else body


PLAIN = Typesetting()
_FIELDS = frozenset(field.name for field in fields(Typesetting))
