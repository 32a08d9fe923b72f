"""Why a tender file does not stand like that. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from casetracker.core.errors import N_, Message
from casetracker.disbursements.states import PanelEntry

PANEL = 3
"""So many people sit on a panel at least, so that no one of them chooses alone."""


def why_not_tender(published_on: date, opened_on: date, panel: Sequence[PanelEntry], today: date) -> Message | None:
    """Why a tender cannot have gone like that."""
    if opened_on > today:
        return Message(N_("This day lies in the future."), {}, "opened_on")
    if published_on > opened_on:
        return Message(N_("The bids would have been opened before the tender was published."), {}, "opened_on")
    if len(panel) < PANEL:
        return Message(
            N_("Not enough sat on the panel: needed %(needed)d, there %(there)d."),
            {"needed": PANEL, "there": len(panel)},
            "panel",
        )
    if any((entry.user_id is None) == (entry.name is None) for entry in panel):
        return Message(N_("Each of the panel is somebody of the office, or has a name."), {}, "panel")
    known = [entry.user_id or (entry.name or "").casefold() for entry in panel]
    if len(set(known)) < len(known):
        return Message(N_("Somebody stands on the panel twice."), {}, "panel")
    return None
