"""Answers that students hand in as functions: the right ones are accepted, the wrong ones told truly."""

import numpy as np
import pytest

from backprop_course.checks import judge

SIGMOID = """
def sigmoid(t): return 1 / (1 + np.exp(-t))
def grad_sigmoid(t): return sigmoid(t) * (1 - sigmoid(t))
"""
PLUS = SIGMOID.replace("np.exp(-t)", "np.exp(t)")


def tried(exercise, source, before=SIGMOID):
    names = {"np": np}
    exec(before + source, names)
    return judge(exercise, names)


BATCH = """
def backpropagation(X, y, p):
    h1 = sigmoid(X @ p['W_1'] + p['b_1']); z2 = h1 @ p['w_2'] + p['b_2']; yh = sigmoid(z2)
    d2 = (yh - y) * yh * (1 - yh) / len(X)
    d1 = np.outer(d2, p['w_2']) * h1 * (1 - h1)
    return {'W_1': X.T @ d1, 'b_1': d1.sum(axis=0), 'w_2': h1.T @ d2, 'b_2': d2.sum()}
"""
RAISING = BATCH.replace("np.outer(d2, p['w_2'])", "d2 * p['w_2']")
GRADIENTS = """
def batch_gradients(X, y, p):
    h1 = sigmoid(X @ p['W_1'] + p['b_1']); h2 = sigmoid(h1 @ p['W_2'] + p['b_2']); z3 = h2 @ p['W_3'] + p['b_3']
    e = np.exp(z3 - z3.max(1, keepdims=True)); d3 = (e / e.sum(1, keepdims=True) - y) / len(X)
    d2 = (d3 @ p['W_3'].T) * h2 * (1 - h2); d1 = (d2 @ p['W_2'].T) * h1 * (1 - h1)
    return {'W_1': X.T @ d1, 'b_1': d1.sum(0), 'W_2': h1.T @ d2, 'b_2': d2.sum(0), 'W_3': h2.T @ d3, 'b_3': d3.sum(0)}
"""
FORWARD = "def simple_feed_forward(x, W):\n    return sigmoid(sigmoid(x @ W['w_1']) @ W['w_2'])\n"
RETURN = BATCH[BATCH.index("    return") :]

RIGHT = {
    "an if for one row": (
        "softmax",
        """
def softmax(z):
    if z.ndim == 1:
        z = z - np.max(z)
        return np.exp(z) / np.sum(np.exp(z))
    z = z - np.max(z, axis=1, keepdims=True)
    return np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
""",
    ),
    "one row as a table": (
        "softmax",
        """
def softmax(z):
    z2 = np.atleast_2d(z)
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p[0] if z.ndim == 1 else p
""",
    ),
    "row by row": (
        "softmax",
        """
def softmax(z):
    if z.ndim == 2:
        return np.array([softmax(r) for r in z])
    e = np.exp(z - z.max()); return e / e.sum()
""",
    ),
    "general eigenvectors, always complex": (
        "regularised-optimum",
        """
def regularised_optimum(H, w_star, mu):
    values, Q = np.linalg.eig(H)
    values, Q = values.astype(complex), Q.astype(complex)
    return Q @ np.diag(values / (values + mu)) @ np.linalg.inv(Q) @ w_star
""",
    ),
    "a complex number": ("mlp-forward", FORWARD.replace("return ", "return 0j + ")),
    **{
        name: ("mlp-batch-backward", f"import collections, types\n{BATCH.replace(RETURN, made)}")
        for name, made in {
            "defaultdict": RETURN.replace("return {", "return collections.defaultdict(float, {").replace("()}", "()})"),
            "a class of one's own": "    class G(dict): pass\n"
            + RETURN.replace("return {", "return G({").replace("()}", "()})"),
            "mappingproxy": RETURN.replace("return {", "return types.MappingProxyType({").replace("()}", "()})"),
            "matrix": RETURN.replace("X.T @ d1", "np.asmatrix(X.T @ d1)"),
            "masked array, nothing masked": RETURN.replace("X.T @ d1", "np.ma.masked_array(X.T @ d1)"),
            "deque": RETURN.replace("d1.sum(axis=0)", "collections.deque(d1.sum(axis=0))"),
        }.items()
    },
    "a named tuple and a deque": (
        "mlp-train",
        BATCH
        + """
import collections
Trained = collections.namedtuple("Trained", "params losses")
def train(X, y, params, eta, steps):
    losses = collections.deque()
    for _ in range(steps):
        p = params
        losses.append(0.5 * np.mean((sigmoid(sigmoid(X @ p['W_1'] + p['b_1']) @ p['w_2'] + p['b_2']) - y) ** 2))
        g = backpropagation(X, y, params)
        params = {k: params[k] - eta * g[k] for k in params}
    return Trained(params, losses)
""",
    ),
    "no loop": ("batch-gradients", GRADIENTS),
}


