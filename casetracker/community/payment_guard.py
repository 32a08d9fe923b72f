"""What a project looks at before it pays: `features.py` hands this to the rooms below."""

from __future__ import annotations

from sqlalchemy import select

from casetracker.community import partner_queries, partner_rules
from casetracker.community.works_models import WorksDefect, WorksItem
from casetracker.core.db import db
from casetracker.core.errors import N_, Message
from casetracker.disbursements.models import Disbursement
from casetracker.dossiers.checking import Paying


def why_not_pay(dossier_id: str, paying: Paying) -> Message | None:
    """A partner is paid by tranches against reports; what was kept back of works, once their defects are mended."""
    provider_id = db.session.get_one(Disbursement, paying.request_id).provider_id
    if provider_id is None:
        return None
    agreement = partner_queries.find_agreement(dossier_id, provider_id)
    if agreement is not None:
        tranches = [partner_queries.facts_of(each) for each in partner_queries.list_tranches(agreement.id)]
        paid = partner_queries.paid_to(dossier_id, provider_id)
        return partner_rules.why_not_pay(tranches, paid, paying.amount, agreement.currency)
    return _why_not_release(dossier_id, provider_id) if paying.is_retention else None


def _why_not_release(dossier_id: str, provider_id: str) -> Message | None:
    open_defect = (
        select(WorksItem.title)
        .join(WorksDefect, WorksDefect.item_id == WorksItem.id)
        .where(WorksItem.dossier_id == dossier_id, WorksItem.provider_id == provider_id)
        .where(WorksDefect.mended_on.is_(None))
        .order_by(WorksDefect.found_on)
    )
    title = db.session.scalars(open_defect).first()
    if title is None:
        return None
    words = N_("A defect of “%(works)s” is not mended yet; what was kept back stays kept back.")
    return Message(words, {"works": title})
