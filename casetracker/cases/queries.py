"""Reading cases: the case, its persons, consents, referrals, and what the persons' panels show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from casetracker.accounts.models import Office, User
from casetracker.cases import rules
from casetracker.cases.models import Case, Consent, Person, Referral
from casetracker.cases.states import (
    ADULT_AGE,
    ConsentScope,
    PersonFacts,
    PersonStatus,
    ReferralFacts,
    ReferralState,
    Summary,
    Vulnerability,
)
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import Message, NotFound
from casetracker.core.labels import label_id
from casetracker.dossiers.models import Dossier, DossierPoint, DossierReader
from casetracker.dossiers.queries import visible
from casetracker.dossiers.states import Relation, Sight
from casetracker.programmes.states import ApplicantRole

COMING_OF_AGE = "coming_of_age"
"""The subject of the task that stands when a child has turned 18."""


@dataclass(frozen=True, kw_only=True)
class ConsentRow:
    """A consent on the panel, with the names of who it is about and who gave it."""

    id: str
    person_id: str
    given_by_id: str
    scope: ConsentScope
    given_on: date
    document_id: str
    withdrawn_on: date | None


@dataclass(frozen=True, kw_only=True)
class ReferralRow:
    """A referral on the case, newest first."""

    id: str
    office_name: str
    sent_on: date
    state: ReferralState
    answered_on: date | None
    answer_reason: str | None
    summary: Summary


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person on the panel: the facts and what only the panel shows."""

    facts: PersonFacts
    language: str | None
    phone: str | None
    email: str | None
    return_address: str | None
    vulnerabilities: tuple[str, ...]
    needs: str | None
    status_on: date | None
    status_reason: str | None

    @property
    def vulnerability_words(self) -> list[Message]:
        """The vulnerabilities in words."""
        return [Message(label_id(Vulnerability(each))) for each in self.vulnerabilities]


@dataclass(frozen=True, kw_only=True)
class CasesPanel:
    """Persons, consents and referrals of a case, for its page."""

    caseworker: str
    receiving_caseworker: str | None
    persons: tuple[PersonRow, ...]
    consents: tuple[ConsentRow, ...]
    without_consent: tuple[PersonFacts, ...]
    referrals: tuple[ReferralRow, ...]

    @property
    def why_not_refer(self) -> Message | None:
        """The rule's sentence where consents are missing."""
        facts = ReferralFacts(
            without_consent=tuple(person.name for person in self.without_consent),
            stands_already=not self.can_refer,
            is_own_office=False,
            is_receiving_office=True,
        )
        return rules.why_not_refer(facts)

    @property
    def can_refer(self) -> bool:
        """Whether no referral waits or was accepted."""
        return all(r.state not in (ReferralState.WAITING, ReferralState.ACCEPTED) for r in self.referrals)


def age_on(person: Person, day: date) -> int | None:
    """Whole years on the day, by birth date, else by the estimate moved on; None for a placeholder."""
    if person.birth_date is not None:
        return years_between(person.birth_date, day)
    if person.age_estimate is not None and person.age_estimated_on is not None:
        return person.age_estimate + max(0, years_between(person.age_estimated_on, day))
    return None


def years_between(born: date, day: date) -> int:
    """Whole years from one day to another."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_adult_on(person: Person, day: date) -> bool:
    """Whether the person is an adult on the day; of a placeholder the role decides."""
    age = age_on(person, day)
    return person.role != ApplicantRole.CHILD if age is None else age >= ADULT_AGE


def facts_of(person: Person, day: date | None = None) -> PersonFacts:
    """The frozen value of a person; adult as fixed at the application, else by the age on `day`."""
    fixed = person.adult_at_application
    return PersonFacts(
        id=person.id,
        position=person.position,
        given_name=person.given_name,
        family_name=person.family_name,
        role=person.role,
        return_type=person.return_type,
        sex=person.sex,
        birth_date=person.birth_date,
        age_estimate=person.age_estimate,
        age_estimated_on=person.age_estimated_on,
        nationality=person.nationality,
        guardian_id=person.guardian_id,
        status=person.status,
        is_adult=is_adult_on(person, day or clock.today()) if fixed is None else fixed,
        adult_at_application=fixed,
        version=person.version,
    )


def find_suspended(dossier_id: str) -> date | None:
    """Since when the case is suspended; None where it is not, or where the dossier is no case."""
    case = db.session.get(Case, dossier_id)
    return case.suspended_on if case else None


def get_case(dossier_id: str) -> Case:
    """The case of this dossier; NotFound where the dossier is none."""
    case = db.session.get(Case, dossier_id)
    if case is None:
        raise NotFound("case")
    return case


def person_rows(dossier_id: str) -> list[Person]:
    """The rows of a case's persons, in their order."""
    return list(db.session.scalars(select(Person).where(Person.dossier_id == dossier_id).order_by(Person.position)))


