"""Explorers, plots, verdicts and practice in a real browser: by keyboard, for a screen reader, without a kernel."""

from __future__ import annotations

import browser
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from backprop_course.exercises import exercise

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "there is a browser")

SETUP = """\
import matplotlib.pyplot as plt
from backprop_course.widgets import explore
drawn = 0

def draw(curve, z):
    \"\"\"A line.\"\"\"
    global drawn
    drawn += 1
    if z == -50:
        raise ValueError("too far")
    figure, axes = plt.subplots(figsize=(3, 2))
    axes.plot([0, z])
    axes.set_title(f"{curve} {z}, drawn {drawn} times")
    return figure"""
CHAIN = exercise("chain-forward")
WRONG = "\n".join(
    ["from backprop_course import check, progress", *(f"{name} = {value!r}" for name, value in CHAIN.givens.items())]
    + [f"{name} = 7.0" for name in CHAIN.asked]
)
RIGHT = "\n".join(f"{name} = {float(CHAIN.expected[name])!r}" for name in CHAIN.asked)
PLOT = """\
from backprop_course.drawing import page_plots
page_plots()
plt.plot([1, 2], [3, 4], label="a line")
plt.xlabel("x")
plt.legend()
plt.show()"""
CHECK = 'check("chain-forward")'
SAID = [WRONG, CHECK, CHECK, CHECK, RIGHT, CHECK, "progress()", PLOT]
"""A wrong answer until hints are offered, the right one, what is done, and a plot."""
NOTEBOOK = new_notebook(
    cells=[
        new_markdown_cell("# Above"),
        new_code_cell(SETUP),
        new_code_cell("explore(draw, curve=['tanh', 'relu'], z=range(-50, 51))"),
        new_markdown_cell("# Below"),  # where JupyterLab's own arrow keys lead to
        *map(new_code_cell, SAID),
    ],
    metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory, home):
    directory = tmp_path_factory.mktemp("notebooks")
    nbformat.write(NOTEBOOK, directory / "explorer.ipynb")
    with browser.jupyterlab(directory, home) as address:
        yield address.format("explorer.ipynb")


@pytest.fixture
def page(chromium, lab):
    page = chromium.new_page(viewport={"width": 1000, "height": 900})
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    browser.run_notebook(page, lab)
    page.wait_for_selector(".backprop-explorer form:not([hidden])")
    yield page
    page.close()


def shows(page, words):
    """Waits until the picture is said to be this one."""
    page.wait_for_function(f"() => document.querySelector('.backprop-explorer svg').ariaLabel.includes('{words}')")


def test_everything_can_be_done_with_keys_alone(page):
    slider, menu = page.get_by_role("slider", name="z"), page.get_by_role("combobox", name="curve")
    menu.focus()
    page.keyboard.press("ArrowDown")
    shows(page, "Here curve = relu, z = 0.")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    shows(page, "Here curve = relu, z = 2.")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert slider.get_attribute("aria-valuetext") == "2"
    page.keyboard.press("End")
    shows(page, "Here curve = relu, z = 50. relu 50, drawn")
    # The words are a message of their own, after the picture's.
    browser.expect(page.get_by_role("status").filter(has_text="A line.")).to_contain_text(
        "curve = relu, z = 50. relu 50"
    )
    assert page.locator(".jp-CodeCell").count() == 2 + len(SAID)  # no cell was cut or added by a key
    assert page.errors == []


IN_THE_KERNEL = """async (name) => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const asked = { code: "", user_expressions: { found: name } };
    const reply = await kernel.requestExecute(asked).done;
    return reply.content.user_expressions.found.data["text/plain"];
}"""


