"""`record` says what happened; `seal` writes the events of a transaction into their chains just before it commits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from casetracker.core import clock, ids, row_security, tracking
from casetracker.core.actor import Actor
from casetracker.core.commands import Unit, current_unit
from casetracker.core.db import Base, canonical_json, db, insert_or_leave
from casetracker.core.errors import HistoryFault
from casetracker.core.tracking import ABSENT, Diff, canon
from casetracker.events import schema
from casetracker.events.models import Chain, EventRow, PersonalValue, UnsealedEvent
from casetracker.events.states import Event, Part, payload_fields

EVENT_TABLE = "event"
"""Stands as the table's name for personal values that belong to an event's own fields."""
_CHAIN = cast(Table, Chain.__table__)
_MOVE_HEAD = update(_CHAIN).where(_CHAIN.c.id == bindparam("chain")).values(seq=bindparam("to"), hash=bindparam("head"))
_WRITE_EVENT, _KEEP_VALUES = insert(cast(Table, EventRow.__table__)), insert(cast(Table, PersonalValue.__table__))


def record(event: Event, *, actor: Actor) -> None:
    """Say what happened; the event owns every row written since the command's previous event.

    Raises HistoryFault if one of those rows belongs to another chain than the event's.
    """
    session = db.session()
    session.flush()
    frame = current_unit().frames[-1]
    diffs, frame.diffs = tracking.merge(frame.diffs), []
    frame.events += 1
    for diff in diffs:
        if (diff.owner, diff.part) != (event.owner_id, str(event.part)):
            raise HistoryFault(
                f"{event.kind} in {event.part} of {event.owner_id} cannot own"
                f" {diff.table} in {diff.part} of {diff.owner}"
            )
    current_unit().events.append((event, actor, diffs))


def genesis(owner_id: str, part: str) -> bytes:
    """What the first event of a chain has as its predecessor."""
    return hashlib.sha256(f"{owner_id}/{part}".encode()).digest()


def seal(session: Session, unit: Unit) -> None:
    """Write the unit's events into their chains; heads are locked last, in one order."""
    wanted = sorted({(e.owner_id, str(e.part)) for e, _actor, _diffs in unit.events})
    heads = {key: _lock_head(session, *key) for key in wanted}
    moment = clock.now()
    waiting = Waiting()
    for event, actor, diffs in unit.events:
        head = heads[(event.owner_id, str(event.part))]
        head["seq"] += 1
        _append(session, head, event, actor, diffs, moment)
        waiting = _queue(session, head, event, moment, waiting)
    for head in heads.values():
        session.execute(_MOVE_HEAD, {"chain": head["id"], "to": head["seq"], "head": head["hash"]})
    if _witness is not None:
        unit.after_commit.append(partial(_witness, waiting))


@dataclass(frozen=True)
class Waiting:
    """What no signed head covers yet: how many events (counted to QUEUE_COUNTED), since when, one that may not wait."""

    events: int = 0
    since: datetime | None = None
    at_once: bool = False


QUEUE_COUNTED = 100
_witness: Callable[[Waiting], None] | None = None


def use_witness(witness: Callable[[Waiting], None]) -> None:
    """Hand in what is told after each commit how much waits for a signed head (who signs lies higher)."""
    global _witness
    _witness = witness


def ask_for_head() -> None:
    """Have a signed head cover what is committed, as after an event that must not wait; outside a command."""
    if _witness is not None:
        _witness(Waiting(at_once=True))


_others = aliased(UnsealedEvent)
_counted = select(_others.seq).limit(QUEUE_COUNTED).subquery()
_QUEUE = insert(cast(Table, UnsealedEvent.__table__)).returning(
    select(func.count()).select_from(_counted).scalar_subquery(),
    select(func.min(_others.at)).scalar_subquery(),
)


def _queue(session: Session, head: dict[str, Any], event: Event, at: datetime, before: Waiting) -> Waiting:
    """Put the event among those that wait, and count them in the same statement (it may or may not count itself)."""
    values = {"chain_id": head["id"], "seq": head["seq"], "at": at, "at_once": event.is_sealed_at_once}
    events, since = session.execute(_QUEUE, values).one()
    return Waiting(events, since or at, before.at_once or event.is_sealed_at_once)


_HEAD = (
    select(Chain.id, Chain.seq, Chain.hash)
    .where(Chain.owner_id == bindparam("owner"), Chain.part == bindparam("part"))
    .with_for_update()
)


def _lock_head(session: Session, owner_id: str, part: str) -> dict[str, Any]:
    row = session.execute(_HEAD, {"owner": owner_id, "part": part}).one_or_none()
    if row is None:
        _insert_chain(session, owner_id, part)
        row = session.execute(_HEAD, {"owner": owner_id, "part": part}).one()
    return {"id": row.id, "owner": owner_id, "part": part, "seq": row.seq, "hash": row.hash}


def _insert_chain(session: Session, owner_id: str, part: str) -> None:
    values = {"id": ids.new_id(), "owner_id": owner_id, "part": part, "seq": 0, "hash": genesis(owner_id, part)}
    session.execute(insert_or_leave(session, Chain, values))


