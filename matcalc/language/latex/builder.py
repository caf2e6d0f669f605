"""The actions of the grammar `grammar/latex.lark`: each makes the syntax node of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matcalc.language.syntax import Call, Chain, Negation, Numeral, Power, Repeated, Syntax
from matcalc.language.tree_builder import TreeBuilder

if TYPE_CHECKING:
    from lark import Token

_NORMS = {"": "norm", "F": "norm:fro", "1": "norm1", "2": "norm:2", "*": "norm:nuc",
          "inf": "norm:inf"}  # fmt: skip


class LatexBuilder(TreeBuilder):
    """The grammar's actions; those that both grammars share are inherited."""

    def bracketed(self, items: list[Any]) -> Any:
        """Brackets make a product whole, and keep their place for messages."""
        inner = items[1]
        inner.start, inner.end = _span(items[0])[0], _span(items[2])[1]
        if isinstance(inner, Chain):
            inner.juxtaposed = False
        return inner

    def call(self, items: list[Any]) -> Any:
        function, _, *rest = items
        arguments = [one for one in rest[:-1] if not _is_token(one)]
        start, end = _span(function)
        close = max(_span(rest[-1])[1], arguments[-1].end)
        bare = _span(items[1])[0] == _span(items[1])[1]  # the bracket stands nowhere
        if bare and function in ("log", "ln") and _is_of(arguments[0], "\\Gamma"):
            arguments[0].function, arguments[0].start = "loggamma", start
            return arguments[0]
        if bare and function in ("log", "ln") and _is_of(arguments[0], "|.|", "det"):
            inner: Call = arguments[0]
            inner.function, inner.start = "logdet", start
            if _is_of(inner.arguments[0], "det"):  # log|det X|
                inner.arguments = self.arena[inner.arguments[0].place].arguments  # type: ignore[union-attr]
            return inner
        return self._add(Call(start, close, str(function), arguments, end), arguments[0])

    def fraction(self, items: list[Any]) -> Any:
        token, _, above, _, _, below, close = items
        for one in (above, below):
            _make_whole(one)
        node = Chain(_span(token)[0], max(_span(close)[1], below.end), [above, below], ["/"])
        return self._add(node, above)

    def run(self, items: list[Any]) -> Any:
        """Operands beside each other."""
        node = Chain(items[0].start, items[-1].end, items, ["*"] * (len(items) - 1), True)
        return self._add(node, items[0])

    def product(self, items: list[Any]) -> Any:
        """Operands with signs between them; `1/2 x` has a coefficient, `a/b c` two readings."""
        factors: list[Any] = [items[0]]
        operators: list[str] = []
        for sign, factor in zip(items[1::2], items[2::2], strict=True):
            first = factor.factors[0] if isinstance(factor, Chain) and factor.juxtaposed else factor
            if sign == "/" and first is not factor:
                self._require_coefficient(factors[-1], first, factor)
                operators += ["/", *factor.operators]
                factors += factor.factors
                continue
            operators.append(str(sign))
            factors.append(factor)
        if "⊗" in operators and not {".*", "./", "×"}.isdisjoint(operators):
            self._refuse_mixed(factors)
        if ":" in operators:
            return self._frobenius(factors, operators)
        node = Chain(factors[0].start, factors[-1].end, factors, operators)
        return self._add(node, factors[0])

    def _require_coefficient(self, above: Syntax, below: Syntax, whole: Chain) -> None:
        bare = above.operand if isinstance(above, Negation) else above
        if isinstance(bare, Numeral) and isinstance(below, Numeral):
            return
        one = self.text[above.start : above.end]
        other, more = self.text[below.start : below.end], self.text[below.end : whole.end]
        from matcalc.expressions.errors import SyntaxProblem

        raise SyntaxProblem(
            f"`{one}/{other}{more}` can be read in two ways",
            hint=rf"write `\frac{{{one}}}{{{other}}}{more}` or `\frac{{{one}}}{{{other}{more}}}`",
        ).at(self.text, (above.start, whole.end))

    def _refuse_mixed(self, factors: list[Any]) -> None:
        from matcalc.expressions.errors import SyntaxProblem

        span = factors[0].start, factors[-1].end
        raise SyntaxProblem(
            f"`{self.text[slice(*span)]}` mixes products of several kinds",
            hint="brackets tell which comes first",
        ).at(self.text, span)

    def _frobenius(self, factors: list[Any], operators: list[str]) -> Any:
        if len(factors) > 2:
            self._refuse_mixed(factors)
        left, right = factors
        return self._add(Call(left.start, right.end, "inner", [left, right], left.end), left)

    def power(self, items: list[Any]) -> Any:
        base, sign, _, exponent, close = items
        _make_whole(exponent)
        node = Power(base.start, max(_span(close)[1], exponent.end), base, exponent, sign == ".^")
        return self._add(node, base)

    def tick(self, items: list[Any]) -> Any:
        operand, sign = items
        operator = {".'": "transpose", ".I": "inverse"}.get(sign, "adjoint")
        return self._postfix(operand, operator, _span(sign)[1])

    def pseudo_inverse(self, items: list[Any]) -> Any:
        return self._postfixed("pinv", *items)

    def positive_part(self, items: list[Any]) -> Any:
        return self._postfixed("relu", *items)

    def cross_matrix(self, items: list[Any]) -> Any:
        return self._postfixed("hat", *items)

    def _postfixed(self, function: str, operand: Any, token: Token) -> Any:
        start, end = operand.start, _span(token)[1]
        return self._add(Call(start, end, function, [operand], start), operand)

    def modulus(self, items: list[Any]) -> Any:
        opening, inner, closing = items
        start, end = _span(opening)
        return self._add(Call(start, _span(closing)[1], "|.|", [inner], end), inner)

    def norm(self, items: list[Any]) -> Any:
        opening, inner, closing = items
        start, end = _span(opening)
        function, close = _NORMS[str(closing)], _span(closing)[1]
        return self._add(Call(start, close, function, [inner], end), inner)

    def inner(self, items: list[Any]) -> Any:
        opening, left, _, right, closing = items
        start, end = _span(opening)
        return self._add(Call(start, _span(closing)[1], "inner", [left, right], end), left)

    def repeated_from(self, items: list[Any]) -> Any:
        word, bracket, index, lower, dots, upper, _, body, close = items
        return super().repeated_from([word, bracket, index, lower, dots, upper, body, close])

    def repeated_over_all(self, items: list[Any]) -> Any:
        """A sum over all that the entries in its body have."""
        word, _, index, _, body, close = items
        own_name = self._name_of_index(str(index), body)
        self._open.bind(str(index), own_name, body.first)
        start, end = _span(word)[0], max(_span(close)[1], body.end)
        return self._add(Repeated(start, end, str(word), own_name, None, None, body), body)

    def selection(self, items: list[Any]) -> Any:
        return super().selection([one for one in items if not _is_comma(one)])

    def row(self, items: list[Any]) -> list[Any]:
        return [one for one in items if not _is_token(one)]

    def blocks(self, items: list[Any]) -> Any:
        return super().blocks([one for one in items if not _is_comma(one)])


def _span(token: Token) -> tuple[int, int]:
    return token.start_pos or 0, token.end_pos or 0


def _is_token(item: Any) -> bool:
    return isinstance(item, str)


def _is_comma(item: Any) -> bool:
    return isinstance(item, str) and item in (",", ";")


def _is_of(node: Syntax, *functions: str) -> bool:
    return isinstance(node, Call) and node.function in functions


def _make_whole(node: Syntax) -> None:
    """What braces hold is one operand."""
    if isinstance(node, Chain):
        node.juxtaposed = False
