"""Fills a database by commands until every tracked table has a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Enum, LargeBinary, Table, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapper

from casetracker import demo
from casetracker.core import ids
from casetracker.core.actor import operator
from casetracker.core.commands import add, command
from casetracker.core.db import Base, JsonText, UTCDateTime, db
from casetracker.core.tracking import canon, owner_of, tracked_mappers
from casetracker.dossiers.events import PointRaised
from casetracker.dossiers.models import Dossier
from casetracker.events.recording import record
from tests.factories.accounts import PASSWORD, quick_hashing

FITTING: dict[str, dict[str, Any]] = {
    "clock_extension": {"until": date(2030, 1, 1)},
    "complaint": {"answered_on": None, "answer": None},
    "inventory_check": {"written_off": 0},
    "pending_change": {"state": "waiting"},
    "retroactive_request": {"state": "waiting", "dossier_id": None},
    "reversal": {"state": "requested"},
}
"""What a row needs for its table's checks, where a value of the right kind is not enough."""
TWICE = {"benefit_figure"}
"""Tables of which another names two rows at once."""


@dataclass(frozen=True)
class Populated:
    """Ids of the demonstration's case and of one of its persons."""

    dossier_id: str
    reference: str
    person_id: str


def populate() -> Populated:
    """The demonstration's family, and one row in each tracked table that its story leaves empty."""
    with quick_hashing():
        demo.build(PASSWORD, only_family=True)
    dossier = db.session.scalars(select(Dossier)).one()
    dossier_id, reference = dossier.id, dossier.reference
    for table in Base.metadata.sorted_tables:
        for mapper in tracked_mappers():
            if mapper.local_table is table and not db.session.scalar(select(func.count()).select_from(table)):
                for _number in range(2 if table.name in TWICE else 1):
                    fill_somehow(mapper, dossier_id)
    person = Base.metadata.tables["person"]
    person_id = db.session.scalars(select(person.c.id).order_by(person.c.id)).first()
    return Populated(dossier_id, reference, str(person_id))


def fill_somehow(mapper: Mapper[Any], dossier_id: str) -> None:
    """One row, with the first words of its enumerations, or the second... that the table's checks take."""
    for number in range(9):
        try:
            fill(mapper, dossier_id, number)
            return
        except IntegrityError as error:
            refused = error
    raise refused


@command
def fill(mapper: Mapper[Any], dossier_id: str, number: int) -> None:
    """One row of whatever its columns take, with an event in the chain that it belongs to."""
    table: Any = mapper.local_table
    fitting = FITTING.get(table.name, {})
    values = {c.name: _value(table, c, dossier_id, number) for c in table.columns if c.name != "version"}
    row = mapper.class_(**(values | fitting))
    held = {c.name: canon(getattr(row, c.name)) for c in table.columns if c.name.endswith(("id", "part"))}
    owner, part = owner_of(mapper.class_, held)
    add(row)
    record(PointRaised(owner_id=owner, part=part, point_id=row.id), actor=operator("tests"))


def _value(table: Table, column: Any, dossier_id: str, number: int) -> Any:
    if column.name == "dossier_id":
        return dossier_id
    if column.nullable:
        return None
    for key in column.foreign_keys:
        rows = db.session.scalars(select(key.column).order_by(key.column)).all()
        # Two keys to one table mean two people or two offices.
        twins = [c.name for c in table.columns if {k.column for k in c.foreign_keys} & {key.column}]
        return rows[twins.index(column.name) % len(rows)]
    return _plain(column, number)


def _plain(column: Any, number: int) -> Any:
    kind = column.type
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, BigInteger):
        return 1
    if isinstance(kind, Date):
        return date(2026, 1, 1)
    if isinstance(kind, UTCDateTime):
        return datetime(2026, 1, 1, tzinfo=UTC)
    if isinstance(kind, Enum):
        return kind.enums[number % len(kind.enums)]
    if isinstance(kind, JsonText):
        return {}
    if isinstance(kind, LargeBinary):
        return b"x"
    return {"part": "shared", "id": ids.new_id()}.get(column.name, f"some {column.name}")
