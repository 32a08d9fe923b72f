"""A column that a migration gives to a table of the record is a step by which rows recorded before are read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from casetracker import features
from casetracker.core.db import Base, Tracked
from casetracker.events.schema import STRUCTURE, Added
from tests.migrations.test_migrations import FOLDER

BY_NAME = {("programme", "excludes_eea"), ("programme", "excludes_expulsion")}
"""Columns that a loop of their migration adds."""


def added(source: str) -> Iterator[tuple[str, str]]:
    """(table, column) of every column that comes to a table which was there; a name that is no plain text is "?"."""
    upgrade = next(n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == "upgrade")
    for node in ast.walk(upgrade):
        if isinstance(node, ast.With) and isinstance(batch := node.items[0].context_expr, ast.Call):
            for call in _calls(node):
                if len(call.args) == 1:
                    yield _text(batch.args[0]), _column(call.args[0])
    for call in _calls(upgrade):
        if len(call.args) == 2:
            yield _text(call.args[0]), _column(call.args[1])


def _calls(within: ast.AST) -> list[ast.Call]:
    calls = [node for node in ast.walk(within) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "add_column"]


def _column(made: ast.expr) -> str:
    return _text(made.args[0]) if isinstance(made, ast.Call) else "?"


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else "?"


def test_every_column_that_came_is_a_step() -> None:
    features.load("models")
    recorded = {str(m.local_table.description) for m in Base.registry.mappers if issubclass(m.class_, Tracked)}
    came = {pair for file in (FOLDER / "versions").glob("*.py") for pair in added(file.read_text())}
    assert len(came) > 10
    steps = {(step.table, step.column) for step in STRUCTURE if isinstance(step, Added)}
    assert {pair for pair in came if pair[0] in recorded and "?" not in pair} | BY_NAME == steps
    assert {pair for pair in came if "?" in pair} == {("programme", "?")}


def test_a_column_is_found_however_it_is_added() -> None:
    source = """
def upgrade():
    with op.batch_alter_table("site") as batch:
        batch.add_column(sa.Column("colour", sa.Text()))
    op.add_column("note", sa.Column("weight", sa.Text()))
    op.add_column("note", sa.Column(name, sa.Text()))
"""
    assert set(added(source)) == {("site", "colour"), ("note", "weight"), ("note", "?")}
