"""What the record holds of a case up to a moment, in the compartments that its reader may see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from casetracker.cases import queries as cases
from casetracker.core.db import Base, JsonText, db
from casetracker.core.ids import SYSTEM_OWNER
from casetracker.core.past import Cells
from casetracker.core.tracking import canon
from casetracker.dossiers.models import Dossier, DossierAccess
from casetracker.dossiers.states import Sight
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.states import Category, Part

Shape = TypeVarTuple("Shape")
Cut = Mapping[str, int]
"""chain id -> the number of its last entry that counts."""
_IDENTIFIER = re.compile(r"[a-z2-7]{26}")


@dataclass(frozen=True)
class Recorded:
    """One entry: where it stands, when it was recorded, and its body as it was hashed."""

    chain_id: str
    seq: int
    at: datetime
    body: dict[str, Any]

    @property
    def key(self) -> str:
        """As `Entry.key`."""
        return f"{self.chain_id}-{self.seq}"


def cut_at(sight: Sight, moment: datetime) -> Cut:
    """The last entry of each of this reader's chains that was recorded up to the moment."""
    return _cut(_of_case(sight), moment)


def cut_of_others(sight: Sight, moment: datetime) -> Cut:
    """The same of what a case refers to outside itself: the system's chain and those of its offices."""
    had = select(DossierAccess.office_id).where(DossierAccess.dossier_id == sight.dossier_id)
    sends = select(Dossier.sending_office_id).where(Dossier.id == sight.dossier_id)
    of_offices = and_(Chain.part == str(Part.OFFICE), or_(Chain.owner_id.in_(had), Chain.owner_id.in_(sends)))
    of_system = and_(Chain.part == str(Part.SYSTEM), Chain.owner_id == SYSTEM_OWNER)
    return _cut(or_(of_offices, of_system), moment)


def _of_case(sight: Sight) -> ColumnElement[bool]:
    parts = sorted(str(part) for part in sight.parts - {Part.ACCESS})
    return and_(Chain.owner_id == sight.dossier_id, Chain.part.in_(parts))


def _cut(chains: ColumnElement[bool], moment: datetime) -> Cut:
    query = select(EventRow.chain_id, func.max(EventRow.seq)).join(Chain, Chain.id == EventRow.chain_id)
    query = query.where(chains, EventRow.at <= moment).group_by(EventRow.chain_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def load_entries(until: Cut, *, without: Iterable[str] = ()) -> list[Recorded]:
    """The entries of these chains up to a cut, in the order of each chain; one query.

    without: beginnings of kinds that are not wanted; who read and who signed in is never among them.
    """
    columns = (EventRow.chain_id, EventRow.seq, EventRow.at, EventRow.body)
    query = _up_to(select(*columns), until).where(EventRow.category != str(Category.ACCESS))
    for prefix in without:
        query = query.where(~EventRow.kind.startswith(prefix, autoescape=True))
    rows = db.session.execute(query.order_by(EventRow.chain_id, EventRow.seq))
    return [Recorded(chain_id, seq, at, json.loads(bytes(body))) for chain_id, seq, at, body in rows]


def load_values(until: Cut) -> dict[str, str | None]:
    """hash -> JSON text (None: erased) of the personal values of these entries; one query."""
    spans = [_span(PersonalValue, chain, seq) for chain, seq in sorted(until.items())]
    query = select(PersonalValue.hash, PersonalValue.value).where(or_(false(), *spans))
    return {row.hash: row.value for row in db.session.execute(query)}


def load_rows(sight: Sight, keys: Iterable[str]) -> list[EventRow]:
    """The entries of the case with these keys, as far as the reader may see it, oldest first; one query."""
    places = [key.rpartition("-") for key in sorted(set(keys))]
    wanted = [and_(EventRow.chain_id == chain, EventRow.seq == int(seq)) for chain, _dash, seq in places]
    query = select(EventRow).join(Chain, Chain.id == EventRow.chain_id).where(_of_case(sight), or_(false(), *wanted))
    return list(db.session.scalars(query.order_by(EventRow.at, EventRow.chain_id, EventRow.seq)))


def load_person_names(sight: Sight) -> dict[str, str]:
    """The persons of the case as they are called today; one query."""
    return {person.id: person.name for person in cases.list_persons(sight.dossier_id)}


def is_id(text: str) -> bool:
    """Whether a text is a random key, which nobody can read."""
    return _IDENTIFIER.fullmatch(text) is not None


@dataclass(frozen=True)
class Neighbours:
    """The newest entry at a moment (its moment), the moment of the one before it, and that of the next one."""

    newest: datetime | None
    before: datetime | None
    after: datetime | None


def find_neighbours(sight: Sight, moment: datetime) -> Neighbours:
    """Where one entry earlier and one later lie, of those that change the case; three queries."""
    wanted = _of_case(sight), EventRow.category != str(Category.ACCESS)
    latest = select(func.max(EventRow.at)).join(Chain, Chain.id == EventRow.chain_id).where(*wanted)
    first = select(func.min(EventRow.at)).join(Chain, Chain.id == EventRow.chain_id).where(*wanted)
    newest = db.session.scalar(latest.where(EventRow.at <= moment))
    before = db.session.scalar(latest.where(EventRow.at < newest)) if newest else None
    return Neighbours(newest, before, db.session.scalar(first.where(EventRow.at > moment)))


def load_newest(sight: Sight, moment: datetime, count: int) -> list[tuple[str, list[Cells]]]:
    """(table, rows) of the newest entries at a moment, with their chains and personal values; three queries."""
    query = select(EventRow).join(Chain, Chain.id == EventRow.chain_id)
    query = query.where(_of_case(sight), EventRow.category != str(Category.ACCESS), EventRow.at <= moment)
    query = query.order_by(EventRow.at.desc(), EventRow.chain_id.desc(), EventRow.seq.desc()).limit(count)
    events = db.session.scalars(query).all()
    places = [and_(PersonalValue.chain_id == each.chain_id, PersonalValue.seq == each.seq) for each in events]
    hashes = select(PersonalValue.hash, PersonalValue.value).where(or_(false(), *places))
    return [
        ("chain", _cells(Chain, db.session.scalars(select(Chain).where(_of_case(sight))))),
        ("event", _cells(EventRow, events)),
        ("personal_value", [{"hash": row.hash, "value": row.value} for row in db.session.execute(hashes)]),
    ]


def _cells(model: type[Base], rows: Iterable[Base]) -> list[Cells]:
    return [{c.name: canon(getattr(row, c.name)) for c in model.__table__.columns} for row in rows]


def _up_to(query: Select[*Shape], until: Cut) -> Select[*Shape]:
    return query.where(or_(false(), *(_span(EventRow, chain, seq) for chain, seq in sorted(until.items()))))


def _span(table: Any, chain_id: str, until: int) -> ColumnElement[bool]:
    return and_(table.chain_id == chain_id, table.seq <= until)


def load_today(table: str, ids: Iterable[str]) -> list[Cells]:
    """Rows as they stand today, in canonical values and without what is secret; one query."""
    wanted, shape = sorted(set(ids)), Base.metadata.tables[table]
    if not wanted:
        return []
    columns = [c for c in shape.columns if c.info.get("history") not in ("secret", "ignored")]
    rows = db.session.execute(select(*columns).where(shape.c.id.in_(wanted)))
    return [
        {c.name: canon(value, json_text=isinstance(c.type, JsonText)) for c, value in zip(columns, row, strict=True)}
        for row in rows
    ]
