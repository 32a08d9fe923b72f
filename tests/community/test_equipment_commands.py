"""Equipment on both databases: received, held, checked, written off by a supervisor, handed over; and the site's way
through works, equipment and handover."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casetracker.community import equipment_commands, equipment_queries, queries
from casetracker.community.equipment_models import EquipmentItem, HandoverPiece, InventoryCheck
from casetracker.community.equipment_states import EquipmentState, MissingSettlement
from casetracker.community.models import Site
from casetracker.community.photo_models import SitePhotograph
from casetracker.community.visit_states import VisitRound
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.models import Dossier
from tests.factories import benefits, community, equipment, works
from tests.factories.accounts import People, make_people, sign_in


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def site_id(people: People) -> str:
    return works.agreed_site(people)


def panel(site_id: str) -> equipment_queries.EquipmentPanel:
    """The equipment on the site's page."""
    site = db.session.get_one(Site, site_id, populate_existing=True)
    return equipment_queries.load_equipment(site, queries.site_facts(site), works.ago(0))


def test_what_a_check_does_not_find_waits_for_a_supervisor(people: People, site_id: str) -> None:
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    item = equipment.add(site_id, worker)
    with pytest.raises(Refused, match="first that it was received"):
        equipment.check(item, worker, 10)
    equipment.receive(item, worker, serials=("PC-1", "PC-2", "PC-3"))
    with pytest.raises(Refused, match="more cannot be found"):
        equipment.check(item, worker, 11)
    with pytest.raises(Refused, match="no serial number of this equipment"):
        equipment.check(item, worker, 9, missing=("X",))
    first = equipment.check(item, worker, 8, days=5, missing=("PC-3",), uploads=(works.photograph(),))
    again = equipment.check(item, worker, 8, days=4)
    assert len(panel(site_id).missing) == 2 and "2 pieces were not found" in str(panel(site_id).missing[0])
    with pytest.raises(NotFound):
        equipment.settle(first, worker)
    equipment.settle(first, supervisor)
    equipment.settle(again, supervisor)
    rows = db.session.scalars(select(InventoryCheck).order_by(InventoryCheck.checked_on)).all()
    assert [row.written_off for row in rows] == [2, 0], "a piece is written off once"
    with pytest.raises(Refused, match="settled already"):
        equipment.settle(first, supervisor)
    equipment.settle(equipment.check(item, worker, 7), supervisor, MissingSettlement.EXPLAINED)
    assert (panel(site_id).missing, panel(site_id).rows[0].facts.left) == ([], 8)
    assert db.session.scalars(select(SitePhotograph.about_id)).one() == first
    assert equipment_queries.count_open([site_id]) == {site_id: (1, 0)}


def test_a_number_put_right_after_a_check_does_not_add_to_what_was_missing(people: People, site_id: str) -> None:
    worker = people.caseworker_kyiv
    item = equipment.add(site_id, worker)
    equipment.receive(item, worker)
    lost = equipment.check(item, worker, 8)
    edited = equipment_commands.EditEquipment(
        **equipment.place(item), entry=equipment.listing(quantity=12), reason="Two more came.",
        version=equipment.version(item),
    )  # fmt: skip
    equipment_commands.edit_equipment(edited, actor=worker)
    equipment.settle(lost, people.supervisor_kyiv)
    assert db.session.get_one(InventoryCheck, lost, populate_existing=True).written_off == 2
    assert panel(site_id).rows[0].facts.left == 10


def test_a_serial_number_stands_once_in_a_project(people: People, site_id: str) -> None:
    worker = people.caseworker_kyiv
    item = equipment.add(site_id, worker)
    with pytest.raises(Refused, match="PC-2 stands in this project already") as refused:
        equipment.add(site_id, worker, serials=("PC-9", "PC-2"))
    assert refused.value.message.field == "serials"
    with pytest.raises(Refused, match="more serial numbers than pieces"):
        equipment.add(site_id, worker, quantity=1, serials=("A", "B"))
    with pytest.raises(Refused, match="A stands in this project already"):
        equipment.add(site_id, worker, serials=("A", "A"))

    def edit(**changes: object) -> None:
        cmd = equipment_commands.EditEquipment(
            **equipment.place(item), entry=equipment.listing(**changes), reason="Counted again",
            version=equipment.version(item),
        )  # fmt: skip
        equipment_commands.edit_equipment(cmd, actor=worker)

    edit(serials=("PC-2", "PC-7"), quantity=5)
    assert [row.number for row in equipment_queries.list_serials([item])[item]] == ["PC-2", "PC-7"]
    equipment.cancel(item, people.supervisor_kyiv)
    with pytest.raises(Refused, match="was cancelled"):
        edit()
    assert panel(site_id).rows[0].state == EquipmentState.CANCELLED
    assert equipment_queries.count_open([site_id]) == {}


