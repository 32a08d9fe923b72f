"""What the auditor's first page lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casetracker.accounts.models import Office
from casetracker.cases.models import Case
from casetracker.cases.states import Stage
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import visible
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.events.timeline import Entry, read_entries
from casetracker.programmes.models import Programme


@dataclass(frozen=True)
class AuditRow:
    """One case of the mandate."""

    reference: str
    sending_office: str
    stage: Stage
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True)
class MandateRow:
    """A mandate in words: names of offices and programmes (none: all), and its days."""

    offices: list[str]
    programmes: list[str]
    first: date
    last: date


PAGE_SIZE = 50


def list_mandates(actor: Actor) -> list[MandateRow]:
    """The auditor's mandates, earliest first; two queries."""
    offices = dict(db.session.execute(select(Office.id, Office.name).order_by(Office.name)).all())
    programmes = dict(db.session.execute(select(Programme.id, Programme.code).order_by(Programme.code)).all())
    found = [
        MandateRow(
            [name for each, name in offices.items() if each in mandate.office_ids],
            [code for each, code in programmes.items() if each in mandate.programme_ids],
            mandate.valid_from, mandate.valid_until,
        )
        for mandate in actor.mandates
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.first, each.last))


def list_cases(actor: Actor, number: int) -> tuple[list[AuditRow], bool]:
    """One page of the cases in the mandate, newest reference first, and whether more follow."""
    query = (
        select(Dossier, Office.name, Case.stage)
        .join(Case, Case.id == Dossier.id)
        .join(Office, Office.id == Dossier.sending_office_id)
        .where(visible(actor))
        .order_by(Dossier.opened_on.desc(), Dossier.reference.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    rows = db.session.execute(query).all()
    found = [AuditRow(d.reference, office, stage, d.opened_on, d.closed_on) for d, office, stage in rows[:PAGE_SIZE]]
    return found, len(rows) > PAGE_SIZE


def list_exports(actor: Actor, limit: int = 20) -> list[Entry]:
    """The newest files about cases that this reader may know of, or own ones, newest first (among the last 500):
    histories, and workpapers of samples."""
    query = (
        select(EventRow)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.part == str(Part.SYSTEM), EventRow.kind.in_(["case.exported", "workpaper.exported"]))
        .order_by(EventRow.at.desc(), EventRow.seq.desc())
        .limit(500)
    )
    entries = read_entries(db.session.scalars(query).all())
    named = {reference for entry in entries for reference in _cases_in(entry)}
    known = set(db.session.scalars(select(Dossier.reference).where(Dossier.reference.in_(named), visible(actor))))
    return [
        entry for entry in entries
        if known & _cases_in(entry) or (entry.kind == "workpaper.exported" and entry.actor_id == actor.id)
    ][:limit]  # fmt: skip


def _cases_in(entry: Entry) -> set[str]:
    """References of the cases that a file tells of."""
    return {entry.data["reference"]} if entry.kind == "case.exported" else set(entry.data["references"])
