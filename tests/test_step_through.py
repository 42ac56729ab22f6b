"""A step-through shows what the trace says, as far as it may, and costs nothing where nobody looks."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import COURSE, drawn_networks, known
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_course import CourseError, backward, networks
from backprop_course import given as given_numbers
from backprop_course.drawing import figure
from backprop_course.drawing.frames import frames
from backprop_course.drawing.heatmap import MOST_PER_AXIS, heatmap
from backprop_course.drawing.layout import layout
from backprop_course.exercises import exercise
from backprop_course.widgets import StepThrough
from backprop_course.widgets.story import PHASES

CHAIN = {"w_in": 2.0, "w_j": 5.0, "w_k": 3.0, "x": 1.0, "y": 3.0}
SKIP = {"w_0": 0.5, "w_1": -1.5, "w_2": 1.0, "w_s": 0.8, "x": 2.0, "y": 1.0}
VIEW = "application/vnd.jupyter.widget-view+json"


def quantities(steps):
    return [step["quantity"] for step in steps.story["steps"]]


@settings(max_examples=40, deadline=None)
@given(network=drawn_networks(), batch=st.sampled_from([None, 2]))
def test_every_step_of_any_network_happens_at_something_that_is_drawn(network, batch):
    trace = known(network, "backward", batch)
    drawn = layout(network, trace)
    nodes, routes = {node.name for node in drawn.nodes}, {route.name for route in drawn.routes}
    shown = frames(trace)
    assert [frame.quantity for frame in shown] == [step.name for step in trace.steps]
    for frame in shown:
        assert set(frame.nodes) <= nodes
        assert set(frame.routes) <= routes
        assert frame.nodes or frame.routes
        assert set(frame.parents) <= set(trace)
        assert frame.sentence.endswith(".")
    phases = [frame.phase for frame in shown]
    assert phases == sorted(phases, key=["forward", "backward", "weights"].index)


@pytest.mark.parametrize("batch", [None, 3])
@pytest.mark.parametrize("name", COURSE)
def test_the_story_tells_every_step_of_the_trace(name, batch):
    trace = known(COURSE[name], "backward", batch)
    steps = StepThrough(COURSE[name], trace)
    story = json.loads(json.dumps(steps.story))
    assert [step["quantity"] for step in story["steps"]] == [step.name for step in trace.steps]
    for step in story["steps"]:
        for formula in step["symbols"], step["numbers"]:
            assert ElementTree.fromstring(formula).tag == "math"
    assert story["picture"] == figure(COURSE[name], trace, upright=True).svg
    cells = ElementTree.fromstring(f"<table>{story['table'].replace('&#x2061;', '')}</table>").iter("td")
    in_table = {cell.attrib.get("data-quantity") for cell in cells} - {None}
    assert in_table == {name for name in trace if "_via_" not in name} - {"x", "y"}
    assert story["locked"] == ""


@pytest.mark.parametrize("values", [CHAIN, known(networks.chain, "forward")])
def test_the_first_step_says_what_will_come_and_what_is_kept(values):
    story = StepThrough(networks.chain, values).story
    phases = [step["phase"] for step in story["steps"]]
    for phase, heading in PHASES.items():
        assert (f"{heading}: {phases.count(phase)} steps, <math" in story["start"]) == (phase in phases)
    assert "Next starts." in story["start"]
    assert "<b>Kept</b>: the values of the forward pass" in story["note"]
    assert bool(story["legend"]) == ("backward" in phases)


def test_an_error_signal_is_a_delta_where_the_course_has_introduced_it():
    for deltas in True, False:
        steps = StepThrough(networks.chain, CHAIN, deltas=deltas)
        story = steps.story
        told = {step["quantity"]: step for step in story["steps"]}
        assert ("delta_k = " in told["dL_dz_k"]["said"]) is deltas
        for shown in story["picture"], story["table"], told["dL_dh_j"]["symbols"], steps._repr_html_():
            assert ("δ" in shown) is deltas
        read = "".join(ElementTree.fromstring(told["dL_dw_j"]["symbols"]).itertext())
        assert read == ("∂L∂wj=hj·δk" if deltas else "∂L∂wj=hj·∂L∂zk")
        assert "dL_dz_k" in {step["quantity"] for step in story["steps"]}


def test_paths_that_meet_arrive_one_by_one_and_are_then_summed():
    told = {
        step["quantity"]: step for step in StepThrough(networks.split, known(networks.split, "backward")).story["steps"]
    }
    arrived = list(told)[list(told).index("dL_dh_i_via_k") :][:3]
    assert arrived == ["dL_dh_i_via_k", "dL_dh_i_via_j", "dL_dh_i"]
    assert told["dL_dh_i_via_k"]["routes"] == ("w_ik",)
    assert told["dL_dh_i"]["reads"] == ("dL_dh_i_via_k", "dL_dh_i_via_j")
    assert "added up" in told["dL_dh_i"]["sentence"]


def test_numbers_are_put_into_the_equation():
    told = {step["quantity"]: step for step in StepThrough(networks.chain, CHAIN).story["steps"]}
    read = "".join(ElementTree.fromstring(told["z_k"]["numbers"]).itertext())
    assert read == "zk=0.8808·5=4.404"
    read = "".join(ElementTree.fromstring(told["L"]["numbers"]).itertext())
    assert read == "L=0.5·(2.964−3)2=0.0006568"


def test_arrays_are_shapes_and_small_pictures():
    network = COURSE["mlp"]
    told = {step["quantity"]: step for step in StepThrough(network, known(network, "backward", 6)).story["steps"]}
    read = "".join(ElementTree.fromstring(told["z_1"]["numbers"]).itertext())
    assert read == "z1=(6, 4)(4, 5)+(5,)=(6, 5)"
    assert "has shape (6, 5)" in told["z_1"]["said"]
    assert StepThrough(network, known(network, "backward", 6)).story["table"].count("<img") > 10


def test_a_forward_trace_shows_the_forward_pass_alone():
    steps = StepThrough(networks.chain, known(networks.chain, "forward"))
    assert quantities(steps) == ["z_j", "h_j", "z_k", "h_k", "z_o", "y_hat", "L"]
    assert [step["quantity"] for step in steps.recomputed({"w_j": 1.0})["steps"]] == quantities(steps)


# What is not to be given away

RIGHT = {"z_0": "w_0 * x", "h_0": "tanh(z_0)", "z_1": "w_1 * h_0", "h_1": "tanh(z_1)", "z_2": "w_2 * h_1 + w_s * h_0"}
RIGHT |= {"y_hat": "sigmoid(z_2)", "L": "-y * log(y_hat) - (1 - y) * log(1 - y_hat)"}
BACK = {"dL_dh_1": "dL_dz_2 * w_2", "dL_dz_1": "dL_dh_1 * (1 - h_1^2)", "dL_dh_0": "dL_dz_2 * w_s + dL_dz_1 * w_1"}
BACK |= {"dL_dz_0": "dL_dh_0 * (1 - h_0^2)", "dL_dw_2": "dL_dz_2 * h_1", "dL_dw_s": "dL_dz_2 * h_0"}
BACK |= {"dL_dw_1": "dL_dz_1 * h_0", "dL_dw_0": "dL_dz_0 * x"}
ASKED = ("skip-classifier-forward", "cross-entropy-gradient", "skip-classifier-backward")


@pytest.fixture
def steps_after(monkeypatch):
    """A step-through in a notebook with these answers in its variables."""

    def make(network, values, after, **answers):
        namespace = {"StepThrough": StepThrough, "network": network, "values": values, "after": after, **answers}
        exec("steps = StepThrough(network, values, after=after)", namespace)
        return namespace["steps"]

    return make


OUTPUT = {"dL_dy_hat": "(y_hat - y) / (y_hat * (1 - y_hat))", "dy_hat_dz_2": "y_hat * (1 - y_hat)"}
OUTPUT |= {"dL_dz_2": "y_hat - y"}


@pytest.mark.parametrize(
    ("answers", "last", "waits_for"),
    [
        ({}, None, "skip-classifier-forward"),
        (RIGHT | {"z_1": "w_1 * x"}, "h_0", "skip-classifier-forward"),
        (RIGHT, "L", "cross-entropy-gradient"),
        (RIGHT | OUTPUT | {"dL_dy_hat": "1"}, "L", "cross-entropy-gradient"),
        (RIGHT | OUTPUT, "dL_dz_2", "skip-classifier-backward"),
        (RIGHT | OUTPUT | BACK | {"dL_dh_0": "dL_dz_2 * w_s"}, "dL_dz_1", "skip-classifier-backward"),
        (RIGHT | OUTPUT | BACK | {"dL_dw_1": None}, "dL_dw_2", "skip-classifier-backward"),
        (RIGHT | OUTPUT | BACK, "dL_dw_0", ""),
    ],
)
def test_it_goes_as_far_as_the_students_own_answers_are_right(steps_after, answers, last, waits_for):
    steps = steps_after(networks.skip_classifier, SKIP, ASKED, **answers)
    shown = quantities(steps)
    assert shown[-1:] == ([last] if last else [])
    assert waits_for in steps.story["locked"]
    assert bool(waits_for) == bool(steps.story["locked"])
    # And nothing further is anywhere in what the page, a reader without a front end, or a curious student gets.
    later = [step.name for step in steps.trace.steps if step.name not in shown and step.name != "y_hat"]  # an arrow's
    for told in json.dumps(steps.story), repr(steps), steps._repr_html_():
        assert not [name for name in later if f'"{name}"' in told or f"{name} =" in told]


def test_an_error_signal_and_an_update_stand_for_gradients(steps_after):
    numbers = given_numbers("split-forward")
    trace = StepThrough(networks.split, numbers).trace
    asked = [part for id in ("split-forward", "split-deltas") for part in exercise(id).parts]
    right = {part: float(trace[part.replace("delta_", "dL_dz_")]) for part in asked}
    asked = ("split-forward", "split-deltas", "split-updates")
    assert quantities(steps_after(networks.split, numbers, asked, **right))[-1] == "dL_dz_i"
    assert quantities(steps_after(networks.split, numbers, asked, **right | {"delta_j": 1.0}))[-1] == "dL_dh_j"


def test_where_a_function_is_asked_nothing_is_shown_before_it_is_right(steps_after):
    network = COURSE["mlp"]
    values = known(network, "backward", 3)
    assert quantities(steps_after(network, values, "mlp-batch-backward")) == []
    namespace = {"network": network}
    exec(
        "def backpropagation(X, y, params):\n"
        "    from backprop_course import gradients\n"
        "    from backprop_course.networks import mlp\n"
        "    return gradients(mlp(*params['W_1'].shape), params, X, y)\n",
        namespace,
    )
    right = steps_after(network, values, "mlp-batch-backward", backpropagation=namespace["backpropagation"])
    assert len(quantities(right)) == len(values.steps)


# A student's own numbers


@pytest.mark.parametrize(
    ("answer", "right", "said"),
    [
        (0.8808, True, "✓ yours"),
        (np.float32(0.880797), True, "✓ yours"),
        (np.array([0.8808]), True, "✓ yours"),
        (-0.88, False, "✗ yours: −0.88"),
        (float("nan"), False, "✗ yours: nan"),
        ("0.88", False, "✗ yours is no number"),
        ([0.88, 0.1], False, "✗ yours has the shape (2,)"),
        ("<script>", False, "✗ yours is no number"),
    ],
)
def test_a_students_number_stands_beside_the_right_one(answer, right, said):
    story = StepThrough(networks.chain, CHAIN, answers={"h_j": answer, "h_k": None, "nonsense": 3}).story
    assert said in story["table"]
    assert "<script" not in json.dumps(story)
    told = {step["quantity"]: step for step in story["steps"]}
    assert told["h_j"]["right"] is right
    assert ("Yours is not right." in told["h_j"]["said"]) is not right
    assert told["h_k"]["answer"] == ""


# With a kernel and without a front end


def test_other_numbers_are_computed_anew():
    steps = StepThrough(networks.chain, CHAIN)
    told = {step["quantity"]: step for step in steps.recomputed({"w_in": 0.0, "nonsense": 1.0})["steps"]}
    assert told["h_j"]["said"].endswith("h_j = 0.5.")
    assert [slider["name"] for slider in steps.story["sliders"]] == ["w_in", "w_j", "w_k", "x", "y"]
    assert all(slider["min"] < slider["value"] < slider["max"] for slider in steps.story["sliders"])


def test_numbers_that_were_not_moved_stay_exactly_as_they_were_given():
    steps = StepThrough(networks.chain, CHAIN | {"w_in": 0.123456789012345})
    sliders = {slider["name"]: slider for slider in steps.recomputed({"w_j": 1.35})["sliders"]}
    assert {name: slider["value"] for name, slider in sliders.items()} == CHAIN | {
        "w_in": 0.123456789012345,
        "w_j": 1.35,
    }
    assert sliders["w_j"]["given"] == CHAIN["w_j"]
    before = {slider["name"]: slider for slider in steps.story["sliders"]}
    assert [sliders[name]["max"] for name in sliders] == [before[name]["max"] for name in sliders]
    assert steps.recomputed({}) == steps.story


@pytest.mark.parametrize("value", [0.1, -1.2, 2.5, 7.0, 30.0])
def test_a_sliders_step_is_a_round_number_that_leads_to_numbers_of_one_decimal(value):
    sliders = StepThrough(networks.chain, CHAIN | {"w_k": value}).story["sliders"]
    for slider in sliders:
        assert slider["step"] <= (slider["max"] - slider["min"]) / 100
        assert round(slider["given"] / slider["step"], 9) % 1 in (0, 1) or slider["step"] > 0.1


def test_a_probability_has_a_slider_from_0_to_1_and_an_array_has_none():
    sliders = {slider["name"]: slider for slider in StepThrough(networks.skip_classifier, SKIP).story["sliders"]}
    assert (sliders["y"]["min"], sliders["y"]["max"]) == (0, 1)
    assert StepThrough(COURSE["mlp"], known(COURSE["mlp"], "backward")).story["sliders"] == []


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e308, -1e9])
def test_numbers_beyond_all_measure_are_shown_without_sliders(value):
    story = StepThrough(networks.chain, CHAIN | {"w_k": value}).story
    assert story["sliders"] == []
    assert len(story["steps"]) == 16


def test_the_page_hears_that_a_kernel_is_there_and_gets_a_new_story(monkeypatch):
    view = StepThrough(networks.chain, CHAIN).view
    sent = []
    monkeypatch.setattr(view, "send", sent.append)
    view._answer(view, {}, [])
    assert sent == [{"kernel": True}]
    before = view.story
    view._answer(view, {"numbers": {"w_in": 0.0}}, [])
    assert view.story != before
    before = view.story
    for wrong in {"w_in": "many"}, {"w_in": None}, {"x": [1.0, 2.0]}:
        view._answer(view, {"numbers": wrong}, [])
        assert "error" in sent[-1]
    assert view.story == before


def test_where_there_is_no_front_end_it_is_a_picture_and_a_table(monkeypatch):
    steps = StepThrough(networks.chain, CHAIN)
    bundle, _ = steps._repr_mimebundle_()
    assert bundle[VIEW]["model_id"] == steps.view.model_id
    monkeypatch.setitem(sys.modules, "backprop_course.widgets.view", None)
    bundle, _ = StepThrough(networks.chain, CHAIN)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "<svg" in bundle["text/html"]
    assert "<table" in bundle["text/html"]
    assert "pip install anywidget" in bundle["text/html"]
    assert "pip install" not in steps._repr_html_()
    assert bundle["text/plain"].splitlines()[2] == "z_k = h_j * w_j = 0.8808 * 5 = 4.404"
    assert len(bundle["text/plain"].splitlines()) == 16


def test_while_grading_nothing_is_computed_and_no_widget_is_loaded():
    code = """
