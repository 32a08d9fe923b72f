"""What every test can ask for: the program on both databases, once in a savepoint and once with real commits.
`app`, `client`: everything a test writes is rolled back with it; fast, and right for nearly all tests.
`fresh_app`, `fresh_client`: a database of its own with real commits; for what a savepoint cannot show (two
connections at once, reads that are read-only in the database, deferred constraints, a served program).
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import Context
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, cast
from zlib import crc32

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event
from werkzeug.test import TestResponse

from casetracker.core.db import db
from tests import compiled, order
from tests.databases import APP_ROLE, create_database, drop_database, postgres
from tests.demonstration import copy_of_demonstration
from tests.grounds import Grounds, Standing, stand, use_clock
from tests.schema import build_schema
from tests.walls import let_tests_read

DIALECTS = ("sqlite", "postgresql")


class PostgresForAll:
    """One server for the whole run: the controller starts it and hands its address to the workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._stack = ExitStack()
        self._url: str | None = getattr(config, "workerinput", {}).get("postgres_url")

    @property
    def url(self) -> str:
        """The server's address; the first who asks starts it."""
        if self._url is None:
            self._url = self._stack.enter_context(postgres())
        return self._url

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["postgres_url"] = self.url

    def pytest_unconfigure(self) -> None:
        self._stack.close()


class TemplatesForAll:
    """One folder of compiled templates for the whole run: the controller makes it and hands it to the workers."""

    def __init__(self, config: pytest.Config) -> None:
        given = getattr(config, "workerinput", {}).get("templates")
        self._own = None if given else tempfile.TemporaryDirectory(prefix="casetracker-templates-")
        self._folder = Path(given or cast(Any, self._own).name)
        compiled.use_folder(self._folder)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["templates"] = str(self._folder)

    def pytest_unconfigure(self) -> None:
        if self._own:
            self._own.cleanup()


SERVER = pytest.StashKey[PostgresForAll]()


def _in_the_forenoon() -> None:
    """The program's clock goes from ten o'clock of this day: what a test finds does not depend on the hour of the run.

    In the last hours before midnight UTC it is the next day already in the offices, and days of tests would differ.
    """
    started = datetime.now(UTC)
    ahead = datetime.combine(started.date(), time(10), UTC) - started
    use_clock(lambda: datetime.now(UTC) + ahead)


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # what is read until the first test begins stays
    _in_the_forenoon()
    config.stash[SERVER] = PostgresForAll(config)
    config.pluginmanager.register(config.stash[SERVER], "postgres-for-all")
    config.pluginmanager.register(TemplatesForAll(config), "templates-for-all")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--both",
        action="store_true",
        help="tests of pages, too, on both databases each, and journeys with and without scripts",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of pages, files or refusals runs on one database, half of them on each: commands and what the database
    itself refuses are tried on both. `--both` runs each on both."""
    is_in_turn = order.IN_TURN.search(metafunc.module.__name__) is not None and "dialect" in metafunc.fixturenames
    says_itself = any("dialect" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if is_in_turn and not says_itself and not metafunc.config.getoption("--both"):
        turn = crc32(metafunc.definition.nodeid.encode()) % len(DIALECTS)
        metafunc.definition.add_marker(pytest.mark.parametrize("dialect", [DIALECTS[turn]], indirect=True))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What stands by now is no garbage: it is not looked through again and again, and what comes not so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker ends alone with it; a second way waits for `--both`."""
    if not config.getoption("--both"):
        items[:] = [item for item in items if not item.get_closest_marker("both")]
    items.sort(key=order.place)


