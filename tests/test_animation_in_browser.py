"""An animation in a real browser: it plays once and stays, and is complete at once where less motion is wanted."""

from __future__ import annotations

import browser
import pytest
from drawn import known

from backprop_course import networks
from backprop_course.drawing import animation
from backprop_course.drawing.score import STEP

pytestmark = pytest.mark.skipif(bool(browser.missing()), reason=browser.missing() or "there is a browser")
TRACE = known(networks.split, "backward")


@pytest.fixture
def page(chromium):
    page = chromium.new_page()
    page.set_content(animation(networks.split, TRACE).svg)
    yield page
    page.close()


def seen(page, seconds):
    """The quantities and captions to be seen at a time, and the nodes that are lit."""
    return page.evaluate(
        """(seconds) => {
            document.getAnimations().forEach((move) => {
                move.pause();
                move.currentTime = 1000 * seconds;
            });
            const style = (part) => getComputedStyle(part);
            const find = (kind) => [...document.querySelectorAll(kind)];
            const told = find("[data-quantity]").filter((part) => style(part).opacity === "1");
            const lit = find("[data-node] > rect").filter((box) => style(box).fill !== "none");
            return [told.map((part) => part.dataset.quantity), lit.map((box) => box.parentElement.dataset.node)];
        }""",
        seconds,
    )


def test_each_step_shows_what_is_known_by_then(page):
    before = set(TRACE) - {step.name for step in TRACE.steps}
    assert set(seen(page, 0.1)[0]) == before
    for k, step in enumerate(TRACE.steps):
        told, lit = seen(page, (k + 1.9) * STEP)
        assert set(told) == before | {step.name for step in TRACE.steps[: k + 1]} | {f"caption {k}"}
        assert bool(lit) == (step.rule != "to_weight")


def test_at_the_end_the_picture_stays_complete_and_at_rest(page):
    told, lit = seen(page, 1000)
    assert set(told) == set(TRACE)
    assert lit == []


@pytest.mark.parametrize("condition", [{"reduced_motion": "reduce"}, {"media": "print"}])
def test_where_less_motion_is_wanted_and_on_paper_it_is_complete_at_once(page, condition):
    page.emulate_media(**condition)
    assert page.evaluate("document.getAnimations().length") == 0
    told, lit = seen(page, 0)
    assert set(told) == set(TRACE)
    assert lit == []
