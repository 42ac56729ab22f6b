"""A notebook executed for grading gets what it would get in a kernel, and nothing else."""

import linecache
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import hostile
import nbformat
import numpy as np
import pytest
from repaired import REPAIRED, STOPS
from submitted import QUICK, answer, cell, check, executed_notebook, graded, solved, task

from backprop_course.checks import judge
from backprop_course.checks.output import verdict_in
from backprop_course.errors import CourseError
from backprop_course.exercises import EXERCISES, NOTEBOOKS
from backprop_course.grading.executor import Executor
from backprop_course.sandbox.between.task import Limits

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="candidates are locked in on Linux")


@pytest.fixture(scope="module")
def execute():
    with Executor() as executor:
        yield executor


def outputs(outcome):
    """What every cell shows."""
    return [cell.outputs for cell in outcome.cells]


def texts(shown):
    """The text of what a cell shows."""
    return "".join(
        output.get("text")
        or output.get("data", {}).get("text/plain")
        or f"{output.get('ename')}: {output.get('evalue')}"
        for output in shown
    )


def shown(execute, source):
    """What one cell shows."""
    return outputs(execute(task(cell(source))))[0]


# the course's own notebooks


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_solutions_get_every_point_without_a_flag_or_an_error(execute, name):
    handed_in = solved(name)
    outcome = execute(handed_in)
    assert outcome.scores == handed_in.points
    assert (outcome.error, outcome.flags) == ("", ())
    nbformat.validate(nbformat.from_dict(executed_notebook(handed_in, outcome)))
    found = [output for cell in outputs(outcome) for output in cell]
    assert [output for output in found if output["output_type"] == "error" or output.get("name") == "stderr"] == []


MISTAKES = [
    ("chain-rule", "def compose_derivative(df, g, dg):\n    return lambda x: df(g(x)) * dg(x)"),
    ("chain-rule", "def compose_derivative(df, g, dg):\n    return lambda x: df(x) * dg(x)"),
    ("chain-rule", "def compose_derivative(df, g, dg):\n    return df"),
    ("chain-rule", "def compose_derivative(df, g, dg):\n    return 3"),
    ("chain-rule", "def compose_derivative(df, g, dg):\n    def s(x):\n        raise KeyError('hm')\n    return s"),
    (
        "chain-rule",
        "def compose_derivative(df, g, dg):\n    def s(x):\n        print('hi')\n        return 1\n    return s",
    ),
    ("chain-rule", "def compose_derivative(df, g, dg):\n    return lambda x: np.float32(df(g(x)) * dg(x))"),
    ("numerical-derivative", "def numerical_derivative(f, x, eps=1e-5):\n    return (f(x + eps) - f(x)) / eps"),
    ("numerical-derivative", "def numerical_derivative(f, x, eps=1e-5):\n    return f('x')"),
    (
        "numerical-gradient",
        "def numerical_gradient(f, x, eps=1e-5):\n    g = np.zeros(x.shape)\n    for i in np.ndindex(x.shape):\n"
        "        x[i] += eps\n        g[i] = (f(x) - f(x - eps)) / eps\n    return g",
    ),
    (
        "activation-derivatives",
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\ndef relu_derivative(z):\n    return z > 0",
    ),
    ("activation-derivatives", "def sigmoid(z):\n    return np.float32(1 / (1 + np.exp(-np.clip(z, -500, 500))))"),
    ("chain-descent", "def gradient_step(w, g, e):\n    for k in w:\n        w[k] -= e * g[k]\n    return w"),
    ("chain-descent", "def gradient_step(w, g): pass"),
    ("chain-descent", "def gradient_step(w, g, e): raise NotImplementedError"),
    ("chain-descent", "def gradient_step(w, g, e):\n    import sys; sys.exit()"),
    ("chain-descent", "def gradient_step(w, g, e):\n    print('x' * 1000)\n    return {k: w[k] + e * g[k] for k in w}"),
    ("chain-descent", "e = 0.3\ndef gradient_step(w, g, eta):\n    return {k: w[k] - e * g[k] for k in w}"),
    ("chain-descent", "async def gradient_step(w, g, e): return 1"),
    ("chain-descent", "def gradient_step(w, g, e):\n    yield 1"),
    ("chain-descent", "def gradient_step(w, g, e):\n    return gradient_step(w, g, e)"),
    ("mlp-sigmoid", "def sigmoid(t): return 1 / (1 + np.exp(-t))\ndef grad_sigmoid(t): return sigmoid(t) * (1 - t)"),
    ("mlp-sigmoid", "sigmoid = np.tanh\ngrad_sigmoid = np.vectorize(lambda t: 1.0)"),
    ("gradient-check", "def check_gradients(loss, params, gradients): return {k: loss(params) for k in params}"),
    ("gradient-check", "def check_gradients(loss, params, gradients): return {k: loss(3) for k in params}"),
    ("softmax", "def softmax(z):\n    e = np.exp(z)\n    return e / e.sum()"),
    ("batch-gradients", "def batch_gradients(X, y, params): return {k: np.zeros_like(v) for k, v in params.items()}"),
    ("numerical-hessian", "def numerical_hessian(f, w, eps=1e-4):\n    return f"),
    ("mlp-train", "def train(X, y, params, eta, steps):\n    return params, [0.0] * steps"),
    *((id, source.lstrip()) for id, source, *_ in REPAIRED),
    ("mlp-forward", STOPS.lstrip()),
    *(
        (
            "mlp-forward",
            f"def sigmoid(t):\n    {body}\ndef layer(x, w): return sigmoid(x @ w)\n"
            f"def simple_feed_forward(x, W): return {result}",
        )
        for body, result in (
            ("return 1 / (1 + np.exp(t))", "layer(layer(x, W['w_1']), W['w_2'])"),
            ("return 1 / (1 + np.exp(t))", "layer(layer(t=x, w=W['w_1']), W['w_2'])"),
            ("return 1 / (1 + np.exp(t))", "layer(x @ W['w_1'], W['w_2'])"),
            ("raise NotImplementedError", "layer(layer(x, W['w_1']), W['w_2'])"),
        )
    ),
]
OBJECTS = [name for name in hostile.OBJECTS if name != "file"]
"""What is said of every object but stdout, which is another one in a candidate."""


