"""Every line of many derivations, re-derived: `python -m tests.steps --cases CASES --random 100`.

Each line has to be true, and to follow from the one before by its reasons, used one by one by a
script that knows the book and the laws of the trace alone. The exit status is 1 if one does not.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from tests.steps.derivations import Derivation, of_cases, of_random_problems


def derivations(options: argparse.Namespace) -> Iterator[Derivation]:
    cases = of_cases(options.cases) if options.cases else iter(())
    random = of_random_problems(options.seed, options.random)
    return islice(chain(cases, random), options.skip, options.skip + options.most)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.steps", description=__doc__)
    parser.add_argument("--cases", type=Path, help="a folder of case files")
    parser.add_argument("--random", type=int, default=0, help="how many random problems")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=10_000, help="how many derivations")
    parser.add_argument("--skip", type=int, default=0, help="leave out the first ones")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    count = lines = wrong = uncompared = 0
    for derivation in derivations(options):
        count += 1
        lines += len(derivation.steps)
        for complaint in derivation.complaints():
            wrong += 1
            print(f"{derivation.name}: {complaint}"[:600], flush=True)
        uncompared += len(derivation.uncompared)
    print(f"{count} derivations, {lines} lines, {wrong} complaints, {uncompared} without numbers")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
