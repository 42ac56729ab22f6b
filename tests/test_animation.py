"""Animations: the figure of a trace, each piece appearing at its step, as SVG and as GIF."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import COURSE, drawn_networks, known
from hypothesis import given, settings
from PIL import Image

from backprop_course import Network, Unit, networks
from backprop_course.drawing import animation, figure, text
from backprop_course.drawing.frames import frames
from backprop_course.drawing.gif import SCALE
from backprop_course.drawing.score import STEP, caption, score

SVG = "{http://www.w3.org/2000/svg}"
RULE = re.compile(r'#network-\w+ \[data-(\w+)="([^"]+)"\]([^{]*) \{ animation: (.*) \}')


def rules(svg):
    """What moves: each piece and its animations, by name and start."""
    style = ElementTree.fromstring(svg).findtext(f"{SVG}style")
    found = {}
    for kind, name, piece, played in RULE.findall(style):
        effects = re.findall(r"network-\w+?-([a-z][\w-]+) [\d.]+s ([\d.]+)s", played)
        found[kind, name, piece.strip()] = [(effect, float(at)) for effect, at in effects]
    return found


def at(k):
    return pytest.approx((k + 1) * STEP)


@pytest.mark.parametrize("name", COURSE)
@pytest.mark.parametrize("what", ["forward", "backward"])
def test_each_quantity_appears_at_its_step(name, what):
    trace = known(COURSE[name], what)
    played = rules(animation(COURSE[name], trace).svg)
    told = {piece: effects for (kind, piece, _), effects in played.items() if kind == "quantity"}
    for k, frame in enumerate(frames(trace)):
        role = "forward" if frame.phase == "forward" else "backward"
        assert told.pop(frame.quantity) == [("appear", at(k)), (f"told-{role}", at(k))]
        assert told.pop(f"caption {k}") == [("say", at(k))]
    assert told == {}


def test_what_is_at_work_is_lit_while_it_is():
    trace = known(networks.split, "backward")
    played = rules(animation(networks.split, trace).svg)
    names = [frame.quantity for frame in frames(trace)]
    assert played["node", "k", ":is(rect, circle)"] == [
        ("unit-forward", at(names.index("z_k"))),
        ("unit-forward", at(names.index("h_k"))),
        ("unit-backward", at(names.index("dL_dh_k"))),
        ("unit-backward", at(names.index("dL_dz_k"))),
    ]
    assert played["route", "w_in", "> path[stroke]"] == [
        ("wide-forward", at(names.index("z_i"))),
        ("wide-backward", at(names.index("dL_dw_in"))),
    ]


def test_a_way_back_appears_when_it_is_first_travelled():
    trace = known(networks.split, "backward")
    played = rules(animation(networks.split, trace).svg)
    names = [frame.quantity for frame in frames(trace)]
    first = {name: played["route", name, ".way-back"] for name in ("y_hat", "w_k", "w_ij", "w_in")}
    asked = zip(first, ("dL_dy_hat", "dL_dh_k", "dL_dh_i_via_j", "dL_dw_in"), strict=True)
    assert first == {name: [("appear", at(names.index(quantity)))] for name, quantity in asked}
    assert not any(
        piece == ".way-back" for _, _, piece in rules(animation(networks.chain, known(networks.chain, "forward")).svg)
    )


@settings(max_examples=15, deadline=None)
@given(network=drawn_networks())
def test_only_what_is_in_the_picture_moves_for_any_network(network):
    svg = animation(network, known(network, "backward")).svg
    elements = [element.attrib for element in ElementTree.fromstring(svg).iter()]
    for kind, name, _ in rules(svg):
        assert any(attributes.get(f"data-{kind}") == name for attributes in elements), (kind, name)


def test_it_is_the_figure_and_moves_only_where_motion_is_welcome():
    trace = known(networks.chain, "backward")
    still, moving = figure(networks.chain, trace), animation(networks.chain, trace)
    pieces = re.search(r"</style>\n(.*)\n</svg>", still.svg, re.DOTALL)[1]
    assert pieces in moving.svg
    assert moving.description == still.description == repr(moving)
    before, after = moving.svg.split("@media screen and (prefers-reduced-motion: no-preference) {")
    assert "animation:" not in before
    assert "@media" not in after
    assert moving.svg == animation(networks.chain, trace)._repr_html_()


def test_names_that_a_style_sheet_could_misread_are_quoted():
    network = Network(Unit("0", "relu", {"w": "x"}, "b"), loss="squared_error")
    svg = animation(network, known(network, "backward")).svg
    style = ElementTree.fromstring(svg).findtext(f"{SVG}style")
    assert '[data-node="0"]' in style


def shades(image, colour):
    """How many pixels are of a colour."""
    return int((np.asarray(image.convert("RGB")) == np.array(colour)).all(axis=-1).sum())


@pytest.mark.parametrize("name", ["chain", "skip_classifier", "mlp"])
def test_the_gif_has_a_frame_for_each_step(name):
    made = animation(COURSE[name], known(COURSE[name], "backward"))
    count = len(made.score.frames)
    with Image.open(io.BytesIO(made.gif)) as gif:
        assert gif.n_frames == count + 2
        width, height = map(float, re.search(r'width="(\d+)" height="(\d+)"', made.svg).groups())
        assert gif.size == pytest.approx((SCALE * width, SCALE * height), abs=1)
        seen = []
        for k in range(gif.n_frames):
            gif.seek(k)
            seen.append((shades(gif, (0x2B, 0x83, 0xBA)), shades(gif, (0xCF, 0x6F, 0x1C))))
    forward = [frame.phase for frame in made.score.frames].count("forward")
    assert all(orange == 0 for _, orange in seen[: forward + 1])
    assert all(orange > 0 for _, orange in seen[forward + 1 : -1])
    assert all(orange > seen[-1][1] for _, orange in seen[-3:-1])
    assert seen[1][0] > seen[0][0]


def test_the_gif_is_the_same_each_time():
    trace = known(networks.chain, "forward")
    assert animation(networks.chain, trace).gif == animation(networks.chain, trace).gif


def test_a_new_kind_of_shape_is_not_left_out_in_silence():
    made = animation(networks.chain, known(networks.chain, "forward"))
    odd = type(made)(made.svg.replace("<rect", "<ellipse"), made.description, made.score)
    with pytest.raises(KeyError):
        odd.gif  # noqa: B018


def test_a_caption_fits_and_sets_quantities():
    sentence = "Back along w_ij to unit i: times the weight."
    lines = caption(sentence, 150)
    assert len(lines) > 1
    assert all(text.width(line) <= 150 for line in lines)
    assert " ".join(text.unstyled(line) for line in lines) == sentence.replace("w_ij", "wij")
    assert text.Run("ij", True, -1) in lines[0]


def test_a_score_knows_both_ways():
    played = score(known(networks.chain, "backward"))
    assert played.told["z_j"] == (0, "forward")
    assert played.nodes["k"][0] == (2, "forward")
    assert [way for _, way in played.routes["w_j"]] == ["forward", "backward", "backward"]
    assert score(known(networks.chain, "forward")).paths == {}
