"""The constructors: how expressions are built so that they stay in normal form.

They know arithmetic, and only that; everything else known about operations is in the rule book.
"""

from matcalc.expressions.binders import index_product, index_sum
from matcalc.expressions.conjugation import (
    IMAGINARY_UNIT,
    conjugate,
    dagger,
    imaginary_part,
    is_real,
    of_few_conjugates,
    real_part,
)
from matcalc.expressions.dimension_values import from_dimension
from matcalc.expressions.orientation import upright
from matcalc.expressions.products import (
    base_and_exponent,
    divide,
    elementwise_power,
    entry_base_and_exponent,
    hadamard,
    multiply,
    power,
    split_scalars,
    transpose,
)
from matcalc.expressions.sums import (
    UNIT,
    ZERO,
    add,
    content,
    identity,
    is_number,
    is_zero,
    minus,
    named,
    negate,
    number,
    ones,
    plus,
    scale,
    split_coefficient,
    symbol,
    without_scalar,
    zero,
)
from matcalc.expressions.trace import trace
