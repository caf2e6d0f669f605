"""Text from a file or a pipe: in UTF-8, and not without end."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from matcalc.expressions.errors import MatcalcError, SyntaxProblem
from matcalc.expressions.limits import LONGEST_FILE


def text_of_file(path: Path) -> str:
    """What a file says. Raises MatcalcError where it cannot be read, TooLarge for a long one."""
    try:
        with path.open("rb") as stream:
            return text_of(stream, str(path))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise MatcalcError(f"cannot read {path}: {reason}") from None


def text_of(stream: BinaryIO, name: str) -> str:
    """What comes from an open file, called `name` in messages."""
    content = stream.read(LONGEST_FILE.most + 1)
    if len(content) > LONGEST_FILE.most:
        raise LONGEST_FILE.exceeded()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SyntaxProblem(f"{name} is not text in UTF-8") from None
