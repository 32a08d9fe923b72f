"""The world of the demonstration and more, built once per run; each worker has a copy, where tests undo their doing."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from casetracker.core.db import db
from tests.access.canaries import Painter
from tests.access.world import World, build
from tests.conftest import Places, rolled_back
from tests.demonstration import carry_over, copy_of, copy_of_demonstration, empty_beside, left_by_the_first


def _build(places: Places, dialect: str, shared: Path, folder: Path) -> None:
    """The world's database, its stored files and keys, and who and what is in it. SQLite's is built by commands."""
    place = places[dialect]
    if dialect == "postgresql":
        source = shared / "world-sqlite"
        with left_by_the_first(source, lambda: _build(places, "sqlite", shared, source)):
            original, known = pickle.loads((source / "world.pickle").read_bytes())
            shutil.copytree(source / "data", folder / "data")
            url = empty_beside(place.server, shared, "world")
            carry_over(places["sqlite"].program(original, source / "data"), place.program(url, folder / "data"))
    else:
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


@pytest.fixture(scope="module")
def painter(world_on: Callable[[str], World], places: Places) -> Iterator[Painter]:
    """The world on SQLite with a word in every column that is somebody's, in a transaction that is rolled back.

    The words stand in a copy for good: where they were still in the making, with the triggers taken down for it,
    SQLite would read its whole schema again for every request that is undone.
    """
    made, place = world_on("sqlite"), places["sqlite"]
    app = place.program(place.copy("painted", "world"), place.folder / "world-sqlite")
    painted = Painter(replace(made, app=app))
    with app.app_context():
        engine = db.engine
        with engine.connect().execution_options(ct_begin="write") as connection, connection.begin():
            cast(dict[str | None, Any], db.engines)[None] = connection
            painted.paint()
        cast(dict[str | None, Any], db.engines)[None] = engine
        engine.dispose()
    with rolled_back(app):
        yield painted
