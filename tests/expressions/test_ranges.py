"""What is certain of indices that run over ranges."""

from __future__ import annotations

import matcalc as mc
from matcalc.expressions.ranges import Ranges


def test_what_is_certain_of_ranges() -> None:
    i, j, k, p = mc.symbols("i: integer, j: integer, k: integer, p: index(n)")
    one = mc.parse("1")
    nested = Ranges([(j, one, i), (i, one, k)])
    assert nested.is_ordered(one, j) and nested.is_ordered(j, k) and nested.is_ordered(j, i)
    assert not nested.is_ordered(one, k) and not nested.is_ordered(i, j)
    assert not nested.is_ordered(j, k, 1) and nested.is_ordered(one, p)
    assert not nested.is_ordered(mc.parse("2"), p)
