"""Maximum likelihood for the mean and covariance of a Gaussian, samples in the columns of Y.

The gradients vanish at the sample mean and the sample covariance. Under the affine-invariant
product the gradient by the covariance has no inverse at all.
"""

import numpy as np

import matcalc as mc

LOSS = "R = Y - mu*ones(N,1)'; N*logdet(S)/2 + tr(R'*inv(S)*R)/2"
WHERE = "Y: matrix(n,N), mu: vector(n), S: spd(n)"

both = mc.gradient(LOSS, ["mu", "S"], WHERE)
natural = mc.gradient(LOSS, "S", WHERE, inner=mc.AffineInvariant(), space="spd")
print("by the mean:      ", both.value["mu"])
print("by the covariance:", both.value["S"])
print("the same, affine-invariant:", natural.value)

random = np.random.default_rng(2)
n, N = 3, 50
Y = random.standard_normal((n, n)) @ random.standard_normal((n, N)) + 1.0
mean = Y.mean(axis=1)
covariance = np.cov(Y, bias=True)

# The stationary point.
gradients = both.compile()
at = gradients(Y=Y, mu=mean, S=covariance)
print("largest entry at the sample mean and covariance:", max(np.abs(g).max() for g in at.values()))
assert all(np.allclose(g, 0, atol=1e-8) for g in at.values())

# It is a minimum: the loss is greater at every nearby point.
code = both.compile(value=True)
lowest = code(Y=Y, mu=mean, S=covariance)["value"]
for _ in range(20):
    turn = np.eye(n) + 0.05 * random.standard_normal((n, n))
    elsewhere = code(Y=Y, mu=mean, S=turn @ covariance @ turn.T)["value"]
    assert elsewhere > lowest

# The Riemannian gradient is S*G*S: (N*S - R*R')/2.
S = covariance + np.eye(n)
G = gradients(Y=Y, mu=mean, S=S)["S"]
assert np.allclose(natural.compile()(Y=Y, mu=mean, S=S), S @ G @ S)
assert np.allclose(S @ G @ S, N * (S - covariance) / 2)
