"""What is particular to one kind of derivative; everything else asks the kind of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from matcalc.answers.labels import DF
from matcalc.answers.naming import with_solutions
from matcalc.derivation.board import Block
from matcalc.derivation.derive import Derived, derived_differential
from matcalc.derivation.trace import Lines
from matcalc.expressions.blocks import Blocks
from matcalc.expressions.errors import NoRule
from matcalc.expressions.nodes import Node
from matcalc.expressions.phrases import Written
from matcalc.operators.block_map import BlockMap
from matcalc.operators.linear_map import LinearMap
from matcalc.questions.question import Moving, Question
from matcalc.simplify.rewriting import simplify

if TYPE_CHECKING:
    from matcalc.answers.answer import Answer
    from matcalc.answers.verification import Checks
    from matcalc.samples.report import Report


class Kind(str):
    """A kind of derivative by its name, which it is: `answer.kind == "gradient"`.

    The file of a verb states its kind as a subclass, with what differs from the differential.
    """

    __slots__ = ()
    spelled = ""  # in a sentence, where that is not the name
    is_operator = False  # whether it is told as a map of dX too
    layout = ""  # how its entries are arranged, in words
    depends_on_setting = False  # whether the value is another in another product or space

    @property
    def in_words(self) -> str:
        return self.spelled or str(self)

    # ------------------------------------------------------------ what it is

    def value(self, asked: Question) -> Node | Blocks:
        """The value in the settings of the variables. Raises NoRule where they do not matter."""
        raise NoRule(f"a {self} does not depend on the space", hint="ask for the gradient")

    def shown(self, answer: Answer) -> Any:
        """What is printed first."""
        return answer.value

    def shown_operator(self, answer: Answer) -> LinearMap | None:
        """The operator that is told beside the value, where the value does not say it."""
        return None

    def orders(self, answer: Answer) -> list[list[Node]]:
        """f and the derivatives on the way, order by order: each is differentiated once more."""
        return [[answer.problem.expression]]

    def last_operator(self, answer: Answer) -> LinearMap | BlockMap:
        """The derivative of the last of them."""
        found: LinearMap | BlockMap = answer.operator
        return found

    def second_order(self, asked: Question, wanted: str) -> Question:
        """The question, of a second derivative. Raises NoRule for any other."""
        raise NoRule(f"a {self} has no {wanted}", hint="ask for the hessian")

    # ------------------------------------------------------------ how it is written

    def heading(self, answer: Answer) -> str:
        """What a page of it is about."""
        names = ", ".join(one.name for one in answer.question.moving)
        return f"{self.in_words} with respect to {names}"

    def label(self, answer: Answer, path: Sequence[str]) -> Written:
        """What stands on the left of a block; `path` are the names that lead to it."""
        return DF

    def aside(self, answer: Answer, path: Sequence[str], node: Node) -> str:
        """What is said beside a block on the board."""
        return str(node.shape)

    def named(self, answer: Answer, node: Node) -> Node:
        """A block of what is shown, with names for its parts."""
        return with_solutions(answer, node)

    # ------------------------------------------------------------ how it is derived

    def derived(self, asked: Question) -> Derived:
        """The lines of the first derivative, without what the settings add to it."""
        return derived_differential(asked, simplify(asked.restored(asked.change)))

    def arrive(self, answer: Answer, lines: Lines) -> None:
        """Write the lines from there to the answer."""

    def blocks(self, answer: Answer) -> list[Block]:
        """The derivation in blocks, the lines of each following one from another."""
        found = answer.question.once(self.derived)
        lines = Lines(found.last)
        if any(chain.steps for chain in found.chains):
            self.arrive(answer, lines)
        return found.blocks(DF, lines.steps)

    # ------------------------------------------------------------ how it is verified

    def reports(self, checks: Checks, one: Moving) -> Iterator[tuple[str, Report]]:
        """A report for each block of a variable, by the names that lead to it."""
        yield one.name, checks.operator(one)
