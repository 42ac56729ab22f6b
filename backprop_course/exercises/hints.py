"""Hints that no step can give: the rule of each kind of step in words, and three degrees for what has no network.

A degree says what to look at, the rule, and the same with something else worked out; none says what is asked.
"""

from __future__ import annotations

from backprop_course.exercises.layer_hints import LAYER_HINTS, SIGMOID_SLOPE, Degrees

RULES = {
    "weighted_sum": "A unit first weighs: what comes in through each connection, times its weight, all added up.",
    "activate": "Then it bends: the function of the unit, of its z.",
    "loss": "The loss says how far the prediction is from the target.",
    "loss_gradient": "Every error starts here: differentiate the loss. If the prediction is too high, it is positive.",
    "loss_slope": "Differentiate the loss by the prediction, with the target as a constant.",
    "through_activation": "Back through a unit: the error at its h, times the slope of its function at its z.",
    "to_weight": "A weight's gradient: what came in at its start, times the error at its end.",
    "to_bias": "A bias adds to z as it is: its gradient is the error at z, summed over the examples of a batch.",
    "to_unit_below": "Back along a connection: the error at its end, times the weight that the input went through.",
    "sum_paths": "A unit that feeds several others gets back the sum of what they send.",
    "local_factor": "From z to the next z there are two stations: the slope of the unit, then the weight after it.",
    "carry": "The error at a unit: that at the unit above, times the factor between them.",
    "step": "A step of gradient descent goes against the gradient; eta says how far.",
    "update": "What is added to a weight: a step against its gradient; eta says how far.",
}
"""The rule of a step in words, by the step's `rule`."""

_SIGMOID: Degrees = (
    "Try it by hand at 0, where it must be 0.5, and far out, where it must be nearly 0 or nearly 1.",
    "sigmoid(z) = 1 / (1 + e^(-z)). np.exp takes every entry of an array by itself; math.exp takes one number.",
    "At z = 2: e^(-2) = 0.1353, and 1 / 1.1353 = 0.8808.",
)

