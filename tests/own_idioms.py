"""Test cells as instructors write them, one idiom each, and answers to them: right and wrong."""

# ruff: noqa: E501

SETUP = """\
import numpy as np, math
import pandas as pd
import matplotlib.pyplot as plt
limit = 10
frame = pd.DataFrame({"a": [1, 2, 3]})
names_array = np.array(["x", "yy", "x"])"""
ANSWERS = '''\
import datetime
from collections import Counter, defaultdict, namedtuple
from fractions import Fraction
answer = 42
words = np.array(["a", "b", "a"])
series = frame["a"] * 2
df2 = frame.assign(b=frame.a * 2)
day = datetime.date(2024, 1, 2)
class Point:
    def __init__(self, x, y=0): self.x, self.y = x, y
    def norm(self): return (self.x**2 + self.y**2) ** .5
p = Point(3, 4)
class NotGood(ValueError): pass
def mean(v):
    """The mean."""
    return sum(v) / len(v)
def count(word, ws): return int((ws == word).sum())
def hello(name): print(f"Hello {name}")
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
def bad(v): raise NotGood("no " + str(v))
def rand(n): return np.random.rand(n)
def col(df, name): return df[name].mean()
def frame_out(n): return pd.DataFrame({"n": range(n)})
def power(x, *, n=2, **more): return x ** n
def uses_limit(): return limit + 1
def helper(x): return x + 1
def uses_helper(x): return helper(x) * 2
def plot():
    fig, ax = plt.subplots(); ax.plot([1, 2]); ax.set_title("T"); return fig
def dates(): return datetime.date(2024, 1, 2)
def read(): return open("data.txt").read().strip()
def conj_sum(v): return complex(np.sum(np.conj(v)))
def spectrum(v): return np.fft.fft(v)
def power_of(v): return float(np.sum(np.abs(v) ** 2))
def word_counts(text): return Counter(text.split())
def groups(ws):
    d = defaultdict(list)
    for w in ws: d[len(w)].append(w)
    return d
def frac(): return Fraction(1, 3)
P = namedtuple("P", "x y")
def point(): return P(1, 2)
def frozen(): return frozenset([1])
def rng(): return range(3)
def days(v): return int((v[1] - v[0]).astype(int))
def mapped(): return map(str, [1, 2])
def zipped(): return zip([1], [2])
def dkeys(): return {"a": 1}.keys()
def sort_names(names): return sorted(names)
def add_up(xs): return sum(xs)
nowhere, endless = float("nan"), float("inf")
def adder(n):
    return lambda x: x + n
def applied(f, x): return f(x)
def sort_in_place(v): v.sort()
def fill(v, x): v[:] = x
def half(x): return np.float32(x / 2) if isinstance(x, np.float32) else x / 2
def conjugate(z): return z.conjugate()
def factorial(n): return 1 if n == 0 else n * factorial(n - 1)
def nothing(): pass
def both(a, b): return a, b
scores = {"a": 1, "b": [2, 3]}
def unique(v): return set(v)
def grid(): return {(i, j): i + j for i in range(2) for j in range(2)}
def transpose(m): return [list(row) for row in zip(*m)]
def encoded(text): return text.encode()
operations = {"double": lambda x: 2 * x}
steps = [lambda x: x + 1, lambda x: x * 2]
def positive(v): return v > 0
'''
WRONG = (
    ANSWERS
    + """\
answer, scores, steps = 41, {"a": 1}, [abs, abs]
words, series, df2 = np.array(["b"]), frame["a"], frame
nowhere, endless, day, p = 0.0, 1.0, None, 3
operations = {"double": abs}
class NotGood(KeyError): pass
class Point:
    def __init__(self, x, y=0): self.x, self.y = y, x
def wrong(*given, **named): return 0
mean = count = hello = bad = col = frame_out = power = uses_limit = uses_helper = plot = dates = read = wrong
rand = conj_sum = spectrum = power_of = word_counts = groups = frac = point = frozen = rng = days = mapped = wrong
zipped = dkeys = sort_names = add_up = adder = applied = sort_in_place = fill = half = conjugate = factorial = wrong
nothing = both = unique = grid = transpose = encoded = positive = wrong
def fib():
    yield from [9, 9, 9, 9, 9, 9]
"""
)
"""The right answers, and what spoils all of them."""

