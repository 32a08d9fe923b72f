"""The world of the demonstration and more, built once per run; each worker has a copy, where tests undo their doing."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from casetracker.core.db import db
from tests.access.world import World, build
from tests.conftest import Places, rolled_back
from tests.demonstration import copy_of, copy_of_demonstration, left_by_the_first


def _build(places: Places, dialect: str, shared: Path, folder: Path) -> None:
    """The world's database, its stored files and keys, and who and what is in it."""
    place = places[dialect]
    url = copy_of_demonstration(places, dialect, shared, folder, "world")
    app = place.program(url, folder / "data")
    with app.app_context():
        world = build(app)
        db.session.remove()
        db.engine.dispose()
    known = {name: held for name, held in vars(world).items() if name != "app"}
    (folder / "world.pickle").write_bytes(pickle.dumps((url, known)))


@pytest.fixture(scope="session")
def world_on(places: Places, shared_folder: Path) -> Callable[[str], World]:
    """Everybody and every sort of case on this database: `world_on("postgresql")`; nobody writes to it for good."""

    @cache
    def copied(dialect: str) -> World:
        place, folder = places[dialect], shared_folder / f"world-{dialect}"
        data = place.folder / f"world-{dialect}"
        with left_by_the_first(folder, lambda: _build(places, dialect, shared_folder, folder)):
            original, known = pickle.loads((folder / "world.pickle").read_bytes())
            url = copy_of(original, place.folder, place.server, "world")
            shutil.copytree(folder / "data", data)
        return World(app=places.program(dialect, "world", lambda: place.program(url, data)), **known)

    return copied


@pytest.fixture(scope="module")
def world(world_on: Callable[[str], World]) -> Iterator[World]:
    """Everybody and every sort of case, on SQLite, in a transaction that is rolled back at the end."""
    made = world_on("sqlite")
    with rolled_back(made.app):
        yield made
