"""A case as it stood at a past moment: its record folded up to there, row by row, into a database in memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Enum, select

from casetracker.audit import as_it_was_queries as queries
from casetracker.audit.as_it_was_queries import Recorded
from casetracker.audit.balances import sums_of_entries
from casetracker.audit.chains import kind_of
from casetracker.audit.differences import TABLE, Differences, fold
from casetracker.core.db import ERASED, Base, JsonText, UTCDateTime
from casetracker.core.past import Past
from casetracker.core.tracking import tracked_mappers
from casetracker.dossiers.states import Sight
from casetracker.ledger.models import LedgerAccount

OUTSIDE = (
    "office", "user_account", "programme", "package", "entitlement_rule", "exchange_rate", "provider",
    "provider_account",
)  # fmt: skip
"""Tables of offices and of the system that the pages of a case speak of."""
UNASKED = ("factor.", "mandate.", "backup.", "signing_key.")
"""Kinds of entries of offices and of the system that touch none of them."""


@dataclass(frozen=True)
class Standing:
    """One row as the record has it: canonical values by column; `erased` names those whose value is gone for good."""

    table: str
    pk: str
    cells: Mapping[str, Any]
    erased: frozenset[str] = frozenset()


def rows_at(entries: Iterable[Recorded], values: Mapping[str, str | None], moment: datetime) -> Iterator[Standing]:
    """Every row that stood at the moment, by table and key. `values`: the personal values that the entries brought, by
    hash.

    Of each row counts what was recorded up to the moment, and what came before that in the row's own order: where a
    clock had been put back the row still has no gap.
    """
    found = [(entry, *_difference(written)) for entry in entries for written in entry.body["rows"]]
    newest: dict[tuple[str, str], int] = {}
    for entry, (_op, table, pk, _cells), order in found:
        if entry.at <= moment:
            newest[table, pk] = max(order, newest.get((table, pk), order))
    with closing(sqlite3.connect(":memory:")) as spill:
        spill.execute(TABLE)
        differences = Differences(spill)
        for entry, (op, table, pk, cells), order in found:
            if order <= newest.get((table, pk), -1):
                texts = _texts(op, cells, values)
                differences.add(table, pk, order, op, cells, int(entry.body["schema"]), texts)
        differences.flush()
        for row in fold(spill):
            if row.cells is not None and row.table in Base.metadata.tables:
                yield _standing(row.table, row.pk, row.cells, row.texts)


def _difference(written: Any) -> tuple[Any, int]:
    """A row's difference as the body has it, and its place among the differences of the row."""
    op, _table, _pk, cells = written
    version = cells["version"][1] if op == "update" else cells["version"]
    return written, int(version) * 2 + (op == "delete")


def _texts(op: str, cells: Mapping[str, Any], values: Mapping[str, str | None]) -> dict[str, Any] | None:
    """The personal values that a difference brought, by column."""
    if op == "delete":
        return None
    after = ((column, cell[1] if op == "update" else cell) for column, cell in cells.items())
    return {column: values[key] for column, key in after if isinstance(key, str) and key in values} or None


def _standing(table: str, pk: str, cells: Mapping[str, Any], texts: Mapping[str, str | None]) -> Standing:
    found: dict[str, Any] = {}
    erased = set()
    for column, cell in cells.items():
        kind = kind_of(table, column)
        if kind != "personal" or cell is None:
            found[column] = cell if kind in ("plain", "personal") else None
        elif (text := texts.get(column)) is not None:
            found[column] = json.loads(text)
        else:
            erased.add(column)
            found[column] = _neutral(Base.metadata.tables[table].columns[column], pk)
    return Standing(table, pk, found, frozenset(erased))


def _neutral(column: Column[Any], pk: str) -> Any:
    """What stands where a value was erased: what erasing itself leaves in the tables of today."""
    kind = column.type
    if isinstance(kind, Boolean | Date | BigInteger | UTCDateTime):
        return None
    if isinstance(kind, JsonText):
        return "[]" if (column.table.name, column.name) in _lists() else "{}"
    return "not_known" if isinstance(kind, Enum) else ERASED


