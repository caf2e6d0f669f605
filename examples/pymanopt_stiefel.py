"""Brockett's cost on the Stiefel manifold, minimised by Pymanopt with code from matcalc.

    minimise tr(X'*A*X*N)/2 over X with X'*X = I,  N = diag(p, ..., 2, 1)

The columns of the minimiser are the eigenvectors of the p smallest eigenvalues of A. Pymanopt is
given the cost, the Euclidean gradient and the Hessian product; matcalc also gives the Riemannian
gradient and Hessian themselves, which are compared with Pymanopt's. Needs `pip install pymanopt`.
"""

import numpy as np
import pymanopt
from pymanopt.manifolds import Stiefel
from pymanopt.optimizers import TrustRegions

import matcalc as mc

COST = "tr(X'*A*X*N)/2"
WHERE = "A: symmetric(n), N: diagonal(p), X: matrix(n,p)"

gradient = mc.gradient(COST, "X", WHERE)
product = mc.differential(gradient.value, gradient.variable)
riemannian = mc.gradient(COST, "X", WHERE.replace("matrix", "stiefel"), space="stiefel")
hessian = mc.hessian(COST, "X", WHERE.replace("matrix", "stiefel"), space="stiefel")
print("Euclidean gradient:  ", gradient.value)
print("Hessian product:     ", product.value)
print("Riemannian gradient: ", riemannian.value)
print("Riemannian Hessian:  ", hessian)

n, p = 12, 3
root = np.random.default_rng(0).standard_normal((n, n))
A, N = root + root.T, np.diag(np.arange(p, 0.0, -1.0))
manifold = Stiefel(n, p)
value_code, product_code = gradient.compile(value=True), product.compile()


@pymanopt.function.numpy(manifold)
def cost(X):
    return value_code(A=A, N=N, X=X)[0]


@pymanopt.function.numpy(manifold)
def euclidean_gradient(X):
    return value_code(A=A, N=N, X=X)[1]


@pymanopt.function.numpy(manifold)
def euclidean_hessian(X, V):
    return product_code(A=A, N=N, X=X, dX=V)


problem = pymanopt.Problem(
    manifold, cost, euclidean_gradient=euclidean_gradient, euclidean_hessian=euclidean_hessian
)
np.random.seed(0)  # Pymanopt draws from NumPy's global generator
point = manifold.random_point()
assert np.allclose(problem.riemannian_gradient(point), riemannian.compile()(A=A, N=N, X=point))
V = manifold.random_tangent_vector(point)
image = mc.evaluate(hessian.map("V"), A=A, N=N, X=point, V=V)
assert np.allclose(problem.riemannian_hessian(point, V), image)

result = TrustRegions(verbosity=0).run(problem, initial_point=point)
eigenvalues, eigenvectors = np.linalg.eigh(A)
expected = np.diag(N) @ eigenvalues[:p] / 2
print(f"minimum {result.cost:.10f}, from the eigenvalues {expected:.10f}")
assert np.isclose(result.cost, expected)
assert np.allclose(np.abs(eigenvectors[:, :p].T @ result.point), np.eye(p), atol=1e-4)
