"""The drill: a backup while people work, the machine is lost, and everything is there again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import Connection, Table, inspect, select

from casetracker.audit import sealing
from casetracker.audit.verification import verify
from casetracker.core import transfer
from casetracker.core.actor import operator
from casetracker.core.db import db, snapshot
from casetracker.core.errors import Refused
from casetracker.documents import commands as documents
from casetracker.documents import storage
from casetracker.documents.models import Document
from casetracker.documents.states import DocumentKind
from casetracker.events.models import EventRow
from casetracker.operations.backup import make_backup
from casetracker.operations.restore import _Arrived, missing_signing_key, restore_backup
from casetracker.operations.states import LEFT_OUT
from tests.audit.tampering import Bare
from tests.conftest import DIALECTS, Places
from tests.factories.accounts import People, make_people
from tests.factories.cases import Family, playroom_case
from tests.factories.documents import pdf, pdf_bytes
from tests.schema import build_schema

OPERATOR = operator("drill")
MIGRATIONS = Path(__file__).parents[2] / "migrations"
HEADS = {"chain", "tree_leaf", "signed_head", "unsealed_event"}
"""Tables that the restore's own event changes, and the colleague's work at the lost machine."""


@pytest.fixture
def people(fresh_app: Flask) -> People:
    return make_people()


@pytest.fixture
def family(people: People) -> Family:
    return playroom_case(people)


def new_machine(places: Places, dialect: str, lost: Flask) -> Flask:
    """Another machine: an empty database, an empty data folder, the keys brought along."""
    program = places.program(dialect, "restored")
    with program.app_context():
        db.engine.dispose()
    places[dialect].copy("restored")
    for setting in ("FILES_FOLDER", "CHECKPOINT_DIR"):
        shutil.rmtree(program.config[setting], ignore_errors=True)
    for setting in ("ENCRYPTION_KEYS", "SIGNING_KEY_FILE"):
        program.config[setting] = lost.config[setting]
    return program


def without_tables(places: Places, dialect: str, lost: Flask) -> Flask:
    """A machine whose database was only just created."""
    place = places[dialect]
    place._file("without_tables").unlink(missing_ok=True)
    program = place.program(place._empty("without_tables"))
    program.config["ENCRYPTION_KEYS"] = lost.config["ENCRYPTION_KEYS"]
    return program


@pytest.fixture
def machine(places: Places, dialect: str, fresh_app: Flask) -> Flask:
    """An empty one with the same kind of database."""
    return new_machine(places, dialect, fresh_app)


@pytest.fixture
def signed_heads(fresh_app: Flask, machine: Flask) -> Iterator[None]:
    """Heads are signed as in everyday work; what they leave outside the databases goes with the test."""
    for program in (fresh_app, machine):
        program.config["SEAL_AFTER_COMMIT"] = True
    yield
    for program in (fresh_app, machine):
        program.config["SEAL_AFTER_COMMIT"] = False
        shutil.rmtree(program.config["CHECKPOINT_DIR"], ignore_errors=True)


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
    with snapshot(db.engine) as connection:
        return {table.name: list(transfer.read_rows(connection, table)) for table in transfer.tables(LEFT_OUT)}


class Colleague:
    """Somebody who adds a document at the worst moments: between two tables that the backup reads."""

    def __init__(self, app: Flask, family: Family, people: People) -> None:
        self.app, self.family, self.people, self.added = app, family, people, 0

    def adds_before(self, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
        """From now on, before each of these tables is read."""
        read = transfer.read_rows

        def read_rows(connection: Connection, table: Table) -> Iterator[str]:
            if table.name in names:
                with ThreadPoolExecutor(1) as office:
                    office.submit(self._add).result()
            return read(connection, table)

        monkeypatch.setattr(transfer, "read_rows", read_rows)

    def _add(self) -> None:
        with self.app.app_context():
            self.added += 1
            add_document(self.family, self.people, f"while the backup runs {self.added}")


def test_everything_is_there_again(
    fresh_app: Flask,
    people: People,
    family: Family,
    machine: Flask,
    signed_heads: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_document(family, people, "canary of the drill")
    file = tmp_path / "backup"
    colleague = Colleague(fresh_app, family, people)
    with monkeypatch.context() as patch:
        colleague.adds_before(patch, "document", "event", "tree_leaf")
        made = make_backup(file, actor=OPERATOR)
    assert colleague.added == 3 and made.files == 1 and made.missing == [] and made.checkpoints >= 3
    assert file.stat().st_mode & 0o077 == 0 and [path.name for path in tmp_path.iterdir()] == ["backup"]
    sealed = file.read_bytes()
    keys = [fresh_app.config["ENCRYPTION_KEYS"][0], Path(fresh_app.config["SIGNING_KEY_FILE"]).read_bytes()[40:80]]
    assert not any(secret in sealed for secret in (b"canary", b"Tallinn", *keys))
    before = everything()
    with on(machine):
        restore_backup(file, actor=OPERATOR)
        assert missing_signing_key() is None
        machine.config["SIGNING_KEY_FILE"] = str(tmp_path / "not brought along")
        assert missing_signing_key() is not None
        machine.config["SIGNING_KEY_FILE"] = fresh_app.config["SIGNING_KEY_FILE"]
        assert list(verify(db.engine, sealing.folder())) == []
        stored = db.session.scalars(select(Document)).one()
        assert storage.read(stored.storage_key, stored.sha256) == pdf_bytes("canary of the drill")
        kinds = db.session.scalars(select(EventRow.kind).where(EventRow.kind.like("backup.%")))
        assert sorted(kinds) == ["backup.made", "backup.restored"]
        after = everything()
        add_document(family, people, "work goes on")
        assert list(verify(db.engine, sealing.folder())) == []
    told = json.loads(next(row for row in after["event"] if "backup.restored" in row))
    for table in before.keys() - HEADS:
        added = [row for row in after[table] if row not in before[table]]
        assert table == "event" or added == [], table
        assert table != "event" or [json.loads(row) for row in added] == [told]
    assert len(before["document"]) == 4 and len(after["document"]) == 1


def test_one_kind_of_database_is_restored_into_the_other(
    fresh_app: Flask, people: People, family: Family, places: Places, dialect: str, tmp_path: Path
) -> None:
    add_document(family, people, "from one to the other")
    make_backup(tmp_path / "backup", actor=OPERATOR)
    before = everything()
    with on(new_machine(places, next(d for d in DIALECTS if d != dialect), fresh_app)):
        restore_backup(tmp_path / "backup", actor=OPERATOR)
        after = everything()
    for table in before.keys() - HEADS - {"event"}:
        assert sorted(before[table]) == sorted(after[table]), table


def test_a_database_without_tables_gets_them_first(
    fresh_app: Flask, people: People, family: Family, places: Places, dialect: str, tmp_path: Path
) -> None:
    add_document(family, people, "canary")
    db.session.remove()
    flask_migrate.stamp(str(MIGRATIONS))
    make_backup(tmp_path / "backup", actor=OPERATOR)
    before = everything()
    bare = without_tables(places, dialect, fresh_app)
    with on(bare):
        done = bare.test_cli_runner().invoke(args=["restore", str(tmp_path / "backup")])
        assert done.exit_code == 0 and "is restored, the record is whole" in done.output, done.output
        after = everything()
    assert all(before[table] == after[table] for table in before.keys() - HEADS - {"event"})


def test_another_structure_is_refused_before_anything_is_made(
    backup: Path, fresh_app: Flask, places: Places, dialect: str
) -> None:
    bare = without_tables(places, dialect, fresh_app)
    newest = (MIGRATIONS / "head.txt").read_text().strip()
    with on(bare):
        with pytest.raises(Refused, match=f"structure -, and the database here would be of {newest}"):
            restore_backup(backup, actor=OPERATOR)
        assert inspect(db.engine).get_table_names() == []


@pytest.fixture
def backup(fresh_app: Flask, people: People, family: Family, tmp_path: Path) -> Path:
    """A backup of a case with a document."""
    add_document(family, people, "canary")
    make_backup(tmp_path / "backup", actor=OPERATOR)
    return tmp_path / "backup"


def nothing_is_there(program: Flask) -> bool:
    """Whether the machine is as empty as it came."""
    with db.engine.connect() as connection:
        return transfer.is_empty(connection) and not any(
            path.is_file()
            for setting in ("FILES_FOLDER", "CHECKPOINT_DIR")
            for path in Path(program.config[setting]).rglob("*")
        )


def damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def added_to(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"x")


def another(file: Path) -> None:
    file.write_bytes(b"PK" + file.read_bytes())


FAULTS = {damaged: "is damaged in its piece", cut: "is cut off in its piece", added_to: "it was added to",
          another: "not a backup of this program"}  # fmt: skip


def test_what_is_not_whole_is_refused_in_one_sentence_and_leaves_nothing(backup: Path, machine: Flask) -> None:
    whole = backup.read_bytes()
    with on(machine):
        for spoil, words in FAULTS.items():
            spoil(backup)
            done = machine.test_cli_runner().invoke(args=["restore", str(backup)])
            assert done.exit_code == 1 and words in done.output and len(done.output.splitlines()) == 1, done.output
            backup.write_bytes(whole)
        machine.config["ENCRYPTION_KEYS"] = (b"k" * 32,)
        done = machine.test_cli_runner().invoke(args=["restore", str(backup)])
        assert done.exit_code == 1 and "not among the encryption keys" in done.output
        assert nothing_is_there(machine)


def test_what_was_bent_or_exchanged_before_is_not_restored_and_what_was_gone_is_named(
    fresh_app: Flask, people: People, family: Family, machine: Flask, tmp_path: Path
) -> None:
    add_document(family, people, "canary")
    key = db.session.scalars(select(Document.storage_key)).one()
    path = Path(fresh_app.config["FILES_FOLDER"]) / key[:2] / key
    path.write_bytes(pdf_bytes("another"))
    make_backup(tmp_path / "exchanged", actor=OPERATOR)
    path.unlink()
    done = fresh_app.test_cli_runner().invoke(args=["backup", str(tmp_path / "gone")])
    assert done.exit_code == 0 and f"were gone when the backup was made: {key}" in done.output
    db.session.remove()
    bare = Bare(db.engine.url.render_as_string(hide_password=False))
    bare.run("UPDATE office SET zone = 'UTC' WHERE name LIKE '%'")
    bare.close()
    make_backup(tmp_path / "bent", actor=OPERATOR)
    with on(machine):
        for name, words in (
            ("exchanged", f"File {key}: The stored file is not the one"),
            ("bent", r"office, row .*, column zone: is not what the record says"),
        ):
            with pytest.raises(Refused, match=words):
                restore_backup(tmp_path / name, actor=OPERATOR)
            assert not Path(machine.config["FILES_FOLDER"], key[:2], key).exists()
            assert inspect(db.engine).get_table_names() == []
            build_schema(db.engine)
        done = machine.test_cli_runner().invoke(args=["restore", str(tmp_path / "gone")])
        assert done.exit_code == 0 and key in done.output, done.output


def test_a_restore_that_stops_midway_leaves_nothing_and_can_be_repeated(
    fresh_app: Flask, people: People, family: Family, machine: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_document(family, people, "canary")
    outside, backup = Path(fresh_app.config["CHECKPOINT_DIR"]), tmp_path / "backup"
    outside.mkdir(exist_ok=True)
    (outside / "note").write_text("what lies beside the heads comes along")
    make_backup(backup, actor=OPERATOR)
    shutil.rmtree(outside)
    with on(machine):
        keep = storage.keep_as_stored

        def stop(key: str, content: bytes) -> None:
            keep(key, content)
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(storage, "keep_as_stored", stop)
            with pytest.raises(KeyboardInterrupt):
                restore_backup(backup, actor=OPERATOR)
            assert nothing_is_there(machine)
            patch.setattr(_Arrived, "take_back", lambda _arrived: None)  # as when the process is killed
            with pytest.raises(KeyboardInterrupt):
                restore_backup(backup, actor=OPERATOR)
        assert [path.name for path in Path(machine.config["CHECKPOINT_DIR"]).iterdir()] == [".restoring-note"]
        done = machine.test_cli_runner().invoke(args=["restore", str(backup), "--check"])
        assert done.exit_code == 0 and "is whole" in done.output, done.output
        done = machine.test_cli_runner().invoke(args=["restore", str(backup)])
        assert done.exit_code == 0 and "is restored, the record is whole" in done.output, done.output
        done = machine.test_cli_runner().invoke(args=["restore", str(backup)])
        assert done.exit_code == 1 and "The database is not empty" in done.output


def test_it_opens_by_hand_as_the_page_says_and_gives_way_to_no_other(
    backup: Path, fresh_app: Flask, tmp_path: Path
) -> None:
    before = backup.read_bytes()
    done = fresh_app.test_cli_runner().invoke(args=["backup", str(backup)])
    assert done.exit_code == 1 and "stands already" in done.output and backup.read_bytes() == before
    done = fresh_app.test_cli_runner().invoke(args=["backup", str(backup / "below")])
    assert done.exit_code == 1 and len(done.output.splitlines()) == 1
    page = (Path(__file__).parents[2] / "docs" / "backup.md").read_text(encoding="utf-8")
    (tmp_path / "open.py").write_text(page.split("```python\n")[1].split("```")[0])
    (tmp_path / "key").write_text(fresh_app.config["ENCRYPTION_KEYS"][0].hex())
    command = [sys.executable, "open.py", "backup", "key"]
    opened = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    records = [line.split()[0] for line in opened.stdout.splitlines()]
    assert records[0] == "head" and records[-1] == "summary" and "table/personal_value" in records
    key = db.session.scalars(select(Document.storage_key)).one()
    assert f"file/{key}" in records and not any("account_session" in name for name in records)
