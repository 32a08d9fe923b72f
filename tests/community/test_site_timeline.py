"""A site's timeline: which entries of the project's record are the site's, and the pages that show them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.approvals.reversal_commands import DecideReversal, approve_reversal
from casetracker.community import commands
from casetracker.community.models import Site
from casetracker.community.timeline_queries import naming
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import Base, db
from casetracker.core.permissions import Role
from casetracker.disbursements import queries as requests
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.commands import ClearPoint, clear_point
from casetracker.dossiers.models import DossierPoint
from casetracker.events.states import Part
from casetracker.events.timeline import TimelineFilter, load_page
from casetracker.payments import correction_commands, reversal_commands
from casetracker.payments import queries as payments
from casetracker.payments.states import OrderEntry
from casetracker.plans import draft_commands
from casetracker.plans.models import PlanActivity, PlanLine
from casetracker.plans.states import ActivityKind
from tests.access import projects
from tests.access.project_money import pay_out
from tests.factories import community
from tests.factories import project_money as money
from tests.factories.accounts import make_people, make_user, sign_in
from tests.factories.cases import pdf
from tests.factories.programmes import demo_programme
from tests.factories.project_money import Funded, funded_project
from tests.statements import ask, counted

MOST = 57
OF_THE_PROJECT = {
    "project.opened", "selection.criteria_set", "share.asked", "share.granted", "share.refused",
    "plan.started", "plan.submitted", "plan.validated", "plan.approved", "partner.agreed", "partner.reported",
    "benefit.entered", "cohesion_event.planned", "cohesion_event.cancelled", "document.added",
}  # fmt: skip
"""Kinds of entries that are the project's alone, or are where they are about no site."""
STORED_WITH_THE_SITE = {
    "benefit_figure.document_id", "contribution_delivery.document_id", "equipment_item.receipt_id",
    "group_gathering.minutes_id", "site_handover.certificate_id", "site_visit.report_id", "site_vote.minutes_id",
    "works_item.act_id", "works_item.contract_id",
}  # fmt: skip
"""Papers that are stored as the site's papers, too."""
OF_THE_PROJECT_ALONE = {
    "partner_agreement.document_id", "partner_tranche.report_id", "share_request.document_id",
}  # fmt: skip
OF_CASES = {
    "asylum_application", "consent", "document", "final_report", "journey", "needs_assessment", "pool_agreement",
    "return_application", "travel_preparation", "visit_photograph",
}  # fmt: skip
"""Tables whose papers no project has."""


@pytest.fixture
def project(app: Flask) -> Funded:
    return funded_project()


def keys(dossier_id: str, site_id: str | None = None) -> dict[str, str]:
    """key -> kind of the entries of the project, or of a site of it."""
    wanted = naming(db.session.get_one(Site, site_id)) if site_id else None
    page = load_page(dossier_id, (Part.SHARED,), TimelineFilter(naming=wanted), size=5_000)
    return {entry.key: entry.kind for entry in page.entries}


@pytest.mark.usefixtures("app")
def test_every_entry_is_one_sites_or_the_projects() -> None:
    """A row of each of a project's tables: nothing of a site is missing in its timeline, nothing else is in it."""
    people = make_people()
    programme = demo_programme(people.administrator)
    reference = projects.opened(programme.id, "word", people.caseworker_kyiv, people.supervisor_kyiv)
    dossier_id = community.project_id(reference, people.caseworker_kyiv)
    sites = list(db.session.scalars(select(Site.id).where(Site.dossier_id == dossier_id).order_by(Site.position)))
    found = [keys(dossier_id, site_id) for site_id in sites]
    rest = keys(dossier_id)
    assert len(sites) == 3 and len(rest) >= 90
    for each in found:
        assert not each.keys() - rest.keys(), "an entry of two sites, or of none"
        for key in each:
            del rest[key]
    assert set(rest.values()) == OF_THE_PROJECT
    papers = [kind for kind in rest.values() if kind in ("benefit.entered", "document.added")]
    assert sorted(papers) == ["benefit.entered", *["document.added"] * 4], "two requests for a share, a partner's two"
    page = load_page(dossier_id, (Part.SHARED,), TimelineFilter(), size=5_000)
    about = {entry.key: entry.data["site_id"] for entry in page.entries if entry.data.get("site_id")}
    assert {key: site_id for site_id, each in zip(sites, found, strict=True) for key in each if key in about} == about