class SeparateClient(FlaskClient):
    """A client whose every request has a context of its own, as it has when the program is served.

    Without it the test's own context would lend its `g` (with Flask-Login's cached user) and its session.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """One request; what the test itself has loaded expires, so that it reads afterwards what stands."""
        if has_app_context():
            db.session.rollback()
        kwargs["buffered"] = True
        return Context().run(super().open, *args, **kwargs)


def _not_to_disk(connection: Any, record: Any) -> None:
    for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "temp_store=MEMORY"):
        connection.execute("PRAGMA " + pragma)


def _planned_once(connection: Any, record: Any) -> None:
    connection.prepare_threshold, connection.prepared_max = 0, 1_000


class Place:
    """One dialect's databases in this worker: a schema built once, and copies of it."""

    def __init__(self, dialect: str, folder: Path, server: str | None) -> None:
        self.dialect, self.folder, self.server = dialect, folder, server
        self.prefix = f"casetracker_{uuid.uuid4().hex[:12]}"
        self.made: list[str] = []
        self.statements: compiled.Statements | None = None
        self.template = self._empty("template")
        app = self.program(self.template)
        with app.app_context():
            try:
                build_schema(db.engine)
                self.statements = compiled.Statements(db.engine.dialect)
            finally:
                db.engine.dispose()

    def program(self, url: str, data: Path | None = None) -> Flask:
        """The program on the database at `url`. Imported late: tests of pure rules run without it."""
        from casetracker import create_app

        data = data or self.folder / f"data-{uuid.uuid4().hex[:8]}"
        environ = {"CASETRACKER_DATA": str(data), "DATABASE_URL": url, "SECRET_KEY": "for tests"}
        environ |= {"IATI_ORGANISATION": "XM-DAC-99999", "IATI_ORGANISATION_TYPE": "10"}
        if self.dialect == "postgresql":
            environ["DATABASE_ROLE"] = APP_ROLE
        options = {
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": True,
            "WTF_CSRF_ENABLED": False,
            "SEAL_AFTER_COMMIT": False,  # what a test rolls back must not stand signed outside
        }
        app = create_app(options, environ)
        app.test_client_class = SeparateClient
        compiled.keep_templates(app)
        with app.app_context():
            self.prepare(db.engine)
        let_tests_read()
        return app

    def __getstate__(self) -> dict[str, Any]:
        """What another process gets: it compiles statements itself."""
        return {**self.__dict__, "statements": None}

    def prepare(self, engine: Engine) -> None:
        """Make an engine cheap: nothing waits for the disk, and what was compiled or planned once is so for good."""
        if self.dialect == "sqlite":
            event.listen(engine, "connect", _not_to_disk)
        else:
            event.listen(engine, "connect", _planned_once)
        if self.statements:
            self.statements.share_with(engine)

    def copy(self, name: str, source: str = "template") -> str:
        """The address of a copy of the template (or of another), in the place of an earlier one of the same name."""
        if self.dialect == "sqlite":
            target = self._file(name)
            for leftover in self.folder.glob(f"{target.name}*"):
                leftover.unlink()
            shutil.copyfile(self._file(source), target)
            return f"sqlite:///{target}"
        assert self.server
        return create_database(self.server, self._note(name), template=f"{self.prefix}_{source}")

    def drop(self, name: str) -> None:
        """Take a copy away."""
        if self.dialect == "sqlite":
            self._file(name).unlink(missing_ok=True)
            return
        assert self.server
        drop_database(self.server, f"{self.prefix}_{name}")

    def _empty(self, name: str) -> str:
        if self.dialect == "sqlite":
            return f"sqlite:///{self._file(name)}"
        assert self.server
        return create_database(self.server, self._note(name))

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite3"

    def _note(self, name: str) -> str:
        database = f"{self.prefix}_{name}"
        if database not in self.made:
            self.made.append(database)
        return database

    def close(self) -> None:
        """Drop what was made on a server that outlives the run."""
        for database in self.made:
            drop_database(self.server or "", database)


