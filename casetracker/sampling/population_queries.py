"""The population of a sample as it stood at its moment of history, whatever was recorded of its cases later.

Entries never change. Offices, programme and days of a case do: what later entries changed of them is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, literal, or_, select

from casetracker.core import row_security
from casetracker.core.actor import Mandate
from casetracker.core.canonical_text import DataMember, DataNumber, JsonBytesText
from casetracker.core.db import db
from casetracker.core.tracking import canon
from casetracker.dossiers.models import Dossier, DossierAccess, ReferenceNumber
from casetracker.events.models import Chain, EventRow, SignedHead
from casetracker.events.schema import name_now
from casetracker.events.states import Part
from casetracker.sampling import rules
from casetracker.sampling.states import EVENT_KIND, MOST_ENTRIES, CaseThen, Place, PopulationFilter, PopulationKind

Rows = dict[str, dict[str, dict[str, Any]]]
"""table -> key -> column -> canonical value"""
_DOSSIER = (Dossier.id, Dossier.sending_office_id, Dossier.programme_id, Dossier.opened_on, Dossier.closed_on)
_ACCESS = (DossierAccess.id, DossierAccess.dossier_id, DossierAccess.office_id)


@dataclass(frozen=True)
class Population:
    """The entries, by chain and number; the currencies of their amounts; whether the mandates open the sending side of
    all their cases."""

    places: list[Place]
    currencies: frozenset[str]
    opens_sending_side: bool


def settle(kind: PopulationKind) -> None:
    """Inside a command: wait until no entry is being written that could still come before a moment taken afterwards.

    Who appends to a chain holds its row from before the entry gets its moment until everybody sees it; who opens a case
    holds the row that its number came from. The rows stay locked until the command ends, so it does nothing else but
    take the moment: whoever writes meanwhile waits for it.
    """
    if kind == PopulationKind.CASES:
        numbers = select(ReferenceNumber.series).order_by(ReferenceNumber.series)
        db.session.execute(numbers.with_for_update(read=True)).all()
    query = select(Chain.id).where(Chain.part == str(Part.SHARED)).order_by(Chain.owner_id)
    db.session.execute(query.with_for_update(read=True)).all()


def load_population(
    kind: PopulationKind, wanted: PopulationFilter, scope: Iterable[Mandate], until: datetime
) -> Population:
    """What was recorded before `until` and fits. Five queries, whatever there is.

    It reads the whole record, because the mandates of the sample decide and not those of today: so nothing of it may be
    shown but counts, sums, hashes, and places of entries.
    """
    mandates, last = tuple(scope), rules.last_day(until)
    with row_security.reading(row_security.EVERYTHING):
        cases = {case.dossier_id: case for case in _cases_at(until) if rules.is_in_scope(case, mandates, last)}
        fitting = {each for each, case in cases.items() if rules.fits(case, wanted)}
        places, currencies = [], set()
        for place, currency in _entries(kind, wanted, until):
            if place.dossier_id not in fitting or not _has_amount_asked_for(place, currency, wanted):
                continue
            if currency is not None:
                currencies.add(currency)
            places.append(place)
            if len(places) > MOST_ENTRIES:
                break
    found = {place.dossier_id for place in places}
    opens = all(rules.opens_sending_side(cases[each], mandates, last) for each in found)
    return Population(sorted(places, key=lambda each: (each.chain_id, each.seq)), frozenset(currencies), opens)


def _has_amount_asked_for(place: Place, currency: str | None, wanted: PopulationFilter) -> bool:
    if wanted.currency is not None and currency is not None and currency != wanted.currency:
        return False
    if wanted.least is None and wanted.most is None:
        return True
    return place.amount is not None and currency is not None and rules.is_between(place.amount, currency, wanted)


def _entries(kind: PopulationKind, wanted: PopulationFilter, until: datetime) -> Iterator[tuple[Place, str | None]]:
    """Every entry of this kind, with the currency of its amount."""
    has_amount = kind != PopulationKind.CASES
    amount = DataNumber(EventRow.body, "amount") if has_amount else literal(None)
    currency = DataMember(EventRow.body, "currency") if has_amount else literal(None, Text())
    query = select(Chain.owner_id, EventRow.chain_id, EventRow.seq, amount, currency)
    query = query.join(Chain, Chain.id == EventRow.chain_id).where(Chain.part == str(Part.SHARED))
    query = query.where(EventRow.kind == EVENT_KIND[kind], EventRow.at < until)
    if wanted.first:
        query = query.where(EventRow.at >= wanted.first)
    if wanted.end:
        query = query.where(EventRow.at < wanted.end)
    for owner, chain, seq, minor, code in db.session.execute(query.execution_options(yield_per=1000)):
        yield Place(owner, chain, seq, minor), code


# Cases as they stood


def _cases_at(moment: datetime) -> Iterator[CaseThen]:
    """Every case that stood at the moment, with what decides about it as it was then; three queries."""
    dossiers = {row.id: _plain(row) for row in db.session.execute(select(*_DOSSIER))}
    accesses = {row.id: _plain(row) for row in db.session.execute(select(*_ACCESS))}
    found: Rows = {"dossier": dossiers, "dossier_access": accesses}
    take_back(found, _later_differences(moment))
    offices: dict[str, set[str]] = {}
    for access in found["dossier_access"].values():
        offices.setdefault(access["dossier_id"], set()).add(access["office_id"])
    for key, cells in found["dossier"].items():
        yield CaseThen(
            dossier_id=key,
            sending_office_id=cells["sending_office_id"],
            office_ids=frozenset(offices.get(key, ())),
            programme_id=cells["programme_id"],
            opened_on=date.fromisoformat(cells["opened_on"]),
            closed_on=date.fromisoformat(cells["closed_on"]) if cells["closed_on"] else None,
        )


def _plain(row: Any) -> dict[str, Any]:
    return {name: canon(value) for name, value in row._mapping.items()}


def _later_differences(moment: datetime) -> list[list[Any]]:
    """What entries recorded at the moment or later changed of cases and of the offices that have to do with them."""
    text = JsonBytesText(EventRow.body)
    query = select(EventRow.body).join(Chain, Chain.id == EventRow.chain_id)
    query = query.where(EventRow.at >= moment, Chain.part == str(Part.SHARED))
    about = [text.contains(f'["{op}","{table}","') for op in ("insert", "update", "delete") for table in _TABLES]
    bodies = db.session.scalars(query.where(or_(*about)))
    rows = [row for body in bodies for row in json.loads(bytes(body))["rows"] if row[1] in _TABLES]
    return sorted(rows, key=_place_of, reverse=True)


_TABLES = ("dossier", "dossier_access")


def _place_of(row: list[Any]) -> tuple[str, str, int]:
    """Where a difference stands among those of its row."""
    op, table, key, cells = row
    version = cells["version"][1] if op == "update" else cells["version"]
    return table, key, int(version) * 2 + (op == "delete")


def take_back(rows: Rows, differences: Iterable[list[Any]]) -> None:
    """Undo these differences, as bodies have them, the newest of each row first."""
    for op, table, key, cells in differences:
        if op == "insert":
            rows[table].pop(key, None)
        elif op == "delete":
            rows[table][key] = {name_now(table, column): value for column, value in cells.items()}
        elif key in rows[table]:
            rows[table][key] |= {name_now(table, column): cell[0] for column, cell in cells.items()}


def find_head(until: datetime) -> SignedHead | None:
    """The newest head that was signed up to the moment."""
    query = select(SignedHead).where(SignedHead.at <= until).order_by(SignedHead.size.desc()).limit(1)
    return db.session.scalars(query).one_or_none()