@cache
def _lists() -> frozenset[tuple[str, str]]:
    """(table, column) of what is stored as JSON and is a list."""
    return frozenset(
        (str(mapper.local_table.name), name)  # type: ignore[attr-defined]  # FromClause has a name here
        for mapper in tracked_mappers()
        for name, note in mapper.class_.__annotations__.items()
        if str(note).startswith("Mapped[list")
    )


@dataclass(frozen=True)
class AsItWas:
    """The case at a moment: its rows, and the database in memory that holds them with what they refer to."""

    moment: datetime
    rows: list[Standing]
    past: Past

    def one(self, table: str, pk: str) -> Mapping[str, Any] | None:
        """A row's cells, or None."""
        return next((row.cells for row in self.rows if row.table == table and row.pk == pk), None)


@contextmanager
def as_it_was(sight: Sight, moment: datetime, *, newest: int) -> Iterator[AsItWas]:
    """The case folded up to the moment, with the `newest` entries of its timeline; the number of queries does not
    depend on how long the record is."""
    cut, around = queries.cut_at(sight, moment), queries.cut_of_others(sight, moment)
    entries = queries.load_entries(cut)
    rows = list(rows_at(entries, queries.load_values(cut), moment))
    others = rows_at(queries.load_entries(around, without=UNASKED), queries.load_values(around), moment)
    outside = [row for row in others if row.table in OUTSIDE and "id" in row.cells]
    past = Past()
    try:
        _put(past, [*rows, *outside])
        _put_missing(past, rows, outside, {str(entry.body["actor"]["id"]) for entry in entries})
        _put_balances(past)
        for table, cells in queries.load_newest(sight, moment, newest + 1):
            past.put(table, cells)
        yield AsItWas(moment, rows, past)
    finally:
        past.close()


def _put(past: Past, rows: Iterable[Standing]) -> None:
    tables: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        tables.setdefault(row.table, []).append(row.cells)
    for table, cells in tables.items():
        past.put(table, cells)


def _put_missing(past: Past, rows: list[Standing], outside: list[Standing], actors: set[str]) -> None:
    """What the case refers to and the record of its offices does not hold stands as it is today: people above all who
    belong to another office."""
    there = {(row.table, row.pk) for row in outside}
    wanted: dict[str, set[str]] = {table: set() for table in OUTSIDE}
    wanted["user_account"] |= actors
    for row in rows:
        for name, table in _references(row.table):
            if isinstance(value := row.cells.get(name), str):
                wanted[table].add(value)
    for table, ids in wanted.items():
        past.put(table, queries.load_today(table, {each for each in ids if (table, each) not in there}))


@cache
def _references(table: str) -> tuple[tuple[str, str], ...]:
    """(column, table outside the case) of what a row names; columns `..._by` name people."""
    found = []
    for column in Base.metadata.tables[table].columns:
        targets = {key.column.table.name for key in column.foreign_keys} & set(OUTSIDE)
        if column.name.endswith("_by"):
            targets.add("user_account")
        found += [(column.name, target) for target in sorted(targets)]
    return tuple(found)


def _put_balances(past: Past) -> None:
    """The sums that the ledger keeps for speed, out of the entries of then."""
    sums, account = sums_of_entries(), LedgerAccount.__table__
    phases = [c.name for c in sums.c if c.name != "account_id"]
    query = select(account.c.id, account.c.ceiling, *(sums.c[name] for name in phases))
    query = query.outerjoin(sums, sums.c.account_id == account.c.id).where(account.c.owner_id.is_not(None))
    found = [
        {"account_id": row[0], "ceiling": row[1], **{name: row[n + 2] or 0 for n, name in enumerate(phases)}}
        for row in past.ask(query)
    ]
    past.put("ledger_balance", found)
