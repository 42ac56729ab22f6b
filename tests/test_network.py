"""Networks and their forward pass: what is read, what is refused and in which words, and what never happens."""

from __future__ import annotations

import copy
import doctest
from importlib import import_module

import numpy as np
import oracle
import pytest
from hypothesis import given, settings

from backprop_course import CourseError, Network, Unit, backward, networks
from backprop_course.core.backprop import steps_of_both
from backprop_course.core.functions import ACTIVATIONS, LOSSES

HALVES = {"w_in": 0.5, "w_j": 0.5, "w_k": 0.5}


@settings(deadline=None)
@given(oracle.cases())
def test_nothing_handed_in_is_changed(case):
    kept = copy.deepcopy((case.weights, case.x, case.y))
    for value in (*case.weights.values(), case.x, case.y):
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    backward(case.network.forward(case.weights, case.x, case.y))
    np.testing.assert_equal((case.weights, case.x, case.y), kept)


@settings(deadline=None)
@given(oracle.cases())
def test_float32_stays_float32_in_every_quantity(case):
    weights = {name: np.asarray(value, np.float32)[()] for name, value in case.weights.items()}
    x, y = np.asarray(case.x, np.float32)[()], np.asarray(case.y, np.float32)[()]
    trace = backward(case.network.forward(weights, x, y))
    assert {name: value.dtype for name, value in trace.items()} == dict.fromkeys(trace, np.float32)


def test_plain_numbers_do_not_widen_float32():
    trace = backward(networks.chain.forward({name: np.float32(0.5) for name in HALVES}, x=1, y=2.0))
    assert all(gradient.dtype == np.float32 for gradient in trace.gradients.values())


def test_plain_numbers_stay_plain():
    trace = backward(networks.skip_classifier.forward({"w_0": 1, "w_1": 0.5, "w_2": -1, "w_s": 2.0}, x=1, y=1))
    assert {type(value) for value in trace.values()} == {float}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_saturated_units_stay_finite_and_silent(hidden, loss, sign, dtype):
    output = oracle.FUSED.get(loss, "linear")
    network = Network(
        Unit("1", hidden, {"W_1": "x"}, width=3), Unit("2", output, {"W_2": "1"}, "b_2", width=3),
        loss=loss, input_width=2,
    )  # fmt: skip
    weights = {
        "W_1": np.array([[1e4, -1e4, 1.0], [0.0, 0.0, 0.0]], dtype),
        "W_2": sign * np.array([[1e4, 0.0, -1e4], [0.0, 1.0, 0.0], [1.0, 1.0, 1.0]], dtype),
        "b_2": np.array([0.0, 1e4, -1e4], dtype),
    }
    x, y = np.array([[1.0, 1.0], [-1.0, 0.0]], dtype), np.array([[0, 1, 0], [1, 0, 0]], dtype)
    trace = backward(network.forward(weights, x, y))
    assert all(np.all(np.isfinite(value)) for value in trace.values())


@pytest.mark.parametrize("hidden", [name for name in ACTIVATIONS if name != "softmax"])
@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "logistic_loss"])
@pytest.mark.parametrize("make", [float, np.float32, np.float64])
def test_saturated_single_units_stay_finite_and_silent(hidden, loss, make):
    network = Network(
        Unit("j", hidden, {"w_j": "x"}), Unit("o", oracle.FUSED.get(loss, "linear"), {"w_o": "j"}, "b"), loss=loss
    )
    for x in (-1e4, 1e4):
        for y in (0.0, 1.0):
            weights = {"w_j": make(1.0), "w_o": make(1.0), "b": make(-1e4)}
            trace = backward(network.forward(weights, make(x), make(y)))
            assert all(np.isfinite(value) for value in trace.values())


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_small_loss_keeps_its_digits(dtype):
    network = networks.classifier((1, 3))
    weights = {"W_1": np.zeros((1, 3), dtype), "b_1": np.array([50.0, 0.0, 1.0], dtype)}
    trace = network.forward(weights, np.ones(1, dtype), np.array([1, 0, 0], dtype))
    assert trace["L"] == pytest.approx((1 + np.e) * np.exp(-50.0), rel=1e-6, abs=0)


