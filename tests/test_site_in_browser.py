"""The course's site in a real browser, from a server that is the only host it may ask."""

import json
import re
import shutil
from types import SimpleNamespace

import browser
import nbformat
import pytest
from classroom import Classroom
from test_nbgrader import ROOT
from test_nbgrader_course import solve
from test_pyodide import PYODIDE

from backprop_course.exercises import EXERCISES, NOTEBOOKS
from backprop_course.site.build import build_site
from backprop_course.students import instructors_notebooks, students_notebook

pytestmark = [
    pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "there is a browser"),
    pytest.mark.skipif(not PYODIDE.is_dir(), reason="there is no Pyodide beside this project, in ../shared/pyodide"),
]

SPLIT, SKIP = "03_split_network/split_network", "04_skip_connections/skip_classifier"
MLP = "05_mlp/mlp"
WRONG = 'y_hat = "tanh(z_2)"'
CDN = "https://cdn.jsdelivr.net/pyodide/"

RUN_ALL = """
async (answers) => {
    const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    await sessionContext.session.kernel.info;
    for (const cell of content.widgets) {
        const source = answers[cell.model.getMetadata("nbgrader")?.grade_id];
        if (source) cell.model.sharedModel.setSource(source);
    }
    await window.jupyterapp.commands.execute("notebook:run-all-cells");
}
"""
RUN = """
async (sources) => {
    const { content } = window.jupyterapp.shell.currentWidget;
    for (const [k, cell] of content.widgets.entries()) {
        const id = cell.model.getMetadata("nbgrader")?.grade_id;
        if (sources.includes(cell.model.sharedModel.getSource().trim()) || sources.includes(id)) {
            content.deselectAll();
            content.activeCellIndex = k;
            await window.jupyterapp.commands.execute("notebook:run-cell");
        }
    }
}
"""
OUTPUTS = """
() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter((cell) => cell.model.type === "code")
    .map((cell) => ({ id: cell.model.getMetadata("nbgrader")?.grade_id, outputs: cell.model.outputs.toJSON() }))
"""


def answers(name):
    """The instructor's answer cells of a notebook, by their id."""
    notebook = students_notebook(instructors_notebooks() / f"{name}.ipynb")
    solve(notebook, name)
    marks = [(cell, cell.metadata.get("nbgrader", {})) for cell in notebook.cells if cell.cell_type == "code"]
    return {mark["grade_id"]: cell.source for cell, mark in marks if mark.get("solution")}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """What is served: the site, in a folder of a folder."""
    root = tmp_path_factory.mktemp("root")
    build_site(root / "courses" / "backprop", PYODIDE)
    return root


@pytest.fixture(scope="module")
def visit(chromium, root):
    """A visitor at the start page: the page, and the addresses on other hosts that were asked for."""
    with browser.served(root) as host:
        context = chromium.new_context(viewport={"width": 1200, "height": 1000}, accept_downloads=True)
        page, elsewhere, errors = watched(context, host)
        address = f"{host}/courses/backprop/"
        page.goto(address)
        yield SimpleNamespace(page=page, address=address, elsewhere=elsewhere, errors=errors)
        context.close()


def watched(context, host):
    """A page that can reach one host only, the addresses elsewhere that it asks for, and its errors."""
    elsewhere, errors = [], []

    def decide(route):
        if route.request.url.startswith((host, "data:", "blob:")):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.route("**/*", decide)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page, elsewhere, errors


def ready(page):
    """Waits until the notebook that was opened can be worked in."""
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context?.isReady", timeout=120_000)


def saved(page):
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty", timeout=30_000)


def done_of(name, left):
    """What the start page says where so many of a notebook's exercises are left."""
    return f"{len(NOTEBOOKS[name]) - left} of {len(NOTEBOOKS[name])} exercises done"


def entry(page, name):
    return page.locator(f".entry[data-path='{name}.ipynb']")


def verdicts(page):
    """What the checks of the open notebook say, and the errors in any cell."""
    cells = page.evaluate(OUTPUTS)
    outputs = [output for cell in cells for output in cell["outputs"]]
    bad = [out for out in outputs if out["output_type"] == "error" or out.get("name") == "stderr"]
    found = [out["metadata"].get("backprop-course") for out in outputs if "metadata" in out]
    return {verdict["exercise"]: verdict for verdict in found if verdict}, bad


def practise(page, id):
    """Gets an exercise again, with its answers and without: the numbers that are shown, and what its check says."""
    check, found = f'check("{id}")', []
    cell = page.locator(".jp-CodeCell").filter(has_text=check)
    for cells in ([id, check], [check]):
        cell.get_by_role("button", name="Again, with new numbers").click()
        numbers = cell.locator(".backprop-practice .said")
        numbers.get_by_text("New numbers for").wait_for(timeout=30_000)
        found.append(numbers.locator("td").all_text_contents())
        page.evaluate(RUN, cells)
        found.append(verdicts(page)[0][id])
    return found


