"""Works and equipment of a site are paid from lines of the project's plan: which they may name, which are refused, and
what their pages show of the money."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casetracker.community import commands as projects
from casetracker.community import equipment_commands, equipment_queries, paid_line_queries, works_commands
from casetracker.community.equipment_models import EquipmentItem
from casetracker.community.models import Site
from casetracker.community.works_models import WorksItem
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.models import Dossier
from casetracker.grants.queries import list_grants
from casetracker.plans import draft_commands
from casetracker.plans.models import PlanActivity
from casetracker.plans.states import ActivityKind, ApprovedLine
from tests.community.test_partner_commands import invoiced, pay
from tests.disbursements.test_routes import token
from tests.factories import community, equipment, works
from tests.factories import project_money as money
from tests.factories.accounts import sign_in
from tests.factories.project_money import Funded, funded_project
from tests.grounds import built_once


@built_once
def building_project() -> Funded:
    """The funded project; club and school came to the agreement, so works and equipment are entered."""
    project = funded_project()
    author, supervisor = project.people.caseworker_kyiv, project.people.supervisor_kyiv
    criteria = community.set_criteria(project.dossier_id, supervisor, ("Use", 100))
    for site_id in (project.club, project.school):
        community.select(site_id, supervisor, criteria)
        community.add_paper(site_id, DocumentKind.SITE_AGREEMENT, author)
        community.move(site_id, author)
    return project


def add_line(project: Funded, title: str, what: str, price: int, *sites: str) -> str:
    """A line of one more activity for these sites, in the approved plan; its id."""
    author = project.people.caseworker_kyiv
    activity = money.activity(project.dossier_id, title, ActivityKind.WORKS, *sites, actor=author)
    line_id = money.line(project.dossier_id, activity, what, price, project.grant_id, actor=author)
    money.approve_plan(
        project.dossier_id, author=author, deciders=(project.people.supervisor_kyiv, project.second)
    )  # fmt: skip
    return line_id


def line_of_another_project(project: Funded) -> str:
    """A line of the approved plan of another project of the same office and programme; its id."""
    author, programme = project.people.caseworker_kyiv, project.programme
    reference = projects.open_project(community.opening(programme.id, title="Another one"), actor=author)
    dossier_id = community.project_id(reference, author)
    site_id = community.add_site(dossier_id, author)
    asked = money.ask_share(dossier_id, programme.reintegration_line_id, 5_000_00, actor=author)
    money.decide_share(asked, actor=project.people.supervisor_kyiv)
    activity = money.activity(dossier_id, "A dry hall", ActivityKind.WORKS, site_id, actor=author)
    line_id = money.line(dossier_id, activity, "New roof", 1_000_00, list_grants(dossier_id)[0].id, actor=author)
    money.approve_plan(dossier_id, author=author, deciders=(project.people.supervisor_kyiv, project.second))
    return line_id


def move_activity(project: Funded, title: str, *sites: str) -> None:
    """From now on the activity of this title is for these sites, in the approved plan, too."""
    author = project.people.caseworker_kyiv
    query = select(PlanActivity).where(PlanActivity.dossier_id == project.dossier_id, PlanActivity.title == title)
    row = db.session.scalars(query).one()
    cmd = draft_commands.SaveActivity(
        dossier_id=project.dossier_id, activity_id=row.id, version=row.version, kind=row.kind, title=title,
        place=row.place, feasibility=row.feasibility, beneficiary_ids=sites,
    )  # fmt: skip
    draft_commands.save_activity(cmd, actor=author)
    money.approve_plan(project.dossier_id, author=author, deciders=(project.people.supervisor_kyiv, project.second))


def edit_works(project: Funded, works_id: str, line_id: str | None) -> None:
    """The works are paid from this line, or from none."""
    cmd = works_commands.EditWorks(
        **works.place(works_id), entry=works.planning(plan_line_id=line_id), started_on=None, reason="Another line",
        version=works.version(works_id),
    )  # fmt: skip
    works_commands.edit_works(cmd, actor=project.people.caseworker_kyiv)


def edit_equipment(project: Funded, equipment_id: str, line_id: str | None) -> None:
    """The equipment is paid from this line, or from none."""
    cmd = equipment_commands.EditEquipment(
        **equipment.place(equipment_id), entry=equipment.listing(plan_line_id=line_id), reason="Another line",
        version=equipment.version(equipment_id),
    )  # fmt: skip
    equipment_commands.edit_equipment(cmd, actor=project.people.caseworker_kyiv)


def of_works(works_id: str) -> str | None:
    """The line that the works name."""
    return db.session.get_one(WorksItem, works_id, populate_existing=True).plan_line_id


def of_equipment(equipment_id: str) -> str | None:
    """The line that the equipment names."""
    return db.session.get_one(EquipmentItem, equipment_id, populate_existing=True).plan_line_id


def figures(line: ApprovedLine | None) -> tuple[str, int, int, int]:
    """What a page shows of a line: what it is for; planned, spent and left, minor units."""
    assert line is not None and line.totals is not None
    return line.description, line.granted, line.totals.spent, line.totals.left


@pytest.fixture
def project(app: Flask) -> Funded:
    return building_project()


def test_works_take_a_line_of_their_own_site(project: Funded) -> None:
    author = project.people.caseworker_kyiv
    site = db.session.get_one(Site, project.club)
    roof = works.add(project.club, author, plan_line_id=project.roof)
    assert of_works(roof) == project.roof
    assert figures(paid_line_queries.find_line(site, of_works(roof))) == ("New roof", 12_000_00, 0, 12_000_00)
    pay(project, invoiced(project, 1_500_01))
    assert figures(paid_line_queries.find_line(site, of_works(roof))) == ("New roof", 12_000_00, 1_500_01, 10_499_99)
    assert paid_line_queries.list_choices(site) == [(project.roof, "A dry hall: New roof")]
    foreign = line_of_another_project(project)
    for line_id in (project.computers, foreign, "no such line"):
        with pytest.raises(NotFound):
            works.add(project.club, author, plan_line_id=line_id)
        with pytest.raises(NotFound):
            edit_works(project, roof, line_id)
    assert of_works(roof) == project.roof
    assert db.session.scalar(select(func.count()).select_from(WorksItem)) == 1


def test_equipment_takes_a_line_of_its_own_site(project: Funded) -> None:
    author = project.people.caseworker_kyiv
    computers = equipment.add(project.school, author, plan_line_id=project.computers)
    site = db.session.get_one(Site, project.school)
    shown = equipment_queries.load_page(site, computers)
    assert figures(shown.line) == ("Computers", 3_000_00, 0, 3_000_00)
    foreign = line_of_another_project(project)
    for line_id in (project.roof, foreign, "no such line"):
        with pytest.raises(NotFound):
            equipment.add(project.school, author, plan_line_id=line_id, serials=())
        with pytest.raises(NotFound):
            edit_equipment(project, computers, line_id)
    assert of_equipment(computers) == project.computers
    assert db.session.scalar(select(func.count()).select_from(EquipmentItem)) == 1


def test_an_activity_for_several_sites_pays_for_each_of_them_and_for_no_other(project: Funded) -> None:
    author = project.people.caseworker_kyiv
    library = community.add_site(project.dossier_id, author, name="Library")
    shared = add_line(project, "Ramps", "Ramps of two houses", 1_000_00, project.club, project.school)
    ramp = works.add(project.club, author, plan_line_id=shared)
    rails = equipment.add(project.school, author, plan_line_id=shared)
    assert (of_works(ramp), of_equipment(rails)) == (shared, shared)
    with pytest.raises(NotFound):
        paid_line_queries.require_line(db.session.get_one(Site, library), shared)


def test_editing_keeps_changes_and_takes_away_the_line(project: Funded) -> None:
    author = project.people.caseworker_kyiv
    shared = add_line(project, "Ramps", "Ramps of two houses", 1_000_00, project.club, project.school)
    roof = works.add(project.club, author)
    computers = equipment.add(project.school, author)
    for wanted in (shared, project.roof, project.roof, None):
        edit_works(project, roof, wanted)
        assert of_works(roof) == wanted
    for wanted in (shared, project.computers, project.computers, None):
        edit_equipment(project, computers, wanted)
        assert of_equipment(computers) == wanted


def test_a_line_that_is_for_another_site_now_stays_where_it_was_named(project: Funded) -> None:
    author = project.people.caseworker_kyiv
    roof = works.add(project.club, author, plan_line_id=project.roof)
    computers = equipment.add(project.school, author, plan_line_id=project.computers)
    move_activity(project, "A dry hall", project.school)
    move_activity(project, "A computer room", project.club)
    edit_works(project, roof, project.roof)
    edit_equipment(project, computers, project.computers)
    assert (of_works(roof), of_equipment(computers)) == (project.roof, project.computers)
    with pytest.raises(NotFound):
        works.add(project.club, author, plan_line_id=project.roof)
    with pytest.raises(NotFound):
        equipment.add(project.school, author, plan_line_id=project.computers, serials=())


def test_the_pages_keep_a_line_that_is_for_another_site_now(client: FlaskClient) -> None:
    """Somebody who changes the title alone does not take away what pays for it."""
    project = building_project()
    author = project.people.caseworker_kyiv
    roof = works.add(project.club, author, plan_line_id=project.roof)
    computers = equipment.add(project.school, author, plan_line_id=project.computers)
    move_activity(project, "A dry hall", project.school)
    move_activity(project, "A computer room", project.club)
    sign_in(client, author)
    reference = db.session.get_one(Dossier, project.dossier_id).reference
    for address, line_id in (
        (f"/projects/{reference}/sites/{project.club}/works/{roof}/edit", project.roof),
        (f"/projects/{reference}/sites/{project.school}/equipment/{computers}/edit", project.computers),
    ):
        options = re.findall(r"<option([^>]*)>", part_of(client.get(address).text))
        assert [line_id in each for each in options if "selected" in each] == [True], options


def part_of(page: str) -> str:
    """The choice of the plan's line."""
    return page.partition('name="plan_line_id"')[2].partition("</select>")[0]


