"""Arguments that are no arrays: numbers, words and tuples of them, by which a call is chosen."""

from __future__ import annotations

from matcalc.language.syntax import Call, Listed, Name, Negation, Numeral, Quoted, Syntax


def is_number_in_quotes(node: Syntax) -> bool:
    """`float('inf')`."""
    match node:
        case Call(function="float", arguments=[Quoted()]):
            return True
        case _:
            return False


def constant(node: Syntax) -> str | None:
    """A number, a word or a tuple of them as a text, None for what is computed."""
    match node:
        case Numeral(value=value):
            return str(value)
        case Negation(operand=operand):
            inner = constant(operand)
            return None if inner is None else f"-{inner}"
        case Name(word=word):
            return word.rpartition(".")[2]
        case Quoted(word=word):
            return repr(word)
        case Call(arguments=[Quoted(word=word)]) if is_number_in_quotes(node):
            return word
        case Listed(items=items):
            return f"({', '.join(str(constant(item)) for item in items)})"
        case _:
            return None


def axis_from_start(found: str | None, count: int) -> str | None:
    """An axis, or a tuple of axes, counted from the start of so many."""
    if found is None or not found.strip("()"):
        return found
    parts = found.strip("()").split(", ")
    if not all(part.lstrip("-").isdecimal() for part in parts):
        return found
    counted = [str(int(part) + count * (int(part) < 0)) for part in parts]
    return f"({', '.join(counted)})" if found[0] == "(" else counted[0]
