"""Reading the way home: each person's facts in a constant number of queries, and what the panels show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select

from casetracker.cases.models import Person
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.documents.models import Document
from casetracker.dossiers.states import Relation, Sight
from casetracker.returns.models import (
    ApplicationPerson,
    ContactMade,
    CounsellingSession,
    EligibilityDecision,
    Journey,
    NeedsAssessment,
    ReturnApplication,
    TravelPreparation,
    Voluntariness,
)  # fmt: skip
from casetracker.returns.states import Need, ReturnFacts, Topic


@dataclass
class Rows:
    """Everything that is logged of a dossier's way home; what the reader may not see is left empty."""

    persons: list[str] = field(default_factory=list)
    sessions: list[CounsellingSession] = field(default_factory=list)
    statements: list[Voluntariness] = field(default_factory=list)
    applications: dict[str, ReturnApplication] = field(default_factory=dict)
    """person id -> the application that covers the person."""
    orders: dict[str, bool] = field(default_factory=dict)
    """person id -> whether an expulsion order is in force, of those of whom it is known."""
    decisions: list[EligibilityDecision] = field(default_factory=list)
    travels: dict[str, TravelPreparation] = field(default_factory=dict)
    journeys: dict[str, Journey] = field(default_factory=dict)
    contacts: list[ContactMade] = field(default_factory=list)
    assessments: list[NeedsAssessment] = field(default_factory=list)

    def shared(self) -> Rows:
        """What both sides see of it, alone."""
        return Rows(persons=self.persons, journeys=self.journeys, contacts=self.contacts, assessments=self.assessments)


def return_facts(dossier_id: str) -> dict[str, ReturnFacts]:
    """person id -> facts, for every person of the dossier; five queries however many there are.

    They hold facts of the sending side: for rules, never for a page of the receiving side as they are.
    """
    return _facts(_load(dossier_id, sending=True))


def journey_facts(dossier_id: str) -> dict[str, ReturnFacts]:
    """The same with what both sides see alone: journey, contact, needs; three queries."""
    return _facts(_load(dossier_id, sending=False))


def load_rows(dossier_id: str) -> Rows:
    """Everything that is logged, for a page that judges by it and shows it: `facts_from`, `load_panel`."""
    return _load(dossier_id, sending=True)


def facts_from(rows: Rows) -> dict[str, ReturnFacts]:
    """What `return_facts` says, of rows that are loaded already."""
    return _facts(rows)


def _load(dossier_id: str, *, sending: bool) -> Rows:
    rows = Rows()
    if sending:
        _load_sending(rows, dossier_id)
    else:
        people = (
            select(Person.id, Journey)
            .outerjoin(Journey, Journey.person_id == Person.id)
            .where(Person.dossier_id == dossier_id)
        )
        for person_id, journey in db.session.execute(people.order_by(Person.position)):
            rows.persons.append(person_id)
            if journey is not None:
                rows.journeys[person_id] = journey
    contacts = select(ContactMade).where(ContactMade.dossier_id == dossier_id)
    rows.contacts = list(
        db.session.scalars(contacts.order_by(ContactMade.contact_on, ContactMade.logged_at, ContactMade.id))
    )
    assessed = select(NeedsAssessment).where(NeedsAssessment.dossier_id == dossier_id)
    rows.assessments = list(
        db.session.scalars(
            assessed.order_by(NeedsAssessment.assessed_on, NeedsAssessment.logged_at, NeedsAssessment.id)
        )
    )
    return rows


