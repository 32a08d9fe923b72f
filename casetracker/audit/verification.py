"""Folds every difference in the record and compares the result with the tables; names the first that disagree.

Constant memory: the differences go through a temporary SQLite file. One snapshot, so it can run while people work.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select

from casetracker.audit.states import NOT_TRACKED, Finding
from casetracker.core.db import Base, canonical_json, raw_column, raw_value, snapshot
from casetracker.core.tracking import tracked_mappers
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.recording import EVENT_TABLE, genesis, history_kind
from casetracker.events.states import EVENT_KINDS, payload_fields
from casetracker.ledger.models import LedgerAccount, LedgerBalance, LedgerEntry, LedgerPosting
from casetracker.ledger.states import MOVES, Move, Phase

BATCH = 1000
_SPILL = """
CREATE TABLE diff (tbl TEXT, pk TEXT, ver INTEGER, op TEXT, cells TEXT, chain TEXT, seq INTEGER);
CREATE TABLE value (hash TEXT PRIMARY KEY, tbl TEXT, pk TEXT, col TEXT, salt BLOB, value TEXT, used INTEGER) WITHOUT ROWID;
CREATE TABLE state (tbl TEXT, pk TEXT, cells TEXT, PRIMARY KEY (tbl, pk)) WITHOUT ROWID;
"""


def verify(engine: Engine) -> Iterator[Finding]:
    """Everything that disagrees, in a fixed order; an empty result means that the record and the tables are one."""
    with snapshot(engine) as live, tempfile.NamedTemporaryFile(prefix="casetracker-verify-") as file:
        with closing(sqlite3.connect(file.name)) as spill:
            spill.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SPILL)
            yield from _untracked_tables()
            yield from _read_values(live, spill)
            yield from _read_chains(live, spill)
            spill.execute("CREATE INDEX diff_row ON diff (tbl, pk, ver)")
            yield from _fold(spill)
            for mapper in tracked_mappers():
                yield from _compare_table(live, spill, mapper.local_table)  # type: ignore[arg-type]  # always a Table
            yield from _unused_values(spill)
            yield from _balances(live)


def _untracked_tables() -> Iterator[Finding]:
    tracked = {m.local_table.name for m in tracked_mappers()}  # type: ignore[attr-defined]  # always a Table
    for name in sorted(set(Base.metadata.tables) - tracked - set(NOT_TRACKED)):
        yield Finding(name, "-", "-", "is neither tracked nor named as an exception")


def _stream(live: Connection, query: Any) -> Iterator[Any]:
    return iter(live.execute(query, execution_options={"yield_per": BATCH}))


def _read_values(live: Connection, spill: sqlite3.Connection) -> Iterator[Finding]:
    table = PersonalValue.__table__
    for row in _stream(live, select(table)):
        salt = None if row.salt is None else bytes(row.salt)
        spill.execute("INSERT INTO value VALUES (?,?,?,?,?,?,0)", (row.hash, row.tbl, row.pk, row.col, salt, row.value))
        if (salt is None) != (row.value is None):
            yield Finding("personal_value", row.hash, "salt", "salt and value were not erased together")
        elif salt is not None and hashlib.sha256(salt + row.value.encode("utf-8", "replace")).hexdigest() != row.hash:
            yield Finding("personal_value", row.hash, "value", f"is not what {row.tbl}.{row.col} of {row.pk} was recorded as")


def _read_chains(live: Connection, spill: sqlite3.Connection) -> Iterator[Finding]:
    chains = {row.id: row for row in live.execute(select(Chain.__table__))}
    heads: dict[str, tuple[int, bytes]] = {}
    query = select(EventRow.__table__).order_by(EventRow.chain_id, EventRow.seq)
    for row in _stream(live, query):
        chain = chains.get(row.chain_id)
        if chain is None:
            yield Finding("event", f"{row.chain_id}|{row.seq}", "chain_id", "belongs to no chain")
            continue
        seq, prev = heads.get(row.chain_id, (0, genesis(chain.owner_id, chain.part)))
        yield from _check_event(row, chain, seq, prev, spill)
        heads[row.chain_id] = (row.seq, bytes(row.hash))
    for chain in sorted(chains.values(), key=lambda c: str(c.id)):
        head = heads.get(chain.id, (0, genesis(chain.owner_id, chain.part)))
        if head != (chain.seq, bytes(chain.hash)):
            yield Finding("chain", chain.id, "seq", f"the head says entry {chain.seq}, the newest entry is {head[0]}")


def _check_event(row: Any, chain: Any, seq: int, prev: bytes, spill: sqlite3.Connection) -> Iterator[Finding]:
    name = f"{row.chain_id}|{row.seq}"
    text = bytes(row.body)
    if row.seq != seq + 1:
        yield Finding("event", name, "seq", f"entry {seq + 1} is missing before it")
    if hashlib.sha256(text).digest() != bytes(row.hash):
        yield Finding("event", name, "hash", "is not the hash of the body")
        return
    body = json.loads(text)
    expected = {
        "chain": row.chain_id, "owner": chain.owner_id, "part": chain.part, "seq": row.seq, "prev": prev.hex(),
        "kind": row.kind, "person": row.person_id, "day": None if row.day is None else row.day.isoformat(),
        "at": row.at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
    }  # fmt: skip
    for column, value in expected.items():
        if body[column] != value:
            yield Finding("event", name, column, "is not what the body says")
    if body["actor"]["id"] != row.actor_id:
        yield Finding("event", name, "actor_id", "is not what the body says")
    kind = EVENT_KINDS.get(row.kind)
    if kind is None:
        yield Finding("event", name, "kind", "is unknown to this program")
        return
    if str(kind.category) != row.category:
        yield Finding("event", name, "category", "is not the kind's")
    for field, is_personal in payload_fields(kind):
        if is_personal and body["data"].get(field):
            yield from _use_value(spill, body["data"][field], EVENT_TABLE, name, field)
    for op, table, pk, cells in body["rows"]:
        version = cells["version"][1] if op == "update" else cells["version"]
        order = version * 2 + (1 if op == "delete" else 0)
        spill.execute("INSERT INTO diff VALUES (?,?,?,?,?,?,?)",
                      (table, pk, order, op, canonical_json(cells), row.chain_id, row.seq))  # fmt: skip
        for column, cell in cells.items():
            after = cell[1] if op == "update" else cell
            if op != "delete" and after is not None and _kind(table, column) == "personal":
                yield from _use_value(spill, after, table, pk, column)


def _kind(table: str, column: str) -> str:
    try:
        return history_kind(table, column)
    except KeyError:
        return "plain"


def _use_value(spill: sqlite3.Connection, digest: str, table: str, pk: str, column: str) -> Iterator[Finding]:
    row = spill.execute("SELECT tbl, pk, col FROM value WHERE hash = ?", (digest,)).fetchone()
    if row is None:
        yield Finding("personal_value", digest, "hash", f"the value recorded for {table}.{column} of {pk} is gone")
    elif row != (table, pk, column):
        yield Finding("personal_value", digest, "pk", f"stands at another cell than {table}.{column} of {pk}")
    spill.execute("UPDATE value SET used = 1 WHERE hash = ?", (digest,))


def _unused_values(spill: sqlite3.Connection) -> Iterator[Finding]:
    for (digest,) in spill.execute("SELECT hash FROM value WHERE used = 0 ORDER BY hash"):
        yield Finding("personal_value", digest, "hash", "stands in no entry of the record")


def _fold(spill: sqlite3.Connection) -> Iterator[Finding]:
    """Apply the differences in the order of the rows' versions; each must start where the one before ended."""
    query = "SELECT tbl, pk, op, cells FROM diff ORDER BY tbl, pk, ver"
    key: tuple[str, str] | None = None
    state: dict[str, Any] | None = None
    for table, pk, op, text in spill.execute(query):
        if (table, pk) != key:
            _keep_state(spill, key, state)
            key, state = (table, pk), None
        cells = json.loads(text)
        if op == "insert":
            if state is not None:
                yield Finding(table, pk, "version", "the record makes this row twice")
            state = cells
            continue
        if state is None:
            yield Finding(table, pk, "version", "the record changes a row that it never made")
            state = {}
        for column, cell in cells.items():
            before = cell[0] if op == "update" else cell
            if column in state and state[column] != before:
                yield Finding(table, pk, column, "two entries of the record do not fit together")
        state = None if op == "delete" else {**state, **{column: cell[1] for column, cell in cells.items()}}
    _keep_state(spill, key, state)


