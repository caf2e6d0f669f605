"""parse: the expression that a text means."""

from __future__ import annotations

from matcalc.expressions.nodes import Node
from matcalc.expressions.python_arguments import checked
from matcalc.questions.reading import Where, read


@checked
def parse(text: str, where: Where = None, dialect: str | None = None) -> Node:
    """The expression that a text means, in the dialect of that name or of its marks.

    Raises a MatcalcError with the place in the text where it is not an expression.

    >>> print(parse("norm2(A*X - B)^2"))
    norm2(A*X - B)^2
    >>> print(parse("sum(X) + s", "X: matrix(m,n), s: scalar", dialect="numpy"))
    s + sum(X)
    """
    return read(text, where, dialect=dialect).expression