@pytest.mark.parametrize(("exercise", "source"), RIGHT.values(), ids=RIGHT)
def test_a_right_answer_of_any_style_gets_all_points(exercise, source):
    verdict = tried(exercise, source)
    assert verdict.passed, str(verdict)
    assert verdict.points == verdict.max_points


UNWRITTEN = "def {}(*given): raise NotImplementedError\n"
WRONG = {
    "sigmoid that cuts": (
        "mlp-sigmoid",
        "import math\ndef sigmoid(t):\n    t = np.asarray(t)\n    out = np.zeros_like(t)\n"
        "    for i in np.ndindex(t.shape): out[i] = 1 / (1 + math.exp(-t[i]))\n    return out\n",
        ["sigmoid: an array of whole numbers cuts what is written into it"],
    ),
    "softmax that cuts": (
        "softmax",
        "def softmax(z):\n    out = np.zeros_like(z)\n    out[...] = np.exp(z - z.max(-1, keepdims=True))\n"
        "    out /= out.sum(-1, keepdims=True)\n    return out\n",
        ["softmax: an array of whole numbers cuts what is written into it", "UFuncTypeError"],
    ),
    "nudges that are cut": (
        "numerical-gradient",
        "def numerical_gradient(f, x, eps=1e-5):\n    g = np.zeros(x.shape)\n    for i in np.ndindex(x.shape):\n"
        "        a, b = x.copy(), x.copy()\n        a[i] += eps\n        b[i] -= eps\n"
        "        g[i] = (f(a) - f(b)) / (2 * eps)\n    return g\n",
        ["an array of whole numbers cuts what is written into it"],
    ),
    "return inside the loop": (
        "numerical-gradient",
        "def numerical_gradient(f, x, eps=1e-5):\n    g = np.zeros(x.shape)\n    for i in np.ndindex(x.shape):\n"
        "        a, b = np.array(x, float), np.array(x, float)\n        a[i] += eps\n        b[i] -= eps\n"
        "        g[i] = (f(a) - f(b)) / (2 * eps)\n        return g\n    return g\n",
        ["is the return inside the loop?"],
    ),
    "one key, inside the loop": (
        "chain-descent",
        "def gradient_step(weights, gradients, eta):\n    new = {}\n    for k in weights:\n"
        "        new[k] = weights[k] - eta * gradients[k]\n        return new\n    return new\n",
        ["✗ gradient_step", "Is the return inside the loop?"],
    ),
    "keys without quotes": (
        "chain-gradients",
        "def chain_gradients(w_in, w_j, w_k, x, y): return {w_in: 1.0, w_j: 2.0, w_k: 3.0}\n",
        ["the number", "are quotes missing?"],
    ),
    "a raise left below": (
        "mlp-forward",
        FORWARD.replace("return ", "y_hat = ") + "    raise NotImplementedError\n",
        ["✗ simple_feed_forward: line 6 of its cell still raises NotImplementedError: delete that line."],
    ),
    "a raise left above": (
        "mlp-forward",
        FORWARD.replace("    return", "    raise NotImplementedError\n    return"),
        ["✗ simple_feed_forward: line 5 of its cell still raises NotImplementedError: delete that line."],
    ),
    "a helper that is not written": (
        "mlp-forward",
        FORWARD + UNWRITTEN.format("sigmoid"),
        ["✗ simple_feed_forward: it calls sigmoid, which is not written yet."],
    ),
    "nothing": (
        "mlp-forward",
        UNWRITTEN.format("simple_feed_forward"),
        ["– simple_feed_forward: not written yet."],
    ),
    "another name below the stub": (
        "mlp-forward",
        UNWRITTEN.format("simple_feed_forward") + FORWARD.replace("feed_forward", "feedforward"),
        ["– simple_feed_forward: not written yet; is it simple_feedforward?"],
    ),
    "another name": (
        "mlp-forward",
        FORWARD.replace("feed_forward", "feedforward"),
        ["no function called simple_feed_forward; did you mean simple_feedforward?"],
    ),
    "results changed places": (
        "mlp-train",
        "def train(X, y, params, eta, steps): return [1.0], params\n",
        [
            "has a list with 1 entry for params; a tuple (params, losses) is expected.",
            "Have two results changed places?",
        ],
    ),
    "two results for one": (
        "mlp-forward",
        FORWARD.replace("return ", "return sigmoid(x @ W['w_1']), "),
        ["is a tuple whose entries have different shapes; a number is expected."],
    ),
    "a number for a function": (
        "chain-rule",
        "def compose_derivative(df, g, dg): return df(g(2.0)) * dg(2.0)\n",
        ["returns a number; a function is expected."],
    ),
    "no return of the inner function": (
        "chain-rule",
        "def compose_derivative(df, g, dg):\n    def d(x): return df(g(x)) * dg(x)\n",
        ["returns None; a function is expected.", "end with a return of the inner function?"],
    ),
    "a generator": (
        "mlp-batch-backward",
        BATCH.replace("'b_1': d1.sum(axis=0)", "'b_1': (s for s in d1.sum(axis=0))"),
        ["is a generator, which has computed nothing yet", "shape (3,) is expected"],
    ),
    "complex numbers": (
        "mlp-batch-backward",
        BATCH.replace("X.T @ d1", "X.T @ d1 + 1j"),
        ["is an array of shape (2, 3) with complex numbers", "shape (2, 3) is expected"],
    ),
    "np.max for np.maximum": (
        "activation-derivatives",
        "def relu(z): return np.max(0, z)\n",
        ["relu(z=0.5) stops with an error", "np.maximum(0, z) compares entry by entry"],
    ),
    "max for np.maximum": (
        "activation-derivatives",
        "def relu(z): return max(0, z)\n",
        ["for every entry there are np.where, np.maximum"],
    ),
    "a power written ^": (
        "mlp-forward",
        FORWARD.replace("(sigmoid(x", "(x ^ 2 + sigmoid(x"),
        ["In Python code a power is written **."],
    ),
    "arithmetic of dicts": (
        "chain-descent",
        "def gradient_step(weights, gradients, eta): return weights - eta * gradients\n",
        ["A dict has no arithmetic"],
    ),
    "inner sizes that differ": (
        "mlp-batch-backward",
        BATCH.replace("X.T @ d1", "X @ d1"),
        ["matmul: the inner sizes 2 and 4 differ"],
    ),
    "np.outer of a batch": (
        "batch-gradients",
        GRADIENTS.replace("X.T @ d1", "np.outer(X, d1)"),
        ["np.outer makes one long vector of a whole batch"],
    ),
    "a mean over the batch": (
        "mlp-batch-forward",
        "def feed_forward(X, p):\n"
        "    return np.mean(sigmoid(sigmoid(X @ p['W_1'] + p['b_1']) @ p['w_2'] + p['b_2']))\n",
        ["Was it added up over an axis too many?"],
    ),
    "a small number in the logarithm": (
        "cross-entropy",
        "def cross_entropy(z, y):\n    p = np.exp(z - z.max(-1, keepdims=True)); p /= p.sum(-1, keepdims=True)\n"
        "    return -np.mean((y * np.log(p + 1e-12)).sum(-1))\n",
        ["gives 27.631."],
    ),
}
NEVER = ("does not come back", "is nothing yet", "its keys are none", "1 entries", "Functions of `math`", "gufunc")