def hostile_answers(name):
    thing = f"OBJECTS[{name!r}]"
    return [
        ("chain-forward", f"z_j = {thing}\nh_j = 1.0"),
        ("chain-gradients", f"def chain_gradients(w_in, w_j, w_k, x, y):\n    return {thing}"),
        ("chain-gradients", f"def chain_gradients(w_in, w_j, w_k, x, y):\n    return {{'w_in': {thing}}}"),
        ("chain-gradients", f"chain_gradients = {thing}"),
        ("log-rules", f"log_product = {thing}"),
        ("gradient-shapes", f"shape_dW_1 = {thing}"),
    ]


def same_verdicts(execute, answers, first, monkeypatch):
    """Compares the verdicts on answers with those reached in this process, on the same random numbers."""
    drawn = np.random.default_rng
    monkeypatch.setattr(np.random, "default_rng", lambda *seed: drawn(7))
    cells = [cell(first)]
    for number, (exercise, source) in enumerate(answers):
        # Two lines: into a cell of one line IPython looks itself, and meets an object that raises at any look.
        forgotten = (f"globals().pop({name!r}, None)" for name in EXERCISES[exercise].names)
        cells.append(cell("\n".join(["pass", *forgotten])))
        cells.append(answer(source, f"answer-{number}"))
        cells.append(graded(f'check("{exercise}")', f"test-{number}", EXERCISES[exercise].points))
    outcome = execute(task(*cells, limits=Limits()))
    assert outcome.error == ""
    for number, (exercise, source) in enumerate(answers):
        namespace = {"__name__": "__main__"}
        exec(first, namespace)
        lines = len(source), None, source.splitlines(keepends=True), "<cell>"
        monkeypatch.setitem(linecache.cache, "<cell>", lines)  # as a kernel has it
        exec(compile(source, "<cell>", "exec"), namespace)
        verdict = judge(exercise, namespace)
        assert outcome.verdicts[f"test-{number}"] == verdict.to_json(), source
        assert outcome.scores[f"test-{number}"] == verdict.points


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_mistakes_get_the_same_verdict_to_the_letter_as_in_a_kernel(execute, monkeypatch):
    same_verdicts(execute, MISTAKES, "import numpy as np", monkeypatch)


