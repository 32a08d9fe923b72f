"""A populated database of each kind, and copies of it to tamper with behind the program's back."""

from __future__ import annotations

import fcntl
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from casetracker.audit import commands, sealing
from casetracker.audit.checkpoints import CheckpointFolder
from casetracker.audit.states import Finding, Window
from casetracker.audit.verification import verify
from casetracker.core.db import db, engine_options
from tests.audit.manipulations import Manipulation
from tests.audit.populated import Populated, populate
from tests.audit.tampering import Bare
from tests.conftest import DIALECTS, Place, Places
from tests.databases import create_database
from tests.factories.accounts import make_office


@dataclass(frozen=True)
class Original:
    """A database with a family's case in it, which no test may change, and one like it without walls."""

    place: Place
    content: Populated
    databases: dict[str, str]
    outside: Path

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

    def findings_after(self, tamper: Callable[[Bare], None], *, name: str = "tampered") -> list[Finding]:
        """What verification says about a copy after `tamper` had its way with it."""
        url = self.copy(name, "unguarded")
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

    def outcome_of(self, manipulation: Manipulation, *, name: str = "tampered") -> tuple[str, list[Finding]]:
        """found, missed or refused (by the database itself), and what verification says."""
        done: list[bool] = []
        findings = self.findings_after(lambda bare: done.append(manipulation.is_done(bare)), name=name)
        if not done[0]:
            return "refused", findings
        return "found" if manipulation.is_found(findings) else "missed", findings

    def findings(self, url: str, *, looks_outside: bool = True, window: Window | None = None) -> list[Finding]:
        """What verification says about the database there, with the heads that lie outside (or without them)."""
        engine = create_engine(url, poolclass=NullPool, **engine_options(url))
        self.place.prepare(engine)
        if self.dialect == "postgresql":
            event.listen(engine, "begin", _read_only)
        return list(verify(engine, CheckpointFolder(self.outside) if looks_outside else None, window))


def _read_only(connection: Any) -> None:
    connection.connection.dbapi_connection.read_only = True


@pytest.fixture(scope="session", params=DIALECTS)
def original(request: pytest.FixtureRequest, places: Places, shared_folder: Path) -> Original:
    """The populated database of a dialect: made once for all workers, never changed by a test."""
    place = places[request.param]
    with open(shared_folder / f"populated-{place.dialect}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = shared_folder / f"populated-{place.dialect}.json"
        if not note.exists():
            note.write_text(json.dumps(build_original(place, shared_folder)))
        made = json.loads(note.read_text())
        if place.dialect == "sqlite":
            for name in ("populated", "unguarded", "older"):
                shutil.copyfile(shared_folder / f"{name}.sqlite3", place.folder / f"{name}.sqlite3")
    return open_original(place, made)


def open_original(place: Place, made: dict[str, Any]) -> Original:
    """What `build_original` told of."""
    return Original(place, Populated(**made["content"]), made["databases"], Path(made["outside"]))


def build_original(place: Place, shared: Path) -> dict[str, Any]:
    """Fill a database, sealed; one copy from before its newest head, one without the walls; where all of them are."""
    url = place.copy("populated")
    app = place.program(url)
    outside = shared / f"outside-{place.dialect}"
    app.config.update(
        CHECKPOINT_DIR=str(outside), SIGNING_KEY_FILE=str(shared / f"keys-{place.dialect}" / "signing.pem")
    )
    databases = {"populated": str(make_url(url).database)}
    databases |= {name: f"{place.prefix}_{name}" for name in ("unguarded", "older")}
    server = cast(str, place.server)
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "BATCH", 50)
        content = populate()
        sealing.seal_now()
        db.session.remove()
        db.engine.dispose()
        if place.dialect == "sqlite":
            shutil.copyfile(place.folder / "populated.sqlite3", shared / "older.sqlite3")
        else:
            create_database(server, databases["older"], template=databases["populated"])
        make_office("Narva")
        sealing.seal_now()
        db.session.remove()
        db.engine.dispose()
    if place.dialect == "sqlite":
        for name in ("populated", "unguarded"):
            shutil.copyfile(place.folder / "populated.sqlite3", shared / f"{name}.sqlite3")
        unguarded = f"sqlite:///{shared}/unguarded.sqlite3"
    else:
        place.made.remove(databases["populated"])  # other workers copy it after this one has ended
        unguarded = create_database(server, databases["unguarded"], template=databases["populated"])
    bare = Bare(unguarded)
    bare.take_down_the_walls()
    bare.close()
    return {"content": asdict(content), "databases": databases, "outside": str(outside)}


@contextmanager
def sealing_apart(app: Flask, folder: Path) -> Iterator[Flask]:
    """The program with a key and a checkpoint folder of its own, sealing by hand, while the block runs."""
    kept = dict(app.config)
    app.config["CHECKPOINT_DIR"] = str(folder / "outside")
    app.config["SIGNING_KEY_FILE"] = str(folder / "keys" / "signing.pem")
    app.extensions.pop("sealing_paused_until", None)
    try:
        yield app
    finally:
        app.config.update(kept)


@pytest.fixture
def sealed_app(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """`app` with a key and a checkpoint folder of its own."""
    with sealing_apart(app, tmp_path):
        yield app


@pytest.fixture
def sealed_fresh_app(fresh_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """`fresh_app` with a key and a checkpoint folder of its own."""
    with sealing_apart(fresh_app, tmp_path):
        yield fresh_app
