"""The laws of a derivation by name, each as a test of what a part of a line was and became.

Nothing here asks how a step was found: a law says what is equal, by its own small algebra.
"""

from __future__ import annotations

from collections.abc import Callable

from matcalc.expressions.nodes import Node
from tests.steps.arithmetic import distributive
from tests.steps.context import Context
from tests.steps.differentials import (
    differential,
    entry_by_entry,
    quotient,
    solution_of_equation,
    unknown_function,
)
from tests.steps.pairings import (
    adjoint_of_hadamard,
    adjoint_of_product,
    adjoint_of_transpose,
    dot_product,
    linear_pairing,
    lines_above,
    real_variable,
)
from tests.steps.traces import (
    cyclic,
    linear_trace,
    mirrored,
    own_real_part,
    own_trace,
    own_transpose,
)

Law = Callable[[Node, Node, Context], bool]
LAWS: dict[str, Law] = {
    "d is linear; constants stay": differential,
    "product rule": differential,
    "quotient rule": quotient,
    "distributive law": distributive,
    "common denominator": entry_by_entry,
    "the trace is linear": linear_trace,
    "sum is linear": linear_trace,
    "tr M = tr M'": mirrored,
    "a scalar is its own transpose": own_transpose,
    "a scalar is its own trace": own_trace,
    "the trace is cyclic": cyclic,
    "a real number is its own real part": own_real_part,
    "definition of the dot product": dot_product,
    "the real inner product re <U, V> = re(tr(U'*V))": dot_product,
    "the inner product is linear": linear_pairing,
    "<A*V*B, C> = <V, A'*C*B'>": adjoint_of_product,
    "<s*M, C> = <s, tr(M'*C)>": adjoint_of_product,
    "<V', C> = <V, C'>": adjoint_of_transpose,
    "<A.*V, C> = <V, A.*C>": adjoint_of_hadamard,
    "d phi(X) = phi'(X) .* dX": unknown_function,
    "for a real variable only the real part counts": real_variable,
    "its entries worked out": entry_by_entry,
    "sums over an index as products: (A*B)[i, j] = sum(k, A[i, k]*B[k, j])": entry_by_entry,
    "a scalar commutes with everything": entry_by_entry,
    "vec of a sum, term by term": entry_by_entry,
    "vec(A*V*B) = kron(B', A)*vec(V)": entry_by_entry,
    "vec(A.*V) = diag(vec(A))*vec(V)": entry_by_entry,
    "u.*v = diag(u)*v": entry_by_entry,
    "tr(A'*V) = vec(A)'*vec(V)": entry_by_entry,
    "u'*V*v = vec(V)'*vec(u*v')": entry_by_entry,
    "sum(u) = ones(1, n)*u": entry_by_entry,
    "part by part": entry_by_entry,
    "the lines above": lines_above,
    "adjoint equation": entry_by_entry,
    "the same value, in the form of the answer": entry_by_entry,
    "differentiate the equation": solution_of_equation,
}
