"""What can be wrong with what a person gives: one family of errors, each one message.

`span` is the place in the text (start, end) where there is one; `report()` adds the line with
a caret under it. Every error says what was found, what was expected and the likeliest repair.
"""

from __future__ import annotations

from typing import Self

_WIDTH = 76


class MatcalcError(Exception):
    """The input asks for something that cannot be answered.

    `message` is one line, `hint` the likeliest repair, `text` and `span` the place.
    """

    text = ""
    span: tuple[int, int] | None = None

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def at(self, text: str, span: tuple[int, int] | None) -> Self:
        """The same error, placed in the text that a person typed."""
        if self.span is None:
            self.text, self.span = text, span
        return self

    def report(self) -> str:
        """The message, the line it is about with a caret under the place, and the hint."""
        lines = [self.message]
        if self.span is not None and self.text:
            lines += _excerpt(self.text, self.span)
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.report()


def _excerpt(text: str, span: tuple[int, int]) -> list[str]:
    """The line of `text` around `span`, cut to what a page shows, and the carets under the span."""
    start = min(span[0], len(text))
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    last = len(text) if last < 0 else last
    end = max(start + 1, min(span[1], last))
    left = max(first, start - _WIDTH // 2)
    right = min(last, left + _WIDTH)
    before, after = "..." if left > first else "", "..." if right < last else ""
    carets = "^" * max(1, min(end, max(right, start + 1)) - start)
    return [
        "    " + before + text[left:right].replace("\t", " ") + after,
        "    " + " " * (len(before) + start - left) + carets,
    ]


def expect(value: object, kinds: tuple[type, ...], wanted: str) -> None:
    """Raise a MatcalcError where a Python argument is of another type than was asked for."""
    if not isinstance(value, kinds):
        raise WrongArgument(f"expected {wanted}, found {value!r:.60}")


class WrongArgument(MatcalcError, TypeError):
    """A Python argument of another type than was asked for."""


class SyntaxProblem(MatcalcError):
    """The text is not an expression of the language."""


class UnknownName(MatcalcError):
    """A function or variable that nothing defines."""


class ShapeError(MatcalcError):
    """Shapes that do not fit together."""


class DomainError(MatcalcError):
    """A value outside the set on which an operation is defined."""


class TooLarge(MatcalcError):
    """More than a machine has the memory or a person the time for: a limit, and its value."""


class NotLinear(MatcalcError):
    """An operator that should be linear in its tangent is not."""


class NoRule(MatcalcError):
    """The rule book has no rule for what was asked."""


class SimplificationStopped(UserWarning):
    """A form is right, and might be shorter: a limit stopped the simplification of it."""

    def __init__(self, rounds: int) -> None:
        super().__init__(
            f"simplification was stopped after {rounds} rounds; the form is right and may be long"
        )
