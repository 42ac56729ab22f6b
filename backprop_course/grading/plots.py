"""Finds the cells that draw, and in which nothing else depends on what is drawn: nobody can tell if they do not.

To build a plot without drawing it costs Matplotlib some 10 ms: of a graded notebook's time more than all the rest.
In doubt a cell is left as it is. What goes unnoticed is an error in a plot, such as two lists of unlike lengths.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import lru_cache

from backprop_course.grading.cell_names import names_given, names_read, names_table

PYPLOT = "plt"
"""The name under which everybody imports it; under another one its plots are built."""
_TOUCHING_THE_FIGURE = """
Circle Polygon Rectangle annotate arrow axhline axhspan axis axvline axvspan bar barh boxplot clabel colorbar
contour contourf errorbar figlegend figtext figure fill fill_between fill_betweenx gca gcf grid hexbin hist
hist2d hlines imshow legend loglog margins matshow pcolormesh pie plot quiver scatter semilogx
semilogy show spy stackplot stem step streamplot subplot subplots subplots_adjust suptitle text tick_params
ticklabel_format tight_layout title twinx twiny violinplot vlines xlabel xlim xscale xticks ylabel ylim yscale
yticks
"""
DRAWING_FUNCTIONS = frozenset(_TOUCHING_THE_FIGURE.split())
"""Those of pyplot that touch the current figure and nothing else."""
LONGEST_NOTEBOOK = 1_000_000
"""The letters of a notebook that is looked into; an honest one has a fiftieth of that."""
_REACHING_OUT = frozenset({"savefig", "canvas", "show", "pause"})
"""What a figure or its parts can do to the world, or to who waits for them."""
_AT_ONCE = frozenset({"listcomp", "setcomp", "dictcomp"})
"""What has names of its own and is no function that somebody calls later."""
_RESULTS = frozenset({"_", "Out"})
"""Where IPython keeps the value of a cell's last line."""


class _Depends(Exception):
    """Something else in the cell depends on what is drawn."""


def only_drawing(cells: Sequence[str], candidates: Iterable[int], asked: frozenset[str]) -> frozenset[int]:
    """The places of those cells whose plots nobody needs.

    cells: the source of every code cell, in order. candidates: the places of those that give no answer. asked: the
    names that somebody else will read.
    """
    if sum(map(len, cells)) > LONGEST_NOTEBOOK:
        return frozenset()
    alone = set(candidates) - _may_call(cells)
    drawn = {place: names for place in sorted(alone) if (names := _drawn(cells[place])) is not None}
    while True:
        read = asked.union(*(names_read(cell) - drawn.get(place, frozenset()) for place, cell in enumerate(cells)))
        needed = [place for place, names in drawn.items() if (names | _RESULTS) & read]
        if not needed:
            return frozenset(drawn)
        for place in needed:
            del drawn[place]


