"""Ends the process before it can be judged, which stock nbgrader leaves without a score: 0 points."""

CELL = "chain-forward"

import os

os._exit(0)
