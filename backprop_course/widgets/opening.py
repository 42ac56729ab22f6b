"""What the course is for, shown before the first formula: a network learns to read, and one weight is moved by hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop_course.core.backprop import gradients
from backprop_course.core.functions import Array
from backprop_course.core.trace import ByName
from backprop_course.digits import DIGIT_SHAPE, noisy_digits
from backprop_course.drawing.figure import nobody_looks
from backprop_course.extras import said
from backprop_course.networks import classifier

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NETWORK = classifier(15, 12, 10)
WEIGHTS = sum(int(np.prod(shape)) for shape in NETWORK.weights.values())
"""How many numbers it learns."""

STEPS = 500
MOVED = ("W_2", 10, 9)
"""The weight that is moved by hand: from a hidden unit to the class 9."""


@dataclass(frozen=True)
class Reader:
    """A network before and after it has learned to read digits, its losses meanwhile, and 100 pictures new to it."""

    untrained: ByName
    trained: ByName
    losses: tuple[float, ...]
    pictures: Array
    labels: Array

    def read(self, weights: ByName) -> Array:
        """Which digit these weights take each picture for, (100,)."""
        digits: Array = NETWORK.forward(weights, self.pictures)["y_hat"].argmax(axis=1)
        return digits

    def right(self, weights: ByName) -> int:
        """How many of the 100 pictures are read right."""
        return int((self.read(weights) == self.labels.argmax(axis=1)).sum())

    def moved(self, weight: float) -> ByName:
        """The trained weights with another number in place of one."""
        name, *place = MOVED
        changed = self.trained[name].copy()
        changed[tuple(place)] = weight
        return {**self.trained, name: changed}

    def loss(self, weights: ByName) -> float:
        """The loss over the 100 pictures."""
        return float(NETWORK.forward(weights, self.pictures, self.labels)["L"])


@cache
def reader() -> Reader:
    """The reader of digits, trained by the library's own gradients: the same each time."""
    rng = np.random.default_rng(4)
    untrained = {name: rng.normal(0, 1 / np.sqrt(shape[0]), shape) for name, shape in NETWORK.weights.items()}
    weights, losses = untrained, []
    for _ in range(STEPS):
        pictures, labels = noisy_digits(50, rng)
        losses.append(float(NETWORK.forward(weights, pictures, labels)["L"]))
        slopes = gradients(NETWORK, weights, pictures, labels)
        weights = {name: weights[name] - 2.0 * slopes[name] for name in weights}
    return Reader(untrained, weights, tuple(losses), *noisy_digits(100, rng))


def show_readings() -> None:
    """Shows a picture of each digit, and what the network reads in it before and after training."""
    if nobody_looks():
        return
    who, plt = reader(), _pyplot()
    figure, panels = plt.subplots(1, 10, figsize=(9, 1.9), layout="constrained")
    _draw_readings(panels, who, (who.untrained, who.trained))
    panels[0].annotate("untrained:\ntrained:", (-0.3, -0.05), xycoords="axes fraction", ha="right", va="top")
    figure.suptitle(f"{who.right(who.untrained)} of 100 read right before training, {who.right(who.trained)} after it")
    plt.show()


def one_weight(weight: float) -> Figure:
    """The loss over one weight of the network, all others held, and what the network reads with the weight as it is."""
    who, plt = reader(), _pyplot()
    weights, ground = who.moved(weight), np.linspace(-10, 20, 61)
    figure = plt.figure(figsize=(9, 3), layout="constrained")
    left, right = figure.subfigures(1, 2)
    axes = left.subplots()
    axes.plot(ground, [who.loss(who.moved(w)) for w in ground], "-", color="gray")
    axes.plot(weight, who.loss(weights), "ko", markersize=9)
    axes.set(xlabel="the weight", ylabel="loss")
    axes.set_title(f"loss {who.loss(weights):.3f}: {who.right(weights)} of 100 read right")
    axes.grid(alpha=0.4)
    _draw_readings(right.subplots(2, 5).ravel(), who, (weights,))
    return figure  # type: ignore[no-any-return]  # Matplotlib is not typed here


def _draw_readings(panels: Any, who: Reader, several: tuple[ByName, ...]) -> None:
    """The first picture of each digit, and below it what each of these weights read."""
    read = [who.read(weights) for weights in several]
    for digit, (panel, k) in enumerate(zip(panels, who.labels.argmax(axis=0), strict=True)):
        panel.imshow(who.pictures[k].reshape(DIGIT_SHAPE), cmap="gray_r", vmin=0, vmax=1)
        panel.set(xticks=[], yticks=[])
        panel.set_xlabel("\n".join(f"{seen[k]} {'✓' if seen[k] == digit else '✗'}" for seen in read))


def show_training() -> None:
    """Shows how the loss fell while the network learned."""
    if nobody_looks():
        return
    plt = _pyplot()
    plt.figure(figsize=(6, 2.6))
    plt.plot(reader().losses, color="black")
    plt.axhline(np.log(10), color="black", linestyle="--", label="a network that guesses")
    plt.xlabel("step")
    plt.ylabel("loss")
    plt.ylim(0, 2.8)
    plt.grid(alpha=0.4)
    plt.legend()
    plt.show()


def _pyplot() -> Any:
    with said("notebook"):
        return import_module("matplotlib.pyplot")
