"""Shows HTML, scripts, SVG and widgets, in every kind of output: a browser would run none of it."""

from IPython.display import HTML, SVG, IFrame, Javascript, Markdown, display, publish_display_data

evil = "<script>alert(1)</script><img src=x onerror=alert(1)><iframe src=javascript:alert(1)></iframe>"
display(HTML(evil), SVG(data="<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>"), Markdown(evil))
display(Javascript("alert(1)"), IFrame("javascript:alert(1)", 1, 1))
for kind in ("text/html", "image/svg+xml", "application/javascript", "text/latex", "text/markdown", "application/pdf"):
    publish_display_data({kind: evil, "text/plain": evil})
publish_display_data({"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "x"}, {"x": evil})


class Evil:
    def _repr_html_(self):
        return evil

    def _repr_mimebundle_(self, **more):
        return {"text/html": evil, "text/plain": evil}, {"text/html": {"isolated": False}}


raise type(evil, (Exception,), {})(evil)