def refund(project: Funded, payment_id: str, amount: int, actor: Actor) -> str:
    """Asked back today; the reversal's id."""
    cmd = reversal_commands.RequestReversal(
        dossier_id=project.dossier_id, payment_id=payment_id, amount=amount, day=clock.today(actor.zone),
        reason="A sheet was broken", proof=pdf(mark=f"refund {payment_id}"),
    )  # fmt: skip
    return reversal_commands.request_reversal(cmd, actor=actor)


def correct_order(project: Funded, request_id: str, actor: Actor) -> None:
    """Of what was paid: so a point stands until somebody has looked."""
    (part,) = requests.list_instalments(request_id)
    row = payments.steps_of([part.id])[part.id].order
    assert row is not None
    entry = OrderEntry(day=row.ordered_on, number="PO-8")
    cmd = correction_commands.CorrectOrder(
        dossier_id=project.dossier_id, instalment_id=part.id, version=row.version, reason="Misread", entry=entry
    )
    correction_commands.correct_order(cmd, actor=actor)


def test_money_is_told_at_its_site_to_the_refund(project: Funded) -> None:
    before = keys(project.dossier_id)
    request_id = money.draft(project, (project.roof, 400_00))
    money.quote(project, request_id, number=2)
    money.approve(money.submit(project, request_id), project.people.supervisor_kyiv)
    payment_id = pay_out(project.dossier_id, request_id, "word", project.asker)
    correct_order(project, request_id, project.people.finance_kyiv)
    point = db.session.scalars(select(DossierPoint.id).where(DossierPoint.dossier_id == project.dossier_id)).one()
    clear_point(ClearPoint(point_id=point, reason="Looked at"), actor=project.third)
    reversal_id = refund(project, payment_id, 100_00, project.asker)
    approve_reversal(DecideReversal(reversal_id=reversal_id), actor=project.third)
    new = {key: kind for key, kind in keys(project.dossier_id).items() if key not in before}
    told = [*new.values()]
    assert {"reversal.requested", "reversal.approved", "point.raised", "point.cleared"} <= set(told)
    assert {"disbursement.quote_chosen", "disbursement.approved", "instalment.paid", "order.corrected"} <= set(told)
    assert told.count("document.added") == 6, "two quotes, certificate, invoice, proof of payment, proof of the refund"
    assert not new.keys() - keys(project.dossier_id, project.club).keys(), "all of it is the club's"
    assert not new.keys() & keys(project.dossier_id, project.school).keys(), "and nothing is the school's"


def test_a_request_from_lines_of_two_sites_is_told_at_both(project: Funded) -> None:
    money.draft(project, (project.roof, 100_00), (project.computers, 100_00))
    for site_id in (project.club, project.school):
        kinds = [*keys(project.dossier_id, site_id).values()]
        assert kinds.count("disbursement.drafted") == 1
        assert kinds.count("plan.line_saved") == kinds.count("plan.line_funded") == 1, "each has a line of its own"


def test_what_is_for_several_sites_or_for_the_whole_project_is_no_sites(project: Funded) -> None:
    """As no money of it stands under one of them."""
    author, before = project.people.caseworker_kyiv, keys(project.dossier_id)
    for title, sites in (("Concerts", (project.club, project.school)), ("Office", (project.dossier_id,))):
        shared = money.activity(project.dossier_id, title, ActivityKind.EVENTS, *sites, actor=author)
        money.line(project.dossier_id, shared, title, 100_00, project.grant_id, actor=author)
    new = keys(project.dossier_id).keys() - before.keys()
    assert len(new) == 6
    for site_id in (project.club, project.school):
        assert not new & keys(project.dossier_id, site_id).keys()


