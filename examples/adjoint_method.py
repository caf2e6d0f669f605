"""The adjoint method: a gradient by all coefficients of a differential equation in two solves.

A rod with conductivities p (one a cell) has the temperature x with D'*diag(p)*D*x = b. How does
the misfit to measured temperatures d depend on every conductivity? x is declared as the solution
of its equation; the derivative needs one more solve, whatever the number of parameters.
"""

import numpy as np

import matcalc as mc

MISFIT = "x solves D'*diag(p)*D*x = b; norm2(x - d)^2/2"
WHERE = "D: matrix(m,n), p: vector(m), b: vector(n), d: vector(n)"

gradient = mc.gradient(MISFIT, "p", WHERE)
print(gradient)
code = gradient.compile(value=True)
solves = code.source.count("solve(")
print(f"the code has {solves} calls of solve")

n = 30
m = n + 1
D = np.eye(m, n) - np.eye(m, n, -1)  # differences, the ends held at zero
random = np.random.default_rng(4)
p, b = 1 + random.random(m), np.ones(n)
known = {"D": D, "b": b, "d": np.linalg.solve(D.T @ np.diag(1 + random.random(m)) @ D, b)}


def misfit(p):
    x = np.linalg.solve(D.T @ np.diag(p) @ D, b)
    return np.sum((x - known["d"]) ** 2) / 2


value, slopes = code(p=p, **known)
assert np.isclose(value, misfit(p))
differences = [(misfit(p + 1e-5 * e) - misfit(p - 1e-5 * e)) / 2e-5 for e in np.eye(m)]
error = np.abs(slopes - differences).max() / np.abs(slopes).max()
print(f"largest relative difference from {2 * m} solves: {error:.1e}")
assert error < 1e-6
