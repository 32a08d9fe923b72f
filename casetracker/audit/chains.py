"""The record itself: each entry is its body's hash and follows the one before; personal values are all there."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, and_, select

from casetracker.audit.heads import Seen
from casetracker.audit.states import Finding
from casetracker.audit.tree_queries import KEY_KINDS, key_from
from casetracker.core.db import canonical_json, raw_column, raw_value
from casetracker.events.models import Chain, EventRow, PersonalValue, TreeLeaf
from casetracker.events.recording import EVENT_TABLE, genesis, history_kind
from casetracker.events.states import EVENT_KINDS, Part, payload_fields

BATCH = 1000
_PLACE = ("tbl", "pk", "col", "row_version", "chain_id", "seq")


def digest(content: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(content).digest()


def _rows(live: Connection, model: Any, *order: str) -> Iterator[dict[str, Any]]:
    """Every row of a table as it lies there (bytes as hexadecimal text), without holding them all."""
    table, dialect = model.__table__, live.dialect.name
    query = select(*(raw_column(c, dialect).label(c.name) for c in table.columns))
    query = query.order_by(*(table.c[name] for name in order))
    with live.execute(query, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            yield {c.name: raw_value(v, c, dialect) for c, v in zip(table.columns, row, strict=True)}


def check_values(live: Connection, spill: sqlite3.Connection) -> Iterator[Finding]:
    """Each personal value is what its hash says, or erased with its salt; all are kept for the chains."""
    for row in _rows(live, PersonalValue, "hash"):
        salt, value, key = row["salt"], row["value"], str(row["hash"])
        place = [row[name] for name in _PLACE]
        spill.execute("INSERT OR IGNORE INTO value VALUES (?,?,?,?,?,?,?,?,0)", (key, *place, value))
        if (salt is None) != (value is None):
            yield Finding("personal_value", key, "salt", "salt and value were not erased together")
        elif salt is not None and _salted(salt, value) != key:
            what = f"is not what {row['tbl']}.{row['col']} of {row['pk']} was recorded as"
            yield Finding("personal_value", key, "value", what)


def _salted(salt: Any, value: Any) -> str:
    try:
        return digest(bytes.fromhex(salt) + str(value).encode("utf-8", "backslashreplace")).hex()
    except (TypeError, ValueError):
        return ""


def _events(live: Connection) -> Iterator[dict[str, Any]]:
    """Every event as it lies there, by chain and number, with its place in the tree and the hash kept there."""
    event, leaf, dialect = EventRow.__table__, TreeLeaf.__table__, live.dialect.name
    columns = [*event.columns, leaf.c.position, leaf.c.hash]
    names = [*(c.name for c in event.columns), "position", "leaf"]
    query = select(*(raw_column(c, dialect).label(name) for c, name in zip(columns, names, strict=True)))
    same = and_(leaf.c.chain_id == event.c.chain_id, leaf.c.seq == event.c.seq)
    query = query.select_from(event.outerjoin(leaf, same)).order_by(event.c.chain_id, event.c.seq)
    with live.execute(query, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            yield {n: raw_value(v, c, dialect) for n, v, c in zip(names, row, columns, strict=True)}


def _see(row: dict[str, Any], name: str, spill: sqlite3.Connection, seen: Seen) -> Iterator[Finding]:
    """Count the event for the signed heads, and hold its leaf to it."""
    seen.events += 1
    if row["leaf"] is None:
        spill.execute("INSERT OR IGNORE INTO loose VALUES (?,?,0)", (row["chain_id"], row["seq"]))
        return
    seen.leaves += 1
    if row["leaf"] != row["hash"]:
        yield Finding("tree_leaf", str(row["position"]), "hash", f"is not the hash of the event {name}")


def check_chains(live: Connection, spill: sqlite3.Connection, seen: Seen) -> Iterator[Finding]:
    """Every entry in its place; the differences in the bodies go into `spill` for the fold, the rest into `seen`."""
    chains = _Chains(live)
    chain_id, seq, prev = "", 0, b""
    for row in _events(live):
        name = f"{row['chain_id']}|{row['seq']}"
        chain = chains.find(row["chain_id"])
        if chain is None:
            yield Finding("event", name, "chain_id", "belongs to no chain")
            continue
        yield from _see(row, name, spill, seen)
        if row["chain_id"] != chain_id:
            chain_id, seq, prev = chain["id"], 0, genesis(str(chain["owner_id"]), str(chain["part"]))
        if type(row["seq"]) is not int or row["seq"] != seq + 1:
            yield Finding("event", name, "seq", f"entry {seq + 1} is missing before it")
        yield from _check_event(name, row, chain, prev, spill, seen)
        seq = row["seq"] if type(row["seq"]) is int else seq + 1
        prev = _bytes(row["hash"])
        spill.execute("INSERT OR REPLACE INTO head VALUES (?,?,?)", (chain_id, seq, prev))
    yield from _check_heads(live, spill)


class _Chains:
    """The chain of an entry; entries come ordered by chain, so that one is remembered at a time."""

    def __init__(self, live: Connection) -> None:
        self.live, self.last = live, {"id": None}

    def find(self, chain_id: Any) -> dict[str, Any] | None:
        """The chain's row, or None."""
        if self.last["id"] != chain_id:
            table, dialect = Chain.__table__, self.live.dialect.name
            query = select(*(raw_column(c, dialect).label(c.name) for c in table.columns))
            row = self.live.execute(query.where(table.c.id == str(chain_id))).first()
            if row is None:
                return None
            columns = zip(table.columns, row, strict=True)
            self.last = {c.name: raw_value(v, c, dialect) for c, v in columns}
        return self.last


