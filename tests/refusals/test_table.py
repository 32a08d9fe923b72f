"""The table of refusals names rules and tests that are there, and leaves none of the tests here out."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
TABLE = (ROOT / "docs" / "refusals.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if line.startswith("| ") and not line.startswith("| rule |")
]


@cache
def names(path: Path) -> frozenset[str]:
    """What a file defines at its top."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def is_there(cell: str, root: Path) -> bool:
    """Whether `file.py: name` names something at the top of that file."""
    match = re.fullmatch(r"`([\w/]+\.py): (\w+)`", cell)
    if match is None or not (root / match[1]).is_file():
        return False
    return match[2] in names(root / match[1])


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:60] for row in ROWS])
def test_everything_named_is_there(row: list[str]) -> None:
    rule, judged, of_rule, of_database = row
    assert rule.endswith(".")
    assert is_there(judged, ROOT / "casetracker"), judged
    for cell in (of_rule, of_database) if of_rule != "–" else (of_database,):
        assert is_there(cell, ROOT), cell
        assert re.search(r": test_\w+`$", cell), cell


def test_every_rule_stands_once() -> None:
    rules = [row[0] for row in ROWS]
    assert len(rules) > 80 and len(set(rules)) == len(rules)


def test_every_refusal_tried_here_stands_in_the_table() -> None:
    tried = {
        name
        for path in HERE.glob("test_*.py")
        if path.name != Path(__file__).name
        for name in names(path)
        if name.startswith("test_")
    }
    assert sorted(name for name in tried if f": {name}`" not in TABLE) == []
