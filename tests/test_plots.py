"""Cells whose plots are not built while nobody looks: those that only draw, and no others."""

import sys

import matplotlib.figure
import matplotlib.pyplot
import pytest
from submitted import answer, cell, graded, solved, task

from backprop_course.exercises import NOTEBOOKS
from backprop_course.grading.executor import Executor
from backprop_course.grading.plots import DRAWING_FUNCTIONS, PYPLOT, only_drawing
from backprop_course.sandbox.inside.shell import run_cell

IMPORT = "import matplotlib.pyplot as plt\nimport numpy as np\nx = [1, 2]\n"
DRAWING = """
plt.plot(x, x)

plt.figure(figsize=(4, 3))
plt.plot(x, [n**2 for n in x], label=f"{x}")
plt.legend()
plt.show()

figure, axes = plt.subplots()
axes.plot(x)
axes.set(title="so", xlim=(0, 1))
figure.suptitle(str(x))

_, (left, right) = plt.subplots(1, 2, sharey=True)
left.plot(x, transform=right.transAxes)
right.imshow(np.ones((2, 2)))

panels = plt.subplots(2, 2, squeeze=False)[1]
panels[0, 1].plot(x)
for panel in panels.flat:
    panel.axhline(0)

for k, panel in enumerate(plt.subplots(1, 3)[1]):
    panel.set_title(f"{k}")

_, several = plt.subplots(1, 2)
for panel, (name, values) in zip(several, {"a": [1], "b": [2]}.items(), strict=True):
    bars = panel.bar(values, values)
    panel.bar_label(bars)
    print(name)
several.ravel()[0].legend([bars], ["one"])

plt.figure()
try:
    plt.plot(x, unknown(x))
except NameError:
    print("First write unknown.")
else:
    plt.grid()

if x:
    with np.errstate(all="ignore"):
        curve = plt.plot(np.log(x))
    y = 3
print(y)

plt.gca().add_patch(plt.Circle((0, 0), 1))
print("a circle")

high = plt.ylim()[1]
figure, axes = plt.subplots()
far = axes.get_xlim()[1]
"""


