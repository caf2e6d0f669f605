"""Golden files: texts that a test compares, written anew by `pytest --update-golden`."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path


@dataclass(frozen=True)
class Golden:
    """`golden(path, text)` compares a text with the file, or writes the file anew."""

    update: bool

    def __call__(self, path: Path, text: str) -> None:
        if self.update:
            path.write_text(text, encoding="utf-8")
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        names = (path.name, "now")
        changes = unified_diff(kept.split("\n"), text.split("\n"), *names, lineterm="")
        assert text == kept, "\n".join(["not as in the golden file:", *changes])
