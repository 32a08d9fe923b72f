"""Tender files of requests, with who sat on their panels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casetracker.accounts.models import User
from casetracker.accounts.queries import names_of
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.disbursements.models import Submission, TenderFile, TenderPanelist


@dataclass(frozen=True, kw_only=True)
class Tender:
    """A tender file with its panel in order."""

    row: TenderFile
    panel: Sequence[TenderPanelist]

    def frozen(self) -> dict[str, Any]:
        """What a submission freezes of it; `panel_ids` are those of the staff."""
        return {
            "procedure": str(self.row.procedure),
            "published_on": self.row.published_on.isoformat(),
            "opened_on": self.row.opened_on.isoformat(),
            "notice": self.row.notice_id,
            "minutes": self.row.minutes_id,
            "panel_ids": sorted(each.user_id for each in self.panel if each.user_id),
            "panel": [each.id for each in self.panel],
        }


def tenders_of(request_ids: Iterable[str]) -> dict[str, Tender]:
    """disbursement id -> its tender file, of those that have one; one query, two where there are any."""
    rows = db.session.scalars(select(TenderFile).where(TenderFile.disbursement_id.in_(sorted(set(request_ids))))).all()
    if not rows:
        return {}
    panels: dict[str, list[TenderPanelist]] = defaultdict(list)
    sat = select(TenderPanelist).where(TenderPanelist.tender_id.in_([row.id for row in rows]))
    for each in db.session.scalars(sat.order_by(TenderPanelist.position)):
        panels[each.tender_id].append(each)
    return {row.disbursement_id: Tender(row=row, panel=panels[row.id]) for row in rows}


def find_tender(request_id: str) -> TenderFile | None:
    """The tender file of a request; None without one."""
    return db.session.scalars(select(TenderFile).where(TenderFile.disbursement_id == request_id)).one_or_none()


def list_panel(tender_id: str) -> list[TenderPanelist]:
    """Who sat on the panel, in order."""
    query = select(TenderPanelist).where(TenderPanelist.tender_id == tender_id)
    return list(db.session.scalars(query.order_by(TenderPanelist.position)))


def panels_of(request_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """request id -> who of the staff sat on the panel of its tender at any submission, as they were submitted; one
    query, none for no request. Of a request that waited when the tender file began to keep them only this knows."""
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    if wanted := sorted(request_ids):
        for submission in db.session.scalars(select(Submission).where(Submission.disbursement_id.in_(wanted))):
            found[submission.disbursement_id] |= submission.panel_ids
    return found


@dataclass(frozen=True, kw_only=True)
class TenderPage:
    """A tender file as pages show it: (name, function) of the panel; names of who sat on it only at an earlier
    submission."""

    row: TenderFile
    panel: Sequence[tuple[str, str]]
    sat_before: Sequence[str]


def load_tender(request_id: str) -> TenderPage | None:
    """The tender file of a request with the names of its panel; None without one."""
    tender = tenders_of([request_id]).get(request_id)
    if tender is None:
        return None
    staff = {each.user_id for each in tender.panel if each.user_id}
    names = names_of(staff.union(tender.row.sat_before))
    panel = [(names.get(each.user_id or "", each.name or "–"), each.function or "–") for each in tender.panel]
    before = sorted(names[id] for id in tender.row.sat_before if id not in staff)
    return TenderPage(row=tender.row, panel=panel, sat_before=before)


def staff_choices(actor: Actor) -> list[tuple[str, str]]:
    """(id, name) of the people of the actor's office."""
    query = select(User.id, User.name).where(User.office_id == actor.office_id, User.is_active)
    return [(id, name) for id, name in db.session.execute(query.order_by(User.name, User.id))]
