"""A small book of operations, so that the language is tested without the rule book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcalc.expressions.dimensions import SCALAR, Dimension, Shape, dimension, shape
from matcalc.expressions.nodes import NO_STRUCTURE, Apply, Node
from matcalc.language.signatures import LibraryFunction, Parameter, Signature

_ELEMENTWISE = [
    "exp",
    "log",
    "sqrt",
    "abs",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "heaviside",
    "relu",
    "sign",
    "log1p",
    "conj",
    "re",
    "im",
    "erf",
    "lgamma",
    "digamma",
    "softplus",
    "sinh",
    "cosh",
]
_SQUARE_TO_SCALAR = ["tr", "det", "logdet", "lambda_max", "lambda_min"]
_SQUARE_TO_SQUARE = [
    "inv",
    "expm",
    "logm",
    "sqrtm",
    "sinm",
    "cosm",
    "chol",
    "sym",
    "skew",
    "adj",
    "tril",
    "triu",
]
_ANY_TO_SCALAR = [
    "sum",
    "mean",
    "var",
    "prod",
    "norm1",
    "norm2",
    "norm_fro",
    "norm_nuc",
    "norm_spec",
    "logsumexp",
]


def _signature(
    operation: str, parameters: Sequence[tuple[str, Shape, str]], result: Shape
) -> Signature:
    return Signature(operation, tuple(Parameter(*p) for p in parameters), result)


def _values(operation: str, result: Shape, **shapes: Shape) -> Signature:
    return _signature(operation, [(n, s, "value") for n, s in shapes.items()], result)


def _table() -> dict[str, list[Signature]]:
    m, n, p, q = map(dimension, "mnpq")
    any_, square, column = Shape(m, n), Shape(n, n), shape("n")
    table: dict[str, list[Signature]] = {}
    for name in _ELEMENTWISE:
        table[name] = [_values(name, any_, X=any_)]
    for name in _SQUARE_TO_SCALAR:
        table[name] = [_values(name, SCALAR, X=square)]
    for name in _SQUARE_TO_SQUARE:
        table[name] = [_values(name, square, X=square)]
    for name in _ANY_TO_SCALAR:
        table[name] = [_values(name, SCALAR, X=any_)]
    table["trace"] = table["tr"]
    table["kron"] = [_values("kron", Shape(m * p, n * q), X=any_, Y=Shape(p, q))]
    table["diag"] = [
        _values("diag", square, x=column),
        _values("diag_of", column, X=square),
    ]
    table["transpose"] = [_values("transpose", any_.transposed, X=any_)]
    table["herm"] = [_values("herm", any_.transposed, X=any_)]
    table["pinv"] = [_values("pinv", any_.transposed, X=any_)]
    table["vec"] = [_values("vec", Shape(m * n, dimension(1)), X=any_)]
    table["vech"] = [_values("vech", Shape(n * (n + 1) / 2, dimension(1)), X=square)]
    table["unvech"] = [_values("unvech", square, v=Shape(n * (n + 1) / 2, dimension(1)))]
    table["softmax"] = [_values("softmax", any_, X=any_)]
    table["rowmax"] = [_values("rowmax", shape("m"), X=any_)]
    table["inner"] = [_values("inner", SCALAR, A=any_, B=any_)]
    table["dot"] = [_values("dot", SCALAR, x=column, y=column)]
    table["normp"] = [_values("normp", SCALAR, x=column, p=SCALAR)]
    table["sylvester"] = [_values("sylvester", any_, A=Shape(m, m), B=square, C=any_)]
    table["lyap"] = table["dlyap"] = [_values("lyap", square, A=square, Q=square)]
    size, index = "dimension", "index"
    table["reshape"] = [
        _signature(
            "reshape",
            [
                ("X", Shape(dimension("k"), dimension("l")), "value"),
                ("m", SCALAR, size),
                ("n", SCALAR, size),
            ],
            any_,
        )
    ]
    table["basis"] = [_signature("basis", [("i", SCALAR, index), ("n", SCALAR, size)], column)]
    table["commutation"] = [
        _signature("commutation", [("m", SCALAR, size), ("n", SCALAR, size)], Shape(m * n, m * n))
    ]
    for name, tall in (("duplication", True), ("elimination", False)):
        half = n * (n + 1) / 2
        sides = Shape(n * n, half) if tall else Shape(half, n * n)
        table[name] = [_signature(name, [("n", SCALAR, size)], sides)]
    table["eigvec"] = [_signature("eigvec", [("A", square, "value"), ("i", SCALAR, index)], column)]
    table["frechet"] = [
        _signature(
            "frechet",
            [("f", SCALAR, "function"), ("A", square, "value"), ("E", square, "value")],
            square,
        )
    ]
    for name in ("matrix_power", "powm"):
        table[name] = [_values(name, square, X=square, k=SCALAR)]
    unknown = [("f", SCALAR, "function"), ("k", SCALAR, "integer"), ("X", any_, "value")]
    table["elementwise"] = [_signature("elementwise", unknown, any_)]
    table["implicit"] = [_values("implicit", any_, x=any_, g=any_)]
    table |= _selections()
    table["pi"] = [_signature("pi", [], SCALAR)]
    return table


def _selections() -> dict[str, list[Signature]]:
    m, n, p = map(dimension, "mnp")
    a, b, c, d = map(dimension, "abcd")
    any_, column = Shape(m, n), shape("n")
    ends = [(name, SCALAR, "dimension") for name in "abcd"]
    i, j = (("i", SCALAR, "index"), ("j", SCALAR, "index"))
    x, X = ("x", column, "value"), ("X", any_, "value")
    found = [
        _signature("entry", [x, i], SCALAR),
        _signature("entry_of", [X, i, j], SCALAR),
        _signature("row", [X, i], shape(1, "n")),
        _signature("column", [X, j], shape("m")),
        _signature("segment", [x, *ends[:2]], Shape(b - a + 1, dimension(1))),
        _signature("slice", [X, *ends], Shape(b - a + 1, d - c + 1)),
        _values("hstack", Shape(m, n + p), A=any_, B=Shape(m, p)),
        _values("vstack", Shape(m + p, n), A=any_, B=Shape(p, n)),
    ]
    return {signature.operation: [signature] for signature in found}


class SmallBook:
    """Signatures as in the rule book; `apply` makes a plain node."""

    def __init__(self) -> None:
        self._table = _table()
        self._by_name = {s.operation: s for group in self._table.values() for s in group}

    def signatures(self, spelling: str) -> Sequence[Signature]:
        """The overloads of a spelling."""
        return self._table.get(spelling, ())

    def slope(self, name: str, argument: Node) -> Node:
        """The function itself, for want of derivatives."""
        return self.apply(name, [argument])

    def library(self, name: str) -> Sequence[LibraryFunction]:
        """No function of any library."""
        return ()

    def library_refusal(self, name: str) -> str:
        return ""

    def library_names(self) -> Iterable[str]:
        """None of any library."""
        return ()

    edition = 0

    def latex_templates(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """None of any operation."""
        return {}

    def spellings(self) -> Iterable[str]:
        """All function names."""
        return self._table

    def apply(self, name: str, arguments: Sequence[Node], shape: Shape | None = None) -> Node:
        """An Apply node with the shape that the signature says."""
        signature = self._by_name[name]
        known: dict[str, Dimension] = {}
        for parameter, argument in zip(signature.parameters, arguments, strict=True):
            if parameter.kind == "dimension":
                known[parameter.name] = dimension_of(argument)
        for parameter, argument in zip(signature.parameters, arguments, strict=True):
            wanted, found = parameter.shape, argument.shape
            for side, value in ((wanted.rows, found.rows), (wanted.columns, found.columns)):
                if parameter.kind == "value" and side.name is not None:
                    known.setdefault(side.name, value)
        if name == "unvech":
            size = arguments[0].shape.rows
            known["n"] = next(n for n in CANDIDATES if n * (n + 1) / 2 == size)
        return Apply(name, tuple(arguments), signature.result.substitute(known), NO_STRUCTURE)

    def make(self, kind: type[Apply], *arguments: Node) -> Node:
        """The same for an operation that the engine knows."""
        return self.apply(kind.word, arguments)

    unchanged = make

    def structure(self, node: Node) -> frozenset[str]:
        """What a node says of itself."""
        return node.structure


CANDIDATES = [dimension("n"), *map(dimension, range(1, 9))]


def dimension_of(node: Node) -> Dimension:
    """A scalar made of dimension names as a dimension."""
    from matcalc.expressions.nodes import Number, Product, Sum, Symbol

    match node:
        case Number(value=value):
            return dimension(int(value))
        case Symbol(name=name):
            return dimension(name)
        case Sum(terms=terms):
            total = dimension(0)
            for value, term in terms:
                total = total + dimension_of(term) * int(value)
            return total
        case Product(coefficient=coefficient, scalars=scalars):
            product = dimension(int(coefficient))
            for scalar in scalars:
                product = product * dimension_of(scalar)
            return product
        case Apply(operation="power", arguments=(base, Number(value=value))):
            return dimension_of(base) ** int(value)
        case _:
            raise AssertionError(node)


BOOK = SmallBook()