def test_the_cells_that_have_run_are_known_as_in_a_kernel(execute):
    source, givens = "z_j = w_in * x + 1", EXERCISES["chain-forward"].givens
    set_up = "from backprop_course import given\nglobals().update(given('chain-forward'))"
    outcome = execute(task(cell(set_up), answer(source), graded('check("chain-forward")', "test", 7)))
    names = dict(givens)
    exec(source, names)
    [told] = [one["message"] for one in outcome.verdicts["test"]["parts"] if one["name"] == "z_j"]
    assert told == judge("chain-forward", names, [set_up, source]).parts[0].message
    assert "one thing less in `w_in * x + 1`" in told


@pytest.mark.parametrize("names", [OBJECTS[k::4] for k in range(4)], ids=str)
def test_hostile_objects_get_the_same_verdict_to_the_letter_as_in_a_kernel(execute, monkeypatch, names):
    source = Path(hostile.__file__).read_text(encoding="utf-8").replace("from __future__ import annotations", "")
    same_verdicts(execute, [pair for name in names for pair in hostile_answers(name)], source, monkeypatch)


def test_a_function_that_never_ends_is_named_and_costs_its_own_check(execute):
    outcome = execute(
        task(
            answer("def gradient_step(w, g, e):\n    while True: pass"),
            check("chain-descent"),
            answer("z_j = 1.0", "other"),
            check("chain-forward", 7),
            limits=Limits(check_seconds=7),
        )
    )
    [part] = outcome.verdicts["chain-descent-check"]["parts"]
    assert "still running after 5 seconds" in part["message"]
    assert "chain-forward-check" in outcome.verdicts
    assert outcome.error == ""


def test_a_function_that_ends_python_costs_its_own_check(execute):
    outcome = execute(
        task(
            answer("import os\ndef gradient_step(w, g, e):\n    os._exit(0)\nz_j = 1"),
            check("chain-descent"),
            check("chain-forward"),
        )
    )
    [part] = outcome.verdicts["chain-descent-check"]["parts"]
    assert "stopped" in part["message"]
    assert "chain-forward-check" in outcome.verdicts


def test_a_checks_outputs_are_those_of_a_kernel(execute):
    [_, [verdict, points]] = outputs(execute(task(answer("x = 1"), check("chain-descent"))))
    assert set(verdict["data"]) == {"text/plain", "text/html"}
    assert verdict_in(verdict)["exercise"] == "chain-descent"
    assert points["data"] == {"text/plain": "0.0"}
    assert (verdict["output_type"], points["output_type"]) == ("display_data", "execute_result")


def test_points_are_at_most_those_of_the_release(execute):
    right = "def gradient_step(w, g, e):\n    return {k: w[k] - e * g[k] for k in w}"
    outcome = execute(task(answer(right), check("chain-descent", points=1)))
    assert outcome.scores == {"chain-descent-check": 1.0}
    assert texts(outputs(outcome)[1]).endswith("1.0")


def test_check_is_harmless_in_a_students_own_cell(execute):
    outcome = execute(
        task(
            answer(
                "from backprop_course import check, given\n"
                "float(check('chain-forward')), given('chain-forward')['x'] > 0"
            )
        )
    )
    assert texts(outputs(outcome)[0]) == "(0.0, True)"