def list_persons(dossier_id: str) -> list[PersonFacts]:
    """The persons of a case in their order; one query."""
    return [facts_of(person) for person in person_rows(dossier_id)]


def persons_of(dossier_ids: Iterable[str]) -> dict[str, list[PersonFacts]]:
    """dossier id -> the persons of each case in their order; one query."""
    query = select(Person).where(Person.dossier_id.in_(sorted(set(dossier_ids)))).order_by(Person.position)
    found: dict[str, list[PersonFacts]] = defaultdict(list)
    for person in db.session.scalars(query):
        found[person.dossier_id].append(facts_of(person))
    return found


def get_person_row(dossier_id: str, person_id: str) -> Person:
    """The person's row; NotFound where the person is none of this case."""
    person = db.session.get(Person, person_id)
    if person is None or person.dossier_id != dossier_id:
        raise NotFound("person")
    return person


def get_person(dossier_id: str, person_id: str) -> PersonFacts:
    """The person's facts; NotFound where the person is none of this case."""
    return facts_of(get_person_row(dossier_id, person_id))


def without_consent(persons: Iterable[PersonFacts], standing: Iterable[str]) -> list[PersonFacts]:
    """The adults who take part and did not agree to sharing; `standing` are the ids of those who did.

    Where a child is alone, the consent that its guardian outside the case signed for it is the one needed.
    """
    given = set(standing)
    gone = (PersonStatus.LEFT_OUT, PersonStatus.DECEASED, PersonStatus.WITHDRAWN, PersonStatus.NOT_DEPARTED)
    present = [person for person in persons if person.status not in gone]
    needed = [p for p in present if p.is_adult] or [p for p in present if p.role == ApplicantRole.PRINCIPAL]
    return [person for person in needed if person.id not in given]


def lacking_consent(dossier_id: str) -> list[PersonFacts]:
    """The adults whose consent to sharing is missing, in their order."""
    query = select(Consent.person_id).where(
        Consent.dossier_id == dossier_id,
        Consent.scope == ConsentScope.SHARING,
        Consent.withdrawn_on.is_(None),
    )
    return without_consent(list_persons(dossier_id), db.session.scalars(query))


def has_sharing_consent(dossier_id: str) -> bool:
    """Whether every adult who takes part agreed to sharing, and nobody took it back."""
    return not lacking_consent(dossier_id)


def find_standing_consent(person_id: str, scope: ConsentScope) -> Consent | None:
    """The consent of this scope that was given and not taken back."""
    query = select(Consent).where(
        Consent.person_id == person_id, Consent.scope == scope, Consent.withdrawn_on.is_(None)
    )
    return db.session.scalars(query).one_or_none()


def get_consent(dossier_id: str, consent_id: str) -> Consent:
    """A consent of this case, else NotFound."""
    consent = db.session.get(Consent, consent_id)
    if consent is None or consent.dossier_id != dossier_id:
        raise NotFound("consent")
    return consent


def list_coming_of_age(day: date, dossier_id: str | None = None) -> list[Person]:
    """Children of open cases who are 18 by the day, without a task for it, by dossier."""
    told = select(DossierPoint.subject_id).where(DossierPoint.subject_kind == COMING_OF_AGE)
    query = (
        select(Person)
        .join(Dossier, Dossier.id == Person.dossier_id)
        .where(
            Dossier.closed_on.is_(None),
            Person.role == ApplicantRole.CHILD,
            Person.status == PersonStatus.ACTIVE,
        )
        .where(Person.birth_date <= _years_before(day, ADULT_AGE), Person.id.not_in(told))
        .order_by(Person.dossier_id, Person.position)
    )
    if dossier_id is not None:
        query = query.where(Person.dossier_id == dossier_id)
    return list(db.session.scalars(query))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


