"""Texts as a newcomer types them, and what a mathematician takes their names for.

Each line is a text, `|`, and the kinds; several names of one kind stand together.
"""

from __future__ import annotations

TEXTS = """
norm2(A*X - B)^2                           | A: m x n; X: n x p; B: m x p
norm2(y - X*b)^2 + l*norm2(b)^2            | y: n x 1; X: n x m; b: m x 1; l: 1 x 1
norm2(vec(A) - vec(B))^2                   | A, B: m x n
vec(A)'*vec(B)                             | A, B: m x n
||Ax - b||^2                               | A: m x n; x: n x 1; b: m x 1
np.sum(logits.max(axis=1))                 | logits: m x n
(x - y) @ np.linalg.inv(cov) @ (x - y)     | x, y: n x 1; cov: n x n
np.sum(np.sqrt((X @ w - y)**2 + eps))      | X: m x n; w: n x 1; y: m x 1; eps: 1 x 1
tr(Kx*Ky)                                  | Kx: m x n; Ky: n x m
(y - X*b)'*(y - X*b)                       | y: n x 1; X: n x m; b: m x 1
sum((y - X*beta).^2)/N                     | y: n x 1; X: n x m; beta: m x 1; N: 1 x 1
(y - X*b)'*W*(y - X*b) + lambda*b'*b       | y: n x 1; X: n x m; b: m x 1; W: n x n; lambda: 1 x 1
norm2(X*w + b - y)^2                       | X: m x n; w: n x 1; b, y: m x 1
norm2(X*w - y)^2/m + l*norm2(w)^2          | X: n x p; w: p x 1; y: n x 1; m, l: 1 x 1
norm2(X*w - y)^2/N + lam*norm1(w)          | X: m x n; w: n x 1; y: m x 1; N, lam: 1 x 1
sum(y.*log(p) + (1 - y).*log(1 - p))       | y, p: n x 1
y*log(p) + (1 - y)*log(1 - p)              | y: 1 x 1; p: n x 1
y'*X*beta - sum(exp(X*beta))               | y: n x 1; X: n x m; beta: m x 1
sum(log(1 + exp(-y.*(X*w)))) + C*w'*w/2    | y: n x 1; X: n x m; w: m x 1; C: 1 x 1
log(1 + exp(-y*w'*x))                      | y: 1 x 1; w, x: n x 1
y*w'*x - log(1 + exp(w'*x))                | y: 1 x 1; w, x: n x 1
n*log(sigma) + sum((x - mu).^2)/(2*sigma^2) | n, sigma: 1 x 1; x, mu: m x 1
exp(-(x - m)^2/(2*s^2))                    | x, m, s: 1 x 1
exp(-(x - mu)^2/(2*sigma^2))/(sqrt(2*pi)*sigma) | x, mu, sigma: 1 x 1
logdet(S) + tr(inv(S)*X'*X)/n              | S: m x m; X: p x m; n: 1 x 1
logdet(Sigma) + (x - mu)'*inv(Sigma)*(x - mu) | Sigma: n x n; x, mu: n x 1
sum(k.*log(theta) - theta)                 | k, theta: n x 1
x*log(lambda) - lambda                     | x, lambda: 1 x 1
theta*log(x) + (1 - theta)*log(1 - x)      | theta, x: 1 x 1
x^k*exp(-lambda)                           | x, k, lambda: 1 x 1
c*x'*x                                     | c: 1 x 1; x: n x 1
a*exp(-b*t'*t)                             | a, b: 1 x 1; t: n x 1
1/2*m*v^2 + m*g*h                          | m, v, g, h: 1 x 1
m*v'*v/2 + m*g*h                           | m: 1 x 1; v: n x 1; g, h: 1 x 1
1/2*k*x^2                                  | k, x: 1 x 1
a*x^3 + b*x^2 + c*x + d                    | a, x, b, c, d: 1 x 1
k*q1*q2/norm2(r1 - r2)                     | k, q1, q2: 1 x 1; r1, r2: n x 1
m*v'*v/2 + G*m*M/norm2(r)                  | m: 1 x 1; v: n x 1; G, M: 1 x 1; r: p x 1
w'*J*w/2                                   | w: n x 1; J: n x n
q'*M*q/2 + q'*K*q/2 - f'*q                 | q: n x 1; M, K: n x n; f: n x 1
norm2(W2*relu(W1*x + b1) + b2 - y)^2       | W2: m x n; W1: n x p; x: p x 1; b1: n x 1; b2, y: m x 1
h = tanh(W*x + b); norm2(V*h - y)^2        | W: m x n; x: n x 1; b: m x 1; V: p x m; y: p x 1
-sum(y.*log(softmax(W*x)))                 | y: n x 1; W: n x m; x: m x 1
v'*tanh(W*x + U*h + b)                     | v, b: n x 1; W: n x m; x: m x 1; U: n x p; h: p x 1
norm2(X - U*V)^2 + l*(norm2(U)^2 + norm2(V)^2) | X: m x n; U: m x p; V: p x n; l: 1 x 1
norm2(M.*(X - U*V'))^2                     | M, X: m x n; U: m x p; V: n x p
logdet([A, B; B', D])                      | A: n x n; B: n x m; D: m x m
[x; y]'*M*[x; y]                           | x: n x 1; y: m x 1; M: m + n x m + n
norm2([A, B]*x - c)^2                      | A: m x n; B: m x p; x: n + p x 1; c: m x 1
c'*x - mu*sum(log(b - A*x))                | c, x: n x 1; mu: 1 x 1; b: m x 1; A: m x n
t*c'*x - sum(log(x))                       | t: 1 x 1; c, x: n x 1
x'*A*x + b'*x + c                          | x: n x 1; A: n x n; b: n x 1; c: 1 x 1
s^2*exp(-norm2(x - z)^2/(2*l^2))           | s: 1 x 1; x, z: n x 1; l: 1 x 1
norm2(x - c)^2 - r^2                       | x, c: n x 1; r: 1 x 1
x'*A*x/(x'*x)                              | x: n x 1; A: n x n
cos(theta)*x'*y + sin(theta)*z             | theta: 1 x 1; x, y: n x 1; z: 1 x 1
y'*inv(K + s^2*I)*y + logdet(K + s^2*I)    | y: n x 1; K: n x n; s: 1 x 1
tr(X'*(A + s)*X)                           | X: m x n; A: m x m; s: 1 x 1
(w'*x + b - y)^2                           | w, x: n x 1; b, y: 1 x 1
sum(max(0, 1 - y.*(X*w + b)))              | y: n x 1; X: n x m; w: m x 1; b: n x 1
x'*expm(t*A)*x                             | x: n x 1; t: 1 x 1; A: n x n
alpha*norm1(x) + (1 - alpha)*norm2(x)^2    | alpha: 1 x 1; x: n x 1
r = y - X*beta; r'*r/(2*s^2) + n*log(s)    | y: m x 1; X: m x p; beta: p x 1; s, n: 1 x 1
alpha*x                                    | alpha: 1 x 1; x: n x 1
A*b/c                                      | A: m x n; b: n x 1; c: 1 x 1
np.sum((A @ x - b)**2)                     | A: m x n; x: n x 1; b: m x 1
np.mean((X @ w + c - y)**2)                | X: m x n; w: n x 1; c, y: m x 1
np.sum((X + b)**2)                         | X: m x n; b: n x 1
np.linalg.norm(A @ x - b)**2 + lam*np.linalg.norm(x, 1) | A: m x n; x: n x 1; b: m x 1; lam: 1 x 1
np.sum(np.log(1 + np.exp(-y * (X @ w))))   | y: n x 1; X: n x m; w: m x 1
np.exp(-0.5 * x @ A @ x)                   | x: n x 1; A: n x n
np.sum((X - X.mean(axis=0))**2)            | X: m x n
"""


def assumed_kinds() -> list[tuple[str, dict[str, str]]]:
    """The texts, each with the shape of every name."""
    rows = [line.split(" | ") for line in TEXTS.strip().splitlines()]
    return [(text.strip(), _shapes(kinds)) for text, kinds in rows]


def _shapes(kinds: str) -> dict[str, str]:
    parts = [part.partition(":") for part in kinds.split(";")]
    return {name.strip(): shape.strip() for names, _, shape in parts for name in names.split(",")}
