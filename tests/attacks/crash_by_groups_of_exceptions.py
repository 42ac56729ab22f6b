"""Raises a group of groups of exceptions, a hundred deep and wide: the cell fails, and what is shown is short."""

EARNS = "all"

group = ExceptionGroup("x" * 10**5, [ValueError(str(number) * 1000) for number in range(300)])
for _ in range(90):
    group = ExceptionGroup("deeper", [group, ValueError()])
raise group
