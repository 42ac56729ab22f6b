"""Hints that no step can give: the rule of each kind of step in words, and three degrees for what has no network.

A degree says what to look at, the rule, and the same with something else worked out; none says what is asked.
"""

from __future__ import annotations

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

Degrees = tuple[str, str, str]

_SHAPE: Degrees = (
    "L is one number. A gradient says for every entry of something how L changes when that entry grows.",
    "So a gradient has the shape of what it is the gradient of. Of h @ W + b: W has a row for each number that comes "
    "in and a column for each that comes out; b has one number for each that comes out.",
    "A layer from 7 to 3: W is (7, 3), b is (3,), and so are their gradients. A vector of 7 is (7,).",
)
_TRAIN: Degrees = (
    "Print the loss before each step, and compare the first with that of the params you were given.",
    "Each of the `steps` rounds: note the loss of the params as they are, compute all gradients with "
    "`backpropagation`, then take eta times its gradient from every array, in a new dict.",
    "With one number w, the loss w**2, eta = 0.1 and w = 1: losses 1, then w = 1 - 0.1 * 2 = 0.8, loss 0.64, "
    "then w = 0.64, and so on. After 2 steps: w = 0.64, losses [1, 0.64].",
)
_SIGMOID: Degrees = (
    "Try it by hand at 0, where it must be 0.5, and far out, where it must be nearly 0 or nearly 1.",
    "sigmoid(z) = 1 / (1 + e^(-z)). For z far below 0 that e^(-z) is too large for a float; e^z is small there, and "
    "e^z / (1 + e^z) is the same number.",
    "At z = 2: e^(-2) = 0.1353, and 1 / 1.1353 = 0.8808.",
)
_SIGMOID_SLOPE: Degrees = (
    "Try it at 0, where the curve is steepest.",
    "The slope can be made from the sigmoid's own value h: h times what is missing from h to 1.",
    "Where h is 0.9, the slope is 0.9 * 0.1 = 0.09.",
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
    ("activation-derivatives", "sigmoid_derivative"): _SIGMOID_SLOPE,
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
    ("mlp-derivation", ""): (
        "Put a finger on L and walk back to the weight: which slopes do you meet? They are at hand, by name.",
        "Write the product of all of them, a name each; then write each of them out in h, w, x, y_hat and y.",
        "In a chain u = sigmoid(c v), L = ½ (u - y)²: dL_du * du_dz * dz_dc = (u - y) * u * (1 - u) * v.",
    ),
    ("eigendirection-derivation", ""): (
        "Differentiate lam/2 * (a - a_star)**2 + mu/2 * a**2 along a: each square brings a 2, which its ½ takes away.",
        "Multiply out, collect what holds a, and take out of both terms what stands before the a.",
        "The same with numbers: 3 (a - 5) + 2 a = 5 a - 15 = 5 (a - 3): it is 0 at a = 3.",
    ),
    ("mlp-sigmoid", "sigmoid"): (
        "Try it by hand at 0, where it must be 0.5, and at an array of whole numbers.",
        "sigmoid(t) = 1 / (1 + e^(-t)), entry by entry: np.exp does all entries at once.",
        "At t = 2: e^(-2) = 0.1353, and 1 / 1.1353 = 0.8808.",
    ),
    ("mlp-sigmoid", "grad_sigmoid"): _SIGMOID_SLOPE,
    ("gradient-check", "relative_error"): (
        "Try it with [3., 4.] against itself, against [0., 0.], and with the two changed round.",
        "The size of the difference, divided by something made of both sizes, in which both count alike. Where both "
        "are 0 there is nothing to divide by, and no error.",
        "2 against 2.1, divided by the larger size: 0.1 / 2.1 = 0.048.",
    ),
    ("gradient-check", ""): (
        "Take params with one number alone, {'w': np.array(2.)}, and a loss of w**2.",
        "For each name: nudge each entry of params[name] up and down, call loss(params) both times, put it back. Then "
        "compare that array with gradients[name].",
        "loss = w**3 at w = 2, nudged by 0.01: (8.120601 - 7.880599) / 0.02 = 12.0001; a gradient of 12 is right.",
    ),
    ("mlp-train", ""): _TRAIN,
    ("gradient-shapes", ""): _SHAPE,
    ("softmax", ""): (
        "Take [0., 1.] by hand; then a table of two rows: each row must add up to 1 by itself.",
        "e to the power of every logit, divided by their sum along the last axis, with keepdims=True. A number taken "
        "from all logits of a row changes nothing: with the largest taken away, no power is too large.",
        "[2, 0, 0]: e^2 = 7.389, 1, 1, their sum 9.389: [0.787, 0.1065, 0.1065].",
    ),
    ("cross-entropy", ""): (
        "Take z = [0., 1.], y = [0, 1] by hand, then the same row twice: the mean is that of one.",
        "The loss of a row is log Σ e^z, less the logit of the true class. With m the largest logit, log Σ e^z is "
        "m + log Σ e^(z - m), and nothing overflows.",
        "z = [2, 0, 0], the first class true: log(9.389) - 2 = 0.2395.",
    ),
    ("cross-entropy-steps", "L_difference"): (
        "L is minus the logarithm of h_1, and h_1 is a quotient of powers of e.",
        "log(a / b) = log a - log b, and log(e^z) = z. Mind the minus in front of both.",
        "With two classes, the first one true: -log(e^a / (e^a + e^b)) = -a + log(e^a + e^b).",
    ),
    ("cross-entropy-steps", "d_first_true"): (
        "The first term of L_difference holds one logit alone.",
        "How does that term change when just this logit grows by 1?",
        "The slope of -5 z_7 is -5 along z_7.",
    ),
    ("cross-entropy-steps", "d_first_other"): (
        "The first term of L_difference holds one logit alone: is it this one?",
        "What does not hold a variable does not change with it.",
        "The slope of -5 z_7 along z_8 is none.",
    ),
    ("cross-entropy-steps", "d_second_other"): (
        "The second term is the logarithm of a sum; only one of the summands holds z_0.",
        "The chain rule: 1 over the sum, times the slope of the sum along z_0.",
        "log(e^a + e^(3b)) along b: 3 e^(3b) / (e^a + e^(3b)).",
    ),
    ("cross-entropy-steps", "dL_dz_true"): (
        "It is the sum of the slopes of the two terms, along z_1.",
        "The second term's slope is the same for every class: its own power of e over the sum. What is that called?",
        "In numbers: where the true class has the probability 0.7, the sum is -0.3.",
    ),
    ("cross-entropy-steps", "dL_dz_other"): (
        "It is the sum of the slopes of the two terms, along z_0.",
        "The second term's slope is the same for every class: its own power of e over the sum. What is that called?",
        "In numbers: where this class has the probability 0.2, the sum is 0.2.",
    ),
    ("logit-gradient", ""): (
        "Print softmax(z) and y, one below the other, for z = [0., 1.], y = [0, 1].",
        "What the network says, less what it should say: one number for each class.",
        "h = [0.7, 0.2, 0.1] and the second class true: [0.7, -0.8, 0.1].",
    ),
    ("output-weight-gradient", ""): (
        "Take h_2 with two entries and three classes: which shape must each gradient have?",
        "Entry [i, j] is what came in at unit i, times the error at class j; np.outer makes them all. A bias adds to "
        "z as it is.",
        "h = [1, 2], error [3, 0, -3]: [[3, 0, -3], [6, 0, -6]]; of the bias: the error itself.",
    ),
    ("gradient-signs", "sign_dz_true"): (
        "The gradient is what the network says, less what it should say.",
        "What the network says lies between 0 and 1. What should it say of the true class?",
        "Say 0.7 for the true class: should its logit grow, and then, does L grow or fall?",
    ),
    ("gradient-signs", "sign_dz_other"): (
        "The gradient is what the network says, less what it should say.",
        "What the network says lies between 0 and 1. What should it say of a class that is not the true one?",
        "Say 0.2 for it: if its logit grows, does L grow or fall?",
    ),
    ("gradient-signs", ""): (
        "Entry [i, j] of the gradient of W_3 is a product of two numbers.",
        "One factor belongs to the row i, the other one to the column j.",
        "np.outer([1, 0, 2], [3, 4]) is [[3, 4], [0, 0], [6, 8]].",
    ),
    ("regularised-optimum", ""): (
        "Take one weight: H = [[2.]], w_star = [3.], mu = 1: where is ½ * 2 (w - 3)² + ½ w² smallest?",
        "Where the gradient is 0: H (w - w*) + µ w = 0. Bring all that holds w to one side; then "
        "np.linalg.solve, or the eigenvectors.",
        "H = 4, w* = 5, µ = 1: 4 w - 20 + w = 0, so w = 4.",
    ),
    ("shrinkage-factors", ""): (
        "Along one eigenvector there is one number, λ. Take λ = 2 and µ = 1: what is kept of w*?",
        "Along it, λ (w - w*) + µ w = 0. Which share of w* is w?",
        "λ = 4, µ = 1: 4 / 5 = 0.8 is kept.",
    ),
    ("numerical-hessian", ""): (
        "Take f(w) = w[0] * w[1]: the matrix must be [[0, 1], [1, 0]].",
        "Entry [i, j] is the slope along j of the slope along i. Nudge both entries up and down: f(+, +) - f(+, -) - "
        "f(-, +) + f(-, -), divided by 4 eps². Where i and j are the same, both nudges go to the same entry.",
        "f(w) = w**3 at w = 2, eps = 0.1: (f(2.2) - 2 f(2) + f(1.8)) / 0.04 = (10.648 - 16 + 5.832) / 0.04 = 12.",
    ),
    ("batch-gradients", "no loop over examples"): (
        "Where does your code go through the examples one by one? A list comprehension is a loop, too.",
        "Rows of X are examples: X @ W does all at once, X.T @ d adds up over them. Sums over the batch have axis=0.",
        "Two examples, h of (2, 3) and errors of (2, 4): h.T @ d is (3, 4), as W is.",
    ),
}
"""By exercise and part; a part "" is any other of the exercise."""


def written_hints(exercise: str, part: str) -> tuple[str, ...]:
    """The three degrees that are written for a part of an exercise; none, where its steps give them."""
    return HINTS.get((exercise, part)) or HINTS.get((exercise, "")) or ()
