"""Works on both databases: planned by a bill, built with photographs, accepted by somebody else, under warranty."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from casetracker.community import (
    progress_commands,
    site_commands,
    waiting_queries,
    works_commands,
    works_queries,
)
from casetracker.community.models import Site
from casetracker.community.photo_models import SitePhotograph
from casetracker.community.photo_states import PhotoAbout
from casetracker.community.states import SiteOutcome, SiteStage
from casetracker.community.works_models import WorksBillRow, WorksDefect, WorksItem, WorksProgress
from casetracker.community.works_states import ActualEntry, BillEntry, DefectEntry, DefectSeverity, WorksState
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.core.permissions import Role
from casetracker.documents import storage
from casetracker.documents.models import Document
from casetracker.documents.pictures import CameraFacts, camera_facts
from casetracker.dossiers.models import Dossier
from tests.factories import benefits, community, works
from tests.factories.accounts import People, make_people, make_user, sign_in
from tests.statements import counted


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def site_id(people: People) -> str:
    return works.agreed_site(people)


def page(works_id: str, people: People) -> works_queries.WorksPage:
    """The works as a supervisor's page has them."""
    item = db.session.get_one(WorksItem, works_id)
    site = db.session.get_one(Site, item.site_id)
    return works_queries.load_page(site, works_id, people.supervisor_kyiv.id, works.ago(0))


def test_works_from_the_bill_to_the_warranty(people: People, site_id: str) -> None:
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    roof = works.add(site_id, worker)
    shown = page(roof, people)
    assert (shown.row.facts.planned, [line.planned for line in shown.bill]) == (4_953_58, [3_753_58, 1_200_00])
    assert (shown.row.state, len(shown.late)) == (WorksState.PLANNED, 1)
    with pytest.raises(Refused, match="when the works started"):
        works.log(roof, worker, 10)
    works.start(roof, worker)
    works.log(roof, worker, 40, days=20)
    with pytest.raises(Refused, match="40 per cent before"):
        works.log(roof, worker, 30, days=10)
    works.log(roof, worker, 30, days=10, reason="A wall was taken down again.")
    works.log(roof, worker, 100, days=2)
    leak = works.find_defect(roof, worker)
    with pytest.raises(Refused, match="serious defect"):
        works.accept(roof, supervisor)
    works.mend(roof, leak, worker)
    works.find_defect(roof, worker, DefectSeverity.MINOR)
    entry = DefectEntry(found_on=works.ago(4), what="It drips", severity=DefectSeverity.MINOR, due_on=works.ago(2))
    correct = progress_commands.CorrectDefect(
        **works.place(roof), defect_id=leak, entry=entry, reason="Seen again", version=2
    )
    progress_commands.correct_defect(correct, actor=worker)
    with pytest.raises(Refused, match="mended before that day"):
        late = replace(entry, found_on=works.ago(0), due_on=works.ago(0))
        progress_commands.correct_defect(replace(correct, entry=late, version=3), actor=worker)
    assert db.session.get_one(WorksDefect, leak, populate_existing=True).what == "It drips"
    with pytest.raises(NotFound):
        works.accept(roof, worker)
    works.accept(roof, supervisor, accepted_on=works.ago(1))
    claim = works.find_defect(roof, worker, days=0)
    item = db.session.get_one(WorksItem, roof)
    assert (item.accepted_by, item.completed_by) == (supervisor.id, worker.id)
    assert item.warranty_until is not None and item.warranty_until.year == works.ago(1).year + 2
    shown = page(roof, people)
    assert [each.percent for each in shown.progress] == [100, 30, 40]
    assert (shown.row.state, shown.row.facts.percent) == (WorksState.ACCEPTED, 100)
    found = db.session.get_one(WorksDefect, claim)
    assert found.mended_on is None and found.found_on > works.ago(1)
    site = db.session.get_one(Site, site_id)
    assert works_queries.count_open([site_id]) == {site_id: (1, 0)}
    assert works_queries.load_works(site, works.ago(0)).percent == 100


def test_who_logged_the_last_progress_does_not_accept(people: People, site_id: str) -> None:
    supervisor = people.supervisor_kyiv
    roof = works.add(site_id, people.caseworker_kyiv)
    works.start(roof, people.caseworker_kyiv)
    with pytest.raises(Refused, match="stand at 0 per cent"):
        works.accept(roof, supervisor)
    works.log(roof, supervisor, 100)
    with pytest.raises(Refused, match="another supervisor accepts"):
        works.accept(roof, supervisor)
    works.log(roof, people.caseworker_kyiv, 100, days=1)
    works.accept(roof, supervisor, warranty_months=None, warranty_until=date(2031, 1, 31))
    assert db.session.get_one(WorksItem, roof).warranty_until == date(2031, 1, 31)
    with pytest.raises(Refused, match="were accepted"):
        works.log(roof, people.caseworker_kyiv, 90, days=0, reason="No")


