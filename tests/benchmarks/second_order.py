"""The Hessian of norm2(T - U*V')^2 in U beside automatic differentiation: time and memory.

    python -m tests.benchmarks.second_order          needs jax and torch

Ours are the code of the Hessian's operator and of Newton's step, 2*dU*V'*V and
(T - U*V')*V*inv(V'*V); theirs build the matrix of (n*k)^2 numbers, or one product by forward over
reverse mode. Times are medians of one run. Memory is the growth of the peak of a fresh process
over that of the same call at n = 10, so that imports and compilers count for nobody.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.timing import median

RANK, SIZES, SMALL = 5, (50, 100, 200, 400), 10
Action = Callable[[], object]


def data(n: int) -> dict[str, Any]:
    random = np.random.default_rng(0)
    shapes = {"T": (n, n + 1), "U": (n, RANK), "V": (n + 1, RANK), "dU": (n, RANK)}
    return {name: random.standard_normal(shape) for name, shape in shapes.items()}


def ours(n: int) -> dict[str, Action]:
    import matcalc as mc
    from matcalc.compile.function import compile_function

    values = data(n)
    hessian = mc.hessian("norm2(T - U*V')^2", "U")
    symbols = [*hessian.problem.symbols.values(), hessian.map.tangent]
    product = compile_function(hessian.map.body, symbols)
    newton = compile_function(hessian.newton_step(), symbols)
    return {
        "our product": lambda: product(**values),
        "our Newton step": lambda: newton(**values),
    }


def jax(n: int) -> dict[str, Action]:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    values = {name: jnp.asarray(value) for name, value in data(n).items()}

    def f(U: Any) -> Any:
        return jnp.sum((values["T"] - U @ values["V"].T) ** 2)

    dense = jax.jit(jax.hessian(f))
    product = jax.jit(lambda U, V: jax.jvp(jax.grad(f), (U,), (V,))[1])
    return {
        "jax.hessian": lambda: dense(values["U"]).block_until_ready(),
        "jax jvp of grad": lambda: product(values["U"], values["dU"]).block_until_ready(),
    }


def torch(n: int) -> dict[str, Action]:
    import torch

    values = {name: torch.from_numpy(value) for name, value in data(n).items()}

    def f(U: Any) -> Any:
        return ((values["T"] - U @ values["V"].T) ** 2).sum()

    return {"torch.func.hessian": lambda: torch.func.hessian(f)(values["U"])}


TOOLS: dict[str, Callable[[int], dict[str, Action]]] = {"ours": ours, "jax": jax, "torch": torch}


def peak() -> float:
    """The largest memory this process has had, in MB (Linux; `getrusage` tells the parent's)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def growth(tool: str, action: str, n: int) -> float:
    """The growth of a fresh process, in MB."""
    command = [sys.executable, "-m", "tests.benchmarks.second_order", tool, action, str(n)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def grow(tool: str, action: str, n: int) -> None:
    TOOLS[tool](SMALL)[action]()
    calls = TOOLS[tool](n)
    before = peak()
    calls[action]()
    print(peak() - before)


def main() -> None:
    for n in SIZES:
        print(f"n = {n}, k = {RANK}; dense: {8e-6 * (n * RANK) ** 2:.1f} MB")
        base = 0.0
        for tool, make in TOOLS.items():
            for name, action in make(n).items():
                action()
                time = median(action, 5)
                base = base or time
                memory = growth(tool, name, n)
                print(f"  {name:20} {1e3 * time:10.3f} ms {time / base:10.2f}x {memory:8.1f} MB")


if __name__ == "__main__":
    grow(sys.argv[1], sys.argv[2], int(sys.argv[3])) if sys.argv[1:] else main()
