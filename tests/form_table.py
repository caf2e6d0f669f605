"""The form of our answers beside the textbook's.

    python -m tests.form_table CASES     the cases of the `.jsonl` files in CASES

The measure is the number of tokens of the printed text: each name, number and operator is one, and
so is what a name stands for after "with"; brackets, commas and "with" are none. The textbook's
form is read in the names of the problem and printed as ours is, so that spelling is no difference;
one that cannot be read is measured as it was typed.

Prints for each kind of answer the geometric mean of ours over the textbook's and how many are over
1.05 and over 2 times as long, each of the last with both forms; then what else no author prints:
f in another order than it was typed, answers without the person's own names, long parts that are
repeated without a name, words that no text of the cases has, conditions that are said twice.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matcalc as mc
from matcalc.answers.writing import board
from matcalc.derivation.naming import with_repeated
from matcalc.expressions.blocks import leaves
from matcalc.expressions.nodes import Named, Node, inside, visible
from matcalc.questions.claims import in_names_of
from matcalc.simplify.forms import size
from matcalc.simplify.naming import names_in_order
from tests.case_files import Arrays, Case, answers, declarations, read_cases, setting
from tests.records import Slow, at_most

SECONDS = 60  # for one case
LONG = 8  # tokens of a part that wants a name where it is repeated
OVER, FAR_OVER = 1.05, 2.0
TOKEN = re.compile(r"[^\W\d]\w*|\d+(?:\.\d+)?|\.?[*/^]|'|[-+=@:]|[^\s\w()\[\],;]")
WORD = re.compile(r"[^\W\d]\w*")
CALLED = re.compile(r"([^\W\d]\w*)\(")
# What a textbook writes as a product, with dX, or not at all.
ODD = frozenset(
    {"commutation", "duplication", "elimination", "diag_selection", "frechet", "khatrirao"}
    | {"kron_blocks", "kron_left", "kron_right", "kron_vec", "row_proj"}
)


@dataclass(frozen=True)
class Form:
    """One answer with what the textbook has, and what else a reader would mind."""

    case: Case
    kind: str
    ours: str
    book: str
    faults: Mapping[str, str]

    @property
    def ratio(self) -> float:
        return tokens(self.ours) / tokens(self.book)


def tokens(text: str) -> int:
    """The tokens of a printed formula."""
    return sum(token not in ("with", "solves") for token in TOKEN.findall(text))


def forms(folder: Path) -> Iterator[Form]:
    """The answer to each case; those that take too long or are refused are left out."""
    cases = [one for path in sorted(folder.glob("*.jsonl")) for one in read_cases(path)]
    known = {word for case, _ in cases for text in _texts(case) for word in WORD.findall(text)}
    for case, arrays in cases:
        try:
            with at_most(SECONDS):
                yield _form(case, arrays, known)
        except (mc.MatcalcError, Slow):
            continue


def _texts(case: Case) -> list[str]:
    wanted = case.get("expected")
    return [case["expr"], *([wanted] if isinstance(wanted, str) else [])]


def _form(case: Case, arrays: Arrays, known: set[str]) -> Form:
    answer, told = _answer(case, arrays)
    ours = str(told)
    return Form(
        case,
        _kind(case),
        ours,
        _book(case, answer) if _is_form(case) else "",
        {name: said for name, find in FAULTS.items() if (said := find(case, answer, told, known))},
    )


def _answer(case: Case, arrays: Arrays) -> tuple[Any, Any]:
    """The answer of the verb, and what is compared: the answer, or what was asked of it."""
    wrt = case["wrt"]
    if case["ask"] == "jacobian" and _is_form(case) and f"d{wrt}" in case["expected"]:
        where = declarations(case, arrays)
        answer = mc.differential(case["expr"], wrt, where=where, **setting(case))
        return answer, answer
    found = list(answers(case, arrays))
    return found[0], found[0] if case["ask"] == "differential" else found[-1]


def _is_form(case: Case) -> bool:
    return isinstance(case.get("expected"), str)


def _kind(case: Case) -> str:
    """What was asked, and whether in a setting."""
    return f"{case['ask']} in a setting" if setting(case) else str(case["ask"])


def _book(case: Case, answer: Any) -> str:
    """The textbook's form as we print it, else as it stands."""
    try:
        asked = answer.question
        more = [*asked.directions.values()]
        read = in_names_of(asked.problem, case["expected"], None, more, rigid=False)
        return str(with_repeated(read.expression))
    except (mc.MatcalcError, AttributeError):
        return str(case["expected"])


# ---------------------------------------------------------------- what else a reader would mind


