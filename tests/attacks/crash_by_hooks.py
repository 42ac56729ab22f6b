"""Sets audit hooks, import hooks, display hooks and codecs that raise and exit: only its own notebook suffers."""

EARNS = 0

import codecs
import sys


def leave(*values):
    raise SystemExit(1)


class Finder:
    find_spec = find_module = leave


sys.meta_path.insert(0, Finder())
sys.path_hooks.insert(0, leave)
sys.displayhook = sys.excepthook = sys.unraisablehook = leave
codecs.register(leave)
get_ipython().input_transformers_cleanup.append(leave)
get_ipython().set_custom_exc((Exception,), leave)
get_ipython().events.register("post_run_cell", leave)
sys.addaudithook(leave)
