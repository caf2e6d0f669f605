"""What answers refuse to tell, and why: `python -m tests.answers_table [VERB...]` prints it.

Every case of the grid is asked, and held to every law. A line that is WRONG breaks a law; one that
is refused says why, and the reason has to be mathematics.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

import matcalc as mc
from tests.answer_cases import Case, cases
from tests.answer_laws import LAWS, Told

ANSWERED, REFUSED, WRONG = "answered", "refused", "WRONG"
Line = tuple[str, str, str]


def judged(case: Case) -> Iterator[Line]:
    """Each law with its verdict, and what was said."""
    try:
        told = Told(case)
    except mc.MatcalcError as error:
        yield "the verb", REFUSED, error.message
        return
    for name, law in LAWS.items():
        try:
            law(told)
        except mc.MatcalcError as error:
            yield name, REFUSED, error.message
        except Exception as error:
            yield name, WRONG, f"{type(error).__name__}: {error}"
        else:
            yield name, ANSWERED, ""


def main() -> int:
    """Prints what is refused or wrong, and counts."""
    chosen = set(sys.argv[1:])
    counts: Counter[str] = Counter()
    for case in cases():
        if chosen and case.verb not in chosen:
            continue
        for law, verdict, said in judged(case):
            counts[verdict] += 1
            if verdict != ANSWERED:
                print(f"{verdict:9}{case}: {law}: {' '.join(said.split())}", flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return int(WRONG in counts)


if __name__ == "__main__":
    sys.exit(main())