HINTS: dict[tuple[str, str], Degrees] = {
    ("log-and-exp-derivatives", "d_log"): (
        "Look at the curve of the logarithm: it climbs steeply near 0, and ever more slowly to the right.",
        "Its slope at 1 is 1, at 2 it is a half, at 4 a quarter.",
        "At x = 10 the slope is 0.1, at x = 100 it is 0.01.",
    ),
    ("log-and-exp-derivatives", "d_exp"): (
        "Compare the height of e^x with its steepness, at a few places.",
        "It is the one curve whose slope is everywhere its own height.",
        "At x = 0 both are 1; at x = 1 both are 2.718.",
    ),
    ("log-and-exp-derivatives", "d_exp_square"): (
        "It is a function of a function: which is the inner one, which the outer one?",
        "The chain rule: the slope of the outer function, at the inner one, times the slope of the inner one.",
        "The same for e^(x^3): the outer slope is e^(x^3), the inner one 3 x^2, together e^(x^3) * 3 x^2.",
    ),
    ("log-and-exp-derivatives", "d_log_square"): (
        "It is a function of a function: which is the inner one, which the outer one?",
        "The chain rule: the slope of the logarithm, at the inner function, times the slope of the inner one.",
        "The same for log(x^3): 1 / x^3 * 3 x^2 = 3 / x.",
    ),
    ("log-rules", ""): (
        "Try it with a = 100 and b = 10, and logarithms to the base 10: 2 and 1.",
        "The logarithm makes a sum of a product, a difference of a quotient, and a product of a power.",
        "log(3 c) = log(3) + log(c); log(c / 3) = log(c) - log(3); log(c^3) = 3 log(c).",
    ),
    ("chain-rule", ""): (
        "Take f(u) = u**2 and g(x) = 3 x + 1 by hand, at x = 2: what is g there, and what is each slope?",
        "The outer slope is taken where the outer function is: at g(x), not at x. What is returned is a function: "
        "an inner `def`, and a `return` of its name.",
        "f(u) = u**3, g(x) = 5 x, at x = 2: g is 10, the outer slope there 3 * 10**2 = 300, the inner one 5; 1500.",
    ),
    ("partial-derivatives", ""): (
        "Hold x_2 at 3 and move x_1 from 2 to 3: by how much does the product grow?",
        "For each variable, take the other one as a number that does not change. The two slopes stand in one array, "
        "in the order of the variables.",
        "For x_1 * x_2**2 at (5, 2): the slope along x_1 is 2**2 = 4, along x_2 it is 5 * 2 * 2 = 20.",
    ),
    ("numerical-derivative", ""): (
        "Take f(x) = x**2 at x = 3 with eps = 0.1 by hand: two values of f, one on each side.",
        "The central difference: f a little to the right, minus f a little to the left, divided by the whole "
        "distance between the two.",
        "f(x) = x**3, x = 1, eps = 0.1: (1.331 - 0.729) / 0.2 = 3.01.",
    ),
    ("numerical-gradient", ""): (
        "Take f(x) = x[0]**2 * x[1] at [2., 3.]: which entries of x differ between two calls of f?",
        "One entry at a time: nudge it up, call f; nudge it down, call f; put it back. `np.ndindex(x.shape)` gives "
        "the places of an array of any shape.",
        "f(x) = x[0] * x[1] at [2., 5.], eps = 0.1: along x[0] it is (10.5 - 9.5) / 0.2 = 5, x[1] being 5 both times.",
    ),
    ("activation-derivatives", "sigmoid"): _SIGMOID,
    ("activation-derivatives", "sigmoid_derivative"): SIGMOID_SLOPE,
    ("activation-derivatives", "tanh_derivative"): (
        "Try it at 0, where the curve is steepest, and far out, where it is flat.",
        "The slope can be made from tanh's own value h: what is missing from h squared to 1.",
        "Where h is 0.6, the slope is 1 - 0.36 = 0.64.",
    ),
    ("activation-derivatives", "relu"): (
        "Try an array with a negative, a zero and a positive entry.",
        "Every entry by itself: what is below 0 becomes 0. np.maximum compares entry by entry.",
        "[-2, 0, 3] becomes [0, 0, 3].",
    ),
    ("activation-derivatives", "relu_derivative"): (
        "Look at the curve: how steep is it to the left of 0, and how steep to the right?",
        "Every entry by itself: np.where(condition, what where it holds, what where it does not).",
        "At -2 the curve is flat; at 3 it climbs by as much as it goes to the right.",
    ),
    ("chain-descent", ""): (
        "Take one weight of 3 with the gradient 2 and eta = 0.1 by hand.",
        "For every name: the weight, less eta times the gradient of that name. All go into a new dict.",
        "A weight of 5, gradient -2, eta 0.3: 5 - 0.3 * (-2) = 5.6.",
    ),
    ("cross-entropy-gradient", "dL_dy_hat"): (
        "It is made from y_hat and y. L has two terms; y is a constant in both.",
        "The slope of log u is 1/u. In the second term u is 1 - y_hat: what does the chain rule add there?",
        "The same for -3 log u - 2 log(1 - u): -3/u + 2/(1 - u).",
    ),
    ("cross-entropy-gradient", "dy_hat_dz_2"): (
        "It is made from y_hat alone.",
        "y_hat is the logistic function of z_2: its slope can be made from its own value.",
        "Where y_hat is 0.9, the slope is 0.9 * 0.1 = 0.09.",
    ),
    ("cross-entropy-gradient", "dL_dz_2"): (
        "It is made from the two that you have just found.",
        "The chain rule: from L to y_hat, then from y_hat to z_2. Multiply, and see what can be cancelled.",
        "Try it in numbers: y = 1, y_hat = 0.8: -1/0.8 times 0.8 * 0.2 is -0.2. What is that of y and y_hat?",
    ),
    ("logistic-derivation", ""): (
        "Begin with 1 / (1 + e^(-z)): what is the outer function, what the inner one?",
        "The slope of 1/u is -1/u². Then make two factors of the quotient; one of them is s. In the other one, "
        "e^(-z) is (1 + e^(-z)) - 1.",
        "The same for t = 1 / (1 + e^(-3z)): 3 e^(-3z) / (1 + e^(-3z))², and so on to 3 t (1 - t).",
    ),
    ("cross-entropy-derivation", ""): (
        "The first line is the product of two slopes that you have found: dL_dy_hat times dy_hat_dz_2.",
        "Multiply each of the two quotients by y_hat (1 - y_hat): in each something cancels. Then multiply out.",
        "The same with other names: (-p/q + (1 - p)/(1 - q)) * q * (1 - q), and in the first quotient the q goes.",
    ),
} | LAYER_HINTS
"""By exercise and part; a part "" is any other of the exercise."""


def written_hints(exercise: str, part: str) -> tuple[str, ...]:
    """The three degrees that are written for a part of an exercise; none, where its steps give them."""
    return HINTS.get((exercise, part)) or HINTS.get((exercise, "")) or ()
