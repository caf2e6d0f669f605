"""Closed forms as a chatbot gives them, in NumPy, half of them wrong: the verdicts on each.

    python -m tests.pasted_forms

Each is judged as a text and as the Python function that it is the body of, which may agree on
nothing else than what is right. Prints every verdict as its reader sees it; exit status 1 if one
of them is wrong.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import matcalc as mc

NAME = re.compile(r"(?<![\w.])(?!np\b)[A-Za-z]\w*")


@dataclass(frozen=True)
class Pasted:
    """A formula for the derivative of f, and a part of the hint if it is wrong; None if right."""

    f: str
    wrt: str
    formula: str
    slip: str | None = None
    where: str | None = None

    @property
    def is_right(self) -> bool:
        return self.slip is None

    @property
    def function(self) -> Callable[..., Any]:
        """The function of arrays that the formula is the body of."""
        names = dict.fromkeys(NAME.findall(self.formula))
        found: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {self.formula}", {"np": np})
        return found

    def judged(self, as_code: bool = False) -> Any:
        """The verdict on the text, or on the function."""
        claim = self.function if as_code else self.formula
        return mc.check(self.f, self.wrt, claim=claim, where=self.where)


LEAST_SQUARES = "norm2(A*x - b)^2"
MEAN_SQUARES = "norm2(A*x - b)^2/n"
ROWS = "A: matrix(n,p), x: vector(p), b: vector(n)"
RIDGE = "norm2(A*x - b)^2 + lam*norm2(x)^2"
LOGISTIC = "sum(log(1 + exp(X*w))) - y'*X*w"
PROCESS = "1/2*(y'*inv(K)*y + logdet(K))"
GAUSSIAN = "-N/2*logdet(S) - 1/2*tr(inv(S)*C)"
MAHALANOBIS = "(x - mu)'*inv(S)*(x - mu)"
COMPONENTS = "norm2(X - W*W'*X)^2"
RAYLEIGH = "x'*A*x/(x'*x)"
SPD = {"K": "K: spd(n)", "S": "S: spd(d), C: symmetric(d)"}
FORMS = (
    Pasted(LEAST_SQUARES, "x", "2 * A.T @ (A @ x - b)"),
    Pasted(LEAST_SQUARES, "x", "A.T @ (A @ x - b)", "a factor 2 is missing"),
    Pasted(MEAN_SQUARES, "x", "2 / n * A.T @ (A @ x - b)", where=ROWS),
    Pasted(MEAN_SQUARES, "x", "2 * A.T @ (A @ x - b)", "a factor 1/n is missing", ROWS),
    Pasted(RIDGE, "x", "2 * A.T @ (A @ x - b) + 2 * lam * x"),
    Pasted(RIDGE, "x", "2 * A.T @ (A @ x - b) - 2 * lam * x", "the sign of the term"),
    Pasted(LOGISTIC, "w", "X.T @ (1 / (1 + np.exp(-X @ w)) - y)"),
    Pasted(LOGISTIC, "w", "X @ (1 / (1 + np.exp(-X @ w)) - y)", "right"),
    Pasted(PROCESS, "K", "0.5 * (np.linalg.inv(K) - np.linalg.inv(K) @ np.outer(y, y)"
           " @ np.linalg.inv(K))", where=SPD["K"]),
    Pasted(PROCESS, "K", "np.linalg.inv(K) - np.linalg.inv(K) @ np.outer(y, y)"
           " @ np.linalg.inv(K)", "2 times", SPD["K"]),
    Pasted(GAUSSIAN, "S", "-0.5 * N * np.linalg.inv(S) + 0.5 * np.linalg.inv(S) @ C"
           " @ np.linalg.inv(S)", where=SPD["S"]),
    Pasted(GAUSSIAN, "S", "-0.5 * np.linalg.inv(S) + 0.5 * np.linalg.inv(S) @ C"
           " @ np.linalg.inv(S)", "a factor N is missing in the term", SPD["S"]),
    Pasted("tr(A*inv(X))", "X", "-np.linalg.inv(X).T @ A.T @ np.linalg.inv(X).T"),
    Pasted("tr(A*inv(X))", "X", "-A.T @ np.linalg.inv(X).T @ np.linalg.inv(X).T", "commute"),
    Pasted(COMPONENTS, "W", "-4 * X @ X.T @ W + 2 * X @ X.T @ W @ W.T @ W"
           " + 2 * W @ W.T @ X @ X.T @ W"),
    Pasted(MAHALANOBIS, "mu", "-2 * np.linalg.inv(S) @ (x - mu)", "S is symmetric"),
    Pasted("norm2(X)", "X", "X / np.linalg.norm(X)", where="X: matrix(m,n)"),
    Pasted("logdet(X)", "X", "np.linalg.inv(X)", "a transpose"),
    Pasted(RAYLEIGH, "x", "2 * (A @ x - (x @ A @ x) / (x @ x) * x) / (x @ x)",
           where="A: symmetric(n)"),
    Pasted("softmax(x)", "x", "np.exp(x) / np.sum(np.exp(x)) * (1 - np.exp(x) / np.sum(np.exp(x)))",
           "diag", "x: vector(n)"),
)  # fmt: skip


def verdicts() -> Iterator[tuple[Pasted, str, Any]]:
    for form in FORMS:
        yield form, "text", form.judged()
        yield form, "code", form.judged(as_code=True)


def main() -> int:
    wrong = 0
    for form, how, verdict in verdicts():
        fails = verdict.holds != form.is_right
        wrong += fails
        print(f"{'WRONG: ' * fails}{form.f}, {form.wrt}, as {how}: {form.formula}")
        print("    " + str(verdict).replace("\n", "\n    "))
    print(f"{wrong} wrong verdicts on {len(FORMS)} forms, {sum(f.is_right for f in FORMS)} right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
