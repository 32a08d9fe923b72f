"""What each stage needs before a case may enter it, and when a case may be closed. Source: domain, the stages' table."""

from __future__ import annotations

from collections.abc import Iterator

from casetracker.casefile.states import ASYLUM_STEP, NEXT_STAGE, SENDING_STAGES, Requirement, StageFacts
from casetracker.cases.states import Outcome, Stage
from casetracker.core.errors import N_, Message
from casetracker.dossiers.states import Relation
from casetracker.events.states import Part
from casetracker.programmes.states import ReturnType


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
    return [each for each in requirements(facts, target) if not each.is_met]


def _for_counselling(facts: StageFacts) -> Iterator[Requirement]:
    principal = any(p.role == "principal" and p.is_active for p in facts.persons)
    yield Requirement(Message(N_("A principal applicant is entered")), "cases.add_person", principal)
    yield Requirement(
        Message(N_("The asylum application is recorded, also where there is none")), "asylum.log_asylum",
        facts.asylum_recorded, Part.ASYLUM,
    )  # fmt: skip


def _for_application(facts: StageFacts) -> Iterator[Requirement]:
    for person in facts.active:
        if person.is_placeholder:
            yield Requirement(
                Message(N_("Birth date or estimated age of %(name)s"), {"name": person.name}), "cases.edit_person",
                False, Part.SHARED, person.id,
            )  # fmt: skip
        if not person.is_adult:
            continue
        known = facts.returns.get(person.id)
        forced = person.return_type == ReturnType.FORCED
        words = N_("Information session of %(name)s") if forced else N_("Counselling session of %(name)s")
        yield Requirement(
            Message(words, {"name": person.name}), "returns.log_counselling",
            bool(known and known.counselled), Part.SENDING, person.id,
        )  # fmt: skip
        if not forced:
            yield Requirement(
                Message(N_("%(name)s decides freely and informed"), {"name": person.name}), "returns.log_counselling",
                bool(known and known.voluntary and known.informed), Part.SENDING, person.id,
            )  # fmt: skip


def _for_pre_departure(facts: StageFacts) -> Iterator[Requirement]:
    yield Requirement(
        Message(N_("The programme is chosen")), "casefile.choose_programme", facts.has_programme
    )
    for person in facts.active:
        known = facts.returns.get(person.id)
        yield Requirement(
            Message(N_("Signed return application of %(name)s"), {"name": person.name}), "returns.log_application",
            bool(known and known.applied_on), Part.SENDING, person.id,
        )  # fmt: skip
    decided = [facts.returns.get(p.id) for p in facts.active]
    approved = any(known and known.eligibility == "approved" for known in decided)
    yield Requirement(
        Message(N_("A supervisor approved the eligibility")),
        "casefile.decide_eligibility",
        approved,
        Part.SENDING,
    )


def _for_return(facts: StageFacts) -> Iterator[Requirement]:
    for person in facts.active:
        known = facts.returns.get(person.id)
        yield Requirement(
            Message(N_("%(name)s is ready to travel (travel document, fit to travel, booking), or left out"),
                    {"name": person.name}),
            "returns.log_travel",
            bool(known and known.travel_document and known.is_fit and known.booked_on), Part.SENDING, person.id,
        )  # fmt: skip


def _for_reintegration(facts: StageFacts) -> Iterator[Requirement]:
    arrived = any(known.arrived_on for known in facts.returns.values())
    yield Requirement(Message(N_("Somebody of the family arrived")), "returns.log_arrival", arrived)
    applied = any(known.applied_on for known in facts.returns.values())
    approved = any(known.eligibility == "approved" for known in facts.returns.values())
    if facts.is_retroactive:
        yield Requirement(
            Message(N_("Signed return application")), "returns.log_application", applied, Part.SENDING
        )
        yield Requirement(
            Message(N_("A supervisor approved the eligibility")),
            "casefile.decide_eligibility",
            approved,
            Part.SENDING,
        )
    for name in facts.without_consent:
        yield Requirement(
            Message(N_("%(name)s consents to sharing with the receiving office"), {"name": name}), "cases.log_consent",
            False, Part.SENDING,
        )  # fmt: skip
    yield Requirement(
        Message(N_("A receiving office accepted the referral")),
        "cases.send_referral",
        facts.referral_accepted,
    )


def _for_monitoring(facts: StageFacts) -> Iterator[Requirement]:
    if facts.needs_plan:
        yield Requirement(
            Message(N_("The reintegration plan is finally approved")), "plans.show_plan", facts.plan_approved
        )
    yield Requirement(
        Message(N_("Every disbursement is delivered, skipped or cancelled")), "casefile.show_case",
        facts.open_disbursements == 0,
    )  # fmt: skip


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


def why_not_close(facts: StageFacts, outcome: Outcome) -> Message | None:
    """Why the case cannot be closed with this outcome."""
    if facts.stage == Stage.CLOSED:
        return Message(N_("The case is closed already."))
    if facts.open_disbursements:
        return Message(N_("A disbursement is still open. Finish, skip or cancel it first."))
    if outcome != Outcome.COMPLETED:
        return None
    if facts.stage != Stage.MONITORING:
        return Message(
            N_("Only a case in monitoring can be closed as completed. Choose the outcome that fits.")
        )
    left = missing(facts, Stage.CLOSED)
    return Message(N_("The final report is missing.")) if left else None


def why_not_reopen(facts: StageFacts) -> Message | None:
    """Why the case cannot be reopened."""
    return None if facts.stage == Stage.CLOSED else Message(N_("The case is not closed."))


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
