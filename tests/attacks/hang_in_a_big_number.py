"""Computes a number with more digits than there is time: interrupted, and what comes after is judged."""

EARNS = "all"

9 ** (9**9)
