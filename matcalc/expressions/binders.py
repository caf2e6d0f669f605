"""Operations that bind a variable: sums and products over an index, and solutions of equations.

Inside sum(i in 1..n, f(i)) the name i is the sum's own: what comes in from outside and has an i of
its own must not be caught by it. Whatever moves an expression under a binder renames the binder's
variable first, here. No sum is made around another one of the same index.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from itertools import count

from matcalc.expressions.dimension_values import dimension_value
from matcalc.expressions.nodes import (
    Apply,
    Named,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    children,
    depth_first,
    dimension_names,
    ordered,
    sizes_among,
    symbols_of,
)
from matcalc.expressions.operations import (
    Binder,
    ElementwisePower,
    Hadamard,
    IndexProduct,
    IndexSum,
    OverIndex,
    Power,
    Solution,
    Trace,
    Transpose,
)
from matcalc.expressions.products import elementwise_power, hadamard, multiply, power, transpose
from matcalc.expressions.sums import ONE, UNIT, add, named, number
from matcalc.expressions.trace import trace

REPEATED = {"sum": IndexSum, "prod": IndexProduct}  # by the words of the language


def bound(node: Node) -> Symbol | None:
    """The variable, its first argument, that a node binds in its last one."""
    return node.variable if isinstance(node, Binder) else None


def bound_in(*roots: Node) -> list[Symbol]:
    """The variables that are bound somewhere in the expressions, each once."""
    variables = (bound(node) for node in ordered(*roots))
    return list(dict.fromkeys(one for one in variables if one is not None))


def free_symbols(*roots: Node) -> list[Symbol]:
    """The variables of the expressions in order of their names; no dimensions, none bound."""
    nodes = ordered(*roots)
    if all(bound(node) is None for node in nodes):
        return symbols_of(*roots)
    free: dict[Node, frozenset[Symbol]] = {}
    for node in nodes:
        free[node] = _free(node, free)
    found = frozenset[Symbol]().union(*(free[root] for root in roots))
    return sorted(found, key=lambda symbol: symbol.name)


def variables_of(*roots: Node) -> list[Symbol]:
    """The variables that have values, in order of their names: free ones, and solutions."""
    found = dict.fromkeys(free_symbols(*roots))
    for node in ordered(*roots):
        if isinstance(node, Solution):
            found[node.variable] = None
    return sorted(found, key=lambda symbol: symbol.name)


def _free(node: Node, free: Mapping[Node, frozenset[Symbol]]) -> frozenset[Symbol]:
    if isinstance(node, Symbol):
        bare = node.structure & {"dimension", "function"}
        return frozenset() if bare else frozenset({node})
    inside = [free[child] for child in children(node)]
    variable = bound(node)
    if variable is not None:
        inside = [*inside[1:-1], inside[-1] - {variable}]
    return frozenset[Symbol]().union(*inside)


# ---------------------------------------------------------------- making them


def index_sum(index: Node, lower: Node, upper: Node, body: Node) -> Node:
    """sum(i in lower..upper, body); what does not depend on i stands before it."""
    count_of_terms = add([(ONE, upper), (-ONE, lower), (ONE, UNIT)])
    if index not in free_symbols(body) and _is_count(count_of_terms):
        return multiply(count_of_terms, body)
    outside: list[Node] = []
    if isinstance(body, Product):
        free = [s for s in body.scalars if index not in free_symbols(s)]
        outside = [Number(body.coefficient), *free]
        kept = [s for s in body.scalars if s not in free]
        body = multiply(*kept, *body.factors)
    return multiply(*outside, over_index(IndexSum, index, lower, upper, body))


def _is_count(terms: Node) -> bool:
    """Whether upper - lower + 1 is how many terms there are: not where the sum may be empty.

    An integer that is no size is taken to be large enough; code refuses one that is not.
    """
    size = dimension_value(terms)
    if size is not None:
        return size.is_at_least(0)
    return not any(isinstance(n, Symbol) and "index" in n.structure for n in ordered(terms))


def index_product(index: Node, lower: Node, upper: Node, body: Node) -> Node:
    """prod(i in lower..upper, body), the factors in order."""
    return over_index(IndexProduct, index, lower, upper, body)


def over_index(kind: type[OverIndex], index: Node, lower: Node, upper: Node, body: Node) -> Node:
    """The sum or product as it stands; where the body has one of that index, under a new name.

    The inner one keeps its name, so that it stays the same expression wherever it occurs.
    """
    assert isinstance(index, Symbol)
    if index.name in {variable.name for variable in bound_in(body)}:
        new = renewed(index, names_in(body))
        index, body = new, renamed(body, index, new)
    return kind.raw(index, lower, upper, body, shape=body.shape)


# ---------------------------------------------------------------- renaming


def free_names(*nodes: Node) -> set[str]:
    """The names of variables and dimensions that mean something outside the expressions."""
    return {symbol.name for symbol in free_symbols(*nodes)} | set(dimension_names(*nodes))


def names_in(*nodes: Node) -> set[str]:
    """Every name that stands in the expressions, those of bound variables too."""
    found = ordered(*nodes)
    return {node.name for node in found if isinstance(node, Symbol)} | sizes_among(found)


def free_name(stem: str, *nodes: Node) -> str:
    """A name that stands nowhere in the expressions: W, W1, W2, ..."""
    return numbered(stem, names_in(*nodes))


def numbered(stem: str, taken: Container[str], first: int = 0) -> str:
    """The stem with the first number behind it with which it is not taken; none for 0."""
    return next(name for k in count(first) if (name := f"{stem}{k or ''}") not in taken)


def renewed(variable: Symbol, taken: Collection[str]) -> Symbol:
    """The variable under a name that is not taken: i becomes i1."""
    stem = variable.name.rstrip("0123456789") or variable.name
    return Symbol(numbered(stem, taken, 1), variable.shape, variable.structure)


def fresh(variables: Iterable[Symbol], taken: Collection[str]) -> dict[Symbol, Symbol]:
    """Each of the variables under a name that neither is taken nor another one of them gets."""
    found: dict[Symbol, Symbol] = {}
    names = set(taken)
    for variable in dict.fromkeys(variables):
        found[variable] = renewed(variable, names)
        names.add(found[variable].name)
    return found


def renamed(root: Node, old: Symbol, new: Symbol) -> Node:
    """`root` with a new variable, one that it does not have, wherever the old one is free."""
    done: dict[Node, Node] = {old: new}
    for node in ordered(root):
        if node is not old:
            parts = [done[child] for child in children(node)]
            if bound(node) is old:
                parts[0], parts[-1] = children(node)[0], children(node)[-1]
            done[node] = remade(node, parts)
    return done[root]


def parted(binder: Apply, *others: Node) -> tuple[Node, ...]:
    """The arguments of a binder, its variable under a name that the others do not have."""
    variable = bound(binder)
    assert variable is not None
    if variable.name not in free_names(*others):
        return binder.arguments
    return _under_new_name(binder.arguments, variable, renewed(variable, names_in(binder, *others)))


def _under_new_name(arguments: Sequence[Node], old: Symbol, new: Symbol) -> tuple[Node, ...]:
    return new, *arguments[1:-1], renamed(arguments[-1], old, new)


def under_new_names(root: Node, new: Mapping[Symbol, Symbol]) -> Node:
    """`root` with new names, which it does not have, for variables wherever it binds them."""
    nodes = ordered(root)
    caught = {node for node in nodes if bound(node) in new}
    return _with_new_names(nodes, caught, (), new) if caught else root


def apart(root: Node, values: Mapping[Node, Node]) -> tuple[Node, Mapping[Node, Node]]:
    """Both with bound variables renamed so that putting the values into `root` catches nothing.

    A value for something in which a bound variable stands, a[i] inside a sum over i, belongs
    there: its i is the sum's, and is renamed with it.
    """
    nodes = down_to(root, values)
    binders = [node for node in nodes if bound(node) is not None]
    if not binders:
        return root, values
    names = {key: free_names(values[key]) for key in nodes if key in values}
    caught = {node for node in binders if _catches(node, names)}
    if not caught:
        return root, values
    taken = names_in(root, *values, *values.values())
    new = fresh((old for node in binders if node in caught and (old := bound(node))), taken)
    root = _with_new_names(nodes, caught, values, new)
    for old, other in new.items():  # each doubles what it stands in: a[i, j] may be under one sum
        values = {**values, **_renamed_where_free(values, old, other)}
    return root, values


def _renamed_where_free(
    values: Mapping[Node, Node], old: Symbol, new: Symbol
) -> Mapping[Node, Node]:
    """The values for what the old variable stands in, all with the new one."""
    return {
        renamed(key, old, new): renamed(value, old, new)
        for key, value in values.items()
        if key is not old and old in free_symbols(key)
    }


def _catches(binder: Node, names: Mapping[Node, set[str]]) -> bool:
    """Whether the variable of a binder would catch what is put into its body, `names` of which
    are known by what it stands for.
    """
    variable = bound(binder)
    assert variable is not None
    inside = (node for node in down_to(children(binder)[-1], names) if node in names)
    caught = (
        variable.name in names[node] and variable not in free_symbols(node) for node in inside
    )
    return variable in names or any(caught)


def _with_new_names(
    nodes: Iterable[Node],
    caught: Collection[Node],
    leaves: Collection[Node] | Mapping[Node, Node],
    new: Mapping[Symbol, Symbol],
) -> Node:
    """The last of the nodes, in order, with new names for the variables of the `caught` ones."""
    done: dict[Node, Node] = {}
    node = None
    for node in nodes:
        if node in leaves:
            done[node] = node
            continue
        parts: Sequence[Node] = [done[child] for child in children(node)]
        if node in caught and (old := bound(node)) is not None:
            parts = _under_new_name(parts, old, new[old])
        done[node] = remade(node, parts)
    assert node is not None
    return done[node]


def down_to(root: Node, leaves: Container[Node]) -> list[Node]:
    """As `ordered`, without what is inside the nodes that are taken as leaves."""
    return depth_first([root], lambda node: () if node in leaves else children(node))


def remade(node: Node, parts: Sequence[Node]) -> Node:
    """The node with other children, of the same shapes and structures as its own."""
    if all(part is child for part, child in zip(parts, children(node), strict=True)):
        return node
    match node:
        case Sum(terms=terms):
            return add((value, part) for (value, _), part in zip(terms, parts, strict=True))
        case Product(coefficient=coefficient):
            return multiply(number(coefficient), *parts)
        case Apply() if (make := ARITHMETIC.get(type(node))) is not None:
            return make(*parts)
        case Apply(operation=name, shape=shape, structure=structure):
            return Apply(name, tuple(parts), shape, structure)
    assert isinstance(node, Named), "a leaf has no children"
    return named(node.name, parts[0])


# What makes each operation that is arithmetic.
ARITHMETIC: Mapping[type[Apply], Callable[..., Node]] = {
    Transpose: transpose,
    Hadamard: hadamard,
    ElementwisePower: elementwise_power,
    Power: power,
    Trace: trace,
    IndexSum: index_sum,
    IndexProduct: index_product,
}
