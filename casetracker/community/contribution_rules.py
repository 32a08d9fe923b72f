"""When a co-contribution can be pledged, delivered and corrected. Pure."""

from __future__ import annotations

from datetime import date

from casetracker.community.rules import why_not_day, why_over
from casetracker.community.states import SiteFacts
from casetracker.core.errors import N_, Message


def why_not_pledge(facts: SiteFacts, pledged_on: date, today: date) -> Message | None:
    """Why nothing is pledged for this site, or not on this day."""
    return why_over(facts) or why_not_day(pledged_on, today, "pledged_on")


def why_not_deliver(pledged_on: date, delivered_on: date, today: date) -> Message | None:
    """Why nothing of the pledge was delivered on this day. More than was pledged may come."""
    if delivered_on < pledged_on:
        return Message(N_("It was pledged later than that."), {}, "delivered_on")
    return why_not_day(delivered_on, today, "delivered_on")


def why_not_correct(pledged_on: date, first_delivery: date | None, today: date) -> Message | None:
    """Why the pledge cannot have been made on this day; `first_delivery`: the first day on which something came."""
    if first_delivery is not None and pledged_on > first_delivery:
        return Message(N_("Something of it was delivered before that day."), {}, "pledged_on")
    return why_not_day(pledged_on, today, "pledged_on")