@lru_cache(256)  # most cells are the same in every submission
def _drawn(source: str) -> frozenset[str] | None:
    """The names that a cell gives to what it draws; None where it draws nothing, or something depends on that."""
    if f"{PYPLOT}." not in source:
        return None
    try:
        tree = ast.parse(source)
        reader = _Reader()
        known = -1
        while len(reader.names) > known:  # a name may be used in a loop before it is given, in the text
            known = len(reader.names)
            reader.block(tree.body)
    except (_Depends, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return frozenset(reader.names - {PYPLOT})


def _may_call(cells: Sequence[str]) -> frozenset[int]:
    """The places of cells in which a function of the notebook may run that draws: somebody needs its plots, maybe."""
    makers = {place for place, cell in enumerate(cells) if _makes_a_function_that_draws(cell)}
    found, names = frozenset[int](), frozenset[str]()
    while True:
        now = frozenset(place for place, cell in enumerate(cells) if place in makers or names_read(cell) & names)
        if now == found:
            return found
        found, names = now, names.union(*(names_given(cells[place]) for place in now)) - {PYPLOT}


@lru_cache(256)
def _makes_a_function_that_draws(source: str) -> bool:
    if PYPLOT not in source:
        return False
    tables = [names_table(source)]
    while tables:
        if (table := tables.pop()) is None:
            return True
        inner = table.get_children()
        tables += inner
        if any(one.get_name() not in _AT_ONCE and PYPLOT in one.get_identifiers() for one in inner):
            return True
    return False


class _Reader:
    """Reads a cell's statements. names: of what is drawn; arrays: those of several axes.

    Its methods raise _Depends for whatever is not surely a drawing, or surely nothing to do with one.
    """

    def __init__(self) -> None:
        self.names = {PYPLOT}
        self.arrays: set[str] = set()

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Expr(value) if self.drawing(value):
                self.drawn(value)
            case ast.Assign([target], value) if self.drawing(value):
                self.drawn(value)
                self.bind(target, value)
            case ast.For(target, over, body, orelse):
                self.loop(target, over)
                self.block(body + orelse)
            case ast.If(test, body, orelse) | ast.While(test, body, orelse):
                self.apart(test)
                self.block(body + orelse)
            case ast.Try(body, handlers, orelse, final):
                for handler in handlers:
                    self.apart(*filter(None, [handler.type]))
                    if handler.name in self.names:
                        raise _Depends
                    self.block(handler.body)
                self.block(body + orelse + final)
            case ast.With(items, body):
                self.apart(*items)
                self.block(body)
            case _:
                self.apart(statement)

    def apart(self, *nodes: ast.AST) -> None:
        """These have nothing to do with what is drawn."""
        if any(_word(inner) in self.names for node in nodes for inner in ast.walk(node)):
            raise _Depends

    def drawing(self, node: ast.expr) -> bool:
        """Whether it begins with something drawn: `plt.plot(x)`, `axes[0].title`."""
        while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
            node = node.func if isinstance(node, ast.Call) else node.value
        return isinstance(node, ast.Name) and node.id in self.names

    def drawn(self, node: ast.expr) -> None:
        """It does nothing but draw."""
        match node:
            case ast.Attribute(ast.Name(name), attribute) if name == PYPLOT:
                if attribute not in DRAWING_FUNCTIONS:
                    raise _Depends
            case ast.Attribute(value, attribute):
                if attribute in _REACHING_OUT or attribute.startswith("_"):
                    raise _Depends
                self.drawn(value)
            case ast.Subscript(value, index):
                self.apart(index)
                self.drawn(value)
            case ast.Call(function, arguments, keywords):
                self.drawn(function)
                for argument in (*arguments, *(keyword.value for keyword in keywords)):
                    self.argument(argument)

    def argument(self, node: ast.expr) -> None:
        if self.drawing(node):
            self.drawn(node)
        elif isinstance(node, ast.List | ast.Tuple):
            for entry in node.elts:
                self.argument(entry)
        else:
            self.apart(node)

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        """The names of a target are those of something drawn."""
        match target, value:
            case ast.Name(name), _:
                self.names.add(name)
                if self.several(value):
                    self.arrays.add(name)
            case ast.Tuple([ast.Name(figure), axes]), _ if _is_subplots(value):
                self.names.add(figure)
                self.bind(axes, ast.Subscript(value, ast.Constant(1)))
            case ast.Tuple(targets), _ if self.several(value):
                for one in targets:
                    self.bind(one, ast.Name(PYPLOT))
            case _:
                raise _Depends

    def several(self, node: ast.expr) -> bool:
        """Whether it is several axes: the second of what `plt.subplots` gives, or a name for that."""
        match node:
            case ast.Subscript(value, ast.Constant(1)):
                return _is_subplots(value)
            case ast.Attribute(value, "flat") | ast.Call(ast.Attribute(value, "ravel" | "flatten"), [], []):
                return self.several(value)
        return isinstance(node, ast.Name) and node.id in self.arrays

    def loop(self, target: ast.expr, over: ast.expr) -> None:
        match over, target:
            case _ if self.several(over):
                self.each(target, over)
            case ast.Call(ast.Name("enumerate"), [entries], []), ast.Tuple([number, entry]):
                self.apart(number)
                self.each(entry, entries)
            case ast.Call(ast.Name("zip"), entries, _), ast.Tuple(targets) if len(entries) == len(targets):
                for one, entry in zip(targets, entries, strict=True):
                    self.each(one, entry)
            case _:
                self.apart(target, over)

    def each(self, target: ast.expr, entries: ast.expr) -> None:
        """One target of a loop, and where its values come from."""
        if self.several(entries):
            if self.drawing(entries):
                self.drawn(entries)
            self.bind(target, ast.Name(PYPLOT))
        else:
            self.apart(target, entries)


def _word(node: ast.AST) -> str | None:
    """The name that a node reads or gives."""
    match node:
        case ast.Name(name) | ast.alias(_, str(name)) | ast.alias(name):
            return name
    return getattr(node, "name", None)


def _is_subplots(node: ast.expr) -> bool:
    match node:
        case ast.Call(ast.Attribute(ast.Name(name), "subplots")):
            return name == PYPLOT
    return False
