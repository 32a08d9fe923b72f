"""The playroom family's way home for tests, built by the commands, as far as a test needs it."""

from __future__ import annotations

from datetime import date, timedelta

from casetracker.core import clock
from casetracker.returns import commands
from casetracker.returns.states import Channel, Need, Topic, TravelDocument, TravelFacts
from tests.factories.accounts import People
from tests.factories.cases import Family
from tests.factories.documents import pdf


def days_ago(days: int) -> date:
    """A day of the past."""
    return clock.today("UTC") - timedelta(days=days)


def counsel(family: Family, people: People, *, held_on: date | None = None, free: bool = True) -> str:
    """A session with both adults, who choose freely and are informed; returns its id."""
    stated = tuple(
        commands.AdultStatement(person_id=person_id, free_choice=free, is_informed=True)
        for person_id in (family.principal, family.spouse)
    )
    cmd = commands.LogCounselling(
        dossier_id=family.dossier_id,
        held_on=held_on or days_ago(60),
        channel=Channel.IN_PERSON,
        language="uk",
        has_interpreter=False,
        topics=(Topic.OPTIONS, Topic.SUPPORT),
        note="Tired of waiting",
        statements=stated,
    )
    return commands.log_counselling(cmd, actor=people.caseworker_tallinn)


def apply(family: Family, people: People, *who: str, signed_on: date | None = None) -> str:
    """The return application of those named, without names of all four; returns its id."""
    cmd = commands.LogApplication(
        dossier_id=family.dossier_id,
        person_ids=who or family.person_ids,
        signed_on=signed_on or days_ago(50),
        upload=pdf(mark="application"),
    )
    return commands.log_application(cmd, actor=people.caseworker_tallinn)


def papers(travels_on: date | None = None) -> TravelFacts:
    """Complete travel papers."""
    return TravelFacts(
        travel_document=TravelDocument.PASSPORT,
        document_number="FB123456",
        valid_until=date(2035, 1, 1),
        is_fit=True,
        fit_checked_on=days_ago(40),
        travels_on=travels_on or days_ago(30),
        route="Tallinn – Lviv",
        carrier="LUX",
    )


def prepare(family: Family, people: People, person_id: str) -> str:
    """One person's papers are complete; returns the row's id."""
    cmd = commands.LogTravel(
        dossier_id=family.dossier_id,
        person_id=person_id,
        version=0,
        travel=papers(),
        travel_document_upload=None,
        fit_upload=None,
        booking_upload=pdf("ticket.pdf", person_id),
        reason=None,
    )
    return commands.log_travel(cmd, actor=people.caseworker_tallinn)


def arrive(family: Family, people: People, *person_ids: str, arrived_on: date | None = None) -> None:
    """These persons arrived; their departure has been logged by the case file."""
    cmd = commands.LogArrival(
        dossier_id=family.dossier_id,
        person_ids=person_ids,
        arrived_on=arrived_on or days_ago(29),
        place="Kramatorsk",
        upload=None,
    )
    commands.log_arrival(cmd, actor=people.caseworker_tallinn)


def meet(family: Family, people: People, *person_ids: str) -> None:
    """Contact with the receiving office, and the assessment of needs, by Kyiv's caseworker."""
    contact = commands.LogContact(
        dossier_id=family.dossier_id,
        person_ids=person_ids,
        contact_on=days_ago(20),
        channel=Channel.IN_PERSON,
        note=None,
    )
    commands.log_contact(contact, actor=people.caseworker_kyiv)
    needs = commands.LogNeedsAssessment(
        dossier_id=family.dossier_id,
        person_ids=person_ids,
        assessed_on=days_ago(19),
        needs=(Need.LIVELIHOOD, Need.EDUCATION),
        summary="A playroom, and school things",
        upload=None,
    )
    commands.log_needs_assessment(needs, actor=people.caseworker_kyiv)
