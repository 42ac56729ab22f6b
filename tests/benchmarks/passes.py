"""A forward and a backward pass of the 1024-512-256-10 classifier, in float32 on one thread.

    python tests/benchmarks/passes.py

Compares, for loss and all gradients: this course, PyTorch's autograd, and the eight matrix products that no
implementation can do without, alone. Goals from a batch of 32 up: at most 1.10 times the products, and ahead of
PyTorch; for one example at most twice PyTorch's time.
"""

# ruff: noqa: E402  (the number of threads is read once, when NumPy and PyTorch are imported)
from __future__ import annotations

import os

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np
import torch
from turns import medians

from backprop_course import backward, networks

ROUNDS = {1: 500, 32: 500, 128: 200, 1024: 40}


def main() -> None:
    torch.set_num_threads(1)
    network, rng = networks.classifier(), np.random.default_rng(0)
    drawn, inputs, labels = network.random(rng, batch=max(ROUNDS))
    # Small weights, as at the start of a training: saturated units would be no fair input for anyone.
    weights = {name: (weight / 30).astype(np.float32) for name, weight in drawn.items()}
    tensors = {name: torch.tensor(weight, requires_grad=True) for name, weight in weights.items()}
    print(f"{'batch':>5} {'products':>10} {'ours':>10} {'PyTorch':>10} {'/ products':>11} {'/ PyTorch':>10}")
    for batch, rounds in ROUNDS.items():
        x, y = inputs[:batch].astype(np.float32), labels[:batch].astype(np.float32)
        x_tensor, y_tensor = torch.tensor(x), torch.tensor(y)

        def ours(x=x, y=y):
            trace = backward(network.forward(weights, x, y))
            return trace["L"], trace.gradients

        def pytorch(x=x_tensor, y=y_tensor):
            h_1 = torch.sigmoid(torch.addmm(tensors["b_1"], x, tensors["W_1"]))
            h_2 = torch.sigmoid(torch.addmm(tensors["b_2"], h_1, tensors["W_2"]))
            loss = torch.nn.functional.cross_entropy(torch.addmm(tensors["b_3"], h_2, tensors["W_3"]), y)
            return loss, dict(zip(tensors, torch.autograd.grad(loss, list(tensors.values())), strict=True))

        known = backward(network.forward(weights, x, y))

        def products(x=x, known=known):
            W_2, W_3, h_1, h_2 = weights["W_2"], weights["W_3"], known["h_1"], known["h_2"]
            dL_dz_1, dL_dz_2, dL_dz_3 = known["dL_dz_1"], known["dL_dz_2"], known["dL_dz_3"]
            forward = x @ weights["W_1"], h_1 @ W_2, h_2 @ W_3
            errors = dL_dz_3 @ W_3.T, dL_dz_2 @ W_2.T
            return forward, errors, (h_2.T @ dL_dz_3, h_1.T @ dL_dz_2, x.T @ dL_dz_1)

        agree(ours(), pytorch())
        t = medians({"products": products, "ours": ours, "pytorch": pytorch}, rounds)
        print(
            f"{batch:5} {t['products'] * 1e3:7.3f} ms {t['ours'] * 1e3:7.3f} ms {t['pytorch'] * 1e3:7.3f} ms"
            f" {t['ours'] / t['products']:11.2f} {t['ours'] / t['pytorch']:10.2f}"
        )


def agree(ours, pytorch):
    """Stops unless both computed the same."""
    np.testing.assert_allclose(ours[0], pytorch[0].item(), rtol=1e-5)
    for name, gradient in ours[1].items():
        np.testing.assert_allclose(gradient, pytorch[1][name].numpy(), rtol=1e-3, atol=1e-6)


if __name__ == "__main__":
    main()
