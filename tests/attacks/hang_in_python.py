"""Loops for ever and catches every interrupt: stopped, and the notebook with it."""

EARNS = 0

while True:
    try:
        while True:
            pass
    except BaseException:
        continue