def waiting(actor: Actor) -> list[str]:
    """The works that wait for them under My work: those that their page lets them accept, and no others."""
    ids = [row.args["works_id"] for row in waiting_queries.list_waiting(actor)]
    for id in db.session.scalars(select(WorksItem.id)):
        item = db.session.get_one(WorksItem, id, populate_existing=True)
        site = db.session.get_one(Site, item.site_id, populate_existing=True)
        shown = works_queries.load_page(site, id, actor.id, works.ago(0))
        assert (id in ids) == (shown.why_not_accept is None and site.outcome is None)
    return ids


def test_works_that_are_done_wait_for_another_supervisor(people: People, site_id: str) -> None:
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    second = make_user("supervisor.two.kyiv@example.org", Role.SUPERVISOR, people.kyiv)
    roof, windows = works.add(site_id, worker), works.add(site_id, worker, title="Windows")
    for item in (roof, windows):
        works.start(item, worker)
    works.log(roof, worker, 99, days=8)
    assert waiting(supervisor) == []
    works.log(roof, worker, 100, days=5)
    works.log(windows, supervisor, 100, days=6)
    assert waiting(supervisor) == [roof], "who logged the end does not accept"
    with counted() as few:
        assert waiting_queries.list_waiting(second)[0].text.params == {"works": "Windows", "site": "Culture club"}
    assert waiting(second) == [windows, roof], "the one that has waited longest first"
    with counted() as none:
        assert waiting_queries.list_waiting(worker) == []
    assert (len(few), len(none)) == (3, 0)
    assert waiting_queries.list_waiting(people.supervisor_tallinn) == []
    leak = works.find_defect(roof, worker)
    works.find_defect(windows, worker, DefectSeverity.MINOR)
    assert waiting(second) == [windows], "a serious defect is mended first"
    works.mend(roof, leak, worker)
    works.log(windows, worker, 90, days=1, reason="A pane broke.")
    assert waiting(second) == [roof]
    site = db.session.get_one(Site, site_id)
    place = {"dossier_id": site.dossier_id, "site_id": site_id, "reason": "The front came closer."}
    stop = site_commands.LeaveSite(**place, outcome=SiteOutcome.STOPPED, version=site.version)
    site_commands.leave_site(stop, actor=supervisor)
    assert waiting(second) == []
    site_commands.take_up_site(site_commands.TakeUpSite(**place, version=site.version), actor=supervisor)
    assert waiting(second) == [roof]
    works.accept(roof, second)
    works.log(windows, worker, 100, days=0)
    assert waiting(second) == [windows]
    works.cancel(windows, supervisor)
    assert waiting(second) == []


def test_my_work_leads_to_works_that_are_done(client: FlaskClient, people: People, site_id: str) -> None:
    roof = works.add(site_id, people.caseworker_kyiv)
    works.start(roof, people.caseworker_kyiv)
    works.log(roof, people.caseworker_kyiv, 100)
    sign_in(client, people.supervisor_kyiv)
    text = client.get("/").text
    assert "Works to accept: Roof of the hall, Culture club" in text
    address = re.search(rf'href="(/projects/[^"]+/works/{roof})"', text)
    assert address is not None and "Accept the works" in client.get(address[1]).text
    sign_in(client, people.caseworker_kyiv)
    assert "Works to accept" not in client.get("/").text


