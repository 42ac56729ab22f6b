"""Asks for a kernel that runs a shell, and for preprocessors and templates of its own: they are dropped."""

EARNS = "all"


def damage(notebook, folder):
    notebook["metadata"] = {
        "kernelspec": {"name": "bash", "display_name": "x", "language": "bash", "argv": ["touch", "kernel.run"]},
        "language_info": {"name": "<script>alert(1)</script>", "nbconvert_exporter": "os.system"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"x": "<script>alert(1)</script>"}}},
        "title": "<script>alert(1)</script>",
        "backprop_course": {"flags": [], "error": "", "layers": []},
        "celltoolbar": "x",
    }