IDIOMS = {
    "a name is bound": "from_test = mean([1, 2, 3])\nassert from_test == 2",
    "state used in next test": "assert from_test == 2",
    "string array argument": 'assert count("a", np.array(["a", "b", "a"])) == 2',
    "string array of setup": 'assert count("x", names_array) == 2',
    "string array value": 'assert list(words) == ["a", "b", "a"]',
    "dataframe argument": 'assert col(frame, "a") == 2',
    "dataframe returned": "assert frame_out(3).shape == (3, 1)",
    "series value": "assert series.tolist() == [2, 4, 6]",
    "dataframe value": 'assert list(df2.columns) == ["a", "b"]',
    "class attributes": "assert p.x == 3 and p.norm() == 5",
    "class constructed": "assert Point(1, 2).y == 2",
    "isinstance own class": "assert isinstance(p, Point)",
    "custom exception": 'try:\n    bad(1)\nexcept NotGood as e:\n    assert "no 1" in str(e)\nelse:\n    assert False',
    "docstring": 'assert mean.__doc__ == "The mean."',
    "getsource": 'import inspect\nassert "sum(" in inspect.getsource(mean)',
    "signature": 'import inspect\nassert list(inspect.signature(power).parameters) == ["x", "n", "more"]',
    "name": 'assert mean.__name__ == "mean"',
    "capture stdout": 'import io, contextlib\nb = io.StringIO()\nwith contextlib.redirect_stdout(b):\n    hello("you")\nassert b.getvalue() == "Hello you\\n"',
    "generator": "import itertools\nassert list(itertools.islice(fib(), 5)) == [0, 1, 1, 2, 3]",
    "seed shared": "np.random.seed(0)\na1 = rand(3)\nnp.random.seed(0)\nassert (rand(3) == a1).all()",
    "seed known": "np.random.seed(0)\nassert abs(rand(1)[0] - 0.5488135) < 1e-6",
    "changes global": "limit = 100\nassert uses_limit() == 101",
    "monkeypatch helper": "def helper(x): return 0\nassert uses_helper(5) == 0",
    "del name": "old = helper\ndel helper\ntry:\n    uses_helper(1)\nexcept NameError:\n    pass\nelse:\n    raise AssertionError\nfinally:\n    helper = old",
    "globals": 'assert "answer" in globals()',
    "date": "import datetime\nassert day == datetime.date(2024, 1, 2)",
    "date returned": "import datetime\nassert dates().year == 2024",
    "file of assignment in test": 'assert open("data.txt").read().strip() == "7"',
    "file read by student": 'assert read() == "7"',
    "module beside": "import grader_helper\nassert grader_helper.ok(mean)",
    "magic": "%precision 3\nassert answer == 42",
    "time": "import time\nt0 = time.time()\nmean(range(1000))\nassert time.time() - t0 < 1",
    "figure": 'fig = plot()\nassert fig.axes[0].get_title() == "T"',
    "complex array arg": "assert conj_sum(np.array([1 + 2j, 3j])) == 1 - 5j",
    "complex array return": "assert np.allclose(spectrum(np.array([1., 0, 0, 0])), np.ones(4))",
    "complex power": "assert power_of(np.array([3 + 4j])) == 25",
    "counter": 'assert word_counts("a b a") == {"a": 2, "b": 1}',
    "defaultdict": 'assert groups(["a", "bb", "c"]) == {1: ["a", "c"], 2: ["bb"]}',
    "fraction": "from fractions import Fraction\nassert frac() == Fraction(1, 3)",
    "namedtuple": "assert point().x == 1",
    "namedtuple eq": "assert point() == (1, 2)",
    "frozenset": "assert frozen() == {1}",
    "range return": "assert list(rng()) == [0, 1, 2]",
    "range arg": "assert add_up(range(4)) == 6",
    "datetime64": 'assert days(np.array(["2024-01-01", "2024-01-03"], dtype="M8[D]")) == 2',
    "map": 'assert list(mapped()) == ["1", "2"]',
    "zip": "assert list(zipped()) == [(1, 2)]",
    "dict keys": 'assert "a" in dkeys()',
    "sorted str array": 'assert sort_names(np.array(["b", "a"])) == ["a", "b"]',
    "dict items arg": 'assert add_up({"a": 1, "b": 2}.values()) == 3',
    "zip arg": "assert add_up(x * y for x, y in zip([1, 2], [3, 4])) == 11",
    "pandas series arg": "assert add_up(pd.Series([1, 2])) == 3",
    "np matrix": "assert power_of(np.matrix([[3, 4]])) == 25",
    "numpy str": 'assert sort_names([np.str_("b"), "a"]) == ["a", "b"]',
    "enumerate arg": 'assert add_up(i for i, _ in enumerate("abc")) == 3',
    "a locked cell that uses a test's name": "assert seen_by_next == 3",
    "a value": "assert answer == 42",
    "an import for later tests": "import itertools",
    "an import of an earlier test": "assert list(itertools.chain([1], [2])) == [1, 2]",
    "nan and infinity as values": "assert np.isnan(nowhere) and np.isinf(endless)",
    "nan as a result": 'assert np.isnan(mean([float("nan"), 1]))',
    "integers of numpy": "assert mean([np.int64(1), np.int32(3)]) == 2",
    "a built-in exception": 'try:\n    mean([])\nexcept ZeroDivisionError:\n    pass\nelse:\n    raise AssertionError("nothing was raised")',
    "a parent of an exception": "try:\n    mean([])\nexcept ArithmeticError:\n    pass\nelse:\n    assert False",
    "callable": "assert callable(mean) and mean([1]) == 1",
    "a closure": "assert adder(2)(3) == 5",
    "a function as an argument": "assert applied(lambda x: x * 3, 2) == 6",
    "a list changed in place": "numbers = [3, 1, 2]\nsort_in_place(numbers)\nassert numbers == [1, 2, 3]",
    "an array changed in place": "filled = np.zeros(3)\nfill(filled, 2.0)\nassert filled.tolist() == [2.0, 2.0, 2.0]",
    "an array changed in a loop": "for n in range(1, 4):\n    filled = np.zeros(n)\n    fill(filled, n)\n    assert (filled == n).all()",
    "keyword-only arguments": "assert power(2, n=3) == 8",
    "the type of a value": "assert type(words) is np.ndarray and type(answer) is int and answer == 42",
    "single precision": "assert half(np.float32(3)) == np.float32(1.5)",
    "a complex number": "assert conjugate(1 + 2j) == 1 - 2j",
    "a big integer": "assert factorial(30) == math.factorial(30)",
    "None": "assert nothing() is None",
    "a tuple": "assert both(1, 2) == (1, 2)",
    "a dict": 'assert scores == {"a": 1, "b": [2, 3]}',
    "a set": "assert unique([1, 2, 1]) == {1, 2}",
    "tuples as keys": "assert grid()[(0, 1)] == 1",
    "nested lists": "assert transpose([[1, 2], [3, 4]]) == [[1, 3], [2, 4]]",
    "bytes": 'assert encoded("λ") == "λ".encode()',
    "a dict of functions": 'assert operations["double"](4) == 8',
    "a list of functions": "assert [f(2) for f in steps] == [3, 4]",
    "hashing": 'import hashlib\nassert hashlib.sha256(str(answer).encode()).hexdigest()[:6] == "73475c"',
    "np.testing": "np.testing.assert_allclose(half(np.array([2.0, 4.0])), [1.0, 2.0])",
    "unittest": "import unittest\ncase = unittest.TestCase()\ncase.assertAlmostEqual(mean([1, 2]), 1.5)",
    "print and display": "print(mean([1, 2]))\nfrom IPython.display import display\ndisplay(answer)\nassert answer == 42",
    "three hundred calls": "for n in range(300):\n    assert mean([n, n]) == n",
    "boolean masks": "assert (positive(np.array([-1, 2])) == [False, True]).all()",
    "a sorted list of texts": 'assert sort_names(["b", "a"]) == ["a", "b"]',
    "an empty array": "assert half(np.array([])).size == 0",
    "partial credit": "(1.5 if mean([1, 3]) == 2 else 0) + (0.5 if answer == 42 else 0)",
    "hidden tests": "assert mean([2, 4]) == 3\n### BEGIN HIDDEN TESTS\nassert mean([5]) == 5\n### END HIDDEN TESTS",
    "a message": 'assert mean([2]) == 2, "the mean of one number is that number"',
    "a name deleted as in nbgrader's tutorial": 'copy_of_helper = helper\ndel helper\ntry:\n    uses_helper(2)\nexcept NameError:\n    pass\nelse:\n    raise AssertionError("it does not use helper")\nfinally:\n    helper = copy_of_helper',
}
