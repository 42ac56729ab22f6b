"""What a notebook says of its own pictures and runs is what comes out of them."""

import re
from itertools import pairwise

import nbformat
import numpy as np

from backprop_course import gradients
from backprop_course.networks import mlp
from backprop_course.students import instructors_notebooks


def sources(name):
    """The instructor's cells, by their ids."""
    notebook = nbformat.read(instructors_notebooks() / f"{name}.ipynb", nbformat.NO_CONVERT)
    return {cell.id: cell.source for cell in notebook.cells}


def test_what_05_says_of_its_training_is_what_comes_out_each_time():
    """About a dozen points behind a line, none behind eight, and a flat stretch of some five hundred steps."""
    cells = sources("05_mlp/mlp")
    names = {}
    for id in "setup", "mlp-sigmoid", "mlp-batch-forward", "mlp-batch-backward", "check-data", "mlp-train":
        exec(re.sub(r"    raise NotImplementedError", "", cells[id]), names)
    exec(cells["moons"].partition("def draw_points")[0], names)
    X, y = names["X"], names["y"]
    for _ in range(2):
        exec(cells["train-run"], names)
        (line, _), (curve, losses) = (names["results"][hidden] for hidden in (1, 8))
        wrong = [int(((names["feed_forward"](X, params) > 0.5) != y).sum()) for params in (line, curve)]
        assert wrong == [12, 0]
        assert losses[500] > 0.95 * losses[100]
        assert losses[1000] < 0.25 * losses[500]


def test_what_05_says_of_other_curves_is_what_comes_out():
    """Both near the wave; with part 9's eta the loss flies off."""
    cells = sources("05_mlp/mlp")
    names = {}
    for id in "setup", "mlp-tanh":
        exec(re.sub(r"    raise NotImplementedError", "", cells[id]), names)
    exec(cells["activations-run"], names)
    assert {kind: np.abs(curve - names["wave"]).max() < 0.7 for kind, curve in names["curves"].items()} == {
        "relu": True,
        "tanh": True,
    }
    start = dict(names["params"])
    network = mlp(1, 8, activation="tanh")
    before = network.forward(start, names["line"], names["wave"])["L"]
    for _ in range(3):
        slopes = gradients(network, start, names["line"], names["wave"])
        start = {name: start[name] - 10 * slopes[name] for name in start}
    assert network.forward(start, names["line"], names["wave"])["L"] > before


def test_what_07_says_of_new_data_is_what_comes_out():
    """The ten points' loss only rises with the penalty; that of new points falls first, and rises then."""
    cells = sources("07_regularisation/regularisation")
    names = {}
    for id in "regularisation-setup", "network-train", "new-data", "new-data-learned":
        exec(cells[id], names)
    few, new = (
        [float(names["outcome"](mu, names[points])["L"]) for mu in names["strengths"]] for points in ("few", "new")
    )
    assert all(after > before for before, after in pairwise(few))
    best = int(np.argmin(new))
    assert 0 < best < len(new) - 2
    assert all(after < before for before, after in pairwise(new[: best + 1]))
    assert new[best] < 0.8 * new[0]
    assert new[-1] > 2 * new[best]


def test_what_07_says_of_eigenvalues_is_what_comes_out(capsys):
    cells = sources("07_regularisation/regularisation")
    names = {}
    for id in "regularisation-setup", "bowl-hessian", "bowl-steps":
        exec(cells[id], names)
    said = capsys.readouterr().out
    assert "at  60 degrees a step of 1 costs 2.00" in said
    assert "at 150 degrees a step of 1 costs 0.25" in said
    assert "half of each eigenvalue: [0.25 2.  ]" in said
    assert "the angle of its arrow:  [150.  60.]" in said
    for id in "numerical-hessian", "network-train", "network-vector", "network-larger":
        exec(re.sub(r"    raise NotImplementedError", "", cells[id]), names)
    flat = int(re.search(r"(\d+) of 25 eigenvalues", capsys.readouterr().out)[1])
    assert flat >= 20  # four of five directions