def _reordered(case: Case, answer: Any, told: Any, known: set[str]) -> str:
    """f as it is printed, where its names stand in another order and it is no shorter for that."""
    if not isinstance(answer, mc.Answer):
        return ""
    problem = answer.problem
    typed, printed = case["expr"].strip(), str(board(answer).expression)
    if problem.definitions:
        typed, printed = re.split(r"[;\n]", typed)[-1], printed.partition(" with ")[0]
    scalars = {name for name, one in problem.symbols.items() if one.shape.is_scalar}
    names = {*problem.symbols, *problem.definitions} - scalars  # which come first, or last below
    old, new = ([word for word in WORD.findall(text) if word in names] for text in (typed, printed))
    if Counter(old) != Counter(new):
        old, new = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    is_other = old != new and set(old) == set(new) and tokens(printed) >= tokens(typed)
    return printed if is_other else ""


def _unnamed(case: Case, answer: Any, told: Any, known: set[str]) -> str:
    """The names that a person gave, where the answer has none of them."""
    names = {*getattr(getattr(answer, "problem", None), "definitions", ())}
    return ", ".join(sorted(names)) if names and not names & {*WORD.findall(str(told))} else ""


def _repeated(case: Case, answer: Any, told: Any, known: set[str]) -> str:
    """The longest part that is printed more than once without a name."""
    value = getattr(told, "named", told)
    roots = [node for _, node in leaves(value)] if isinstance(value, Node | Mapping) else []
    roots += [part.value for part in names_in_order(*roots)]
    times: Counter[Node] = Counter()
    for root in roots:
        times.update(_times(root))
    many = [node for node, count in times.items() if count > 1 and not isinstance(node, Named)]
    longest = max(many, key=size, default=None)
    return str(longest) if longest is not None and size(longest) >= LONG else ""


def _times(root: Node) -> Counter[Node]:
    """How often each part is printed."""
    times = Counter({root: 1})
    for node in reversed(visible(root)):
        for child in inside(node):
            times[child] += times[node]
    return times


def _strange(case: Case, answer: Any, told: Any, known: set[str]) -> str:
    """The operations in an answer that no text of the cases has, and those that no book has."""
    own = {word for text in _texts(case) for word in WORD.findall(text)}
    called = {*CALLED.findall(str(told))}
    return ", ".join(sorted((called - known) | (called & ODD) - own))


def _untold(case: Case, answer: Any, told: Any, known: set[str]) -> str:
    """Those of them that are not explained under the answer."""
    notes = " ".join(getattr(answer, "notes", ()))
    words = _strange(case, answer, told, known).split(", ")
    return ", ".join(word for word in words if f"{word}(" not in notes)


def _said_twice(case: Case, answer: Any, told: Any, known: set[str]) -> str:
    """The conditions that say the same of the same, up to a power or a transpose."""
    said = getattr(answer, "conditions", ())
    plain = Counter(re.sub(r"\^\d+|'|\(|\)", "", one) for one in said)
    return "; ".join(said) if any(count > 1 for count in plain.values()) else ""


FAULTS = {
    "f in another order": _reordered,
    "own names not used": _unnamed,
    f"parts of {LONG} tokens or more repeated": _repeated,
    "words that no book has": _strange,
    "words that no book has, not told under the answer": _untold,
    "conditions said twice": _said_twice,
}


# ---------------------------------------------------------------- the table


def table(found: Sequence[Form]) -> Iterator[str]:
    """The lines that are printed."""
    compared = [form for form in found if form.book]
    yield f"{'kind':40}{'answers':>8}{'mean':>7}{'>1.05':>7}{'%':>6}{'>2':>5}"
    for kind in (*sorted({form.kind for form in compared}), ""):
        yield _row(kind or "all", [form for form in compared if kind in ("", form.kind)])
    yield "\nmore than twice as long"
    for form in sorted(compared, key=lambda form: -form.ratio):
        if form.ratio > FAR_OVER:
            yield _beside(form)
    for fault in FAULTS:
        some = [form for form in found if fault in form.faults]
        yield f"\n{fault}: {len(some)} of {len(found)}"
        yield from (f"  {form.case['id']:36}{form.faults[fault]}" for form in some)


def _row(kind: str, some: Sequence[Form]) -> str:
    mean = math.exp(sum(math.log(form.ratio) for form in some) / len(some))
    over, far = (sum(form.ratio > most for form in some) for most in (OVER, FAR_OVER))
    share = 100 * over / len(some)
    return f"{kind:40}{len(some):8}{mean:7.2f}{over:7}{share:6.1f}{far:5}"


def _beside(form: Form) -> str:
    return (
        f"  {form.ratio:.2f} {form.case['id']} ({form.kind}) {form.case['expr']}\n"
        f"       ours {form.ours}\n       book {form.book}"
    )


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    print(*table([*forms(Path(arguments[0]))]), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