def test_an_activity_that_the_draft_moves_takes_its_entries_along(project: Funded) -> None:
    money.draft(project, (project.roof, 100_00))
    line = db.session.get_one(PlanLine, project.roof)
    row = db.session.get_one(PlanActivity, line.activity_id)
    about = {"plan.activity_saved", "plan.line_saved", "plan.line_funded", "disbursement.drafted"}
    was = {key: kind for key, kind in keys(project.dossier_id, project.club).items() if kind in about}
    assert set(was.values()) == about
    moved = draft_commands.SaveActivity(
        dossier_id=project.dossier_id, activity_id=row.id, version=row.version, kind=row.kind, title=row.title,
        place=row.place, feasibility=row.feasibility, beneficiary_ids=(project.school,),
    )  # fmt: skip
    draft_commands.save_activity(moved, actor=project.people.caseworker_kyiv)
    assert not was.keys() & keys(project.dossier_id, project.club).keys()
    assert not was.keys() - keys(project.dossier_id, project.school).keys()
    assert keys(project.dossier_id, project.club).keys(), "the site's own entries stay"


def test_every_paper_that_may_be_a_sites_is_asked_for(project: Funded) -> None:
    site = db.session.get_one(Site, project.club)
    with counted() as sent:
        naming(site)
    [statement] = sent
    papers = {
        f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns
        if any(key.target_fullname == "document.id" for key in column.foreign_keys) and table.name not in OF_CASES
    }  # fmt: skip
    asked = {each for each in papers if each in statement}
    assert {each.partition(".")[0] for each in asked} >= {"site_paper", "site_photograph", "reversal", "tender_file"}
    assert papers - asked == STORED_WITH_THE_SITE | OF_THE_PROJECT_ALONE


# Its pages


def sentences(page: str) -> list[str]:
    """What the entries on a page say, the newest first."""
    return [unescape(each) for each in re.findall(r'<p class="t">(.*?)</p>', page, re.DOTALL)]


def test_the_sites_page_shows_what_happened_there_last(client: FlaskClient, project: Funded) -> None:
    actor, base = project.people.caseworker_kyiv, f"/projects/{project.reference}"
    sign_in(client, actor)
    for number in range(9):
        community.log_gathering(project.club, actor, topic=f"Topic {number}")
    community.add_member(project.school, actor)
    found = client.get(f"{base}/sites/{project.club}").text
    assert len(sentences(found)) == 8
    assert all(f"Topic {9 - n}" in said for n, said in enumerate(sentences(found), 1))
    assert f'href="{base}/timeline?site={project.club}"' in found and "Whole timeline" in found
    other = client.get(f"{base}/sites/{project.school}").text
    assert "Topic" not in other and "School" in sentences(other)[0]
    money.draft(project, (project.roof, 100_00))
    assert "Roof, first part" in sentences(client.get(f"{base}/sites/{project.club}").text)[0]
    sign_in(client, project.people.auditor)
    assert "Opened" not in " ".join(sentences(client.get(f"{base}/sites/{project.club}").text)), "who read it"
    refused = client.post(f"{base}/sites/{project.club}/move", data={"form_token": "0" * 32, "version": "1"})
    assert refused.status_code == 404
    sign_in(client, actor)
    refused = client.post(f"{base}/sites/{project.club}/move", data={"form_token": "0" * 32, "version": "1"})
    assert refused.status_code == 422 and len(sentences(refused.text)) == 8


def test_the_projects_timeline_is_filtered_by_site_kind_and_day(client: FlaskClient, project: Funded) -> None:
    actor, address = project.people.caseworker_kyiv, f"/projects/{project.reference}/timeline"
    for site_id, topic in ((project.club, "At the club"), (project.school, "At the school")):
        community.log_gathering(site_id, actor, topic=topic)
    sign_in(client, actor)

    def said(query: str) -> str:
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 200, query
        return " ".join(sentences(answer.text))

    today = clock.today(actor.zone)
    assert "At the club" in said("") and "At the school" in said("") and "Project opened" in said("")
    assert "At the club" in said(f"site={project.club}") and "At the school" not in said(f"site={project.club}")
    assert "Project opened" not in said(f"site={project.club}")
    assert "New roof" not in said(f"site={project.school}") and "Computers" in said(f"site={project.school}")
    assert "At the club" in said(f"site={project.club}&kind=casework&from={today}&to={today}")
    assert "At the club" not in said(f"site={project.club}&kind=money")
    assert said(f"site={project.club}&to={today - timedelta(days=1)}") == ""
    assert "No entry fits." in client.get(f"{address}?site={project.club}&kind=money").text
    assert "awarded" in said("kind=money").lower()
    found = client.get(f"{address}?site={project.school}&kind=casework").text
    assert f'<option value="{project.school}" selected>School, Zorya</option>' in found
    assert "Culture club, Mykolaivka" in found and '<option value="casework" selected>' in found
    assert client.get(f"{address}?site={project.club}&page=2").status_code == 404


