"""Loops for ever: interrupted at the limit, and what comes after is judged."""

EARNS = "all"

while True:
    pass
