"""Writes scripts into text, raw cells, attachments and links, for whoever reads its feedback: none is alive there."""

EARNS = "all"

EVIL = (
    "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))\n\n"
    "<svg onload=alert(1)></svg>\n\n<iframe srcdoc='<script>alert(1)</script>'></iframe>\n\n"
    "$\\href{javascript:alert(1)}{x}$\n\n<details open ontoggle=alert(1)>\n\n<a href='data:text/html,alert(1)'>x</a>"
)


def damage(notebook, folder):
    for kind in ("markdown", "raw", "code", "unknown", "heading"):
        cell = {"cell_type": kind, "source": EVIL, "outputs": [], "execution_count": None}
        cell["metadata"] = {"raw_mimetype": "text/html", "format": "text/html", "slideshow": {"slide_type": "x"}}
        cell["attachments"] = {"x.svg": {"image/svg+xml": "<svg onload='alert(1)'/>", "image/png": '"><script>'}}
        notebook["cells"].append(cell)
