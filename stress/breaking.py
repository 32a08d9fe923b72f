"""Which small places of a module can be broken, and the module with one of them broken."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).resolve().parent.parent
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COUNTED: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(), ast.Sub: ast.Add(), ast.Mult: ast.FloorDiv(), ast.FloorDiv: ast.Mult(),
}  # fmt: skip
Change = Callable[[ast.AST], None]


@dataclass(frozen=True)
class Mutant:
    """One change of one module: where it is, what is done, and which change of which node of its tree it is."""

    module: str
    function: str
    line: int
    source: str
    what: str
    nth: int
    """Which of the changes that look the same on such a line of the function."""
    node: int
    change: int

    @property
    def place(self) -> str:
        """`casetracker/cases/rules.py:12 what`."""
        return f"casetracker/{self.module}.py:{self.line} {self.what}"

    @property
    def key(self) -> tuple[str, ...]:
        """What it is called whatever stands above it in the module."""
        return (self.module, self.function, self.source, self.what, str(self.nth))

    @property
    def code(self) -> CodeType:
        """The module's code with it."""
        tree = copy.deepcopy(_tree(self.module))
        node = list(_judged(tree))[self.node][0]
        _what, _line, change = list(_changes(node))[self.change]
        change(node)
        return _compiled(self.module, tree)


def unbroken(module: str) -> CodeType:
    """The module's code as it stands."""
    return _compiled(module, _tree(module))


def list_mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its text."""
    lines = _path(module).read_text().splitlines()
    seen = Counter[tuple[str, str, str]]()
    for number, (node, function) in enumerate(_judged(_tree(module))):
        for index, (what, line, _change) in enumerate(_changes(node)):
            source = lines[line - 1].strip()
            alike = (function, source, what)
            seen[alike] += 1
            yield Mutant(module, function, line, source, what, seen[alike], number, index)


def _path(module: str) -> Path:
    return ROOT / "casetracker" / f"{module}.py"


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(_path(module).read_text())


def _compiled(module: str, tree: ast.Module) -> CodeType:
    return compile(ast.fix_missing_locations(tree), str(_path(module)), "exec", dont_inherit=True)


def _judged(node: ast.AST, function: str = "") -> Iterator[tuple[ast.AST, str]]:
    """What a change can be made of, with the function that it stands in: no types, no decorators."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    yield node, function
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "keywords") and not isinstance(node, ast.Call):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _judged(child, function)


def _changes(node: ast.AST) -> Iterator[tuple[str, int, Change]]:
    """(what, line, how) of every change of one node; `how` is given the same node of a copy."""
    line = node.target.lineno if isinstance(node, ast.comprehension) else int(getattr(node, "lineno", 0))
    for what, change in _turns(node):
        yield what, line, change
    if isinstance(node, ast.Set | ast.Dict):
        yield from _without_one(node)
    if isinstance(node, ast.FunctionDef | ast.If | ast.For):
        yield from _without_statement(node)


def _turns(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """(what, how) of every change that leaves the node where it is."""
    if isinstance(node, ast.Compare):
        yield from _otherwise(node)
    elif isinstance(node, ast.BoolOp):
        word, swapped = ("and -> or", ast.Or()) if isinstance(node.op, ast.And) else ("or -> and", ast.And())
        yield word, lambda it: setattr(it, "op", swapped)
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        operator = COUNTED[type(node.op)]
        yield f"{type(node.op).__name__} -> {type(operator).__name__}", lambda it: setattr(it, "op", operator)
    elif isinstance(node, ast.If | ast.IfExp):
        yield "if -> if not", lambda it: setattr(it, "test", ast.UnaryOp(ast.Not(), it.test))  # type: ignore[attr-defined]  # the same kind of node
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"without not before {ast.unparse(node.operand)[:40]}", _twice
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} -> {not node.value}", lambda it: setattr(it, "value", not it.value)  # type: ignore[attr-defined]  # the same kind of node
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield f"{node.value} -> {node.value + 1}", lambda it: setattr(it, "value", it.value + 1)  # type: ignore[attr-defined]  # the same kind of node
    elif isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        yield "return None", lambda it: setattr(it, "value", ast.Constant(None))
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield f"without if {ast.unparse(node.ifs[0])[:40]}", lambda it: it.ifs.pop(0)  # type: ignore[attr-defined]  # the same kind of node


def _twice(node: ast.AST) -> None:
    """`not not x`: what is true as x is."""
    node.operand = ast.UnaryOp(ast.Not(), node.operand)  # type: ignore[attr-defined]  # the same kind of node


def _otherwise(node: ast.Compare) -> Iterator[tuple[str, Change]]:
    """A comparison with its limit on the other side, or the other way round."""
    for number, op in enumerate(node.ops):
        other = COMPARED[type(op)]

        def turn(it: ast.AST, number: int = number, other: type[ast.cmpop] = other) -> None:
            it.ops[number] = other()  # type: ignore[attr-defined]  # the same kind of node

        yield f"{type(op).__name__} -> {other.__name__}", turn


def _without_one(node: ast.Set | ast.Dict) -> Iterator[tuple[str, int, Change]]:
    """A set or a table with one entry less."""
    entries = node.elts if isinstance(node, ast.Set) else node.values
    for number, entry in enumerate(entries):

        def drop(it: ast.AST, number: int = number) -> None:
            for name in ("elts", "keys", "values"):
                if hasattr(it, name):
                    del getattr(it, name)[number]

        yield f"without {ast.unparse(entry)[:40]}", entry.lineno, drop


def _without_statement(node: ast.FunctionDef | ast.If | ast.For) -> Iterator[tuple[str, int, Change]]:
    """A body with one statement less, where what it says is not needed by the next line to run at all."""
    for number, statement in enumerate(node.body):
        is_words = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, ast.Expr | ast.AugAssign | ast.If | ast.Continue | ast.Raise) and not is_words:

            def drop(it: ast.AST, number: int = number) -> None:
                it.body[number] = ast.Pass()  # type: ignore[attr-defined]  # the same kind of node

            yield f"without {ast.unparse(statement).splitlines()[0][:50]}", statement.lineno, drop