def _check_heads(live: Connection, spill: sqlite3.Connection) -> Iterator[Finding]:
    for chain in _rows(live, Chain, "id"):
        newest = spill.execute("SELECT seq, hash FROM head WHERE chain = ?", (str(chain["id"]),)).fetchone()
        if newest is None:
            yield Finding("chain", str(chain["id"]), "seq", "the chain has no entries")
        elif newest[0] != chain["seq"]:
            what = f"the head says entry {chain['seq']}, the newest entry is {newest[0]}"
            yield Finding("chain", str(chain["id"]), "seq", what)
        elif newest[1] != _bytes(chain["hash"]):
            yield Finding("chain", str(chain["id"]), "hash", "the head is not the hash of the newest entry")


def _bytes(value: Any) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        return b""


def _check_event(
    name: str, row: dict[str, Any], chain: dict[str, Any], prev: bytes, spill: sqlite3.Connection, seen: Seen
) -> Iterator[Finding]:
    text = _bytes(row["body"])
    if digest(text) != _bytes(row["hash"]):
        yield Finding("event", name, "hash", "is not the hash of the body")
        return
    try:
        body = json.loads(text)
        found = [*_check_columns(name, row, chain, prev, body), *_check_data(name, row, body, spill)]
        found += _check_rows(row, body, spill)
        if body["kind"] in KEY_KINDS and body["part"] == Part.SYSTEM:
            seen.keys.append((key_from(body["data"]), row["position"]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, sqlite3.Error):
        yield Finding("event", name, "body", "is not what this program writes")
        return
    yield from found


def _check_columns(
    name: str, row: dict[str, Any], chain: dict[str, Any], prev: bytes, body: dict[str, Any]
) -> Iterator[Finding]:
    expected = {
        "chain_id": ("chain", row["chain_id"]), "owner_id": ("owner", chain["owner_id"]),
        "part": ("part", chain["part"]), "seq": ("seq", row["seq"]), "kind": ("kind", row["kind"]),
        "category": ("category", row["category"]),
        "person_id": ("person", row["person_id"]), "day": ("day", row["day"]), "at": ("at", row["at"]),
    }  # fmt: skip
    if body["prev"] != prev.hex():
        yield Finding("event", name, "hash", "does not follow the entry before it")
    for column, (key, value) in expected.items():
        if body[key] != value:
            yield Finding("event", name, column, "is not what the body says")
    if body["actor"]["id"] != row["actor_id"]:
        yield Finding("event", name, "actor_id", "is not what the body says")


def _check_data(name: str, row: dict[str, Any], body: dict[str, Any], spill: sqlite3.Connection) -> Iterator[Finding]:
    kind = EVENT_KINDS.get(body["kind"])
    if kind is None:
        yield Finding("event", name, "kind", "is unknown to this program")
        return
    for field, is_personal in payload_fields(kind):
        if is_personal and body["data"].get(field):
            place = (EVENT_TABLE, name, field, 0, row["chain_id"], row["seq"])
            yield from _use_value(spill, body["data"][field], place)


def _check_rows(row: dict[str, Any], body: dict[str, Any], spill: sqlite3.Connection) -> Iterator[Finding]:
    for op, table, pk, cells in body["rows"]:
        version = int(cells["version"][1] if op == "update" else cells["version"])
        order = version * 2 + (1 if op == "delete" else 0)
        values = (table, pk, order, op, canonical_json(cells), int(body["schema"]))
        spill.execute("INSERT INTO diff VALUES (?,?,?,?,?,?)", values)
        for column, cell in cells.items():
            after = cell[1] if op == "update" else cell
            if op == "delete" or after is None:
                continue
            kind = kind_of(table, column)
            if not kind:  # a column of an earlier shape: its values, if it was personal, are not left over
                spill.execute("UPDATE value SET used = 1 WHERE hash = ? AND tbl = ?", (str(after), table))
            elif kind == "personal":
                place = (table, pk, column, version, row["chain_id"], row["seq"])
                yield from _use_value(spill, after, place)


def kind_of(table: str, column: str) -> str:
    """plain, personal, secret or ignored; empty for what this program no longer has."""
    try:
        return history_kind(table, column)
    except KeyError:
        return ""


def _use_value(spill: sqlite3.Connection, key: str, place: tuple[Any, ...]) -> Iterator[Finding]:
    row = spill.execute(f"SELECT {', '.join(_PLACE)} FROM value WHERE hash = ?", (key,)).fetchone()  # noqa: S608  # constant names
    what = f"{place[0]}.{place[2]} of {place[1]}"
    if row is None:
        yield Finding("personal_value", key, "hash", f"the value recorded for {what} is gone")
        return
    for column, there, expected in zip(_PLACE, row, place, strict=True):
        if there != expected:
            yield Finding("personal_value", key, column, f"does not say that this is {what}")
            break
    spill.execute("UPDATE value SET used = 1 WHERE hash = ?", (key,))


def unused_values(spill: sqlite3.Connection) -> Iterator[Finding]:
    """Personal values that no entry speaks of."""
    for (key,) in spill.execute("SELECT hash FROM value WHERE used = 0 ORDER BY hash"):
        yield Finding("personal_value", key, "hash", "stands in no entry of the record")