# what cells show


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("print('a')\nprint('b')", "a\nb\n"),
        ("1 + 1", "2"),
        ("1 + 1;", ""),
        ("_", "''"),
        ("from IPython.display import display\ndisplay({'a': 1})", "{'a': 1}"),
        ("import asyncio\nawait asyncio.sleep(0)\n'awaited'", "'awaited'"),
        ("%matplotlib inline\n%time 1 + 1", "2"),
        ("import sys\nprint('oops', file=sys.stderr)", "oops\n"),
        ("input('?')", "StdinNotImplementedError: "),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("for", "SyntaxError: invalid syntax"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("np.ones(3)", "NameError: name 'np' is not defined"),
        ("!ls /", "No commands are run while grading: ls /\n"),
        ("files = !ls /\nfiles", "[]"),
        ("import numpy as np\nnp.float64(2)", "np.float64(2.0)"),
        ("import os\nos.environ['NBGRADER_EXECUTION']", "'autograde'"),
        ("%%writefile helper.py\nx = 3", "Writing helper.py\n"),
        ("import random, numpy\nrandom.seed\n__name__", "'__main__'"),
    ],
)
def test_a_cell_shows_what_it_would_in_a_kernel(execute, source, text):
    assert text in texts(shown(execute, source))
    assert bool(text) == bool(shown(execute, source))


def test_results_are_numbered_and_kept(execute):
    found = outputs(execute(task(cell("5"), cell("_ + 1"), cell("Out[1] + _2"))))
    assert [texts(cell) for cell in found] == ["5", "6", "11"]
    assert [cell[0]["execution_count"] for cell in found] == [1, 2, 3]


def test_what_a_student_writes_can_be_imported_and_never_stands_in_for_another_module(execute):
    files = "open('helper.py', 'w').write('x = 3'); open('decimal.py', 'w').write('1 / 0')"
    source = f"{files}\nimport helper, decimal\nhelper.x"
    assert texts(shown(execute, source)) == "3"


def test_every_submission_draws_numbers_of_its_own(execute):
    source = "import random, numpy as np\nrandom.random(), np.random.rand()"
    assert texts(shown(execute, source)) != texts(shown(execute, source))


def test_submissions_leave_nothing_to_the_next(execute):
    shown(execute, "x = 3\nimport numpy\nnumpy.spy = 1\nopen('left', 'w').close()\nopen('../left', 'w')")
    source = "import os, numpy\nprint(os.listdir(), os.listdir('..'), hasattr(numpy, 'spy'), 'x' in globals())"
    [_, siblings, spied, kept] = texts(shown(execute, source)).split(" ")
    assert (texts(shown(execute, "import os\nos.listdir()")), spied, kept) == ("[]", "False", "False\n")
    assert "left" not in siblings


@pytest.mark.parametrize(
    "source",
    [
        "from IPython.display import HTML\nHTML('<script>1</script>')",
        "from IPython.display import Javascript, display\ndisplay(Javascript('1'))",
        "from IPython.display import display\n"
        "display({'text/html': '<b>', 'image/svg+xml': '<svg>', 'text/plain': 'x'}, raw=True)",
        "class A:\n    def _repr_html_(self): return '<script>'\nA()",
    ],
)
def test_nothing_that_a_browser_would_run_is_kept(execute, source):
    found = shown(execute, source)
    assert found
    for output in found:
        assert set(output["data"]) == {"text/plain"}


FIGURE = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nplt.figure()\nplt.plot([2, 1])"


def test_figures_are_not_drawn(execute):
    assert [output for output in shown(execute, FIGURE) if output["output_type"] == "display_data"] == []


def test_figures_are_kept_where_that_is_asked_for(execute):
    found = outputs(execute(task(cell(FIGURE), keep_figures=True, limits=Limits())))[0]
    assert sum("image/png" in output.get("data", {}) for output in found) == 2


def test_a_figure_does_not_stay_open_for_the_next_cell(execute):
    source = "import matplotlib.pyplot as plt\nplt.figure()\nlen(plt.get_fignums())"
    assert [texts(cell) for cell in outputs(execute(task(cell(source), cell(source))))] == ["1", "1"]


def test_too_much_output_is_cut_off(execute):
    text = texts(shown(execute, "for k in range(10_000): print('x' * 100)"))
    assert len(text) < 2 * QUICK.output_size
    assert "left out" in text


# limits


def test_a_cell_that_never_ends_is_interrupted_and_the_next_ones_run(execute):
    outcome = execute(task(cell("while True: pass"), answer("x = 4"), graded("assert x == 4")))
    assert "KeyboardInterrupt" in texts(outputs(outcome)[0])
    assert outcome.scores == {"test": 2.0}


UNSTOPPABLE = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"