def _append(
    session: Session, head: dict[str, Any], event: Event, actor: Actor, diffs: list[Diff], at: datetime
) -> None:
    values: list[dict[str, Any]] = []
    body = {
        "chain": head["id"],
        "owner": head["owner"],
        "part": head["part"],
        "seq": head["seq"],
        "prev": head["hash"].hex(),
        "at": canon(at),
        "day": canon(event.day),
        "kind": event.kind,
        "category": str(event.category),
        "actor": {"id": actor.id, "role": str(actor.role), "office": actor.office_id},
        "person": event.person_id,
        "data": _data(event, head, values),
        "schema": schema.ordinal(),
        "rows": [_row(session, diff, head, values) for diff in diffs],
    }
    text = canonical_json(body).encode("utf-8")
    head["hash"] = hashlib.sha256(text).digest()
    row = {
        "chain_id": head["id"], "seq": head["seq"], "at": at, "day": event.day, "kind": event.kind,
        "category": str(event.category), "actor_id": actor.id, "person_id": event.person_id, "body": text,
        "hash": head["hash"],
    }  # fmt: skip
    session.execute(_WRITE_EVENT, row)
    if values:
        session.execute(_KEEP_VALUES, values)


def salted_hash(salt: bytes, value: Any) -> str:
    """What stands in a body for a personal value: SHA-256(salt ‖ canonical JSON of the value), hexadecimal."""
    return hashlib.sha256(salt + canonical_json(value).encode("utf-8")).hexdigest()


def _keep(head: dict[str, Any], tbl: str, pk: str, col: str, version: int, value: Any, values: list[Any]) -> str | None:
    """Put a personal value beside the body and give back its hash; None stays None."""
    if value is None:
        return None
    salt = ids.random_bytes(16)
    digest = salted_hash(salt, value)
    values.append({
        "hash": digest, "tbl": tbl, "pk": pk, "col": col, "row_version": version, "chain_id": head["id"],
        "seq": head["seq"], "salt": salt, "value": canonical_json(value),
    })  # fmt: skip
    return digest


def _data(event: Event, head: dict[str, Any], values: list[Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, is_personal in payload_fields(type(event)):
        value = getattr(event, name)
        value = [canon(v) for v in value] if isinstance(value, tuple | list) else canon(value)
        if is_personal:
            value = _keep(head, EVENT_TABLE, f"{head['id']}|{head['seq']}", name, 0, value, values)
        data[name] = value
    return data


def history_kind(table: str, column: str) -> str:
    """plain, personal, secret or ignored, as the column is declared."""
    return str(Base.metadata.tables[table].columns[column].info.get("history", "plain"))


def _secret(value: Any) -> str | None:
    return None if value is None else hashlib.sha256(canonical_json(value).encode()).hexdigest()


def _row(session: Session, diff: Diff, head: dict[str, Any], values: list[Any]) -> list[Any]:
    before_version, after_version = diff.cells["version"]
    version = before_version if after_version is ABSENT else after_version
    kinds = {column: history_kind(diff.table, column) for column in diff.cells}
    latest = {}
    if diff.op != "insert" and "personal" in kinds.values():
        latest = _latest(session, diff.table, diff.pk)
        held = {c for c, (before, _after) in diff.cells.items() if kinds[c] == "personal" and before not in _NOTHING}
        if held - latest.keys():
            # an auditor's note stands in a record of access that is closed to its writer
            with row_security.reading(row_security.EVERYTHING):
                latest = _latest(session, diff.table, diff.pk)
    cells: dict[str, Any] = {}
    for column, (before, after) in diff.cells.items():
        if kinds[column] == "personal":
            if before is not ABSENT:
                before = _known(diff, column, before, latest)
            if after is not ABSENT:
                after = _keep(head, diff.table, diff.pk, column, version, after, values)
        elif kinds[column] == "secret":
            before = before if before is ABSENT else _secret(before)
            after = after if after is ABSENT else _secret(after)
        cells[column] = {"insert": after, "update": [before, after], "delete": before}[diff.op]
    return [diff.op, diff.table, diff.pk, cells]


_NOTHING = (None, ABSENT)
"""Before it there was no value, so none was kept."""


_VALUES = (
    select(PersonalValue.col, PersonalValue.hash, PersonalValue.value)
    .where(PersonalValue.tbl == bindparam("of_table"), PersonalValue.pk == bindparam("of_row"))
    .order_by(PersonalValue.row_version)
)


def _latest(session: Session, table: str, pk: str) -> dict[str, tuple[str, str | None]]:
    """column -> (hash, value as JSON text or None when erased) of the row's newest personal values."""
    rows = session.execute(_VALUES, {"of_table": table, "of_row": pk})
    return {schema.name_now(table, row.col): (row.hash, row.value) for row in rows}


def _known(diff: Diff, column: str, before: Any, latest: dict[str, tuple[str, str | None]]) -> str | None:
    if before is None:
        return None
    digest, value = latest.get(column, ("", None))
    if not digest or (value is not None and value != canonical_json(before)):
        raise HistoryFault(f"{diff.table}.{column} of {diff.pk} was changed behind the program's back")
    return digest


def part_of_user_chain(office_id: str | None) -> tuple[str, Part]:
    """(owner id, compartment) of the chain that people of this office stand in."""
    return (office_id, Part.OFFICE) if office_id else (ids.SYSTEM_OWNER, Part.SYSTEM)


__all__ = ["ask_for_head", "genesis", "record", "salted_hash", "seal", "use_witness"]
