"""Puts a backup into an empty database: all of it, verified, or nothing."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import flask_migrate
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection, select

from casetracker.audit import sealing, tree_queries
from casetracker.audit.keys import SealingFault, signers
from casetracker.audit.verification import verify
from casetracker.core import row_security, transfer
from casetracker.core.actor import Actor, require
from casetracker.core.db import db, snapshot
from casetracker.core.errors import N_, Message, NotFound, Refused, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents import queries as documents
from casetracker.documents import storage
from casetracker.dossiers.models import Dossier
from casetracker.erasure import queries as erasures_held
from casetracker.erasure import register
from casetracker.erasure.erase_commands import erase_again
from casetracker.erasure.register import Entry
from casetracker.operations import commands, rules
from casetracker.operations.records import check_pieces, open_records
from casetracker.operations.states import LEFT_OUT, BackupHead, Restored, Summary, Target

PORTION = 1000
"""Ids that one query is given: both databases take only so many."""


def check_backup(path: Path) -> tuple[BackupHead, Summary]:
    """Read the whole file without writing anything; CannotDecrypt or Refused where it could not be restored."""
    check_pieces(path)
    head: BackupHead | None = None
    rows: Counter[str] = Counter()
    files = 0
    with open_records(path) as records:
        for name, content in records:
            kind, _slash, rest = name.partition("/")
            if head is None:
                head = _head(name, content)
            elif kind == "table":
                rows[rest] += content.count(b"\n") + 1
            elif kind == "file":
                files += 1
            elif kind == "summary":
                summary = Summary(**json.loads(content))
                refuse_if(rules.why_not_whole(summary, dict(rows), files))
                return head, summary
    raise Refused(rules.NOT_OURS)


def restore_backup(path: Path, *, actor: Actor, erasures: Path | None = None) -> Restored:
    """Restore and verify; whatever goes wrong, the database is empty again and the files that came are gone.

    What was erased since the backup is erased again before this returns: as `erasures`, the newest list of them, has
    it, one that lies in the heads' folder already, and the one that the backup itself brings. Raises Refused and
    CannotDecrypt with one sentence; the database must be empty, the heads' folder too, but for that list.
    """
    require(actor, Permission.INSTALLATION_KEEP)
    head, summary = check_backup(path)
    lists = [path for path in (erasures, register.path()) if path is not None and path.is_file()]
    brought = [entry for path in lists for entry in register.read(path)]
    arrived = _Arrived(erasures=brought, is_helped=bool(lists), has_list=register.path().exists())
    had_tables, target = _target()
    refuse_if(rules.why_not_restore(head, target))
    if not had_tables:
        flask_migrate.upgrade()
    try:
        with transfer.loading(db.engine) as connection, open_records(path) as records:
            _load(connection, records, arrived)
        arrived.name_checkpoints()
        _verify(summary)
        restored = commands.RecordRestore(
            backup_id=head.id, made_at=head.made_at, rows=summary.total, files=summary.files
        )
        commands.record_restore(restored, actor=actor)
        again = _erase_again(arrived.list_erasures(), actor)
        if again.erased:
            _verify(summary)
    except BaseException:
        arrived.take_back()
        db.session.remove()
        if arrived.is_loaded or not had_tables:
            transfer.take_away_tables(db.engine)
        raise
    return Restored(
        head=head, summary=summary, erased=again.erased, has_list=bool(lists), unknown=again.unknown,
        lacking=arrived.count_lacking() if lists else 0, called_off=again.called_off,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Again:
    """How many cases of the lists were erased again, are not in the backup, or were not to be erased after all."""

    erased: int
    unknown: int
    called_off: int


def _erase_again(entries: list[Entry], actor: Actor) -> _Again:
    """Erase every dossier of the list that the backup still holds. The list stays, for next time.

    Not where the backup shows that the erasure was called off: a fault between list and commit left its line there.
    """
    known = register.read(register.path()) if register.path().is_file() else []
    there = {(entry.dossier, entry.erasure) for entry in known}
    if missing := [entry for entry in entries if (entry.dossier, entry.erasure) not in there]:
        register.append(missing)
    with row_security.reading(row_security.EVERYTHING):  # the operator's act on whatever the backup brought
        listed = {entry.dossier for entry in entries}
        held: dict[str, date | None] = {}
        for ids in _portions(listed):
            rows = db.session.execute(select(Dossier.id, Dossier.erased_on).where(Dossier.id.in_(ids)))
            held |= {row.id: row.erased_on for row in rows}
        off: set[str] = set()
        for ids in _portions({entry.erasure for entry in entries}):
            off |= erasures_held.list_called_off(ids)
    first = {entry.dossier: entry.erasure for entry in reversed(entries) if entry.erasure not in off}
    back = sorted(dossier_id for dossier_id, day in held.items() if day is None)
    for dossier_id in back:
        if dossier_id in first:
            erase_again(dossier_id, first[dossier_id], actor=actor)
    erased = sum(dossier_id in first for dossier_id in back)
    return _Again(erased=erased, unknown=len(listed - set(held)), called_off=len(back) - erased)


def _portions(ids: set[str]) -> Iterator[list[str]]:
    """So many at once as a query takes: the list holds every erasure that there ever was."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), PORTION):
        yield ordered[start : start + PORTION]


