"""A populated database of each kind, and copies of it to tamper with behind the program's back."""

from __future__ import annotations

import fcntl
import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from casetracker.audit.states import Finding
from casetracker.audit.verification import verify
from casetracker.core.db import append_only_tables, db, engine_options
from tests.audit.populated import Populated, populate
from tests.conftest import DIALECTS, Place, Places
from tests.databases import create_database


@dataclass(frozen=True)
class Original:
    """A database with a family's case in it, which no test may change, and one like it without walls."""

    place: Place
    content: Populated
    databases: dict[str, str]

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self.place.dialect

    def copy(self, name: str, source: str = "populated") -> str:
        """The address of a copy."""
        if self.dialect == "sqlite":
            target = self.place.folder / f"{name}.sqlite3"
            shutil.copyfile(self.place.folder / f"{source}.sqlite3", target)
            return f"sqlite:///{target}"
        database = f"{self.place.prefix}_{name}"
        if database not in self.place.made:
            self.place.made.append(database)
        for attempt in range(50):
            try:
                return create_database(cast(str, self.place.server), database, template=self.databases[source])
            except psycopg.errors.ObjectInUse:  # another worker copies it at this moment
                time.sleep(0.1 * (attempt + 1))
        raise AssertionError("the original is never free")

    def findings_after(self, tamper: Callable[[Bare], None]) -> list[Finding]:
        """What verification says about a copy after `tamper` had its way with it."""
        url = self.copy("tampered", "unguarded")
        bare = Bare(url)
        try:
            bare.run("PRAGMA ignore_check_constraints=ON" if bare.is_sqlite else "SELECT 1")
            bare.run("PRAGMA synchronous=OFF" if bare.is_sqlite else "SELECT 1")
            bare.run("BEGIN")
            tamper(bare)
            bare.run("COMMIT")
        finally:
            bare.close()
        return self.findings(url)

    def findings(self, url: str) -> list[Finding]:
        """What verification says about the database there."""
        engine = create_engine(url, poolclass=NullPool, **engine_options(url))
        if self.dialect == "postgresql":
            event.listen(engine, "begin", _read_only)
        return list(verify(engine))


def _read_only(connection: Any) -> None:
    connection.connection.dbapi_connection.read_only = True


class Bare:
    """A connection past the program: no events, no walls, no triggers, no constraints."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.is_sqlite = address.drivername.startswith("sqlite")
        self.connection: Any = (
            sqlite3.connect(str(address.database), isolation_level=None)
            if self.is_sqlite
            else psycopg.connect(
                address.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
            )
        )

    def take_down_the_walls(self) -> None:
        """Without triggers, foreign keys, checks and unique keys beside the primary ones."""
        if self.is_sqlite:
            for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                self.run(f'DROP TRIGGER "{name}"')
            for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"):
                self.run(f'DROP INDEX "{name}"')
            return
        found = self.rows(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal"
        )
        for table, name in found:
            self.run(f'DROP TRIGGER "{name}" ON "{table}"')
        found = self.rows(
            "SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
            " WHERE k.contype IN ('f', 'c', 'u') AND c.relnamespace = 'public'::regnamespace"
        )
        for table, name in found:
            self.run(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
        found = self.rows(
            "SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
            " WHERE indisunique AND NOT indisprimary AND c.relnamespace = 'public'::regnamespace"
        )
        for (name,) in found:
            self.run(f"DROP INDEX {name}")

    def put_back_the_triggers(self) -> None:
        """As the program would, so that only the data is different."""
        from casetracker.core.db import append_only

        for table in append_only_tables():
            for statement in append_only("sqlite" if self.is_sqlite else "postgresql", table):
                self.connection.execute(statement)

    def run(self, statement: str, *values: Any) -> int:
        """Run a statement with ? for each value; answers how many rows it touched."""
        return int(self.connection.execute(self._marks(statement), values).rowcount)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return [tuple(row) for row in self.connection.execute(self._marks(statement), values).fetchall()]

    def one(self, statement: str, *values: Any) -> tuple[Any, ...]:
        """The first row of a query that has one."""
        return self.rows(statement, *values)[0]

    def _marks(self, statement: str) -> str:
        return statement if self.is_sqlite else statement.replace("%", "%%").replace("?", "%s")

    def close(self) -> None:
        """Let go."""
        self.connection.close()


@pytest.fixture(scope="session", params=DIALECTS)
def original(request: pytest.FixtureRequest, places: Places, shared_folder: Path) -> Original:
    """The populated database of a dialect: made once for all workers, never changed by a test."""
    place = places[request.param]
    with open(shared_folder / f"populated-{place.dialect}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = shared_folder / f"populated-{place.dialect}.json"
        if not note.exists():
            note.write_text(json.dumps(_build(place, shared_folder)))
        made = json.loads(note.read_text())
        if place.dialect == "sqlite":
            for name in ("populated", "unguarded"):
                shutil.copyfile(shared_folder / f"{name}.sqlite3", place.folder / f"{name}.sqlite3")
        return Original(place, Populated(**made["content"]), made["databases"])


def _build(place: Place, shared: Path) -> dict[str, Any]:
    """Fill a database, and make a copy of it without the walls; what a worker needs to know of both."""
    url = place.copy("populated")
    app = place.program(url)
    with app.app_context():
        content = populate()
        db.session.remove()
        db.engine.dispose()
    databases = {"populated": str(make_url(url).database), "unguarded": f"{place.prefix}_unguarded"}
    if place.dialect == "sqlite":
        for name in ("populated", "unguarded"):
            shutil.copyfile(place.folder / "populated.sqlite3", shared / f"{name}.sqlite3")
        unguarded = f"sqlite:///{shared}/unguarded.sqlite3"
    else:
        place.made.remove(databases["populated"])  # other workers copy it after this one has ended
        server = cast(str, place.server)
        unguarded = create_database(server, databases["unguarded"], template=databases["populated"])
    bare = Bare(unguarded)
    bare.take_down_the_walls()
    bare.close()
    return {"content": asdict(content), "databases": databases}
