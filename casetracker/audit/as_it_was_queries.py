"""What the record holds of a case up to a moment, in the compartments that its reader may see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from casetracker.core.db import Base, JsonText, db
from casetracker.core.ids import SYSTEM_OWNER
from casetracker.core.past import Cells
from casetracker.core.tracking import canon
from casetracker.dossiers.models import Dossier, DossierAccess
from casetracker.dossiers.states import Sight
from casetracker.events.models import Chain, EventRow, PersonalValue
from casetracker.events.states import Category, Part

Cut = Mapping[str, int]
"""chain id -> the number of its last entry that counts."""
BATCH = 1000


@dataclass(frozen=True)
class Recorded:
    """One entry: where it stands, when it was recorded, and its body as it was hashed."""

    chain_id: str
    seq: int
    at: datetime
    category: str
    body: dict[str, Any]


def cut_at(sight: Sight, moment: datetime) -> Cut:
    """Up to where the chains of this reader had come at the moment (entries recorded at it count).

    Each chain is cut once: what stands in it before an entry that counts, counts too, so that a clock that was put
    back leaves no gap.
    """
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


def load_entries(since: Cut, until: Cut, *, without: Iterable[str] = ()) -> list[Recorded]:
    """The entries of these chains after one cut and up to the other, in the order of each chain; one query.

    without: beginnings of kinds that are not wanted; who read and who signed in is never among them.
    """
    query = _between(select(EventRow), since, until).where(EventRow.category != str(Category.ACCESS))
    for prefix in without:
        query = query.where(~EventRow.kind.startswith(prefix, autoescape=True))
    rows = db.session.scalars(query.order_by(EventRow.chain_id, EventRow.seq))
    return [Recorded(r.chain_id, r.seq, r.at, r.category, json.loads(bytes(r.body))) for r in rows]


def load_values(since: Cut, until: Cut) -> dict[str, str | None]:
    """hash -> JSON text (None: erased) of the personal values of these entries; one query."""
    query = select(PersonalValue.hash, PersonalValue.value)
    if not until:
        return {}
    where = [_span(PersonalValue, chain, since.get(chain, 0), seq) for chain, seq in until.items()]
    return {row.hash: row.value for row in db.session.execute(query.where(or_(*where)))}


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


def load_newest(sight: Sight, until: Cut, count: int) -> list[tuple[str, list[Cells]]]:
    """(table, rows) of the newest entries up to a cut, with their chains and personal values; three queries."""
    query = _between(select(EventRow), {}, until).where(EventRow.category != str(Category.ACCESS))
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


def _between(query: Select[Any], since: Cut, until: Cut) -> Select[Any]:
    spans = [_span(EventRow, chain, since.get(chain, 0), seq) for chain, seq in sorted(until.items())]
    return query.where(or_(*spans)) if spans else query.where(EventRow.seq < 0)


def _span(table: Any, chain_id: str, since: int, until: int) -> ColumnElement[bool]:
    return and_(table.chain_id == chain_id, table.seq > since, table.seq <= until)


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