def test_a_filter_is_kept_from_page_to_page(client: FlaskClient, project: Funded) -> None:
    actor = project.people.caseworker_kyiv
    for number in range(30):
        community.log_gathering(project.club if number % 2 else project.school, actor, topic=f"Topic {number}")
        community.log_gathering(project.club, actor, topic=f"More {number}")
    sign_in(client, actor)
    address: str | None = f"/projects/{project.reference}/timeline?site={project.club}&kind=casework"
    pages: list[list[str]] = []
    while address:
        page = client.get(address).text
        pages.append(sentences(page))
        assert f'<option value="{project.club}" selected>' in page and '<option value="casework" selected>' in page
        older = re.search(r'rel="next" href="([^"]*)"', page)
        address = unescape(older[1]) if older else None
    whole = [said for page in pages for said in page]
    assert [len(page) for page in pages] == [25, len(whole) - 25] and len(whole) > 45
    assert sum("More" in said for said in whole) == 30 and sum("Topic" in said for said in whole) == 15


def test_no_site_of_another_project_is_asked_for(client: FlaskClient, project: Funded) -> None:
    actor = project.people.caseworker_kyiv
    reference = commands.open_project(community.opening(project.programme.id), actor=actor)
    foreign = community.add_site(community.project_id(reference, actor), actor, name="Library of another project")
    community.log_gathering(foreign, actor, topic="Far away")
    sign_in(client, actor)
    address = f"/projects/{project.reference}/timeline"
    found = client.get(f"{address}?site={foreign}")
    assert found.status_code == 200 and foreign not in found.text.replace("?site=", "")
    assert "Far away" not in found.text and "Library of another project" not in found.text
    assert sentences(found.text) == sentences(client.get(address).text), "as where no site is asked for"
    assert "Far away" in client.get(f"/projects/{reference}/timeline?site={foreign}").text
    assert client.get(f"/projects/{reference}/sites/{project.club}").status_code == 404


def test_who_read_it_is_offered_to_auditors_and_to_no_site(client: FlaskClient, project: Funded) -> None:
    address = f"/projects/{project.reference}/timeline"
    for actor, sees in ((project.people.caseworker_kyiv, False), (project.people.auditor, True)):
        sign_in(client, actor)
        client.get(f"/projects/{project.reference}/sites/{project.club}")
        page = client.get(f"{address}?kind=access").text
        assert ('value="access"' in page) is sees
        assert all("Opened" in said for said in sentences(page)) is sees
        assert not any("Opened the" in said for said in sentences(client.get(f"{address}?site={project.club}").text))
    other = make_user("caseworker.tartu@example.org", Role.CASEWORKER, project.people.tallinn)
    sign_in(client, other)
    assert client.get(f"{address}?site={project.club}").status_code == 404


def test_the_pages_ask_the_same_for_few_entries_and_for_many(client: FlaskClient, project: Funded) -> None:
    actor, base = project.people.caseworker_kyiv, f"/projects/{project.reference}"
    addresses = (f"{base}/sites/{project.club}", f"{base}/timeline?site={project.club}", f"{base}/timeline")
    few = [len(ask(client, actor, address)) for address in addresses]
    for number in range(15):
        community.add_member(project.club, actor)
        community.add_paper(project.club, DocumentKind.OTHER, actor)
        money.draft(project, (project.roof, 100_00 + number))
    many = [len(ask(client, actor, address)) for address in addresses]
    assert many == few and max(few) <= MOST, (few, many)
