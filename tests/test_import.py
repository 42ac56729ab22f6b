"""What importing costs: NumPy and no more, until something heavier is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import backprop_course

USE_THE_MATHS = """
from backprop_course import Network, Unit, gradients
from backprop_course import networks
from backprop_course.core import gradcheck
import numpy as np
network = networks.classifier((4, 3, 2))
weights, x, y = network.random(np.random.default_rng(0), batch=2)
loss = lambda weights: network.forward(weights, x, y)["L"]
gradcheck.check_gradients(loss, weights, gradients(network, weights, x, y))
str(network.forward(weights, x, y))
"""


def modules(code: str) -> set[str]:
    """What a new Python has loaded after running this code."""
    command = [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def test_importing_the_package_loads_numpy_and_nothing_else():
    more = modules("import backprop_course") - modules("import numpy")
    assert more == {"backprop_course"}


def test_using_the_maths_loads_nothing_but_numpy_and_the_standard_library():
    more = {name.partition(".")[0] for name in modules(USE_THE_MATHS) - modules("import numpy.random")}
    assert more - sys.stdlib_module_names == {"backprop_course"}


@pytest.mark.parametrize("room", ["checks", "drawing", "exercises", "widgets", "grading", "cli", "misconceptions"])
def test_using_the_maths_loads_no_room_below_it(room):
    assert f"backprop_course.{room}" not in modules(USE_THE_MATHS)


def test_every_public_name_is_there_and_an_unknown_one_is_an_attribute_error():
    assert set(backprop_course.__all__) <= set(dir(backprop_course))
    assert all(getattr(backprop_course, name) is not None for name in backprop_course.__all__)
    with pytest.raises(AttributeError, match="module 'backprop_course' has no attribute 'chekc'"):
        backprop_course.chekc  # noqa: B018  (reading it is the test)


def test_the_prompt_offers_the_course_and_nothing_else():
    code = "import backprop_course as b; print(*(name for name in dir(b) if not name.startswith('_')))"
    offered = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert offered == sorted([*backprop_course.__all__, *backprop_course._ROOMS])
    assert {"check", "drawing", "functions", "networks", "widgets"} <= set(offered)


def test_completion_that_reads_the_source_offers_no_helper_of_the_package():
    jedi = pytest.importorskip("jedi")  # IPython's completion
    code = "from backprop_course import "
    offered = {found.name for found in jedi.Script(code).complete(1, len(code))}
    there = {path.stem for path in Path(backprop_course.__file__).parent.iterdir()}
    helpers = {name for name in offered if not name.startswith("_")} - set(dir(backprop_course)) - there
    assert (helpers, {"check", "drawing", "networks"} <= offered) == (set(), True)


@pytest.mark.parametrize("room", backprop_course._ROOMS)
def test_a_room_is_there_without_an_import_of_its_own(room):
    loaded = modules(f"import backprop_course; backprop_course.{room}")
    assert f"backprop_course.{backprop_course._ROOMS[room]}" in loaded
