"""Prints and displays without end, in one piece and in many: cut off, and what comes after is judged."""

EARNS = "all"

from IPython.display import display

print("x" * 10**8)
for number in range(5000):
    display(number)
while True:
    print("y" * 1000)