def test_lists_integers_and_zero_dimensional_arrays_are_read_as_numbers():
    network = networks.mlp(2, 3)
    plain = {"W_1": [[1, 2, 3], [4, 5, 6]], "b_1": [0, 0.5, 1], "w_2": (1, 2, 3), "b_2": np.array(1)}
    arrays = {name: np.array(value, float) for name, value in plain.items()}
    got = backward(network.forward(plain, [[1, 2], [3, 4]], [0, 1]))
    expected = backward(network.forward(arrays, np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.0, 1.0])))
    np.testing.assert_equal(dict(got), dict(expected))


def test_a_batch_of_numbers_runs_through_single_units():
    together = networks.skip_regressor.forward({"w_0": 0.5, "w_1": 1.5, "w_2": -1.0, "w_s": 2.0}, [1.0, 2.0, -3.0])
    one = networks.skip_regressor.forward({"w_0": 0.5, "w_1": 1.5, "w_2": -1.0, "w_s": 2.0}, 2.0)
    assert together["y_hat"].shape == (3,)
    assert together["y_hat"][1] == one["y_hat"]


def test_without_a_target_the_pass_ends_at_the_prediction():
    trace = networks.chain.forward(HALVES, 1.0)
    assert "L" not in trace
    assert list(trace)[-1] == "y_hat"


def test_a_trace_lists_its_quantities_in_order():
    trace = networks.chain.forward(HALVES, 1.0, 2.0)
    assert list(trace) == ["w_in", "w_j", "w_k", "x", "y", "z_j", "h_j", "z_k", "h_k", "z_o", "y_hat", "L"]
    assert [line.rule for line in trace.quantities] == ["weighted_sum", "activate"] * 3 + ["loss"]
    assert len(trace) == 12
    assert "h_o" not in trace
    assert repr(trace).startswith("Trace(w_in=0.5, w_j=0.5")


def test_a_trace_answers_an_unknown_name_with_those_it_has():
    with pytest.raises(CourseError, match=r"The trace has no 'h_o'; it has w_in, .*, y_hat"):
        networks.chain.forward(HALVES, 1.0)["h_o"]


def test_a_network_shows_its_connections():
    units = [Unit("j", "tanh", {"w_j": "x"}), Unit("o", "softmax", {"W": "j", "V": "x"}, bias="b", width=3)]
    assert [repr(unit) for unit in units] == [
        "Unit('j', 'tanh', {'w_j': 'x'})",
        "Unit('o', 'softmax', {'W': 'j', 'V': 'x'}, bias='b', width=3)",
    ]
    assert repr(networks.skip_regressor) == "Network(x –w_0→ 0, 0 –w_1→ 1, 1 –w_2→ 2, 0 –w_s→ 2; absolute_error)"


@pytest.mark.parametrize("batch", [None, 4])
@pytest.mark.parametrize(
    "network",
    [networks.chain, networks.skip_classifier, networks.mlp(4, 5), networks.classifier((5, 4, 3))],
    ids=["chain", "skip_classifier", "mlp", "classifier"],
)
def test_random_numbers_fit_their_network(network, batch):
    weights, x, y = network.random(np.random.default_rng(0), batch)
    trace = backward(network.forward(weights, x, y))
    assert {name: np.shape(weight) for name, weight in weights.items()} == network.weights
    assert trace.batched == (batch is not None)


