"""A page of the record: the entries that name something, the same on both databases."""

from __future__ import annotations

import pytest

from casetracker.accounts.events import OfficeOpened
from casetracker.casefile.events import CaseClosed
from casetracker.core.commands import command
from casetracker.dossiers.events import DossierRead, PointCleared
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.events.timeline import TimelineFilter, load_page
from casetracker.exports.events import BundleAsked
from casetracker.payments.events import ReversalApproved
from tests.core.offices import OPERATOR, new_dossier, new_office
from tests.statements import counted


@command
def dossier_with(count: int = 1, reference: str = "EE-2026-90001") -> str:
    """A dossier with so many entries of each of these kinds; its id."""
    office = new_office(reference)
    record(OfficeOpened(owner_id=office.id), actor=OPERATOR)
    owner = new_dossier(office, reference).id
    for _number in range(count):
        record(CaseClosed(owner_id=owner, person_id="person", outcome="moved", reason="personal"), actor=OPERATOR)
        money = ReversalApproved(owner_id=owner, reversal_id="refund", payment_id="payment", amount=12, currency="EUR")
        record(money, actor=OPERATOR)
        record(PointCleared(owner_id=owner, part=Part.SENDING, point_id="point", reason="refund"), actor=OPERATOR)
        record(DossierRead(owner_id=owner), actor=OPERATOR)
        asked = BundleAsked(
            owner_id=owner, part=Part.SHARED, bundle_id="payment", office_id=None, programme_id=None, first_day=None,
            last_day=None, references=("listed",), formats=("pdf",), documents=False, cases=1, entries=12,
        )  # fmt: skip
        record(asked, actor=OPERATOR)
    return owner


def kinds(owner: str, naming: set[str], **more: object) -> list[str]:
    """The kinds of the entries that name one of these, by name."""
    page = load_page(owner, (Part.SHARED, Part.SENDING), TimelineFilter(naming=frozenset(naming), **more))  # type: ignore[arg-type]  # fields of the filter
    return sorted(entry.kind for entry in page.entries)


@pytest.mark.usefixtures("app")
def test_an_entry_is_found_by_a_text_in_its_own_fields() -> None:
    owner = dossier_with()
    assert kinds(owner, {"refund"}) == ["reversal.approved"]
    assert kinds(owner, {"payment"}) == ["bundle.asked", "reversal.approved"]
    assert kinds(owner, {"refund", "point", "nothing"}) == ["point.cleared", "reversal.approved"]
    assert kinds(owner, {"payment"}, without_access=True) == ["reversal.approved"]
    whole = load_page(owner, (Part.SHARED, Part.SENDING), TimelineFilter())
    assert len(whole.entries) == 4, "naming is asked for, or not"


@pytest.mark.usefixtures("app")
def test_what_is_no_text_of_its_fields_finds_nothing() -> None:
    """No number, no list, no personal value, no name of a field, nothing of the envelope or of a row."""
    owner = dossier_with()
    body = {owner, "EE-2026-90001", "shared", "case.closed", "operator", "person", OPERATOR.id}
    for words in ({"12"}, {"listed"}, {'["listed"]'}, {"personal"}, {"payment_id"}, {"false"}, {"null"}, body, set()):
        assert kinds(owner, words) == [], words
    for text in ('"', "\\", "'", "%", "é", "\u2028"):
        assert kinds(owner, {text}) == [], text


@pytest.mark.usefixtures("app")
def test_neither_another_compartment_nor_another_dossier_is_looked_into() -> None:
    owner, other = dossier_with(), dossier_with(reference="EE-2026-90002")
    found = load_page(owner, (Part.SHARED,), TimelineFilter(naming=frozenset({"point", "refund"}))).entries
    assert [entry.kind for entry in found] == ["reversal.approved"]
    assert not {entry.key for entry in found} & {
        entry.key for entry in load_page(other, (Part.SHARED,), TimelineFilter()).entries
    }


@pytest.mark.usefixtures("app")
def test_the_pages_hold_each_entry_once_for_two_questions() -> None:
    """However many identifiers are asked for."""
    owner = dossier_with(count=7)
    wanted = TimelineFilter(naming=frozenset({"refund", "point", *(f"other {n}" for n in range(2_000))}))
    parts = (Part.SHARED, Part.SENDING)
    found: list[str] = []
    for number, size in ((1, 6), (2, 6), (3, 2)):
        with counted() as sent:
            page = load_page(owner, parts, wanted, number, size=6)
        assert (len(page.entries), page.has_older) == (size, number < 3)
        assert len(sent) <= 2, "the entries, and the personal values in them"
        found += [entry.key for entry in page.entries]
    assert len(set(found)) == 14
