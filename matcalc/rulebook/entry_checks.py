"""All that can be checked of entries without numbers; `load_rules` refuses a file by it.

Clauses name what there is, requirements and equations read, sides that must be linear are.
Complaints are `RuleBookError`s with file:line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcalc.expressions.dimensions import SCALAR
from matcalc.expressions.errors import MatcalcError, NotLinear
from matcalc.expressions.nodes import Node, Symbol, ordered
from matcalc.rulebook.clauses import check_clauses
from matcalc.rulebook.equations import tangent_of
from matcalc.rulebook.linearity import require_linear
from matcalc.rulebook.reader import complaint, in_entry
from matcalc.rulebook.records import Clause, Operation, Rule, SpaceEntry
from matcalc.rulebook.rule_book import REQUIREMENTS, RULE_KINDS, RuleBook
from matcalc.rulebook.spaces import stated_formulas

_OVER_COMPLEX = ("definition", "differential", "adjoint", "vec")
_ONE_FOR_EACH = ("differential", "adjoint", "vec")


def check_entries(book: RuleBook, names: Iterable[str]) -> None:
    """Read every clause of the named operations and check it."""
    for name in names:
        operation = book.operation(name)
        check_clauses(operation)
        for word in REQUIREMENTS:
            book.requirements(name, word)
        for kind in RULE_KINDS:
            _check_rules(book, operation, book.rules(name, kind))
        if operation.over_complex:
            for kind in _OVER_COMPLEX:
                _check_rules(book, operation, book.rules(name, kind, over_complex=True))


_LINEAR_IN = {"pairing": "UV", "riesz": "G", "root": "U"}
_LINEAR_IN |= {"tangent": "U", "projection": "G", "multiplier": "G"}
_OF_ITS_SHAPE = ("riesz", "root", "projection", "point")


def check_spaces(book: RuleBook, entries: Iterable[SpaceEntry]) -> None:
    """Read every formula of inner products and spaces, and check its shape and what is linear."""
    for entry in entries:
        if entry.kind == "space" and not entry.parameters:
            raise complaint(entry.location, entry.name, "a space is one of a variable")
        for clause in entry.clauses:
            for formula, symbols in stated_formulas(entry, clause):
                with in_entry(clause.location, entry.name):
                    _check_formula(book, clause, formula, symbols)


def _check_formula(
    book: RuleBook, clause: Clause, formula: Node, symbols: Mapping[str, Symbol]
) -> None:
    wanted = SCALAR if clause.word == "pairing" else symbols["U"].shape
    if clause.word in ("pairing", *_OF_ITS_SHAPE) and formula.shape != wanted:
        raise MatcalcError(f"`{clause.word}` is {formula.shape}, and {wanted} is needed")
    for slot in _LINEAR_IN.get(clause.word, ""):
        _require_linear(book, formula, [symbols[slot]], f"`{clause.word}`")


def _check_rules(book: RuleBook, operation: Operation, rules: Iterable[Rule]) -> None:
    known: dict[tuple[object, ...], Rule] = {}
    for rule in rules:
        with in_entry(rule.location, operation.name):
            key = (rule.argument, *rule.symbols.values())
            if rule.kind in _ONE_FOR_EACH and known.setdefault(key, rule) is not rule:
                first = known[key].location
                message = f"a second {rule.kind} for the arguments of that in {first}"
                raise MatcalcError(message, hint="leave one of them out")
            _check_linear(book, operation, rule)


def _check_linear(book: RuleBook, operation: Operation, rule: Rule) -> None:
    match rule.kind:
        case "differential":
            moving = [p.name for p in operation.parameters if p.kind == "value"]
            tangents = [tangent_of(rule.symbols[name]) for name in moving]
            _require_linear(book, rule.right, tangents)
        case "adjoint":
            assert rule.cotangent is not None
            _require_linear(book, rule.right, [rule.cotangent])
            _require_constant(operation, rule)
        case "vec":
            _require_constant(operation, rule)


def _require_linear(
    book: RuleBook, formula: Node, tangents: list[Symbol], what: str = "the right side"
) -> None:
    try:
        require_linear(formula, tangents, book.operation)
    except NotLinear as error:
        names = " or ".join(tangent.name for tangent in tangents)
        hint = f"each of its terms has {names} once, as a factor"
        message = f"{what} is not linear in {names}: {error.message}"
        raise MatcalcError(message, hint=hint) from None


def _require_constant(operation: Operation, rule: Rule) -> None:
    """The adjoint of a map that is linear in X is the same at every X."""
    groups = [group for group in operation.linear if rule.argument in group]
    if not groups:
        hint = f"add a line `linear {rule.argument}`, or write the differential"
        message = f"an {rule.kind} in {rule.argument}, in which it is not said to be linear"
        raise MatcalcError(message, hint=hint)
    for name in sorted(groups[0]):
        if rule.symbols[name] in ordered(rule.right):
            message = f"{name} stands on the right side, but the operation is linear in it"
            raise MatcalcError(message)