@pytest.mark.parametrize(("exercise", "source", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(exercise, source, said):
    verdict = tried(exercise, source)
    assert not verdict.passed
    assert verdict.points < verdict.max_points
    for words in said:
        assert words in str(verdict), str(verdict)
    for words in NEVER:
        assert words not in str(verdict)


@pytest.mark.parametrize("bias", ["d1", "d1.sum(axis=0)"])
def test_a_function_that_stops_in_a_call_gets_no_points_for_it(bias):
    verdict = tried("mlp-batch-backward", RAISING.replace("d1.sum(axis=0)", bias))
    assert verdict.points == 0
    assert "stops with an error" in str(verdict)
    only_two = GRADIENTS.replace("    h1 =", "    if len(X) != 2: raise ValueError('only 2')\n    h1 =")
    verdict = tried("batch-gradients", only_two.replace("d1.sum(0)", bias))
    assert verdict.points == 0
    assert "right so far, in the first call" in str(verdict)
    assert "no loop over examples: judged when batch_gradients is right." in str(verdict)


KEYS = {
    "mlp-batch-backward": (
        BATCH,
        "d2 =",
        {"W_1": "X.T @ d1", "b_1": "d1.sum(axis=0)", "w_2": "h1.T @ d2", "b_2": "d2.sum()"},
    ),
    "batch-gradients": (
        GRADIENTS,
        "d2 =",
        {"W_1": "X.T @ d1", "b_1": "d1.sum(0)", "W_2": "h1.T @ d2", "b_3": "d3.sum(0)"},
    ),
}


@pytest.mark.parametrize("exercise", KEYS)
def test_mending_one_part_never_costs_points(exercise):
    source, _, right = KEYS[exercise]
    rng = np.random.default_rng(11)
    faults = [
        "-({})",
        "({})[:1]",
        "(1 / 0 if len(X) % 2 else {})",
        "({}) * len(X)",
        "None",
        "str({})",
        "({}) @ np.ones(77)",
    ]
    for _ in range(12):
        broken = {key: str(rng.choice(faults)).replace("{}", right[key]) for key in right if rng.random() < 0.7}
        for mended in broken:
            points = []
            for wrong in (broken, {key: fault for key, fault in broken.items() if key != mended}):
                text = source
                for key, fault in wrong.items():
                    text = text.replace(f"'{key}': {right[key]}", f"'{key}': {fault}")
                points.append(tried(exercise, text).points)
            assert points[1] >= points[0], (broken, mended)


# --- helpers ------------------------------------------------------------------------------------------

CHAIN = (
    "def simple_backpropagation(y, x, W):\n"
    "    h = sigmoid(x @ W['w_1']); yh = sigmoid(h @ W['w_2']); d2 = (yh - y) * grad_sigmoid(h @ W['w_2'])\n"
    "    return {'w_2': d2 * h, 'w_1': np.outer(x, d2 * W['w_2'] * grad_sigmoid(x @ W['w_1']))}\n"
)


@pytest.mark.parametrize(
    ("exercise", "source"), [("mlp-forward", FORWARD), ("mlp-backward", CHAIN), ("mlp-batch-backward", BATCH)]
)
def test_what_is_built_on_a_wrong_helper_gets_its_points_and_the_helper_is_named(exercise, source):
    verdict = tried(exercise, source, PLUS)
    assert {part.status for part in verdict.parts} == {"follows"}
    assert verdict.points == verdict.max_points
    assert not verdict.passed
    assert "Your own sigmoid does not pass its check (mlp-sigmoid): mend that first." in str(verdict)


def test_nothing_is_looked_for_in_a_function_that_a_right_helper_gives_its_points(monkeypatch):
    asked = []
    monkeypatch.setattr("backprop_course.checks.functions.Diagnosis.searched", lambda *given: asked.append(given))
    assert {part.status for part in tried("mlp-backward", CHAIN, PLUS).parts} == {"follows"}
    assert not asked


def test_a_helper_is_not_blamed_where_a_right_one_would_not_help():
    wrong = "def sigmoid(t): return 1 / (1 + np.exp(t))\n"
    verdict = tried("mlp-forward", "def simple_feed_forward(x, W):\n    return 1 + 0 * sigmoid(1.0)\n", wrong)
    assert verdict.points == 0
    assert "mend that first" not in str(verdict)


def test_a_mistake_beside_a_wrong_helper_is_still_named():
    verdict = tried("mlp-batch-backward", BATCH.replace(" / len(X)", ""), PLUS)
    assert verdict.points == 0
    assert {part.misconception for part in verdict.parts} == {"sum-for-mean"}


def test_a_helper_is_found_through_functions_of_ones_own():
    source = "def layer(x, w): return sigmoid(x @ w)\n" + FORWARD.replace("sigmoid(x @ W['w_1'])", "layer(x, W['w_1'])")
    verdict = tried("mlp-forward", source, PLUS)
    assert verdict.points == 2


# --- loops --------------------------------------------------------------------------------------------

LOOP = (
    GRADIENTS.replace("def batch_gradients", "def one")
    + """
def loop(X, y, params):
    total = None
    for k in range(len(X)):
        found = one(X[k:k+1], y[k:k+1], params)
        total = found if total is None else {n: total[n] + found[n] for n in found}
    return {n: v / len(X) for n, v in total.items()}
"""
)
HIDDEN = {
    "plain": "batch_gradients = loop",
    "0 when traced": "import sys\ndef batch_gradients(*a):\n    return 0 if sys.gettrace() else loop(*a)",
    "idle steps before": "def batch_gradients(*a):\n    for _ in range(20_000): pass\n    return loop(*a)",
    "idle steps that make up for it": (
        "def batch_gradients(X, y, p):\n    for _ in range(9000 - 200 * len(X)): pass\n    return loop(X, y, p)"
    ),
    "a count that is switched off": (
        "import sys\ndef batch_gradients(*a):\n    sys.settrace(None)\n    return loop(*a)"
    ),
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_a_loop_over_examples_is_found_however_it_is_hidden(hidden):
    verdict = tried("batch-gradients", LOOP + hidden)
    assert verdict.points == 6, str(verdict)
    assert verdict.parts[-1].status in ("wrong", "invalid")


def test_whole_numbers_are_among_the_calls_in_every_form_that_a_text_announces():
    """A softmax that is right for a row of whole numbers and cuts those of a table."""
    source = """
def softmax(x):
    if x.ndim == 1:
        s = np.exp(x - x.max())
        return s / s.sum()
    result = np.zeros_like(x)
    for n in range(len(x)):
        s = np.exp(x[n] - x[n].max())
        result[n] = s / s.sum()
    return result
"""
    names = {"np": np}
    exec(source, names)
    [part] = judge("softmax", names).parts
    assert part.misconception == "whole-numbers-cut"
