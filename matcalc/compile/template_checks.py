r"""Templates of an entry, checked when a rule file is loaded: code compiles, names and holes exist.

    numpy np.linalg.det($X)            latex \det\left($(X)\right)

What a library has is not asked here, since that would import it: a function that it lacks is told
of, with the entry, where the code runs.
"""

from __future__ import annotations

import builtins
import re
import symtable
from collections.abc import Collection, Iterator

from matcalc.compile.backends import NAMES, backend_named
from matcalc.compile.kernels import KERNELS
from matcalc.compile.terms import Hole, pieces_of
from matcalc.expressions.errors import MatcalcError
from matcalc.printing.templates import holes, without_holes
from matcalc.rulebook.reader import in_entry
from matcalc.rulebook.records import TEMPLATE_WORDS, Clause, Operation

_PRINTED = ("latex", "unicode")
_HOLE = "_hole_"


def check_templates(operation: Operation) -> None:
    """Raises RuleBookError for a template that could not be filled, or whose code could not run."""
    for clause in operation.clauses:
        if clause.word in TEMPLATE_WORDS:
            check = _check_printed if clause.word in _PRINTED else _check_code
            with in_entry(clause.location, operation.name):
                check(operation, clause)


def _known(operation: Operation) -> set[str]:
    """What a hole may be called: the parameters and the dimensions of the header."""
    shapes = [operation.result, *(parameter.shape for parameter in operation.parameters)]
    names = {name for shape in shapes for name in shape.names}
    return names | {parameter.name for parameter in operation.parameters}


def _check_holes(operation: Operation, clause: Clause, names: Collection[str], rest: str) -> None:
    known = _known(operation)
    for name in names:
        if name not in known:
            hint = f"known are {', '.join(sorted(known))}"
            message = f"${name} is no parameter and no dimension"
            raise MatcalcError(message, hint=hint)
    if "$" in rest:
        raise MatcalcError("a `$` without a name after it", hint=_written(clause))


def _written(clause: Clause) -> str:
    if clause.word in _PRINTED:
        return "holes are $X and, never bracketed, $(X); names in them have no `_`"
    return "holes are $X and, for a 2-D array, $[X]"


# ---------------------------------------------------------------- what is printed


def _check_printed(operation: Operation, clause: Clause) -> None:
    rest = without_holes(clause.text)
    _check_holes(operation, clause, holes(clause.text), rest)
    if clause.word == "latex" and (fault := _unbalanced(rest)):
        raise MatcalcError(fault, hint="LaTeX refuses a formula with it")


def _unbalanced(text: str) -> str:
    """What is opened and not closed, or closed and not opened."""
    depth = 0
    for character in text.replace(r"\{", "").replace(r"\}", ""):
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return "a `}` that closes nothing"
    if depth:
        return "a `{` that nothing closes"
    left, right = (len(re.findall(rf"\\{word}(?![a-z])", text)) for word in ("left", "right"))
    return "" if left == right else rf"{left} `\left` and {right} `\right`"


# ---------------------------------------------------------------- code


def _check_code(operation: Operation, clause: Clause) -> None:
    pieces = pieces_of(clause.text)
    text = "".join(p if isinstance(p, str) else _HOLE + p.name for p in pieces)
    names = [piece.name for piece in pieces if isinstance(piece, Hole)]
    _check_holes(operation, clause, names, text)
    try:
        compile(text, clause.location, "eval")
        scopes = list(_scopes(symtable.symtable(text, clause.location, "eval")))
    except (SyntaxError, ValueError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        hint = "a template is one Python expression, with $X for the argument X"
        raise MatcalcError(f"the code does not read: {reason}", hint=hint) from None
    _check_captures(set().union(*scopes[1:]))
    _check_names(operation, clause, set().union(*scopes), text)


def _scopes(table: symtable.SymbolTable) -> Iterator[set[str]]:
    """The names that an expression, and each function in it, takes from outside."""
    yield {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    for inner in table.get_children():
        yield from _scopes(inner)


def _check_captures(inside: set[str]) -> None:
    """In `(lambda k: k * $X)(2)` a variable of a person that is called k would be the other k."""
    for name in inside:
        if name.startswith(_HOLE):
            hole = f"${name.removeprefix(_HOLE)}"
            message = f"{hole} stands inside a lambda or a comprehension, among names bound there"
            hint = f"hand it in, as in (lambda Y: ...)({hole})"
            raise MatcalcError(message, hint=hint)


def _check_names(operation: Operation, clause: Clause, free: set[str], text: str) -> None:
    backends = [b for b in map(backend_named, NAMES) if clause.word == b.template]
    modules = [module for backend in backends for module in backend.imports]
    roots = {module.partition(".")[0] for module in modules}
    for name in sorted(free - roots - KERNELS.keys() - vars(builtins).keys()):
        if not name.startswith(_HOLE):
            known = name in _known(operation)
            hint = f"write ${name}" if known else f"the modules are {', '.join(modules)}"
            raise MatcalcError(f"nothing in the code is called {name}", hint=hint)
    for found in re.finditer(r"(?<![\w.])(\w+)(?:\.\w+)+", text):
        if found[1] in roots & free and not any(
            f"{found[0]}.".startswith(f"{module}.") for module in modules
        ):
            hint = f"the modules are {', '.join(modules)}"
            raise MatcalcError(f"no module is called {found[0]}", hint=hint)
