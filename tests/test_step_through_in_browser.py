"""A step-through in a real browser: in JupyterLab, by keyboard, for a screen reader, without a kernel; and a check."""

from __future__ import annotations

from pathlib import Path

import browser
import nbformat
import numpy as np
import pytest
from drawn import COURSE
from nbformat.v4 import new_code_cell, new_notebook
from test_nbgrader_course import solve

from backprop_course import backward
from backprop_course.exercises import exercise
from backprop_course.students import instructors_notebooks, students_notebook

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "there is a browser")

NETWORKS = {name: (network, None) for name, network in COURSE.items()}
NETWORKS["mlp_batch"] = (COURSE["mlp"], 6)
SETUP = """\
import numpy as np
from test_step_through_in_browser import NETWORKS, trace
from backprop_course.widgets import StepThrough"""


def trace(name):
    """Both passes of a network, with the same numbers here and in the notebook."""
    network, batch = NETWORKS[name]
    return backward(network.forward(*network.random(np.random.default_rng(7), batch)))


CACHE = exercise("chain-cache")
CHECKED = "\n".join(
    ["from backprop_course import check", *(f"{name} = {float(CACHE.expected[name])!r}" for name in CACHE.earlier)]
    + [f"{name} = {value!r}" for name, value in CACHE.givens.items()]
)
RIGHT = "\n".join(f"{name} = {float(CACHE.expected[name])!r}" for name in CACHE.asked)
RUN = """async ([place, source]) => {
    const { content } = window.jupyterapp.shell.currentWidget;
    if (source) content.widgets[place].model.sharedModel.setSource(source);
    content.deselectAll();
    content.activeCellIndex = place;
    await window.jupyterapp.commands.execute("notebook:run-cell");
}"""
"""Runs one cell, with another text where one is given."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory, home, request):
    """JupyterLab over a notebook with every network, and one with a student's numbers."""
    directory = tmp_path_factory.mktemp("notebooks")
    path = new_code_cell(f"import sys; sys.path.insert(0, {str(request.path.parent)!r})")
    steps = [new_code_cell(f"StepThrough(NETWORKS[{name!r}][0], trace({name!r}))") for name in NETWORKS]
    write([path, new_code_cell(SETUP), *steps], directory / "steps.ipynb")
    mine = "steps = trace('chain')\nmine = {'z_j': steps['z_j'], 'h_j': 9.0, 'dL_dw_k': None}\n"
    shown = new_code_cell(f"{mine}StepThrough(NETWORKS['chain'][0], steps, mine)")
    write([path, new_code_cell(SETUP), shown], directory / "mine.ipynb")
    write(
        [new_code_cell(CHECKED, id="setup"), answer(RIGHT), new_code_cell('check("chain-cache")')],
        directory / "checks.ipynb",
    )
    with browser.jupyterlab(directory, home) as address:
        yield address


def answer(source):
    return new_code_cell(source, id="chain-cache")


def write(cells, path):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def opened(chromium, address, **options):
    page = chromium.new_page(viewport={"width": 1200, "height": 1000}, **options)
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    browser.run_notebook(page, address)
    return page


@pytest.fixture(scope="module")
def page(chromium, lab):
    page = opened(chromium, lab.format("steps.ipynb"))
    yield page
    page.close()


def widget(page, name):
    return page.locator(".backprop-steps").nth(list(NETWORKS).index(name))