def _keep_state(spill: sqlite3.Connection, key: tuple[str, str] | None, state: dict[str, Any] | None) -> None:
    if key is not None and state is not None:
        spill.execute("INSERT OR REPLACE INTO state VALUES (?,?,?)", (*key, canonical_json(state)))


def _compare_table(live: Connection, spill: sqlite3.Connection, table: Table) -> Iterator[Finding]:
    dialect = live.dialect.name
    columns = [c for c in table.columns if c.info.get("history") != "ignored"]
    keys = [c.name for c in table.primary_key]
    query = select(*(raw_column(c, dialect).label(c.name) for c in columns)).order_by(*table.primary_key)
    for row in _stream(live, query):
        values = {c.name: raw_value(v, c, dialect) for c, v in zip(columns, row, strict=True)}
        pk = "|".join(str(values[k]) for k in keys)
        kept = spill.execute("SELECT cells FROM state WHERE tbl = ? AND pk = ?", (table.name, pk)).fetchone()
        if kept is None:
            yield Finding(table.name, pk, keys[0], "the row stands in no entry of the record")
            continue
        spill.execute("DELETE FROM state WHERE tbl = ? AND pk = ?", (table.name, pk))
        folded = json.loads(kept[0])
        for column in columns:
            if not _same(spill, table.name, column.name, values[column.name], folded.get(column.name)):
                yield Finding(table.name, pk, column.name, "is not what the record says")
    for (pk,) in spill.execute("SELECT pk FROM state WHERE tbl = ? ORDER BY pk", (table.name,)):
        yield Finding(table.name, pk, keys[0], "the row is gone, but no entry of the record takes it away")


