"""The account of a plan line: its entries, and what postings of the plan were for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from casetracker.core.db import db
from casetracker.core.errors import N_, Message, NotFound
from casetracker.dossiers.states import Sight
from casetracker.ledger.entry_queries import Entries, Subject, load_entries
from casetracker.ledger.queries import get_totals
from casetracker.ledger.states import Place, Totals
from casetracker.plans.models import PlanActivity, PlanLine, PlanVersion


@dataclass(frozen=True, kw_only=True)
class LinePage:
    """A line that was approved once, its figures and the entries that make them."""

    line: PlanLine
    activity: str
    totals: Totals
    entries: Entries


def load_line(sight: Sight, line_id: str, place: Place | None, number: int) -> LinePage:
    """The account of a line of this dossier's plan; NotFound where it is of another, or never was approved."""
    query = select(PlanLine, PlanActivity.title).join(PlanActivity, PlanActivity.id == PlanLine.activity_id)
    found = db.session.execute(query.where(PlanLine.id == line_id, PlanLine.dossier_id == sight.dossier_id)).first()
    account_id = found[0].account_id if found else None
    if found is None or account_id is None:
        raise NotFound("plan line")
    entries = load_entries(account_id, place, number=number)
    return LinePage(line=found[0], activity=found[1], totals=get_totals(account_id), entries=entries)


def name_versions(ids: list[str]) -> dict[str, Subject]:
    """What postings for a version of a plan are called; one query."""
    rows = db.session.execute(select(PlanVersion.id, PlanVersion.number).where(PlanVersion.id.in_(ids)))
    return {
        id: Subject(
            words=Message(N_("Plan, version %(number)s"), {"number": number}), endpoint="plans.show_version",
            args={"number": str(number)},
        )
        for id, number in rows
    }  # fmt: skip


def name_lines(ids: list[str]) -> dict[str, Subject]:
    """What postings for a line of a plan are called; one query."""
    rows = db.session.execute(select(PlanLine.id, PlanLine.description).where(PlanLine.id.in_(ids)))
    return {
        id: Subject(words=Message(N_("%(name)s"), {"name": name}), endpoint="plans.show_line", args={"line_id": id})
        for id, name in rows
    }