def state(shown):
    """What can be seen: the step, what is said, the quantities in the picture and those in the table."""
    return shown.evaluate(
        """(root) => {
            const seen = (part) => getComputedStyle(part).visibility === "visible";
            const names = (parts) => [...new Set([...parts].filter(seen).map((part) => part.dataset.quantity))];
            return {
                step: Number(root.dataset.step),
                said: root.querySelector("[aria-live]").textContent,
                equation: root.querySelector(".equation").textContent,
                picture: names(root.querySelectorAll(".picture [data-quantity]")),
                table: names(root.querySelectorAll("td[data-quantity]")),
                lit: [...root.querySelectorAll(".picture .lit[data-quantity]")].map((part) => part.dataset.quantity),
            };
        }"""
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_next_goes_through_the_trace_to_its_end(page, name, tmp_path):
    shown, steps = widget(page, name), trace(name)
    drawn = set(state(shown)["picture"])
    assert state(shown)["step"] == 0
    assert not drawn & {step.name for step in steps.steps}
    for k, step in enumerate(steps.steps, 1):
        shown.get_by_role("button", name="Next step").click()
        now, value = state(shown), steps[step.name]
        told = f"{step.name} has shape {value.shape}" if np.ndim(value) else f"{step.name} = {float(value):.4g}"
        assert now["step"] == k
        assert now["said"].startswith(f"Step {k} of {len(steps.steps)}.")
        assert told in now["said"]
        drawn.add(step.name)
        assert set(now["picture"]) == drawn
        assert set(now["lit"]) == {step.name}
        written = {quantity for quantity in drawn & set(steps) if "_via_" not in quantity} - {"x", "y"}
        assert set(now["table"]) == written
        if not np.ndim(value):
            assert f"{abs(float(value)):.4g}".partition("e")[0] in now["equation"]
    shown.screenshot(path=tmp_path / f"{name}.png")
    assert shown.get_by_role("button", name="Next step").get_attribute("aria-disabled") == "true"
    page.keyboard.press("Enter")  # on the button, which keeps the focus
    assert state(shown)["step"] == len(steps.steps)
    assert page.errors == []


def test_everything_can_be_done_with_keys_alone(page):
    shown = widget(page, "skip_classifier")
    focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName"
    ring = "getComputedStyle(document.activeElement).outlineStyle"
    shown.get_by_role("button", name="Previous step").focus()
    page.keyboard.press("Home")
    assert state(shown)["step"] == 0
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("a")  # a new cell above, if JupyterLab hears it
    assert page.locator(".jp-Notebook .jp-Cell").count() == 2 + len(NETWORKS)
    assert state(shown)["step"] == 1
    page.keyboard.press("Tab")
    assert (page.evaluate(focused), page.evaluate(ring)) == ("Next step", "solid")
    page.keyboard.press("Space")
    assert state(shown)["step"] == 2
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "Pause"
    page.wait_for_function("(root) => root.dataset.step === '3'", arg=shown.element_handle())
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "Play"
    page.keyboard.press("Tab")
    assert (page.evaluate(focused), page.evaluate(ring)) == ("Step", "solid")
    page.keyboard.press("ArrowRight")
    assert state(shown)["step"] == 4
    page.keyboard.press("End")
    assert state(shown)["step"] == len(trace("skip_classifier").steps)
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert (page.evaluate(focused), page.evaluate(ring)) == ("w_0", "solid")
    assert page.locator(".jp-Notebook.jp-mod-commandMode").count() <= 1  # no cell was deleted or cut by a key
    assert page.locator(".backprop-steps").count() == len(NETWORKS)


def test_sliders_change_the_numbers_and_keep_the_step(page):
    shown, steps = widget(page, "skip_regressor"), trace("skip_regressor")
    network = NETWORKS["skip_regressor"][0]
    shown.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    before = shown.locator("[data-node='2']").evaluate("node => node.getBoundingClientRect().x")
    shown.get_by_text("Change the numbers").click()
    shown.get_by_role("slider", name="w_2").focus()
    page.keyboard.press("Home")
    assert shown.get_by_role("slider", name="w_2").get_attribute("aria-valuetext") == "−2"
    weights = {name: float(steps[name]) for name in network.weights} | {"w_2": -2.0}
    value = backward(network.forward(weights, steps["x"], steps["y"]))["dL_dw_0"]
    expected = f"dL_dw_0 = {float(value):.4g}."
    page.wait_for_function(
        "([root, text]) => root.querySelector('[aria-live]').textContent.includes(text)",
        arg=[shown.element_handle(), expected],
    )
    assert state(shown)["step"] == len(steps.steps)
    page.wait_for_function(  # the words may come before the picture is laid out
        """([root, x]) => {
            const node = root.querySelector("[data-node='2']");
            return node && Math.abs(node.getBoundingClientRect().x - x) < 0.01;
        }""",
        arg=[shown.element_handle(), before],
    )
    assert page.errors == []


def test_moving_one_slider_changes_that_number_alone_and_it_comes_back(page):
    shown, steps = widget(page, "split"), trace("split")
    names = [*NETWORKS["split"][0].weights, "x", "y"]
    given = {name: float(steps[name]) for name in names}  # none of them on a slider's own steps
    shown.get_by_role("slider", name="Step").focus()
    page.keyboard.press("Home")
    shown.get_by_text("Change the numbers").click()

    def told():
        """What stands beside each slider, in the same for a screen reader, and the number in the table."""
        sliders = [shown.get_by_role("slider", name=name, exact=True) for name in names]
        words = [slider.get_attribute("aria-valuetext") for slider in sliders]
        assert words == [slider.evaluate("(input) => input.nextSibling.textContent") for slider in sliders]
        return {name: float(word.replace("−", "-")) for name, word in zip(names, words, strict=True)}

    def wait_for(weight):
        written = f"{weight:.4g}".replace("-", "−")
        page.wait_for_function(
            "([root, text]) => root.querySelectorAll(\"td[data-quantity='w_k']\")[1].textContent.trim() === text",
            arg=[shown.element_handle(), written],
        )

    assert told() == given
    shown.get_by_role("slider", name="w_k").focus()
    page.keyboard.press("ArrowRight")
    moved = told()
    assert {name for name in names if moved[name] != given[name]} == {"w_k"}
    wait_for(moved["w_k"])
    page.keyboard.press("ArrowLeft")
    assert told()["w_k"] == pytest.approx(given["w_k"], rel=1e-11)
    for key in "ArrowRight", "ArrowRight", "PageUp":
        page.keyboard.press(key)
    wait_for(told()["w_k"])
    shown.get_by_role("button", name="Reset the numbers").click()
    assert told() == given
    wait_for(given["w_k"])
    assert page.errors == []


def test_a_students_numbers_stand_beside_the_right_ones(chromium, lab):
    page = opened(chromium, lab.format("mine.ipynb"))
    shown = page.locator(".backprop-steps")
    shown.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    cells = shown.locator("td[data-quantity]")
    browser.expect(cells.locator("xpath=self::*[@data-quantity='z_j']").nth(1)).to_contain_text("✓ yours")
    browser.expect(cells.locator("xpath=self::*[@data-quantity='h_j']").nth(1)).to_contain_text("✗ yours: 9")
    assert shown.locator(".wrong:visible").count() == 2  # in the table, and under the picture's label
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "Yours is not right" in state(shown)["said"]
    page.close()


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_screen_reader_finds_its_way_and_everything_can_be_read(chromium, lab, home, theme, request, tmp_path):
    modules = browser.npm(request.config.cache.mkdir("npm"))
    browser.set_setting(home, "themes", {"theme": theme})
    page = opened(chromium, lab.format("steps.ipynb"), reduced_motion="reduce")
    page.add_script_tag(path=modules / "axe-core" / "axe.min.js")
    for name in NETWORKS:
        shown = widget(page, name)
        shown.get_by_role("slider", name="Step").focus()
        for key in "Home", "End", "ArrowLeft":
            page.keyboard.press(key)
            found = page.evaluate("(root) => axe.run(root)", shown.element_handle())
            assert found["passes"]
            assert [(problem["id"], problem["nodes"][0]["html"]) for problem in found["violations"]] == []
        shown.screenshot(path=tmp_path / f"{name}.png")
    page.close()


def test_an_exported_page_steps_without_a_kernel_and_loads_nothing_from_elsewhere(chromium, request, tmp_path):
    modules = browser.npm(request.config.cache.mkdir("npm"))
    path = new_code_cell(f"import sys; sys.path.insert(0, {str(request.path.parent)!r})")
    shown = new_code_cell("StepThrough(NETWORKS['split'][0], trace('split'))")
    notebook = new_notebook(cells=[path, new_code_cell(SETUP), shown])
    browser.export(notebook, tmp_path, modules)
    page = chromium.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    with browser.served(tmp_path) as address:
        page.goto(f"{address}/page.html")
        page.wait_for_selector(".backprop-steps", timeout=20_000)
        steps = trace("split").steps
        for k, step in enumerate(steps, 1):
            page.get_by_role("button", name="Next step").click()
            now = state(page.locator(".backprop-steps"))
            assert now["step"] == k
            assert f"{step.name} = " in now["said"]
        assert not page.get_by_text("Change the numbers").is_visible()
    page.close()
    assert asked
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


STEPPED = [
    "02_chain_network/chain_network",
    "03_split_network/split_network",
    "04_skip_connections/skip_classifier",
    "04_skip_connections/skip_regressor",
    "05_mlp/mlp",
    "06_softmax_cross_entropy/softmax_cross_entropy",
]


@pytest.fixture(scope="module")
def course(tmp_path_factory, home):
    """JupyterLab over the students' notebooks, and over the same with the answers typed in."""
    directory = tmp_path_factory.mktemp("course")
    for name in STEPPED:
        notebook = students_notebook(instructors_notebooks() / f"{name}.ipynb")
        nbformat.write(notebook, directory / f"untouched-{Path(name).name}.ipynb")
        nbformat.write(solved(notebook, name), directory / f"solved-{Path(name).name}.ipynb")
    browser.set_setting(home, "themes", {"theme": "JupyterLab Light"})
    with browser.jupyterlab(directory, home) as address:
        yield address


def solved(notebook, name):
    notebook = nbformat.from_dict(notebook)
    solve(notebook, name)
    return notebook


@pytest.mark.parametrize("name", STEPPED)
def test_an_untouched_notebooks_step_throughs_show_nothing(chromium, course, name):
    page = opened(chromium, course.format(f"untouched-{Path(name).name}.ipynb"))
    locked = [shown for shown in page.locator(".backprop-steps").all() if shown.locator(".locked").text_content()]
    assert locked
    for shown in locked:
        assert "The next step appears when your " in shown.locator(".locked").text_content()
        assert shown.locator("table tbody [data-quantity^='dL_d']").count() == 0
        assert state(shown)["step"] == 0
    assert page.errors == []
    page.close()


@pytest.mark.parametrize("name", STEPPED)
def test_a_solved_notebooks_step_throughs_show_everything(chromium, course, name, tmp_path):
    page = opened(chromium, course.format(f"solved-{Path(name).name}.ipynb"))
    every = page.locator(".backprop-steps").all()
    notebook = nbformat.read(instructors_notebooks() / f"{name}.ipynb", 4)
    assert len(every) == sum(cell.source.count("StepThrough(") for cell in notebook.cells if cell.cell_type == "code")
    assert every[-1].locator(".locked").text_content() == ""
    for k, shown in enumerate(every):  # one before may wait for an answer that comes after it
        last = int(shown.get_by_role("slider", name="Step").get_attribute("max"))
        assert last > 0
        shown.get_by_role("slider", name="Step").press("Home")  # one begins at its end
        for step in range(1, 1 + last):
            shown.get_by_role("button", name="Next step").click()
            assert state(shown)["step"] == step
        assert shown.locator(".wrong:visible").count() == 0
        shown.screenshot(path=tmp_path / f"{k}.png")
    assert page.errors == []
    page.close()


def test_a_check_below_a_cell_that_crashed_says_so_and_is_not_green(chromium, lab):
    page = opened(chromium, lab.format("checks.ipynb"))
    page.evaluate(RUN, [1, RIGHT + "\nC_3 = (1"])
    page.evaluate(RUN, [2, ""])
    shown = page.locator(".jp-OutputArea").last
    browser.expect(shown).to_contain_text("chain-cache: the cell above stopped with SyntaxError (line 4).")
    browser.expect(shown).to_contain_text("What follows is about an earlier run: 3 of 3 points.")
    assert "✓" not in shown.inner_text()
    assert "46, 133, 64" not in shown.locator("div[style*=border-left]").evaluate(
        "(it) => getComputedStyle(it).borderColor"
    )
    page.evaluate(RUN, [1, RIGHT])
    page.evaluate(RUN, [2, ""])
    browser.expect(shown).to_contain_text("chain-cache: 3 of 3 points")
    assert page.locator(".jp-OutputArea-prompt", has_text="[").count() == 0  # no number below the verdict
    page.close()