class TestNumbersThatDoNotFit:
    """What `forward` refuses, and that it says what, where, got and expected."""

    network = networks.mlp(4, 5)
    weights, x, y = network.random(np.random.default_rng(0), batch=3)

    def refused(self, weights=None, x=None, y=None):
        given = {**self.weights, **(weights or {})}
        with pytest.raises(CourseError) as error:
            self.network.forward(given, self.x if x is None else x, self.y if y is None else y)
        return str(error.value)

    def test_a_transposed_weight(self):
        message = self.refused({"W_1": np.ones((5, 4))})
        assert message == "W_1 has shape (5, 4); expected (4, 5): weights are (n_in, n_out), so that z = h @ W."

    def test_a_number_for_a_vector(self):
        assert self.refused({"w_2": 1.0}).startswith("w_2 has shape (); expected (5,)")

    def test_a_vector_for_a_number(self):
        assert self.refused({"b_2": np.ones(1)}).startswith("b_2 has shape (1,); expected ()")

    def test_an_input_of_another_width(self):
        assert self.refused(x=np.ones((3, 5))) == "x has shape (3, 5); expected (3, 4): axis 0 is the batch."

    def test_an_input_with_an_axis_too_many(self):
        assert self.refused(x=np.ones((2, 3, 4))).startswith("x has shape (2, 3, 4); expected (4,)")

    def test_a_number_for_an_input_vector(self):
        assert self.refused(x=1.0).startswith("x has shape (); expected (4,)")

    def test_a_batch_without_examples(self):
        message = self.refused(x=np.ones((0, 4)), y=np.ones(0))
        assert message == "x has shape (0, 4); a batch, along axis 0, has at least one example."

    def test_targets_as_a_column(self):
        message = self.refused(y=np.ones((3, 1)))
        assert message == "y has shape (3, 1); expected (3,): one target for every prediction."

    def test_one_target_for_a_batch(self):
        assert self.refused(y=1.0).startswith("y has shape (); expected (3,)")

    @pytest.mark.parametrize(
        ("value", "found"),
        [
            ("0.5", "str"), (None, "NoneType"), (1 + 2j, "complex"), (True, "bool"), ({}, "dict"), (10**400, "int"),
            (np.bool_(True), "bool"), ([1.0, "a"], "list of "), ([[1.0], [1.0, 2.0]], "list"),
            (np.ones(3, complex), "ndarray of complex128"), ([True, False], "list of bool"), (print, "builtin_"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("name", ["b_2", "x"])
    def test_what_is_not_a_number(self, name, value, found):
        given = {"x": self.x, "y": self.y, **self.weights, name: value}
        x, y = given.pop("x"), given.pop("y")
        with pytest.raises(CourseError) as error:
            self.network.forward(given, x, y)
        assert str(error.value).startswith(f"{name} is {found}")
        assert str(error.value).endswith("; a number or an array of real numbers is expected.")

    def test_a_target_that_is_not_a_number(self):
        assert self.refused(y="1") == "y is str; a number or an array of real numbers is expected."

    def test_a_missing_weight(self):
        with pytest.raises(CourseError) as error:
            self.network.forward({"W_1": self.weights["W_1"]}, self.x)
        assert str(error.value) == "The weight b_1 is missing; this network needs W_1, b_1, w_2, b_2."

    def test_a_weight_too_many(self):
        message = self.refused({"w_3": 1.0, "w_4": 1.0})
        assert message == "Unknown weights: w_3, w_4; this network has W_1, b_1, w_2, b_2."

    @pytest.mark.parametrize("weights", [None, [1.0], "W_1"])
    def test_weights_that_are_no_dict(self, weights):
        with pytest.raises(CourseError, match=r"weights is \w+; a dict is expected, with W_1, b_1, w_2, b_2\."):
            self.network.forward(weights, self.x)

    @pytest.mark.parametrize("y", [[0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.5, 0.3, 0.1], [np.nan, 0.0, 1.0]])
    @pytest.mark.parametrize("batched", [False, True])
    def test_labels_that_do_not_add_up_to_one(self, y, batched):
        network = networks.classifier((2, 3))
        weights, x, right = network.random(np.random.default_rng(0), batch=2)
        x, y = (x, np.array([right[0], y])) if batched else (x[0], y)
        with pytest.raises(CourseError, match="y has rows that do not add up to 1; softmax_cross_entropy expects one"):
            network.forward(weights, x, y)

    def test_labels_rounded_to_float32_add_up_to_one(self):
        network = networks.classifier((2, 7))
        weights, x, _ = network.random(np.random.default_rng(0))
        assert "L" in network.forward(weights, x, np.full(7, 1 / 7, np.float32))


OUTPUT = Unit("o", "linear", {"w_o": "a"})


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ([], "A network needs at least one unit."),
        (
            [Unit("a", "tanh", {"w": "q"}), OUTPUT],
            "The weight 'w' of unit 'a' comes from 'q'; there are x, a, o.",
        ),
        (
            [Unit("a", "tanh", {"w": "x", "v": "a"}), OUTPUT],
            "There is a cycle: a → a. A feedforward network has none.",
        ),
        (
            [Unit("a", "tanh", {"w": "x", "v": "o"}), OUTPUT],
            "There is a cycle: a → o → a. A feedforward network has none.",
        ),
        (
            [Unit("a", "tanh", {"u": "x", "v": "c"}), Unit("c", "tanh", {"w": "b"}), Unit("b", "tanh", {"t": "a"})],
            "There is a cycle: a → b → c → a. A feedforward network has none.",
        ),
        (
            [Unit("b", "tanh", {"w": "a"}), Unit("a", "tanh", {"v": "x"}), Unit("o", "linear", {"u": "b"})],
            "The unit 'b' takes 'a', which comes after it; list units from input to output.",
        ),
        (
            [Unit("a", "tanh", {"w": "x"}), Unit("a", "tanh", {"v": "x"})],
            "The unit 'a' is there twice; every unit needs a name of its own.",
        ),
        (
            [Unit("a", "tanh", {"w_o": "x"}), OUTPUT],
            "The weight 'w_o' is there twice; every weight needs a name of its own.",
        ),
        (
            [Unit("a", "tanh", {"w": "x"}, bias="w"), OUTPUT],
            "The weight 'w' is there twice; every weight needs a name of its own.",
        ),
        (
            [Unit("a", "tanh", {"z_a": "x"}), OUTPUT],
            "The weight 'z_a' needs another name; these are taken: x, y, z_a, h_a, z_o, y_hat, L.",
        ),
        ([Unit("x", "tanh", {"w": "x"})], "A unit is called 'x'; that is the input's name."),
        (
            [Unit("a", "tanh", {}), OUTPUT],
            "The unit 'a' has no inputs; name at least one weight and its source.",
        ),
        (
            [Unit("a", "tanh", {"v": "x", "w": "x"}), OUTPUT],
            "The unit 'a' takes the same source twice: x, x.",
        ),
        (
            [Unit("a", "tanh", {"v": "x"}), Unit("b", "tanh", {"w": "x"}), OUTPUT],
            "The unit 'b' leads nowhere; the output is the last unit, 'o'.",
        ),
        (
            [Unit("a", "tanh", {"v": "x"}, width=0), OUTPUT],
            "The width of the unit 'a' is 0; a whole number from 1 is expected (None makes a single unit).",
        ),
        (
            [Unit("a", "tanh", {"v": "x"}, width=2.5), OUTPUT],
            "The width of the unit 'a' is 2.5; a whole number from 1 is expected (None makes a single unit).",
        ),
        (["a", OUTPUT], "A network is made of units, Network(Unit(…), …, loss=…); 'a' is none."),
        (
            [Unit("a", "softmax", {"v": "x"}), OUTPUT],
            "The unit 'a' is a softmax without a width; softmax needs a layer.",
        ),
    ],
)
def test_a_network_that_is_none_is_refused(units, message):
    with pytest.raises(CourseError) as error:
        Network(*units, loss="squared_error")
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("unit", "weight", "reason"),
    [
        ("h-1", "w", "equations cannot be written with 'z_h-1'"),
        ("hidden unit", "w", "equations cannot be written with 'z_hidden unit'"),
        ("ﬁ", "w", "equations cannot be written with"),  # Python reads it as fi
        ("", "w", "a _ stands between two parts of a name"),
        ("a_", "w", "a _ stands between two parts of a name"),
        ("a_via_b", "w", "via tells the paths of a gradient apart"),
        ("hat", "w", "would be written as h with a hat"),
        (0, "w", "a name is text"),
        ("0", "lambda", "equations cannot be written with 'lambda'"),
        ("0", "w 1", "equations cannot be written with 'w 1'"),
        ("0", "w'", "equations cannot be written with"),
        ("0", "w_via_a", "via tells the paths of a gradient apart"),
        ("0", "dL_dx", "is how gradients are called"),
        ("0", "z_5", "are the quantities of units"),
        ("0", "h_1", "are the quantities of units"),
        ("0", "z_0", "these are taken: x, y, z_0"),
        ("0", "tanh", "tanh is a function in this network's equations"),
        ("0", "outer", "outer is a function in this network's equations"),
        ("0", 3, "a name is text"),
    ],
)
@pytest.mark.parametrize("as_bias", [False, True])
def test_names_that_equations_cannot_be_written_with_are_refused_with_the_reason(unit, weight, reason, as_bias):
    inputs, bias = ({"v": "x"}, weight) if as_bias else ({weight: "x"}, None)
    with pytest.raises(CourseError) as error:
        Network(Unit(unit, "tanh", inputs, bias, width=2), Unit("o", "linear", {"w_o": unit}), loss="squared_error")
    assert reason in str(error.value)
    assert repr(unit) in str(error.value) or repr(weight) in str(error.value)


