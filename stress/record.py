"""A synthetic record of many events, sealed by the program: how fast verification is, and how much memory it takes."""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import BigInteger, Boolean, Date, Engine, Enum, Table, create_engine, text

from casetracker import create_app
from casetracker.audit import sealing
from casetracker.audit.checkpoints import CheckpointFolder
from casetracker.audit.states import Window
from casetracker.audit.verification import verify
from casetracker.core import tracking, transfer
from casetracker.core.db import Base, JsonText, UTCDateTime, canonical_json, db
from casetracker.events import schema
from casetracker.events.recording import genesis, history_kind
from stress.places import new_place
from tests.databases import APP_ROLE
from tests.schema import build_schema

BATCH = 1000

TABLE = "travel_preparation"
CHANGED = 4
"""Cells that an update changes; the other half of the events makes a row."""
PER_CHAIN = 20
NEEDED = 15_000
"""Events a second and core that verification has to reach."""
MOST_MEMORY = 250
"""MiB that it may take at most, whatever the number of events."""


def run(options: argparse.Namespace) -> bool:
    """True if verification found nothing, fast enough and in little memory; on PostgreSQL of the same rows."""
    with tempfile.TemporaryDirectory(prefix="casetracker-stress-") as name:
        folder = Path(name)
        app = create_app({"SEAL_AFTER_COMMIT": False}, {"CASETRACKER_DATA": name, "SECRET_KEY": "for stress"})
        with app.app_context():
            build_schema(db.engine)
        file = folder / "casetracker.sqlite3"
        told = f"  {options.events} events"
        started = time.monotonic()
        _fill(file, options.events, random.Random(options.seed))
        print(f"{told} written in {time.monotonic() - started:.0f} s, {file.stat().st_size >> 20} MiB", flush=True)
        _seal(app, told)
        held = options.dialect == "postgresql" or _hold(told, name, f"sqlite:///{file}")
        if options.dialect != "sqlite":
            with new_place("postgresql") as place:
                url = place.copy("record")
                _carry_over(file, url, told)
                held = _hold(f"{told} on PostgreSQL", name, url) and held
        return held


def _hold(told: str, folder: str, url: str) -> bool:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        findings, window, seconds, cpu, memory = pool.apply(_verify, (folder, url))
    rate = window.covered / cpu
    print(f"{told} verified in {seconds:.0f} s, {cpu:.0f} s of one core: {rate:,.0f} events/s and core, {memory} MiB")
    print(f"  {window.covered} under {window.heads} signed heads, {window.uncovered} after them", flush=True)
    for finding in findings:
        print(f"  FOUND {finding}")
    return not findings and rate >= NEEDED and memory <= MOST_MEMORY


def _carry_over(file: Path, url: str, told: str) -> None:
    """The same rows in PostgreSQL, as a backup carries them over; what they refer to was never made."""
    started, count = time.monotonic(), 0
    source, target = create_engine(f"sqlite:///{file}"), create_engine(url)
    with (
        source.connect() as reading, tracking.walls_down(),
        target.connect() as writing, writing.begin(),
    ):  # fmt: skip
        for (drop,) in writing.execute(text(_CONSTRAINTS)).all():
            writing.exec_driver_sql(drop)
        for table in transfer.tables():
            lines = transfer.read_rows(reading, table)
            while batch := list(islice(lines, BATCH)):
                count += transfer.write_rows(writing, table, batch)
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    source.dispose()
    target.dispose()
    print(f"{told} on PostgreSQL: {count} rows in {time.monotonic() - started:.0f} s", flush=True)


_CONSTRAINTS = (
    "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint"
    " WHERE contype IN ('f', 'c') AND connamespace = current_schema()::regnamespace AND conrelid <> 0"
)


def _seal(app: Flask, told: str) -> None:
    started = time.process_time()
    with app.app_context():
        sealed = sealing.seal_now()
        db.session.remove()
        db.engine.dispose()
    cpu = time.process_time() - started
    print(f"{told} sealed: {sealed / cpu:,.0f} a second and core", flush=True)


def _verify(data: str, url: str) -> tuple[list[str], Window, float, float, int]:
    """In a process of its own: findings (three at most), reach, seconds, seconds of this process's CPU, MiB at most."""
    environ = {"CASETRACKER_DATA": data, "DATABASE_URL": url, "SECRET_KEY": "for stress"}
    if url.startswith("postgresql"):
        environ["DATABASE_ROLE"] = APP_ROLE
    app = create_app({"SEAL_AFTER_COMMIT": False}, environ)
    with app.app_context():
        return _verified(db.engine, CheckpointFolder(Path(app.config["CHECKPOINT_DIR"])))


def _verified(engine: Engine, outside: CheckpointFolder) -> tuple[list[str], Window, float, float, int]:
    window, found = Window(), []
    started, cpu = time.monotonic(), time.process_time()
    for finding in verify(engine, outside, window):
        found.append(str(finding))
        if len(found) == 3:
            break
    status = Path("/proc/self/status").read_text()  # getrusage tells the parent's memory, too
    memory = int(status.partition("VmHWM:")[2].split()[0]) >> 10
    return found, window, time.monotonic() - started, time.process_time() - cpu, memory


