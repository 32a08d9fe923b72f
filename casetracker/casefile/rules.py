"""What each stage needs before a case may enter it, and when a case may be closed.

Source: domain, the stages' table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casetracker.casefile.states import ASYLUM_STEP, NEXT_STAGE, SENDING_STAGES, Requirement, StageFacts
from casetracker.cases.states import Outcome, Stage
from casetracker.core.actor import Actor
from casetracker.core.errors import N_, Message
from casetracker.core.permissions import Permission
from casetracker.dossiers.states import Relation
from casetracker.events.states import Part
from casetracker.programmes.rules import waits_for_departure
from casetracker.programmes.states import BasisDate, ReturnType
from casetracker.returns.states import EligibilityOutcome

_NOBODY_LEFT = frozenset({Outcome.WITHDREW_BEFORE_DEPARTURE, Outcome.NOT_DEPARTED})
_AFTER_RETURN = frozenset({Outcome.WITHDREW_AFTER_RETURN, Outcome.RE_MIGRATED, Outcome.NO_CONTACT})


def requirements(facts: StageFacts, target: Stage) -> list[Requirement]:
    """Everything that entering `target` needs, met or not, in the order in which it is usually done."""
    makers = {
        Stage.COUNSELLING: _for_counselling,
        Stage.APPLICATION: _for_application,
        Stage.PRE_DEPARTURE: _for_pre_departure,
        Stage.RETURN: _for_return,
        Stage.REINTEGRATION: _for_reintegration,
        Stage.MONITORING: _for_monitoring,
        Stage.CLOSED: _for_closing,
    }
    return list(makers[target](facts)) if target in makers else []


def missing(facts: StageFacts, target: Stage) -> list[Requirement]:
    """What entering `target` still needs."""
    return [each for each in requirements(facts, target) if each.is_needed and not each.is_met]


def _for_counselling(facts: StageFacts) -> Iterator[Requirement]:
    principal = any(p.role == "principal" and p.is_active for p in facts.persons)
    yield Requirement(Message(N_("A principal applicant is entered")), "cases.add_person", principal)
    yield Requirement(
        Message(N_("The asylum application is recorded, also where there is none")),
        "asylum.show_asylum",
        facts.asylum_recorded,
        Part.ASYLUM,
    )


def _for_application(facts: StageFacts) -> Iterator[Requirement]:
    for person in facts.active:
        name = {"name": person.name}
        if person.is_placeholder:
            yield Requirement(
                Message(N_("Birth date or estimated age of %(name)s"), name),
                "cases.edit_person",
                False,
                Part.SHARED,
                person.id,
            )
        if not person.is_adult or facts.is_retroactive:
            continue
        known = facts.known(person)
        forced = person.return_type == ReturnType.FORCED
        words = N_("Information session of %(name)s") if forced else N_("Counselling session of %(name)s")
        yield Requirement(Message(words, name), "returns.log_counselling", known.counselled, Part.SENDING, person.id)
        if not forced:
            yield Requirement(
                Message(N_("%(name)s decides freely and informed"), name),
                "returns.log_counselling",
                bool(known.voluntary and known.informed),
                Part.SENDING,
                person.id,
            )


def _for_pre_departure(facts: StageFacts) -> Iterator[Requirement]:
    yield Requirement(Message(N_("The programme is chosen")), "casefile.choose_programme", facts.has_programme)
    yield from _applications(facts)
    yield from _eligibility(facts)


def _applications(facts: StageFacts) -> Iterator[Requirement]:
    for person in facts.active:
        yield Requirement(
            Message(N_("Signed return application of %(name)s"), {"name": person.name}),
            "returns.log_application",
            facts.known(person).applied_on is not None,
            Part.SENDING,
            person.id,
        )


def _taken_in(facts: StageFacts) -> Iterator[Requirement]:
    """What the programme asks about a person before anybody can decide; of who was decided on nothing is asked."""
    for person in facts.active:
        known, name = facts.known(person), {"name": person.name}
        if facts.terms.excludes_expulsion and known.applied_on is not None:
            yield Requirement(
                Message(N_("It is known whether an expulsion order is in force against %(name)s"), name),
                "returns.log_expulsion_order",
                known.eligibility is not None or known.has_expulsion_order is not None,
                Part.SENDING,
                person.id,
            )


def _bookings(facts: StageFacts) -> Iterator[Requirement]:
    """What a rule gives by the day of departure waits for that day; of who was decided on nothing is asked."""
    for person in facts.active:
        known = facts.known(person)
        waits = waits_for_departure(
            facts.departure_rules, person.role, person.return_type, person.nationality, {BasisDate.DEPARTURE: None}
        )
        if waits and known.applied_on is not None:
            day = known.departed_on or known.booked_on
            yield Requirement(
                Message(
                    N_("The journey of %(name)s is booked: what the programme gives counts by the day of departure"),
                    {"name": person.name},
                ),
                "returns.log_travel",
                known.eligibility is not None or day is not None,
                Part.SENDING,
                person.id,
            )


def _eligibility(facts: StageFacts) -> Iterator[Requirement]:
    yield from _taken_in(facts)
    yield from _bookings(facts)
    for person in facts.active:
        yield Requirement(
            Message(N_("A supervisor decided on the eligibility of %(name)s"), {"name": person.name}),
            "casefile.decide_eligibility",
            facts.known(person).eligibility is not None,
            Part.SENDING,
            person.id,
        )
    decided = [facts.known(person).eligibility for person in facts.active]
    if all(decided) and EligibilityOutcome.APPROVED not in decided:
        yield Requirement(
            Message(N_("Somebody of the family is eligible")),
            "casefile.decide_eligibility",
            False,
            Part.SENDING,
        )


def _for_return(facts: StageFacts) -> Iterator[Requirement]:
    """Each person ready, or left out with a reason; of who is back already nothing is asked."""
    if facts.is_retroactive:
        return
    for person in facts.active:
        known, name = facts.known(person), {"name": person.name}
        if known.eligibility in (EligibilityOutcome.REFUSED, EligibilityOutcome.REFERRED):
            yield Requirement(
                Message(N_("%(name)s was not found eligible: leave out of the journey"), name),
                "casefile.leave_person",
                False,
                Part.SENDING,
                person.id,
            )
        else:
            yield Requirement(
                Message(N_("%(name)s is ready (travel document, fit to travel, booking), or left out"), name),
                "returns.log_travel",
                known.is_ready or known.departed_on is not None,
                Part.SENDING,
                person.id,
            )


def _for_reintegration(facts: StageFacts) -> Iterator[Requirement]:
    """The first arrival, and that the case can be disclosed. Where a consent was taken back nothing can be: then the
    sending office goes on by itself."""
    arrived = any(known.arrived_on for known in facts.returns.values())
    yield Requirement(Message(N_("Somebody of the family arrived")), "returns.log_arrival", arrived)
    if facts.is_retroactive:
        yield from _applications(facts)
        yield from _eligibility(facts)
    if facts.is_consent_withdrawn:
        return
    for person in facts.without_consent:
        yield Requirement(
            Message(N_("%(name)s consents to sharing with the receiving office"), {"name": person.name}),
            "cases.log_consent",
            False,
            Part.SENDING,
            person.id,
        )
    yield Requirement(
        Message(N_("A receiving office accepted the referral")),
        "cases.send_referral",
        facts.referral_accepted,
    )


def _for_monitoring(facts: StageFacts) -> Iterator[Requirement]:
    for person in facts.active:
        known, name = facts.known(person), {"name": person.name}
        if known.arrived_on is None:
            continue
        yield Requirement(
            Message(N_("Contact of %(name)s with the receiving office"), name),
            "returns.log_contact",
            known.contact_on is not None,
            Part.SHARED,
            person.id,
            is_needed=False,
        )
        if person.is_adult:
            yield Requirement(
                Message(N_("Needs of %(name)s are assessed"), name),
                "returns.log_needs_assessment",
                known.assessed_on is not None,
                Part.SHARED,
                person.id,
                is_needed=False,
            )
    if facts.needs_plan:
        yield Requirement(
            Message(N_("The reintegration plan is finally approved")), "plans.show_plan", facts.plan_approved
        )
    yield Requirement(
        Message(N_("Every line of the plan is delivered, lapsed or cancelled")),
        "plans.show_plan",
        facts.open_lines == 0,
    )
    yield Requirement(
        Message(N_("Every disbursement is verified, skipped or cancelled")),
        "casefile.show_case",
        facts.open_disbursements == 0,
    )


def _for_closing(facts: StageFacts) -> Iterator[Requirement]:
    yield Requirement(
        Message(N_("The final report is written")), "monitoring.write_final_report", facts.has_final_report
    )


def why_not_move(facts: StageFacts, relation: Relation | None) -> Message | None:
    """Why the case cannot move to its next stage now."""
    target = NEXT_STAGE.get(facts.stage)
    if target is None:
        return Message(N_("From here the case is closed, with its outcome."))
    if facts.stage in SENDING_STAGES and relation != Relation.SENDING:
        return Message(N_("Until the return the sending office moves the case on."))
    if facts.is_suspended:
        return Message(N_("The case is suspended. Resume it first."))
    left = missing(facts, target)
    if left:
        return Message(N_("Something is still missing: %(what)s."), {"what": left[0].text})
    return None


def why_not_close(facts: StageFacts, outcome: Outcome, relation: Relation | None) -> Message | None:
    """Why the case cannot be closed with this outcome."""
    general = why_not_close_at_all(facts, relation)
    if general is not None:
        return general
    if outcome in _NOBODY_LEFT and any(known.departed_on for known in facts.returns.values()):
        return Message(N_("Somebody of the family has departed, so this outcome does not fit.")).beside("outcome")
    if outcome in _AFTER_RETURN and not any(known.arrived_on for known in facts.returns.values()):
        return Message(N_("Nobody of the family has arrived, so this outcome does not fit.")).beside("outcome")
    if outcome != Outcome.COMPLETED:
        return None
    if facts.stage != Stage.MONITORING:
        return Message(
            N_("Only a case in monitoring can be closed as completed. Choose the outcome that fits.")
        ).beside("outcome")
    return Message(N_("The final report is missing.")) if missing(facts, Stage.CLOSED) else None


def why_not_close_at_all(facts: StageFacts, relation: Relation | None) -> Message | None:
    """Why the case cannot be closed now, whatever the outcome."""
    if facts.stage == Stage.CLOSED:
        return Message(N_("The case is closed already."))
    if facts.stage in SENDING_STAGES and relation != Relation.SENDING:
        return Message(N_("Until the return the sending office closes the case."))
    if facts.open_disbursements:
        return Message(N_("A disbursement is still open. Finish, skip or cancel it first."))
    return None


def why_not_reopen(facts: StageFacts) -> Message | None:
    """Why the case cannot be reopened."""
    return None if facts.stage == Stage.CLOSED else Message(N_("The case is not closed."))


def what_waits(blocks_money: bool, subject_id: str | None, names: Mapping[str, str]) -> Message | None:
    """Which money a point holds up: that of its subject (`names`: id to words), else all of the case; None: none."""
    if not blocks_money:
        return None
    if subject_id is None:
        return Message(N_("all money of the case waits"))
    if subject_id not in names:
        return Message(N_("money waits"))
    return Message(N_("money waits: %(what)s"), {"what": names[subject_id]})


def why_not_settle(blocks_money: bool, actor: Actor) -> Message | None:
    """Why this person cannot settle a point."""
    if not actor.may(Permission.CASE_EDIT):
        return Message(N_("The offices of the case settle this."))
    if blocks_money and not actor.may(Permission.DISBURSEMENT_APPROVE):
        return Message(N_("A supervisor settles this, for money waits for it."))
    return None


def step_states(stage: Stage, *, last_stage: Stage, asylum_recorded: bool | None) -> list[tuple[str, str]]:
    """(step, state) for the stepper. `asylum_recorded` is None for whom the asylum part does not exist.

    last_stage: where a closed case stood when it was closed.
    """
    order: list[Stage] = [s for s in Stage if s != Stage.CLOSED]
    here = last_stage if stage == Stage.CLOSED else stage
    steps: list[tuple[str, str]] = []
    for each in order:
        at = order.index(each) - order.index(here)
        state = "done" if at < 0 else ("now" if at == 0 and stage != Stage.CLOSED else "todo")
        if stage == Stage.CLOSED and at == 0:
            state = "done"
        steps.append((str(each), state))
        if each == Stage.INTAKE and asylum_recorded is not None:
            steps.append((ASYLUM_STEP, "done" if asylum_recorded else "todo"))
    return steps
