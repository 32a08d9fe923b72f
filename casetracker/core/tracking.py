"""Takes the difference of every tracked row as it is flushed, and refuses every other way of writing it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import Delete, Engine, Insert, TextClause, TextualSelect, Update, event, select
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.base import NO_VALUE
from sqlalchemy.sql import ClauseElement

from casetracker.core.db import Base, JsonText, Tracked, canonical_json
from casetracker.core.errors import HistoryFault
from casetracker.core.ids import SYSTEM_OWNER, SYSTEM_PART

ABSENT = object()
"""Stands for the missing side of a difference: nothing before an insert, nothing after a delete."""
MAX_WHOLE = 2**53 - 1


@dataclass
class Diff:
    """One row's change: `op` is insert/update/delete; `cells` maps column to (before, after) canonical values."""

    op: str
    table: str
    pk: str
    owner: str
    part: str
    cells: dict[str, tuple[Any, Any]]


@dataclass
class Frame:
    """One running command: the differences since its last event, and how many events it recorded."""

    name: str
    diffs: list[Diff] = field(default_factory=list)
    events: int = 0


_flushing: ContextVar[bool] = ContextVar("flushing", default=False)
_walls_down: ContextVar[bool] = ContextVar("walls_down", default=False)


@contextmanager
def walls_down() -> Iterator[None]:
    """For migrations alone: structure may change outside a command."""
    token = _walls_down.set(True)
    try:
        yield
    finally:
        _walls_down.reset(token)


