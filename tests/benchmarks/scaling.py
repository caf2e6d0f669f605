"""How the time grows with the size of a problem: depth, length of sums and products, powers.

    python -m tests.benchmarks.scaling

`exponent` is that of the growth from the line above: 1 is linear, and where the answer itself has
as many terms of as many factors, 2.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from math import log

import matcalc as mc
from tests.benchmarks.timing import processor_seconds

REPEATS = 3

Problem = Callable[[int, str], Callable[[], object]]


def composition(layers: int, name: str) -> str:
    """tanh(W*tanh(W*...x)), summed to a scalar."""
    return "sum(" + f"tanh({name}*" * layers + "x" + ")" * (layers + 1)


def by_input(layers: int, name: str) -> Callable[[], object]:
    return lambda: mc.gradient(composition(layers, name), "x")


def by_weight(layers: int, name: str) -> Callable[[], object]:
    return lambda: mc.gradient(composition(layers, name), name)


def total(terms: int, name: str) -> Callable[[], object]:
    text = " + ".join(f"norm2({name}*x - b_{k})^2" for k in range(terms))
    return lambda: mc.gradient(text, "x")


def norm_of_sum(terms: int, name: str) -> Callable[[], object]:
    text = "norm2(" + " + ".join(f"{name}{k}*x" for k in range(terms)) + ")^2"
    return lambda: mc.gradient(text, "x")


def entrywise(factors: int, name: str) -> Callable[[], object]:
    text = "sum(" + ".*".join(f"(x + {name.lower()}{k})" for k in range(factors)) + ")"
    return lambda: mc.gradient(text, "x")


def scalars(factors: int, name: str) -> Callable[[], object]:
    names = [f"{name}{k}" for k in range(factors)]
    declared = ", ".join(f"{one}: scalar" for one in ["s", *names])
    return lambda: mc.gradient("*".join(f"(s + {one})" for one in names), "s", declared)


def matrices(factors: int, name: str) -> Callable[[], object]:
    text = "tr(" + "*".join(f"(X + {name}{k})" for k in range(factors)) + ")"
    return lambda: mc.gradient(text, "X")


def inverses(depth: int, name: str) -> Callable[[], object]:
    return lambda: mc.parse("inv(" * depth + name + ")" * depth)


def exponentials(depth: int, name: str) -> Callable[[], object]:
    def build() -> object:
        (z,) = mc.symbols(f"{name}: complex_scalar")
        for _ in range(depth):
            z = mc.exp(z)
        return z

    return build


def powers(exponent: int, name: str) -> Callable[[], object]:
    return lambda: mc.hessian(f"tr({name}^{exponent})", name).value


def layers(count: int, name: str) -> tuple[str, list[str], str]:
    """A net of tanh layers, statement by statement: the text, its weights, their kinds."""
    lines = [f"a{k} = tanh({name}{k}*a{k - 1})" for k in range(1, count + 1)]
    weights = [f"{name}{k}" for k in range(1, count + 1)]
    kinds = ", ".join([*(f"{one}: square(n)" for one in weights), "a0: vector(n)", "y: vector(n)"])
    return "\n".join([*lines, f"norm2(a{count} - y)^2"]), weights, kinds


def all_weights(count: int, name: str) -> Callable[[], object]:
    text, weights, kinds = layers(count, name)
    return lambda: mc.gradient(text, weights, kinds)


def code_of_all_weights(count: int, name: str) -> Callable[[], object]:
    text, weights, kinds = layers(count, name)
    return mc.gradient(text, weights, kinds).source


def chain(statements: int, name: str) -> str:
    """a1 = sin(a0).*cos(a0), a2 = sin(a1).*cos(a1), ...: each part stands twice in the next."""
    names = [f"{name}{k}" for k in range(statements + 1)]
    pairs = zip(names[1:], names, strict=False)
    lines = (f"{new} = sin({old}).*cos({old})" for new, old in pairs)
    return "\n".join([*lines, f"sum({names[-1]})"])


def statements(count: int, name: str) -> Callable[[], object]:
    return lambda: mc.gradient(chain(count, name), f"{name}0")


def all_of_statements(count: int, name: str) -> Callable[[], object]:
    """Derived, printed, typeset and as code."""

    def work() -> object:
        found = mc.gradient(chain(count, name), f"{name}0")
        return str(found), found.formula_latex(), found.source()

    return work


def blocks(count: int, name: str) -> Callable[[], object]:
    """A1 = [A0, A0; A0, A0], A2 = [A1, A1; A1, A1], ..."""
    names = [f"{name}{k}" for k in range(count + 1)]
    pairs = zip(names[1:], names, strict=False)
    lines = (f"{new} = [{old}, {old}; {old}, {old}]" for new, old in pairs)
    text = "\n".join([*lines, f"tr({names[-1]})"])
    return lambda: str(mc.gradient(text, names[0]))


TABLES: dict[str, tuple[Problem, tuple[int, ...]]] = {
    "composition tanh(W*tanh(W*...x)), by x": (by_input, (10, 30, 100, 300, 1000)),
    "composition tanh(W*tanh(W*...x)), by W": (by_weight, (10, 30, 100, 300, 1000)),
    "sum of norm2(W*x - b_k)^2, by x": (total, (10, 50, 500, 3000)),
    "norm2 of the sum of A_k*x, by x": (norm_of_sum, (128, 256, 512, 1024)),
    "entrywise product of sums x + a_k": (entrywise, (8, 12, 16, 20, 24)),
    "product of scalars s + k (as many terms)": (scalars, (50, 100, 200, 400)),
    "trace of a product of X + A_k (as many terms)": (matrices, (50, 100, 200, 400)),
    "inv(inv(...X)), read": (inverses, (500, 1000, 2000, 4000)),
    "exp(exp(...z)) of a complex z, built in Python": (exponentials, (250, 500, 1000, 2000)),
    "all weights of a net a1 = tanh(W1*a0), ...": (all_weights, (16, 64, 256, 1024)),
    "code for all weights of that net": (code_of_all_weights, (16, 64, 256, 1024)),
    "a1 = sin(a0).*cos(a0), a2 = ..., by a0": (statements, (15, 30, 60, 120, 240)),
    "the same derived, printed, typeset and as code": (all_of_statements, (15, 30, 60, 120, 240)),
    "A1 = [A0, A0; A0, A0], A2 = ..., by A0": (blocks, (5, 10, 20, 30)),
    "Hessian of tr(X^k)": (powers, (10, 100, 1000, 10_000)),
}


def table(title: str, problem: Problem, sizes: tuple[int, ...]) -> None:
    print(f"\n{title}\n{'size':>8}{'time, s':>14}{'exponent':>10}")
    before: tuple[int, float] | None = None
    for place, size in enumerate(sizes):
        # New names every time: nothing that an earlier run left behind can help.
        problems = [problem(size, f"W{place}{repeat}_") for repeat in range(REPEATS)]
        try:
            time = min(map(processor_seconds, problems))
        except mc.MatcalcError as error:
            print(f"{size:8}  refused: {error.message}")
            continue
        shown = "" if before is None else f"{log(time / before[1]) / log(size / before[0]):10.2f}"
        print(f"{size:8}{time:14.4f}{shown}", flush=True)
        before = size, time


def main() -> None:
    print(f"Python {platform.python_version()}, processor time, best of {REPEATS}")
    mc.gradient("sum(tanh(W*x))", "x")  # the rules used are read here
    mc.gradient("norm2(W*x - b)^2", "x")
    for title, (problem, sizes) in TABLES.items():
        table(title, problem, sizes)


if __name__ == "__main__":
    main()
