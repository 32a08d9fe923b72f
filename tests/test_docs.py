"""What the documents say of the code is so."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "README.md"])
LARGEST_PICTURE = 120_000
"""Bytes: a page with ten of them opens at once."""


def test_the_model_is_drawn_from_the_models() -> None:
    spec = importlib.util.spec_from_file_location("draw_model", ROOT / "docs" / "draw_model.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "model.md").read_text(encoding="utf-8") == module.draw(), "make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_named_is_there(page: Path) -> None:
    """A path in backquotes without a placeholder exists, seen from the root or from casetracker/ or tests/."""
    missing = []
    for name in re.findall(
        r"`([\w./-]+\.(?:py|html|md|json|txt|toml)|[\w-]+(?:/[\w-]+)*/)(?:: \w+)?`", page.read_text()
    ):
        places = [
            ROOT / name,
            ROOT / "casetracker" / name,
            ROOT / "templates" / name,
            ROOT / "migrations/versions" / name,
        ]
        # A bare file name is one that every feature has, e.g. rules.py.
        bare = "/" not in name and any(any((ROOT / room).glob(f"*/{name}")) for room in ("casetracker", "tests"))
        if not bare and not any(place.exists() for place in places) and "_name" not in name:
            missing.append(name)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_name_in_a_file_is_there(page: Path) -> None:
    """`feature/file.py: name` names something that stands in the file."""
    for name, what in re.findall(r"`([\w/]+\.py): (\w+)`", page.read_text()):
        places = [ROOT / name, ROOT / "casetracker" / name]
        found = [place for place in places if place.exists()]
        assert found and what in found[0].read_text(), f"{name}: {what}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_picture_is_there_and_small(page: Path) -> None:
    for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text()):
        assert (page.parent / name).stat().st_size < LARGEST_PICTURE, name


def test_no_picture_is_left_over() -> None:
    shown = {Path(name).name for page in PAGES for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text())}
    assert {path.name for path in (ROOT / "docs").rglob("*.png")} == shown


def test_patterns_are_ten_lines_each() -> None:
    for section in (ROOT / "docs" / "patterns.md").read_text().split("\n## ")[1:]:
        numbered = re.findall(r"^\d+\. ", section, re.M)
        assert len(numbered) == 10, section.splitlines()[0]


def test_decisions_have_context_decision_and_consequences() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert len(pages) >= 6
    for number, page in enumerate(pages, 1):
        text = page.read_text()
        assert page.name.startswith(f"{number:04}-") and text.startswith(f"# {number}. ")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences"))
