"""When a case can name a site, and what a site tells of the cases that do. Pure."""

from __future__ import annotations

from datetime import date

from casetracker.community.rules import why_not_day
from casetracker.core.errors import N_, Message

SMALLEST = 3
"""A smaller number of cases is not shown: it would tell on people."""


def why_not_name(*, is_offered: bool, is_named: bool, since: date, today: date) -> Message | None:
    """Why the case cannot name this site."""
    if not is_offered:
        return Message(N_("Choose a site of a project of your office, in the country of return."), {}, "site_id")
    if is_named:
        return Message(N_("The case names this site already."), {}, "site_id")
    return why_not_day(since, today, "since")


def why_not_end(since: date, ended_on: date | None, last: date, today: date) -> Message | None:
    """Why the use of a site cannot end on `last`; `ended_on`: when it ended before, if it did."""
    if ended_on is not None:
        return Message(N_("This was ended already."))
    if last < since:
        return Message(N_("They used the site from a later day on."), {}, "ended_on")
    return why_not_day(last, today, "ended_on")


def tell_number(cases: int) -> Message | str | None:
    """What a site says of how many cases name it; None where none does.

    >>> tell_number(0), str(tell_number(2)), tell_number(3)
    (None, 'fewer than 3', '3')
    """
    if cases == 0:
        return None
    return Message(N_("fewer than %(num)d"), {"num": SMALLEST}) if cases < SMALLEST else str(cases)
