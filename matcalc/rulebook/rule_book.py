"""The rule book: operations by name and by spelling, read when they are first needed.

`apply` is how an operation meets its arguments: shapes are bound, definitions unfolded, scalars
taken out of linear operations, and what is known of the value noted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from threading import get_ident

from matcalc.expressions.constructors import is_number, multiply, of_few_conjugates, ones, zero
from matcalc.expressions.dimensions import Dimension, Shape
from matcalc.expressions.errors import NoRule, ShapeError
from matcalc.expressions.nodes import Apply, Node, Symbol
from matcalc.expressions.predicates import Predicate, mapped
from matcalc.language.signatures import LibraryFunction, Signature
from matcalc.rulebook.arithmetic import by_arithmetic
from matcalc.rulebook.binding import any_complex, bind, complex_arguments
from matcalc.rulebook.equations import parameter_symbols, read_rule, read_rules, tangent_of
from matcalc.rulebook.facts import decided, resolved
from matcalc.rulebook.instantiate import instantiate, instantiate_in_order
from matcalc.rulebook.libraries import Libraries
from matcalc.rulebook.linearity import linear_parts
from matcalc.rulebook.named_identities import NamedIdentities, Needing
from matcalc.rulebook.reader import (
    EntryText,
    RuleBookError,
    Spaces,
    read_operation,
    read_spaces,
    split_entries,
)
from matcalc.rulebook.records import NAMED_RULES, Operation, Rule, SpaceEntry
from matcalc.rulebook.requirements import Requirement, read_requirements, refusal
from matcalc.rulebook.structure import stated, structure_of

RULE_KINDS = ("definition", "computed", "entries", "differential", "adjoint", "vec", *NAMED_RULES)
REQUIREMENTS = ("requires", "smooth")
NOTHING: Mapping[Node, Node] = {}


class RuleBook:
    """The operations of one or several rule files."""

    def __init__(self, libraries: Sequence[Path] = ()) -> None:
        self.edition = 0  # counts the changes, so that what was read with the book can be kept
        self._written: dict[tuple[str, str], EntryText] = {}
        self._identities = NamedIdentities()
        self._libraries = Libraries(libraries)
        self._being_read: set[tuple[int, str, str, bool]] = set()
        self._renew()

    def _renew(self) -> None:
        """Another edition: equations may mean something else now, and are read again."""
        self.edition += 1
        self._operations: dict[str, Operation] = {}
        self._rules: dict[tuple[str, str, bool], tuple[Rule, ...]] = {}
        self._requirements: dict[tuple[str, str], tuple[Requirement, ...]] = {}
        self._needed: dict[str, dict[str, list[Needing]]] = {}  # identities, to be ruled out fast
        for derived in ("_entries", "_spelled", "_products_and_spaces"):
            self.__dict__.pop(derived, None)

    @cached_property
    def _entries(self) -> Mapping[str, EntryText]:
        return {name: one for (kind, name), one in self._written.items() if kind == "operation"}

    @cached_property
    def _spelled(self) -> Mapping[str, list[str]]:
        """The operations by their spellings."""
        found: dict[str, list[str]] = {}
        pairs = ((word, name) for name, entry in self._entries.items() for word in entry.spelled)
        for spelling, name in pairs:
            found.setdefault(spelling, []).append(name)
        return found

    @cached_property
    def _products_and_spaces(self) -> tuple[Spaces, Spaces]:
        return read_spaces(self._written.values())

    def load(self, text: str, file: str, origin: str = "") -> list[str]:
        """Add the entries of a rule file, and give their names; `origin` is a person's own file.

        Raises RuleBookError where a name is taken.
        """
        self._renew()
        entries = list(split_entries(text, file, origin))
        for entry in entries:
            other = self._written.setdefault((entry.kind, entry.name), entry)
            if other is not entry:
                message = f"{entry.name} is already defined in {other.place}"
                raise RuleBookError(f"{entry.place}: {message}")
        operations = (entry for entry in entries if entry.kind == "operation")
        self._identities = self._identities.with_those_of(operations)
        return [entry.name for entry in entries]

    def library(self, name: str) -> Sequence[LibraryFunction]:
        """The ways to call a function of a library; empty where it is unknown."""
        return [entry.function for entry in self._libraries.entries(name)]

    def library_refusal(self, name: str) -> str:
        return self._libraries.refusals.get(name, "")

    def library_names(self) -> Iterable[str]:
        return self._libraries.names()

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Where anything is raised inside, the book stays what it was."""
        kept = dict(self._written), self._identities
        try:
            yield
        except BaseException:
            self._written, self._identities = kept
            self._renew()
            raise

    def forget(self, names: Collection[str]) -> None:
        """Take operations out of the book."""
        self._forget({("operation", name) for name in names})

    def forget_file(self, origin: str) -> None:
        """Take what a person's own file defines out of the book."""
        self._forget({key for key, entry in self._written.items() if entry.origin == origin})

    def _forget(self, keys: Collection[tuple[str, str]]) -> None:
        self._renew()
        self._written = {key: one for key, one in self._written.items() if key not in keys}
        self._identities = self._identities.without({n for k, n in keys if k == "operation"})

    @property
    def products(self) -> Mapping[str, SpaceEntry]:
        """The inner products by name, in the order of the book."""
        return self._products_and_spaces[0]

    @property
    def spaces(self) -> Mapping[str, SpaceEntry]:
        """The spaces by name, in the order of the book."""
        return self._products_and_spaces[1]

    def own(self) -> list[str]:
        """The operations that a person has added."""
        return list(filter(self.is_own, self._entries))

    def is_own(self, name: str) -> bool:
        """Whether a person has added the operation."""
        return name in self._entries and self._entries[name].origin != ""

    def own_spaces(self) -> list[SpaceEntry]:
        """The inner products and spaces that a person has added."""
        tables = {"product": self.products, "space": self.spaces}
        own = [key for key, entry in self._written.items() if entry.origin]
        return [tables[kind][name] for kind, name in own if kind in tables]

    def names(self) -> list[str]:
        """Every operation, in the order of the chapters."""
        return list(self._entries)

    def spellings(self) -> Iterable[str]:
        return self._spelled

    def operation(self, name: str) -> Operation:
        """The entry of an operation. Raises NoRule where there is none."""
        found = self._operations.get(name)
        if found is None:
            of_library = self._libraries.operation(name)
            if of_library is not None:
                return of_library
            entry = self._entries.get(name)
            if entry is None:
                close = get_close_matches(name, self._spelled, n=1)
                hint = f"did you mean {close[0]}?" if close else ""
                raise NoRule(f"the rule book has no operation {name}", hint=hint)
            found = self._operations[name] = read_operation(entry)
        return found

    def has(self, name: str) -> bool:
        return name in self._entries

    def signatures(self, spelling: str) -> Sequence[Signature]:
        """The overloads behind what a person typed; empty where there are none."""
        return [self.operation(name).signature for name in self._spelled.get(spelling, ())]

    def overload(self, spelling: str, arguments: Sequence[Node]) -> Operation | None:
        """The operation that a spelling means at these arguments: the first that they fit.

        None for a spelling that is unknown. Raises ShapeError, that of the first, where none fits.
        """
        problem: ShapeError | None = None
        for signature in self.signatures(spelling):
            try:
                bind(signature, arguments)
                return self.operation(signature.operation)
            except ShapeError as error:
                problem = problem or error
        if problem is not None:
            raise problem
        return None

    def rules(self, name: str, kind: str, over_complex: bool = False) -> tuple[Rule, ...]:
        """The rules of one kind in the entry of an operation, checked when first read.

        `over_complex` gives them as they are read for complex arguments.
        """
        if kind in NAMED_RULES:
            return tuple(self.identity(one.name) for one in self._identities.of(name, kind))
        key = (name, kind, over_complex)
        if key not in self._rules:
            with self._once(name, kind, over_complex):
                self._rules[key] = read_rules(self.operation(name), kind, self, over_complex)
        return self._rules[key]

    def identity(self, name: str) -> Rule:
        """The identity of that name, checked when first read. Raises NoRule where there is none."""
        key = (name, "identity", False)
        if key not in self._rules:
            operation = self.operation(self._identities.named(name).entry)
            clause = next(one for one in operation.clauses if one.name == name)
            with self._once(*key):
                self._rules[key] = (read_rule(operation, clause, self),)
        return self._rules[key][0]

    def has_identity(self, name: str) -> bool:
        return name in self._identities

    def identities_among(self, operations: frozenset[str], word: str) -> Iterator[Rule]:
        """The identities of a clause word whose left sides have no operations but these."""
        if word not in self._needed:
            self._needed[word] = self._identities.by_need(word, self._meant)
        near = {one for name in ("", *operations) for one in self._needed[word].get(name, ())}
        for _, name, needed in sorted(near):
            if not any(map(operations.isdisjoint, needed)):
                yield self.identity(name)

    def _meant(self, word: str) -> frozenset[str]:
        """What expressions may have where that is called: abbreviations stand in none."""
        meant = self._spelled.get(word, ())
        return frozenset(name for name in meant if not self._entries[name].is_abbreviation)

    @contextmanager
    def _once(self, name: str, word: str, over_complex: bool = False) -> Iterator[None]:
        """Reads clauses; they may not need what they themselves say."""
        key = (get_ident(), name, word, over_complex)
        if key in self._being_read:
            place = self.operation(name).location
            raise RuleBookError(f"{place}: {name}: its {word} clauses need {name} itself")
        self._being_read.add(key)
        try:
            yield
        finally:
            self._being_read.discard(key)

    def rules_at(self, node: Apply, kind: str) -> tuple[Rule, ...]:
        """The rules of one kind as they are read for the arguments of this node."""
        return self.rules(node.operation, kind, any_complex(node.arguments))

    def requirements(self, name: str, word: str) -> tuple[Requirement, ...]:
        """What the `requires` or the `smooth` clauses of an operation say, in its own symbols."""
        key = (name, word)
        if key not in self._requirements:
            operation = self.operation(name)
            symbols = parameter_symbols(operation)
            with self._once(name, word):
                self._requirements[key] = read_requirements(operation, word, symbols, self)
        return self._requirements[key]

    def required(self, node: Apply, word: str) -> list[Requirement]:
        """The same of the arguments of a node; subgradients are known for real arguments only."""
        found = self._demands(node.operation, word, node.arguments)
        if any_complex(node.arguments):
            return [replace(one, subgradient=False) for one in found]
        return found

    def _demands(self, name: str, word: str, arguments: Sequence[Node]) -> list[Requirement]:
        """What an operation demands of its arguments, and a function among them of the next one."""
        found = [
            one.about(resolved(self._about(one.predicate, name, arguments)))
            for one in self.requirements(name, word)
        ]
        for function, matrix in pairwise(arguments):
            is_function = isinstance(function, Symbol) and "function" in function.structure
            if is_function and self.has(str(function)):
                found += self._demands(str(function), word, [matrix])
        return found

    def _about(self, predicate: Predicate, name: str, arguments: Sequence[Node]) -> Predicate:
        """A predicate of an entry, of these arguments."""
        operation = self.operation(name)
        sizes = bind(operation.signature, arguments)
        symbols = parameter_symbols(operation).values()
        values: dict[Node, Node] = dict(zip(symbols, arguments, strict=True))
        return mapped(predicate, lambda node: instantiate(node, values, sizes, self.apply))

    def _require(self, name: str, arguments: Sequence[Node]) -> None:
        """Raises DomainError for sizes, positions and numbers that break what the entry needs."""
        numbered = any(is_number(argument, 0) for argument in arguments)
        for one in self.requirements(name, "requires"):
            if not (one.of_sizes or numbered):
                continue
            if decided(self._about(one.predicate, name, arguments)) is False:
                raise refusal(one, self.operation(name), arguments)

    def bind(self, operation: Operation, node: Apply) -> dict[str, Dimension]:
        """The dimensions that the signature's names stand for at this node."""
        return bind(operation.signature, node.arguments)

    def apply(self, name: str, arguments: Sequence[Node], shape: Shape | None = None) -> Node:
        """The operation at its arguments. Raises ShapeError where they do not fit."""
        made = by_arithmetic(self, name, arguments, shape)
        return self._application(name, arguments) if made is None else made

    def make(self, kind: type[Apply], *arguments: Node) -> Node:
        """The same for an operation that the engine knows."""
        return self.apply(kind.word, arguments)

    def unchanged(self, kind: type[Apply], *arguments: Node) -> Node:
        """The operation as the entry has it, also where arithmetic would write it otherwise."""
        return self._application(kind.word, arguments)

    def _application(self, name: str, arguments: Sequence[Node]) -> Node:
        operation = self.operation(name)
        if any_complex(arguments):
            arguments = complex_arguments(operation, arguments)
        dimensions = bind(operation.signature, arguments)
        self._require(name, arguments)
        if operation.is_abbreviation:
            return self.unfold(name, arguments)
        result = operation.result.substitute(dimensions)
        outside, inside = linear_parts(operation, arguments)
        if inside is None:
            return zero(result)
        node = Apply(name, tuple(inside), result, stated(operation, inside))
        if not node.is_complex and any_complex(inside):  # the same at the conjugates
            node = Apply(name, tuple(of_few_conjugates(inside)), result, node.structure)
        return multiply(*outside, node) if outside else node

    def structure(self, node: Node) -> frozenset[str]:
        """Everything that is known of an expression: `symmetric`, `spd`, `invertible`, ..."""
        return structure_of(node)

    def unfold(self, name: str, arguments: Sequence[Node]) -> Node:
        """What an operation with a `definition` abbreviates."""
        rule = self.rules(name, "definition", any_complex(arguments))[0]
        return self.instantiate(rule, name, arguments)

    def differential(self, rule: Rule, node: Apply, changes: Sequence[Node], called: Node) -> Node:
        """The right side of a `differential` at a node whose arguments change by `changes`.

        Where it has the operation itself, as the one of tanh has, stands what the node is `called`.
        """
        parameters = self.operation(node.operation).parameters
        values: dict[Node, Node] = {
            tangent_of(rule.symbols[parameter.name]): change
            for parameter, change in zip(parameters, changes, strict=True)
        }
        values[rule.left] = called
        return self.instantiate(rule, node.operation, node.arguments, values)

    def slope(self, name: str, argument: Node) -> Node:
        """The derivative of an elementwise function at every entry: what dX of ones gives.

        Raises NoRule for a function that is defined by others.
        """
        node = self.apply(name, [argument])
        if isinstance(node, Apply) and self.has(node.operation) and argument in node.arguments:
            rule = self.rules_at(node, "differential")[0]
            moves = [ones(a.shape) if a is argument else zero(a.shape) for a in node.arguments]
            return self.differential(rule, node, moves, node)
        raise NoRule(
            f"the derivative of {name} is not written in the book",
            hint=f"the derivative of `sum({name}(x))` by x has its entries",
        )

    def adjoint(self, rule: Rule, node: Apply, cotangent: Node) -> Node:
        """The right side of an `adjoint` equation at a node, for that cotangent."""
        assert rule.cotangent is not None
        return self.instantiate(rule, node.operation, node.arguments, {rule.cotangent: cotangent})

    def instantiate(
        self,
        rule: Rule,
        name: str,
        arguments: Sequence[Node],
        more: Mapping[Node, Node] = NOTHING,
    ) -> Node:
        """The right side of a rule at these arguments; `more` gives values to further symbols."""
        dimensions = bind(self.operation(name).signature, arguments)
        symbols = [rule.symbols[parameter.name] for parameter in self.operation(name).parameters]
        values: dict[Node, Node] = dict(zip(symbols, arguments, strict=True))
        values.update(more)
        if rule.binds:
            return instantiate(rule.right, values, dimensions, self.apply)
        return instantiate_in_order(rule.in_order, values, dimensions, self.apply)