def test_the_bill_is_edited_and_what_was_built_stands_beside_it(people: People, site_id: str) -> None:
    worker = people.caseworker_kyiv
    roof = works.add(site_id, worker)
    works.start(roof, worker)
    tiles, crane = works_queries.list_bill(roof)
    entries = (
        ActualEntry(id=tiles.id, quantity=118_250, amount=3_683_49),
        ActualEntry(id=crane.id, quantity=0, amount=0),
    )
    cmd = works_commands.MeasureWorks(**works.place(roof), entries=entries, reason=None, version=works.version(roof))
    works_commands.measure_works(cmd, actor=worker)
    assert page(roof, people).actual == 3_683_49
    with pytest.raises(Refused, match="give the reason"):
        works_commands.measure_works(cmd, actor=worker)
    with pytest.raises(Refused, match="Each row of the bill"):
        works_commands.measure_works(works_commands.MeasureWorks(**{**vars(cmd), "entries": entries[:1]}), actor=worker)

    def edit(*bill: BillEntry, version: int | None = None) -> None:
        entry = works.planning(bill=bill, title="Roof and gutters")
        works_commands.edit_works(
            works_commands.EditWorks(
                **works.place(roof),
                entry=entry,
                reason="Measured anew",
                started_on=works.ago(50),
                version=version or works.version(roof),
            ),
            actor=worker,
        )

    stays = BillEntry(id=tiles.id, what="Tiles", unit="m²", quantity=118_000, unit_price=31_15)
    with pytest.raises(Refused, match="Something was built of “Tiles”"):
        edit(BillEntry(id=crane.id, what="Crane", unit="day", quantity=3_000, unit_price=400_00))
    edit(stays, BillEntry(id=None, what="Gutters", unit="m", quantity=500, unit_price=9_99))
    shown = page(roof, people)
    assert [(line.row.what, line.planned) for line in shown.bill] == [("Tiles", 3_675_70), ("Gutters", 5_00)]
    assert (shown.row.item.title, shown.row.facts.planned) == ("Roof and gutters", 3_680_70)
    with pytest.raises(Conflict):
        edit(stays, version=1)
    other = works.add(site_id, worker)
    with pytest.raises(NotFound):
        edit(BillEntry(id=works_queries.list_bill(other)[0].id, what="x", unit="x", quantity=1, unit_price=1))
    assert db.session.scalars(select(WorksBillRow.item_id).where(WorksBillRow.item_id == other)).all() == [other] * 2


def test_a_start_stays_before_the_first_defect_and_progress(people: People, site_id: str) -> None:
    worker = people.caseworker_kyiv
    roof = works.add(site_id, worker)
    works.start(roof, worker, days=50)
    works.log(roof, worker, 10, days=30)
    with pytest.raises(Refused, match=f"The works started on {works.ago(50)}"):
        works.find_defect(roof, worker, days=51)
    works.find_defect(roof, worker, days=40)

    def edit(days: int) -> None:
        cmd = works_commands.EditWorks(
            **works.place(roof), entry=works.planning(), reason="Mistyped", started_on=works.ago(days),
            version=works.version(roof),
        )  # fmt: skip
        works_commands.edit_works(cmd, actor=worker)

    with pytest.raises(Refused, match="a defect found, before that day"):
        edit(39)
    edit(40)
    assert page(roof, people).row.item.started_on == works.ago(40)


def test_photographs_of_progress_carry_nothing_but_the_picture(people: People, site_id: str) -> None:
    worker = people.caseworker_kyiv
    roof = works.add(site_id, worker)
    works.start(roof, worker)
    taken = works.photograph()
    assert camera_facts(taken.content).latitude == 48_500_000
    with_place = works.log(roof, worker, 40, days=20, uploads=(taken, works.photograph("2.jpg")), keeps_place=True)
    without = works.log(roof, worker, 50, days=10, uploads=(taken,))
    rows = db.session.scalars(select(SitePhotograph).order_by(SitePhotograph.day)).all()
    assert [(row.about_id, row.latitude, row.longitude) for row in rows] == [
        (with_place, 48_500_000, 37_750_000), (with_place, 48_500_000, 37_750_000), (without, None, None),
    ]  # fmt: skip
    for row in rows:
        document = db.session.get_one(Document, row.document_id)
        stored = storage.read(document.storage_key, document.sha256)
        assert b"Camera of a person" in taken.content and b"Camera of a person" not in stored
        assert b"Exif" not in stored and camera_facts(stored) == CameraFacts(dots=900 * 600)
    broken = works.photograph()
    broken = type(broken)("broken.jpg", broken.content[:400], "image/jpeg")
    with pytest.raises(Refused, match="cannot be opened") as refused:
        works.log(roof, worker, 60, uploads=(broken,))
    assert refused.value.message.field == "photographs"
    assert db.session.scalars(select(WorksProgress.percent).order_by(WorksProgress.position)).all() == [40, 50]


def test_what_is_cancelled_counts_no_more_and_other_offices_find_nothing(people: People, site_id: str) -> None:
    worker = people.caseworker_kyiv
    roof, hall = works.add(site_id, worker), works.add(site_id, worker, title="Stage")
    for stranger in (people.caseworker_tallinn, people.finance_kyiv, people.auditor):
        with pytest.raises(NotFound):
            works.start(roof, stranger)
    with pytest.raises(NotFound):
        works.cancel(roof, worker)
    works.cancel(roof, people.supervisor_kyiv)
    panel = works_queries.load_works(db.session.get_one(Site, site_id), works.ago(0))
    assert [row.state for row in panel.rows] == [WorksState.CANCELLED, WorksState.PLANNED]
    assert (panel.planned, panel.percent, works_queries.count_open([site_id])[site_id]) == (4_953_58, 0, (1, 1))
    with pytest.raises(Refused, match="were cancelled"):
        works.start(roof, worker)
    works.start(hall, worker)
    early = community.add_site(db.session.get_one(Site, site_id).dossier_id, worker)
    with pytest.raises(Refused, match="once there is the agreement"):
        works.add(early, worker)


