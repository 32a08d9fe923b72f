"""Why a partner is not paid yet, and why an agreement, a report or its acceptance does not stand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casetracker.core.errors import N_, Message
from casetracker.core.money import Money


@dataclass(frozen=True, kw_only=True)
class TrancheFacts:
    """A tranche (minor units): when its report is due, who entered it, and whether it was accepted."""

    number: int
    amount: int
    planned_on: date
    report_due_on: date
    reported_on: date | None = None
    report_by: str | None = None
    is_accepted: bool = False

    def is_overdue(self, today: date) -> bool:
        """Whether the report should have been there."""
        return self.reported_on is None and self.report_due_on < today


def released(tranches: Sequence[TrancheFacts]) -> int:
    """What may be paid in all by now: the first tranche, and each further one whose predecessors' reports are all
    accepted.

    >>> from datetime import date
    >>> one = TrancheFacts(number=1, amount=500, planned_on=date(2026, 1, 1), report_due_on=date(2026, 6, 1))
    >>> two = TrancheFacts(number=2, amount=300, planned_on=date(2026, 7, 1), report_due_on=date(2026, 12, 1))
    >>> released([one, two])
    500
    """
    total = 0
    for tranche in tranches:
        total += tranche.amount
        if not tranche.is_accepted:
            break
    return total


def why_not_pay(tranches: Sequence[TrancheFacts], paid: int, amount: int, currency: str) -> Message | None:
    """Why a partner with an agreement is not paid `amount` on top of what was `paid` already."""
    free = released(tranches)
    if paid + amount <= free:
        return None
    waits = next((each for each in tranches if not each.is_accepted), None)
    if waits is None or waits is tranches[-1]:
        return Message(
            N_("The agreement with the partner comes to %(whole)s; %(paid)s of it is paid."),
            {"whole": Money(free, currency), "paid": Money(paid, currency)},
        )
    return Message(
        N_("The partner may be paid %(free)s until the report on tranche %(number)d is accepted; %(paid)s is paid."),
        {"free": Money(free, currency), "paid": Money(paid, currency), "number": waits.number},
    )


def why_not_agree(
    starts_on: date, ends_on: date, amount: int, tranches: Sequence[TrancheFacts], currency: str
) -> Message | None:
    """Why an agreement cannot be like this: its tranches add up to it and lie in their order within its days."""
    if starts_on > ends_on:
        return Message(N_("The end lies before the beginning."), {}, "ends_on")
    if not tranches:
        return Message(N_("Give at least one tranche."), {}, "tranches")
    total = sum(each.amount for each in tranches)
    if total != amount:
        return Message(
            N_("The tranches add up to %(total)s, the agreement to %(amount)s."),
            {"total": Money(total, currency), "amount": Money(amount, currency)},
            "tranches",
        )
    days = [each.planned_on for each in tranches]
    if days != sorted(days) or not starts_on <= days[0] <= days[-1] <= ends_on:
        return Message(
            N_("A tranche would lie before the one above it, or outside the days of the agreement."), {}, "tranches"
        )
    if any(each.report_due_on < each.planned_on for each in tranches):
        return Message(N_("A report would be due before its tranche."), {}, "tranches")
    return None


def why_not_amend(
    tranches: Sequence[TrancheFacts], wanted: Sequence[TrancheFacts], paid: int, currency: str, *, is_own: bool
) -> Message | None:
    """Why this person cannot put the agreement right like that: tranches with a report stay as they are, in all no less
    than what is paid, and whoever entered it does not."""
    if is_own:
        return Message(N_("You entered this agreement; somebody else has to correct it."))
    terms = [(each.amount, each.planned_on, each.report_due_on) for each in wanted]
    for number, each in enumerate(tranches):
        stays = (each.amount, each.planned_on, each.report_due_on)
        if each.reported_on is not None and (number >= len(terms) or terms[number] != stays):
            words = N_("Tranche %(number)d is accounted for and stays as it is.")
            return Message(words, {"number": each.number}, "tranches")
    if sum(each.amount for each in wanted) < paid:
        return Message(N_("%(paid)s is paid already."), {"paid": Money(paid, currency)}, "amount")
    return None


def why_not_report(
    tranche: TrancheFacts, tranches: Sequence[TrancheFacts], paid: int, reported_on: date, today: date
) -> Message | None:
    """Why this report cannot be entered: it accounts for what was paid, one tranche after the other. `paid`: what the
    partner got in all, minor units."""
    if tranche.is_accepted:
        return Message(N_("The report on this tranche is accepted already."))
    if any(not each.is_accepted for each in tranches if each.number < tranche.number):
        return Message(N_("The report on the tranche before it has to be accepted first."))
    if paid < sum(each.amount for each in tranches if each.number <= tranche.number):
        return Message(N_("This tranche is not paid yet; there is nothing to account for."))
    if reported_on > today:
        return Message(N_("This day lies in the future."), {}, "reported_on")
    return None


def why_not_accept(tranche: TrancheFacts, user_id: str) -> Message | None:
    """Why this person cannot accept the report: it is not there, or it was entered by the same person."""
    if tranche.reported_on is None:
        return Message(N_("There is no report on this tranche yet."))
    if tranche.is_accepted:
        return Message(N_("The report on this tranche is accepted already."))
    if tranche.report_by == user_id:
        return Message(N_("You entered this report; somebody else has to accept it."))
    return None
