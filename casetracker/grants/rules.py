"""Why a grant's clock is not extended, and the days that its clocks end."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from casetracker.core.errors import N_, Message
from casetracker.core.money import Money
from casetracker.grants.states import WARN_DAYS, Clock, DueFacts, GrantFacts
from casetracker.programmes.states import RuleFacts

FRIDAY = 4
"""As `date.weekday` counts: from Monday, 0."""


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or the month's last day where it has none such."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_overdue_start(today: date, months: int) -> date:
    """The last day from which so many months (`months_after`) were over before `today`."""
    day = months_after(today, -months)
    return day if months_after(day, months) < today else day - timedelta(days=1)


def working_days_after(day: date, number: int) -> date:
    """The last of so many working days, counted from the day after `day`: Monday to Friday.

    The field's text ("within 14 working days of arrival") names no calendar of holidays, so national holidays are not
    taken out; the day itself is stored with the grant, and a supervisor may extend it.
    """
    last = day
    while number:
        last += timedelta(days=1)
        number -= last.weekday() <= FRIDAY
    return last


def last_day(arrived_on: date, months: int | None, working_days: int | None = None) -> date | None:
    """The last day of a clock from the arrival, counted in working days or in months; None: it does not run."""
    if working_days is not None:
        return working_days_after(arrived_on, working_days)
    return None if months is None else months_after(arrived_on, months)


def follow(due: date | None, was: date | None, now: date | None) -> date | None:
    """Where a clock ends that ended on `due`, when its own count goes to `now` instead of `was`: days that it was
    given beside its count stay given. None: the clock does not run."""
    if due is None or was is None or now is None:
        return now
    return now + (due - was)


def list_due(grant: GrantFacts, *, today: date, has_contact: bool) -> list[DueFacts]:
    """The running clocks of an open grant: contact until it was made, use while anything is left."""
    if not grant.is_open:
        return []
    running = []
    if grant.contact_due_on and not has_contact:
        running.append((Clock.CONTACT, grant.contact_due_on))
    if grant.use_due_on and grant.left:
        running.append((Clock.USE, grant.use_due_on))
    return [
        DueFacts(
            grant_id=grant.id, person_id=grant.person_id, clock=clock, due_on=due, is_over=due < today,
            is_near=0 <= (due - today).days <= WARN_DAYS,
        )
        for clock, due in running
    ]  # fmt: skip


def why_not_extend(
    grant: GrantFacts, clock: Clock, until: date | None, *, eligible_until: date | None
) -> Message | None:
    """Why the clock cannot be set to `until` (None: whether it can be extended at all).

    A clock is never carried past the programme's eligible period (domain, "A case, step by step").
    """
    if not grant.is_open:
        return Message(N_("This grant is not open any more, so its clocks have stopped."))
    due = grant.due_on(clock)
    if due is None:
        return Message(N_("This clock does not run: it starts with the person's own arrival."))
    if until is None:
        return None
    if until <= due:
        return Message(N_("Choose a day after %(due)s, the last day now."), {"due": due}).beside("until")
    if eligible_until is not None and until > eligible_until:
        return Message(
            N_("The programme's eligible period ends on %(end)s; no clock runs beyond it."),
            {"end": eligible_until},
        ).beside("until")
    return None


def why_not_award(
    rule: RuleFacts | None, amount: int, *, person: str, package: str, standing: int | None
) -> Message | None:
    """Why the person cannot be awarded this amount (minor units) of the package.

    A rule's amount is fixed, or a maximum below which the decision may stay (domain, "Entitlement rule").
    standing: what the person's grant was made with before; it keeps its amount when it is opened again.
    """
    words = {"person": person, "package": package}
    if rule is None:
        return Message(N_("No rule gives %(person)s anything of %(package)s; leave its amount empty."), words)
    if not rule.is_maximum and amount != rule.amount:
        return Message(N_("%(package)s gives %(person)s a fixed amount; leave it empty."), words)
    if amount > rule.amount:
        return Message(
            N_("%(package)s gives %(person)s at most %(most)s."), {**words, "most": Money(rule.amount, rule.currency)}
        )
    if standing is not None and amount != standing:
        return Message(
            N_("%(package)s of %(person)s was made with %(amount)s, which stays; leave it empty."),
            {**words, "amount": Money(standing, rule.currency)},
        )
    return None


def why_not_draw(grant: GrantFacts) -> Message | None:
    """Why no money of this grant can be asked for."""
    if not grant.is_open:
        return Message(N_("%(package)s of this person is not open any more."), {"package": grant.package_name})
    return None
