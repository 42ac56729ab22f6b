"""Makes folders within folders until none fits any more, on which a careless clean-up would fail: they are gone."""

import os

ENDED = "its scratch folder cannot be looked through"

try:
    for _ in range(1_500):
        os.mkdir("deeper")
        os.chdir("deeper")
except OSError:
    pass
os.chdir("/")
