r"""Whether a formula compiles, as KaTeX in its strict mode says: it refuses what LaTeX refuses.

One process reads a batch of formulas, each in `{\left.` and `\right.}`, so that a bracket left
open in one formula cannot be closed by the next.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from functools import cache

from markdown_katex.wrapper import get_bin_cmd

_BATCH = 1000


def complaint(text: str) -> str:
    """What is wrong with a piece of LaTeX in display mathematics; empty where it compiles."""
    if not text.isascii():
        return f"{text!r} is not ASCII, and LaTeX without packages has no such letters"
    command = [*_command(), "--display-mode", "--strict", "--format", "mathml"]
    command += ["--max-expand", "Infinity"]  # a batch is long
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    errors = (line for line in done.stderr.splitlines() if "Error" in line)
    return next(errors, "") or done.stderr or f"exit status {done.returncode}"


def complaints(formulas: Iterable[str]) -> list[str]:
    """The formulas that do not compile, each with the reason."""
    found = []
    wanted = list(dict.fromkeys(formulas))
    batches = [wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH)]
    while batches:
        batch = batches.pop()
        middle = len(batch) // 2
        reason = complaint(_together(batch))
        if reason and middle:
            batches += [batch[middle:], batch[:middle]]
        elif reason:
            found.append(f"{batch[0]}: {reason}")
    return found


def _together(formulas: Sequence[str]) -> str:
    lines = r" \\ ".join(rf"{{\left. {formula} \right.}}" for formula in formulas)
    return rf"\begin{{gathered}} {lines} \end{{gathered}}"


@cache
def _command() -> list[str]:
    return list(get_bin_cmd())