def words(page: str) -> str:
    """The page's text on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ")


def test_the_pages_say_from_what_it_is_paid(client: FlaskClient) -> None:
    project = building_project()
    pay(project, invoiced(project, 1_500_01))
    sign_in(client, project.people.caseworker_kyiv)
    to_club, to_school = (f"/projects/{project.reference}/sites/{site}" for site in (project.club, project.school))
    form = client.get(f"{to_club}/works/new").text
    assert f'value="{project.roof}"' in form and project.computers not in form
    fields = {
        "kind": "roof", "title": "Roof of the hall", "planned_start": works.ago(60).isoformat(),
        "planned_end": works.ago(-30).isoformat(), "bill-0-what": "Tiles", "bill-0-unit": "m²",
        "bill-0-quantity": "120.5", "bill-0-unit_price": "31.15",
    }  # fmt: skip
    forged = fields | {"form_token": token(), "plan_line_id": project.computers}
    assert client.post(f"{to_club}/works/new", data=forged).status_code == 422
    without = client.post(f"{to_club}/works/new", data=fields | {"form_token": token()})
    assert without.status_code == 302 and "Paid from" not in client.get(without.location).text
    saved = client.post(f"{to_club}/works/new", data=forged | {"form_token": token(), "plan_line_id": project.roof})
    page = client.get(saved.location).text
    assert "Paid from A dry hall: New roof Planned of it 12,000.00 EUR" in words(page)
    assert re.search(r"Spent of it 1,500\.01 EUR .*Left of it 10,499\.99 EUR", words(page))
    assert 'data-figure="150001"' in page and 'data-figure="1049999"' in page
    computers = equipment.add(project.school, project.people.caseworker_kyiv, plan_line_id=project.computers)
    page = words(client.get(f"{to_school}/equipment/{computers}").text)
    assert re.search(r"Paid from A computer room: Computers Planned of it 3,000\.00 EUR .*Left of it 3,000\.00", page)