def test_a_site_goes_through_works_and_equipment_to_its_owner(people: People, site_id: str) -> None:
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    assert community.move(site_id, worker) == "tendering"
    community.add_paper(site_id, DocumentKind.WORKS_CONTRACT, worker)
    with pytest.raises(Refused, match="Works or equipment of the site"):
        community.move(site_id, worker)
    roof, item = works.add(site_id, worker), equipment.add(site_id, worker)
    left_out = equipment.add(site_id, worker, title="Boards", serials=())
    assert [community.move(site_id, worker) for _each in range(2)] == ["works", "equipping"]
    with pytest.raises(Refused, match="Acceptance of all works: 1 still open"):
        community.move(site_id, worker)
    works.start(roof, worker)
    works.log(roof, worker, 100)
    works.accept(roof, supervisor, accepted_on=works.ago(2))
    equipment.receive(item, worker)
    with pytest.raises(Refused, match="Receipt of all equipment: 1 still open"):
        community.move(site_id, worker)
    equipment.cancel(left_out, supervisor)
    with pytest.raises(Refused, match="once its works and equipment were accepted"):
        equipment.hand_over(site_id, worker)
    assert community.move(site_id, worker) == "accepted"
    with pytest.raises(Refused, match="The handover to the owner"):
        community.move(site_id, worker)
    with pytest.raises(Refused, match=f"works were accepted on {works.ago(2)}"):
        equipment.hand_over(site_id, worker, days=3)
    equipment.hand_over(site_id, worker)
    with pytest.raises(Refused, match="handed over already"):
        equipment.hand_over(site_id, worker)
    row = db.session.get_one(EquipmentItem, item, populate_existing=True)
    assert (row.custodian, row.contact_name) == ("Town council", None)
    assert db.session.execute(select(HandoverPiece.item_id, HandoverPiece.quantity)).all() == [(item, 10)]
    assert community.move(site_id, worker) == "handed_over"
    with pytest.raises(Refused, match="how it stands already"):
        equipment.hold(item, worker, custodian="Town council", contact_name=None)
    equipment.hold(item, worker, custodian="School")
    with pytest.raises(NotFound):
        equipment.hold(item, people.caseworker_tallinn)
    assert community.move(site_id, worker) == "in_use"
    benefits.log_visit(site_id, worker, round=VisitRound.UNPLANNED)
    late, later = equipment.add(site_id, worker, title="Sewing machines", serials=()), works.add(site_id, worker)
    with pytest.raises(Refused, match="Acceptance of all works: 1 still open"):
        community.move(site_id, supervisor)
    works.cancel(later, supervisor)
    with pytest.raises(Refused, match="Receipt of all equipment: 1 still open"):
        community.move(site_id, supervisor)
    with pytest.raises(Refused, match="what comes now is its owner's"):
        equipment.receive(late, worker, days=0, serials=())
    equipment.receive(late, worker, days=0, serials=(), custodian="Town council")
    equipment.correct_handover(site_id, supervisor, receiver="Council of the town")
    assert db.session.get_one(EquipmentItem, late, populate_existing=True).custodian == "Council of the town"
    assert community.move(site_id, supervisor) == "closed"


def test_the_pages_tell_who_has_what(client: FlaskClient, people: People, site_id: str) -> None:
    item = equipment.add(site_id, people.caseworker_kyiv)
    equipment.receive(item, people.caseworker_kyiv)
    equipment.check(item, people.caseworker_kyiv, 9, missing=("PC-2",))
    reference = db.session.get_one(Dossier, db.session.get_one(Site, site_id).dossier_id).reference
    sign_in(client, people.caseworker_kyiv)
    site = f"/projects/{reference}/sites/{site_id}"
    seen = client.get(site).text
    assert "Computers: 1 piece was not found on" in seen and "Head of the club" in seen
    address = f"{site}/equipment/{item}"
    seen = client.get(address).text
    assert "9 of 10" in seen and "PC-2" in seen and "Olena" in seen and "Not settled" in seen and "/settle" not in seen
    sent = {"form_token": "0" * 32, "day": works.ago(1).isoformat(), "found": "8", "missing": ["PC-1", "PC-2"],
            "condition": "worn"}  # fmt: skip
    refused = client.post(f"{address}/checks/new", data=sent | {"found": "9"})
    assert refused.status_code == 422 and "More serial numbers are missing than pieces." in refused.text
    assert client.post(f"{address}/checks/new", data=sent | {"form_token": "1" * 32}).status_code == 302
    check = db.session.scalars(select(InventoryCheck.id).where(InventoryCheck.found == 8)).one()
    settle = {"form_token": "2" * 32, "settlement": "written_off", "reason": "Broken for good", "version": "1"}
    assert client.post(f"{address}/checks/{check}/settle", data=settle).status_code == 404
    sign_in(client, people.supervisor_kyiv)
    assert client.post(f"{address}/checks/{check}/settle", data=settle).status_code == 302
    assert "Settle<" in client.get(address).text and "Broken for good" in client.get(address).text
    timeline = client.get(f"/projects/{reference}/timeline").text
    assert "Computers of Culture club: 2 written off: Broken for good" in timeline
    assert "PC-1, PC-2" in timeline
