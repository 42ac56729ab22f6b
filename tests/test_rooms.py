"""A room imports only from rooms above it in the README's architecture table, and the table is the tree."""

import ast
import re
from pathlib import Path

import pytest

import backprop_course

PACKAGE = Path(backprop_course.__file__).parent
README = (PACKAGE.parent / "README.md").read_text(encoding="utf-8")
TABLE = README.partition("### Architecture")[2].partition("| --- | --- |\n")[2].partition("\n\n")[0]
ROOMS = [re.match(r"\| `([\w/.]+)` \|", line)[1] for line in TABLE.splitlines()]
ORDER = {room.removesuffix("/").removesuffix(".py"): place for place, room in enumerate(ROOMS)}
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

DOWNWARDS = {
    ("backprop_course.core.network", "drawing"): "a network shows itself in a notebook, as its figure",
    ("backprop_course.core.trace", "drawing"): "a trace shows itself in a notebook, as its table",
}
"""The imports, inside a function, of a room below; why."""

SANDBOXS_OWN = {"errors", "calling", "sandbox"}


def imported(path):
    """The modules that a module imports, at its top, inside its functions or by a name in a string."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES or node.module == "backprop_course" else node.module
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (name for name in re.findall(r"backprop_course(?:\.\w+)+", node.value) if known(name))


def known(name):
    """Whether it is a module's name, or that of something in one."""
    return name in MODULES or name.rpartition(".")[0] in MODULES.keys() - {"backprop_course"}


def room(module):
    return module.split(".")[1]


def rooms_imported(module):
    """The other rooms that a module of a room imports from."""
    found = {name for name in imported(MODULES[module]) if name.startswith("backprop_course.")}
    return {room(name) for name in found if not room(name).startswith("__")} - {room(module)}


INSIDE = [name for name in MODULES if name not in ("backprop_course", "backprop_course.__main__")]


def test_each_row_of_the_readmes_table_is_a_room_and_each_room_has_a_row():
    there = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert sorted(ROOMS) == sorted(there - {"__init__.py", "__main__.py"})


@pytest.mark.parametrize("module", INSIDE)
def test_a_room_imports_only_from_rooms_above_it(module):
    below = {other for other in rooms_imported(module) if ORDER[other] > ORDER[room(module)]}
    assert below == {other for name, other in DOWNWARDS if name == module}


@pytest.mark.parametrize("module", [name for name in INSIDE if room(name) == "sandbox"])
def test_the_sandbox_knows_no_course(module):
    assert rooms_imported(module) <= SANDBOXS_OWN


def test_imports_inside_functions_and_names_in_strings_count(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        "import backprop_course.core\n"
        "def later():\n    from backprop_course.checks import guard\n    from backprop_course import __version__\n"
        "load('backprop_course.widgets')\n"
        "patch('of backprop_course.checks.judge')\n"
    )
    assert set(imported(path)) == {
        "backprop_course.core",
        "backprop_course.checks",
        "backprop_course.__version__",
        "backprop_course.widgets",
        "backprop_course.checks.judge",
    }


SEVERAL = {
    "EXERCISES": "a chapter's, and in the registry those of all chapters",
    "GIVENS": "a chapter's given numbers",
    "gradients": "of a network: as numbers, and as the exercise of writing the function that gives them",
    "add": "adds a group of commands to the command line",
    "handed_in": "what a platform's file names say",
    "main": "where a program starts",
}
"""Names that several modules define in one meaning; which."""


def defined(text):
    """A module's public names, each with what is said of it there."""
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, ast.dump(node)
            case ast.Assign(targets=[ast.Name(name)], value=value) | ast.AnnAssign(ast.Name(name), value=value):
                yield name, ast.dump(value) if value else ""


def test_a_name_has_one_meaning_in_the_whole_package():
    homes = {}
    for module, path in MODULES.items():
        for name, said in defined(path.read_text(encoding="utf-8")):
            if not name.startswith("_") and name not in SEVERAL:
                homes.setdefault(name, {}).setdefault(said, []).append(module)
    assert {name: [*found.values()] for name, found in homes.items() if len(found) > 1} == {}
