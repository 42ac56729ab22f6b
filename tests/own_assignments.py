"""Ten assignments in the style of public ones: what is given, answers right and half right, tests; their notebook."""

from dataclasses import dataclass, field

from classroom import cell
from nbformat.v4 import new_code_cell, new_notebook


@dataclass
class OwnAssignment:
    """A notebook with tests of its own. answers, half: right, and with mistakes. tests: each gives 2 points."""

    given: str
    answers: str
    half: str
    tests: list = field(default_factory=list)


FILES = {
    "data/sales.csv": "day,shop,sold\n2024-01-01,a,3\n2024-01-02,a,5\n2024-02-01,b,\n2024-02-03,b,4\n",
    "words.txt": "the cat and the hat\nand the bat\n",
    "checker.py": "def close(a, b, tolerance=1e-9):\n    return abs(a - b) < tolerance\n",
}
LINEAR = """\
def lu(a):
    n = len(a)
    u, low, p = a.astype(float).copy(), np.eye(n), np.eye(n)
    for k in range(n - 1):
        m = k + int(np.argmax(abs(u[k:, k])))
        u[[k, m]], p[[k, m]] = u[[m, k]], p[[m, k]]
        low[[k, m], :k] = low[[m, k], :k]
        low[k + 1 :, k] = u[k + 1 :, k] / u[k, k]
        u[k + 1 :] -= np.outer(low[k + 1 :, k], u[k])
    return p, low, u
def solve(p, low, u, b):
    return np.linalg.solve(u, np.linalg.solve(low, p @ b))
"""
QR = """\
def householder(v):
    w = v.astype(float).copy()
    w[0] += np.copysign(np.linalg.norm(v), v[0])
    return w / np.linalg.norm(w)
def qr(a):
    q, r = np.eye(len(a)), a.astype(float).copy()
    for k in range(a.shape[1]):
        w = householder(r[k:, k])
        r[k:] -= 2 * np.outer(w, w @ r[k:])
        q[:, k:] -= 2 * np.outer(q[:, k:] @ w, w)
    return q, r
"""
ACCOUNT = """\
class Overdrawn(Exception):
    pass
class Account:
    def __init__(self, owner, balance=0):
        self.owner, self.balance = owner, balance
    def deposit(self, amount):
        self.balance += amount
    def withdraw(self, amount):
        if amount > self.balance:
            raise Overdrawn(f"{amount - self.balance} too much")
        self.balance -= amount
    def __str__(self):
        return f"{self.owner}: {self.balance}"
"""
WALK = """\
def walk(n):
    \"\"\"A walk of n steps.\"\"\"
    return np.cumsum(np.random.choice([-1, 1], n))
def estimate_pi(n):
    x, y = np.random.rand(n), np.random.rand(n)
    return 4 * np.mean(x**2 + y**2 < 1)
"""

