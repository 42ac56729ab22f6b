"""Computes the answers with the course's network in a cell of the student's own: flagged for the instructor."""

EARNS = 7
FLAG = "copied-reference"

from backprop_course import given
from backprop_course.networks import chain

numbers = given("chain-forward")
trace = chain.forward({name: numbers[name] for name in ("w_in", "w_j", "w_k")}, numbers["x"], numbers["y"])
z_j, h_j, z_k, h_k, z_o, y_hat, L = (trace[name] for name in ("z_j", "h_j", "z_k", "h_k", "z_o", "y_hat", "L"))
