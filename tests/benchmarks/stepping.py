"""How fast a step-through is, in Chromium and while grading: `python tests/benchmarks/stepping.py`.

The alternative that it is measured against is the plain figure: put into the page once for the first paint, and once
for every step, as a widget would that gets a new picture each time. Needs Playwright and Chromium.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
import browser

import backprop_course.widgets
from backprop_course import backward, networks
from backprop_course.drawing import figure
from backprop_course.widgets import StepThrough

HERE = Path(backprop_course.widgets.__file__).parent
RUNS = 15
PAGE = """<!doctype html><meta charset="utf-8"><style>%s</style><div id="here"></div><script type="module">
%s
const story = %s;
const model = { get: (k) => ({ story })[k], set() {}, send() {}, on() {}, off() {} };
const here = document.getElementById("here");
const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
async function timed(act) {
  const start = performance.now();
  act();
  document.body.offsetHeight; // laid out
  const done = performance.now() - start;
  await painted();
  return done;
}
window.measured = async () => {
  const figure = await timed(() => { here.innerHTML = story.picture; });
  here.innerHTML = "";
  const first = await timed(() => widget.render({ model, el: here }));
  const steps = [], again = [];
  const next = here.querySelector("[aria-label='Next step']");
  for (const _ of story.steps) steps.push(await timed(() => next.click()));
  here.innerHTML = "";
  for (const _ of story.steps) again.push(await timed(() => { here.innerHTML = story.picture; }));
  return { figure, first, steps, again };
};
</script>"""


def main() -> None:
    cases = {"skip": (networks.skip_classifier, None), "classifier, batch of 8": (networks.classifier(), 8)}
    directory = Path(tempfile.mkdtemp())
    with browser.chromium() as chromium:
        for name, (network, batch) in cases.items():
            values = backward(network.forward(*network.random(np.random.default_rng(0), batch)))
            script = (HERE / "step_through.js").read_text().replace("export default", "const widget =")
            story = json.dumps(StepThrough(network, values).story)
            path = directory / "page.html"
            path.write_text(PAGE % ((HERE / "step_through.css").read_text(), script, story))
            runs = []
            for _ in range(RUNS):
                page = chromium.new_page(viewport={"width": 1000, "height": 900})
                page.goto(path.as_uri())
                runs.append(page.evaluate("measured()"))
                page.close()
            figures, first = (statistics.median(run[kind] for run in runs) for kind in ("figure", "first"))
            steps = [step for run in runs for step in run["steps"]]
            again = statistics.median(step for run in runs for step in run["again"])
            print(f"{name}: first paint {first:.1f} ms (the figure alone {figures:.1f})")
            print(f"  a step {statistics.median(steps):.1f} ms, at most {max(steps):.1f} (a figure anew {again:.1f})")
    grading()


def grading() -> None:
    """What showing costs in Python, with and without anybody who looks."""
    network = networks.skip_classifier
    weights, x, y = network.random(np.random.default_rng(0))
    shown = {
        "figure": lambda: figure(network, weights)._repr_html_(),
        "step-through": lambda: StepThrough(network, {**weights, "x": x, "y": y})._repr_mimebundle_(),
    }
    for name, show in shown.items():
        took = {}
        for graded in False, True:
            if graded:
                os.environ["NBGRADER_EXECUTION"] = "autograde"
            show()
            times = []
            for _ in range(RUNS):
                start = time.perf_counter()
                show()
                times.append(1000 * (time.perf_counter() - start))
            took[graded] = statistics.median(times)
            os.environ.pop("NBGRADER_EXECUTION", None)
        print(f"{name}: {took[True]:.3f} ms while grading, {took[False]:.1f} ms otherwise")


if __name__ == "__main__":
    main()
