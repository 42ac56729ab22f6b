"""Hints that no step can give, for the notebooks on layers, 05 to 07: three degrees, by exercise and part."""

from __future__ import annotations

Degrees = tuple[str, str, str]

SIGMOID_SLOPE: Degrees = (
    "Try it at 0, where the curve is steepest.",
    "The slope can be made from the sigmoid's own value h: h times what is missing from h to 1.",
    "Where h is 0.9, the slope is 0.9 * 0.1 = 0.09.",
)
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

LAYER_HINTS: dict[tuple[str, str], Degrees] = {
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
    ("mlp-sigmoid", "grad_sigmoid"): SIGMOID_SLOPE,
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
    ("activation-why", "relu_factor"): (
        "Which line of your backward pass knows that the hidden units are curved?",
        "Back through a unit: the error at its h, times the slope of its function at its z.",
        "A ReLU at z = 3 and at z = -3: how much does h move, if z moves by 0.001?",
    ),
    ("activation-why", "possible_targets"): (
        "Between which two numbers does each kind of output unit stay?",
        "A prediction can only come near a target that its output unit can give.",
        "A tanh as the last unit gives numbers from -1 to 1: with a target of 5 the error never gets below 4.",
    ),
    ("activation-why", "rate"): (
        "Compare the slopes of the three curves at 0: how much of an error do they let through?",
        "A step is eta times the gradient. Where more of the error comes back, the same eta makes a larger step.",
        "A slope four times as large, in each of two layers: the gradient below both is sixteen times as large.",
    ),
    ("activation-why", "silent"): (
        "What is the slope of a ReLU at a z below 0?",
        "Where the slope is 0 no error comes through, and no weight of the unit moves.",
        "A unit with z = -2, -1 and -3 for the three examples there are: three slopes, all 0.",
    ),
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
    ("loss-why", "one_term_left"): (
        "Write the sum out for three classes, with the label (0, 1, 0).",
        "A term that is multiplied by 0 is gone, whatever the rest of it is.",
        "With the label (0, 0, 1) it is -0 log h_0 - 0 log h_1 - 1 log h_2.",
    ),
    ("loss-why", "all_logits_stay"): (
        "Write the probability of the true class as a fraction of exponentials.",
        "A softmax divides by the sum over all classes: each answer knows all scores.",
        "Of two classes: log(e^(z_0) / (e^(z_0) + e^(z_1))). Which z are in it?",
    ),
    ("loss-why", "first_term"): (
        "Which letters stand in the first term?",
        "The derivative of a term is 0 with respect to whatever does not stand in it.",
        "The derivative of -5 u is -5 with respect to u, and 0 with respect to v.",
    ),
    ("loss-why", "second_term"): (
        "Exchange the names of two classes in the second term: what changes?",
        "log of a sum: 1 over the sum, times the derivative of the one part that moves.",
        "log(u + v + w): 1 / (u + v + w) for each of the three.",
    ),
    ("weight-why", "between_them"): (
        "Put a finger on one arrow from a unit to a class, and walk to the loss.",
        "A weight reaches the logit at its end alone; a softmax reaches from a logit to all probabilities.",
        "In 02: from w_k to z_o, from there to y_hat, from there to L.",
    ),
    ("weight-why", "loss_changes"): (
        "z_j is a sum of products: which of them holds the weight?",
        "A factor passes a nudge on, times the other factor; what comes after the softmax moves in all places.",
        "With h = 2, a nudge of 0.001 to the weight nudges the logit by 0.002.",
    ),
    ("weight-why", "bias_gradient"): (
        "z_j is the bias plus other things. What becomes of z_j when only the bias moves?",
        "An addition hands its error on as it is.",
        "z = 3 + b: from b = 1 to 1.001, z goes from 4 to 4.001.",
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
