"""Gives itself zeros for all numbers, where the answers are easy, and rewrites `given`: 0 points."""

CELL = "chain-forward"

import backprop_course

given = backprop_course.given = lambda exercise: dict.fromkeys(("x", "y", "w_in", "w_j", "w_k"), 0.0)
numbers = given("chain-forward")
x = y = w_in = w_j = w_k = 0.0
z_j = h_j = z_k = h_k = z_o = y_hat = L = 0.0
