"""What a partner's agreement is like, what it may be paid by now, and how its reports are accepted. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casetracker.community import partner_rules as rules
from casetracker.community.partner_rules import TrancheFacts
from casetracker.core.errors import Message
from casetracker.core.money import Money

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
STARTS, ENDS = date(2026, 1, 1), date(2026, 12, 31)
ONE = TrancheFacts(number=1, amount=500, planned_on=STARTS, report_due_on=date(2026, 6, 1))
TWO = TrancheFacts(number=2, amount=300, planned_on=date(2026, 7, 1), report_due_on=date(2026, 12, 1))
THREE = TrancheFacts(number=3, amount=200, planned_on=ENDS, report_due_on=date(2027, 3, 1))
REPORTED = {"reported_on": date(2026, 6, 1), "report_by": "partner's colleague"}
Told = tuple[str, str | None, dict[str, object]]


def told(refused: Message | None) -> Told | None:
    """Sentence, field and parameters of a refusal; None for none."""
    return (refused.id, refused.field, dict(refused.params)) if refused else None


def accepted(tranche: TrancheFacts) -> TrancheFacts:
    """With its report, accepted."""
    return replace(tranche, **REPORTED, is_accepted=True)  # type: ignore[arg-type]  # a day and a person


def euro(amount: int) -> Money:
    """Cents."""
    return Money(amount, "EUR")


def test_a_report_is_overdue_from_the_day_after() -> None:
    assert not ONE.is_overdue(ONE.report_due_on)
    assert ONE.is_overdue(ONE.report_due_on + DAY)
    assert not replace(ONE, reported_on=TODAY).is_overdue(TODAY)


@pytest.mark.parametrize(
    ("tranches", "free"),
    [
        ([], 0), ([ONE, TWO, THREE], 500), ([accepted(ONE), TWO, THREE], 800),
        ([ONE, accepted(TWO), THREE], 500), ([accepted(ONE), accepted(TWO), accepted(THREE)], 1000),
    ],
)  # fmt: skip
def test_each_accepted_report_releases_the_next_tranche(tranches: list[TrancheFacts], free: int) -> None:
    assert rules.released(tranches) == free


def test_a_partner_is_paid_up_to_what_is_released() -> None:
    tranches = [accepted(ONE), TWO, THREE]
    assert rules.why_not_pay(tranches, 500, 300, "EUR") is None
    assert told(rules.why_not_pay(tranches, 500, 301, "EUR")) == (
        "The partner may be paid %(free)s until the report on tranche %(number)d is accepted; %(paid)s is paid.",
        None, {"free": euro(800), "paid": euro(500), "number": 2},
    )  # fmt: skip
    words = "The agreement with the partner comes to %(whole)s; %(paid)s of it is paid."
    whole = {"whole": euro(1000), "paid": euro(900)}
    for all_but_report in ([accepted(ONE), accepted(TWO), THREE], [accepted(ONE), accepted(TWO), accepted(THREE)]):
        assert told(rules.why_not_pay(all_but_report, 900, 101, "EUR")) == (words, None, whole)
        assert rules.why_not_pay(all_but_report, 900, 100, "EUR") is None


def agree(
    *tranches: TrancheFacts, starts_on: date = STARTS, ends_on: date = ENDS, amount: int | None = None
) -> Told | None:
    """Why an agreement is not like that."""
    whole = sum(each.amount for each in tranches) if amount is None else amount
    return told(rules.why_not_agree(starts_on, ends_on, whole, tranches, "EUR"))


def test_an_agreement_has_days_and_tranches_that_are_the_whole() -> None:
    assert agree(ONE, TWO, THREE) is None
    assert agree(replace(ONE, report_due_on=STARTS), starts_on=STARTS, ends_on=STARTS) is None
    assert agree(ONE, starts_on=STARTS, ends_on=STARTS - DAY) == ("The end lies before the beginning.", "ends_on", {})
    assert agree() == ("Give at least one tranche.", "tranches", {})
    words = "The tranches add up to %(total)s, the agreement to %(amount)s."
    assert agree(ONE, TWO, amount=801) == (words, "tranches", {"total": euro(800), "amount": euro(801)})
    assert agree(ONE, TWO, amount=799) == (words, "tranches", {"total": euro(800), "amount": euro(799)})


def test_tranches_lie_in_their_order_within_the_agreement() -> None:
    words = "A tranche would lie before the one above it, or outside the days of the agreement."
    for wrong in (
        agree(TWO, ONE), agree(ONE, THREE, TWO), agree(ONE, TWO, starts_on=STARTS + DAY),
        agree(TWO, THREE, ends_on=ENDS - DAY),
    ):  # fmt: skip
        assert wrong == (words, "tranches", {})
    assert agree(ONE, replace(TWO, planned_on=STARTS)) is None, "two on one day"


def test_a_report_is_due_on_the_day_of_its_tranche_or_later() -> None:
    assert agree(replace(ONE, report_due_on=STARTS)) is None
    early = replace(TWO, report_due_on=TWO.planned_on - DAY)
    assert agree(ONE, early) == ("A report would be due before its tranche.", "tranches", {})


def amend(*wanted: TrancheFacts, paid: int = 0, is_own: bool = False) -> Told | None:
    """Why an agreement whose first tranche is accounted for is not put right like that."""
    stands = [replace(ONE, reported_on=TODAY), TWO]
    return told(rules.why_not_amend(stands, wanted, paid, "EUR", is_own=is_own))


def test_an_agreement_is_put_right_around_what_is_accounted_for() -> None:
    words = "Tranche %(number)d is accounted for and stays as it is."
    assert amend(ONE, TWO) is amend(ONE) is amend(ONE, replace(TWO, amount=1), THREE) is None
    for wrong in (
        replace(ONE, amount=501), replace(ONE, planned_on=STARTS + DAY), replace(ONE, report_due_on=TODAY),
    ):  # fmt: skip
        assert amend(wrong, TWO) == (words, "tranches", {"number": 1})
    assert amend() == (words, "tranches", {"number": 1})
    assert amend(ONE, TWO, paid=800) is None
    assert amend(ONE, TWO, paid=801) == ("%(paid)s is paid already.", "amount", {"paid": euro(801)})
    own = "You entered this agreement; somebody else has to correct it."
    assert amend(ONE, TWO, is_own=True) == (own, None, {})
    both = [replace(ONE, reported_on=TODAY), replace(TWO, reported_on=TODAY)]
    assert told(rules.why_not_amend(both, [ONE, THREE], 0, "EUR", is_own=False)) == (words, "tranches", {"number": 2})


def report(tranche: TrancheFacts, *others: TrancheFacts, paid: int = 800, day: date = TODAY) -> Told | None:
    """Why the report on this tranche is not entered."""
    return told(rules.why_not_report(tranche, [*others, tranche], paid, day, TODAY))


def test_a_report_accounts_for_what_was_paid_one_tranche_after_the_other() -> None:
    assert report(ONE, TWO, paid=500) is report(TWO, accepted(ONE)) is report(TWO, accepted(ONE), THREE) is None
    assert report(accepted(ONE), TWO) == ("The report on this tranche is accepted already.", None, {})
    before = "The report on the tranche before it has to be accepted first."
    assert report(TWO, ONE) == (before, None, {})
    unpaid = "This tranche is not paid yet; there is nothing to account for."
    assert report(ONE, TWO, paid=499) == report(TWO, accepted(ONE), paid=799) == (unpaid, None, {})
    assert report(ONE, day=TODAY + DAY) == ("This day lies in the future.", "reported_on", {})


def test_somebody_else_accepts_a_report_and_once() -> None:
    there = replace(ONE, reported_on=TODAY, report_by="a")
    assert rules.why_not_accept(there, "b") is None
    assert told(rules.why_not_accept(ONE, "b")) == ("There is no report on this tranche yet.", None, {})
    again = "The report on this tranche is accepted already."
    assert told(rules.why_not_accept(replace(there, is_accepted=True), "b")) == (again, None, {})
    own = "You entered this report; somebody else has to accept it."
    assert told(rules.why_not_accept(there, "a")) == (own, None, {})
