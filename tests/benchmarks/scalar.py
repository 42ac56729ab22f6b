"""The skip networks of notebook 04, number by number, against a graph with one object for each operation.

    python tests/benchmarks/scalar.py

Ours: forward and backward pass with every quantity in a trace. The graph: what a student builds who follows one of
the small autograd engines, forward and backward, nothing kept but values and gradients. Goal: ours no slower.
"""

from __future__ import annotations

import math

from turns import medians

from backprop_course import backward, networks

WEIGHTS = {"w_0": 0.5, "w_1": 0.6, "w_2": -0.7, "w_s": 0.4}
REPEATS = 50
"""Passes in one measurement, each too short for a clock."""


class Value:
    """A number that remembers the operation it came from."""

    def __init__(self, data, parents=(), pull_back=None):
        self.data, self.parents, self.pull_back, self.grad = data, parents, pull_back, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), lambda grad: (grad, grad))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), lambda grad: (grad * other.data, grad * self.data))

    def __neg__(self):
        return self * -1.0

    def tanh(self):
        h = math.tanh(self.data)
        return Value(h, (self,), lambda grad: (grad * (1 - h * h),))

    def relu(self):
        return Value(max(self.data, 0.0), (self,), lambda grad: (grad if self.data >= 0 else 0.0,))

    def abs(self):
        return Value(abs(self.data), (self,), lambda grad: (math.copysign(grad, self.data),))

    def sigmoid(self):
        h = 1 / (1 + math.exp(-self.data))
        return Value(h, (self,), lambda grad: (grad * h * (1 - h),))

    def log(self):
        return Value(math.log(self.data), (self,), lambda grad: (grad / self.data,))

    def backward(self):
        order, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            if value.pull_back:
                for parent, grad in zip(value.parents, value.pull_back(value.grad), strict=True):
                    parent.grad += grad


def regressor(w, x, y):
    h_0 = (w["w_0"] * x).relu()
    h_1 = (w["w_1"] * h_0).relu()
    return (w["w_2"] * h_1 + w["w_s"] * h_0 + -y).abs()


def classifier(w, x, y):
    h_0 = (w["w_0"] * x).tanh()
    h_1 = (w["w_1"] * h_0).tanh()
    y_hat = (w["w_2"] * h_1 + w["w_s"] * h_0).sigmoid()
    return -(y_hat.log() * y + (-y_hat + 1.0).log() * (1 - y))


def graph(loss, x, y):
    weights = {name: Value(weight) for name, weight in WEIGHTS.items()}
    loss(weights, x, y).backward()
    return {name: weight.grad for name, weight in weights.items()}


def main() -> None:
    print(f"{'network':16} {'graph':>10} {'ours':>10} {'/ graph':>8} {'with equations':>15}")
    for name, loss, x, y in (("skip_regressor", regressor, 1.3, -3.0), ("skip_classifier", classifier, 1.3, 1.0)):
        network = getattr(networks, name)

        def ours(network=network, x=x, y=y):
            return backward(network.forward(WEIGHTS, x, y)).gradients

        def by_graph(loss=loss, x=x, y=y):
            return graph(loss, x, y)

        def equations(network=network, x=x, y=y):
            return backward(network.forward(WEIGHTS, x, y)).quantities

        for weight, gradient in ours().items():
            assert math.isclose(gradient, by_graph()[weight], rel_tol=1e-9), weight
        contestants = {"graph": by_graph, "ours": ours, "equations": equations}
        t = medians({key: repeated(run) for key, run in contestants.items()}, 400)
        micro = {key: f"{seconds / REPEATS * 1e6:7.1f} µs" for key, seconds in t.items()}
        print(
            f"{name:16} {micro['graph']:>10} {micro['ours']:>10} {t['ours'] / t['graph']:8.2f} {micro['equations']:>15}"
        )


def repeated(run):
    def times():
        for _ in range(REPEATS):
            run()

    return times


if __name__ == "__main__":
    main()
