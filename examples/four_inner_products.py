"""One function, four inner products: the derivative is one, the gradients are four.

f'(x)[v] is the same number in every product; the gradient g is the vector with <g, v> = f'(x)[v],
and so the direction of steepest ascent among steps of equal length in that product.
"""

import numpy as np

import matcalc as mc

F = "x'*A*x"
WHERE = "A: square(n), W: spd(n), w: positive_vector(n), L: invertible(n), x: vector(n)"
PRODUCTS = {
    "Euclidean": None,
    "weighted": mc.Weighted(left="W"),
    "by entries": mc.Elementwise("w"),
    "of L*u": mc.Pairing("(L*U)'*(L*V)"),
}

print("derivative:", mc.differential(F, "x", WHERE))
random = np.random.default_rng(5)
n = 4
root = random.standard_normal((n, n))
L = random.standard_normal((n, n)) + 3 * np.eye(n)
W, w = root @ root.T + np.eye(n), 1 + random.random(n)
A, x = random.standard_normal((n, n)), random.standard_normal(n)
matrices = {
    "Euclidean": np.eye(n),
    "weighted": W,
    "by entries": np.diag(w),
    "of L*u": L.T @ L,
}

for name, inner in PRODUCTS.items():
    gradient = mc.gradient(F, "x", WHERE, inner=inner)
    print(f"{name + ':':12}", gradient.value)
    g, M = mc.evaluate(gradient.value, A=A, W=W, w=w, L=L, x=x), matrices[name]
    slopes = x @ (A + A.T)
    steepest = np.sqrt(g @ M @ g)
    assert np.isclose(slopes @ g, g @ M @ g)
    for v in random.standard_normal((1000, n)):
        assert slopes @ v <= steepest * np.sqrt(v @ M @ v) * (1 + 1e-12)

# A form that is no inner product is refused, with the reason.
try:
    mc.gradient(F, "x", WHERE, inner=mc.Weighted(left="-W"))
except mc.MatcalcError as error:
    print("refused:", error)
else:
    raise AssertionError("-W is not positive definite")