@pytest.mark.parametrize("source", [UNSTOPPABLE, "import os; os._exit(0)", "import ctypes; ctypes.string_at(0)"])
def test_where_python_ends_what_came_before_counts_and_what_comes_after_says_so(execute, source):
    outcome = execute(task(answer("x = 4"), graded("assert x == 4", "a"), cell(source), graded("1", "b")))
    assert outcome.scores == {"a": 2.0, "b": 0.0}
    assert "Execution ended in cell 3" in outcome.error
    assert "stopped" in [flag.kind for flag in outcome.flags]
    assert "Not judged" in texts(outputs(outcome)[3])


def test_a_submission_has_a_limit_of_its_own(execute):
    cells = [cell("import time\ntime.sleep(0.8)") for _ in range(10)]
    limits = Limits(cell_seconds=1.0, check_seconds=1.0, submission_seconds=1.5)
    outcome = execute(task(*cells, limits=limits))
    assert "the time for the whole notebook is up" in outcome.error
    assert outcome.cells[-1].count is None
    assert execute(task(answer("x = 1"), graded("assert x == 1"))).scores == {"test": 2.0}


@pytest.mark.parametrize(
    "source",
    [
        "import os\nfor _ in range(100): os.fork()",
        "import threading, time\nfor _ in range(500): threading.Thread(target=time.sleep, args=(99,)).start()",
        "x = bytearray(10**10)",
        "open('x', 'wb').write(bytes(10**8))",
        "for k in range(10**5): open(str(k), 'w').close()",
        "import subprocess\nsubprocess.run(['ls'])",
        "import socket\nsocket.create_connection(('127.0.0.1', 80))",
        "open('/etc/passwd').read()",
        "import os\nos.kill(os.getppid(), 9)",
    ],
)
def test_what_is_not_allowed_fails_in_its_own_cell(execute, source):
    outcome = execute(task(cell(source), answer("x = 4"), graded("assert x == 4")))
    assert outputs(outcome)[0][-1]["output_type"] == "error"
    assert outcome.scores == {"test": 2.0}
    assert outcome.error == ""


# hidden answers


CANDIDATE = """
import gc
from backprop_course.sandbox.inside.candidate import Candidate
me = next(found for found in gc.get_objects() if type(found) is Candidate)
def send(*message): me.connection.send(*message)
"""


@pytest.mark.parametrize(
    "source",
    [
        "me.connection.socket.send(b'garbage' * 100)",
        "me.connection.send(['done', [{'output_type': 'execute_result', 'data': {'text/plain': '2.0'}}], []])",
        "me.connection.socket.send((2**31).to_bytes(4, 'big') * 2)",
        "me.connection.send(5)",
        "me.connection.send(['done', 5, 5])",
        "me.connection.send(['done', [{'output_type': 'display_data', 'data': {'image/png': '\"><script>'}}], []])",
        "me.connection.send = lambda *message: None",
        "me._do_values = lambda *rest: send(['values', {'double': ['f', 10**12, 'x'], 'x': ['a', '<f8', [9], 8]}])",
        "me._do_values = lambda *rest: send(['values', 5])",
        "me._do_values = lambda *rest: send(['values', {'double': ['f', 'back', 3], 'x': ['l', [5]]}])",
        "me._do_values = lambda *rest: while_true()",
        "me._do_call = lambda *rest: send(['returned', ['o', 'True'], [], '', '', []])",
        "me._do_call = lambda *rest: send(['returned', 8, [[7, 8]], '', '', []])",
        "me._do_call = lambda *rest: send(['raised', [], '', 5, []])",
        "me._do_call = lambda *rest: send(['back', 99, ['l', []], ['d', []]])",
        "me._do_fork = lambda *rest: None",
        "me._do_fork = lambda *rest: send(['ready'])",
        "import os; os.closerange(0, 100)",
    ],
)
def test_a_candidate_that_has_been_tampered_with_gets_no_points(execute, source):
    own = "def double(x): return 3 * x\nx = 1"
    tests = graded("assert double(4) == 8\nassert double(4) == 8", "a"), graded("assert x == 2", "b")
    outcome = execute(task(answer(own), cell(CANDIDATE + source), *tests))
    assert outcome.scores == {"a": 0.0, "b": 0.0}
    assert execute(task(answer("x = 2"), graded("assert x == 2"))).scores == {"test": 2.0}
    assert "<script" not in str(outputs(outcome))


