"""Texts that two people would read in two ways, with their variables, and what is said."""

from __future__ import annotations

from collections.abc import Iterator

import matcalc as mc

TEXTS = """
np.sum(X**2) + norm2(w)^2 | X
np.sum(X'*X) | X
tr(np.linalg.inv(X) @ A) | X
np.trace(A B) | A
np.linalg.norm(A, 2) | A
torch.norm(A, 2) | A
norm(A, 2) | A
norm(A) | A
norm(x, 1) | x
||A|| | A
X\\beta | beta
A\\b | b
A(x - b) | x
A(1)*x | x
f(A*x) | x
A^2x | x
A.^2x | x
A^-1 b | b
X^T X | X
a/b c | c
1/2 x'A x | x
log x | x
xa | x
xa*x + a | x
Ax - A*b | x
|X| | X
|x| | x
log|X| | X
exp(A) | A
tr(exp(A)) | A
A**2 | A
x**2 | x
x^2 | x
sum(x^2) | x
[A B] | A
sum(X) | X
sum(X(:)) | X
mean(X(:,1)) | X
X + I | X
X + 1 | X
logdet(X + s) | X
tr(X*X - s) | X
x*y | x
y*log(p) | p
x/s | x
x.y | x
A*x = b | x
sum(x_i^2) | x
sum(i, x_i^2) | x
\\frac{1}{2} x'x | x
"""


def cases() -> list[tuple[str, str]]:
    """Each text, and the variable that it is differentiated by."""
    rows = (line.rpartition(" | ") for line in TEXTS.strip().splitlines())
    return [(text, variable) for text, _, variable in rows]


def readings() -> str:
    """What a newcomer sees of all of them: the reading and what is said with it, or why none is."""
    return "\n".join(line for case in cases() for line in _seen(*case))


def _seen(text: str, variable: str) -> Iterator[str]:
    yield f"{text}    by {variable}"
    try:
        found = mc.differential(text, variable)
    except mc.MatcalcError as refused:
        yield from (f"    {line}" for line in refused.report().splitlines())
    else:
        yield f"    is read as {found.question.expression}"
        yield from (f"    {line}" for line in found.assumptions)
    yield ""
