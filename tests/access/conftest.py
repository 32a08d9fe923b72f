"""The world of the demonstration and more, built once per worker; what a test writes it undoes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from casetracker.core.db import db
from tests.access.world import World, build
from tests.conftest import Places, _demonstration, rolled_back


@pytest.fixture(scope="session")
def world_on(places: Places, shared_folder: Path) -> Callable[[str], World]:
    """Everybody and every sort of case on this database: `world_on("postgresql")`; nobody writes to it for good."""

    @cache
    def built(dialect: str) -> World:
        app = _demonstration(places, dialect, shared_folder, "world")
        with app.app_context():
            made = build(app)
            db.session.remove()
        return made

    return built


@pytest.fixture(scope="module")
def world(world_on: Callable[[str], World]) -> Iterator[World]:
    """Everybody and every sort of case, on SQLite, in a transaction that is rolled back at the end."""
    made = world_on("sqlite")
    with rolled_back(made.app):
        yield made