class Places:
    """Both dialects, each built when first asked for."""

    def __init__(self, folder: Path, server: PostgresForAll) -> None:
        self.folder, self.server = folder, server
        self._places: dict[str, Place] = {}
        self._programs: dict[tuple[str, str], Flask] = {}
        self._grounds: dict[str, Grounds] = {}

    def __getitem__(self, dialect: str) -> Place:
        if dialect not in self._places:
            url = self.server.url if dialect == "postgresql" else None
            self._places[dialect] = Place(dialect, self.folder, url)
        return self._places[dialect]

    def program(self, dialect: str, use: str, make: Callable[[], Flask] | None = None) -> Flask:
        """The one program per dialect and use; it keeps its compiled templates from test to test."""
        if (dialect, use) not in self._programs:
            place = self[dialect]
            self._programs[dialect, use] = make() if make else place.program(place.copy(use))
        return self._programs[dialect, use]

    def grounds(self, dialect: str) -> Grounds:
        """What factories built on the program in savepoints."""
        if dialect not in self._grounds:
            self._grounds[dialect] = Grounds(self.program(dialect, "savepoints"), self[dialect], "savepoints")
        return self._grounds[dialect]

    def close(self) -> None:
        """Let go of every connection and database."""
        for grounds in self._grounds.values():
            grounds.close()
        for app in self._programs.values():
            with app.app_context():
                db.engine.dispose()
        for place in self._places.values():
            place.close()


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Places]:
    """The databases of this worker."""
    made = Places(tmp_path_factory.mktemp("databases"), pytestconfig.stash[SERVER])
    yield made
    made.close()


@contextmanager
def rolled_back(app: Flask, grounds: Grounds | None = None) -> Iterator[Flask]:
    """Inside, every commit is a savepoint of one writing transaction that is undone at the end.

    With `grounds` a factory may move the transaction to where it was run before (see tests/grounds.py).
    """
    with app.app_context():
        engine, engines = db.engine, cast(dict[str | None, Engine | Connection], db.engines)
        standing = Standing(grounds or Grounds(app))
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        before = stand(standing if grounds else None)
        standing.enter(standing.grounds.bottom)
        try:
            yield app
        finally:
            stand(before)
            db.session.remove()
            standing.leave()
            engines[None] = engine
            db.session.configure(join_transaction_mode="conditional_savepoint")


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """Each of the two databases in turn."""
    return cast(str, request.param)


@pytest.fixture
def app(places: Places, dialect: str) -> Iterator[Flask]:
    """The program with an application context; whatever is written is rolled back after the test."""
    with rolled_back(places.program(dialect, "savepoints"), places.grounds(dialect)) as program:
        yield program


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, signed out, on `app`."""
    return app.test_client()


@pytest.fixture
def fresh_app(places: Places, dialect: str) -> Iterator[Flask]:
    """The program on an empty database of its own, with real commits, with an application context.

    Another thread opens its own: `with fresh_app.app_context(): ...`.
    """
    program = places.program(dialect, "fresh")
    with program.app_context():
        db.engine.dispose()
        places[dialect].copy("fresh")
        yield program
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def fresh_client(fresh_app: Flask) -> FlaskClient:
    """A browser without JavaScript, signed out, on `fresh_app`."""
    return fresh_app.test_client()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def _demonstration(places: Places, dialect: str, shared: Path, use: str) -> Flask:
    """The program on this worker's copy of the demonstration, made when first asked for."""
    place = places[dialect]

    def make() -> Flask:
        url = copy_of_demonstration(places, dialect, shared, places.folder, use)
        return place.program(url)

    return places.program(dialect, use, make)


@pytest.fixture
def demo_app(places: Places, dialect: str, shared_folder: Path) -> Iterator[Flask]:
    """The program on the demonstration's data; whatever is written is rolled back after the test."""
    with rolled_back(_demonstration(places, dialect, shared_folder, "demo")) as program:
        yield program


@pytest.fixture
def outbox(app: Flask) -> Path:
    """The folder that holds the mail which `app` would have sent."""
    return Path(app.config["OUTBOX_FOLDER"])