@pytest.mark.parametrize(("unit", "weight"), [("0", "w_in"), ("if", "η"), ("hidden_2", "W"), ("hatch", "d_in")])
def test_other_names_are_as_one_likes(unit, weight):
    network = Network(Unit(unit, "tanh", {weight: "x"}), Unit("o", "linear", {"w_o": unit}), loss="squared_error")
    assert set(network.weights) == {weight, "w_o"}


@pytest.mark.parametrize(
    ("loss", "output", "message"),
    [
        ("logistic_loss", "linear", "logistic_loss goes with an output unit that is sigmoid; 'o' is linear."),
        ("softmax_cross_entropy", "sigmoid", "softmax_cross_entropy goes with an output unit that is softmax; 'o' is "),
    ],
)
def test_a_loss_that_does_not_fit_the_output_is_refused(loss, output, message):
    with pytest.raises(CourseError) as error:
        Network(Unit("o", output, {"w": "x"}, width=3), loss=loss)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("loss", ["squared", None, 3, ["squared_error"]])
def test_an_unknown_loss_is_answered_with_the_known_ones(loss):
    with pytest.raises(CourseError, match=r"no loss called .*; there are squared_error, absolute_error, logistic_loss"):
        Network(Unit("o", "linear", {"w": "x"}), loss=loss)


