"""Which entries of a project's record are a site's."""

from __future__ import annotations

from sqlalchemy import Select, func, select, union_all

from casetracker.community.models import Site, SitePaper
from casetracker.community.photo_models import SitePhotograph
from casetracker.community.share_models import ActivitySite
from casetracker.core.db import db
from casetracker.disbursements.models import DisbursementShare, Instalment, Quote, TenderFile
from casetracker.dossiers.models import DossierPoint
from casetracker.payments.models import Delivery, Invoice, Payment, Reversal
from casetracker.plans.models import ContributionProof, PlanLine


def naming(site: Site) -> frozenset[str]:
    """The identifiers that make an entry the site's: it is, where one of its fields is one of them. One query.

    - The site itself: every event of this room that is about a site says which (its stages, papers, group, scores,
      vote, pledges, works, equipment, checks, photographs, visits, handover, figures, events).
    - What the plan has for this site alone, as `money_queries` counts it: activities, lines, requests that take from
      such a line (with quotes, tender and decisions), instalments, payments, refunds, and the points about a request.
    - The documents of all these.

    Not the site's, but the project's alone: criteria, the donor's share, partners, the plan's submissions and
    decisions, activities for several sites or for the whole project, and the storing of a paper of the money that a
    correction replaced. It is asked of the rows as they stand: an activity that the plan's draft gives to another site
    takes its entries, those of its money too, to that site's timeline.
    """
    activities = _activities_for(site).cte("activity")
    lines = select(PlanLine.id).where(PlanLine.activity_id.in_(select(activities))).cte("line")
    takes = DisbursementShare.line_id.in_(select(lines))
    requests = select(DisbursementShare.disbursement_id).where(takes).cte("request")
    of_request = select(Instalment.id).where(Instalment.disbursement_id.in_(select(requests)))
    parts = of_request.cte("part")
    payments = select(Payment.id).where(Payment.instalment_id.in_(select(parts))).cte("paid")
    points = select(DossierPoint.id).where(
        DossierPoint.dossier_id == site.dossier_id, DossierPoint.subject_id.in_(select(requests))
    )
    papers = (
        select(SitePaper.document_id).where(SitePaper.site_id == site.id),
        select(SitePhotograph.document_id).where(SitePhotograph.site_id == site.id),
        select(ContributionProof.document_id).where(ContributionProof.line_id.in_(select(lines))),
        select(Quote.document_id).where(Quote.disbursement_id.in_(select(requests))),
        select(TenderFile.notice_id).where(TenderFile.disbursement_id.in_(select(requests))),
        select(TenderFile.minutes_id).where(TenderFile.disbursement_id.in_(select(requests))),
        select(Delivery.document_id).where(Delivery.instalment_id.in_(select(parts))),
        select(Invoice.document_id).where(Invoice.instalment_id.in_(select(parts))),
        select(Payment.document_id).where(Payment.instalment_id.in_(select(parts))),
        select(Reversal.document_id).where(Reversal.payment_id.in_(select(payments))),
    )
    money = (select(each) for each in (activities, lines, requests, parts, payments))
    found = db.session.scalars(union_all(*money, points, *papers))
    return frozenset({site.id, *(id for id in found if id is not None)})


def _activities_for(site: Site) -> Select[str]:
    """The plan's activities that are for this site alone."""
    served = select(ActivitySite.activity_id).where(ActivitySite.dossier_id == site.dossier_id)
    alone = func.count() == 1, func.min(ActivitySite.site_id) == site.id
    return served.group_by(ActivitySite.activity_id).having(*alone)