OWN_ASSIGNMENTS = {
    "frames": OwnAssignment(
        'import numpy as np\nimport pandas as pd\nsales = pd.read_csv("data/sales.csv")',
        'def clean(frame):\n    return frame.dropna().assign(day=lambda f: pd.to_datetime(f["day"]))\n'
        'def by_shop(frame):\n    return clean(frame).groupby("shop")["sold"].sum()\n'
        "cleaned = clean(sales)",
        'def clean(frame):\n    return frame.fillna(0).assign(day=lambda f: pd.to_datetime(f["day"]))\n'
        'def by_shop(frame):\n    return frame.groupby("shop")["sold"].sum()\n'
        "cleaned = clean(sales)",
        [
            'assert list(cleaned.columns) == ["day", "shop", "sold"]',
            "assert len(cleaned) == 3\n### BEGIN HIDDEN TESTS\nassert cleaned.sold.sum() == 12\n### END HIDDEN TESTS",
            'expected = pd.Series({"a": 8.0, "b": 4.0}, name="sold")\nexpected.index.name = "shop"\n'
            "pd.testing.assert_series_equal(by_shop(sales), expected)",
            'assert expected["a"] == by_shop(sales)["a"]',
            'assert len(clean(pd.DataFrame({"day": ["2024-01-01", None], "shop": "a", "sold": 1}))) == 1',
        ],
    ),
    "factors": OwnAssignment(
        "import numpy as np",
        LINEAR,
        LINEAR.replace("low[[k, m], :k] = low[[m, k], :k]", "pass").replace("p @ b", "b"),
        [
            "rndm = np.random.RandomState(1234)\na = rndm.uniform(size=(4, 4))\nP, L, U = lu(a)\n"
            "assert np.allclose(U, np.triu(U))",
            "assert np.allclose(L, np.tril(L))\nassert np.allclose(P @ a, L @ U)",
            "b = rndm.uniform(size=4)\nx = solve(P, L, U, b)\nassert np.allclose(a @ x, b)",
            "np.testing.assert_allclose(P.sum(axis=0), np.ones(4))",
        ],
    ),
    "reflections": OwnAssignment(
        "import numpy as np",
        QR,
        QR.replace("2 * np.outer(q", "np.outer(q"),
        [
            "rndm = np.random.RandomState(1)\nv = rndm.uniform(size=5)\nw = householder(v)\n"
            "assert abs(np.linalg.norm(w) - 1) < 1e-12",
            "A = rndm.uniform(size=(5, 3))\nQ, R = qr(A)\nassert np.allclose(Q @ R, A)",
            "assert np.allclose(Q.T @ Q, np.eye(5))",
            "R2 = np.linalg.qr(A)[1]\nassert np.allclose(abs(R[:3]), abs(R2))",
        ],
    ),
    "accounts": OwnAssignment(
        "",
        ACCOUNT,
        ACCOUNT.replace("if amount > self.balance:", "if amount < 0:"),
        [
            'account = Account("Ada", 10)\naccount.deposit(5)\nassert account.balance == 15',
            "try:\n    account.withdraw(100)\nexcept Overdrawn as error:\n    assert '85' in str(error)\n"
            "else:\n    raise AssertionError('nothing was raised')",
            "assert issubclass(Overdrawn, Exception) and isinstance(account, Account)",
            '### BEGIN HIDDEN TESTS\nassert str(Account("Bob")) == "Bob: 0"\n### END HIDDEN TESTS',
        ],
    ),
    "files": OwnAssignment(
        "import checker\nimport numpy as np",
        "def lines(path):\n    with open(path) as file:\n        return file.read().splitlines()\n"
        "def mean_length(path):\n    return np.mean([len(word) for word in ' '.join(lines(path)).split()])",
        "def lines(path):\n    with open(path) as file:\n        return file.readlines()\n"
        "def mean_length(path):\n    return np.mean([len(word) for word in ' '.join(lines(path)).split()])",
        [
            'assert lines("words.txt") == open("words.txt").read().splitlines()',
            'assert checker.close(mean_length("words.txt"), 3.0)',
            'with open("own.txt", "w") as file:\n    file.write("a bb")\nassert mean_length("own.txt") == 1.5',
        ],
    ),
    "texts": OwnAssignment(
        "from collections import Counter\nimport numpy as np",
        "def count(text):\n    return Counter(text.lower().split())\n"
        "def most_frequent(text):\n    return count(text).most_common(1)[0][0]\n"
        "def lengths(words):\n    return {word: len(word) for word in words}",
        "def count(text):\n    return Counter(text.split())\n"
        "def most_frequent(text):\n    return count(text).most_common(1)[0][0]\n"
        "def lengths(words):\n    return {word: len(word) for word in words}",
        [
            'assert count("a A b") == {"a": 2, "b": 1}',
            'assert count("a a b").most_common(1) == [("a", 2)]',
            'assert most_frequent("x Y y") == "y"',
            'assert lengths(np.array(["a", "bb"])) == {"a": 1, "bb": 2}\n'
            '### BEGIN HIDDEN TESTS\nassert lengths({"ccc"}) == {"ccc": 3}\n### END HIDDEN TESTS',
        ],
    ),
    "chance": OwnAssignment(
        "import numpy as np",
        WALK,
        WALK.replace("4 * np.mean", "np.mean").replace("A walk of n steps.", ""),
        [
            "np.random.seed(3)\nfirst = walk(10)\nnp.random.seed(3)\nassert (walk(10) == first).all()",
            "np.random.seed(0)\nassert abs(estimate_pi(20_000) - np.pi) < 0.05",
            "assert set(np.diff(walk(50))) <= {-1, 1}",
            'assert walk.__doc__ and "walk" in walk.__doc__',
        ],
    ),
    "curves": OwnAssignment(
        "import numpy as np\nX = np.linspace(0, 1, 11)\nY = np.sin(X)\nshape = X.shape",
        "def model(x):\n    return np.sin(x)\ndef loss(y_hat, y):\n    return float(np.mean((y_hat - y) ** 2))\n"
        "def gradient(f, x, eps=1e-6):\n    return (f(x + eps) - f(x - eps)) / (2 * eps)",
        "def model(x):\n    return x\ndef loss(y_hat, y):\n    return float(np.sum((y_hat - y) ** 2))\n"
        "def gradient(f, x, eps=1e-6):\n    return (f(x + eps) - f(x - eps)) / (2 * eps)",
        [
            "assert model(X).shape == shape\nassert np.allclose(model(X), Y)",
            "assert loss(X, Y) < 0.01\nassert loss(np.ones(4), np.zeros(4)) == 1.0",
            "assert np.allclose(gradient(np.cos, X), -np.sin(X), atol=1e-6)",
            "1.0 * (loss(Y, Y) == 0) + 1.0 * (loss(np.ones(4), np.zeros(4)) == 1.0)",
        ],
    ),
    "sequences": OwnAssignment(
        "import inspect\nimport itertools",
        "def primes():\n    n = 2\n    while True:\n        if all(n % k for k in range(2, int(n**0.5) + 1)):\n"
        "            yield n\n        n += 1\n"
        "def factorial(n):\n    return 1 if n == 0 else n * factorial(n - 1)\n"
        "def pairs(values):\n    return zip(values, values[1:])",
        "def primes():\n    n = 2\n    while True:\n        if all(n % k for k in range(2, int(n**0.5))):\n"
        "            yield n\n        n += 1\n"
        "def factorial(n):\n    result = 1\n    for k in range(2, n + 1):\n        result *= k\n    return result\n"
        "def pairs(values):\n    return zip(values, values[1:])",
        [
            "assert list(itertools.islice(primes(), 5)) == [2, 3, 5, 7, 11]",
            "assert [factorial(n) for n in range(5)] == [1, 1, 2, 6, 24]",
            'assert "factorial(" in inspect.getsource(factorial).split(":", 1)[1]',
            "assert list(pairs(range(4))) == [(0, 1), (1, 2), (2, 3)]",
        ],
    ),
    "records": OwnAssignment(
        "from collections import namedtuple\nfrom datetime import date, timedelta\nimport matplotlib.pyplot as plt\n"
        "import pandas as pd",
        'Loan = namedtuple("Loan", "title since")\n'
        "def due(loan, days=14):\n    return loan.since + timedelta(days=days)\n"
        "def late(loans, today):\n    return [loan.title for loan in loans if due(loan) < today]\n"
        "def chart(counts):\n    figure, axes = plt.subplots()\n    axes.bar(list(counts), counts.values())\n"
        '    axes.set_ylabel("loans")\n    return axes',
        'Loan = namedtuple("Loan", "title since")\n'
        "def due(loan, days=14):\n    return loan.since + timedelta(days=days)\n"
        "def late(loans, today):\n    return [loan.title for loan in loans if due(loan) <= today]\n"
        "def chart(counts):\n    figure, axes = plt.subplots()\n    axes.bar(list(counts), counts.values())\n"
        "    return axes",
        [
            'first = Loan("Emma", date(2024, 1, 1))\nassert first.title == "Emma" and first[1].year == 2024',
            "assert due(first) == date(2024, 1, 15)",
            'loans = [first, Loan("Ulysses", date(2024, 2, 1))]\nassert late(loans, date(2024, 1, 15)) == []',
            'assert chart({"Emma": 2, "Ulysses": 1}).get_ylabel() == "loans"',
            "assert due(first, 1) - first.since == pd.Timedelta(days=1)",
        ],
    ),
}

BETWEEN = "print(from_test)\nseen_by_next = from_test + 1"


def notebook(given, answers, tests):
    """An instructor's notebook. tests: their sources, by name."""
    cells = [cell(new_code_cell, "given", given, locked=True), cell(new_code_cell, "answers", answers, solution=True)]
    for name, source in tests.items():
        cells.append(cell(new_code_cell, name, source, grade=True, locked=True, points=2))
        if source.startswith("assert from_test"):
            cells.append(cell(new_code_cell, "between", BETWEEN, locked=True))
    for number, made in enumerate(cells):
        made.id = f"c{number}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)