@pytest.mark.parametrize("width", [0, -1, 1.5, "3", True])
def test_an_input_of_no_width_is_refused(width):
    with pytest.raises(CourseError, match=r"input_width is .*; a whole number from 1 is expected"):
        Network(Unit("o", "linear", {"w": "x"}), loss="squared_error", input_width=width)


@pytest.mark.parametrize(("x", "y", "shape"), [((4, 2), [0, 2, 1, 1], "(4, 3)"), ((2,), 1, "(3,)")])
def test_class_numbers_are_answered_with_how_to_make_them_one_hot(x, y, shape):
    network = networks.classifier(2, 3)
    weights, _, _ = network.random(np.random.default_rng(0))
    with pytest.raises(CourseError, match="expects one-hot labels of shape ") as error:
        network.forward(weights, np.ones(x), y)
    assert f"{shape}: np.eye(3)[y]" in str(error.value)
    assert network.forward(weights, np.ones(x), np.eye(3)[y])["L"] > 0


def test_an_unknown_activation_is_answered_with_the_known_ones():
    with pytest.raises(CourseError, match="no activation called 'swish'; there are linear, sigmoid, tanh, relu"):
        Unit("a", "swish", {"w": "x"})


@pytest.mark.parametrize(
    "module", ["core.functions", "core.trace", "core.network", "core.backprop", "core.gradcheck", "networks"]
)
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(import_module(f"backprop_course.{module}")).failed == 0


@pytest.mark.parametrize("unit", ["0", "10", "j", "hidden", "b_2", "θ"])
@pytest.mark.parametrize("weight", ["w", "w_1s", "W_12", "theta_ij"])
def test_a_name_of_letters_digits_and_single_underscores_is_taken_and_its_equations_can_be_read(unit, weight):
    network = Network(Unit(unit, "tanh", {weight: "x"}), Unit("o", "linear", {"v": unit}), loss="squared_error")
    for step in steps_of_both(network):
        assert step.name.isidentifier()
        compile(step.equation(*step.parents), "an equation", "eval")


def test_a_step_says_what_its_quantity_is():
    by_name = {step.name: step for step in steps_of_both(networks.skip_regressor)}
    said = {name: (step.kind, step.unit, step.of, step.path) for name, step in by_name.items()}
    assert said["z_1"] == ("pre-activation", "1", "", "")
    assert said["y_hat"] == ("activation", "2", "", "")
    assert said["L"] == ("loss", "", "", "")
    assert said["dL_dy_hat"] == ("activation error", "2", "y_hat", "")
    assert said["dL_dh_0_via_2"] == ("activation error", "0", "h_0", "2")
    assert said["dL_dh_0"] == ("activation error", "0", "h_0", "")
    assert said["dL_dz_0"] == ("pre-activation error", "0", "z_0", "")
    assert said["dL_dw_s"] == ("weight gradient", "", "w_s", "")
