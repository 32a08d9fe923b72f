"""The record itself: each entry is its body's hash and follows the one before; personal values are all there."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, select

from casetracker.audit.differences import Differences
from casetracker.audit.heads import Seen
from casetracker.audit.states import Finding
from casetracker.audit.tree_queries import KEY_KINDS, key_from
from casetracker.audit.values import Values
from casetracker.core.db import byte_order, raw_column, raw_value
from casetracker.events.models import Chain, EventRow, TreeLeaf
from casetracker.events.recording import EVENT_TABLE, genesis, history_kind
from casetracker.events.states import EVENT_KINDS, Part, payload_fields

BATCH = 1000
NO_BODY = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError)
"""What reading a body can raise that this program did not write."""
_decode = json.JSONDecoder().raw_decode
Chained = tuple[Any, ...]
"""id, owner_id, part, seq and hash of a chain as they lie there."""


def digest(content: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(content).digest()


def _events(live: Connection) -> Iterator[Any]:
    """Every event as it lies there, by chain and number, with its place in the tree and the hash kept there."""
    event, leaf, dialect = EventRow.__table__, TreeLeaf.__table__, live.dialect.name
    columns = [*event.columns, leaf.c.position, leaf.c.hash]
    query = select(*(raw_column(c, dialect).label(f"c{number}") for number, c in enumerate(columns)))
    same = and_(leaf.c.chain_id == event.c.chain_id, leaf.c.seq == event.c.seq)
    query = query.select_from(event.outerjoin(leaf, same))
    query = query.order_by(byte_order(event.c.chain_id, dialect), event.c.seq)
    with live.execute(query, execution_options={"yield_per": BATCH}) as rows:
        yield from rows


class _Chains:
    """The chains beside the events, in the same order."""

    def __init__(self, live: Connection) -> None:
        table, dialect = Chain.__table__, live.dialect.name
        query = select(*(raw_column(c, dialect).label(c.name) for c in table.columns))
        query = query.order_by(byte_order(table.c.id, dialect))
        self.rows = iter(live.execute(query, execution_options={"yield_per": BATCH}))
        self.chain: Chained | None = next(self.rows, None)
        self.seq, self.hash = 0, b""

    def advance(self, chain_id: Any) -> Iterator[Finding]:
        """Go to the chain, or to the place where it should be; what is passed by is held to its head."""
        while self.chain is not None and (chain_id is None or str(self.chain[0]) < str(chain_id)):
            yield from self._leave()

    def _leave(self) -> Iterator[Finding]:
        chain_id, _owner, _part, seq, head = self.chain or ()
        name = str(chain_id)
        if not self.seq:
            yield Finding("chain", name, "seq", "the chain has no entries")
        elif self.seq != seq:
            yield Finding("chain", name, "seq", f"the head says entry {seq}, the newest entry is {self.seq}")
        elif self.hash != head:
            yield Finding("chain", name, "hash", "the head is not the hash of the newest entry")
        self.chain = next(self.rows, None)
        self.seq, self.hash = 0, b""


def check_chains(live: Connection, spill: sqlite3.Connection, seen: Seen) -> Iterator[Finding]:
    """Every entry in its place, every personal value what its hash says; the differences in the bodies go into `spill`
    for the fold, what the signed heads need into `seen`."""
    chains, walk = _Chains(live), _Walk(live, spill, seen)
    for row in _events(live):
        chain_id, seq = row[0], row[1]
        yield from chains.advance(chain_id)
        if chains.chain is None or chains.chain[0] != chain_id:
            yield Finding("event", f"{chain_id}|{seq}", "chain_id", "belongs to no chain")
            continue
        if not chains.seq:
            chains.hash = genesis(str(chains.chain[1]), str(chains.chain[2]))
        if type(seq) is not int or seq != chains.seq + 1:
            yield Finding("event", f"{chain_id}|{seq}", "seq", f"entry {chains.seq + 1} is missing before it")
        findings = walk.check(row, chains.chain, chains.hash)
        if findings:
            yield from findings
        chains.seq = seq if type(seq) is int else chains.seq + 1
        chains.hash = row[9] if type(row[9]) is bytes else b""
    yield from chains.advance(None)
    yield from walk.values.rest()
    walk.differences.flush()


class _Walk:
    """What is checked of each event; findings come as lists, for most events have none."""

    def __init__(self, live: Connection, spill: sqlite3.Connection, seen: Seen) -> None:
        self.spill, self.seen, self.dialect = spill, seen, live.dialect.name
        self.values, self.differences = Values(live), Differences(spill)
        self.at, self.day = EventRow.__table__.c.at, EventRow.__table__.c.day

    def check(self, row: Any, chain: Chained, prev: bytes) -> list[Finding]:
        """Everything about one event that does not fit."""
        chain_id, seq, text, own, position, leaf = row[0], row[1], row[8], row[9], row[10], row[11]
        name = f"{chain_id}|{seq}"
        found = self.values.open(chain_id, seq)
        self.seen.events += 1
        if leaf is None:
            self.spill.execute("INSERT OR IGNORE INTO loose VALUES (?,?,0)", (str(chain_id), seq))
        else:
            self.seen.leaves += 1
            if leaf != own:
                found.append(Finding("tree_leaf", str(position), "hash", f"is not the hash of the event {name}"))
        if type(text) is not bytes or digest(text) != own:
            found.append(Finding("event", name, "hash", "is not the hash of the body"))
            return found + self.values.close()
        try:
            content = text.decode("utf-8")
            body, end = _decode(content)
            if end != len(content):
                raise ValueError("more than a body")
            told = self._columns(name, row, chain, prev, body)
            told += self._data(name, row, body)
            for written in body["rows"]:
                told += self._row(chain_id, seq, written, int(body["schema"]))
            if body["kind"] in KEY_KINDS and body["part"] == Part.SYSTEM:
                self.seen.keys.append((key_from(body["data"]), position))
        except NO_BODY:
            found.append(Finding("event", name, "body", "is not what this program writes"))
        else:
            found += told
        return found + self.values.close()

    def _columns(self, name: str, row: Any, chain: Chained, prev: bytes, body: dict[str, Any]) -> list[Finding]:
        """What the columns repeat of the body, and whether it follows the one before."""
        at, day = raw_value(row[2], self.at, self.dialect), row[3]
        if day is not None:
            day = raw_value(day, self.day, self.dialect)
        held = (row[0], chain[1], chain[2], row[1], row[4], row[5], row[7], day, at, row[6])
        told = (
            body["chain"], body["owner"], body["part"], body["seq"], body["kind"], body["category"], body["person"],
            body["day"], body["at"], body["actor"]["id"],
        )  # fmt: skip
        found = []
        if body["prev"] != prev.hex():
            found.append(Finding("event", name, "hash", "does not follow the entry before it"))
        if held != told:
            columns = (
                "chain_id", "owner_id", "part", "seq", "kind", "category", "person_id", "day", "at", "actor_id",
            )  # fmt: skip
            for column, value, said in zip(columns, held, told, strict=True):
                if value != said:
                    found.append(Finding("event", name, column, "is not what the body says"))
        return found

    def _data(self, name: str, row: Any, body: dict[str, Any]) -> list[Finding]:
        fields = personal_fields(body["kind"])
        if fields is None:
            return [Finding("event", name, "kind", "is unknown to this program")]
        found: list[Finding] = []
        for field in fields:
            key = body["data"].get(field)
            if key:
                self.values.use(key, (EVENT_TABLE, name, field, 0, row[0], row[1]), found)
        return found

    def _row(self, chain_id: Any, seq: Any, written: Any, shape: int) -> list[Finding]:
        """One row's difference: its new personal values are there, and it goes to the fold with them."""
        op, table, pk, cells = written
        is_update = {"insert": False, "update": True, "delete": False}[op]
        version = int(cells["version"][1] if is_update else cells["version"])
        found: list[Finding] = []
        texts: dict[str, Any] | None = None
        for column, cell in cells.items():
            after = cell[1] if is_update else cell
            if after is None or op == "delete":
                continue
            kind = kind_of(table, column)
            if kind == "personal":
                texts = texts or {}
                texts[column] = self.values.use(after, (table, pk, column, version, chain_id, seq), found)
            elif not kind and (text := self.values.pass_by(after)) is not None:
                texts = texts or {}
                texts[column] = text
        self.differences.add(table, pk, version * 2 + (op == "delete"), op, cells, shape, texts)
        return found


@lru_cache(4096)
def kind_of(table: str, column: str) -> str:
    """plain, personal, secret or ignored; empty for what this program no longer has."""
    try:
        return history_kind(table, column)
    except KeyError:
        return ""


@lru_cache(4096)
def personal_fields(kind: str) -> tuple[str, ...] | None:
    """The personal fields of an event of this kind; None for a kind that this program does not know."""
    event = EVENT_KINDS.get(kind)
    return None if event is None else tuple(name for name, is_personal in payload_fields(event) if is_personal)
