"""The maths: networks, both passes as lists of steps, training, gradient checks, regularisation. Knows NumPy only.

To read it up to the first gradient, some twenty minutes: `functions`, `forward`, `trace`, `network`, `backprop`.
"""