def test_the_pages_tell_how_far_works_are(client: FlaskClient, people: People, site_id: str) -> None:
    roof = works.add(site_id, people.caseworker_kyiv)
    works.start(roof, people.caseworker_kyiv)
    works.log(roof, people.caseworker_kyiv, 40, days=5, uploads=(works.photograph(),))
    reference = db.session.get_one(Dossier, db.session.get_one(Site, site_id).dossier_id).reference
    sign_in(client, people.supervisor_kyiv)
    site = f"/projects/{reference}/sites/{site_id}"
    seen = client.get(site).text
    assert 'value="40"' in seen and "Roof of the hall" in seen and 'data-figure="495358"' in seen
    address = f"{site}/works/{roof}"
    seen = client.get(address).text
    assert "The works stand at 40 per cent." in seen and "120.5 m²" in seen
    sent = {"form_token": "0" * 32, "day": works.ago(1).isoformat(), "percent": "20"}
    refused = client.post(f"{address}/progress/new", data=sent)
    assert refused.status_code == 422 and "say why it is less now" in refused.text
    again = sent | {"form_token": "1" * 32, "reason": "Rain came in"}
    assert client.post(f"{address}/progress/new", data=again).status_code == 302
    edit = client.get(f"{address}/edit").text
    assert 'value="120.5"' in edit and 'value="31.15"' in edit
    timeline = client.get(f"/projects/{reference}/timeline").text
    assert "Roof of the hall of Culture club: 20 per cent, less than before: Rain came in" in timeline
    assert "planned at 4,953.58" in timeline and "120.5" in timeline
    photograph = db.session.scalars(select(SitePhotograph.id)).one()
    small = client.get(f"/projects/{reference}/photographs/{photograph}")
    assert small.mimetype == "image/jpeg" and b"Exif" not in small.data and len(small.data) < 20_000
    sign_in(client, people.auditor)
    assert "Logged by" in client.get(address).text and client.get(f"{address}/edit").status_code == 404
    sign_in(client, people.caseworker_tallinn)
    assert client.get(f"/projects/{reference}/photographs/{photograph}").status_code == 404


def test_photographs_by_hand_tell_their_day_and_lose_their_place(
    client: FlaskClient, people: People, site_id: str
) -> None:
    benefits.put(site_id, SiteStage.IN_USE, actor=people.caseworker_kyiv)
    benefits.hand_over(site_id, people.caseworker_kyiv)
    visit = benefits.log_visit(site_id, people.caseworker_kyiv)
    reference = db.session.get_one(Dossier, db.session.get_one(Site, site_id).dossier_id).reference
    sign_in(client, people.caseworker_kyiv)
    address = f"/projects/{reference}/sites/{site_id}/photographs"
    assert "Visit of" in client.get(f"{address}/new").text

    def send(number: int, content: bytes, **fields: str) -> TestResponse:
        sent = {
            "form_token": f"{number}" * 32,
            "caption": "The hall",
            "files": (io.BytesIO(content), "1.jpg"),
            **fields,
        }
        return client.post(f"{address}/new", data=sent, content_type="multipart/form-data")

    dayless = works.photograph(day=None).content
    refused = send(1, dayless)
    assert refused.status_code == 422 and "please give the day" in refused.text and 'value="The hall"' in refused.text
    refused = send(2, b"\xff\xd8\xff\xe0" + b"\x00" * 50, day="2026-03-02")
    assert refused.status_code == 422 and "cannot be opened" in refused.text
    assert send(3, works.photograph().content).status_code == 302
    assert send(4, works.photograph().content, visit_id=visit, keeps_place="yes").status_code == 302
    rows = db.session.scalars(select(SitePhotograph).order_by(SitePhotograph.about)).all()
    assert [(row.day, row.about, row.about_id, row.latitude) for row in rows] == [
        (date(2026, 3, 2), PhotoAbout.OTHER, None, None), (date(2026, 3, 2), PhotoAbout.VISIT, visit, 48_500_000),
    ]  # fmt: skip
    taken = client.get(f"/projects/{reference}/documents/{rows[1].document_id}").data
    assert taken.startswith(b"\xff\xd8\xff") and b"Exif" not in taken and b"Camera" not in taken
    seen = client.get(address).text
    assert seen.count("<img") == 2 and "48.5" in seen and "The hall" in seen
    assert "Photographs of Culture club: The hall" in client.get(f"/projects/{reference}/timeline").text