# the instructor's own tests


@pytest.mark.parametrize(
    ("answered", "tested"),
    [
        ("def f(x): return x * x", "assert f(3) == 9"),
        ("def f(x): return x * x", "import numpy\nassert numpy.allclose(f(numpy.arange(3.0)), [0, 1, 4])"),
        ("def f(x): return x * x", "assert np.allclose(f(np.arange(3.0)), [0, 1, 4])"),
        (
            "def f(x): raise ValueError('no')",
            "try:\n    f(1)\nexcept ValueError as error:\n    assert str(error) == 'no'\nelse:\n    assert False",
        ),
        ("def f(a): a[:] = 1", "a = np.zeros(3)\nf(a)\nassert (a == 1).all()"),
        ("def f(a):\n    a.append(1)\n    a[0]['k'] = 2", "a = [{}]\nf(a)\nassert a == [{'k': 2}, 1]"),
        ("def f(g, x): return g(x) + 1", "assert f(lambda x: 2 * x, 4) == 9"),
        ("def f(n): return lambda x: x + n", "assert f(3)(4) == 7"),
        ("f = {'a': [1, 2.0, (3,)], 'b': None}", "assert f == {'a': [1, 2.0, (3,)], 'b': None}"),
        ("def f(*a, **k): return [len(a), k['x']]", "assert f(1, 2, x='y') == [2, 'y']"),
        ("def f(x): return []", "assert len(f(1)) == 0"),
        ("def f(x): return float('nan')", "assert np.isnan(f(1))"),
        ("import numpy as np\nf = np.sqrt", "assert f(4.0) == 2"),
        ("f = 2", "from backprop_course import check\nassert f == 2"),
    ],
)
def test_ordinary_tests_pass_for_what_is_right(execute, answered, tested):
    assert execute(task(answer(answered), graded(tested))).scores == {"test": 2.0}


@pytest.mark.parametrize(
    ("answered", "tested"),
    [
        ("def f(x): return 0", "assert f(3) == 9"),
        ("", "assert f(3) == 9"),
        ("import numpy as np\ndef f(x): return np.array([])", "assert np.allclose(f(3), 9)"),
        ("def f(x): return []", "assert np.allclose(f(3), 9)"),
        ("def f(x): return float('nan')", "assert not abs(f(3) - 9) > 1e-6"),
        ("def f(x): raise StopIteration", "for a, b in zip(map(f, [1, 2]), [1, 2]):\n    assert a == b"),
        ("class A:\n    def __eq__(self, other): return True\ndef f(x): return A()", "assert f(3) == 9"),
        ("class A:\n    def __ne__(self, other): return True\ndef f(x): return A()", "assert f(3) != 9"),
        ("class A(float):\n    def __sub__(self, other): return 0\nf = A(3)", "assert f - 9 == 0"),
        ("def all(x): return True\ndef f(x): return 0", "assert all([f(3) == 9])"),
        ("class np:\n    allclose = lambda *x: True\ndef f(x): return 0", "assert np.allclose(f(3), 9)"),
        ("import numpy as np\nnp.allclose = lambda *x: True\ndef f(x): return 0", "assert np.allclose(f(3), 9)"),
        ("import builtins\nbuiltins.AssertionError = None\ndef f(x): return 0", "assert f(3) == 9"),
        ("def f(x):\n    import sys\n    sys.exit()", "f(3)"),
        ("def f(x):\n    import os\n    os._exit(0)", "f(3)"),
        ("def f(x): raise KeyboardInterrupt", "f(3)"),
        ("def f(x):\n    while True: pass", "f(3)"),
        ("def f(x): return 0", "while f(3) == 0: pass"),
        ("def f(x): return 0", "for"),
        ("def f(g): g('x')", "f(lambda x: x + 1)"),
        ("import numpy as np\ndef f(x): return np.ones((10**6, 1))", "assert np.allclose(f(3), np.ones(10**5))"),
        ("def f(x): return 0", "assert f(3) == 0\ntry:\n    while True: pass\nexcept Exception: pass"),
        ("def check(x): return 5\nf = 3", "assert check('chain-forward') == 5"),
    ],
)
def test_ordinary_tests_fail_for_what_is_not(execute, answered, tested):
    outcome = execute(task(answer(answered), graded(tested)))
    assert outcome.scores == {"test": 0.0}
    assert outputs(outcome)[1][-1]["output_type"] == "error"
    assert outcome.error == ""


