"""One case led through its stages by the commands; each step happens on the day that the story says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from casetracker.asylum import commands as asylum
from casetracker.asylum.models import AsylumApplication
from casetracker.casefile import commands as casefile
from casetracker.casefile import person_commands
from casetracker.casefile.states import NoteSide
from casetracker.cases import commands as cases
from casetracker.cases.queries import get_case, list_persons
from casetracker.cases.states import ConsentScope, PersonEntry, PersonFacts, Sex
from casetracker.core import clock
from casetracker.core.db import db
from casetracker.demo.papers import paper
from casetracker.demo.people import Cast
from casetracker.dossiers.models import Dossier
from casetracker.programmes.states import ApplicantRole, ReturnType
from casetracker.returns import commands as returns
from casetracker.returns.states import Channel, EligibilityOutcome, Need, Topic, TravelDocument, TravelFacts


@contextmanager
def on(day: date, hour: int = 9, minute: int = 0) -> Iterator[None]:
    """Everything inside is recorded on this day (UTC)."""
    with clock.at(datetime.combine(day, time(hour, minute), UTC)):
        yield


def version_of(model: type[Any], row_id: str) -> int:
    """The version of a row as it stands, as a form would carry it."""
    return int(db.session.execute(select(model.version).where(model.id == row_id)).scalar_one())


def entry(
    given: str,
    family: str,
    role: ApplicantRole,
    born: date | None,
    sex: Sex = Sex.NOT_KNOWN,
    *,
    needs: str | None = None,
    kind: ReturnType = ReturnType.VOLUNTARY,
) -> PersonEntry:
    """A person from Ukraine; without a birth date a placeholder."""
    return PersonEntry(
        given_name=given,
        family_name=family,
        role=role,
        return_type=kind,
        sex=sex,
        birth_date=born,
        age_estimate=None,
        nationality="UA",
        language="uk",
        needs=needs,
    )


class Walk:
    """A case on its way. Every method is one step of the office's procedure, on a day."""

    def __init__(self, cast: Cast, persons: Sequence[PersonEntry], place: str, opened: date) -> None:
        self.cast = cast
        with on(opened):
            self.reference = cases.create_case(
                cases.CreateCase(
                    principal=persons[0],
                    members=tuple(persons[1:]),
                    host_country="EE",
                    return_country="UA",
                    return_place=place,
                ),
                actor=cast.caseworker_tallinn,
            )
        self.id = db.session.scalars(select(Dossier.id).where(Dossier.reference == self.reference)).one()

    @property
    def persons(self) -> list[PersonFacts]:
        """Everybody on the case, in order."""
        return list_persons(self.id)

    @property
    def active(self) -> list[PersonFacts]:
        """Those who still take part."""
        return [p for p in self.persons if p.is_active]

    @property
    def adults(self) -> list[PersonFacts]:
        """The adults who still take part."""
        return [p for p in self.active if p.is_adult]

    def move_on(self, day: date, *, abroad: bool = False) -> None:
        """Enter the next stage."""
        actor = self.cast.caseworker_kyiv if abroad else self.cast.caseworker_tallinn
        with on(day, 15):
            casefile.move_on(casefile.MoveOn(dossier_id=self.id, stage=get_case(self.id).stage), actor=actor)

    def asylum(self, day: date, filed_on: date | None) -> str:
        """The asylum application of all, or that there is none; returns the application's id."""
        actor = self.cast.caseworker_tallinn
        with on(day, 10):
            if filed_on is None:
                return asylum.record_no_asylum(asylum.RecordNoAsylum(dossier_id=self.id), actor=actor)
            return asylum.log_asylum(
                asylum.LogAsylum(
                    dossier_id=self.id,
                    authority="Police and Border Guard Board",
                    number=f"DEMO-{self.reference[-5:]}",
                    filed_on=filed_on,
                    person_ids=tuple(p.id for p in self.persons),
                ),
                actor=actor,
            )

    def withdraw_claim(self, day: date, application_id: str) -> None:
        """The claim is withdrawn on return, with the signed form."""
        with on(day, 14):
            asylum.withdraw_claim(
                asylum.WithdrawClaim(
                    dossier_id=self.id,
                    application_id=application_id,
                    withdrawn_on=day,
                    upload=paper("Withdrawal of the asylum application"),
                    version=version_of(AsylumApplication, application_id),
                ),
                actor=self.cast.caseworker_tallinn,
            )

    def counsel(self, day: date) -> None:
        """One session with every adult."""
        statements = tuple(
            returns.AdultStatement(
                person_id=p.id,
                free_choice=None if p.return_type == ReturnType.FORCED else True,
                is_informed=True,
            )
            for p in self.adults
        )
        with on(day, 11):
            returns.log_counselling(
                returns.LogCounselling(
                    dossier_id=self.id,
                    held_on=day,
                    channel=Channel.IN_PERSON,
                    language="uk",
                    has_interpreter=False,
                    topics=(Topic.OPTIONS, Topic.RIGHTS, Topic.SUPPORT),
                    note=None,
                    statements=statements,
                ),
                actor=self.cast.caseworker_tallinn,
            )

    def consent(self, day: date) -> None:
        """Every adult agrees to sharing with the receiving office."""
        for person in self.adults:
            with on(day, 12):
                cases.log_consent(
                    cases.LogConsent(
                        dossier_id=self.id,
                        person_id=person.id,
                        scope=ConsentScope.SHARING,
                        given_on=day,
                        upload=paper("Consent to sharing"),
                    ),
                    actor=self.cast.caseworker_tallinn,
                )

    def apply(self, day: date, *, expulsion_order: bool | None = False) -> None:
        """The programme and the signed return application of all; an expulsion order against them, None: not known."""
        with on(day, 12):
            casefile.choose_programme(
                casefile.ChooseProgramme(dossier_id=self.id, programme_id=self.cast.programme_id),
                actor=self.cast.caseworker_tallinn,
            )
        with on(day, 13):
            returns.log_application(
                returns.LogApplication(
                    dossier_id=self.id,
                    person_ids=tuple(p.id for p in self.active),
                    signed_on=day,
                    upload=paper("Return application"),
                    expulsion_orders=(
                        () if expulsion_order is None else tuple((p.id, expulsion_order) for p in self.active)
                    ),
                ),
                actor=self.cast.caseworker_tallinn,
            )

    def decide(self, day: date, outcome: EligibilityOutcome = EligibilityOutcome.APPROVED, reason: str = "") -> None:
        """The supervisor decides on everybody."""
        reason = reason or "Not a national of the European Economic Area, no expulsion order, informed and free choice."
        for person in self.active:
            with on(day, 10):
                person_commands.decide_eligibility(
                    person_commands.DecideEligibility(
                        dossier_id=self.id, person_id=person.id, outcome=outcome, reason=reason
                    ),
                    actor=self.cast.supervisor_tallinn,
                )

    def prepare(self, day: date, travels_on: date) -> None:
        """Travel papers, fitness and booking of everybody."""
        for number, person in enumerate(self.active, start=1):
            facts = TravelFacts(
                travel_document=TravelDocument.PASSPORT,
                document_number=f"DEMO{self.reference[-3:]}{number}",
                valid_until=travels_on + timedelta(days=900),
                is_fit=True,
                fit_checked_on=day,
                travels_on=travels_on,
                route="Tallinn - Warsaw - Kyiv",
                carrier="Coach line",
            )
            with on(day, 10):
                returns.log_travel(
                    returns.LogTravel(
                        dossier_id=self.id,
                        person_id=person.id,
                        version=0,
                        travel=facts,
                        travel_document_upload=None,
                        fit_upload=None,
                        booking_upload=paper("Booking"),
                        reason=None,
                    ),
                    actor=self.cast.caseworker_tallinn,
                )

    def refer(self, day: date, expected_on: date | None, needs: str = "Support to make a living; schooling") -> str:
        """The referral to Kyiv; returns its id."""
        with on(day, 14):
            return cases.send_referral(
                cases.SendReferral(
                    dossier_id=self.id,
                    office_id=self.cast.kyiv,
                    needs=needs,
                    place=get_case(self.id).return_place,
                    expected_on=expected_on,
                ),
                actor=self.cast.caseworker_tallinn,
            )

    def accept(self, day: date, referral_id: str) -> None:
        """Kyiv takes the case on."""
        with on(day, 9):
            cases.accept_referral(
                cases.AcceptReferral(referral_id=referral_id, caseworker_id=self.cast.caseworker_kyiv.id),
                actor=self.cast.caseworker_kyiv,
            )

    def depart(self, day: date) -> None:
        """Everybody leaves."""
        for person in self.active:
            with on(day, 6):
                person_commands.depart(
                    person_commands.Depart(dossier_id=self.id, person_id=person.id, departed_on=day, transit="Warsaw"),
                    actor=self.cast.caseworker_tallinn,
                )

    def arrive(self, day: date) -> None:
        """Everybody arrives."""
        with on(day, 16):
            returns.log_arrival(
                returns.LogArrival(
                    dossier_id=self.id,
                    person_ids=tuple(p.id for p in self.active),
                    arrived_on=day,
                    place=get_case(self.id).return_place,
                    upload=None,
                ),
                actor=self.cast.caseworker_kyiv,
            )

    def meet(self, day: date) -> None:
        """First contact and what the family needs."""
        ids = tuple(p.id for p in self.active)
        with on(day, 10):
            returns.log_contact(
                returns.LogContact(
                    dossier_id=self.id, person_ids=ids, contact_on=day, channel=Channel.IN_PERSON, note=None
                ),
                actor=self.cast.caseworker_kyiv,
            )
        with on(day, 11):
            returns.log_needs_assessment(
                returns.LogNeedsAssessment(
                    dossier_id=self.id,
                    person_ids=ids,
                    assessed_on=day,
                    needs=(Need.LIVELIHOOD, Need.EDUCATION),
                    summary="The family wants to live on its own work; the children need kindergarten and school.",
                    upload=paper("Needs assessment"),
                ),
                actor=self.cast.caseworker_kyiv,
            )

    def note(self, day: date, text: str, *, abroad: bool = False) -> None:
        """A note by hand."""
        actor = self.cast.caseworker_kyiv if abroad else self.cast.caseworker_tallinn
        side = NoteSide.SHARED if abroad else NoteSide.SENDING
        with on(day, 16):
            command = casefile.WriteNote(dossier_id=self.id, side=side, text=text, day=day, person_id=None)
            casefile.write_note(command, actor=actor)