def _fill(file: Path, events: int, chance: random.Random) -> None:
    """Write the events past the program, as the program would have written them."""
    maker = _Maker(Base.metadata.tables[TABLE], chance)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA cache_size=-200000;"
            "PRAGMA ignore_check_constraints=ON;"
        )
        connection.execute("BEGIN")
        for start in range(0, events, PER_CHAIN):
            for statement, rows in maker.chain(start // PER_CHAIN, min(PER_CHAIN, events - start)):
                connection.executemany(statement, rows)
        connection.execute("COMMIT")


class _Maker:
    """Makes chains: every second event changes the row that the one before it made."""

    def __init__(self, table: Table, chance: random.Random) -> None:
        self.table, self.chance = table, chance
        self.columns = [c for c in table.columns if not c.primary_key and c.name != "version"]
        self.count = 0
        self.kinds = {c.name: history_kind(table.name, c.name) for c in self.columns}

    def chain(self, number: int, length: int) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """The statements that write one dossier's shared chain."""
        chain, owner = f"c{number:025}", f"d{number:025}"
        prev = genesis(owner, "shared")
        events: list[Any] = []
        values: list[Any] = []
        rows: list[Any] = []
        held: dict[str, Any] = {}
        for seq in range(1, length + 1):
            minute = f"2026-{1 + number % 12:02}-{1 + number % 28:02}T{seq % 24:02}:00:00.{number % 10**6:06}Z"
            if seq % 2:
                pk, version, held = f"p{number:09}{seq:016}", 1, {}
            cells, stored = self._cells(chain, seq, pk, version, held, values)
            body = {
                "chain": chain, "owner": owner, "part": "shared", "seq": seq, "prev": prev.hex(), "at": minute,
                "day": None, "kind": "point.raised", "category": "casework", "person": None, "schema": schema.ordinal(),
                "actor": {"id": "u", "role": "caseworker", "office": "o"}, "data": {"point_id": pk},
                "rows": [["insert" if version == 1 else "update", self.table.name, pk, cells]],
            }  # fmt: skip
            text = canonical_json(body).encode()
            prev = hashlib.sha256(text).digest()
            at = minute.replace("T", " ").removesuffix("Z")
            events.append((chain, seq, at, None, "point.raised", "casework", "u", None, text, prev))
            if version == 2 or seq == length:
                rows.append((pk, version, *(stored[c.name] for c in self.columns)))
            version += 1
        yield (
            "INSERT INTO chain (id, owner_id, part, seq, hash) VALUES (?,?,?,?,?)",
            [(chain, owner, "shared", length, prev)],
        )
        yield f"INSERT INTO event VALUES ({','.join('?' * 10)})", events
        yield f"INSERT INTO personal_value VALUES ({','.join('?' * 9)})", values
        names = ", ".join(["id", "version", *(f'"{c.name}"' for c in self.columns)])
        yield f"INSERT INTO {self.table.name} ({names}) VALUES ({','.join('?' * (len(self.columns) + 2))})", rows

    def _cells(
        self, chain: str, seq: int, pk: str, version: int, held: dict[str, Any], values: list[Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The body's cells of an insert (version 1) or an update, and the row as it is stored afterwards."""
        chosen = self.columns if version == 1 else self.chance.sample(self.columns, CHANGED)
        cells: dict[str, Any] = {"id": pk, "version": 1} if version == 1 else {"version": [1, 2]}
        for column in chosen:
            canonical, stored = self._value(column, version)
            recorded = canonical
            if self.kinds[column.name] == "personal":
                recorded = self._keep(column.name, canonical, (chain, seq, pk, version), values)
            elif self.kinds[column.name] == "secret":
                recorded = hashlib.sha256(canonical_json(canonical).encode()).hexdigest()
            if self.kinds[column.name] != "ignored":
                cells[column.name] = recorded if version == 1 else [held[column.name][0], recorded]
            held[column.name] = (recorded, stored)
        return cells, {name: stored for name, (_recorded, stored) in held.items()}

    def _keep(self, column: str, value: Any, place: tuple[str, int, str, int], values: list[Any]) -> str:
        chain, seq, pk, version = place
        salt, text = self.chance.randbytes(16), canonical_json(value)
        key = hashlib.sha256(salt + text.encode()).hexdigest()
        values.append((key, self.table.name, pk, column, version, chain, seq, salt, text))
        return key

    def _value(self, column: Any, version: int) -> tuple[Any, Any]:
        """(canonical, as SQLite stores it)."""
        kind = column.type
        if isinstance(kind, Boolean):
            return version == 2, int(version == 2)
        if isinstance(kind, BigInteger):
            self.count += 1
            return self.count, self.count
        if isinstance(kind, Date):
            day = f"19{self.chance.randrange(50, 99)}-03-0{version}"
            return day, day
        if isinstance(kind, UTCDateTime):
            return f"2026-03-0{version}T10:00:00.000000Z", f"2026-03-0{version} 10:00:00.000000"
        if isinstance(kind, Enum):
            name = kind.enums[version % len(kind.enums)]
            return name, name
        if isinstance(kind, JsonText):
            text = json.dumps([version])
            return text, text
        word = f"{column.name} {self.chance.randrange(10**6)}"
        return word, word