def canon(value: Any, *, json_text: bool = False) -> Any:
    """The value as it stands in an event's body: None, bool, whole number or text."""
    if value is None or isinstance(value, bool):
        return value
    if json_text:
        return canonical_json(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_WHOLE:
            raise HistoryFault(f"a whole number beyond 2^53 cannot be recorded: {value}")
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise HistoryFault("a naive moment cannot be recorded")
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise HistoryFault(f"cannot record a value of type {type(value).__name__}")


def tracked_mappers() -> list[Mapper[Any]]:
    """Every mapper whose rows stand in the history, by table name."""
    found = [m for m in Base.registry.mappers if issubclass(m.class_, Tracked)]
    return sorted(found, key=lambda m: str(m.local_table.name))  # type: ignore[attr-defined]  # FromClause has a name here


def tracked_tables() -> set[str]:
    """The names of the tables whose rows stand in the history."""
    return {m.local_table.name for m in tracked_mappers()}  # type: ignore[attr-defined]  # FromClause has a name here


@cache
def recorded_columns(mapper: Mapper[Any]) -> tuple[tuple[str, Any], ...]:
    """(attribute key, column) of every column that is not declared ignored."""
    pairs = [(p.key, p.columns[0]) for p in mapper.column_attrs]
    return tuple((key, column) for key, column in pairs if column.info.get("history") != "ignored")


def pk_text(values: Iterable[Any]) -> str:
    """A row's primary key as one text, parts joined by a bar."""
    return "|".join(str(canon(v)) for v in values)


def owner_of(cls: type[Tracked], values: dict[str, Any]) -> tuple[str, str]:
    """(owner id, compartment) of the chain a row with these column values stands in."""
    owner = values.get(cls.__owner__) if cls.__owner__ else None
    if not owner:
        return SYSTEM_OWNER, SYSTEM_PART
    part = cls.__part__
    if part.startswith("."):
        part = str(canon(values[part[1:]]))
    return str(owner), part


class Capture:
    """Mapper events that hand every written row to the running command (see `commands.current_frame`)."""

    def __init__(self, add: Any) -> None:
        self.add = add
        self.before: dict[int, dict[str, Any]] = {}

    def listen(self) -> None:
        """Attach to every tracked mapper; called once, when all models are known."""
        for mapper in tracked_mappers():
            for prop in mapper.column_attrs:
                getattr(mapper.class_, prop.key).impl.active_history = True
            event.listen(mapper, "before_insert", self.refuse_expressions, raw=True)
            event.listen(mapper, "before_update", self.refuse_expressions, raw=True)
            event.listen(mapper, "before_update", self.snapshot, raw=True)
            event.listen(mapper, "after_update", self.updated, raw=True)
            event.listen(mapper, "before_delete", self.deleted, raw=True)
            event.listen(mapper, "after_insert", self.inserted, raw=True)

    def committed(self, mapper: Mapper[Any], state: Any, connection: Any) -> dict[str, Any]:
        """What the database held before this flush, by attribute key."""
        held, old, missing = state.dict, {}, []
        for key, _column in recorded_columns(mapper):
            value = state.committed_state.get(key, held.get(key, NO_VALUE))
            if value is NO_VALUE:
                missing.append(key)
            else:
                old[key] = value
        if missing:
            columns = [mapper.get_property(k).columns[0] for k in missing]
            where = (c == v for c, v in zip(mapper.primary_key, state.identity, strict=True))
            old.update(zip(missing, connection.execute(select(*columns).where(*where)).one(), strict=True))
        return old

    def refuse_expressions(self, mapper: Mapper[Any], connection: Any, state: Any) -> None:
        """A value that the database computes would stand in no difference: nobody here knows it."""
        for key, _column in recorded_columns(mapper):
            value = state.dict.get(key)
            if isinstance(value, ClauseElement) or hasattr(value, "__clause_element__"):
                raise HistoryFault(f"{mapper.class_.__name__}.{key}: a database expression hides its value")

    def snapshot(self, mapper: Mapper[Any], connection: Any, state: Any) -> None:
        """Keep what stands before an update."""
        self.before[id(state)] = self.committed(mapper, state, connection)

    def updated(self, mapper: Mapper[Any], connection: Any, state: Any) -> None:
        """One changed row: compare every column, for version and onupdate leave no attribute history."""
        old = self.before.pop(id(state))
        new = {key: state.dict.get(key, old[key]) for key, _c in recorded_columns(mapper)}
        self.emit("update", mapper, old, new)

    def inserted(self, mapper: Mapper[Any], connection: Any, state: Any) -> None:
        """One new row."""
        self.emit("insert", mapper, None, {key: state.dict.get(key) for key, _c in recorded_columns(mapper)})

    def deleted(self, mapper: Mapper[Any], connection: Any, state: Any) -> None:
        """One row that goes."""
        self.emit("delete", mapper, self.committed(mapper, state, connection), None)

    def emit(self, op: str, mapper: Mapper[Any], old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        """Build the difference in canonical values and hand it on."""
        cells: dict[str, tuple[Any, Any]] = {}
        named: dict[str, Any] = {}
        for key, column in recorded_columns(mapper):
            sides = []
            for side in (old, new):
                value = ABSENT if side is None else side[key]
                is_json = isinstance(column.type, JsonText)
                sides.append(ABSENT if value is ABSENT else canon(value, json_text=is_json))
            named[column.name] = sides[0] if new is None else sides[1]
            if op != "update" or sides[0] != sides[1]:
                cells[column.name] = (sides[0], sides[1])
        if not cells:
            return
        owner, part = owner_of(mapper.class_, named)
        pk = pk_text(named[c.name] for c in mapper.primary_key)
        self.add(Diff(op, str(mapper.local_table.name), pk, owner, part, cells))  # type: ignore[attr-defined]  # as above


def merge(diffs: list[Diff]) -> list[Diff]:
    """One difference per row, however many flushes it took; a row inserted and deleted again leaves nothing."""
    rows: dict[tuple[str, str], Diff] = {}
    for diff in diffs:
        key = (diff.table, diff.pk)
        first = rows.get(key)
        if first is None:
            rows[key] = Diff(diff.op, diff.table, diff.pk, diff.owner, diff.part, dict(diff.cells))
            continue
        if first.op == "insert" and diff.op == "delete":
            del rows[key]
            continue
        for column, (before, after) in diff.cells.items():
            started = first.cells[column][0] if column in first.cells else before
            first.cells[column] = (started, after)
        first.op = "insert" if first.op == "insert" else diff.op
        first.owner, first.part = diff.owner, diff.part
        if first.op == "update":
            first.cells = {c: v for c, v in first.cells.items() if v[0] != v[1]}
    return list(rows.values())


_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
_WRITE = re.compile(
    r"(?:^|;)\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|COPY|DO|CALL|PREPARE|EXECUTE)\b"
    r"|(?:^|;)\s*(?:WITH|EXPLAIN)\b.*?\b(?:INSERT|UPDATE|DELETE|MERGE)\b",
    re.I | re.S,
)


def writes(statement: str) -> bool:
    """Whether a textual statement writes rows (comments, several statements and expressions seen through).

    >>> writes("/* tidy */ DELETE FROM note"), writes("SELECT 1; UPDATE note SET text = ''"), writes("SELECT 1")
    (True, True, False)
    """
    return _WRITE.search(_COMMENT.sub(" ", statement)) is not None


def build_walls(engine: Engine) -> None:
    """Refuse writes to tracked tables that no mapper event would see: bulk, Core, textual, in a CTE."""
    names = tracked_tables()

    @event.listens_for(engine, "before_execute")
    def _statement(conn: Any, clause: Any, multi: Any, params: Any, options: Any) -> None:
        if isinstance(clause, Insert | Update | Delete) and not _flushing.get() and not _walls_down.get():
            name = getattr(clause.table, "name", "")
            if name in names:
                raise HistoryFault(f"{name} is written by flush alone, so that its history sees it")

    @event.listens_for(engine, "before_cursor_execute")
    def _cursor(conn: Any, cursor: Any, statement: str, params: Any, context: Any, many: bool) -> None:
        if _walls_down.get():
            return
        compiled = getattr(context, "compiled", None)
        if compiled is None or isinstance(compiled.statement, TextClause | TextualSelect):
            if writes(statement):
                raise HistoryFault("a textual write would pass by the history")
        elif any(getattr(cte.element, "is_dml", False) for cte in (getattr(compiled, "ctes", None) or ())):
            raise HistoryFault("a write inside a common table expression would pass by the history")


def mark_flushes(session_class: Any) -> None:
    """Know when a flush runs: only then may tracked tables be written."""

    @event.listens_for(session_class, "before_flush")
    def _before(session: Session, context: Any, instances: Any) -> None:
        _flushing.set(True)

    @event.listens_for(session_class, "after_flush")
    def _after(session: Session, context: Any) -> None:
        _flushing.set(False)

    @event.listens_for(session_class, "after_soft_rollback")
    def _rolled(session: Session, previous: Any) -> None:
        _flushing.set(False)
