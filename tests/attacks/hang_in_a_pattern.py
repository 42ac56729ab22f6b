"""Matches a pattern that takes years: interrupted, and what comes after is judged."""

EARNS = "all"

import re

re.match(r"(a|a)*b", "a" * 60)
