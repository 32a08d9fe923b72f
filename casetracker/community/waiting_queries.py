"""What of projects waits for a supervisor who did not enter it: donors' shares and reports of partners."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from casetracker.community.partner_models import PartnerTranche
from casetracker.community.share_models import ShareRequest
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import N_, Message
from casetracker.core.money import Money
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import visible


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """Something to decide: its project, what it is, and the part of the page of the project's money that shows it."""

    reference: str
    text: Message
    anchor: str


def list_waiting(actor: Actor) -> list[WaitingRow]:
    """What this supervisor may decide in open projects, the oldest first of each sort; two queries, none for others."""
    if not actor.may(Permission.SHARE_DECIDE):
        return []
    shares = (
        select(Dossier.reference, ShareRequest.amount, ShareRequest.currency)
        .join(Dossier, Dossier.id == ShareRequest.dossier_id)
        .where(visible(actor), Dossier.closed_on.is_(None))
        .where(ShareRequest.decided_by.is_(None), ShareRequest.asked_by != actor.id)
        .order_by(ShareRequest.asked_at, ShareRequest.id)
    )
    reports = (
        select(Dossier.reference, PartnerTranche.number)
        .join(Dossier, Dossier.id == PartnerTranche.dossier_id)
        .where(visible(actor), Dossier.closed_on.is_(None))
        .where(PartnerTranche.reported_on.is_not(None), PartnerTranche.accepted_on.is_(None))
        .where(PartnerTranche.report_by != actor.id)
        .order_by(PartnerTranche.reported_on, PartnerTranche.id)
    )
    asked, report = N_("The donor's share, %(amount)s"), N_("The partner's report on tranche %(number)d")
    return [
        *(
            WaitingRow(reference=reference, text=Message(asked, {"amount": Money(amount, currency)}), anchor="shares")
            for reference, amount, currency in db.session.execute(shares)
        ),
        *(
            WaitingRow(reference=reference, text=Message(report, {"number": number}), anchor="partners")
            for reference, number in db.session.execute(reports)
        ),
    ]
