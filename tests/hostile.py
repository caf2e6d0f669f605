"""Texts that ask for more than a machine has: each has to be answered by a message, and soon."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import BinaryIO

import matcalc as mc
from matcalc.cli import main as command_line


def _evaluated(text: str, **values: object) -> Callable[[], object]:
    return lambda: mc.evaluate(mc.parse(text), **values)


def _compiled(text: str, **values: object) -> Callable[[], object]:
    return lambda: mc.gradient(text, "x").compile()(**values)


def _derived(text: str, where: str | None = None, wrt: str = "X") -> Callable[[], object]:
    return lambda: mc.gradient(text, wrt, where)


def _verified(text: str, where: str, wrt: str = "X") -> Callable[[], object]:
    return lambda: mc.gradient(text, wrt, where).verify()


def _declared(declarations: str) -> Callable[[], object]:
    return lambda: mc.symbols(declarations)


def _read(text: str) -> Callable[[], object]:
    return lambda: mc.parse(text)


def nested(before: str, inner: str, after: str, depth: int) -> str:
    return before * depth + inner + after * depth


def _command(*arguments: str) -> None:
    """The command line, whose message on the standard error is raised."""
    said = StringIO()
    with redirect_stderr(said):
        status = command_line(list(arguments))
    if status == 2:
        raise mc.MatcalcError(said.getvalue().partition("\n")[0])


def _from_zero() -> None:
    with Path("/dev/zero").open("rb") as zeros, redirected(zeros):
        _command("gradient", "-")


@contextmanager
def redirected(stream: BinaryIO) -> Iterator[None]:
    """The standard input taken from a stream."""
    before, sys.stdin = sys.stdin, TextIOWrapper(stream)
    try:
        yield
    finally:
        sys.stdin = before


_MANY = ", ".join(f"k{i}: scalar" for i in range(800))

HOSTILE: dict[str, Callable[[], object]] = {
    # arrays
    "ones": _evaluated("expm(ones(10^6, 10^6))"),
    "ones of a power": _evaluated("sum(ones((10^6)^2, 10^6))"),
    "eye": _evaluated("tr(expm(eye(10^9)))"),
    "zeros": _evaluated("expm(zeros(10^8, 10^8))"),
    "duplication": _evaluated("duplication(10^4)"),
    "elimination": _evaluated("elimination(10^4)"),
    "commutation": _evaluated("commutation(10^4, 10^4)"),
    "kron of constants": _evaluated("kron(ones(10^4, 10^4), ones(10^4, 10^4))"),
    "kron of identities": _evaluated("det(kron(eye(10^3), kron(eye(10^3), 2*eye(10^3))))"),
    "an outer product": _evaluated("expm(ones(10^5)*ones(10^5)')"),
    "a basis vector": _evaluated("basis(1, 10^12)"),
    "blocks": _evaluated("[ones(10^5, 10^5), ones(10^5, 10^5)]"),
    "a dimension by name": _evaluated("ones(n, n)", n=10**7),
    "a power of a dimension by name": _evaluated("ones(n^4, n^4)", n=10**5),
    "a large gradient": _compiled("sum(x)", n=10**12),
    "a large array to verify": _verified("tr(X*X)", "X: square(10^6)"),
    "a large vector to verify": _verified("sum(exp(x))", "x: vector(10^11)", "x"),
    # loops
    "a sum over an index": _evaluated("sum(i in 1..10^9, i)"),
    "sums in sums": _evaluated("sum(i in 1..10^4, sum(j in 1..10^4, i*j))"),
    "a product over an index": _evaluated("prod(i in 1..10^9, 1 + 1/i)"),
    "a sum to a dimension": _evaluated("sum(i in 1..n, exp(i))", n=10**10),
    "a sum in a gradient": _verified("sum(i in 1..10^9, x[1]*i)", "x: vector(3)", "x"),
    # numbers
    "1e400 and more": _read("1e4000*x"),
    "a power of a power": _evaluated("(((2^(10^350))^(10^350))^(10^350))^(10^350)"),
    "a large power of ten": _evaluated("10^(10^6)"),
    "a tower": _evaluated("9^9^9^9"),
    "a power of a power of a variable": _compiled("((x'*x)^(10^350))^(10^350)", x=[2.0]),
    "a power of a dimension": _evaluated("2^n*sum(ones(n))^n", n=10**7),
    "a power of a vector": _evaluated("sum((2*ones(3)).^(10^400))"),
    "products of large numbers": _read("*".join(["1e400"] * 30) + "*x"),
    "digits": _read("7" * 5_000),
    # dimensions
    "digits of a dimension": _declared("x: vector(" + "9" * 5_000 + ")"),
    "factors of a dimension": _declared(
        "x: vector(" + "*".join(f"n{i}" for i in range(20_000)) + ")"
    ),
    "one factor of a dimension": _declared("x: vector(" + "*".join(["n"] * 30_000) + ")"),
    "one factor of a constant": _read("ones(" + "*".join(["n"] * 900) + ")"),
    "terms of a dimension": _declared(
        "x: vector(" + "+".join(f"n{i}" for i in range(20_000)) + ")"
    ),
    "a power of a sum as a dimension": _declared("x: vector((a + b + c + d + e)^32)"),
    "a dimension of towers": _declared("x: vector(9^9^9)"),
    # long texts
    "a long text": _read("x + " * 60_000 + "x"),
    "a deep text": _read(nested("(", "x", ")", 100_000)),
    "many names": _read(" + ".join("x" for _ in range(60_000))),
    "declarations": _read("x where " + ", ".join(f"x{i}: vector(n)" for i in range(30_000))),
    "many factors": _derived(
        "*".join(f"(s + k{i})" for i in range(800)), f"s: scalar, {_MANY}", "s"
    ),
    "many entrywise factors": _derived(
        "sum(" + ".*".join(f"(x + a{i})" for i in range(800)) + ")", None, "x"
    ),
    "a Hessian of many factors": lambda: (
        mc.hessian("*".join(f"(s + k{i})" for i in range(150)), "s", f"s: scalar, {_MANY}").value
    ),
    "many matrix factors": _derived("tr(" + "*".join(["(X + A)"] * 3_000) + ")"),
    "a deep call of a wrong shape": _read(nested("inv(", "ones(2,3)", ")", 4_000)),
    "many deep terms": _read("(" + ")*(".join(["x + y"] * 12_000) + ") + "),
    "a power with a large exponent": _evaluated("tr((2*eye(3))^(10^400))"),
    # the command line
    "a device as a file": lambda: _command("gradient", "--file", "/dev/zero"),
    "a device as rules": lambda: mc.load_rules(Path("/dev/zero")),
    "a device as the standard input": _from_zero,
    "a long --where": lambda: _command("gradient", "x", "--where", "x: scalar, " * 30_000),
    "many samples": lambda: _command("verify", "x'*x", "--samples", str(10**12)),
}