@pytest.fixture(scope="module")
def solved(visit):
    """A notebook opened from the start page, answered in full, run to its end, and left for the start page."""
    page = visit.page
    entry(page, SPLIT).get_by_role("link", name="Start").click()
    ready(page)
    page.evaluate(RUN_ALL, answers(SPLIT))
    found = verdicts(page)
    plots = page.get_by_role("img", name="A plot. prediction y_hat over x").count()
    steps = page.locator(".backprop-steps").last
    steps.scroll_into_view_if_needed()
    shown = [steps.get_attribute("data-step")]
    for _ in range(2):
        steps.get_by_role("button", name="Next step").click()
        shown.append(steps.get_attribute("data-step"))
    practised = practise(page, "split-forward")
    saved(page)
    kept = verdicts(page)
    page.reload()
    ready(page)
    again = verdicts(page)
    page.get_by_text("StepThrough(split, numbers").last.scroll_into_view_if_needed()
    page.wait_for_selector(".jp-OutputArea-output:has-text('Forward ↑')")
    loading = page.get_by_text("Loading widget").count()
    page.get_by_role("link", name="All notebooks").click()
    page.wait_for_selector(".entry .mine button")
    return SimpleNamespace(
        found=found, practised=practised, kept=kept, again=again, shown=shown, loading=loading, plots=plots
    )


def test_a_notebook_runs_to_its_end_and_right_answers_are_right(solved):
    found, bad = solved.found
    assert bad == []
    assert {id: verdict["passed"] for id, verdict in found.items()} == {one.id: True for one in NOTEBOOKS[SPLIT]}


def test_a_button_gives_an_exercise_again_with_new_numbers_as_often_as_one_likes(solved):
    numbers, right, others, empty = solved.practised
    published = EXERCISES["split-updates"].given.values()
    assert len({tuple(map(float, shown)) for shown in (numbers, others, published)}) == 3
    assert len(numbers) == len(others) == len(published)
    assert [(verdict["practice"], verdict["passed"], verdict["points"]) for verdict in (right, empty)] == [
        (True, True, 0),
        (True, False, 0),
    ]


def test_a_step_through_steps(solved):
    assert solved.shown == ["0", "1", "2"]


def test_a_plot_is_part_of_its_page_and_told_in_words(solved):
    assert solved.plots == 1


def test_work_is_there_after_a_reload(solved):
    assert solved.again == solved.kept
    assert solved.loading == 0  # a step-through of a kernel that is gone is a picture


def test_the_start_page_shows_what_is_done_also_where_it_is_practised_since(visit, solved):
    page = visit.page
    shown = entry(page, SPLIT)
    assert shown.locator(".count").text_content() == done_of(SPLIT, 0)
    assert shown.get_by_text("split-deltas (done)").count() == 1
    assert shown.get_by_role("link", name="Continue").count() == 1
    assert entry(page, SKIP).locator(".count").text_content() == done_of(SKIP, len(NOTEBOOKS[SKIP]))


def test_a_mistake_is_named_and_formulas_are_read_back(visit, solved):
    page = visit.page
    page.goto(visit.address)
    entry(page, SKIP).get_by_role("link", name="Start").click()
    ready(page)
    typed = answers(SKIP)
    typed["skip-classifier-forward"] += f"\n{WRONG}"
    page.evaluate(RUN_ALL, typed)
    found, bad = verdicts(page)
    assert bad == []
    wrong = [part for part in found["skip-classifier-forward"]["parts"] if part["status"] != "right"]
    assert [part["name"] for part in wrong] == ["y_hat"]
    assert wrong[0]["misconception"]
    assert found["skip-classifier-backward"]["passed"]
    assert page.locator(".jp-OutputArea-output math").count() > 0
    saved(page)
    page.goto(visit.address)
    page.wait_for_selector(".entry .mine button")
    assert entry(page, SKIP).locator(".count").text_content() == done_of(SKIP, 1)