@pytest.mark.parametrize(
    ("value", "points"), [("1.5", 1.5), ("100", 2), ("-1", 0), ("True", 2), ("None", 2), ("float('nan')", 0)]
)
def test_the_value_of_a_tests_last_line_is_its_partial_credit(execute, value, points):
    assert execute(task(graded(value))).scores == {"test": points}


def test_what_a_released_cell_defines_is_the_instructors(execute):
    released = cell("import math as m\ndef oracle(x): return m.sqrt(x)\neps = 1e-9", "setup", locked=True)
    forged = answer("def oracle(x): return 0\nm = None\neps = 10.0\ndef root(x): return 0")
    assert execute(task(released, forged, graded("assert abs(oracle(4) - root(4)) < eps"))).scores == {"test": 0.0}
    right = answer("def root(x): return x ** 0.5")
    assert execute(task(released, right, graded("assert abs(oracle(4) - root(4)) < eps"))).scores == {"test": 2.0}


def test_a_failed_hidden_test_says_nothing_of_itself(execute):
    secret = "### BEGIN HIDDEN TESTS\nassert f(7) == 4321, 'the secret is 4321'\n### END HIDDEN TESTS"
    hidden = f"assert f(1) == 1, 'seen'\n{secret}"
    outcome = execute(task(answer("def f(x): return x"), graded(hidden)))
    assert outcome.scores == {"test": 0.0}
    assert texts(outputs(outcome)[1]) == "AssertionError: a hidden test failed"
    outcome = execute(task(answer("def f(x): return 0"), graded(hidden)))
    assert texts(outputs(outcome)[1]) == "AssertionError: seen"


def test_no_test_cell_ever_reaches_the_candidate(execute):
    spy = (
        f"{CANDIDATE}seen, receive = [], me.connection.receive\n"
        "me.connection.receive = lambda: seen.append(receive()) or seen[-1]"
    )
    tested = graded("secret = 4321\nassert f(secret) == 1")
    outcome = execute(task(answer("def f(x): return 0"), cell(spy), tested, cell("print(seen)")))
    assert "print(seen)" in texts(outputs(outcome)[3])
    assert "4321" not in texts(outputs(outcome)[3])


# copies of the reference

SETUP = """
from backprop_course import check, given, gradients
from backprop_course.networks import chain
from backprop_course.drawing import figure
"""
OWN = "def helper(w, x, y): return gradients(chain, w, x, y)"


def copied(execute, source):
    outcome = execute(task(cell(SETUP), cell(OWN), answer(source, "chain-gradients"), check("chain-gradients", 3)))
    return {flag.cell for flag in outcome.flags if flag.kind == "copied-reference"}


@pytest.mark.parametrize(
    "source",
    [
        "def chain_gradients(a, b, c, x, y):\n    return gradients(chain, dict(w_in=a, w_j=b, w_k=c), x, y)",
        "def chain_gradients(w_in, w_j, w_k, x, y):\n    return helper(dict(w_in=w_in, w_j=w_j, w_k=w_k), x, y)",
        "import importlib\nm = importlib.import_module('backprop_' + 'course.core.backprop')\n"
        "def chain_gradients(a, b, c, x, y):\n    return m.gradients(chain, dict(w_in=a, w_j=b, w_k=c), x, y)",
        "trace = chain.forward({'w_in': 1.0, 'w_j': 1.0, 'w_k': 1.0}, 1.0, 1.0)",
        "from backprop_course.exercises import exercise\nanswers = exercise('chain-forward').expected",
        "import backprop_course.core.backprop as b",
        "b = __import__('backprop_course.core.backprop')",
    ],
)
def test_an_answer_from_the_courses_own_passes_is_flagged(execute, source):
    assert copied(execute, source) & {"chain-gradients", "chain-gradients-check"}


