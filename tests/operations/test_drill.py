"""The drill: a backup while people work, the machine is lost, and everything is there again."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from casetracker.audit.verification import verify
from casetracker.core import transfer
from casetracker.core.actor import operator
from casetracker.core.db import db
from casetracker.core.errors import Refused
from casetracker.core.sealing import CannotUnseal
from casetracker.documents import commands as documents
from casetracker.documents import storage
from casetracker.documents.models import Document
from casetracker.documents.states import DocumentKind
from casetracker.events.models import EventRow
from casetracker.operations.backup import make_backup
from casetracker.operations.restore import restore_backup
from casetracker.operations.states import LEFT_OUT
from tests.conftest import Places
from tests.factories.accounts import People, make_people
from tests.factories.cases import Family, playroom_case
from tests.factories.documents import pdf, pdf_bytes

OPERATOR = operator("drill")


@pytest.fixture
def people(fresh_app: Flask) -> People:
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    return playroom_case(people)


@pytest.fixture
def machine(places: Places, dialect: str, fresh_app: Flask) -> Iterator[Flask]:
    """Another machine: an empty database, an empty data folder, the sealing key brought along."""
    program = places.program(dialect, "restored")
    places[dialect].copy("restored")
    for setting in ("FILES_FOLDER", "CHECKPOINT_DIR"):
        shutil.rmtree(program.config[setting], ignore_errors=True)
    program.config["SEALING_KEYS"] = fresh_app.config["SEALING_KEYS"]
    yield program
    with program.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def on(program: Flask) -> Iterator[None]:
    """Inside, the other machine is the one that is worked on."""
    with program.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def add_document(family: Family, people: People, mark: str) -> str:
    """A document of the sending side."""
    command = documents.AddDocument(
        dossier_id=family.dossier_id,
        part="sending",
        kind=DocumentKind.BOOKING,
        title="Bus tickets",
        upload=pdf(mark=mark),
    )
    return documents.add_document(command, actor=people.caseworker_tallinn)


def everything() -> dict[str, list[str]]:
    """Every row of every table that a backup holds, as the backup would write it."""
    db.session.remove()
    with db.engine.connect() as connection:
        return {table.name: list(transfer.read_rows(connection, table)) for table in transfer.tables(LEFT_OUT)}


def test_everything_is_there_again(
    fresh_app: Flask, people: People, family: Family, machine: Flask, tmp_path: Path
) -> None:
    add_document(family, people, "canary of the drill")
    file = tmp_path / "backup"
    made = make_backup(file, actor=OPERATOR)
    assert made.files == 1 and made.missing == [] and file.stat().st_mode & 0o077 == 0
    assert b"canary" not in file.read_bytes() and [path.name for path in tmp_path.iterdir()] == ["backup"]
    before = everything()
    with on(machine):
        restore_backup(file, actor=OPERATOR)
        assert list(verify(db.engine)) == []
        stored = db.session.scalars(select(Document)).one()
        assert storage.read(stored.storage_key, stored.sha256) == pdf_bytes("canary of the drill")
        kinds = db.session.scalars(select(EventRow.kind).where(EventRow.kind.like("backup.%")))
        assert sorted(kinds) == ["backup.made", "backup.restored"]
        after = everything()
    for table, rows in before.items():
        assert set(rows) <= set(after[table]) or table in ("chain", "signed_head", "unsealed_event"), table
