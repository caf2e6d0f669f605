"""Losses and penalties as people write them with PyTorch: value and gradient are PyTorch's own.

They are the forms of public training scripts, with the names of this table. Where nothing is
declared, a line is read alike or refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional

import matcalc as mc

SHAPES = {
    "A": (3, 3),
    "S": (3, 3),
    "K": (4, 4),
    "X": (4, 3),
    "Y": (4, 3),
    "Z": (4, 3),
    "P": (4, 3),
    "W": (3, 2),
    "x": (3,),
    "y": (3,),
    "w": (3,),
    "u": (4,),
    "v": (4,),
}
SPD = ("S", "K")

LINES = [
    # variational autoencoders
    ("-0.5 * torch.sum(1 + Z - X.pow(2) - Z.exp())", "Z"),
    ("0.5 * torch.sum(torch.exp(Z) + torch.pow(X, 2) - 1. - Z)", "X"),
    ("torch.mean(-0.5 * torch.sum(1 + Z - X ** 2 - Z.exp(), dim=1), dim=0)", "Z"),
    ("0.5 * (2 * torch.log(y / x) - 1 + (x / y).pow(2) + ((u.mean() - w) / y).pow(2)).sum()", "x"),
    # classification and distillation
    ("-(P * F.log_softmax(X @ A, dim=1)).sum(dim=1).mean()", "A"),
    ("-torch.mean(torch.sum(F.softmax(X, dim=1) * F.log_softmax(X, dim=1), dim=1))", "X"),
    ("F.cross_entropy(X, F.softmax(Y, dim=1))", "X"),
    ("F.kl_div(F.log_softmax(X / 2, dim=1), F.softmax(Y / 2, dim=1), reduction='sum') * 4", "X"),
    ("F.binary_cross_entropy_with_logits(X @ w, u)", "w"),
    ("F.binary_cross_entropy(torch.sigmoid(X @ w), u)", "w"),
    ("(-Y * F.logsigmoid(X) - (1 - Y) * F.logsigmoid(-X)).sum(dim=1).mean()", "X"),
    ("-F.logsigmoid((X * Y).sum(-1)).mean() - F.logsigmoid(-(X * Z).sum(-1)).mean()", "X"),
    ("((1 - F.softmax(X, 1)) ** 2 * F.log_softmax(X, 1) * P).sum()", "X"),
    # regression
    ("F.mse_loss(torch.relu(X @ W) @ W.t(), Y)", "W"),
    ("F.smooth_l1_loss(3 * X @ w, u)", "w"),
    ("F.huber_loss(X @ w, u, reduction='sum', delta=0.3)", "w"),
    ("F.l1_loss(X @ w, u) + 0.01 * w.abs().sum() + 0.1 * w.norm(2) ** 2", "w"),
    ("torch.clamp(1 - u * (X @ w), min=0).mean() + 0.5 * torch.dot(w, w)", "w"),
    ("torch.where((X @ w - u).abs() < 1.5, 0.5 * (X @ w - u) ** 2, (X @ w - u).abs()).sum()", "w"),
    # metric and contrastive learning
    ("F.cosine_similarity(X, Y, dim=1).mean()", "X"),
    ("(1 - F.cosine_similarity(x, y, dim=0)).pow(2)", "x"),
    ("torch.logsumexp(F.normalize(X, dim=-1) @ F.normalize(Y, dim=-1).T / 0.5, dim=1).mean()", "X"),
    ("((X - X.max(dim=1, keepdim=True).values) @ A).logsumexp(1).sum()", "X"),
    (
        "(X.pow(2).sum(1, keepdim=True) + Y.pow(2).sum(1, keepdim=True).t() - 2 * X @ Y.t()).sum()",
        "X",
    ),
    ("torch.triu(torch.einsum('ik,jk->ij', X, Y)).pow(2).mean()", "X"),
    # penalties, graphs, Gaussian processes
    ("torch.norm(torch.mm(W.t(), W) - torch.eye(W.shape[1])) ** 2", "W"),
    ("torch.norm(torch.mm(X, X.T) - torch.eye(X.shape[0]), p='fro')", "X"),
    ("torch.trace(X.t() @ K @ X) / torch.trace(X @ X.t())", "X"),
    ("torch.trace(torch.matrix_exp(A * A)) - A.shape[0]", "A"),
    ("0.5 * torch.logdet(torch.eye(X.shape[1]) + X.T @ X / X.size(0))", "X"),
    ("0.5 * u @ torch.linalg.solve(K, u) + 0.5 * torch.logdet(K)", "K"),
    ("0.5 * u @ torch.inverse(K) @ u + torch.linalg.slogdet(K)[1]", "K"),
    ("-torch.logdet(S) + torch.trace(torch.mm(S, X.t() @ X)) / 4", "S"),
    ("torch.linalg.svdvals(X).sum() + torch.linalg.norm(X, 'fro') ** 2", "X"),
    ("torch.var(X, dim=0).sum() + X.std(dim=0, unbiased=False).mean()", "X"),
    ("((X - X.mean(dim=0)).T @ (X - X.mean(dim=0)) / (X.shape[0] - 1)).pow(2).sum()", "X"),
    ("(torch.softmax(X @ Y.t() / X.size(1) ** 0.5, dim=-1) @ Z).square().mean()", "X"),
    ("torch.cat([x, w]).pow(2).sum() + torch.stack([x, y]).prod()", "x"),
    ("(F.gelu(X @ W) * F.silu(X @ W)).sum() + F.softplus(F.leaky_relu(X)).mean()", "W"),
    ("F.relu(X.max(1)[0] - 0.5).sum() + X.min(dim=0)[0].sum()", "X"),
    ("torch.dist(A @ x, y) + torch.outer(x, y).tanh().sum()", "x"),
]

REFUSED = [
    "F.cross_entropy(X @ W, y)",
    "F.cross_entropy(logits, labels)",
    "F.cross_entropy(X, torch.argmax(Y, dim=1))",
    "F.nll_loss(X, Y)",
    "torch.max(X, 1).sum()",
    "torch.bmm(X, Y).sum()",
    "(X.detach() * Y).sum()",
    "F.softmax(X).sum()",
    "F.dropout(X).sum()",
    "X.median().exp()",
]


def _sample(name: str) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(sum(map(ord, name)))
    found = rng.uniform(0.2, 1.0, size=SHAPES[name])
    return found @ found.T + np.eye(len(found)) if name in SPD else found


def _kind(name: str) -> str:
    shape = SHAPES[name]
    return f"vector({shape[0]})" if len(shape) == 1 else f"matrix({shape[0]},{shape[1]})"


def _arrays(text: str) -> dict[str, np.ndarray[Any, Any]]:
    names = compile(text, "a line", "eval").co_names
    return {name: _sample(name) for name in SHAPES if name in names}


def _of_torch(text: str, name: str) -> tuple[float, np.ndarray[Any, Any]]:
    tensors = {one: torch.as_tensor(value) for one, value in _arrays(text).items()}
    tensors[name].requires_grad_()
    torch.set_default_dtype(torch.float64)
    value = eval(text, {"torch": torch, "F": torch.nn.functional, **tensors})
    value.backward()
    gradient = tensors[name].grad
    assert gradient is not None
    return float(value), gradient.numpy()


@pytest.mark.parametrize(("text", "name"), LINES)
def test_a_line_and_its_gradient_are_those_of_pytorch(text: str, name: str) -> None:
    arrays = _arrays(text)
    where = {one: _kind(one) for one in arrays}
    value, slope = _of_torch(text, name)
    assert float(np.squeeze(mc.evaluate(mc.parse(text, where), **arrays))) == pytest.approx(value)
    found = np.asarray(mc.gradient(text, name, where).compile()(**arrays))
    np.testing.assert_allclose(found.reshape(slope.shape), slope, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(("text", "name"), LINES)
def test_an_undeclared_line_means_the_same_or_is_refused(text: str, name: str) -> None:
    arrays = _arrays(text)
    _, slope = _of_torch(text, name)
    try:
        found = mc.gradient(text, name)
    except mc.MatcalcError:
        return
    reached = np.asarray(found.compile()(**arrays))
    np.testing.assert_allclose(reached.reshape(slope.shape), slope, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_number_of_matrices_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as refusal:
        mc.parse(text, {"X": "matrix(4,3)", "Y": "matrix(4,3)"})
    assert refusal.value.hint
