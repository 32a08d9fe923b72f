"""Cases for tests, built by the commands: the playroom family, on any of its steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from casetracker.cases import commands, queries
from casetracker.cases.states import ConsentScope, PersonEntry, Sex
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.documents.states import Upload
from casetracker.dossiers.queries import sight_of
from casetracker.programmes.states import ApplicantRole, ReturnType
from tests.factories.accounts import People
from tests.factories.documents import pdf_bytes
from tests.grounds import built_once

PDF = pdf_bytes()


@dataclass(frozen=True, kw_only=True)
class Family:
    """The playroom family's case: ids of the dossier and of its four persons."""

    dossier_id: str
    reference: str
    principal: str
    spouse: str
    older_child: str
    younger_child: str

    @property
    def person_ids(self) -> tuple[str, str, str, str]:
        """All four, in their order."""
        return (self.principal, self.spouse, self.older_child, self.younger_child)


def pdf(name: str = "signed.pdf", mark: str = "") -> Upload:
    """A small PDF; another `mark` makes another file."""
    return Upload(name, pdf_bytes(mark), "application/pdf")


def person_entry(
    given_name: str = "Oksana", role: ApplicantRole = ApplicantRole.SPOUSE, sex: Sex = Sex.FEMALE,
    birth_date: date | None = date(1988, 5, 4), age_estimate: int | None = None, *,
    family_name: str = "Koval",
    return_type: ReturnType = ReturnType.VOLUNTARY, nationality: str = "UA",
) -> PersonEntry:  # fmt: skip
    """A person as entered; Ukrainian and voluntary unless said otherwise."""
    return PersonEntry(
        given_name=given_name,
        family_name=family_name,
        role=role,
        return_type=return_type,
        sex=sex,
        birth_date=birth_date,
        age_estimate=age_estimate,
        nationality=nationality,
        language="uk",
    )


def born(age: int, today: date) -> date:
    """A birth date that makes somebody `age` on `today`, half a year ago."""
    return today.replace(year=today.year - age, day=1) - timedelta(days=180)


@built_once
def playroom_case(people: People, *, actor: Actor | None = None, programme_id: str | None = None) -> Family:
    """Husband, wife, children of 8 and 3, Estonia to Donetsk Oblast; opened by Tallinn's caseworker."""
    actor = actor or people.caseworker_tallinn
    today = clock.today(actor.zone)
    cmd = commands.CreateCase(
        principal=person_entry("Andriy", ApplicantRole.PRINCIPAL, Sex.MALE, date(1985, 3, 12)),
        members=(
            person_entry("Oksana", ApplicantRole.SPOUSE, Sex.FEMALE, date(1988, 5, 4)),
            person_entry("Marko", ApplicantRole.CHILD, Sex.MALE, born(8, today)),
            person_entry("Sofiia", ApplicantRole.CHILD, Sex.FEMALE, born(3, today)),
        ),
        host_country="EE",
        return_country="UA",
        return_place="Kramatorsk, Donetsk Oblast",
        programme_id=programme_id,
    )
    reference = commands.create_case(cmd, actor=actor)
    dossier_id = sight_of(actor, reference).dossier_id
    principal, spouse, older, younger = (person.id for person in queries.list_persons(dossier_id))
    return Family(
        dossier_id=dossier_id,
        reference=reference,
        principal=principal,
        spouse=spouse,
        older_child=older,
        younger_child=younger,
    )


@built_once
def consent_to_sharing(family: Family, actor: Actor) -> None:
    """Both adults agree to sharing, today."""
    for person_id in (family.principal, family.spouse):
        cmd = commands.LogConsent(
            dossier_id=family.dossier_id, person_id=person_id, scope=ConsentScope.SHARING,
            given_on=clock.today(actor.zone), upload=pdf(mark=person_id),
        )  # fmt: skip
        commands.log_consent(cmd, actor=actor)


@built_once
def send_referral(family: Family, people: People, *, actor: Actor | None = None) -> str:
    """The case referred to Kyiv; both adults have to have agreed. Returns the referral's id."""
    cmd = commands.SendReferral(
        dossier_id=family.dossier_id, office_id=people.kyiv,
        needs="A place to live, school for the elder child",
        place="Kramatorsk", expected_on=clock.today("UTC") + timedelta(days=30),
    )  # fmt: skip
    return commands.send_referral(cmd, actor=actor or people.caseworker_tallinn)


@built_once
def refer(family: Family, people: People) -> None:
    """Consent of both adults, referral to Kyiv, accepted there: the receiving office sees its part."""
    consent_to_sharing(family, people.caseworker_tallinn)
    referral_id = send_referral(family, people)
    cmd = commands.AcceptReferral(referral_id=referral_id, caseworker_id=people.caseworker_kyiv.id)
    commands.accept_referral(cmd, actor=people.caseworker_kyiv)
