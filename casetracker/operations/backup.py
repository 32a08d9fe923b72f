"""Makes one encrypted file of everything: tables, stored files, signed heads; people can work meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import Connection, Table

from casetracker.audit import sealing as heads
from casetracker.core import clock, encryption, ids, transfer
from casetracker.core.actor import Actor, require
from casetracker.core.db import canonical_json, db, snapshot
from casetracker.core.errors import N_, Message, NotFound, Refused
from casetracker.core.permissions import Permission
from casetracker.core.tracking import canon
from casetracker.documents import queries as documents
from casetracker.documents import storage
from casetracker.operations import commands
from casetracker.operations.records import RecordWriter
from casetracker.operations.states import LEFT_OUT, BackupHead, Summary

PORTION = 1024 * 1024
"""Bytes of one record's rows, or of a part of a head's file."""


def make_backup(path: Path, *, actor: Actor) -> Summary:
    """Write the backup; it gets its name only when it is whole. Refused where the name is taken.

    The heads are copied before the snapshot and the files after it, so that the snapshot holds every event that a
    head covers, and every file that a row names lies there.
    """
    require(actor, Permission.INSTALLATION_KEEP)
    draft = path.with_name(f"{path.name}.part")
    if path.exists() or draft.exists():
        words = N_("%(file)s stands already: a backup never takes the place of another.")
        raise Refused(Message(words, {"file": path.name if path.exists() else draft.name}))
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            writer = RecordWriter(file)
            summary = _write_all(writer, actor)
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
    return summary


def _write_all(writer: RecordWriter, actor: Actor) -> Summary:
    tables = transfer.tables(LEFT_OUT)
    with db.engine.connect() as connection:
        migration = transfer.migration(connection)
    head = BackupHead(
        id=ids.new_id(),
        made_at=str(canon(clock.now())),
        migration=migration,
        columns={table.name: [column.name for column in table.columns] for table in tables},
    )
    command = commands.RecordBackup(backup_id=head.id, key_id=encryption.keys()[0].id.hex())
    commands.record_backup(command, actor=actor)
    writer.write("head", canonical_json(asdict(head)).encode())
    checkpoints = sum(_write_checkpoint(writer, path) for path in _checkpoints())
    with snapshot(db.engine) as live:
        if transfer.migration(live) != migration:
            raise Refused(Message(N_("The database was migrated while the backup began. Make it again.")))
        rows = {table.name: _write_table(writer, live, table) for table in tables}
        files, missing = _write_files(writer, live)
    summary = Summary(rows=rows, files=files, missing=missing, checkpoints=checkpoints)
    writer.write("summary", canonical_json(asdict(summary)).encode())
    return summary


def _checkpoints() -> list[Path]:
    """The newest head first: what is copied after it, while heads are added, is never behind it."""
    folder = heads.folder().path
    files = [path for path in folder.glob("[!.]*") if path.is_file()] if folder.is_dir() else []
    return sorted(files, key=lambda path: (path.name != "newest.json", path.name))


def _write_checkpoint(writer: RecordWriter, path: Path) -> int:
    with open(path, "rb") as file:
        while portion := file.read(PORTION):
            writer.write(f"checkpoint/{path.name}", portion)
    return 1


def _write_table(writer: RecordWriter, live: Connection, table: Table) -> int:
    count = 0
    for lines in _portions(transfer.read_rows(live, table)):
        writer.write(f"table/{table.name}", "\n".join(lines).encode("utf-8"))
        count += len(lines)
    return count


def _portions(lines: Iterator[str]) -> Iterator[list[str]]:
    portion: list[str] = []
    size = 0
    for line in lines:
        portion.append(line)
        size += len(line)
        if size >= PORTION:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _write_files(writer: RecordWriter, live: Connection) -> tuple[int, list[str]]:
    """(files written, keys of those that a document names and that are gone)."""
    count, missing, last = 0, [], ""
    for key, _sha256 in documents.list_stored(live):
        if key == last:
            continue
        last = key
        try:
            writer.write(f"file/{key}", storage.read_as_stored(key))
            count += 1
        except NotFound:
            missing.append(key)
    return count, missing