@pytest.mark.parametrize("later", [0, 2500], ids=["while it is being saved", "after that"])
def test_leaving_a_notebook_that_was_changed_while_it_was_saved_asks_nothing_and_loses_nothing(visit, solved, later):
    page, said = visit.page, f"Second, {later}"
    page.goto(visit.address)
    entry(page, MLP).get_by_role("link", name=re.compile("Start|Continue")).click()
    ready(page)
    page.evaluate(
        """async ([said, later]) => {
            const { contents } = window.jupyterapp.serviceManager;
            const { content, context } = window.jupyterapp.shell.currentWidget;
            const save = contents.save.bind(contents), wait = (time) => new Promise((done) => setTimeout(done, time));
            contents.save = async (...values) => {
                const saved = await save(...values);
                await wait(1500);
                return saved;
            };
            await wait(600); // or both times count as one
            content.widgets[0].model.sharedModel.setSource("# First");
            context.save();
            await wait(600);
            content.widgets[0].model.sharedModel.setSource(`# ${said}`);
            await wait(later);
        }""",
        [said, later],
    )
    page.get_by_role("link", name="All notebooks").click()
    page.wait_for_selector(".entry .mine button")
    entry(page, MLP).get_by_role("link", name="Continue").click()
    ready(page)
    page.get_by_role("heading", name=said).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_start_page_can_be_read_by_everybody(visit, solved, scheme, request):
    modules = browser.npm(request.config.cache.mkdir("npm"))
    page = visit.page
    page.emulate_media(color_scheme=scheme)
    page.goto(visit.address)
    page.wait_for_selector(".entry .mine button")
    page.add_script_tag(path=modules / "axe-core" / "axe.min.js")
    found = page.evaluate("() => axe.run()")["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:4]) for one in found] == []


def test_no_other_host_is_asked_for_anything(visit, solved):
    assert visit.elsewhere == []
    assert visit.errors == []


def test_a_downloaded_notebook_is_graded_as_it_is(visit, solved, tmp_path):
    with visit.page.expect_download() as download:
        entry(visit.page, SPLIT).get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "split_network.ipynb"
    assignment, name = SPLIT.split("/")
    room = Classroom(tmp_path)
    shutil.copytree(ROOT / assignment, tmp_path / "notebooks" / assignment)
    shutil.copy(ROOT.parent / "nbgrader_config.py", tmp_path)
    room.run("nbgrader", "generate_assignment", assignment)
    submitted = tmp_path / "submitted" / "ada" / assignment / f"{name}.ipynb"
    submitted.parent.mkdir(parents=True)
    download.value.save_as(submitted)
    nbformat.validate(nbformat.read(submitted, 4))
    room.run("backprop_course.cli", "grade", assignment)
    with room.gradebook() as gradebook:
        notebook = gradebook.find_submission(assignment, "ada").notebooks[0]
        points = {grade.name: grade.auto_score for grade in notebook.grades if grade.cell.cell_type == "code"}
    assert points == {f"{one.id}-check": one.points for one in NOTEBOOKS[SPLIT]}


def test_a_new_version_leaves_work_as_it_is_and_can_be_had_beside_it(visit, solved, root):
    page, site = visit.page, root / "courses" / "backprop"
    file = site / "files" / f"{SPLIT}.ipynb"
    notebook = json.loads(file.read_text())
    notebook["cells"][0]["source"] = "# The split network, renewed"
    notebook["metadata"]["backprop_course"]["release"] = "renewed"
    file.write_text(json.dumps(notebook))
    start = site / "index.html"
    start.write_text(re.sub(rf'(data-path="{SPLIT}.ipynb" data-release=)"\w+"', r'\1"renewed"', start.read_text()))

    page.goto(visit.address)
    page.wait_for_selector(".entry .mine button")
    assert entry(page, SPLIT).get_by_text("newer version").is_visible()
    assert not entry(page, SKIP).get_by_text("newer version").is_visible()
    entry(page, SPLIT).get_by_role("link", name="Continue").click()
    ready(page)
    assert verdicts(page) == solved.kept
    assert page.get_by_role("heading", name="The split network", exact=False).first.inner_text() == "The split network"

    page.goto(visit.address)
    page.wait_for_selector(".entry .mine button")
    entry(page, SPLIT).get_by_role("button", name="Fresh copy").click()
    entry(page, SPLIT).get_by_role("link", name="Start").click()
    ready(page)
    page.get_by_role("heading", name="The split network, renewed").wait_for()
    page.goto(visit.address)
    entry(page, SPLIT).get_by_role("link", name="split_network (mine until").click()
    ready(page)
    assert verdicts(page) == solved.kept


def test_without_a_folder_pyodide_and_nothing_else_comes_from_its_cdn(chromium, tmp_path):
    build_site(tmp_path / "site")
    asked = []
    with browser.served(tmp_path) as host:
        context = chromium.new_context()
        page, elsewhere, errors = watched(context, host)

        def from_cdn(route):
            name = route.request.url.rpartition("/")[2]
            asked.append(name)
            route.fulfill(path=PYODIDE / name, headers={"Access-Control-Allow-Origin": "*"})

        context.route(f"{CDN}**", from_cdn)
        page.goto(f"{host}/site/notebooks/index.html?path={SPLIT}.ipynb")
        ready(page)
        page.evaluate(RUN_ALL, {})
        found, bad = verdicts(page)
        context.close()
    assert bad == []
    assert set(found) == {one.id for one in NOTEBOOKS[SPLIT]}
    assert elsewhere == []
    ours = {"backprop_course", "ipython", "ipywidgets", "anywidget", "traitlets", "pyodide_kernel", "piplite"}
    assert not ours & {name.partition("-")[0] for name in asked}
    assert errors == []
