"""What a project looks at before it pays: `features.py` hands this to the rooms below."""

from __future__ import annotations

from sqlalchemy import literal, or_, select

from casetracker.community import partner_queries, partner_rules
from casetracker.community.models import Site
from casetracker.community.works_models import WorksDefect, WorksItem
from casetracker.core.db import db
from casetracker.core.errors import N_, Message
from casetracker.disbursements.models import Disbursement, DisbursementShare
from casetracker.dossiers.checking import Paying
from casetracker.providers.payee_queries import same_payee


def why_not_pay(dossier_id: str, paying: Paying) -> Message | None:
    """A partner is paid by tranches against reports; what was kept back of works, once their defects are mended."""
    request = db.session.get_one(Disbursement, paying.request_id)
    reason = _why_not_partner(request, paying.amount)
    return reason or (_why_not_release(request) if paying.is_retention else None)


def _why_not_partner(request: Disbursement, amount: int) -> Message | None:
    agreement = partner_queries.find_agreement(request.dossier_id, request.provider_id)
    if agreement is None:
        return None
    tranches = [partner_queries.facts_of(each) for each in partner_queries.list_tranches(agreement.id)]
    paid = partner_queries.paid_to(request.dossier_id, agreement.provider_id)
    return partner_rules.why_not_pay(tranches, paid, amount, agreement.currency)


def _why_not_release(request: Disbursement) -> Message | None:
    """A defect of works by this provider, or paid from a line of this request, at a site that is still on its way."""
    lines = select(DisbursementShare.line_id).where(DisbursementShare.disbursement_id == request.id)
    is_theirs = same_payee(literal(request.provider_id), WorksItem.provider_id)
    open_defect = (
        select(WorksItem.title)
        .join(WorksDefect, WorksDefect.item_id == WorksItem.id)
        .join(Site, Site.id == WorksItem.site_id)
        .where(WorksItem.dossier_id == request.dossier_id, Site.outcome.is_(None), WorksDefect.mended_on.is_(None))
        .where(or_(is_theirs, WorksItem.plan_line_id.in_(lines)))
        .order_by(WorksDefect.found_on)
    )
    title = db.session.scalars(open_defect).first()
    if title is None:
        return None
    words = N_("A defect of “%(works)s” is not mended yet; what was kept back stays kept back.")
    return Message(words, {"works": title})
