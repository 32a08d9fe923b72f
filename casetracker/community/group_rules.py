"""Who can be entered in a site's initiative group, who can leave it, and when it can have come together. Pure."""

from __future__ import annotations

from datetime import date

from casetracker.community.rules import why_left, why_not_day
from casetracker.community.states import MemberEntry, SiteFacts
from casetracker.core.errors import N_, Message


def why_not_add_to(facts: SiteFacts) -> Message | None:
    """Why nothing is entered any more about this site's initiative group."""
    return why_left(facts)


def why_not_member(entry: MemberEntry, today: date) -> Message | None:
    """Why these members cannot be entered: of a roster no more is known than it needs."""
    if not entry.is_contact and (entry.contact_name or entry.contact_phone):
        field = "contact_name" if entry.contact_name else "contact_phone"
        return Message(N_("A name and a phone are kept of a contact person only."), {}, field)
    if entry.is_contact and not entry.contact_name:
        return Message(N_("Please give the contact person's name."), {}, "contact_name")
    if entry.is_contact and entry.number > 1:
        return Message(N_("A contact person is entered alone."), {}, "number")
    return why_not_day(entry.joined_on, today, "joined_on")


def why_not_end(joined_on: date, ended_on: date | None, left_on: date, today: date) -> Message | None:
    """Why this membership cannot end on `left_on`; `ended_on`: when it ended before, if it did."""
    if ended_on is not None:
        return Message(N_("This member has left the group already."))
    if left_on < joined_on:
        return Message(N_("The member joined the group later than that."), {}, "left_on")
    return why_not_day(left_on, today, "left_on")
