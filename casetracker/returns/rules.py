"""When counselling, application, travel papers, journey and first contact may be logged.

A person's own facts decide, never the stage of the case."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date

from casetracker.core.errors import N_, Message, why_not_reason
from casetracker.programmes.states import ApplicantRole, ReturnType
from casetracker.returns.states import (
    Applicant,
    EligibilityOutcome,
    ReturnFacts,
    Statement,
    TravelFacts,
    Traveller,
)  # fmt: skip


def why_not_day(day: date, today: date, field: str) -> Message | None:
    """A fact is of today or of the past."""
    if day > today:
        return Message(N_("This day lies in the future. Enter it once it has happened.")).beside(field)
    return None


def why_not_order(name: str, known: ReturnFacts, field: str, *, is_retroactive: bool = False) -> Message | None:
    """Counselled, applied, departed, arrived, in contact: each not before the one before it, as far as known.

    Somebody who returned without applying applies afterwards, so then only the journey itself is ordered.
    """
    steps: list[tuple[date | None, date | None, str]] = [
        (
            known.departed_on,
            known.arrived_on,
            N_("%(name)s cannot have arrived before departing on %(day)s."),
        ),
        (known.arrived_on, known.contact_on, N_("%(name)s arrived on %(day)s: contact comes after it.")),
        (
            known.arrived_on,
            known.assessed_on,
            N_("%(name)s arrived on %(day)s: an assessment comes after it."),
        ),
    ]
    if not is_retroactive:
        steps += [
            (known.counselled_on, known.applied_on,
             N_("%(name)s was first counselled on %(day)s: the application comes after it.")),
            (known.applied_on, known.departed_on,
             N_("%(name)s applied on %(day)s: the departure comes after it.")),
        ]  # fmt: skip
    for before, after, words in steps:
        if before is not None and after is not None and after < before:
            return Message(words, {"name": name, "day": before}).beside(field)
    return None


def why_not_counsel(held_on: date, today: date, statements: Sequence[Statement]) -> Message | None:
    """A session of adults, each of whom says whether the choice is free and the decision informed."""
    future = why_not_day(held_on, today, "held_on")
    if future is not None:
        return future
    if not statements:
        return Message(N_("Say who took part in the session.")).beside("statements")
    for each in statements:
        who = {"name": each.name}
        if not each.is_adult:
            return Message(N_("%(name)s is a child: adults decide, and the guardian for the child."), who)
        if each.return_type == ReturnType.FORCED and each.free_choice is not None:
            return Message(N_("The return of %(name)s is a forced one: there is no free choice to state."), who)
        if each.return_type != ReturnType.FORCED and each.free_choice is None:
            return Message(N_("Say whether %(name)s chooses freely."), who)
        if each.is_informed is None:
            return Message(N_("Say whether %(name)s was informed."), who)
    return None


def why_not_apply(
    signed_on: date, today: date, applicants: Sequence[Applicant], *, is_retroactive: bool
) -> Message | None:
    """Who applies takes part, has a known age and, when adult, was counselled and decides freely."""
    future = why_not_day(signed_on, today, "signed_on")
    if future is not None:
        return future
    if not applicants:
        return Message(N_("Choose who applies.")).beside("persons")
    for each in applicants:
        reason = _why_not_applicant(each, is_retroactive) or why_not_order(
            each.name,
            dataclasses.replace(each.known, applied_on=signed_on),
            "signed_on",
            is_retroactive=is_retroactive,
        )
        if reason is not None:
            return reason
    return None


def _why_not_applicant(each: Applicant, is_retroactive: bool) -> Message | None:
    known, sentence = each.known, None
    if not each.is_active:
        sentence = N_("%(name)s no longer takes part.")
    elif each.is_placeholder:
        sentence = N_("Enter the birth date or an estimated age of %(name)s first: it decides who is an adult.")
    elif known.applied_on is not None:
        sentence = N_("%(name)s has applied already. Correct that application instead.")
    elif each.role == ApplicantRole.CHILD and each.adult_on_day:
        sentence = N_("%(name)s is 18 or older on that day: an adult child files a case of its own.")
    elif not each.adult_on_day or is_retroactive:
        return None
    elif not known.counselled:
        sentence = N_("Log a counselling session of %(name)s first.")
    elif not known.informed:
        sentence = N_("%(name)s did not state an informed decision yet.")
    elif each.return_type != ReturnType.FORCED and not known.voluntary:
        sentence = N_("%(name)s did not state a free choice, so there is no voluntary return.")
    return Message(sentence, {"name": each.name}).beside("persons") if sentence else None


def why_not_log_order(who: Traveller, after: bool | None, reason: str | None) -> Message | None:
    """Whether an expulsion order is in force is a fact of who applied; what was said once is corrected with a reason.

    after: what is said now, None: not known (again).
    """
    name = {"name": who.name}
    if who.known.applied_on is None:
        return Message(N_("Log the return application of %(name)s first."), name)
    before = who.known.has_expulsion_order
    if before == after:
        return Message(N_("This is what stands already for %(name)s."), name).beside("has_expulsion_order")
    if before is not None and why_not_reason(reason) is not None:
        return Message(N_("Say why something that was entered before is changed.")).beside("reason")
    return None


def why_not_prepare(
    who: Traveller, before: TravelFacts, after: TravelFacts, reason: str | None, today: date
) -> Message | None:
    """Who applied and was not refused gets ready; what was entered once is only changed with a reason."""
    name = {"name": who.name}
    if not who.is_active:
        return Message(N_("%(name)s no longer takes part."), name)
    if who.known.applied_on is None:
        return Message(N_("Log the return application of %(name)s first."), name)
    if who.known.eligibility in (EligibilityOutcome.REFUSED, EligibilityOutcome.REFERRED):
        return Message(N_("%(name)s was not found eligible."), name)
    if after.fit_checked_on is not None and after.fit_checked_on > today:
        return why_not_day(after.fit_checked_on, today, "fit_checked_on")
    if after.is_fit is not None and after.fit_checked_on is None:
        return Message(N_("Say on which day the fitness to travel was checked.")).beside("fit_checked_on")
    if after.travels_on is not None:
        if after.travels_on < who.known.applied_on:
            sentence = Message(N_("The journey comes after the application of %(day)s."), {"day": who.known.applied_on})
            return sentence.beside("travels_on")
        if after.valid_until is not None and after.valid_until < after.travels_on:
            return Message(N_("The travel document expires before the journey.")).beside("valid_until")
    if _changed(before, after) and why_not_reason(reason) is not None:
        return Message(N_("Say why something that was entered before is changed.")).beside("reason")
    return None


def _changed(before: TravelFacts, after: TravelFacts) -> bool:
    pairs = ((getattr(before, f.name), getattr(after, f.name)) for f in dataclasses.fields(before))
    return any(old is not None and old != new for old, new in pairs)


def why_not_arrive(day: date, today: date, travellers: Sequence[Traveller], *, is_retroactive: bool) -> Message | None:
    """Who departed arrives, once; somebody who returned without applying just arrived."""
    future = why_not_day(day, today, "arrived_on")
    if future is not None:
        return future
    if not travellers:
        return Message(N_("Choose who arrived.")).beside("persons")
    for who in travellers:
        name = {"name": who.name}
        if not who.is_active:
            return Message(N_("%(name)s no longer takes part."), name).beside("persons")
        if who.known.arrived_on is not None:
            sentence = Message(N_("%(name)s has arrived already. Correct the journey instead."), name)
            return sentence.beside("persons")
        if who.known.departed_on is None and not is_retroactive:
            return Message(N_("The departure of %(name)s is not logged yet."), name).beside("persons")
        moved = dataclasses.replace(who.known, arrived_on=day)
        disorder = why_not_order(who.name, moved, "arrived_on", is_retroactive=is_retroactive)
        if disorder is not None:
            return disorder
    return None


def why_not_meet(day: date, today: date, travellers: Iterable[Traveller], field: str) -> Message | None:
    """Contact and assessment are of people who have arrived, on that day or later."""
    future = why_not_day(day, today, field)
    if future is not None:
        return future
    met = list(travellers)
    if not met:
        return Message(N_("Choose whom it is about.")).beside("persons")
    for who in met:
        if who.known.arrived_on is None:
            return Message(N_("The arrival of %(name)s is not logged yet."), {"name": who.name}).beside("persons")
        if day < who.known.arrived_on:
            return Message(
                N_("%(name)s arrived on %(day)s: this comes after it."),
                {"name": who.name, "day": who.known.arrived_on},
            ).beside(field)
    return None


def why_not_correct_journey(who: Traveller, after: ReturnFacts, today: date, *, is_retroactive: bool) -> Message | None:
    """A correction keeps the journey in order. A day that was logged by mistake is taken away while nothing that
    was logged later rests on it: an arrival on the departure, contact and assessment on the arrival."""
    name = {"name": who.name}
    is_taken = who.known.departed_on is not None and after.departed_on is None
    if is_taken and after.arrived_on is not None and not is_retroactive:
        return Message(N_("%(name)s cannot have arrived without departing."), name).beside("departed_on")
    met = who.known.contact_on or who.known.assessed_on
    if who.known.arrived_on is not None and after.arrived_on is None and met is not None:
        return Message(
            N_("A contact or an assessment after this arrival is logged, so it stays; correct the day.")
        ).beside("arrived_on")
    if who.known.departed_on is None and after.departed_on is not None and not is_retroactive:
        return Message(N_("Log the departure itself first.")).beside("departed_on")
    if who.known.arrived_on is None and after.arrived_on is not None:
        return Message(N_("Log the arrival itself first.")).beside("arrived_on")
    for day, field in ((after.departed_on, "departed_on"), (after.arrived_on, "arrived_on")):
        future = why_not_day(day, today, field) if day is not None else None
        if future is not None:
            return future
    field = "arrived_on" if after.arrived_on != who.known.arrived_on else "departed_on"
    return why_not_order(who.name, after, field, is_retroactive=is_retroactive)
