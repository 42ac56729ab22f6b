"""Wrong functions that no equation explains, and what is said of them: one change makes each right."""

TANH = """
def tanh_backpropagation(X, y, params):
    W_1, w_2 = params["W_1"], params["w_2"]
    h = np.tanh(X @ W_1 + params["b_1"])
    y_hat = h @ w_2 + params["b_2"]
    d_2 = (y_hat - y) / len(X)
    d_1 = np.outer(d_2, w_2) * {slope}
    return {{"w_2": h.T @ d_2, "b_2": d_2.sum(), "W_1": X.T @ d_1, "b_1": d_1.sum(axis=0)}}
"""
COMPOSED = """
def compose_derivative(df, g, dg):
    def derivative(x):
        u = g(x)
        return df(u) * dg({inner})
    return derivative
"""
RELU = """
def relu(z):
    return {relu}

def helped(z):
    return z > 0

def relu_derivative(z):
    return 1.0 * helped({z})
"""
TRAIN = """
def train(X, y, params, eta, steps):
    params = {{name: np.array(value, dtype=float) for name, value in params.items()}}
    losses = []
    loss = 0.0
    for step in range(steps):
        s = lambda t: 1 / (1 + np.exp(-t))
        h = s(X @ params["W_1"] + params["b_1"])
        y_hat = s(h @ params["w_2"] + params["b_2"])
        loss {kept} 0.5 * np.mean((y_hat - y) ** 2)
        losses.append(loss)
        d_2 = (y_hat - y) * y_hat * (1 - y_hat) / len(X)
        d_1 = np.outer(d_2, params["w_2"]) * h * (1 - h)
        gradients = {{"W_1": X.T @ d_1, "b_1": d_1.sum(axis=0), "w_2": h.T @ d_2, "b_2": d_2.sum()}}
        params = {{name: params[name] - eta * gradients[name] for name in params}}
    return params, losses
"""

REPAIRED = [
    (
        "mlp-tanh",
        TANH.format(slope="(1 - h) ** 2"),
        "W_1",
        "brackets",
        "line 6 of its cell other brackets in `(1 - h) ** 2`",
    ),
    (
        "chain-rule",
        COMPOSED.format(inner="u"),
        "compose_derivative",
        "name",
        "line 4 of its cell another name in place of `u` in `dg(u)`",
    ),
    (
        "activation-derivatives",
        RELU.format(relu="np.max(z, 0)", z="z"),
        "relu",
        "function",
        "line 2 of its cell another function in `np.max(z, 0)`",
    ),
    ("mlp-train", TRAIN.format(kept="+="), "losses", "into", "line 4 of its cell `loss = 0.0` inside the loop"),
]
STOPS = """
def simple_feed_forward(x, W):
    s = lambda t: 1 / (1 + np.exp(-t))
    sizes = list(W)
    return s(s(x @ W[sizes[0]]) @ W[sizes[2]])
"""
