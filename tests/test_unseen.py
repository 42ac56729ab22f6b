"""Plots of cells that nobody looks at: nothing is built, and yet whoever asks gets what Matplotlib gives."""

import contextlib
import io
import json
import sys

import matplotlib.figure
import matplotlib.pyplot
import numpy as np
import pytest
from submitted import solved

from backprop_course.exercises import NOTEBOOKS
from backprop_course.grading.unseen import Later, Pyplot

CELLS = """\
left, right = plt.xlim(0, 8)
print(left, right)

plt.plot([1, 2], [3, 9])
plt.xlim(0, 3)
print(plt.xlim(), plt.gca().get_xlim(), plt.gca().get_ylim()[0] < 3)

print(line.get_label(), len(axes.lines), line.get_xdata(), axes.get_title() == "")

axes.set_title("so")
print(axes.get_title(), axes.lines[0] == line, line in axes.lines, bool(axes.lines))

line.set_color("red")
line.mine = 7
print(line.get_color(), line.mine, getattr(line, "yours", 5))

print(type(line._label), [one.get_label() for one in axes.legend().get_texts()], str(axes) == repr(axes))

print(2 * line.get_linewidth() + 1, 10 - line.get_linewidth(), -line.get_linewidth(), line.get_linewidth() < 9)

print(round(figure.get_figwidth(), 1), float(figure.get_dpi()), f"{figure.get_dpi():.0f}", figure.dpi == 100)

print(np.asarray(figure.get_size_inches()) * 2, np.sum(line.get_ydata()), list(reversed(axes.lines)) == [line])

moved = axes.transData + matplotlib.transforms.ScaledTranslation(1, 0, figure.dpi_scale_trans)
print(type(moved).__name__, axes.text(0, 0, "x", transform=moved).get_text())

counts, edges, _ = plt.hist([1, 2, 2, 3], bins=2)
print(counts, edges)

for k, row in enumerate(plt.subplots(2, 3)[1]):
    for axes in row:
        axes.set_title(str(k))
print(plt.gcf().axes[5].get_title(), len(plt.gcf().axes))

panels = plt.subplots(2, 2)[1]
panels[0, 1].plot([1, 2])
print(panels.shape, len(panels.flat[1].lines), [len(axes.lines) for axes in np.ravel(plt.subplots()[1])])

print(plt.subplots(1, 2)[1].shape, plt.subplots(1, 1, squeeze=False)[1].shape)

both = plt.figure().subplots(1, 2)
for axes in both:
    axes.plot([1])
print(both.shape, len(both[1].lines))

with plt.rc_context({"lines.linewidth": 7}):
    line = plt.plot([1])[0]
print(line.get_linewidth())

with plt.style.context("ggplot"):
    plt.plot([1])
print(len(plt.get_fignums()), plt.fignum_exists(1))

plt.rcParams["lines.linewidth"] = 3
print(plt.plot([1])[0].get_linewidth(), plt.rcParams["lines.linewidth"])

plt.gca().add_patch(plt.Circle((0, 0), 1))
print(len(plt.gca().patches), plt.cm.gray(0.5), plt.get_cmap("gray")(0.5))

picture = io.BytesIO()
plt.plot([1, 2])
plt.savefig(picture, format="svg")
plt.figure().savefig(picture, format="svg")
print(picture.getvalue().count(b"<svg"))

plt.figure()
plt.close("all")
print(plt.get_fignums(), plt.show(), plt.grid(), plt.plot.__name__, plt.__name__)

from matplotlib.pyplot import plot, gca
plot([1, 2])
print(len(gca().lines), "plot" in dir(plt), hasattr(plt, "nothing"))
"""
BEFORE = """\
figure, axes = plt.subplots()
line, = axes.plot([1, 2], [3, 5], label="a")
"""


@pytest.fixture
def pyplot(monkeypatch):
    matplotlib.pyplot.close("all")
    made = Pyplot()
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", made)
    monkeypatch.setattr(matplotlib, "pyplot", made)
    made.unseen = True
    with matplotlib.rc_context():
        yield made
    made.real.close("all")


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


def printed(source, names=None):
    names = {"np": np, "io": io, "matplotlib": matplotlib} if names is None else names
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(f"import matplotlib.pyplot as plt\n{source}", names)
    return said.getvalue()


@pytest.mark.parametrize("source", CELLS.split("\n\n"))
def test_who_asks_gets_what_matplotlib_gives(pyplot, source):
    source = BEFORE + source
    unseen = printed(source)
    pyplot.real.close("all")
    pyplot.unseen = False
    with matplotlib.rc_context():
        assert unseen == printed(source)
    assert unseen.strip()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_plot_of_the_course_is_built(pyplot, built, name, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    names = {"display": print, "__name__": "__main__"}
    plots = 0
    for cell in json.loads(solved(name).notebook)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not source.startswith("check("):
            plots += "plt.show()" in source
            printed(source, names)
            pyplot.forget()
    assert plots
    assert not built


def test_what_matplotlib_refuses_is_refused_when_something_depends_on_it(pyplot):
    assert printed("plt.plot([1, 2], [1, 2, 3])\nprint('on')") == "on\n"
    pyplot.forget()
    with pytest.raises(ValueError, match="same first dimension"):
        printed("lines = plt.plot([1, 2], [1, 2, 3])\nlen(lines)")
    later = pyplot.plot([1], [1, 2])
    for _ in range(2):
        with pytest.raises(ValueError, match="same first dimension"):
            len(later)


def test_what_is_kept_for_a_later_cell_can_still_be_asked(pyplot, built):
    names = {}
    printed("axes = plt.subplots()[1]\naxes.plot([1, 2])", names)
    pyplot.forget()
    assert not built
    printed("plt.figure()\naxes.set_title('of the first cell')", names)
    assert printed("print(axes.get_title(), len(axes.lines))", names) == "of the first cell 1\n"
    assert len(built) == 1


def test_things_happen_in_the_order_in_which_they_were_asked_for(pyplot):
    axes = pyplot.subplots()[1]
    axes.set_title("first")
    title = axes.get_title()
    assert type(title) is Later
    axes.set_title("second")
    assert (title == "first", axes.get_title() == "second") == (True, True)


def test_seen_plots_are_matplotlibs_own(pyplot, built):
    pyplot.unseen = False
    assert isinstance(pyplot.figure(), matplotlib.figure.Figure)
    assert len(built) == 1
