"""How long wrong inputs take to be refused: the slowest of the golden ones and of the huge ones.

Run as `python -m tests.benchmarks.wrong_inputs`.
"""

from __future__ import annotations

from matcalc.expressions.errors import MatcalcError
from matcalc.language.problem import parse_problem
from matcalc.rulebook import book
from tests.benchmarks.timing import seconds
from tests.language.test_wrong_inputs import HUGE
from tests.language.wrong_inputs import WRONG


def refuse(text: str, where: str | None) -> None:
    try:
        parse_problem(text, where, book)
    except MatcalcError:
        return
    print(f"accepted with the whole rule book: {text[:60]!r}")


def main() -> None:
    refuse("1 +", None)
    for title, inputs in (
        ("golden", [(text, where) for text, where in WRONG]),
        ("huge", [(text, None) for text in HUGE.values()]),
    ):
        times = sorted((seconds(lambda t=t, w=w: refuse(t, w)), t[:40]) for t, w in inputs)  # type: ignore[misc]
        slowest, text = times[-1]
        median = times[len(times) // 2][0]
        print(
            f"{title}: {len(times)} inputs, median {1e3 * median:.1f} ms, "
            f"slowest {1e3 * slowest:.0f} ms ({text!r})"
        )


if __name__ == "__main__":
    main()
