"""The maths: networks, both passes as lists of steps, training, gradient checks, regularisation. Knows NumPy only."""
