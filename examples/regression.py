"""Ridge and logistic regression: NumPy code from matcalc, minimised by scipy.optimize.

The gradient and the Hessian are derived once and compiled to plain NumPy functions; the ridge
problem also has a Newton step that is its closed solution.
"""

import numpy as np
from scipy.optimize import check_grad, minimize

import matcalc as mc

random = np.random.default_rng(1)
A = random.standard_normal((200, 5))
truth = np.array([1.0, -2.0, 0.5, 0.0, 3.0])
penalty = 0.1

# Ridge regression: one Newton step from anywhere is the solution.
ridge = mc.hessian("norm2(A*w - b)^2/2 + lambda*norm2(w)^2/2", "w", "b: vector(m)")
step = ridge.newton_step()
print("ridge, Newton step:", step)
b = A @ truth + 0.1 * random.standard_normal(200)
start = random.standard_normal(5)
w = start + mc.evaluate(step, A=A, b=b, w=start, **{"lambda": penalty})
assert np.allclose(w, np.linalg.solve(A.T @ A + penalty * np.eye(5), A.T @ b))

# Logistic regression with labels +1 and -1: value and gradient in one function for SciPy.
LOSS = "sum(softplus(-y.*(A*w))) + lambda*norm2(w)^2/2"
gradient = mc.gradient(LOSS, "w", "y: vector(m)")
hessian = mc.hessian(LOSS, "w", "y: vector(m)")
print("logistic, gradient:", gradient.value)
print("logistic, Hessian: ", hessian.value)
y = np.where(random.random(200) < 1 / (1 + np.exp(-A @ truth)), 1.0, -1.0)
known = {"A": A, "y": y, "lambda": penalty}
value_code, hessian_code = gradient.compile(value=True), hessian.compile()


def loss(w):
    return value_code(w=w, **known)


slip = check_grad(lambda w: loss(w)[0], lambda w: loss(w)[1], start)
assert slip < 1e-3, slip
found = minimize(
    loss, np.zeros(5), jac=True, hess=lambda w: hessian_code(w=w, **known), method="trust-exact"
)
print("minimiser:", np.round(found.x, 2), "after", found.nit, "steps")
assert found.success and np.linalg.norm(loss(found.x)[1]) < 1e-4
