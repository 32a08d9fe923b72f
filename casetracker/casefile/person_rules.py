"""Rules of the acts on one person's part. Source: domain, "A case, step by step"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from casetracker.cases.states import PersonFacts
from casetracker.core.errors import N_, Message
from casetracker.programmes.rules import why_not_taken_in
from casetracker.programmes.states import OPEN_TO_ALL, EntryTerms, ReturnType
from casetracker.returns.rules import why_not_day, why_not_order
from casetracker.returns.states import EligibilityOutcome, ReturnFacts

_BEFORE_DEPARTURE = frozenset({"left_out", "withdrawn"})
_AFTER_RETURN = frozenset({"withdrew_after_return"})


def why_not_decide(
    person: PersonFacts,
    known: ReturnFacts,
    outcome: EligibilityOutcome,
    *,
    has_programme: bool,
    is_own_case: bool,
    terms: EntryTerms = OPEN_TO_ALL,
    is_retroactive: bool = False,
    gave_back: bool = False,
    waits_for_departure: bool = False,
) -> Message | None:
    """Why a supervisor cannot decide this person's eligibility so.

    terms: whom the programme takes in.
    waits_for_departure: a rule of the programme counts by a day of departure that is not known yet.
    gave_back: the person's grants were closed since; then the same decision can be made anew, and opens them again.
    """
    name = {"name": person.name}
    if is_own_case:
        return Message(N_("You are the caseworker of this case; another supervisor decides its eligibility."))
    if known.eligibility == outcome and not gave_back:
        return Message(N_("This was decided already for %(name)s."), name)
    if known.departed_on is not None and known.eligibility is not None and outcome != EligibilityOutcome.APPROVED:
        return Message(N_("%(name)s has departed. What follows is recorded as how the person leaves the case."), name)
    if outcome != EligibilityOutcome.APPROVED:
        return None
    return (
        _why_not_known(person, known, has_programme=has_programme)
        or why_not_taken_in(
            terms, name=person.name, nationality=person.nationality, has_order=known.has_expulsion_order
        )
        or _why_not_chosen(person, known, is_retroactive=is_retroactive, waits_for_departure=waits_for_departure)
    )


def _why_not_known(person: PersonFacts, known: ReturnFacts, *, has_programme: bool) -> Message | None:
    """Who it is, under which programme, and that the person applied."""
    name = {"name": person.name}
    if not person.is_active:
        return Message(N_("%(name)s takes part no longer."), name)
    if person.is_placeholder:
        return Message(N_("The birth date or estimated age of %(name)s is not known yet."), name)
    if not has_programme:
        return Message(N_("Choose the programme of the case first."))
    if known.applied_on is None:
        return Message(N_("The signed return application of %(name)s is not there yet."), name)
    return None


def _why_not_chosen(
    person: PersonFacts, known: ReturnFacts, *, is_retroactive: bool, waits_for_departure: bool
) -> Message | None:
    """That an adult who goes voluntarily decides so, and the day that the amount is counted by."""
    name = {"name": person.name}
    chooses = person.return_type != ReturnType.VOLUNTARY or (known.voluntary and known.informed)
    if person.is_adult and not chooses and not is_retroactive:
        return Message(N_("It is not recorded that %(name)s decides freely and informed."), name)
    if waits_for_departure:
        return Message(
            N_("What the programme gives %(name)s counts by the day of departure. Enter the booking first."), name
        )
    return None


def why_not_depart(person: PersonFacts, known: ReturnFacts, day: date, today: date) -> Message | None:
    """Why this departure cannot be logged. Only who is eligible and ready departs, once, in the order of the days."""
    name = {"name": person.name}
    if not person.is_active:
        return Message(N_("%(name)s takes part no longer."), name).beside("person_id")
    if known.departed_on is not None:
        return Message(N_("The departure of %(name)s is logged already."), name).beside("person_id")
    if known.eligibility != EligibilityOutcome.APPROVED:
        return Message(N_("The eligibility of %(name)s is not approved."), name).beside("person_id")
    if not known.is_ready:
        return Message(
            N_("%(name)s is not ready: travel document, fit to travel and booking must be there."), name
        ).beside("person_id")
    future = why_not_day(day, today, "departed_on")
    if future is not None:
        return future
    return why_not_order(person.name, replace(known, departed_on=day), "departed_on")


def why_not_leave(person: PersonFacts, known: ReturnFacts, way: str, day: date, today: date) -> Message | None:
    """Why this person cannot leave the case this way. Withdrawing is possible until the day of departure."""
    name = {"name": person.name}
    if not person.is_active:
        return Message(N_("%(name)s takes part no longer."), name).beside("person_id")
    if day > today:
        return Message(N_("The day lies in the future.")).beside("day")
    if way in _BEFORE_DEPARTURE and known.departed_on is not None:
        return Message(N_("%(name)s has departed; until that day it would have been possible."), name).beside("way")
    if way in _AFTER_RETURN and (known.arrived_on is None or day < known.arrived_on):
        return Message(N_("%(name)s had not arrived by then."), name).beside("way")
    return None


def why_not_stay_behind(person: PersonFacts, known: ReturnFacts, day: date, today: date) -> Message | None:
    """Why it cannot be logged that this person did not depart."""
    name = {"name": person.name}
    if not person.is_active:
        return Message(N_("%(name)s takes part no longer."), name).beside("person_id")
    if known.departed_on is not None or known.arrived_on is not None:
        return Message(N_("The departure of %(name)s is logged. Correct the journey instead."), name).beside(
            "person_id"
        )
    return why_not_day(day, today, "day")


def why_not_rejoin(person: PersonFacts) -> Message | None:
    """Why this person cannot take part again."""
    if person.is_active:
        return Message(N_("%(name)s takes part."), {"name": person.name}).beside("person_id")
    return None