def _same(spill: sqlite3.Connection, table: str, column: str, held: Any, recorded: Any) -> bool:
    kind = history_kind(table, column)
    if kind == "plain" or held is None or recorded is None:
        return type(held) is type(recorded) and bool(held == recorded)
    if kind == "secret":
        return hashlib.sha256(canonical_json(held).encode()).hexdigest() == str(recorded)
    row = spill.execute("SELECT value FROM value WHERE hash = ?", (recorded,)).fetchone()
    return row is not None and row[0] is not None and json.loads(row[0]) == held


def _balances(live: Connection) -> Iterator[Finding]:
    """The sums kept for speed against the entries, and their ceilings against the accounts'."""
    query = (
        select(LedgerEntry.account_id, LedgerPosting.move, func.sum(LedgerEntry.amount))
        .join(LedgerPosting, LedgerPosting.id == LedgerEntry.posting_id)
        .group_by(LedgerEntry.account_id, LedgerPosting.move)
    )
    sums: dict[str, dict[str, int]] = {}
    for account_id, move, amount in live.execute(query):
        source, target = MOVES[Move(move)]
        phases = sums.setdefault(account_id, dict.fromkeys(map(str, Phase), 0))
        if source is not None:
            phases[str(source)] -= int(amount)
        if target is not None:
            phases[str(target)] += int(amount)
    account, balance = LedgerAccount.__table__, LedgerBalance.__table__
    joined = select(account.c.id, account.c.ceiling.label("declared"), balance).outerjoin(
        balance, balance.c.account_id == account.c.id
    )
    for row in live.execute(joined.order_by(account.c.id)):
        if row.account_id is None:
            yield Finding("ledger_balance", row.id, "account_id", "the account has no balance")
            continue
        if row.ceiling != row.declared:
            yield Finding("ledger_balance", row.id, "ceiling", "is not the account's")
        phases = sums.get(row.id, dict.fromkeys(map(str, Phase), 0))
        for phase, amount in phases.items():
            if getattr(row, phase) != amount:
                yield Finding("ledger_balance", row.id, phase, "is not the sum of the entries")
