"""Reading the record: entries newest first, each with what, who, when, and the rows before and after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select, tuple_

from casetracker.core.canonical_text import DataNames
from casetracker.core.db import canonical_json, db
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.recording import history_kind
from casetracker.events.schema import name_now
from casetracker.events.states import EVENT_KINDS, Category, Part, payload_fields

PAGE_SIZE = 25
_ORDER = (EventRow.at, EventRow.chain_id, EventRow.seq)
_SILENT = {"id", "version", "dossier_id", "owner_id", "office_id", "part"}


@dataclass(frozen=True)
class Change:
    """One cell of one row, before and after, as a person reads it.

    `row` is the row's key; `cells` holds what the entry says of the whole row now, keys of others included.
    """

    table: str
    column: str
    before: Any
    after: Any
    row: str = ""
    cells: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Entry:
    """One entry of a timeline. `data` holds the event's own fields, personal ones with their value."""

    chain_id: str
    seq: int
    at: datetime
    day: date | None
    kind: str
    category: Category
    icon: str
    actor_id: str
    actor_role: str
    person_id: str | None
    data: dict[str, Any]
    changes: tuple[Change, ...]

    @property
    def key(self) -> str:
        """The entry's stable address within its dossier."""
        return f"{self.chain_id}-{self.seq}"


@dataclass(frozen=True, kw_only=True)
class TimelineFilter:
    """What the reader asked for; empty values ask for everything. Days are in the reader's zone.

    `without_access` leaves out who read, asked and exported: what happened to the family then stands together.
    `naming` asks for the entries one of whose own fields is one of these identifiers; of none there are none.
    """

    person_id: str | None = None
    category: Category | None = None
    first_day: date | None = None
    last_day: date | None = None
    without_access: bool = False
    naming: frozenset[str] | None = None
    zone: str = "UTC"


@dataclass(frozen=True)
class TimelinePage:
    """Entries newest first, and whether there are older ones."""

    entries: list[Entry] = field(default_factory=list)
    number: int = 1
    has_older: bool = False


def load_page(
    owner_id: str, parts: Iterable[str], wanted: TimelineFilter, number: int = 1, size: int = PAGE_SIZE
) -> TimelinePage:
    """One page of the entries of these compartments of an owner; two queries, whatever the number of events."""
    query = _events(owner_id, parts)
    if wanted.person_id:
        query = query.where(EventRow.person_id == wanted.person_id)
    if wanted.category:
        query = query.where(EventRow.category == str(wanted.category))
    if wanted.without_access:
        query = query.where(EventRow.category != str(Category.ACCESS))
    if wanted.first_day:
        query = query.where(EventRow.at >= _midnight(wanted.first_day, wanted.zone))
    if wanted.last_day:
        query = query.where(EventRow.at < _midnight(wanted.last_day + timedelta(days=1), wanted.zone))
    if wanted.naming is not None:
        query = query.where(DataNames(EventRow.body, canonical_json(sorted(wanted.naming))))
    query = query.order_by(*(column.desc() for column in _ORDER))
    rows = db.session.scalars(query.offset((number - 1) * size).limit(size + 1)).all()
    return TimelinePage(read_entries(rows[:size]), number, len(rows) > size)


def find_page(owner_id: str, parts: Iterable[str], key: str, size: int = PAGE_SIZE) -> int | None:
    """The number of the page, of all entries of these compartments, on which the entry of this key stands now; None
    where there is no such entry for this reader. Two queries."""
    chain_id, _dash, number = key.partition("-")
    if not (chain_id.isalnum() and number.isascii() and number.isdecimal() and len(number) <= 15):
        return None
    query = _events(owner_id, parts)
    here = query.with_only_columns(*_ORDER).where(EventRow.chain_id == chain_id, EventRow.seq == int(number))
    place = db.session.execute(here).one_or_none()
    if place is None:
        return None
    newer = query.with_only_columns(func.count()).where(
        tuple_(*_ORDER) > tuple_(*place, types=[c.type for c in _ORDER])
    )
    return int(db.session.execute(newer).scalar_one()) // size + 1


SEALED_WITHIN = timedelta(minutes=1)
"""An entry is sealed at the end of the act that writes its rows; so long after a row's moment it is looked for."""


