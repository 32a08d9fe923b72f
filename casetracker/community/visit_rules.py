"""Which visits to a site are due after its handover, and when one can be entered. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from casetracker.community.rules import why_left, why_not_day
from casetracker.community.states import SiteFacts, SiteStage
from casetracker.community.visit_states import MONTHS, DueVisit, VisitEntry, VisitRound
from casetracker.core.errors import N_, Message
from casetracker.grants.rules import months_after


def list_due(
    facts: SiteFacts, handed_over_on: date | None, made: Collection[VisitRound], today: date
) -> list[DueVisit]:
    """The visits that are still to be made, the next first; none at a site that left the way or is closed."""
    if handed_over_on is None or facts.outcome is not None or facts.stage == SiteStage.CLOSED:
        return []
    days = {round: months_after(handed_over_on, months) for round, months in MONTHS.items() if round not in made}
    return [DueVisit(round=round, due_on=day, is_overdue=day < today) for round, day in days.items()]


def why_not_visit(
    facts: SiteFacts, handed_over_on: date | None, entry: VisitEntry, made: Collection[VisitRound], today: date
) -> Message | None:
    """Why this visit cannot be entered; `made`: which were made (without itself, where it is corrected)."""
    if (left := why_left(facts)) is not None:
        return left
    if handed_over_on is None:
        return Message(N_("This site was not handed over yet."))
    if entry.visited_on < handed_over_on:
        words = N_("The site was handed over on %(day)s, later than that.")
        return Message(words, {"day": handed_over_on}, "visited_on")
    if entry.round != VisitRound.UNPLANNED and entry.round in made:
        return Message(N_("This visit was entered already. Correct it, or enter an unplanned one."), {}, "round")
    months = MONTHS.get(entry.round)
    if months is not None and entry.visited_on < months_after(handed_over_on, months // 2):
        words = N_("This visit is due on %(day)s. Enter one that is so early as unplanned.")
        return Message(words, {"day": months_after(handed_over_on, months)}, "round")
    if (entry.users is None) != (entry.users_per is None):
        field = "users" if entry.users is None else "users_per"
        return Message(N_("Say how many, and whether in a week or in a month."), {}, field)
    return why_not_day(entry.visited_on, today, "visited_on")