def list_open_cases_of(actor: Actor, user_id: str) -> list[tuple[Case, Relation]]:
    """Open cases that this colleague of the actor's office works on, with its relation, by id."""
    base = select(Case).join(Dossier, Dossier.id == Case.id).where(visible(actor), Dossier.closed_on.is_(None))
    sending = base.where(Case.caseworker_id == user_id, Dossier.sending_office_id == actor.office_id)
    receiving = base.where(Case.receiving_caseworker_id == user_id)
    found = [(case, Relation.SENDING) for case in db.session.scalars(sending)]
    found += [(case, Relation.RECEIVING) for case in db.session.scalars(receiving)]
    return sorted(found, key=lambda pair: (pair[0].id, pair[1]))


def load_panel(sight: Sight, actor: Actor) -> CasesPanel:
    """What the panels of persons, consent and referral show; two queries."""
    worker, receiver = aliased(User), aliased(User)
    query = (
        select(worker.name, receiver.name, Person, Consent)
        .select_from(Case)
        .join(worker, worker.id == Case.caseworker_id)
        .outerjoin(receiver, receiver.id == Case.receiving_caseworker_id)
        .outerjoin(Person, Person.dossier_id == Case.id)
        .outerjoin(Consent, Consent.person_id == Person.id)
        .where(Case.id == sight.dossier_id)
        .order_by(Person.position, Consent.given_on, Consent.id)
    )
    rows = db.session.execute(query).all()
    caseworker, receiving_caseworker = rows[0][:2]
    persons: dict[str, Person] = {}
    consents: list[Consent] = []
    for _worker, _receiver, person, consent in rows:
        if person is not None:
            persons[person.id] = person
        if consent is not None:
            consents.append(consent)
    today = clock.today(actor.zone)
    facts = [facts_of(person, today) for person in persons.values()]
    standing = [c.person_id for c in consents if c.scope == ConsentScope.SHARING and c.withdrawn_on is None]
    return CasesPanel(
        caseworker=caseworker,
        receiving_caseworker=receiving_caseworker,
        persons=tuple(_person_row(p, f) for p, f in zip(persons.values(), facts, strict=True)),
        consents=tuple(_consent_row(c) for c in consents),
        without_consent=tuple(without_consent(facts, standing)),
        referrals=tuple(_referrals(sight.dossier_id)),
    )


def _person_row(person: Person, facts: PersonFacts) -> PersonRow:
    return PersonRow(
        facts=facts,
        language=person.language,
        phone=person.phone,
        email=person.email,
        return_address=person.return_address,
        vulnerabilities=tuple(person.vulnerabilities),
        needs=person.needs,
        status_on=person.status_on,
        status_reason=person.status_reason,
    )


def _consent_row(consent: Consent) -> ConsentRow:
    return ConsentRow(
        id=consent.id,
        person_id=consent.person_id,
        given_by_id=consent.given_by_id,
        scope=consent.scope,
        given_on=consent.given_on,
        document_id=consent.document_id,
        withdrawn_on=consent.withdrawn_on,
    )


def _referrals(dossier_id: str) -> list[ReferralRow]:
    query = (
        select(Referral, Office.name)
        .join(Office, Office.id == Referral.office_id)
        .where(Referral.dossier_id == dossier_id)
        .order_by(Referral.sent_at.desc(), Referral.id)
    )
    return [
        ReferralRow(
            id=referral.id,
            office_name=name,
            sent_on=referral.sent_at.date(),
            state=referral.state,
            answered_on=referral.answered_at.date() if referral.answered_at else None,
            answer_reason=referral.answer_reason,
            summary=rules.read_summary(referral.summary),
        )
        for referral, name in db.session.execute(query)
    ]


def readable_by(user_id: str, dossier_ids: Iterable[str]) -> set[str]:
    """Which of these restricted dossiers name this person as a reader."""
    wanted = sorted(dossier_ids)
    if not wanted:
        return set()
    query = select(DossierReader.dossier_id).where(
        DossierReader.user_id == user_id, ~DossierReader.is_revoked, DossierReader.dossier_id.in_(wanted)
    )
    return set(db.session.scalars(query))


def list_names(dossier_id: str) -> list[tuple[str, str]]:
    """(id, name) of the persons of a case, in their order."""
    return [(person.id, person.name) for person in list_persons(dossier_id)]
