"""When a donor's share is asked for, and by whom it is decided. No database."""

from __future__ import annotations

from datetime import date

import pytest

from casetracker.community.share_rules import why_not_ask, why_not_decide
from casetracker.core.errors import Message
from casetracker.core.money import Money

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)


def ask(
    amount: int = 500, stands: int | None = None, used: int = 0, *, day: date = TODAY, is_waiting: bool = False
) -> tuple[str, str | None, dict[str, object]] | None:
    """Sentence, field and parameters of the refusal; None for none."""
    refused = why_not_ask(amount, stands, used, "EUR", signed_on=day, today=TODAY, is_waiting=is_waiting)
    return (refused.id, refused.field, dict(refused.params)) if refused else None


@pytest.mark.parametrize(("stands", "used"), [(None, 0), (400, 0), (600, 500), (499, 499)])
def test_a_share_is_asked_for_down_to_what_is_used_of_it(stands: int | None, used: int) -> None:
    assert ask(500, stands, used) is None


def test_what_is_used_stays() -> None:
    words = "%(used)s of the share is already reserved, committed or spent; it cannot become less."
    assert ask(500, 600, 501) == (words, "amount", {"used": Money(501, "EUR")})


def test_the_same_share_is_not_asked_for_again() -> None:
    assert ask(500, 500) == ("The share is %(amount)s already.", "amount", {"amount": Money(500, "EUR")})
    assert ask(0, 500) is None


def test_an_agreement_of_tomorrow_is_not_signed() -> None:
    assert ask(day=TOMORROW) == ("This day lies in the future.", "signed_on", {})


def test_one_request_at_a_time_waits_for_a_line() -> None:
    words = "Another request for this budget line waits for its decision."
    assert ask(is_waiting=True) == (words, "budget_line_id", {})


@pytest.mark.parametrize(
    ("asked_by", "decided_by", "user", "why"),
    [
        ("a", None, "b", None),
        ("a", None, "a", "You asked for this yourself; somebody else has to approve it."),
        ("a", "c", "b", "This does not wait for a decision any more."),
        ("a", "c", "a", "This does not wait for a decision any more."),
    ],
)
def test_somebody_else_decides_and_once(asked_by: str, decided_by: str | None, user: str, why: str | None) -> None:
    assert why_not_decide(asked_by, decided_by, user) == (Message(why) if why else None)
