"""Backpropagation through a network of two layers, checked against differences.

One compiled function gives the loss and all four gradients; what they share (the hidden layer,
the residual) is computed once. A few steps of gradient descent then lower the loss.
"""

import numpy as np

import matcalc as mc

LOSS = "H = tanh(W1*X + b1*ones(N,1)'); E = W2*H + b2*ones(N,1)' - Y; norm2(E)^2/(2*N)"
WHERE = (
    "X: matrix(n,N), Y: matrix(m,N), W1: matrix(h,n), b1: vector(h), W2: matrix(m,h), b2: vector(m)"
)
WEIGHTS = ["W1", "b1", "W2", "b2"]

gradients = mc.gradient(LOSS, WEIGHTS, WHERE)
for name, value in gradients.value.items():
    print(f"{name}: {value}")
backward = gradients.compile(value=True)

random = np.random.default_rng(3)
n, h, m, N = 2, 8, 1, 40
data = {"X": random.standard_normal((n, N))}
data["Y"] = np.sin(data["X"].sum(axis=0, keepdims=True))
shapes = {"W1": (h, n), "b1": (h,), "W2": (m, h), "b2": (m,)}
weights = {name: random.standard_normal(shape) / 2 for name, shape in shapes.items()}

# Every gradient against a central difference in a random direction.
answer = backward(**data, **weights)
for name in WEIGHTS:
    V = random.standard_normal(shapes[name])
    ends = [
        backward(**data, **{**weights, name: weights[name] + step * V})["value"]
        for step in (1e-5, -1e-5)
    ]
    slope, expected = np.sum(answer[name] * V), (ends[0] - ends[1]) / 2e-5
    assert np.isclose(slope, expected, rtol=1e-6), (name, slope, expected)

first = answer["value"]
for _ in range(300):
    answer = backward(**data, **weights)
    weights = {name: weights[name] - 0.1 * answer[name] for name in WEIGHTS}
print(f"loss {first:.4f} before and {answer['value']:.4f} after 300 steps")
assert answer["value"] < first / 10