@pytest.mark.parametrize(
    "source",
    [
        "from backprop_course import given\nx = given('chain-forward')['x']",
        "figure(chain)",
        "def chain_gradients(a, b, c, x, y):\n    gradients = {'w_in': 1.0, 'w_j': 1.0}\n    return gradients",
        "# my own backward, not backprop_course's\nx = 'I read about backprop_course'",
    ],
)
def test_an_answer_of_ones_own_is_not_flagged(execute, source):
    assert copied(execute, source) == set()


def test_tools_for_tampering_are_flagged(execute):
    outcome = execute(task(cell("import numpy as np"), cell("import gc\nlen(gc.get_objects()) > 0")))
    assert [(flag.kind, flag.message) for flag in outcome.flags] == [
        ("suspicious-code", "cell 2 mentions get_objects.")
    ]


# processes


def wait_until(condition):
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def descendants(process):
    """The processes below one, as far as /proc tells."""
    parents = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # ended meanwhile
            after_name = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            parents.append((int(status.parent.name), int(after_name[1])))
    found, new = set(), {process}
    while new:
        found |= new
        new = {child for child, parent in parents if parent in new} - found
    return found - {process}


@pytest.mark.parametrize(
    "source",
    [
        UNSTOPPABLE,
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()",
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(99)",
        "import ctypes, os\nctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\nos.fork()",
    ],
)
def test_nothing_survives_a_submission(source):
    before = descendants(os.getpid())
    with Executor() as execute:
        execute(task(cell(source), answer("x = 1"), graded("assert x == 1")))
        wait_until(lambda: descendants(os.getpid()) - before == {execute._warm.process.pid})
        warm, directory = execute._warm.process.pid, execute._warm.directory
    assert not Path(f"/proc/{warm}").exists()
    assert not Path(directory).exists()


def test_nothing_survives_an_executor_that_is_killed(tmp_path):
    program = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from submitted import cell, task
from backprop_course.grading.executor import Executor
from backprop_course.sandbox.between.task import Limits
with Executor() as execute:
    print(execute._warm.directory, flush=True)
    execute(task(cell({UNSTOPPABLE!r}), limits=Limits()))
"""
    executor = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    directory = executor.stdout.readline().strip()
    wait_until(lambda: len(descendants(executor.pid)) >= 3)
    below = descendants(executor.pid)
    executor.send_signal(signal.SIGKILL)
    executor.wait()
    executor.stdout.close()
    wait_until(lambda: not any(Path(f"/proc/{process}").exists() for process in below))
    wait_until(lambda: not Path(directory).exists())


def test_nothing_of_the_examiners_environment_is_there(monkeypatch):
    monkeypatch.setenv("GRADEBOOK_PASSWORD", "4321")
    with Executor() as execute:
        source = "import ctypes, os\nprint(dict(os.environ))\nctypes.CDLL(None).getenv(b'GRADEBOOK_PASSWORD')"
        assert "4321" not in texts(shown(execute, source))
        assert texts(shown(execute, source)).endswith("\n0")


def test_an_executor_whose_warm_process_died_starts_another(execute):
    execute._warm.process.kill()
    execute._warm.process.wait()
    assert execute(task(answer("x = 1"), graded("assert x == 1"))).scores == {"test": 2.0}


def test_without_fork_the_way_out_is_said(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with pytest.raises(CourseError, match="nbgrader autograde"):
        Executor()


def test_the_layers_that_hold_are_named(execute):
    assert "resource limits" in execute.layers
    assert execute(task()).layers == execute.layers


def test_what_the_sandbox_needs_is_loaded_before_there_is_a_candidate(execute):
    last = "pygments.lexers.python"  # that the fork server's own first cells load
    late = f"import sys\nprint('late:', *list(sys.modules)[list(sys.modules).index({last!r}) + 1 :])"
    assert texts(outputs(execute(task(cell(late))))[0]).split() == ["late:"]