def find_keys(rows: Iterable[tuple[str, str, datetime]], part: Part = Part.SHARED) -> dict[str, str]:
    """The entries that wrote these rows of one compartment: (row key, owner, moment of writing) -> row key: entry key.

    Rows whose entry is not found are left out. Two queries.
    """
    wanted = list(rows)
    owners = {owner for _row, owner, _at in wanted}
    query = select(Chain.owner_id, Chain.id).where(Chain.owner_id.in_(owners), Chain.part == str(part))
    chains = dict(db.session.execute(query).all())
    places = {(chains[owner], at) for _row, owner, at in wanted if owner in chains}
    if not places:
        return {}
    near = (and_(EventRow.chain_id == id, EventRow.at.between(at, at + SEALED_WITHIN)) for id, at in sorted(places))
    entries = select(EventRow.chain_id, EventRow.seq, EventRow.body).where(or_(*near)).order_by(*_ORDER)
    found: dict[str, str] = {}
    for chain_id, seq, body in db.session.execute(entries):
        text = bytes(body)
        for row, owner, _at in wanted:
            if row not in found and chains.get(owner) == chain_id and f'"{row}"'.encode() in text:
                found[row] = f"{chain_id}-{seq}"
    return found


def _events(owner_id: str, parts: Iterable[str]) -> Select[EventRow]:
    chains = select(Chain.id).where(Chain.owner_id == owner_id, Chain.part.in_(sorted(str(p) for p in parts)))
    return select(EventRow).where(EventRow.chain_id.in_(chains))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def read_entries(rows: Sequence[EventRow]) -> list[Entry]:
    """Entries of event rows in the order given, personal values filled in with one query."""
    bodies = [json.loads(bytes(row.body)) for row in rows]
    values = _personal_values(bodies)
    return [_entry(row, body, values) for row, body in zip(rows, bodies, strict=True)]


def _personal_values(bodies: list[dict[str, Any]]) -> dict[str, Any]:
    hashes: set[str] = set()
    for body in bodies:
        kind = EVENT_KINDS.get(body["kind"])
        if kind is not None:
            hashes.update(body["data"][name] for name, is_personal in payload_fields(kind)
                          if is_personal and body["data"].get(name))  # fmt: skip
        for op, table, _pk, cells in body["rows"]:
            for column, cell in cells.items():
                if _kind(table, column) == "personal":
                    hashes.update(v for v in (cell if op == "update" else [cell]) if v)
    if not hashes:
        return {}
    query = select(PersonalValue.hash, PersonalValue.value).where(PersonalValue.hash.in_(hashes))
    return {row.hash: None if row.value is None else json.loads(row.value) for row in db.session.execute(query)}


def _kind(table: str, column: str) -> str:
    try:
        return history_kind(table, name_now(table, column))
    except KeyError:
        return "plain"


def _entry(row: EventRow, body: dict[str, Any], values: dict[str, Any]) -> Entry:
    kind = EVENT_KINDS.get(row.kind)
    data = dict(body["data"])
    for name, is_personal in payload_fields(kind) if kind else []:
        if is_personal and data.get(name) is not None:
            data[name] = values.get(data[name])
    return Entry(
        chain_id=row.chain_id, seq=row.seq, at=row.at, day=row.day, kind=row.kind, category=Category(row.category),
        icon=kind.icon if kind else "circle", actor_id=row.actor_id, actor_role=body["actor"]["role"],
        person_id=row.person_id, data=data, changes=tuple(_changes(body, values)),
    )  # fmt: skip


def _changes(body: dict[str, Any], values: dict[str, Any]) -> Iterable[Change]:
    for op, table, key, cells in body["rows"]:
        both = {column: _before_after(op, table, column, cells[column], values) for column in sorted(cells)}
        row = {column: before if op == "delete" else after for column, (before, after) in both.items()}
        for column, (before, after) in both.items():
            if column in _SILENT or (column.endswith("_id") and op != "update"):
                continue
            if before != after:
                yield Change(table, column, before, after, key, row)


def _before_after(op: str, table: str, column: str, cell: Any, values: dict[str, Any]) -> tuple[Any, Any]:
    """A cell's two values as a person reads them; of what is secret nothing is told."""
    kind = _kind(table, column)
    if kind == "secret":
        return None, None
    before, after = cell if op == "update" else ((None, cell) if op == "insert" else (cell, None))
    if kind == "personal":
        return (values.get(before) if before else None), (values.get(after) if after else None)
    return before, after
