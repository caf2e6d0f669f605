"""How much may be asked for: every limit that refuses, with its reason beside it.

Each is where a machine of today runs out of memory, or takes longer than a person waits, and far
beyond what a problem on paper has.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from matcalc.expressions.errors import TooLarge

_WRITTEN_OUT = 10**15  # a larger number is said by its magnitude


@dataclass(frozen=True)
class Limit:
    """At most `most` of `what`; `hint` says what to do instead."""

    most: int
    what: str
    hint: str

    def check(self, found: int, instead: int = 0) -> None:
        """Raise TooLarge where `found` is more; `instead` is a higher limit where there is one."""
        if found > max(self.most, instead):
            raise self.exceeded(found)

    def exceeded(self, found: int | None = None) -> TooLarge:
        """The error; the number is left out where counting it would be the trouble."""
        counted = "" if found is None else f"{_shown(found)}, and "
        return TooLarge(
            f"too many {self.what}: {counted}the limit is {self.most:,}", hint=self.hint
        )


def _shown(number: int) -> str:
    if number < _WRITTEN_OUT:
        return f"{number:,}"
    return f"about 10^{int((number.bit_length() - 1) * 0.30103)}"


# ---------------------------------------------------------------- texts

# A text of this length takes about a second to read; the longest problem of a paper has 2,000.
LONGEST_TEXT = Limit(
    200_000,
    "characters in a text",
    "name subexpressions (`R = A*X - B`) or split the problem",
)
# The rule book has 200,000 bytes; a film is no problem, and a device may have no end.
LONGEST_FILE = Limit(5_000_000, "bytes in a file", "is it a file of text?")
# Passes over the parse are iterative; what is deeper than this was written by a program.
DEEPEST_NESTING = Limit(5_000, "brackets inside each other", "name subexpressions: `R = A*X - B`")
# What is read of LaTeX goes down by calls; a formula that stands on paper has about ten.
DEEPEST_FORMULA = Limit(100, "brackets inside each other in LaTeX", DEEPEST_NESTING.hint)
# A second of reading; the longest loss that was ever pasted has a few hundred.
MOST_NODES = Limit(30_000, "names, numbers and operations in a text", "split the problem")
# The same of a list in JSON, whose nodes may all be long: a chain that grows factor by factor.
MOST_INSIDE = Limit(
    200_000, "places and parts of nodes", "name subexpressions: they are nodes of their own"
)
# Numbers are kept exactly; floating point ends at 10^308.
LONGEST_NUMBER = Limit(
    400, "digits in a number kept exactly", "a scalar with a name takes any value"
)
# Of 10^350 only the logarithm is of use; beyond this a power of numbers is not worked out.
LARGEST_POWER_BITS = 4_096
# Python itself writes integers of at most 4,300 digits.
LONGEST_RESULT = Limit(4_000, "digits in a number kept exactly", "use smaller numbers")

_BITS_PER_DIGIT = 3.33
_LONGEST_BITS = int(LONGEST_RESULT.most * _BITS_PER_DIGIT)


def refuse_long(*numbers: Fraction) -> None:
    """Raise TooLarge for exact numbers that are too long to be written."""
    for number in numbers:
        above, below = number.as_integer_ratio()
        bits = max(above.bit_length(), below.bit_length())
        if bits > _LONGEST_BITS:
            LONGEST_RESULT.check(int(bits / _BITS_PER_DIGIT))


# ---------------------------------------------------------------- dimensions

_DIMENSION = "a dimension is a positive integer, a name, or short sums and products of them"
# Dimensions are polynomials in normal form: a product of two has the product of their lengths.
MOST_DIMENSION_TERMS = Limit(100, "terms in a dimension", _DIMENSION)
# A second of reading for what is refused in the end.
LONGEST_DIMENSION = Limit(2_000, "characters in a dimension", _DIMENSION)
# m*n*p*q arises from kron of kron; nothing that fits in a memory has more than a few factors, and
# kron of kron of kron has the square of the order each time.
MOST_DIMENSION_FACTORS = Limit(32, "factors in a dimension", _DIMENSION)
# A vector of that length would take 8 TB.
LARGEST_DIMENSION = Limit(10**12, "rows or columns", _DIMENSION)

# ---------------------------------------------------------------- calculus

# A chain of n factors is compared and printed whole; 10,000 take a second.
LONGEST_CHAIN = Limit(
    10_000, "factors in a product of matrices", "a power can be written X^k with an integer k"
)
# The product rule writes as many terms of as many factors, about a second at this limit: one
# product of 400 factors that all depend on the variable, or the Hessian of one of 50.
MOST_WRITTEN = Limit(
    160_000,
    "factors that the product rule writes",
    "write a power as X^k with a declared integer k, a product as prod(i in 1..n, ...)",
)
# A derivative of order k has k! terms.
HIGHEST_ORDER = 6

# ---------------------------------------------------------------- values

_GIVEN = "take smaller dimensions"
# 0.4 GB in one array of numbers. What the arrays given to it make large may be ten times theirs.
MOST_ENTRIES = Limit(50_000_000, "entries in an array of the code", _GIVEN)
# Floating point ends at 1.8*10^308.
LARGEST_FLOAT = Limit(308, "digits in a number that is computed", "use smaller numbers")
# About a second in a loop over an index; the same holds for it.
MOST_STEPS = Limit(1_000_000, "steps of the sums over an index", _GIVEN)
PER_ENTRY_GIVEN = 10
# A verification evaluates f a few hundred times: some seconds for a matrix of this size.
MOST_SAMPLED = Limit(1_000_000, "entries in a random array", _GIVEN)
# A check takes milliseconds per point; nobody waits for more of them.
MOST_SAMPLES = Limit(100_000, "random points", "a few dozen show a wrong formula")
