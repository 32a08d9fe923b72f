"""Why a plan is not changed, a line not funded like that, a plan not submitted, a version not decided.
Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from casetracker.core.errors import N_, Message
from casetracker.core.money import MAX_MINOR, Money
from casetracker.dossiers.states import Relation
from casetracker.grants.rules import months_after
from casetracker.plans.states import (
    KINDS_OF_PERSONS,
    KINDS_OF_PLACES,
    PLAN_MOVES,
    PLAN_WARN_DAYS,
    ActivityFacts,
    ActivityKind,
    AgreementFacts,
    FundingFacts,
    FundingSource,
    GrantLimit,
    LineFacts,
    PlanAct,
    PlanDueFacts,
    PlanFacts,
    PlanState,
    PlanStep,
    Problem,
    VersionFacts,
)  # fmt: skip

Limits = Mapping[str, GrantLimit]
"""Grant id -> what a plan may take of it."""


def why_not_edit(state: PlanState) -> Message | None:
    """Why the text cannot be changed now."""
    if state in PLAN_MOVES[PlanAct.EDIT]:
        return None
    return Message(N_("The plan was submitted and waits for a decision. To change it now, take it back."))


def why_not_kind(kind: ActivityKind, *, is_of_persons: bool) -> Message | None:
    """Why there is no such activity here: what is done for a family is not what is done for a place."""
    if kind in (KINDS_OF_PERSONS if is_of_persons else KINDS_OF_PLACES):
        return None
    return Message(N_("Choose one of the kinds that are offered."), {}, "kind")


def why_not_start(limits: Iterable[GrantLimit]) -> Message | None:
    """Why there can be no plan yet."""
    if any(limit.needs_plan and limit.is_open for limit in limits):
        return None
    return Message(N_("There is no open grant yet that needs a plan."))


def why_not_line(amount: int | None, unit_currency: str, currency: str, used: int) -> Message | None:
    """Why a line cannot have this amount (minor units of the plan's currency; None: no rate is stored)."""
    if amount is None:
        return Message(
            N_("No exchange rate from %(unit)s to %(currency)s is stored, so the amount is not known."),
            {"unit": unit_currency, "currency": currency},
            "unit_currency",
        )
    if amount > MAX_MINOR:
        return Message(N_("This is more than can be kept. Please check quantity and price."), {}, "quantity")
    if amount == 0:
        return Message(
            N_("This is less than the smallest amount in %(currency)s."), {"currency": currency}, "unit_price"
        )
    if amount < used:
        return Message(
            N_("%(used)s of this line is already reserved, committed or spent; it cannot become less."),
            {"used": Money(used, currency)},
            "unit_price",
        )
    return None


def why_not_remove(used: int, currency: str) -> Message | None:
    """Why a line cannot leave the plan."""
    if used:
        return Message(
            N_("%(used)s of this line is already reserved, committed or spent, so it stays in the plan."),
            {"used": Money(used, currency)},
        )
    return None


def why_not_source(part: FundingFacts, beneficiaries: Sequence[str], limits: Limits, currency: str) -> Message | None:
    """Why this source cannot pay for a line with these beneficiaries, whatever the amount."""
    if part.source != FundingSource.GRANT:
        return None
    limit = limits.get(part.grant_id or "")
    if limit is None:
        return Message(N_("This grant is not one of those here."))
    words = {"person": limit.person, "package": limit.package}
    if not limit.needs_plan:
        return Message(N_("%(package)s of %(person)s is paid without a plan."), words)
    if limit.currency != currency:
        return Message(N_("%(package)s of %(person)s is in another currency than the plan."), words)
    if not limit.is_adult and tuple(beneficiaries) != (limit.person_id,):
        return Message(N_("%(person)s is a child: the grant pays only for what is for %(person)s alone."), words)
    return None


def why_not_contributed(parts: Iterable[FundingFacts], *, is_of_persons: bool) -> Message | None:
    """Why a line of a plan without persons takes nothing beside the share: what others give stands with the place."""
    if is_of_persons or all(part.source == FundingSource.GRANT for part in parts):
        return None
    return Message(N_("Only the donor's share pays here. Enter what others give as a co-contribution of the site."))


def why_not_fund(
    line: LineFacts, parts: Sequence[FundingFacts], beneficiaries: Sequence[str], limits: Limits,
    planned: Mapping[str, int], currency: str,
) -> Message | None:  # fmt: skip
    """Why the line cannot be paid like that. `planned`: grant id -> what the other lines take of it.

    A sum below the line's amount is a draft's right; above it is refused.
    """
    before = {part.grant_id: part.amount for part in line.funding if part.grant_id}
    for part in parts:
        reason = why_not_source(part, beneficiaries, limits, currency)
        if reason is not None:
            return reason
        limit = limits.get(part.grant_id or "")
        if limit is None:
            continue
        if not limit.is_open and part.amount > before.get(limit.grant_id, 0):
            return Message(
                N_("%(package)s of %(person)s is not open any more."),
                {"person": limit.person, "package": limit.package},
            )
        left = limit.limit - planned.get(limit.grant_id, 0)
        if part.amount > left:
            return _over(limit, part.amount, left)
    total = sum(part.amount for part in parts)
    if line.amount is not None and total > line.amount:
        return Message(
            N_("Together this is %(total)s, more than the line's %(amount)s."),
            {"total": Money(total, currency), "amount": Money(line.amount, currency)},
        )
    return why_not_granted(sum(p.amount for p in parts if p.source == FundingSource.GRANT), line.used, currency)


def why_not_granted(granted: int, used: int, currency: str) -> Message | None:
    """Why grants cannot pay so little of a line: money that is used cannot be planned away."""
    if granted >= used:
        return None
    return Message(
        N_("%(used)s of this line is already reserved, committed or spent; grants must pay at least that."),
        {"used": Money(used, currency)},
    )


def why_over(limit: GrantLimit, planned: int) -> Message | None:
    """Why the plan cannot take so much of the grant."""
    return _over(limit, planned, limit.limit) if planned > limit.limit else None


def _over(limit: GrantLimit, amount: int, left: int) -> Message:
    return Message(
        N_("%(amount)s is more than the %(left)s that is left of %(package)s of %(person)s."),
        {
            "amount": Money(amount, limit.currency),
            "left": Money(max(left, 0), limit.currency),
            "package": limit.package,
            "person": limit.person,
        },
    )


def needed_agreements(beneficiaries: Sequence[str], funding: Iterable[FundingFacts], limits: Limits) -> dict[str, int]:
    """person id -> the amount that this adult must have agreed to: own grants that pay for more than the
    person alone."""
    needed: dict[str, int] = {}
    for part in funding:
        limit = limits.get(part.grant_id or "")
        if limit is not None and limit.is_person and limit.is_adult and tuple(beneficiaries) != (limit.person_id,):
            needed[limit.person_id] = needed.get(limit.person_id, 0) + part.amount
    return needed


def standing_agreement(line: LineFacts, person_id: str, amount: int) -> AgreementFacts | None:
    """The person's agreement to exactly this amount of the line."""
    return next((a for a in line.agreements if a.person_id == person_id and a.amount == amount), None)


def missing_agreements(activity: ActivityFacts, line: LineFacts, limits: Limits) -> dict[str, int]:
    """person id -> amount of the agreements that are not there yet."""
    needed = needed_agreements(activity.beneficiary_ids, line.funding, limits)
    return {person: amount for person, amount in needed.items() if standing_agreement(line, person, amount) is None}


def why_not_agree(amount: int, asked: int | None, currency: str) -> Message | None:
    """Why a signed agreement to `amount` cannot stand; `asked`: what the plan takes of the person's grants
    now."""
    if asked is None:
        return Message(N_("This line takes nothing of this person's grant that has to be agreed to."))
    if amount != asked:
        return Message(
            N_("The plan now takes %(asked)s of this person's grant. Let the person agree to that amount."),
            {"asked": Money(asked, currency)},
        )
    return None


def why_not_contribute(planned: int, given_on: date, today: date) -> Message | None:
    """Why nothing is evidenced here: the payable plan asks nobody but grants for it, or the day lies
    ahead."""
    if not planned:
        return Message(N_("The approved plan asks for no such contribution to this line."))
    if given_on > today:
        return Message(N_("This day lies in the future."), {}, "given_on")
    return None


def find_due(
    arrived_on: date | None, months: int | None, today: date, *, needs_plan: bool, is_approved: bool, is_suspended: bool
) -> PlanDueFacts | None:
    """Until when the plan is ideally ready, counted from the first arrival (domain, "Clocks"); None: nothing is due.

    An open grant needs a plan and none was finally approved yet; while a case is suspended no day is over.
    """
    if arrived_on is None or months is None or is_approved or not needs_plan:
        return None
    due = months_after(arrived_on, months)
    near = 0 <= (due - today).days <= PLAN_WARN_DAYS
    return PlanDueFacts(due_on=due, is_over=due < today and not is_suspended, is_near=near and not is_suspended)


def why_not_correct(day: date, today: date, field: str, *, changed: bool) -> Message | None:
    """Why an agreement or a proof of contribution cannot have been like this; `field` is the form's for the day."""
    if not changed:
        return Message(N_("Nothing was changed."))
    if day > today:
        return Message(N_("This day lies in the future."), {}, field)
    return None


def is_frozen(versions: Iterable[VersionFacts], line_id: str, person_id: str) -> bool:
    """Whether a version that stands, decided or not, was submitted on the strength of the person's agreement."""
    stands = (PlanState.SUBMITTED, PlanState.VALIDATED, PlanState.APPROVED)
    return any(
        agreement["person_id"] == person_id
        for version in versions
        if version.state in stands
        for activity in version.content.get("activities", ())
        for line in activity["lines"]
        if line["id"] == line_id
        for agreement in line["agreements"]
    )


def list_problems(plan: PlanFacts, limits: Limits) -> list[Problem]:
    """Everything that stands in the way of submitting the plan, in its order."""
    found: list[Problem] = []
    if not plan.activities:
        found.append(Problem(message=Message(N_("The plan has no activity yet."))))
    for id, title in plan.removed_used:
        text = N_("“%(line)s” was removed, but money of it is reserved, committed or spent. Put it back.")
        found.append(Problem(message=Message(text, {"line": title}), line_id=id))
    for activity in plan.activities:
        found += _activity_problems(activity)
        for line in activity.lines:
            found += [
                Problem(message=message, activity_id=activity.id, line_id=line.id, person_id=person)
                for message, person in _line_problems(plan, activity, line, limits)
            ]
    for limit in limits.values():
        planned = plan.planned(limit.grant_id)
        if planned > limit.limit:
            found.append(Problem(message=_over(limit, planned, limit.limit), person_id=limit.person_id))
    return found


def _activity_problems(activity: ActivityFacts) -> list[Problem]:
    words = {"activity": activity.title}
    found = []
    if not activity.beneficiary_ids:
        found.append(Message(N_("“%(activity)s”: nobody is named who benefits."), words))
    if not activity.feasibility:
        found.append(Message(N_("“%(activity)s”: nothing is said about whether it can work."), words))
    if not activity.lines:
        found.append(Message(N_("“%(activity)s” has no line yet."), words))
    return [Problem(message=message, activity_id=activity.id) for message in found]


def _line_problems(
    plan: PlanFacts, activity: ActivityFacts, line: LineFacts, limits: Limits
) -> list[tuple[Message, str | None]]:
    words = {"line": line.description}
    found: list[tuple[Message, str | None]] = []
    reason = why_not_line(line.amount, line.unit_currency, plan.currency, line.used)
    if reason is not None:
        found.append((_of_line(line, reason), None))
    elif line.funded != line.amount:
        found.append((Message(
            N_("“%(line)s” costs %(amount)s, and %(funded)s of it is funded."),
            {**words, "amount": Money(line.amount or 0, plan.currency), "funded": Money(line.funded,
            plan.currency)},
        ), None))  # fmt: skip
    reasons = [why_not_source(f, activity.beneficiary_ids, limits, plan.currency) for f in line.funding]
    reasons.append(why_not_granted(line.granted, line.used, plan.currency))
    found += [(_of_line(line, each), None) for each in reasons if each is not None]
    for person, amount in missing_agreements(activity, line, limits).items():
        name = next(limit.person for limit in limits.values() if limit.person_id == person)
        found.append((Message(
            N_("“%(line)s”: the signed agreement of %(person)s to %(amount)s is missing."),
            {**words, "person": name, "amount": Money(amount, plan.currency)},
        ), person))  # fmt: skip
    return found


def _of_line(line: LineFacts, reason: Message) -> Message:
    return Message(N_("“%(line)s”: %(reason)s"), {"line": line.description, "reason": reason})


def why_not_submit(plan: PlanFacts, limits: Limits) -> Message | None:
    """Why the plan cannot be submitted: its state, else the first thing that is missing."""
    if plan.state not in PLAN_MOVES[PlanAct.SUBMIT]:
        if plan.state == PlanState.APPROVED:
            return Message(N_("Nothing has changed since the plan was approved."))
        return why_not_edit(plan.state)
    problems = list_problems(plan, limits)
    return problems[0].message if problems else None


def why_not_recall(state: PlanState) -> Message | None:
    """Why a submitted plan cannot be taken back."""
    if state in PLAN_MOVES[PlanAct.RECALL]:
        return None
    return Message(N_("Only a plan that waits for a decision can be taken back."))


_OFFICE_OF = {PlanStep.VALIDATE: Relation.RECEIVING, PlanStep.APPROVE: Relation.SENDING}


def why_not_decide(
    version: VersionFacts, step: PlanStep, *, user_id: str, relation: Relation | None, state: PlanState,
    has_receiving: bool = True,
) -> Message | None:  # fmt: skip
    """Why this supervisor cannot take this step on this version. `state` is where the plan stands.

    A supervisor of the receiving office validates, one of the sending office approves finally, either
    returns; nobody who wrote any of it, and not the same person twice (domain, "Grants, plan, money").
    has_receiving: without a receiving office (consent was taken back) two of the sending office decide.
    """
    if state not in PLAN_MOVES[PlanAct(step)] or version.state != state:
        return Message(N_("This version does not wait for that decision any more."))
    office = (_OFFICE_OF.get(step) or _waits_for(state)) if has_receiving else Relation.SENDING
    if relation != office:
        if office == Relation.RECEIVING:
            return Message(N_("A supervisor of the receiving office decides this."))
        return Message(N_("A supervisor of the sending office decides this."))
    if user_id in version.authors or user_id == version.submitted_by:
        return Message(N_("You wrote a part of this plan, so somebody else has to decide on it."))
    if any(decision.decided_by == user_id for decision in version.decisions):
        return Message(N_("You have decided on this version already; the next decision is another person's."))
    return None


def _waits_for(state: PlanState) -> Relation:
    return Relation.RECEIVING if state == PlanState.SUBMITTED else Relation.SENDING
