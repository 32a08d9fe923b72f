"""Cases on any of their stages for tests, led there by the commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from casetracker.asylum import commands as asylum
from casetracker.casefile import commands, person_commands
from casetracker.cases import commands as cases
from casetracker.cases import queries
from casetracker.cases.states import Stage
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.returns import commands as returns
from casetracker.returns.states import Channel, EligibilityOutcome, Topic, TravelDocument, TravelFacts
from tests.factories.accounts import People
from tests.factories.cases import Family, consent_to_sharing, pdf, playroom_case, send_referral
from tests.factories.programmes import DemoProgramme
from tests.grounds import built_once

OPENED, COUNSELLED, APPLIED, DECIDED = date(2026, 2, 2), date(2026, 2, 4), date(2026, 2, 9), date(2026, 2, 11)
PREPARED, DEPARTED, ARRIVED, NOW = date(2026, 2, 20), date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 16)


@contextmanager
def on(day: date, hour: int = 9) -> Iterator[None]:
    """Everything inside happens on this day."""
    with clock.at(datetime.combine(day, time(hour), UTC)):
        yield


@dataclass(frozen=True, kw_only=True)
class Road:
    """A family on its way, with the people and the programme; each method is one step by the people whose it is."""

    people: People
    programme: DemoProgramme
    family: Family

    @property
    def id(self) -> str:
        """The dossier's id."""
        return self.family.dossier_id

    @property
    def tallinn(self) -> Actor:
        """The sending caseworker."""
        return self.people.caseworker_tallinn

    def move_on(self, actor: Actor | None = None) -> None:
        """Enter the next stage."""
        stage = queries.get_case(self.id).stage
        commands.move_on(commands.MoveOn(dossier_id=self.id, stage=stage), actor=actor or self.tallinn)

    def asylum(self) -> None:
        """Nobody applied for asylum."""
        asylum.record_no_asylum(asylum.RecordNoAsylum(dossier_id=self.id), actor=self.tallinn)

    def counsel(self, *, free_choice: bool = True) -> None:
        """One session with both adults."""
        adults = (self.family.principal, self.family.spouse)
        returns.log_counselling(
            returns.LogCounselling(
                dossier_id=self.id,
                held_on=clock.today(),
                channel=Channel.IN_PERSON,
                language="uk",
                has_interpreter=False,
                topics=(Topic.OPTIONS, Topic.RIGHTS),
                note=None,
                statements=tuple(
                    returns.AdultStatement(person_id=p, free_choice=free_choice, is_informed=True) for p in adults
                ),
            ),
            actor=self.tallinn,
        )

    def choose_programme(self) -> None:
        """The demonstration programme."""
        commands.choose_programme(
            commands.ChooseProgramme(dossier_id=self.id, programme_id=self.programme.id), actor=self.tallinn
        )

    def apply(self, *person_ids: str) -> None:
        """All of them (or those named) sign."""
        cmd = returns.LogApplication(
            dossier_id=self.id,
            person_ids=person_ids or self.family.person_ids,
            signed_on=clock.today(),
            upload=pdf(),
        )
        returns.log_application(cmd, actor=self.tallinn)

    def decide(
        self,
        *person_ids: str,
        outcome: EligibilityOutcome = EligibilityOutcome.APPROVED,
        actor: Actor | None = None,
    ) -> None:
        """The supervisor decides on all of them (or those named)."""
        for person_id in person_ids or self.family.person_ids:
            cmd = person_commands.DecideEligibility(
                dossier_id=self.id, person_id=person_id, outcome=outcome, reason="The papers are in order"
            )
            person_commands.decide_eligibility(cmd, actor=actor or self.people.supervisor_tallinn)

    def prepare(self, *person_ids: str, travels_on: date = DEPARTED) -> None:
        """Papers, fitness and booking of all of them (or those named)."""
        for person_id in person_ids or self.family.person_ids:
            facts = TravelFacts(
                travel_document=TravelDocument.PASSPORT,
                document_number="FA123456",
                valid_until=date(2030, 1, 1),
                is_fit=True,
                fit_checked_on=clock.today(),
                travels_on=travels_on,
                route="Tallinn – Kyiv",
                carrier="Coach",
            )
            cmd = returns.LogTravel(
                dossier_id=self.id,
                person_id=person_id,
                version=0,
                travel=facts,
                travel_document_upload=None,
                fit_upload=None,
                booking_upload=None,
                reason=None,
            )
            returns.log_travel(cmd, actor=self.tallinn)

    def depart(self, *person_ids: str, day: date = DEPARTED) -> None:
        """All of them (or those named) leave."""
        for person_id in person_ids or self.family.person_ids:
            cmd = person_commands.Depart(dossier_id=self.id, person_id=person_id, departed_on=day, transit=None)
            person_commands.depart(cmd, actor=self.tallinn)

    def arrive(self, *person_ids: str, day: date = ARRIVED) -> None:
        """All of them (or those named) arrive."""
        cmd = returns.LogArrival(
            dossier_id=self.id,
            person_ids=person_ids or self.family.person_ids,
            arrived_on=day,
            place="Kramatorsk",
            upload=None,
        )
        returns.log_arrival(cmd, actor=self.tallinn)

    def refer(self) -> None:
        """Kyiv takes the case on; the adults have agreed."""
        referral_id = send_referral(self.family, self.people)
        cmd = cases.AcceptReferral(referral_id=referral_id, caseworker_id=self.people.caseworker_kyiv.id)
        cases.accept_referral(cmd, actor=self.people.caseworker_kyiv)


@built_once
def road_to(stage: Stage, people: People, programme: DemoProgramme) -> Road:
    """The playroom family led into this stage (up to reintegration), on fixed days of 2026."""
    with on(OPENED):
        road = Road(people=people, programme=programme, family=playroom_case(people))
    if stage == Stage.INTAKE:
        return road
    with on(COUNSELLED):
        road.asylum()
        road.move_on()
    if stage == Stage.COUNSELLING:
        return road
    with on(COUNSELLED, 12):
        road.counsel()
        road.move_on()
    if stage == Stage.APPLICATION:
        return road
    with on(APPLIED):
        road.choose_programme()
        road.apply()
        consent_to_sharing(road.family, road.tallinn)
    with on(DECIDED):
        road.decide()
        road.move_on()
    if stage == Stage.PRE_DEPARTURE:
        return road
    with on(PREPARED):
        road.prepare()
        road.move_on()
        road.refer()
    if stage == Stage.RETURN:
        return road
    with on(ARRIVED):
        road.depart()
        road.arrive()
        road.move_on()
    return road