DEPENDING = """
import matplotlib.pyplot as plt
plt.plot([1, 2])

from elsewhere import plt
plt.plot([1, 2])

def plt():
    return 3
plt.plot([1, 2])

figure, axes = plt.subplots()
try:
    1 / 0
except ZeroDivisionError as axes:
    print("no")

print(plt.xlim())

top = plt.ylim()[1]
print(top)

figure, axes = plt.subplots()
y = axes.get_xlim()[1]
z = y > 1

axes = plt.gca()
print("%.1f" % axes.get_xlim()[0])

axes = plt.gca()
if isinstance(axes, plt.Axes):
    y = 3

counts, edges, _ = plt.hist(x)

line, = plt.plot(x)

figure = plt.figure()
for axes in figure.axes:
    axes.grid()

plt.savefig("picture.png")

plt.gcf().canvas.draw()

plt.gcf().savefig("picture.png")

plt.rcParams["lines.linewidth"] = 3

plt.rc("lines", linewidth=3)

with plt.style.context("ggplot"):
    plt.plot(x)

from matplotlib.pyplot import *
plot(x)

colours = plt.get_cmap("viridis")
plt.plot(x)

plots = [plt.plot(x)]

plt = None
plt.plot(x)

with plt.ioff():
    plt.plot(x)

def draw(on):
    on.plot(x)

draw(plt.gca())

axes = plt.gca()
def later():
    return axes.get_title()

axes = plt.gca()
axes = [1, 2]
print(axes)

plt.gca()._label = 3

plt.plot(x
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="submissions are executed in processes of Linux")


@pytest.fixture
def built(monkeypatch):
    """The figures that are built meanwhile."""
    figures = []
    make = matplotlib.figure.Figure.__init__

    def noting(self, *arguments, **named):
        figures.append(self)
        make(self, *arguments, **named)

    monkeypatch.setattr(matplotlib.figure.Figure, "__init__", noting)
    return figures


def found(*cells, asked=()):
    """The places of those cells whose plots nobody needs; none of them is an answer."""
    return set(only_drawing([IMPORT, *cells], range(1 + len(cells)), frozenset(asked)))


@pytest.mark.parametrize("source", DRAWING.strip().split("\n\n"))
def test_what_only_draws_is_found_builds_nothing_and_shows_the_same(shell, built, source):
    assert found(source) == {1}
    run_cell(shell, IMPORT, 1000)
    unseen = run_cell(shell, source, 1000, unseen=PYPLOT)
    assert built == []
    seen = run_cell(shell, source, 1000)
    assert built
    assert [one for one in unseen if one["output_type"] == "stream"] == [
        o for o in seen if o["output_type"] == "stream"
    ]
    assert {one["output_type"] for one in unseen} <= {"stream"}
    assert not [one for one in seen if one["output_type"] == "error"]
    assert shell.user_ns["plt"] is matplotlib.pyplot


@pytest.mark.parametrize("source", DEPENDING.strip().split("\n\n"))
def test_where_something_depends_on_a_plot_it_is_built(source):
    assert found(source) == set()


@pytest.mark.parametrize(
    "function",
    [
        "def bars():\n    return plt.hist(x)[0]",
        "bars = lambda: plt.hist(x)[0]",
        "class bars:\n    def __init__(self):\n        plt.hist(x)",
        "bars = [lambda: plt.hist(x) for _ in x]",
        "bars = (plt.hist(x) for _ in x)",
        "%time 1\ndef bars():\n    return plt.hist(x)[0]",
    ],
)
def test_where_a_function_may_run_that_draws_every_plot_is_built(function):
    assert found(function + "\nplt.plot(x)") == set()
    assert found(function, "plt.plot(x)\nbars()") == set()
    assert found(function, "held = [bars]", "plt.plot(x)\nheld[0]()", "plt.plot([1, 2])") == {4}


@pytest.mark.parametrize(
    "later",
    [
        "axes.set_title('more')",
        "print(axes)",
        "def read():\n    return axes.get_title()",
        "[axes for _ in x]",
        "%time axes.grid()",
        "_.get_title()",
        "Out[2]",
    ],
)
def test_what_another_cell_reads_is_built(later):
    drawing = "axes = plt.gca()\naxes.grid()"
    assert found(drawing, "print(x)") == {1}
    assert found(drawing, later) == set()
    assert found(drawing, "def draw():\n    axes = x\n    return axes") == {1}
    assert found(drawing, asked=["axes"]) == set()


def test_what_is_needed_for_a_plot_that_is_built_is_built_too():
    first, second = "axes = plt.gca()", "other = plt.gcf()\nplt.sca(axes)\nplt.grid()"
    assert found(first, second, "print(other)") == set()


def test_a_notebook_without_end_is_not_looked_into():
    assert found(DRAWING.split("\n\n")[0], "x = 1\n" * 200_000) == set()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_hardly_a_plot_of_the_course_is_built(name):
    sources = [one.source for one in solved(name).cells]
    plots = {place for place, source in enumerate(sources) if "plt.show()" in source}
    places = only_drawing(sources, plots, frozenset())
    assert len(places) >= 0.6 * len(plots) > 0


HONEST = [
    ("figure, axes = plt.subplots()\naxes.plot(x)\ny = axes.get_xlim()[1] > 1", "z = 2 * y"),
    ("figure, axes = plt.subplots()", "plt.sca(axes)\nplt.close(figure)\nz = 2"),
    ("shown = plt.imshow(np.ones((2, 2)))", "plt.colorbar(shown)\nz = 2"),
    ("from matplotlib.pyplot import *\nplot(x)\nnotes = 2", "z = notes"),
    ("y = 1 + plt.hist([1, 1, 1, 1], bins=1)[0][0]\nz = y - 3", "pass"),
    ("import matplotlib.pyplot as p\np.plot(x)\nz = len(p.gca().lines) + 1", "pass"),
    ("plt.rc('lines', linewidth=4)\nplt.plot(x)", "z = plt.rcParams['lines.linewidth'] / 2"),
    ("def heights():\n    return plt.hist([1, 1], bins=1)[0][0]", "plt.plot(x)\nz = heights()"),
    ("def heights():\n    return plt.hist([1, 1], bins=1)[0][0]\n\ny = heights()\nplt.plot(x)", "z = y"),
    ("try:\n    plt.gca().plot([1], [1, 2])\nexcept ValueError:\n    z = 2", "z = 2"),
]


@pytest.mark.parametrize(("plain", "answered"), HONEST)
def test_honest_work_with_plots_has_its_points(plain, answered):
    cells = [cell(IMPORT), cell(plain), answer(answered), graded("assert z == 2")]
    with Executor() as execute:
        assert execute(task(*cells)).scores == {"test": 2.0}


def test_the_functions_that_may_be_left_out_are_pyplots():
    assert [name for name in DRAWING_FUNCTIONS if not hasattr(matplotlib.pyplot, name)] == []
