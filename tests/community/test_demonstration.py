"""The demonstration's project: six institutions by name over the stages, some in use, and it says what is fictional;
its money, its works and its days tell one story."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from casetracker.accounts.models import User
from casetracker.accounts.queries import get_actor
from casetracker.community import selection_queries, visit_queries
from casetracker.community.benefit_page_queries import load_benefits
from casetracker.community.benefit_states import CohesionState, Exactness
from casetracker.community.equipment_models import EquipmentItem, SiteHandover
from casetracker.community.models import Project, ProjectDonor, Site
from casetracker.community.paid_line_queries import lines_of
from casetracker.community.partner_models import PartnerAgreement, PartnerTranche
from casetracker.community.share_models import ShareRequest
from casetracker.community.states import SiteKind, SiteStage
from casetracker.community.works_models import WorksItem, WorksProgress
from casetracker.community.works_queries import list_bill
from casetracker.community.works_rules import row_amount
from casetracker.core.db import db
from casetracker.demo.people import EMAILS, PROVIDERS
from casetracker.disbursements.models import (
    Decision,
    Disbursement,
    DisbursementShare,
    Instalment,
    Submission,
    TenderFile,
)
from casetracker.disbursements.states import DisbursementState
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.states import PROJECT
from casetracker.payments.models import Delivery, Invoice, Order, Payment
from casetracker.plans.models import PlanDecision, PlanLine
from casetracker.providers.models import Provider

SIX = [
    ("Culture club in Mykolaivka", SiteKind.CULTURE_CLUB, "Mykolaivka", SiteStage.IN_USE),
    ("Culture club in Paraskoviivka", SiteKind.CULTURE_CLUB, "Paraskoviivka", SiteStage.WORKS),
    ("Children and youth creativity centre in Chasiv Yar", SiteKind.CREATIVITY_CENTRE, "Chasiv Yar", SiteStage.IN_USE),
    ("Music school in Oleksandrivka", SiteKind.MUSIC_SCHOOL, "Oleksandrivka", SiteStage.EQUIPPING),
    ("Ambulatory in Krasne", SiteKind.AMBULATORY, "Krasne", SiteStage.AGREED),
    ("Secondary school in Zorya", SiteKind.SCHOOL, "Zorya", SiteStage.SHORTLISTED),
]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_six_institutions_stand_where_the_story_says(demo_app: Flask) -> None:
    project = db.session.scalars(select(Project)).one()
    assert "Everything else is fictional" in project.purpose
    assert (project.target_sites, len(project.regions)) == (70, 6)
    sites = _sites()
    assert [(site.name, site.kind, site.settlement, site.stage) for site in sites] == SIX
    assert {site.oblast for site in sites} == {"Donetsk"}
    assert all(not site.local_name.isascii() and site.outcome is None for site in sites)
    assert all(None not in (site.latitude, site.longitude) for site in sites[:-1])
    totals = [row.total or 0 for row in selection_queries.load_comparison(project.id).rows]
    assert all(totals) and totals == sorted(totals, reverse=True)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_european_union_gives_and_a_partner_carries_out(demo_app: Flask) -> None:
    donors = db.session.scalars(select(ProjectDonor).where(ProjectDonor.dossier_id == _project_id())).all()
    assert [(donor.name, donor.share) for donor in donors] == [("European Union", 100)]
    agreement = db.session.scalars(select(PartnerAgreement)).one()
    assert db.session.get_one(Provider, agreement.provider_id).name == PROVIDERS["partner"]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_published_figures_stand_as_estimates_and_one_visit_is_overdue(demo_app: Flask) -> None:
    actor = get_actor(db.session.scalars(select(User.id).where(User.email == EMAILS["caseworker_kyiv"])).one())
    page = load_benefits(sight_of(actor, "UA-2026-C0001", PROJECT), actor)
    assert {(row.figure.about, row.figure.exactness, row.figure.number) for row in page.whole} == {
        ("local", Exactness.AT_LEAST, 28_000), ("displaced", Exactness.ABOUT, 3_000),
    }  # fmt: skip
    reached = next(cell.sum for cell in page.totals if (cell.aim, cell.reach) == ("reached", "direct"))
    assert reached is not None and (reached.number, reached.twice_at_most) == (720, 310)
    assert [row.event.state for row in page.events.rows].count(CohesionState.HELD) == 2
    overdue = [row for row in visit_queries.list_overdue(actor) if row.due.round == "month_3"]
    assert [row.site for row in overdue] == ["Children and youth creativity centre in Chasiv Yar"]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_each_request_is_approved_ordered_and_paid_in_this_order_and_before_the_handover(demo_app: Flask) -> None:
    share = db.session.scalars(select(ShareRequest).where(ShareRequest.is_granted.is_(True))).one()
    handed = {each.site_id: each.handed_on for each in db.session.scalars(select(SiteHandover))}
    checked = set[str]()
    for site in _sites():
        for request in _requests(site):
            days = [share.signed_on, *_days_of(request)]
            assert all(one <= next_one for one, next_one in pairwise(days)), (site.name, request.purpose, days)
            if site.id in handed:
                ordered_on = _step(Order.ordered_on, request)
                assert ordered_on is not None and ordered_on < handed[site.id], (site.name, request.purpose)
                checked.add(site.id)
    assert len(handed) == 2 and checked == handed.keys()


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_works_and_equipment_name_the_line_that_pays_and_who_is_paid(demo_app: Flask) -> None:
    named = 0
    for site in _sites():
        lines = lines_of(site)
        for works in db.session.scalars(select(WorksItem).where(WorksItem.site_id == site.id)):
            line = lines[works.plan_line_id or ""]
            bill = sum(row_amount(row.planned_quantity, row.unit_price) for row in list_bill(works.id))
            assert (works.title, bill) == (line.description, line.amount), site.name
            for request in _requests(site, line.line_id):
                assert works.provider_id == request.provider_id, (site.name, works.title)
                ordered_on, came_on = _step(Order.ordered_on, request), _step(Delivery.delivered_on, request)
                assert works.started_on is None or (ordered_on is not None and ordered_on <= works.started_on)
                assert (came_on is None) == (works.accepted_on is None), (site.name, works.title)
                assert works.accepted_on is None or (came_on is not None and works.accepted_on <= came_on)
            named += 1
        for things in db.session.scalars(select(EquipmentItem).where(EquipmentItem.site_id == site.id)):
            line = lines[things.plan_line_id or ""]
            row = db.session.get_one(PlanLine, line.line_id)
            assert (things.title, things.quantity) == (line.description, row.quantity), site.name
            for request in _requests(site, line.line_id):
                assert things.provider_id == request.provider_id, (site.name, things.title)
                assert things.received_on == _step(Delivery.delivered_on, request), (site.name, things.title)
            named += 1
    assert named == 18


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_something_of_each_kind_waits(demo_app: Flask) -> None:
    """Who tries the demonstration meets a share to decide, a report and works to accept, and a draft to tender."""
    assert len(db.session.scalars(select(ShareRequest).where(ShareRequest.is_granted.is_(None))).all()) == 1
    tranches = db.session.scalars(select(PartnerTranche).order_by(PartnerTranche.number)).all()
    assert [(each.reported_on is None, each.accepted_on is None) for each in tranches] == [
        (False, False), (False, True), (True, True),
    ]  # fmt: skip
    done = select(WorksProgress.item_id).where(WorksProgress.percent == 100)
    waiting = db.session.scalars(select(WorksItem).where(WorksItem.id.in_(done), WorksItem.accepted_on.is_(None))).all()
    assert [works.title for works in waiting] == ["Concert hall"]
    drafts = db.session.scalars(
        select(Disbursement).where(
            Disbursement.dossier_id == _project_id(), Disbursement.state == DisbursementState.DRAFT
        )
    ).all()
    assert [(each.provider_id, _tenders(each)) for each in drafts] == [(_provider("builder"), 0)]


def _project_id() -> str:
    return db.session.scalars(select(Project.id)).one()


def _sites() -> list[Site]:
    return list(db.session.scalars(select(Site).order_by(Site.position)))


def _provider(key: str) -> str:
    return db.session.scalars(select(Provider.id).where(Provider.name == PROVIDERS[key])).one()


def _tenders(request: Disbursement) -> int:
    return len(db.session.scalars(select(TenderFile).where(TenderFile.disbursement_id == request.id)).all())


def _requests(site: Site, line_id: str | None = None) -> list[Disbursement]:
    """Submitted ones that draw on lines of this site, or on this one alone."""
    wanted = [line_id] if line_id else list(lines_of(site))
    shares = select(DisbursementShare.disbursement_id).where(DisbursementShare.line_id.in_(wanted))
    is_asked = Disbursement.state != DisbursementState.DRAFT
    return list(db.session.scalars(select(Disbursement).where(Disbursement.id.in_(shares), is_asked)))


def _step(day: InstrumentedAttribute[date], request: Disbursement) -> date | None:
    """When the first instalment came to this step."""
    query = select(day).join(Instalment, Instalment.id == day.class_.instalment_id)
    is_first = Instalment.disbursement_id == request.id, Instalment.number == 1
    return db.session.scalars(query.where(*is_first)).one_or_none()


def _days_of(request: Disbursement) -> list[date]:
    """As far as it came: the tender or the plan, the request, its approval, order, delivery, invoice, payment."""
    tender = db.session.scalars(select(TenderFile).where(TenderFile.disbursement_id == request.id)).one_or_none()
    submission = db.session.scalars(select(Submission).where(Submission.disbursement_id == request.id)).one()
    plan = select(PlanDecision.decided_at).where(PlanDecision.version_id == submission.plan_version_id)
    approval = select(Decision.at).where(Decision.submission_id == submission.id)
    steps = [
        _step(day, request) for day in (Order.ordered_on, Delivery.delivered_on, Invoice.dated_on, Payment.paid_on)
    ]
    days = [
        *(at.date() for at in db.session.scalars(plan)),
        *((tender.published_on, tender.opened_on) if tender else ()),
        submission.submitted_at.date(), *(at.date() for at in db.session.scalars(approval)), *steps,
    ]  # fmt: skip
    return [day for day in days if day is not None]
