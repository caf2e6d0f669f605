"""Shapes that do not fit, told to who typed them: what met what, whence, and a likely repair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matcalc.expressions import build
from matcalc.expressions.dimensions import Shape
from matcalc.expressions.errors import MatcalcError, ShapeError
from matcalc.language.calls import usage
from matcalc.language.libraries import full_keyword
from matcalc.language.meeting import Sides
from matcalc.language.provenance import Shapes, spoken
from matcalc.language.signatures import LibraryFunction, Signature
from matcalc.language.syntax import Chain, Name, Negation, Numeral, Power, Syntax


class Clash(Exception):
    """Shapes at a node that do not fit. What is wrong is only put in words when it is told."""

    def __init__(self, node: Syntax, what: str, parts: tuple[Any, ...]) -> None:
        super().__init__(what)
        self.node = node
        self.what = what
        self.parts = parts

    def explained(self, shapes: Shapes) -> MatcalcError:
        """The report, given what was inferred before the clash."""
        shapes.name_everything()
        found: MatcalcError = getattr(Explanation(shapes, self.node), self.what)(*self.parts)
        return found


class Explanation:
    """One report per way in which shapes can clash at `node`."""

    def __init__(self, shapes: Shapes, node: Syntax) -> None:
        self.shapes = shapes
        self.node: Any = node  # of the form that the report is about

    def _report(
        self, message: str, hint: str = "", span: tuple[int, int] | None = None
    ) -> ShapeError:
        origins = self.shapes.origins(self.node)
        if origins:
            hint = f"{hint} ({origins})" if hint else origins
        place = span or self.node.span
        return ShapeError(message, hint=hint).at(self.shapes.source.text, place)

    def _shape(self, sides: Sides) -> Shape:
        return self.shapes.shape(sides)

    # ------------------------------------------------------------ sums and products

    def add(self, left: Syntax, right: Syntax) -> ShapeError:
        one, other = self.shapes.of(left), self.shapes.of(right)
        hint = ""
        if one == other.transposed:
            hint = f"did you mean {self._transposed(right)}?"
        elif (one.is_vector and other.is_vector) or (one.is_row and other.is_row):
            hint = "their lengths differ."
        return self._report(
            f"cannot add {self.shapes.named(left)} and {self.shapes.named(right)}",
            hint,
            (left.start, right.end),
        )

    def equate(self, left: Syntax, right: Syntax) -> ShapeError:
        return self._report(
            f"the sides have different shapes: {self.shapes.named(left)} "
            f"and {self.shapes.named(right)}"
        )

    def multiply(self, place: int, left: Sides, right: Sides) -> ShapeError:
        one, other = self._shape(left), self._shape(right)
        before, factor = self._operands(place)
        return self._report(
            f"cannot multiply {before} ({spoken(one)}) by {self.shapes.named(factor)}: "
            f"columns {one.columns} and rows {other.rows} differ",
            self._product_repair(place, one, other),
            self._product_span(place),
        )

    def entrywise(self, place: int, left: Sides, right: Sides) -> ShapeError:
        one, other = self._shape(left), self._shape(right)
        before, factor = self._operands(place)
        operator = self.node.operators[place]
        if one == other.transposed:
            hint = f"did you mean {self._transposed(factor)} after `{operator}`?"
        elif operator == ".*" and one.columns == other.rows:
            hint = "did you mean the matrix product `*`?"
        else:
            hint = f"`{operator}` works entry by entry."
        return self._report(
            f"`{operator}` needs two equal shapes, found {before} ({spoken(one)}) "
            f"and {self.shapes.named(factor)}",
            hint,
            self._product_span(place),
        )

    def divide(self, place: int, left: Sides, right: Sides) -> ShapeError:
        one, other = self._shape(left), self._shape(right)
        before, factor = self._operands(place)
        operator = self.node.operators[place]
        divided, divisor = (one, other) if operator == "/" else (other, one)
        span = self._product_span(place)
        if divided.is_scalar or not divisor.is_square:
            bare = f"{before[1:-1]}./{self.shapes.quote(factor.span)[1:-1]}"
            hint = f"did you mean `{bare}`, entry by entry?" if operator == "/" else ""
            if divided.is_scalar and divisor.is_square and operator == "/":
                inverse = f"inv({self._bare(factor)})"
                inverse = inverse if before == "`1`" else f"{before[1:-1]}*{inverse}"
                hint = f"did you mean `{inverse}`, or entry by entry `{bare}`?"
            kind = "vector" if divisor.is_vector else "matrix"
            return self._report(
                f"cannot divide {before} ({spoken(one)}) by the {kind} {self.shapes.named(factor)}"
                if operator == "/"
                else f"cannot divide by {before} ({spoken(one)}), which is not square",
                hint,
                span,
            )
        return self._report(
            f"cannot divide {spoken(divided)} by {spoken(divisor)}: "
            f"`A/B` is A*inv(B), and `A\\B` is inv(A)*B",
            span=span,
        )

    def _operands(self, place: int) -> tuple[str, Syntax]:
        """The quote of all that stands before operator `place`, and the factor after it."""
        factors = self.node.factors
        start = factors[self._run_start(place)].start
        return self.shapes.quote((start, factors[place].end)), factors[place + 1]

    def _run_start(self, place: int) -> int:
        return 0 if place < 6 else place

    def _product_span(self, place: int) -> tuple[int, int]:
        factors = self.node.factors
        return factors[self._run_start(place)].start, factors[place + 1].end

    def _product_repair(self, place: int, one: Shape, other: Shape) -> str:
        """A way to write the product so that the shapes fit."""
        factors = self.node.factors
        before, after = factors[place], factors[place + 1]
        left, right = self._bare(before), self._bare(after)
        ideas: list[str] = []
        alone = self.shapes.of(before)
        if isinstance(after, Name) and not other.is_scalar:
            fallback = f"`{right}` needs {one.columns} rows here."
        else:
            fallback = ""
        if one.is_vector and other.is_vector and one == other:
            ideas = [f"{self._transposed(before)[1:-1]}*{right}", f"{left}.*{right}"]
        elif one.columns == other.columns:
            ideas = [f"{left}*{self._transposed(after)[1:-1]}"]
        elif place == 0 and alone.rows == other.rows:
            ideas = [f"{self._transposed(before)[1:-1]}*{right}"]
        elif place == 0 and other.columns == alone.rows and not other.is_scalar:
            ideas = [f"{right}*{left}"]
        if one == other and not one.is_vector:
            ideas.append(f"{left}.*{right}")
        return f"did you mean {' or '.join(f'`{idea}`' for idea in ideas)}?" if ideas else fallback

    def _bare(self, node: Syntax) -> str:
        return self.shapes.quote(node.span)[1:-1]

    def _transposed(self, node: Syntax) -> str:
        text = self._bare(node)
        if isinstance(node, Chain | Power) and not text.startswith("("):
            text = f"({text})"
        return f"`{text[:-1]}`" if text.endswith("'") else f"`{text}'`"

    # ------------------------------------------------------------ powers and inverses

    def power(self) -> ShapeError:
        node = self.node
        shape = self.shapes.of(node.base)
        base, exponent = self._bare(node.base), self._bare(node.exponent)
        if isinstance(node.exponent, Negation) and not shape.is_vector:
            return self.invert()
        what = "vector" if shape.is_vector or shape.is_row else "matrix"
        ideas = f"did you mean `{base}.^{exponent}`, entry by entry"
        if shape.is_vector and isinstance(node.exponent, Numeral) and node.exponent.value == 2:
            ideas += f", or `{base}'*{base}`"
        return self._report(
            f"cannot raise the {what} {self.shapes.named(node.base)} to a power: it is not square",
            ideas + "?",
        )

    def exponent(self) -> ShapeError:
        node = self.node
        base, exponent = self._bare(node.base), self._bare(node.exponent)
        return self._report(
            f"an exponent is a scalar, found {self.shapes.named(node.exponent)}",
            f"did you mean `{base}.^{exponent}`, entry by entry?",
            node.exponent.span,
        )

    def entrywise_power(self) -> ShapeError:
        node = self.node
        return self._report(
            f"`.^` needs a scalar or two equal shapes, found {self.shapes.named(node.base)} "
            f"and {self.shapes.named(node.exponent)}"
        )

    def invert(self) -> ShapeError:
        node = self.node
        operand = node.base if isinstance(node, Power) else node.operand
        return self._report(
            f"cannot invert {self.shapes.named(operand)}: it is not square",
            f"did you mean pinv({self._bare(operand)})?",
        )

    # ------------------------------------------------------------ functions

    def call(self, *signatures: Signature) -> ShapeError:
        node = self.node
        wanted = " or ".join(dict.fromkeys(_expectation(node.function, s) for s in signatures))
        found = ", ".join(self.shapes.named(argument) for argument in node.arguments)
        return self._report(f"`{node.function}` takes {wanted}; found {found}", self._call_hint())

    def result(self, *possible: Sides) -> ShapeError:
        sizes = " or ".join(spoken(self._shape(sides)) for sides in possible)
        needed = spoken(self.shapes.of(self.node))
        return self._report(f"{self.shapes.quote(self.node.span)} is {sizes}, {needed} is needed")

    def _call_hint(self) -> str:
        node = self.node
        shape = self.shapes.of(node.arguments[0])
        argument = self._bare(node.arguments[0])
        if node.function == "|.|":
            first = "" if shape.is_vector else f"`det({argument})` or "
            return f"write {first}`norm2({argument})`, or `abs({argument})` entry by entry."
        if len(node.arguments) == 1 and node.function in ("inv", "np.linalg.inv"):
            return f"did you mean pinv({argument})?" if not shape.is_vector else "use diag or `./`."
        if node.function in ("tr", "trace", "det", "logdet") and shape.is_vector:
            return f"did you mean sum({argument})?" if node.function[0] == "t" else ""
        return ""

    def fill(self) -> ShapeError:
        node = self.node
        return self._report(
            f"`{node.function}(c)` fills with a scalar, "
            f"found {self.shapes.named(node.arguments[0])}",
            "declare variables after `where`: `x: vector(n)`",
        )

    # ------------------------------------------------------------ entries, blocks, sums

    def subscript(self, single: Syntax) -> ShapeError:
        return self._report(
            f"a subscript is an integer, found {self.shapes.named(single)}",
            span=single.span,
        )

    def subscript_count(self) -> ShapeError:
        node = self.node
        shape = self.shapes.of(node.operand)
        name = self._bare(node.operand)
        if shape.is_scalar:
            return self._report(f"{self.shapes.named(node.operand)} has no entries to select")
        hint = f"write `{name}[i,j]`, `{name}[i,:]` or `{name}[:,j]`"
        count = len(node.subscripts)
        return self._report(
            f"{self.shapes.named(node.operand)} takes two subscripts, found {count}", hint
        )

    def empty_range(self, lower: Syntax | None, upper: Syntax | None) -> ShapeError:
        text = self.shapes.source.text
        if lower is None or upper is None:
            return self._report(f"{self.shapes.quote(self.node.span)} is empty")
        error = build.empty_range(text[lower.start : lower.end], text[upper.start : upper.end])
        error.at(text, (lower.start, upper.end))
        return error

    def open_range(self, lower: Syntax | None, upper: Syntax | None) -> ShapeError:
        """One end of a range is missing: tools differ in where they count from."""
        first, last = "1" if lower is None else self._bare(lower), "n"
        last = last if upper is None else self._bare(upper)
        own = f"{self._bare(self.node.operand)}[{first}:{last}]"
        return self._report(
            f"{self.shapes.quote(self.node.span)} can be read in two ways",
            f"write both ends, counted from 1: `{own}`; or name NumPy's dialect.",
        )

    def block_row(self, left: Syntax, right: Syntax) -> ShapeError:
        return self._report(
            f"blocks side by side need equal rows, found {self.shapes.named(left)} "
            f"and {self.shapes.named(right)}",
            "`;` starts a new row of blocks.",
            (left.start, right.end),
        )

    def block_column(self, above: Sequence[Syntax], below: Sequence[Syntax]) -> ShapeError:
        columns = ([str(self.shapes.of(block).columns) for block in row] for row in (above, below))
        first, second = map(" + ".join, columns)
        return self._report(
            f"rows of blocks need equally many columns, found {first} above {second}",
            span=(below[0].start, below[-1].end),
        )

    def repeated_product(self) -> ShapeError:
        return self._report("a product over an index needs a scalar or a square matrix")

    def told(self, message: str, hint: str = "") -> ShapeError:
        """What can be said without the shapes."""
        return self._report(message, hint)

    def body(self) -> ShapeError:
        return self._report(
            f"the body of a function is a number, found {self.shapes.named(self.node)}",
            "a function of numbers is applied entry by entry.",
        )

    def solution(self, residual: Syntax, sides: Sides) -> ShapeError:
        return self._report(
            f"{self.node.word} ({spoken(self._shape(sides))}) needs as many equations, found "
            f"{self.shapes.named(residual)}"
        )

    def list_of_arrays(self) -> ShapeError:
        text = self.shapes.quote(self.node.span)
        return self._report(
            f"{text} is a vector of numbers in Julia, and not all that stands in it are numbers",
            hint="blocks side by side are written so in matcalc's own dialect: name that",
        )

    def dot_of_matrices(self) -> ShapeError:
        text = self.shapes.quote(self.node.span)
        return self._report(
            f"{text} of matrices is the sum of the products of their entries in Julia",
            hint="write `dot(A, B)` for that, `A*B` for the product of matrices",
        )

    def unsought(self) -> ShapeError:
        return self._report(f"{self.node.word} does not occur in the equation that defines it")

    def broadcast(self) -> ShapeError:
        text = self.shapes.quote(self.node.span)
        return self._report(f"the shapes in {text} do not meet entry by entry")

    def library_call(self, *functions: LibraryFunction) -> ShapeError:
        found = ", ".join(self.shapes.named(argument) for argument in self.node.arguments)
        known = {word for one in functions for word in one.keywords}
        for word, value in self.node.keywords.items():
            if not {word, full_keyword(word)} & known:
                return self._report(
                    f"`{word}=` of `{self.node.function}` is not known here",
                    "leave it out, or write what it does.",
                    value.span,
                )
        reason = self.shapes.source.book.library_refusal(functions[0].name)
        if reason:
            return self._report(f"`{self.node.function}` of {found} is refused", reason)
        written = [one.signature.operation.replace(", *", "") for one in functions]
        ways = ", ".join(f"`{one}`" for one in list(dict.fromkeys(written))[:6])
        return self._report(f"`{self.node.function}` of {found} is not known; known are {ways}")

    def not_in_dialect(self) -> ShapeError:
        spoken = self.shapes.source.dialect.spoken
        return self._report(
            f"{self.shapes.quote(self.node.span)} is nothing that can be read as {spoken}'s"
        )

    def undetermined(self) -> ShapeError:
        return self._report("the dimensions do not fit together", "declare the variables' shapes.")


def _expectation(spelling: str, signature: Signature) -> str:
    """What a function takes: `det(X: n x n)`."""
    if len(signature.parameters) == 1:
        shape = signature.parameters[0].shape
        if shape.is_scalar:
            return "a scalar"
        if shape.is_vector:
            return "a vector"
        return f"a square matrix ({shape})" if shape.is_square else f"a matrix ({shape})"
    parts = [
        f"{p.name}: {spoken(p.shape)}" if p.kind == "value" else f"{p.name}: {p.kind}"
        for p in signature.parameters
    ]
    return f"{spelling}({', '.join(parts)})" if parts else usage(spelling, signature)
