"""Pages for reading: opened as files, with no kernel, no server and no network."""

import io
import re
from contextlib import redirect_stderr

import browser
import pytest

from backprop_course.errors import CourseError
from backprop_course.exercises import NOTEBOOKS
from backprop_course.site.export import PROGRESS, export
from backprop_course.site.outputs import output_html
from backprop_course.site.prose import formula, prose_html

NAMES = [name.split("/")[1] for name in NOTEBOOKS]
STEPS = {"chain_network": 4, "split_network": 3, "skip_classifier": 2, "skip_regressor": 2, "mlp": 1}
needs_a_browser = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "there is a browser")


@pytest.fixture(scope="module", autouse=True)  # made first: beside Playwright's event loop no other one can run
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages") / "reading"
    with redirect_stderr(io.StringIO()) as told:
        export(folder)
    (folder.parent / "told").write_text(told.getvalue())
    return folder


def opened(chromium, path, **options):
    """A page, and what it asked for or complained about."""
    page = chromium.new_page(**options)
    page.trouble = []
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("request", lambda request: request.url.startswith("http") and page.trouble.append(request.url))
    page.goto(path.as_uri())
    return page


def test_who_waits_is_told_what_is_done_and_how_far_it_is(folder):
    told = (folder.parent / "told").read_text()
    assert told.startswith("The students' notebooks are being made.\n")
    assert f"The {len(NAMES)} notebooks are being run" in told
    assert f"\n{len(NAMES)} of {len(NAMES)}, 0 s left\n" in told


def test_there_is_a_page_for_each_notebook_and_one_that_lists_them(folder):
    assert {path.stem for path in folder.glob("*.html")} == {"index", *NAMES}
    index = (folder / "index.html").read_text()
    assert all(f'href="{name}.html"' in index for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_the_students_cells_and_no_answer(folder, name):
    html = (folder / f"{name}.html").read_text()
    assert "# Your code here." in re.sub(r"<[^>]+>", "", html)
    assert "SOLUTION" not in html
    assert "Marking scheme" not in html
    assert "of 7 points" not in html  # what a check says
    assert html.count(PROGRESS) == 1
    assert "The course: " not in html  # nor what whoever made the pages has done


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_its_formulas_and_pictures(folder, name):
    html = (folder / f"{name}.html").read_text()
    prose = " ".join(re.findall(r"<div class='prose'>(.*?)</div>", html, re.S))
    assert html.count("<math") > 50
    assert "\\" not in prose
    assert "$" not in prose
    assert "<img" in html or "<svg" in html
    assert all('alt="' in image for image in re.findall(r"<img [^>]*>", html))


@needs_a_browser
@pytest.mark.parametrize("name", STEPS)
def test_step_throughs_step_without_a_kernel(chromium, folder, name):
    page = opened(chromium, folder / f"{name}.html")
    shown = page.locator(".backprop-steps")
    assert shown.count() == STEPS[name]
    steps = shown.last
    steps.get_by_role("slider", name="Step").press("Home")
    for _ in range(2):
        steps.get_by_role("button", name="Next step").click()
    assert steps.get_attribute("data-step") == "2"
    assert "Step 2 of" in steps.locator("[aria-live]").text_content()
    page.keyboard.press("End")
    assert page.trouble == []
    page.close()


SIZES = """() => [...document.querySelectorAll(".output svg")].map((svg) => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const fonts = [...svg.querySelectorAll("text")].map((label) => parseFloat(getComputedStyle(label).fontSize));
    return { label: scale * Math.min(...fonts), width: document.documentElement.scrollWidth };
})"""


@needs_a_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_labels_of_every_network_can_be_read_and_no_page_scrolls_sideways(chromium, folder, width):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    for name in [*STEPS, "softmax_cross_entropy"]:
        page.goto((folder / f"{name}.html").as_uri())
        pictures = page.evaluate(SIZES)
        assert len(pictures) > STEPS.get(name, 1)
        assert [picture for picture in pictures if picture["label"] < 11 or picture["width"] > width] == [], name
        if name == "chain_network":
            left, right = (
                page.locator(f".backprop-steps .{side}").last.bounding_box()
                for side in ("picture-column", "table-column")
            )
            beside, below = right["x"] >= left["x"] + left["width"], right["y"] >= left["y"] + left["height"]
            assert (beside, below) == ((True, False) if width > 1000 else (False, True))
        if width > 1000:  # there is room for all of it
            wide = "(box) => box.scrollWidth > box.clientWidth"
            boxes = page.locator(".backprop-steps .picture, .backprop-steps .scroll").all()
            assert [box.get_attribute("class") for box in boxes if box.evaluate(wide)] == []
    page.close()


@needs_a_browser
def test_from_the_list_one_reads_on_from_page_to_page(chromium, folder):
    page = opened(chromium, folder / "index.html")
    page.get_by_role("link", name="Read").first.click()
    page.get_by_role("link", name="Next: The chain network").first.click()
    assert page.title() == "The chain network"
    page.get_by_role("link", name="All notebooks").first.click()
    assert page.get_by_role("link", name="Read").count() == len(NAMES)
    assert page.trouble == []
    page.close()


@needs_a_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "chain_network", "softmax_cross_entropy"])
def test_pages_can_be_read_by_everybody(chromium, folder, name, scheme, request):
    modules = browser.npm(request.config.cache.mkdir("npm"))
    page = opened(chromium, folder / f"{name}.html", color_scheme=scheme)
    page.add_script_tag(path=modules / "axe-core" / "axe.min.js")
    # What is in a step-through is looked at by its own tests: here, that two of them do not get in each other's way.
    found = page.evaluate("() => axe.run({ exclude: ['.widget'] })")["violations"]
    found += page.evaluate("() => axe.run({ runOnly: ['landmark-unique', 'duplicate-id-aria'] })")["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:4]) for one in found] == []
    page.close()


def test_a_folder_with_other_files_is_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="holds other files"):
        export(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_formulas_in_prose_become_mathml():
    shown = prose_html("Both: $a_1 < b$ and\n\n$$\\frac{\\partial L}{\\partial w} = \\hat y$$\n\nand `$code$`.")
    assert shown.count("<math") == 2
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">' in shown
    assert "<code>$code$</code>" in shown
    assert "&lt;" in formula("a < b", "inline") or "&#x0003C;" in formula("a < b", "inline")


def test_what_a_program_prints_stays_text():
    class Stream:
        output_type, text = "stream", "<script>alert(1)</script>"

    assert "<script>" not in output_html(Stream, None)