import sys
from backprop_course import networks
from backprop_course.widgets import StepThrough
from backprop_course.widgets.story import PHASES
steps = StepThrough(networks.chain, {"w_in": 2.0}, after="chain-forward")
print(steps._repr_mimebundle_()[0])
print([name for name in ("anywidget", "ipywidgets", "matplotlib") if name in sys.modules])
"""
    environment = {"NBGRADER_EXECUTION": "autograde"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    shown, loaded = done.stdout.splitlines()
    assert shown.startswith("{'text/plain': 'StepThrough(Network(x –w_in→ j")
    assert loaded == "[]"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"w_in": 1.0}, "the weights, the input x and the target y"),
        ({"x": 1.0, "y": 2.0}, "The weight w_in is missing"),
        (CHAIN | {"w_j": "five"}, "w_j is str"),
    ],
)
def test_what_is_missing_is_named(values, said):
    with pytest.raises(CourseError, match=said):
        _ = StepThrough(networks.chain, values).story


def test_a_trace_of_another_network_and_an_unknown_exercise_are_refused():
    with pytest.raises(CourseError, match="another network"):
        StepThrough(networks.split, known(networks.chain, "backward"))
    with pytest.raises(CourseError, match="nonsense"):
        StepThrough(networks.chain, CHAIN, after="nonsense")


# Heat maps


def pixels(html):
    from PIL import Image

    data = html.partition("base64,")[2].partition('"')[0]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def test_a_heat_map_shows_sign_and_size():
    seen = pixels(heatmap(np.array([[1.0, -1.0], [0.0, 0.5]])))
    assert seen.shape == (2, 2, 3)
    assert seen[0, 0].tolist() == [27, 120, 55]
    assert seen[0, 1].tolist() == [118, 42, 131]
    assert seen[1, 0].tolist() == [247, 247, 247]
    assert (seen[1, 1] > seen[0, 0]).all()


@pytest.mark.parametrize("array", [np.zeros(3), np.array([np.nan, np.inf, -1.0]), np.ones((1024, 512))])
def test_any_array_has_a_heat_map_of_moderate_size(array):
    html = heatmap(array)
    assert max(pixels(html).shape) <= MOST_PER_AXIS
    assert f'alt="{" by ".join(str(n) for n in array.shape)} numbers' in html


def test_the_trace_that_is_shown_is_the_networks_own():
    steps = StepThrough(networks.chain, CHAIN)
    trace = backward(networks.chain.forward({name: CHAIN[name] for name in networks.chain.weights}, 1.0, 3.0))
    assert dict(steps.trace) == dict(trace)


def test_one_slider_stands_open_beside_the_whole_pass():
    story = StepThrough(networks.skip_regressor, SKIP, slider="w_1").story
    assert [slider["name"] for slider in story["sliders"]] == ["w_1"]
    assert story["open"]
    assert not StepThrough(networks.skip_regressor, SKIP).story["open"]
    with pytest.raises(CourseError, match="no slider for w_7"):
        StepThrough(networks.skip_regressor, SKIP, slider="w_7")


def test_a_weight_moved_through_0_switches_a_relu_unit_off_and_on():
    steps = StepThrough(networks.skip_regressor, SKIP | {"w_1": 1.0}, slider="w_1")
    for w_1, off in (0.5, False), (0.0, False), (-0.5, True), (0.5, False):
        story = steps.recomputed({"w_1": w_1})
        assert (" (off)<" in story["picture"]) is off
        assert (story["picture"].count("size: 0<") > 0) is (w_1 <= 0)
        assert any("It is off" in step["said"] for step in story["steps"] if step["quantity"] == "h_1") is off
        assert [slider["name"] for slider in story["sliders"]] == ["w_1"]
