"""The world of the demonstration and more, built once per module; what a test writes it undoes itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.world import World, build
from tests.conftest import Places, _demonstration, rolled_back


@pytest.fixture(scope="module")
def world(places: Places, shared_folder: Path) -> Iterator[World]:
    """Everybody and every sort of case, on SQLite, in a transaction that is rolled back at the end."""
    with rolled_back(_demonstration(places, "sqlite", shared_folder, "access")) as app:
        yield build(app)
