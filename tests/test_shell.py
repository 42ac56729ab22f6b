"""The shell without a kernel takes a cell as IPython does."""

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from backprop_course.sandbox.inside.shell import run_cell
from backprop_course.students import instructors_notebooks

TEXTS = """
await something()
x = 2

%time x = 1
y = 2

files = !ls
print(files)

x = 7
x?

  # a comment before
x = 1

  # two comments
  # before

>>> x = 1
... # and more

x = "\'\'"
... # a line of dots

In [1]: x = 1
   ...: y = 2

ls

x = 7 % 3
y = "?" if x != 1 else f"{x:.1%}"

x = 7
/print x

x = [1
, 2]

%%time
x = 1

def f(:
    pass

async def g():
    return [k async for k in h()]

y = [k async for k in h()]
awaited = "await"

x = (1
"""
MORE = [
    "",
    "\n\nx = 1\ny = 2",
    "x = 1\r\ny = 2\n",
    "x = 1\ny = '\0'",
    "x = '''\n>>> y = 1\n'''",
    "x = '''\nIn [1]: y = 1\n'''",
    "x = '''\n%time\n'''\ny = 1",
    "x = 1\\\n% 2\ny = 3",
    "x = 1 # why?\ny = 2  # 100 %",
    "\ufeffx = 1\ny = 2",
    "x = '\\d'\ny = x is 1",
    "x = 1\f\ny = 2",
    "x = 1\n\n\n",
]


def course():
    for path in sorted(instructors_notebooks().glob("*/*.ipynb")):
        yield from (cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code")


@pytest.mark.parametrize(
    "texts", [TEXTS.strip("\n").split("\n\n"), MORE, list(course())], ids=["short", "odd", "course"]
)
def test_a_cell_becomes_what_ipython_makes_of_it(shell, texts):
    for text in texts:
        try:
            theirs = InteractiveShell.transform_cell(shell, text)
        except SyntaxError as error:
            with pytest.raises(SyntaxError, match=str(error.msg)):
                shell.transform_cell(text)
            continue
        assert shell.transform_cell(text) == theirs
        awaits = InteractiveShell.should_run_async(shell, text, transformed_cell=theirs)
        assert shell.should_run_async(text, transformed_cell=theirs) == awaits


def test_cells_of_the_course_need_no_look_at_each_word(shell, monkeypatch):
    looked = []
    monkeypatch.setattr(InteractiveShell, "transform_cell", lambda shell, text: looked.append(text))
    cells = [text for text in course() if "\n" in text]
    assert cells
    for text in cells:
        shell.transform_cell(text)
    assert looked == []


@pytest.mark.parametrize("kind", ["input_transformers_cleanup", "input_transformers_post"])
def test_what_a_notebook_adds_is_carried_out(shell, kind):
    getattr(shell, kind).append(lambda lines: [line.replace("one", "two") for line in lines])
    assert shell.transform_cell("x = one\ny = one\n") == "x = two\ny = two\n"


@pytest.mark.parametrize(
    ("source", "shown"),
    [("7", "7"), ("7;", None), ("'a;b'", "'a;b'"), ("x = 1; 7", "7"), ("7;  # why", None), ("7  # ;", "7")],
)
def test_a_semicolon_at_the_end_of_a_cell_keeps_its_value_to_itself(shell, source, shown):
    found = run_cell(shell, source, 1000)
    assert [output["data"]["text/plain"] for output in found] == ([shown] if shown else [])