def _load_sending(rows: Rows, dossier_id: str) -> None:
    sessions = (
        select(CounsellingSession, Voluntariness)
        .outerjoin(Voluntariness, Voluntariness.session_id == CounsellingSession.id)
        .where(CounsellingSession.dossier_id == dossier_id)
        .order_by(CounsellingSession.held_on, CounsellingSession.logged_at, CounsellingSession.id)
    )
    for session, statement in db.session.execute(sessions):
        if session not in rows.sessions:
            rows.sessions.append(session)
        if statement is not None:
            rows.statements.append(statement)
    people = (
        select(Person.id, Journey, TravelPreparation, ReturnApplication, ApplicationPerson.has_expulsion_order)
        .outerjoin(Journey, Journey.person_id == Person.id)
        .outerjoin(TravelPreparation, TravelPreparation.person_id == Person.id)
        .outerjoin(ApplicationPerson, ApplicationPerson.person_id == Person.id)
        .outerjoin(ReturnApplication, ReturnApplication.id == ApplicationPerson.application_id)
        .where(Person.dossier_id == dossier_id)
    )
    for person_id, journey, travel, application, order in db.session.execute(people.order_by(Person.position)):
        rows.persons.append(person_id)
        if journey is not None:
            rows.journeys[person_id] = journey
        if travel is not None:
            rows.travels[person_id] = travel
        if application is not None:
            rows.applications[person_id] = application
        if order is not None:
            rows.orders[person_id] = order
    decisions = select(EligibilityDecision).where(EligibilityDecision.dossier_id == dossier_id)
    rows.decisions = list(
        db.session.scalars(decisions.order_by(EligibilityDecision.decided_at, EligibilityDecision.id))
    )


def _facts(rows: Rows) -> dict[str, ReturnFacts]:
    held = {session.id: session for session in rows.sessions}
    statements: dict[str, list[Voluntariness]] = {}
    for each in rows.statements:
        statements.setdefault(each.person_id, []).append(each)
    latest = {row.person_id: row for row in rows.decisions}
    first_contact = {row.person_id: row for row in reversed(rows.contacts)}
    first_assessment = {row.person_id: row for row in reversed(rows.assessments)}
    found = {}
    for person_id in rows.persons:
        own = statements.get(person_id, [])
        decision, travel = latest.get(person_id), rows.travels.get(person_id)
        journey, application = rows.journeys.get(person_id), rows.applications.get(person_id)
        contact, assessment = first_contact.get(person_id), first_assessment.get(person_id)
        found[person_id] = ReturnFacts(
            person_id=person_id,
            counselled_on=held[own[0].session_id].held_on if own else None,
            voluntary=own[-1].free_choice if own else None,
            informed=own[-1].is_informed if own else False,
            applied_on=application.signed_on if application else None,
            has_expulsion_order=rows.orders.get(person_id),
            eligibility=decision.outcome if decision else None,
            eligibility_reason=decision.reason if decision else None,
            decided_on=decision.decided_on if decision else None,
            travel_document=travel is not None and travel.travel_document is not None,
            is_fit=travel.is_fit if travel else None,
            booked_on=travel.travels_on if travel else None,
            departed_on=journey.departed_on if journey else None,
            arrived_on=journey.arrived_on if journey else None,
            not_departed_on=journey.not_departed_on if journey else None,
            contact_on=contact.contact_on if contact else None,
            assessed_on=assessment.assessed_on if assessment else None,
        )
    return found


@dataclass(frozen=True, kw_only=True)
class ReturnsPanel:
    """What the panels of counselling, application and journey show; `facts` as far as the reader may see."""

    rows: Rows
    facts: dict[str, ReturnFacts]
    documents: dict[str, Document]
    may_counsel: bool
    may_apply: bool
    may_travel: bool
    may_journey: bool
    may_receive: bool

    def statements_of(self, session_id: str) -> list[Voluntariness]:
        """What was stated in one session."""
        return [row for row in self.rows.statements if row.session_id == session_id]

    def topics_of(self, session: CounsellingSession) -> list[Topic]:
        """What the session was about, as values that have words."""
        return [Topic(value) for value in session.topics]

    def needs_of(self, assessment: NeedsAssessment) -> list[Need]:
        """The fields of need, as values that have words."""
        return [Need(value) for value in assessment.needs]

    def journeys_of(self, person_ids: Iterable[str]) -> list[tuple[str, Journey | None]]:
        """(person id, journey or None), in the order given."""
        return [(person_id, self.rows.journeys.get(person_id)) for person_id in person_ids]


