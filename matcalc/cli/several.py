"""The verbs of the command line for several variables at once: `--wrt U,V`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcalc import interface
from matcalc.cli import problem
from matcalc.cli.problem import Options
from matcalc.expressions.constructors import plus
from matcalc.expressions.nodes import Node
from matcalc.printing.latex import to_latex
from matcalc.printing.text import to_text
from matcalc.printing.unicode import to_unicode

if TYPE_CHECKING:
    from matcalc.verify.report import Report

WRITERS: Mapping[str, Callable[[Node], str]] = {
    "text": to_text,
    "unicode": to_unicode,
    "latex": to_latex,
}


@dataclass(frozen=True)
class Page:
    """The answers by their names, what they rest on, and how they are verified."""

    title: str
    values: Mapping[str, Node]
    sources: Sequence[Any]
    verify: Callable[[int, int], list[Report]]

    def show(self, options: Options) -> bool:
        """Print it in the format asked for; False where it was verified and does not hold."""
        wanted = options.format == "json" or options.verify
        reports = self.verify(options.samples, options.seed) if wanted else []
        passed = all(report.passed for report in reports)
        if options.format == "json":
            print(json.dumps({**self._content(), "verified": passed}, ensure_ascii=False))
            return passed
        write = WRITERS[options.format]
        print("\n".join(self._lines(write) if options.format != "latex" else self._latex()))
        if reports:
            failed = next((report for report in reports if not report.passed), reports[0])
            print(failed.summary())
        return passed

    def _facts(self, name: str) -> list[str]:
        """What is assumed, or where the answers are valid: each fact once."""
        return list(
            dict.fromkeys(fact for source in self.sources for fact in getattr(source, name))
        )

    def _setting(self, name: str) -> str:
        """The inner product or the space, where the answers are about one."""
        said = (getattr(source, name, "") for source in self.sources)
        return ", ".join(dict.fromkeys(one for one in said if one))

    def _content(self) -> dict[str, Any]:
        return {
            "values": {name: str(value) for name, value in self.values.items()},
            "latex": {name: value.latex() for name, value in self.values.items()},
            "shapes": {name: str(value.shape) for name, value in self.values.items()},
            "assumptions": self._facts("assumptions"),
            "conditions": self._facts("conditions"),
        }

    def _latex(self) -> list[str]:
        return [to_latex(value) for value in self.values.values()]

    def _lines(self, write: Callable[[Node], str]) -> list[str]:
        width = max(map(len, self.values)) + 1
        lines = [f"{self.title}:", ""]
        lines += [f"    {name + ':':{width}} {write(v)}" for name, v in self.values.items()]
        shapes = "; ".join(f"{name}: {value.shape}" for name, value in self.values.items())
        facts = {
            "shape": shapes,
            "assumed": ", ".join(self._facts("assumptions")),
            "valid where": ", ".join(self._facts("conditions")),
            "inner product": self._setting("inner"),
            "space": self._setting("space"),
        }
        return [*lines, "", *(f"{name + ':':15}{fact}" for name, fact in facts.items() if fact)]


def gradient(text: str, names: list[str], options: Options) -> Page:
    """One gradient for each variable, in one inner product and on one space."""
    found = interface.gradient(
        text, names, where=options.where, inner=options.inner, space=options.space
    )
    parts = list(found.parts.values())
    title = f"gradients with respect to {', '.join(names)}"
    return Page(title, found.value, parts, lambda *how: list(found.verify(*how).values()))


def code(text: str, names: list[str], options: Options) -> str:
    """One function for all gradients; what they share is computed once."""
    found = interface.gradient(
        text, names, where=options.where, inner=options.inner, space=options.space
    )
    return found.source(options.backend)


def differential(text: str, names: list[str], options: Options) -> Page:
    """The total differential, linear in all tangents together."""
    found = [interface.differential(text, name, where=options.where) for name in names]
    parts = [part.derivation() for part in found]
    total = {"df": plus(*(part.body for part in found))}
    title = f"total differential, linear in {', '.join(str(part.tangent) for part in found)}"
    return Page(title, total, parts, lambda *how: [part.verify(*how) for part in parts])


def hessian(text: str, names: list[str], options: Options) -> Page:
    """The blocks of the Hessian."""
    problem.refuse_setting(options, "they are for one variable")
    found = interface.hessian(text, names, where=options.where)
    blocks = {f"{x}, {y}": block for x, row in found.value.items() for y, block in row.items()}
    title = f"blocks of the Hessian with respect to {', '.join(names)}, in vec order"
    return Page(title, blocks, [found], lambda *how: _rows(found.verify(*how)))


def _rows(reports: Mapping[str, Mapping[str, Report]]) -> list[Report]:
    return [report for row in reports.values() for report in row.values()]
