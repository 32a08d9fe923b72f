"""What of projects waits for a supervisor who did not enter it: donors' shares, reports of partners, works done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from casetracker.community.models import Site
from casetracker.community.partner_models import PartnerTranche
from casetracker.community.share_models import ShareRequest
from casetracker.community.works_models import WorksDefect, WorksItem, WorksProgress
from casetracker.community.works_states import COMPLETE, DefectSeverity
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import N_, Message
from casetracker.core.money import Money
from casetracker.core.permissions import Permission
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import visible


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """Something to decide: its project, what it is, and the project's page that shows it with what its address needs
    besides the reference."""

    reference: str
    text: Message
    endpoint: str
    args: Mapping[str, str]


def list_waiting(actor: Actor) -> list[WaitingRow]:
    """What this supervisor may decide in open projects, the oldest first of each sort; three queries, for others
    none."""
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
    done = N_("Works to accept: %(works)s, %(site)s")
    return [
        *(
            _about_money(reference, Message(asked, {"amount": Money(amount, currency)}), "shares")
            for reference, amount, currency in db.session.execute(shares)
        ),
        *(
            _about_money(reference, Message(report, {"number": number}), "partners")
            for reference, number in db.session.execute(reports)
        ),
        *(
            WaitingRow(
                reference=reference,
                text=Message(done, {"works": title, "site": site}),
                endpoint="community.show_works",
                args={"site_id": site_id, "works_id": works_id},
            )
            for reference, site_id, site, works_id, title in db.session.execute(_acceptable_works(actor))
        ),
    ]


def _about_money(reference: str, text: Message, anchor: str) -> WaitingRow:
    """A row that a part of the page of the project's money shows."""
    return WaitingRow(reference=reference, text=text, endpoint="community.show_money", args={"_anchor": anchor})


def _acceptable_works(actor: Actor) -> Select[str, str, str, str, str]:
    """Works that this supervisor may accept now (`works_rules.why_not_acceptable`, `rules.why_left`)."""
    later = aliased(WorksProgress)
    newest = select(func.max(later.position)).where(later.item_id == WorksItem.id).scalar_subquery()
    serious = exists().where(
        WorksDefect.item_id == WorksItem.id, WorksDefect.severity == DefectSeverity.SERIOUS,
        WorksDefect.mended_on.is_(None),
    )  # fmt: skip
    return (
        select(Dossier.reference, Site.id, Site.name, WorksItem.id, WorksItem.title)
        .join(Site, Site.dossier_id == Dossier.id)
        .join(WorksItem, WorksItem.site_id == Site.id)
        .join(WorksProgress, WorksProgress.item_id == WorksItem.id)
        .where(visible(actor), Dossier.closed_on.is_(None), Site.outcome.is_(None))
        .where(WorksItem.accepted_on.is_(None), WorksItem.cancelled_on.is_(None), ~serious)
        .where(WorksProgress.position == newest, WorksProgress.percent == COMPLETE)
        .where(WorksProgress.logged_by != actor.id)
        .order_by(WorksProgress.day, WorksItem.id)
    )
