"""Why a donor's share is not asked for like that, or not decided by this person. Pure."""

from __future__ import annotations

from datetime import date

from casetracker.core.errors import N_, Message
from casetracker.core.money import Money


def why_not_ask(
    amount: int, stands: int | None, used: int, currency: str, *, signed_on: date, today: date, is_waiting: bool
) -> Message | None:
    """Why this whole share (minor units) cannot be asked for. `stands`: the share as it is, None: there is none yet;
    `used`: what of it is reserved, committed or spent; `is_waiting`: another request for the line is undecided."""
    if is_waiting:
        return Message(N_("Another request for this budget line waits for its decision."), {}, "budget_line_id")
    if signed_on > today:
        return Message(N_("This day lies in the future."), {}, "signed_on")
    if amount == stands:
        return Message(N_("The share is %(amount)s already."), {"amount": Money(amount, currency)}, "amount")
    if amount < used:
        return Message(
            N_("%(used)s of the share is already reserved, committed or spent; it cannot become less."),
            {"used": Money(used, currency)},
            "amount",
        )
    return None


def why_not_decide(asked_by: str, decided_by: str | None, user_id: str) -> Message | None:
    """Why this person cannot decide on a request: nobody decides on the own one, and nobody twice."""
    if decided_by is not None:
        return Message(N_("This does not wait for a decision any more."))
    if asked_by == user_id:
        return Message(N_("You asked for this yourself; somebody else has to approve it."))
    return None
