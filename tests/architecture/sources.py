"""Reads the program's own text for the tests of its conventions; each test also shows that it can fail."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS_WITHOUT_FEATURE = ("core", "web", "events", "ledger")


@dataclass(frozen=True)
class Source:
    """One Python file: its name inside the repository, its text and its tree."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    def walk(self) -> Iterator[ast.AST]:
        return iter(self.nodes)


Check = Callable[[Source], Iterator[str]]
"""Yields one line `file:line what is wrong` for each fault found."""


@cache
def program() -> list[Source]:
    """Every module of the program itself."""
    files = [*sorted((ROOT / "casetracker").rglob("*.py")), ROOT / "config.py"]
    return [Source(str(path.relative_to(ROOT)), path.read_text()) for path in files]


@cache
def all_tests() -> list[Source]:
    """Every module of the tests."""
    return [Source(str(path.relative_to(ROOT)), path.read_text()) for path in sorted((ROOT / "tests").rglob("*.py"))]


@cache
def migrations() -> list[Source]:
    """Every migration."""
    return [
        Source(str(path.relative_to(ROOT)), path.read_text()) for path in sorted((ROOT / "migrations").rglob("*.py"))
    ]


@cache
def templates() -> list[tuple[str, str]]:
    """Name and text of every template."""
    return [
        (str(path.relative_to(ROOT)), path.read_text())
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.is_file()
    ]


def faults(check: Check, sources: list[Source]) -> list[str]:
    """Everything the check finds, one line each."""
    return [fault for source in sources for fault in check(source)]


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain, calls in it left out; empty where it is something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return dotted(node.func)
    return ""


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """(line, full dotted name) of everything a module imports."""
    for node in source.walk():
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                yield node.lineno, f"{node.module}.{name.name}"
