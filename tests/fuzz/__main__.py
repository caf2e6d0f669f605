"""Random problems, checked in every way by the second oracle: `python -m tests.fuzz --seed 1`.

The problems are the same for a seed, however many of them the time allows. A find is printed with
its seed and number, made smaller; the exit status is 1 if there is one.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
import warnings
from collections import Counter

import numpy as np

from matcalc.expressions.dimensions import SCALAR, Shape, dimension
from tests.fuzz.checks import Found, Problem, examine
from tests.fuzz.clock import LONGEST, Overdue, limited
from tests.fuzz.grammar import Writer
from tests.fuzz.shrink import shrunk
from tests.fuzz.variables import pool

_SIZES = ((2, 3, 4), (3, 2, 4), (4, 2, 3), (2, 4, 3), (3, 4, 2), (1, 3, 2), (3, 1, 2), (2, 3, 1))


def problem(seed: int, number: int, kind: type[Writer] = Writer) -> Problem:
    random = np.random.default_rng([seed, number])
    sizes = _SIZES[int(random.integers(len(_SIZES)))]
    named = [
        name if random.random() < 0.9 else str(k) for name, k in zip("mnp", sizes, strict=True)
    ]
    variables = pool(*named)
    sides = [dimension(int(name) if name.isdigit() else name) for name in named]
    writer = kind(random, variables, sides)
    scalar = random.random() < 0.6
    shape = SCALAR if scalar else Shape(writer.pick(sides), writer.side())
    tree = writer.problem(shape, int(random.integers(1, 5)))
    known = {name: k for name, k in zip(named, sizes, strict=True) if not name.isdigit()}
    return Problem(tree, tuple(variables), known, (seed, number))


def outcome(asked: Problem) -> tuple[str, str]:
    """("", how far it came), or the kind of a find and what was seen."""
    try:
        with limited():
            return "", examine(asked)
    except Found as found:
        return found.kind, found.detail
    except Overdue:
        return "overdue", f"over {LONGEST} s"
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return (
            f"crash of {type(error).__name__} in {place.name}",
            f"{error}\n{traceback.format_exc()}",
        )


def report(asked: Problem, kind: str) -> None:
    small = shrunk(asked, lambda one: outcome(one)[0] == kind)
    print(f"\nFOUND {kind}: --seed {asked.seed[0]} --problem {asked.seed[1]}")
    print(f"  {small.text}\n  where {small.where}; sizes {dict(small.sizes)}")
    print("  " + outcome(small)[1][-1200:], flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--problem", type=int, help="this one only")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    ends = time.monotonic() + 60 * options.minutes + options.seconds
    counts: Counter[str] = Counter()
    finds = number = 0
    while options.problem is not None or time.monotonic() < ends:
        asked = problem(options.seed, number if options.problem is None else options.problem)
        kind, detail = outcome(asked)
        counts[kind or detail.partition(":")[0]] += 1
        if kind:
            finds += 1
            report(asked, kind)
        number += 1
        if options.problem is not None:
            print(asked.text, "\nwhere", asked.where, asked.sizes, kind, detail)
            break
    print(f"\nseed {options.seed}: {number} problems, {finds} finds; {dict(counts)}")
    return int(bool(finds))


if __name__ == "__main__":
    sys.exit(main())