def test_new_numbers_are_given_by_a_key_bound_in_the_kernel_and_told(page):
    button = page.get_by_role("button", name="Again, with new numbers")
    told = page.get_by_role("status").filter(has_text="New numbers for chain-forward")
    assert not page.get_by_text("in a cell of your own").is_visible()
    button.press("Enter")
    browser.expect(told).to_contain_text("Run the answer cells again, then their checks")
    shown = dict(zip(told.locator("th").all_inner_texts(), told.locator("td").all_inner_texts(), strict=True))
    assert {name: float(value) for name, value in shown.items()} != CHAIN.givens
    assert {name: page.evaluate(IN_THE_KERNEL, name) for name in shown} == shown
    assert page.evaluate(IN_THE_KERNEL, "L") == "None"
    browser.expect(button).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    button.press("Space")
    browser.expect(told.locator("td").first).not_to_have_text(shown["x"])
    assert page.locator(".jp-CodeCell").count() == 2 + len(SAID)  # no cell was run or added by a key
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    button.press("Enter")
    nothing = page.get_by_role("status").filter(has_text="Nothing has answered")
    browser.expect(nothing).to_contain_text('type practice("chain-forward")')
    assert page.errors == []


def test_of_many_moves_only_the_last_one_has_to_be_drawn(page):
    page.get_by_role("slider", name="z").evaluate(
        """(slider) => {
            for (let k = 50; k < 90; k++) {
                slider.value = k;
                slider.dispatchEvent(new Event("input", { bubbles: true }));
            }
        }"""
    )
    # At the start, for the first move, and for the last one.
    shows(page, "z = 39. tanh 39, drawn 3 times.")


def test_a_failure_is_seen_until_something_can_be_drawn_again(page):
    slider, said = page.get_by_role("slider", name="z"), page.get_by_role("status").filter(has_text="too far")
    slider.press("Home")
    said.wait_for()
    browser.expect(said).to_have_text("No picture for these values: ValueError: too far")
    assert said.bounding_box()["height"] > 10
    assert (
        float(page.locator(".backprop-explorer .picture").evaluate("(shown) => getComputedStyle(shown).opacity")) < 0.5
    )
    slider.press("End")
    shows(page, "z = 50.")
    page.wait_for_function("() => !document.querySelector('.backprop-explorer').matches('.failed')")
    assert page.errors == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_screen_reader_finds_its_way(chromium, lab, home, theme, request, tmp_path):
    modules = browser.npm(request.config.cache.mkdir("npm"))
    browser.set_setting(home, "themes", {"theme": theme})
    page = chromium.new_page(viewport={"width": 1000, "height": 900})
    browser.run_notebook(page, lab)
    page.wait_for_selector(".backprop-explorer form:not([hidden])")
    page.add_script_tag(path=modules / "axe-core" / "axe.min.js")
    outputs = page.locator(".jp-OutputArea-output")
    # The set-up cells say nothing, the explorer does, and below full points there is an offer of practice.
    browser.expect(outputs).to_have_count(len(SAID) - 2 + 2)
    page.get_by_role("button", name="Again, with new numbers").click()
    browser.expect(page.get_by_role("status").filter(has_text="New numbers for")).to_be_visible()
    page.locator("details summary").first.click()  # a hint
    found = page.evaluate("axe.run({ include: [['.jp-OutputArea-output']] })")
    assert found["passes"]
    assert [(problem["id"], problem["nodes"][0]["html"]) for problem in found["violations"]] == []
    browser.expect(page.get_by_role("img", name="A plot. over x: a line.")).to_have_count(1)
    for k, output in enumerate(outputs.all()):
        output.screenshot(path=tmp_path / f"{k}.png")
    page.evaluate(IN_THE_KERNEL, "__import__('backprop_course').given('chain-forward')")  # practice ends
    page.close()


def test_without_a_kernel_there_is_the_picture_and_nothing_to_move(chromium, request, tmp_path):
    modules = browser.npm(request.config.cache.mkdir("npm"))
    notebook = nbformat.from_dict(NOTEBOOK)
    browser.export(notebook, tmp_path, modules)
    page = chromium.new_page()
    with browser.served(tmp_path) as address:
        page.goto(f"{address}/page.html")
        page.wait_for_selector(".backprop-explorer svg", timeout=20_000)
        assert page.locator(".backprop-explorer svg").bounding_box()["width"] > 200
        assert not page.locator(".backprop-explorer form").is_visible()
        assert not page.get_by_role("button", name="Again, with new numbers").is_visible()
        assert page.get_by_text('then practice("chain-forward"), in a cell of your own').is_visible()
    page.close()
