r"""What brackets, bars and angles hold, as groups: `(...)`, `|...|`, `\|...\|`, `\langle..\rangle`.

A bar closes where one is open and an operand stands before it. One that nothing closes inside
brackets, as in `p(x | y)`, is the sign that means "given".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matcalc.expressions.errors import SyntaxProblem
from matcalc.expressions.limits import DEEPEST_FORMULA
from matcalc.language.latex.groups import Group, Item, Lexeme

_CLOSING = {"(": ")", "[": "]", "\\{": "\\}", "⟨": "⟩", "|": "|", "‖": "‖"}
_OPENS, _CLOSES = frozenset(_CLOSING) - {"|", "‖"}, {close: one for one, close in _CLOSING.items()}
_OPERATORS = frozenset(["+", "-", "*", "/", "=", "<", ">", "^", "_", "&", ",", ";", ":"]) | {"\\\\"}
_OPERATOR_COMMANDS = frozenset(
    [
        "cdot",
        "times",
        "odot",
        "otimes",
        "circ",
        "ast",
        "oslash",
        "div",
        "le",
        "leq",
        "ge",
        "geq",
        "ne",
        "neq",
        "approx",
        "equiv",
        "mid",
        "to",
        "in",
        "quad",
        "qquad",
        "log",
        "ln",
        "exp",
        "det",
        "tr",
        "sum",
        "prod",
        "max",
        "min",
        "\\",
    ]
)
GIVEN = "mid"


def delimited(text: str, items: Sequence[Item], outside: int = 0) -> tuple[Item, ...]:
    """The items, what delimiters hold in groups. Raises SyntaxProblem where they do not match."""
    stack: list[tuple[str, int, list[Item]]] = [("", 0, [])]
    for item in _paired(items):
        top, found = stack[-1][0], stack[-1][2]
        if isinstance(item, Group):
            found.append(replace(item, items=delimited(text, item.items, outside + len(stack))))
            continue
        mark = f"\\{item.text}" if item.command and item.text in ("{", "}") else item.text
        is_bar = mark in ("|", "‖") and not (item.command and mark != item.text)
        if item.command and mark == item.text:
            found.append(item)
        elif is_bar and _splits(item, top, found):
            _close(stack, "|", replace(item, end=item.start + 1))
            stack.append(("|", item.start + 1, []))
        elif is_bar and _closes(item, top, found):
            if item.side and top != mark:
                raise _unmatched(text, mark, stack, item)
            _close(stack, top, item)
        elif is_bar or mark in _OPENS:
            DEEPEST_FORMULA.check(outside + len(stack))
            stack.append((mark, item.start, []))
        elif mark in _CLOSES:
            _demote(stack, _CLOSES[mark])
            if stack[-1][0] != _CLOSES[mark]:
                raise _unmatched(text, mark, stack, item)
            _close(stack, stack[-1][0], item)
        else:
            found.append(item)
    _demote(stack, "")
    if len(stack) > 1:
        mark, start, _ = stack[-1]
        raise SyntaxProblem(f"the `{mark}` is never closed").at(text, (start, start + 1))
    return tuple(stack[0][2])


def _paired(items: Sequence[Item]) -> list[Item]:
    """Two bars that touch as the one sign of a norm."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        if _is_bar(item) and last is not None and _is_bar(last) and last.end == item.start:
            found[-1] = Lexeme("‖", last.start, item.end)
        else:
            found.append(item)
    return found


def _is_bar(item: Item) -> bool:
    return isinstance(item, Lexeme) and not item.command and item.text == "|" and not item.side


def _splits(item: Lexeme, top: str, before: Sequence[Item]) -> bool:
    """Whether the two bars in the middle of `|x||y|` are one that closes and one that opens."""
    two = item.text == "‖" and item.end - item.start == 2 and not item.side
    return two and top == "|" and _ends_operand(before)


def _closes(item: Lexeme, top: str, before: Sequence[Item]) -> bool:
    if item.side:
        return item.side == "right"
    return top == item.text and _ends_operand(before)


def _ends_operand(before: Sequence[Item]) -> bool:
    if not before:
        return False
    last = before[-1]
    if isinstance(last, Group):
        return True
    return last.text not in (_OPERATOR_COMMANDS if last.command else _OPERATORS)


def _close(stack: list[tuple[str, int, list[Item]]], mark: str, item: Lexeme) -> None:
    if stack[-1][0] != mark or len(stack) == 1:
        stack[-1][2].append(item)
        return
    _, start, items = stack.pop()
    stack[-1][2].append(Group(tuple(items), start, item.end, mark))


def _demote(stack: list[tuple[str, int, list[Item]]], wanted: str) -> None:
    """A single bar that is open where a bracket closes opens nothing."""
    while stack[-1][0] == "|" != wanted:
        _, start, items = stack.pop()
        stack[-1][2].extend([Lexeme(GIVEN, start, start + 1, command=True), *items])


def _unmatched(
    text: str, mark: str, stack: Sequence[tuple[str, int, list[Item]]], item: Lexeme
) -> SyntaxProblem:
    opened, start, _ = stack[-1]
    if not opened:
        return SyntaxProblem(f"the `{mark}` closes nothing").at(text, (item.start, item.end))
    return SyntaxProblem(f"`{opened}` is closed by `{mark}`").at(text, (start, item.end))