def load_panel(sight: Sight, actor: Actor, rows: Rows | None = None) -> ReturnsPanel:
    """One load for the three panels: at most six queries, three for the receiving side; one with `rows`."""
    if rows is None:
        rows = _load(sight.dossier_id, sending=sight.is_sending)
    elif not sight.is_sending:
        rows = rows.shared()
    acts = sight.relation is not None and not sight.is_closed
    sends = acts and sight.relation == Relation.SENDING
    receives = acts and receiving_acts(sight)
    return ReturnsPanel(
        rows=rows,
        facts=_facts(rows),
        documents=_documents(sight, rows),
        may_counsel=sends and actor.may(Permission.COUNSELLING_LOG),
        may_apply=sends and actor.may(Permission.APPLICATION_LOG),
        may_travel=sends and actor.may(Permission.JOURNEY_LOG),
        may_journey=acts and actor.may(Permission.JOURNEY_LOG),
        may_receive=receives and actor.may(Permission.JOURNEY_LOG),
    )


def receiving_acts(sight: Sight) -> bool:
    """Whether this side does what the receiving office does: it itself, or, where there is none any more, the
    sending office, to which the open obligations passed."""
    if sight.receiving_office_id is None:
        return sight.relation == Relation.SENDING
    return sight.relation == Relation.RECEIVING


def _documents(sight: Sight, rows: Rows) -> dict[str, Document]:
    ids: list[str | None] = [row.document_id for row in rows.applications.values()]
    for travel in rows.travels.values():
        ids += [travel.travel_document_id, travel.fit_document_id, travel.booking_document_id]
    ids += [row.arrival_document_id for row in rows.journeys.values()]
    ids += [row.document_id for row in rows.assessments]
    wanted = sorted({each for each in ids if each})
    if not wanted:
        return {}
    query = select(Document).where(Document.id.in_(wanted), Document.part.in_(sorted(sight.parts)))
    return {row.id: row for row in db.session.scalars(query)}


def get_session(dossier_id: str, session_id: str) -> CounsellingSession:
    """A counselling session of this dossier; NotFound otherwise."""
    return _of_dossier(dossier_id, db.session.get(CounsellingSession, session_id))


def list_statements(session_id: str) -> Sequence[Voluntariness]:
    """What was stated in a session, by person id."""
    query = select(Voluntariness).where(Voluntariness.session_id == session_id)
    return db.session.scalars(query.order_by(Voluntariness.person_id)).all()


def get_application(dossier_id: str, application_id: str) -> ReturnApplication:
    """A return application of this dossier; NotFound otherwise."""
    return _of_dossier(dossier_id, db.session.get(ReturnApplication, application_id))


def list_applicants(application_id: str) -> list[str]:
    """Ids of the persons whom an application covers, sorted."""
    query = select(ApplicationPerson.person_id).where(ApplicationPerson.application_id == application_id)
    return list(db.session.scalars(query.order_by(ApplicationPerson.person_id)))


def get_application_person(dossier_id: str, person_id: str) -> ApplicationPerson:
    """What a person's application says of the person; NotFound where this person of the dossier has not applied."""
    query = select(ApplicationPerson).where(
        ApplicationPerson.dossier_id == dossier_id, ApplicationPerson.person_id == person_id
    )
    row = db.session.scalars(query).one_or_none()
    if row is None:
        raise NotFound("application of this person")
    return row


def find_travel(dossier_id: str, person_id: str) -> TravelPreparation | None:
    """What the person travels with, if anything was logged yet."""
    query = select(TravelPreparation).where(
        TravelPreparation.dossier_id == dossier_id, TravelPreparation.person_id == person_id
    )
    return db.session.scalars(query).one_or_none()


def find_journey(dossier_id: str, person_id: str) -> Journey | None:
    """The person's journey, if anything was logged yet."""
    query = select(Journey).where(Journey.dossier_id == dossier_id, Journey.person_id == person_id)
    return db.session.scalars(query).one_or_none()


def get_contact(dossier_id: str, contact_id: str) -> ContactMade:
    """A contact of this dossier; NotFound otherwise."""
    return _of_dossier(dossier_id, db.session.get(ContactMade, contact_id))


def get_assessment(dossier_id: str, assessment_id: str) -> NeedsAssessment:
    """A needs assessment of this dossier; NotFound otherwise."""
    return _of_dossier(dossier_id, db.session.get(NeedsAssessment, assessment_id))


Logged = TypeVar("Logged", CounsellingSession, ReturnApplication, ContactMade, NeedsAssessment)


def _of_dossier(dossier_id: str, row: Logged | None) -> Logged:
    if row is None or row.dossier_id != dossier_id:
        raise NotFound("row of this case")
    return row
