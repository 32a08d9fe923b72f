"""Acts on a case: what each writes, and that a refusal leaves everything as it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from casetracker.casefile import commands, person_commands, rules
from casetracker.casefile.models import Note
from casetracker.casefile.person_commands import LeaveWay
from casetracker.casefile.queries import load_stage_facts
from casetracker.casefile.states import NoteSide, Requirement
from casetracker.cases import queries
from casetracker.cases.models import Case, Consent, Referral
from casetracker.cases.states import ConsentScope, Outcome, PersonStatus, ReferralState, Stage
from casetracker.core.actor import SYSTEM
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.core.money import Money
from casetracker.disbursements.states import DisbursementKind
from casetracker.dossiers.models import Dossier, DossierPoint
from casetracker.dossiers.queries import find_money_block, sight_by_id
from casetracker.events.models import EventRow
from casetracker.grants import queries as grants
from casetracker.grants.models import Grant
from casetracker.grants.rules import months_after
from casetracker.ledger.models import LedgerPosting
from casetracker.payments import commands as payments
from casetracker.programmes import commands as programmes
from casetracker.programmes.states import ApplicantRole, BasisDate, ReturnType
from casetracker.returns import commands as returns
from casetracker.returns.models import EligibilityDecision, Journey
from casetracker.returns.queries import find_journey
from casetracker.returns.states import EligibilityOutcome
from tests.factories.accounts import make_people
from tests.factories.casefile import ARRIVED, DEPARTED, NOW, Road, on, road_to
from tests.factories.disbursements import about, approved, deliver, instalments, invoice, pay, payable
from tests.factories.programmes import demo_programme

pytestmark = pytest.mark.usefixtures("app")


def road(stage: Stage) -> Road:
    people = make_people()
    return road_to(stage, people, demo_programme(people.administrator))


@contextmanager
def refused(words: str) -> Iterator[None]:
    """Inside, a rule refuses with these words, and nothing is written."""
    tables = (EventRow, Grant, LedgerPosting, Journey, EligibilityDecision, Note, DossierPoint)

    def counts() -> list[object]:
        db.session.rollback()
        held: list[object] = [db.session.scalar(select(func.count()).select_from(t)) for t in tables]
        versions = select(Dossier.version, Case.version).join(Case, Case.id == Dossier.id).order_by(Dossier.id)
        return held + [tuple(row) for row in db.session.execute(versions)]

    before = counts()
    with pytest.raises(Refused) as caught:
        yield
    assert words in str(caught.value)
    assert counts() == before


def leave(of: Road, person_id: str, way: LeaveWay, day: date = NOW) -> None:
    cmd = person_commands.LeavePerson(dossier_id=of.id, person_id=person_id, way=way, day=day, reason="Said so")
    person_commands.leave_person(cmd, actor=of.tallinn)


def left_of(of: Road, person_id: str) -> int:
    return sum(g.totals.awarded for g in grants.list_grants(of.id) if g.person_id == person_id)


def test_a_case_moves_on_once_for_each_stage_that_was_seen() -> None:
    it = road(Stage.INTAKE)
    with on(NOW):
        with refused("missing"):
            it.move_on()
        it.asylum()
        cmd = commands.MoveOn(dossier_id=it.id, stage=Stage.INTAKE)
        commands.move_on(cmd, actor=it.tallinn)
        with refused("meanwhile"):
            commands.move_on(cmd, actor=it.tallinn)
    assert queries.get_case(it.id).stage == Stage.COUNSELLING


def test_approving_makes_grants_of_the_rules_in_force() -> None:
    it = road(Stage.PRE_DEPARTURE)
    held = {(g.person_id, g.package_name): Money(g.amount, g.currency) for g in grants.list_grants(it.id)}
    assert len(held) == 8
    assert sum(amount.minor for amount in held.values()) == 4 * 615_00 + 2_000_00 + 3 * 1_000_00
    assert left_of(it, it.family.principal) == 2_615_00
    with on(NOW), refused("decided already"):
        it.decide(it.family.principal)
    with pytest.raises(NotFound):
        it.decide(it.family.principal, actor=it.people.supervisor_kyiv)
    with pytest.raises(NotFound):
        it.decide(it.family.principal, actor=it.tallinn)


def decide(of: Road, person_id: str, *amounts: tuple[str, int]) -> None:
    cmd = person_commands.DecideEligibility(
        dossier_id=of.id, person_id=person_id, outcome=EligibilityOutcome.APPROVED, reason="In order", amounts=amounts
    )
    person_commands.decide_eligibility(cmd, actor=of.people.supervisor_tallinn)


def add_rule(of: Road, package_id: str, role: ApplicantRole, basis: BasisDate, amount: int) -> None:
    programmes.add_rule(
        programmes.AddRule(
            package_id=package_id, applicant_role=role, return_type=ReturnType.VOLUNTARY, amount=amount,
            is_maximum=True, basis=basis, valid_from=date(2025, 1, 1),
        ),
        actor=of.people.administrator,
    )  # fmt: skip


def package(of: Road, code: str) -> str:
    """One more package of the programme, without rules."""
    return programmes.add_package(
        programmes.AddPackage(
            programme_id=of.programme.id, budget_line_id=of.programme.arrival_line_id, code=code, name=code,
            needs_plan=False, in_kind_only=False,
        ),
        actor=of.people.administrator,
    )  # fmt: skip


def test_who_decides_may_stay_below_a_maximum_and_never_above() -> None:
    it = road(Stage.APPLICATION)
    with on(NOW):
        it.choose_programme()
        it.apply()
        extra = package(it, "extra")
        add_rule(it, extra, ApplicantRole.PRINCIPAL, BasisDate.APPLICATION, 400_00)
        with refused("at most"):
            decide(it, it.family.principal, (extra, 400_01))
        with refused("fixed amount"):
            decide(it, it.family.principal, (it.programme.post_arrival_id, 100_00))
        with refused("No rule gives"):
            decide(it, it.family.spouse, (extra, 1_00))
        with pytest.raises(NotFound):
            decide(it, it.family.principal, ("of another programme", 1_00))
        decide(it, it.family.principal, (extra, 250_00))
    assert {g.amount for g in grants.list_grants(it.id) if g.package_id == extra} == {250_00}
    assert left_of(it, it.family.principal) == 2_615_00 + 250_00


def missing(of: Road) -> list[Requirement]:
    """What stands between the case and pre-departure."""
    return rules.missing(load_stage_facts(of.id), Stage.PRE_DEPARTURE)


def test_what_counts_by_the_departure_waits_for_the_booking() -> None:
    it = road(Stage.APPLICATION)
    with on(NOW):
        it.choose_programme()
        it.apply()
        extra = package(it, "extra")
        add_rule(it, extra, ApplicantRole.PRINCIPAL, BasisDate.DEPARTURE, 400_00)
        with refused("Enter the booking first"):
            it.decide(it.family.principal)
        it.decide(it.family.spouse)
        booking = [each for each in missing(it) if each.endpoint == "returns.log_travel"]
        assert [each.person_id for each in booking] == [it.family.principal]
        it.prepare(it.family.principal, travels_on=NOW + timedelta(days=3))
        assert "returns.log_travel" not in {each.endpoint for each in missing(it)}
        it.decide(it.family.principal)
    assert left_of(it, it.family.principal) == 2_615_00 + 400_00


def correct_journey(of: Road, arrived_on: date | None) -> None:
    standing = find_journey(of.id, of.family.principal)
    assert standing is not None
    cmd = returns.CorrectJourney(
        dossier_id=of.id, person_id=of.family.principal, departed_on=standing.departed_on, transit=None,
        arrived_on=arrived_on, place=None, version=standing.version, reason="Another person's ticket",
    )  # fmt: skip
    returns.correct_journey(cmd, actor=of.tallinn)


def test_clocks_follow_the_corrected_arrival_and_stop_without_one() -> None:
    it = road(Stage.REINTEGRATION)

    def due() -> list[date]:
        days = [g.use_due_on for g in grants.list_grants(it.id) if g.person_id == it.family.principal and g.use_due_on]
        return [day for day in days if day]

    with on(NOW):
        (before,) = due()
        assert before == months_after(ARRIVED, 12)
        correct_journey(it, ARRIVED + timedelta(days=3))
        assert due() == [months_after(ARRIVED + timedelta(days=3), 12)]
        correct_journey(it, None)
        assert due() == [] and find_money_block(it.id, [it.family.principal], SYSTEM) is not None
        it.arrive(it.family.principal)
    assert due() == [before]


def test_a_refusal_takes_the_grants_back_and_a_new_approval_makes_them_anew() -> None:
    it = road(Stage.PRE_DEPARTURE)
    with on(NOW):
        it.decide(it.family.spouse, outcome=EligibilityOutcome.REFUSED)
        assert left_of(it, it.family.spouse) == 0
        it.decide(it.family.spouse)
    assert left_of(it, it.family.spouse) == 1_615_00
    assert len(grants.list_grants(it.id)) == 8


def test_the_programme_stays_once_grants_were_made() -> None:
    it = road(Stage.PRE_DEPARTURE)
    other = demo_programme(it.people.administrator, "OTHER")
    with on(NOW), refused("so it stays"):
        commands.choose_programme(commands.ChooseProgramme(dossier_id=it.id, programme_id=other.id), actor=it.tallinn)


def test_departing_asks_for_readiness_and_happens_once() -> None:
    it = road(Stage.RETURN)
    with on(ARRIVED):
        it.depart(it.family.principal)
        with refused("logged already"):
            it.depart(it.family.principal)
        with refused("is logged"):
            cmd = person_commands.NotDepart(
                dossier_id=it.id, person_id=it.family.principal, day=DEPARTED - timedelta(days=1), reason="Missed"
            )
            person_commands.not_depart(cmd, actor=it.tallinn)


def test_who_is_not_ready_does_not_depart() -> None:
    it = road(Stage.PRE_DEPARTURE)
    with on(NOW), refused("not ready"):
        it.depart(it.family.principal)


def test_leaving_gives_back_what_is_left_and_the_others_keep_theirs() -> None:
    it = road(Stage.REINTEGRATION)
    with on(NOW):
        with refused("has departed"):
            leave(it, it.family.spouse, LeaveWay.WITHDRAWN)
        with refused("future"):
            leave(it, it.family.spouse, LeaveWay.DECEASED, NOW + timedelta(days=1))
        leave(it, it.family.spouse, LeaveWay.SEPARATED)
        with refused("no longer"):
            leave(it, it.family.spouse, LeaveWay.SEPARATED)
    assert left_of(it, it.family.spouse) == 0
    assert left_of(it, it.family.principal) == 2_615_00
    assert queries.get_person(it.id, it.family.spouse).status == PersonStatus.SEPARATED


def test_not_departing_gives_back_and_the_person_can_come_back() -> None:
    it = road(Stage.RETURN)
    with on(NOW):
        cmd = person_commands.NotDepart(dossier_id=it.id, person_id=it.family.spouse, day=DEPARTED, reason="Fell ill")
        person_commands.not_depart(cmd, actor=it.tallinn)
        assert left_of(it, it.family.spouse) == 0
        again = person_commands.RejoinPerson(dossier_id=it.id, person_id=it.family.spouse, reason="Recovered")
        person_commands.rejoin_person(again, actor=it.tallinn)
        point = db.session.scalars(select(DossierPoint)).one()
        assert point.subject_id == it.family.spouse
        it.decide(it.family.spouse)
        it.depart(it.family.spouse, day=NOW)
    assert left_of(it, it.family.spouse) == 1_615_00


def test_a_consent_taken_back_ends_the_receiving_offices_access_at_once() -> None:
    it = road(Stage.REINTEGRATION)
    sharing = select(Consent).where(Consent.person_id == it.family.spouse, Consent.scope == ConsentScope.SHARING)
    consent_id = db.session.scalars(sharing).one().id
    assert sight_by_id(it.people.caseworker_kyiv, it.id)
    with on(NOW):
        cmd = person_commands.WithdrawConsent(dossier_id=it.id, consent_id=consent_id, day=NOW)
        with refused("future"):
            person_commands.withdraw_consent(dataclasses.replace(cmd, day=NOW + timedelta(days=1)), actor=it.tallinn)
        person_commands.withdraw_consent(cmd, actor=it.tallinn)
        with pytest.raises(NotFound):
            sight_by_id(it.people.caseworker_kyiv, it.id)
        with refused("already"):
            person_commands.withdraw_consent(cmd, actor=it.tallinn)
    assert db.session.scalars(select(Referral.state)).one() == ReferralState.RECALLED
    assert db.session.scalars(select(DossierPoint)).one().text == person_commands.TAKEN_BACK


def test_closing_gives_back_what_was_not_used_and_reopening_puts_the_stage_back() -> None:
    it = road(Stage.REINTEGRATION)

    def close(outcome: Outcome) -> None:
        cmd = commands.CloseCase(dossier_id=it.id, outcome=outcome, reason="They moved on")
        commands.close_case(cmd, actor=it.tallinn)

    with on(NOW):
        with refused("in monitoring"):
            close(Outcome.COMPLETED)
        with refused("does not fit"):
            close(Outcome.NOT_DEPARTED)
        close(Outcome.RE_MIGRATED)
        with refused("only be read"):
            close(Outcome.RE_MIGRATED)
        assert sum(g.totals.awarded for g in grants.list_grants(it.id)) == 0
        with refused("only be read"):
            leave(it, it.family.spouse, LeaveWay.SEPARATED)
        reopen = commands.ReopenCase(dossier_id=it.id, reason="They came back")
        with pytest.raises(NotFound):
            commands.reopen_case(reopen, actor=it.people.caseworker_kyiv)
        commands.reopen_case(reopen, actor=it.tallinn)
        with refused("not closed"):
            commands.reopen_case(reopen, actor=it.tallinn)
    case = queries.get_case(it.id)
    assert (case.stage, case.outcome, case.closed_from) == (Stage.REINTEGRATION, None, None)


def test_a_note_stays_on_the_side_that_it_was_written_for() -> None:
    it = road(Stage.REINTEGRATION)

    def write(actor: object, side: NoteSide, person_id: str | None = None, day: date = NOW) -> None:
        cmd = commands.WriteNote(dossier_id=it.id, side=side, text="A call", day=day, person_id=person_id)
        commands.write_note(cmd, actor=actor)  # type: ignore[arg-type]  # an actor

    with on(NOW):
        write(it.tallinn, NoteSide.SENDING, it.family.principal)
        write(it.people.caseworker_kyiv, NoteSide.SHARED)
        with pytest.raises(NotFound):
            write(it.people.caseworker_kyiv, NoteSide.SENDING)
        with pytest.raises(NotFound):
            write(it.tallinn, NoteSide.SHARED, "nobody")
        with pytest.raises(NotFound):
            write(it.people.auditor, NoteSide.SHARED)
        with refused("future"):
            write(it.tallinn, NoteSide.SHARED, day=NOW + timedelta(days=1))


def test_a_monthly_line_is_done_when_every_month_is() -> None:
    case = payable()
    fees = f"line:{case.planned.fees}"

    def open_lines() -> int:
        return load_stage_facts(case.dossier_id).open_lines

    assert open_lines() == 3
    request_id = approved(case, (fees, 75_00), kind=DisbursementKind.REIMBURSEMENT)
    for step in (deliver, invoice, pay):
        step(case, instalments(request_id)[0])
    assert open_lines() == 3
    for amount, left in ((10 * 75_00, 3), (60_00, 2)):
        (part,) = instalments(approved(case, (fees, amount)))
        cmd = payments.SkipInstalment(**about(case, part), reason="Kindergarten was closed")  # type: ignore[arg-type]
        payments.skip_instalment(cmd, actor=case.requester)
        assert open_lines() == left
