"""Why a project is not closed, or not opened again. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from casetracker.community.states import SiteFacts, SiteStage
from casetracker.core.errors import N_, Message


def why_not_close(sites: Sequence[SiteFacts], *, open_money: int, open_points: int) -> Message | None:
    """Every site has come to its end or left the way, and nothing waits. open_money: requests and accounts whose money
    is on its way."""
    open_sites = sum(site.outcome is None and site.stage != SiteStage.CLOSED for site in sites)
    if open_sites:
        return Message(
            N_("%(num)d site is still on its way. Close it, or take it off the way first."), {"num": open_sites},
            plural=N_("%(num)d sites are still on their way. Close them, or take them off the way first."),
        )  # fmt: skip
    if open_money:
        return Message(N_("Money of this project is on its way: something was asked for, or an amount is reserved."))
    if open_points:
        return Message(
            N_("%(num)d point is open. Settle it first."), {"num": open_points},
            plural=N_("%(num)d points are open. Settle them first."),
        )  # fmt: skip
    return None


def why_not_reopen(is_closed: bool) -> Message | None:
    """Only what is closed is opened again."""
    return None if is_closed else Message(N_("The project is not closed."))
