"""Receipts, checks and handovers that were entered wrongly, put right on both databases: openly, by whom it concerns,
and never beyond what stands."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casetracker.audit.kind_states import kinds_of
from casetracker.community import equipment_commands, handover_queries, site_commands
from casetracker.community.equipment_models import EquipmentItem, InventoryCheck, SiteHandover
from casetracker.community.equipment_states import MissingSettlement
from casetracker.community.models import Site, SitePaper
from casetracker.community.photo_models import SitePhotograph
from casetracker.community.states import SiteOutcome, SiteStage
from casetracker.community.visit_states import VisitRound
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.core.errors import Conflict, NotFound, Refused
from casetracker.core.permissions import Role
from casetracker.documents.models import Document
from casetracker.documents.states import DocumentKind
from casetracker.dossiers.models import Dossier
from casetracker.events.models import EventRow
from tests.factories import benefits, equipment, works
from tests.factories.accounts import People, make_people, make_user, sign_in
from tests.factories.cases import pdf
from tests.factories.documents import pdf_bytes

KINDS = ("equipment.receipt_corrected", "equipment.check_corrected", "site.handover_corrected")


@pytest.fixture
def people(app: Flask) -> People:
    return make_people()


@pytest.fixture
def site_id(people: People) -> str:
    return works.agreed_site(people)


@pytest.fixture
def item(people: People, site_id: str) -> str:
    """Ten computers that came ten days ago, as a caseworker entered."""
    item = equipment.add(site_id, people.caseworker_kyiv)
    equipment.receive(item, people.caseworker_kyiv)
    return item


def row_of(item: str) -> EquipmentItem:
    """As it stands now."""
    return db.session.get_one(EquipmentItem, item, populate_existing=True)


def handover_of(site_id: str) -> SiteHandover:
    """As it stands now."""
    query = select(SiteHandover).where(SiteHandover.site_id == site_id).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def paper(document_id: str | None) -> Document:
    """As it stands now."""
    return db.session.get_one(Document, document_id, populate_existing=True)


def papers(site_id: str, kind: DocumentKind) -> int:
    """How many papers of this kind are stored with the site."""
    query = select(func.count(SitePaper.id)).join(Document, Document.id == SitePaper.document_id)
    return db.session.scalar(query.where(SitePaper.site_id == site_id, Document.kind == kind)) or 0


def recorded(kind: str) -> int:
    """How often the record tells this."""
    return db.session.scalar(select(func.count()).select_from(EventRow).where(EventRow.kind == kind)) or 0


def hand_over(site_id: str, people: People) -> None:
    """The site was accepted, and handed over five days ago, as a caseworker entered."""
    benefits.put(site_id, SiteStage.ACCEPTED, actor=people.caseworker_kyiv)
    equipment.hand_over(site_id, people.caseworker_kyiv, days=5)


def test_a_receipt_is_put_right_by_a_supervisor_who_did_not_enter_it(people: People, site_id: str, item: str) -> None:
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    first = row_of(item).receipt_id
    for stranger in (worker, people.supervisor_tallinn, people.auditor, people.finance_kyiv):
        with pytest.raises(NotFound):
            equipment.correct_receipt(item, stranger, 12)
    equipment.correct_receipt(item, supervisor, 12)
    assert (row_of(item).received_on, row_of(item).receipt_id) == (works.ago(12), first)
    assert paper(first).day == works.ago(12), "the paper that bore the day bears the right one"
    equipment.correct_receipt(item, supervisor, 12, upload=pdf(mark="signed receipt"))
    assert row_of(item).receipt_id != first and papers(site_id, DocumentKind.EQUIPMENT_RECEIPT) == 2
    assert paper(first).day == works.ago(12), "the earlier paper stays stored"
    with pytest.raises(Refused, match="You entered this receipt"):
        equipment.correct_receipt(item, supervisor, 11)
    second = make_user("second.kyiv@example.org", Role.SUPERVISOR, people.kyiv)
    equipment.correct_receipt(item, second, 11)
    assert recorded("equipment.receipt_corrected") == 3


def test_whoever_entered_it_first_never_puts_it_right(people: People, site_id: str) -> None:
    """Another supervisor's better scan of the paper does not make the entry that one's alone."""
    entered_by, second = people.supervisor_kyiv, make_user("second.kyiv@example.org", Role.SUPERVISOR, people.kyiv)
    third = make_user("third.kyiv@example.org", Role.SUPERVISOR, people.kyiv)
    item = equipment.add(site_id, entered_by)
    equipment.receive(item, entered_by)
    benefits.put(site_id, SiteStage.ACCEPTED, actor=entered_by)
    equipment.hand_over(site_id, entered_by, days=5)
    equipment.correct_receipt(item, second, 10, upload=pdf(mark="a better scan"))
    equipment.correct_handover(site_id, second, upload=pdf(mark="a better scan of it"))
    for own in (entered_by, second):
        with pytest.raises(Refused, match="You entered this receipt"):
            equipment.correct_receipt(item, own, 11)
        with pytest.raises(Refused, match="You entered this handover"):
            equipment.correct_handover(site_id, own, receiver="A friend")
    equipment.correct_receipt(item, third, 11)
    equipment.correct_handover(site_id, third, receiver="Village council")


def test_a_receipt_stays_before_all_that_was_done_with_the_equipment(people: People, site_id: str, item: str) -> None:
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    planned = equipment.add(site_id, worker, title="Boards", serials=())
    with pytest.raises(NotFound):
        equipment.correct_receipt(planned, worker, 3)
    with pytest.raises(Refused, match="first that it was received"):
        equipment.correct_receipt(planned, supervisor, 3)
    with pytest.raises(Refused, match="lies in the future"):
        equipment.correct_receipt(item, supervisor, -2)
    equipment.hold(item, worker, custodian="School")
    with clock.at(clock.now() + timedelta(days=6)), pytest.raises(Refused, match="in other hands"):
        equipment.correct_receipt(item, supervisor, 4)
    equipment.correct_receipt(item, supervisor, 7)
    equipment.check(item, worker, 10, days=7)
    with pytest.raises(Refused, match="It was checked") as refused:
        equipment.correct_receipt(item, supervisor, 6)
    assert (refused.value.message.params["day"], refused.value.message.field) == (works.ago(7), "received_on")
    stale = equipment.version(item)
    equipment.correct_receipt(item, supervisor, 8)
    with pytest.raises(Conflict):
        equipment.correct_receipt(item, supervisor, 9, version=stale)
    assert row_of(item).received_on == works.ago(8) and recorded("equipment.receipt_corrected") == 2


def test_a_check_and_its_photographs_are_put_right(people: People, site_id: str, item: str) -> None:
    worker = people.caseworker_kyiv
    check = equipment.check(item, worker, 10, days=3, uploads=(works.photograph(),))
    stale = db.session.get_one(InventoryCheck, check).version
    with pytest.raises(NotFound):
        equipment.correct_check(check, people.caseworker_tallinn, note="Mine")
    changes = {"day": works.ago(4), "found": 9, "missing": ("PC-2",), "note": "One is at the school"}
    equipment.correct_check(check, worker, **changes, uploads=(works.photograph("second.jpg"),))
    row = db.session.get_one(InventoryCheck, check, populate_existing=True)
    assert (row.checked_on, row.found, row.missing_serials, row.note) == (works.ago(4), 9, ["PC-2"], changes["note"])
    pictures = db.session.scalars(select(SitePhotograph)).all()
    assert {(each.day, each.caption, each.about_id) for each in pictures} == {
        (works.ago(4), "Computers: 9 / 10", check)
    }
    assert {(paper(each.document_id).day, paper(each.document_id).title) for each in pictures} == {
        (works.ago(4), "Computers: 9 / 10")
    }
    assert len(pictures) == 2 and recorded("document.corrected") == 1
    with pytest.raises(Conflict):
        equipment.correct_check(check, worker, note="Another", version=stale)
    with pytest.raises(Refused, match="A photograph is a JPEG or PNG file") as refused:
        equipment.correct_check(check, worker, note="With a paper", uploads=(pdf(),))
    assert refused.value.message.field == "photographs"
    with pytest.raises(Refused, match="received later than that"):
        equipment.correct_check(check, worker, day=works.ago(11))
    row = db.session.get_one(InventoryCheck, check, populate_existing=True)
    assert row.note == changes["note"] and recorded("equipment.check_corrected") == 1


def test_pictures_of_a_check_say_what_it_found_after_the_equipment_got_another_name(
    people: People, site_id: str, item: str
) -> None:
    worker = people.caseworker_kyiv
    check = equipment.check(item, worker, 10, days=3, uploads=(works.photograph(),))
    renamed = equipment_commands.EditEquipment(
        **equipment.place(item),
        entry=equipment.listing(title="Laptops"),
        reason="They are",
        version=equipment.version(item),
    )
    equipment_commands.edit_equipment(renamed, actor=worker)
    equipment.correct_check(check, worker, found=9)
    picture = db.session.scalars(select(SitePhotograph).execution_options(populate_existing=True)).one()
    assert picture.caption == paper(picture.document_id).title == "Laptops: 9 / 10"


def test_checks_stay_in_their_order_and_what_was_settled_stays(people: People, site_id: str, item: str) -> None:
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    first = equipment.check(item, worker, 8, days=8, missing=("PC-1", "PC-2"))
    middle = equipment.check(item, worker, 9, days=6)
    last = equipment.check(item, worker, 10, days=4)
    for day in (works.ago(9), works.ago(3)):
        with pytest.raises(Refused, match="handover"):
            equipment.correct_check(middle, worker, day=day)
    equipment.correct_check(middle, worker, day=works.ago(5))
    with pytest.raises(Refused, match="more cannot be found"):
        equipment.correct_check(middle, supervisor, found=11)
    with pytest.raises(Refused, match="A supervisor corrects"):
        equipment.correct_check(middle, worker, found=10)
    equipment.correct_check(middle, supervisor, found=10)
    equipment.settle(first, supervisor)
    assert db.session.get_one(InventoryCheck, first, populate_existing=True).written_off == 2
    with pytest.raises(Refused, match="Enter another check for what else"):
        equipment.correct_check(first, supervisor, found=7)
    with pytest.raises(Refused, match="2 of it stays missing"):
        equipment.correct_check(first, supervisor, found=9, missing=())
    with pytest.raises(Refused, match="There should have been 8 then"):
        equipment.correct_check(last, supervisor, found=9)
    with pytest.raises(Refused, match="A supervisor corrects"):
        equipment.correct_check(first, worker, missing=())
    equipment.correct_check(first, worker, note="The police know", day=works.ago(7))
    explained = equipment.check(item, worker, 6, days=2)
    equipment.settle(explained, supervisor, MissingSettlement.EXPLAINED)
    equipment.correct_check(explained, supervisor, found=7)
    with pytest.raises(Refused, match="1 of it stays missing"):
        equipment.correct_check(explained, supervisor, found=8)
    rows = db.session.scalars(select(InventoryCheck).order_by(InventoryCheck.checked_on)).all()
    assert [(row.checked_on, row.found, row.written_off) for row in rows] == [
        (works.ago(7), 8, 2), (works.ago(5), 10, 0), (works.ago(4), 10, 0), (works.ago(2), 7, 0),
    ]  # fmt: skip


def test_a_handover_is_put_right_and_who_has_the_equipment_follows(people: People, site_id: str, item: str) -> None:
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    boards = equipment.add(site_id, worker, title="Boards", serials=())
    equipment.receive(boards, worker, days=9, serials=())
    roof = works.add(site_id, worker)
    works.start(roof, worker)
    works.log(roof, worker, 100, days=8)
    works.accept(roof, supervisor, accepted_on=works.ago(8))
    hand_over(site_id, people)
    first = handover_of(site_id).certificate_id
    equipment.hold(boards, worker, custodian="School")
    for stranger in (worker, people.supervisor_tallinn, people.auditor):
        with pytest.raises(NotFound):
            equipment.correct_handover(site_id, stranger, receiver="Community council")
    equipment.correct_handover(site_id, supervisor, receiver="Community council", handed_on=works.ago(6))
    handover = handover_of(site_id)
    assert (handover.receiver, handover.handed_on, paper(first).day) == (
        "Community council", works.ago(6), works.ago(6),
    )  # fmt: skip
    assert (row_of(item).custodian, row_of(boards).custodian) == ("Community council", "School")
    with pytest.raises(Refused, match="works were accepted"):
        equipment.correct_handover(site_id, supervisor, handed_on=works.ago(9))
    with pytest.raises(Refused, match="told who has something") as refused:
        equipment.correct_handover(site_id, supervisor, handed_on=works.ago(-2))
    assert refused.value.message.field == "handed_on"
    stale = handover.version
    signed = pdf(mark="signed certificate")
    equipment.correct_handover(site_id, supervisor, receiver_function="Mayor", upload=signed)
    with pytest.raises(Conflict):
        equipment.correct_handover(site_id, supervisor, version=stale)
    with pytest.raises(Refused, match="You entered this handover"):
        equipment.correct_handover(site_id, supervisor, receiver="Somebody else")
    handover = handover_of(site_id)
    assert (handover.receiver_function, handover.receiver) == ("Mayor", "Community council")
    assert handover.certificate_id != first and papers(site_id, DocumentKind.HANDOVER_CERTIFICATE) == 2
    assert recorded("site.handover_corrected") == 2


def test_a_handover_stays_before_the_first_visit_and_what_was_not_handed_over_is_not_there(
    people: People, site_id: str, item: str
) -> None:
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    site = db.session.get_one(Site, site_id)
    with pytest.raises(NotFound):
        handover_queries.get_handover(site)
    hand_over(site_id, people)
    check = equipment.check(item, worker, 10, days=4)
    benefits.put(site_id, SiteStage.IN_USE, actor=worker)
    benefits.log_visit(site_id, worker, day=works.ago(2), round=VisitRound.UNPLANNED)
    with pytest.raises(Refused, match="The site was visited"):
        equipment.correct_handover(site_id, supervisor, handed_on=works.ago(1))
    with pytest.raises(Refused, match="received or works were accepted"):
        equipment.correct_handover(site_id, supervisor, handed_on=works.ago(11))
    with pytest.raises(Refused, match="It was checked, handed over"):
        equipment.correct_receipt(item, supervisor, 4)
    with pytest.raises(Refused, match="the handover"):
        equipment.correct_check(check, worker, day=works.ago(6))
    equipment.correct_handover(site_id, supervisor, handed_on=works.ago(2))
    equipment.correct_receipt(item, supervisor, 9)
    assert (handover_of(site_id).handed_on, row_of(item).received_on) == (works.ago(2), works.ago(9))


def test_what_happened_to_other_equipment_or_before_the_handover_holds_nothing_up(
    people: People, site_id: str, item: str
) -> None:
    worker, supervisor = people.caseworker_kyiv, people.supervisor_kyiv
    screens = equipment.add(site_id, worker, title="Screens", serials=())
    equipment.receive(screens, worker, serials=())
    equipment.hold(screens, worker, custodian="Guard")
    hand_over(site_id, people)
    with clock.at(clock.now() + timedelta(days=6)):
        equipment.correct_handover(site_id, supervisor, handed_on=works.ago(2))
        equipment.correct_receipt(item, supervisor, 3)
        with pytest.raises(Refused, match="in other hands"):
            equipment.correct_receipt(screens, supervisor, 3)


def test_a_site_that_left_the_way_is_not_put_right(people: People, site_id: str, item: str) -> None:
    hand_over(site_id, people)
    check = equipment.check(item, people.caseworker_kyiv, 10)
    site = db.session.get_one(Site, site_id, populate_existing=True)
    leave = site_commands.LeaveSite(
        dossier_id=site.dossier_id, site_id=site_id, outcome=SiteOutcome.STOPPED, reason="The roof fell in.",
        version=site.version,
    )  # fmt: skip
    site_commands.leave_site(leave, actor=people.supervisor_kyiv)
    for act in (
        lambda: equipment.correct_receipt(item, people.supervisor_kyiv, 11),
        lambda: equipment.correct_check(check, people.supervisor_kyiv, note="Late"),
        lambda: equipment.correct_handover(site_id, people.supervisor_kyiv, receiver="Nobody"),
    ):
        with pytest.raises(Refused, match="went no further"):
            act()


def test_who_may_finds_the_pages_and_puts_it_right_there(
    client: FlaskClient, people: People, site_id: str, item: str
) -> None:
    hand_over(site_id, people)
    check = equipment.check(item, people.caseworker_kyiv, 9, days=3, missing=("PC-2",))
    reference = db.session.get_one(Dossier, db.session.get_one(Site, site_id).dossier_id).reference
    site = f"/projects/{reference}/sites/{site_id}"
    shown = f"{site}/equipment/{item}"
    acts = (f"{shown}/receipt/correct", f"{site}/handover/correct", f"{shown}/checks/{check}/correct")

    def seen() -> list[bool]:
        pages = client.get(site).text + client.get(shown).text
        return [f'href="{address}"' in pages for address in acts]

    for actor, offered in (
        (people.auditor, [False] * 3), (people.caseworker_kyiv, [False, False, True]),
        (people.supervisor_kyiv, [True] * 3),
    ):  # fmt: skip
        sign_in(client, actor)
        assert seen() == offered
        assert [client.get(address).status_code for address in acts] == [200 if may else 404 for may in offered]
    receipt, handover, counted = (client.get(address).text for address in acts)
    assert f'value="{works.ago(10)}"' in receipt and 'value="Town council"' in handover and 'value="9"' in counted
    assert re.search(r'value="PC-2"[^>]*checked', counted)
    day = {"received_on": works.ago(2).isoformat(), "reason": "Mistyped", "version": str(row_of(item).version)}
    refused = client.post(acts[0], data=day | {"form_token": "1" * 32})
    assert refused.status_code == 422 and "it came by then" in refused.text and "Mistyped" in refused.text
    unsaid = client.post(acts[0], data=day | {"form_token": "2" * 32, "reason": ""})
    assert unsaid.status_code == 422
    right = day | {"form_token": "3" * 32, "received_on": works.ago(12).isoformat(),
                   "file": (io.BytesIO(pdf_bytes()), "receipt.pdf")}  # fmt: skip
    assert client.post(acts[0], data=right).status_code == 302
    assert row_of(item).received_on == works.ago(12) and seen() == [False, True, True]
    owner = {"form_token": "4" * 32, "handed_on": works.ago(4).isoformat(), "receiver": "Hromada", "version": "1",
             "receiver_function": "Head", "reason": "The certificate names it"}  # fmt: skip
    assert client.post(acts[1], data=owner).status_code == 302
    assert "Hromada (Head)" in client.get(site).text and "Hromada" in client.get(shown).text
    found = {"form_token": "5" * 32, "day": works.ago(3).isoformat(), "found": "8", "missing": ["PC-1", "PC-2"],
             "condition": "worn", "note": "", "reason": "Counted again", "version": "1"}  # fmt: skip
    no_picture = found | {"form_token": "6" * 32, "photographs": (io.BytesIO(pdf_bytes()), "1.jpg")}
    refused = client.post(acts[2], data=no_picture)
    assert refused.status_code == 422 and "A photograph is a JPEG or PNG file." in refused.text
    picture = found | {"photographs": (io.BytesIO(works.photograph().content), "1.jpg")}
    assert client.post(acts[2], data=picture).status_code == 302
    page = client.get(shown).text
    assert "8 of 10" in page and "PC-1, PC-2" in page and page.count("<img") == 1
    timeline = client.get(f"/projects/{reference}/timeline").text
    assert "Computers for Culture club: the receipt was corrected: Mistyped" in timeline
    assert "The handover of Culture club to Hromada was corrected: The certificate names it" in timeline
    assert "a check was corrected, 8 of 10 found: Counted again" in timeline


def test_the_auditor_finds_them_among_the_corrections() -> None:
    assert {*KINDS, "site.visit_corrected", "works.defect_corrected"} <= set(kinds_of("corrections"))
