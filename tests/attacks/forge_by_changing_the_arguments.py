"""A function that makes its arguments fit its result instead of the other way round: 0 points."""

CELL = "chain-descent"


def gradient_step(weights, gradients, eta):
    for name in weights:
        weights[name] = gradients[name] = 0.0
    return dict(weights)
