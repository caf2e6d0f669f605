"""What the printer writes in LaTeX, read again.

    python -m tests.latex_round_trip CASES     the cases of the `.jsonl` files in CASES

Every expression of the cases and every answer is printed in LaTeX and read with the kinds that its
variables have. Prints how many come back as the same expression, and those that do not.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import matcalc as mc
from matcalc.expressions.binders import free_symbols
from matcalc.expressions.blocks import leaves
from matcalc.expressions.constructors import symbol
from matcalc.expressions.nodes import Named, Node, Symbol, ordered
from matcalc.language.problem import parse_latex
from matcalc.printing.latex import to_latex
from matcalc.rulebook import book
from matcalc.rulebook.substitution import substitute
from tests.case_files import answers, read_cases
from tests.records import Slow, at_most

SECONDS = 60  # for one case


def with_names_for_parts(node: Node) -> Node:
    """The expression with a variable for each named part, as it is printed."""
    whole = node.value if isinstance(node, Named) else node
    named = (one for one in ordered(whole) if isinstance(one, Named))
    parts: dict[Node, Node] = {one: symbol(one.name, one.shape) for one in named}
    return substitute(whole, parts) if parts else whole


def come_back(node: Node, variables: Iterable[Symbol]) -> str:
    """Nothing if the LaTeX of a node is read as that node, else what went wrong."""
    written = to_latex(node)
    node = with_names_for_parts(node)
    known = {one.name: one for one in (*variables, *free_symbols(node))}
    try:
        found = parse_latex(written, None, book, symbols=known, shape=node.shape).expression
    except mc.MatcalcError as problem:
        return f"{written}\n       {str(problem).splitlines()[0]}"
    return "" if found is node or found == node else f"{written}\n       read as {found}"


def nodes_of(path: Path) -> Iterator[tuple[str, str, Node, Sequence[Symbol]]]:
    """The expressions and the answers of the cases in a file, by id."""
    for case, arrays in read_cases(path):
        try:
            with at_most(SECONDS):
                for answer in answers(case, arrays):
                    if isinstance(answer, mc.Answer):
                        asked = answer.question
                        yield case["id"], "expression", asked.expression, asked.symbols
                        for _, block in leaves(answer.value):
                            yield case["id"], "answer", block, asked.symbols
                    break
        except (mc.MatcalcError, Slow):
            continue


def main(directory: Path) -> None:
    counts: Counter[tuple[str, bool]] = Counter()
    for path in sorted(directory.glob("*.jsonl")):
        for name, kind, node, symbols in nodes_of(path):
            wrong = come_back(node, symbols)
            counts[kind, not wrong] += 1
            if wrong:
                print(f"{name:32} {kind:10} {node}\n       {wrong}")
    for kind in ("expression", "answer"):
        print(f"{kind}s that come back: {counts[kind, True]}, others {counts[kind, False]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