def missing_signing_key() -> str | None:
    """The name of the key that is to sign the next head, where its file does not hold it."""
    with row_security.reading(row_security.EVERYTHING):  # keys are events of the system's chain
        named = tree_queries.list_keys()
        db.session.rollback()  # nothing is read on in this transaction, by whom it may be
    return named[-1].key_id if named and named[-1].key_id not in signers(sealing.key_file()) else None


@dataclass
class _Arrived:
    """What a restore has put outside the database so far."""

    files: list[str] = field(default_factory=list)
    checkpoints: set[Path] = field(default_factory=set)
    is_loaded: bool = False
    erasures: list[Entry] = field(default_factory=list)
    is_helped: bool = False
    own_list: bytes = b""
    has_list: bool = False

    def take_back(self) -> None:
        """Take away what came; a file that lay there before, under the same key, is the same file and stays."""
        for key in self.files:
            storage.remove(key)
        for path in self.checkpoints:
            path.unlink(missing_ok=True)
            _draft(path).unlink(missing_ok=True)
        signed = sealing.folder().path.glob("[!.]*") if self.is_loaded else ()
        for path in [*signed, register.path()]:  # the folder was empty, but for the list perhaps
            if path.is_file() and not (self.has_list and path.name == register.NAME):
                path.unlink()

    def list_erasures(self) -> list[Entry]:
        """Those of the lists that the operator has, and those that the backup knew of, each once."""
        every = self.erasures + self.own_erasures()
        return list({(entry.dossier, entry.erasure): entry for entry in reversed(every)}.values())[::-1]

    def count_lacking(self) -> int:
        """Erasures that the backup knew of and the operator's lists do not: none, where they are newer and of here."""
        brought = {(entry.dossier, entry.erasure) for entry in self.erasures}
        return sum((entry.dossier, entry.erasure) not in brought for entry in self.own_erasures())

    def own_erasures(self) -> list[Entry]:
        """What the backup knew of; a damaged line of it stops the restore only where the operator brought no list."""
        return register.entries(self.own_list, register.NAME, is_strict=not self.is_helped)

    def name_checkpoints(self) -> None:
        """Give the heads' files their names, once the tables stand: a restore that was killed before finds none."""
        self.is_loaded = True
        for path in self.checkpoints:
            os.replace(_draft(path), path)


def _target() -> tuple[bool, Target]:
    """(whether the tables are there already, what the rule judges)."""
    with db.engine.connect() as connection, connection.begin():
        row_security.tell(connection, row_security.EVERYTHING)
        has_tables = transfer.has_tables(connection)
        migration = transfer.migration(connection) if has_tables else _newest_migration()
        is_empty = transfer.is_empty(connection)
    folder = sealing.folder().path
    heads = folder.is_dir() and any(not path.name.startswith((".", register.NAME)) for path in folder.iterdir())
    columns = {t.name: [c.name for c in t.columns] for t in transfer.tables(LEFT_OUT)}
    return has_tables, Target(migration=migration, is_empty=is_empty, has_heads=heads, columns=columns)


def _newest_migration() -> str | None:
    settings = current_app.extensions["migrate"].migrate.get_config(None)
    return ScriptDirectory.from_config(settings).get_current_head()


def _head(name: str, content: bytes) -> BackupHead:
    try:
        told = json.loads(content) if name == "head" else {}
        return BackupHead(**told)
    except (ValueError, TypeError):
        raise Refused(rules.NOT_OURS) from None


def _load(connection: Connection, records: Iterable[tuple[str, bytes]], arrived: _Arrived) -> None:
    tables = {table.name: table for table in transfer.tables(LEFT_OUT)}
    for name, content in records:
        kind, _slash, rest = name.partition("/")
        if kind == "table":
            transfer.write_rows(connection, tables[rest], content.decode("utf-8").split("\n"))
        elif kind == "file":
            if not storage.is_stored(rest):
                arrived.files.append(rest)
            storage.keep_as_stored(rest, content)
        elif kind == "checkpoint" and rest == register.NAME:
            arrived.own_list += content
        elif kind == "checkpoint":
            _keep_checkpoint(rest, content, arrived)


def _keep_checkpoint(name: str, content: bytes, arrived: _Arrived) -> None:
    folder = sealing.folder().path
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    path = folder / name
    is_new = path not in arrived.checkpoints
    arrived.checkpoints.add(path)
    with open(_draft(path), "wb" if is_new else "ab") as file:
        file.write(content)


def _draft(path: Path) -> Path:
    return path.with_name(f".restoring-{path.name}")


def _verify(summary: Summary) -> None:
    db.session.remove()
    try:
        with closing(verify(db.engine, sealing.folder())) as findings:
            finding = next(findings, None)
    except SealingFault as fault:
        words = N_("The signed heads in the backup cannot be read: %(why)s")
        raise Refused(Message(words, {"why": str(fault)})) from None
    if finding is not None:
        raise Refused(Message(N_("The record in the backup and its tables disagree: %(finding)s"),
                              {"finding": str(finding)}))  # fmt: skip
    with snapshot(db.engine) as live:
        for key, why in _faulty_files(live):
            if key not in summary.missing:
                raise Refused(Message(N_("File %(key)s: %(why)s"), {"key": key, "why": why}))


def _faulty_files(live: Connection) -> Iterator[tuple[str, Message]]:
    for key, sha256 in documents.list_stored(live):
        try:
            storage.read(key, sha256)
        except Refused as fault:
            yield key, fault.message
        except NotFound:
            yield key, Message(N_("It is missing."))
