"""Newton's step for one factor of T = U*V': the Hessian as a map, and its inverse as a formula.

norm2(T - U*V')^2 is quadratic in U, so that one step solves for U; the matrix of the Hessian has
(m*p)^2 entries, the formula needs a p x p solve. Taking turns in U and V gives the best
approximation of rank p, which is that of the singular values.
"""

import numpy as np

import matcalc as mc

COST = "norm2(T - U*V')^2"
WHERE = "T: matrix(m,n), U: matrix(m,p), V: matrix(n,p)"

hessian = mc.hessian(COST, "U", WHERE)
print("as a map:   ", hessian.map)
print("as a matrix:", hessian.value)
step_u = hessian.newton_step()
step_v = mc.hessian(COST, "V", WHERE).newton_step()
print("step in U:  ", step_u)
print("step in V:  ", step_v)

random = np.random.default_rng(6)
m, n, p = 30, 20, 3
T = random.standard_normal((m, p)) @ random.standard_normal((p, n))
T += 0.01 * random.standard_normal((m, n))
U, V = random.standard_normal((m, p)), random.standard_normal((n, p))

# The formula solves the equations of the matrix.
step = mc.evaluate(step_u, T=T, U=U, V=V)
slope = mc.evaluate(hessian.gradient, T=T, U=U, V=V)
matrix = mc.evaluate(hessian.value, V=V, m=m)
assert np.allclose(matrix @ step.ravel(order="F"), -slope.ravel(order="F"))
# One step is enough: the gradient vanishes.
assert np.allclose(mc.evaluate(hessian.gradient, T=T, U=U + step, V=V), 0, atol=1e-9)

for _ in range(20):
    U = U + mc.evaluate(step_u, T=T, U=U, V=V)
    V = V + mc.evaluate(step_v, T=T, U=U, V=V)
reached = np.sum((T - U @ V.T) ** 2)
best = np.sum(np.linalg.svd(T, compute_uv=False)[p:] ** 2)
print(f"reached {reached:.8f}, best of rank {p}: {best:.8f}")
assert np.isclose(reached, best)
