"""What may be done with second factors, and how far a browser has come, without a database."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from casetracker.accounts import factor_rules as rules
from casetracker.accounts.factor_states import MOST_PASSKEYS, FactorFacts, Standing
from casetracker.core.actor import Actor
from casetracker.core.errors import Message
from casetracker.core.permissions import Role
from tests.accounts.test_rules import user


def factors(has_authenticator: bool = False, passkeys: int = 0, *, is_free: bool = False) -> FactorFacts:
    """What somebody has set up."""
    return FactorFacts(has_authenticator=has_authenticator, passkeys=passkeys, codes_left=0, is_free=is_free)


def test_what_is_there_is_given_and_what_is_not_is_set_up() -> None:
    for has_factor, is_free in product([True, False], repeat=2):
        assert rules.standing_of(given=True, has_factor=has_factor, is_free=is_free) == Standing.FULL
        assert rules.standing_of(given=False, has_factor=True, is_free=is_free) == Standing.OWES_FACTOR
    assert rules.standing_of(given=False, has_factor=False, is_free=True) == Standing.FULL
    assert rules.standing_of(given=False, has_factor=False, is_free=False) == Standing.OWES_ENROLMENT


ADMINISTRATOR = Actor(id="a1", name="A", role=Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (rules.why_not_add_authenticator(factors()), None),
        (rules.why_not_add_authenticator(factors(passkeys=1)), None),
        (rules.why_not_add_authenticator(factors(True)), "is set up already"),
        (rules.why_not_add_passkey(factors(passkeys=MOST_PASSKEYS - 1)), None),
        (rules.why_not_add_passkey(factors(passkeys=MOST_PASSKEYS)), "You have 10 passkeys already"),
        (rules.why_not_remove_factor(factors(True)), "your only second factor"),
        (rules.why_not_remove_factor(factors(passkeys=1)), "your only second factor"),
        (rules.why_not_remove_factor(factors(True, 1)), None),
        (rules.why_not_remove_factor(factors(passkeys=2)), None),
        (rules.why_not_remove_factor(factors(True, is_free=True)), None),
        (rules.why_not_make_codes(factors()), "stand in for a second factor"),
        (rules.why_not_make_codes(replace(factors(), codes_left=8)), "stand in for a second factor"),
        (rules.why_not_make_codes(factors(True)), None),
        (rules.why_not_make_codes(factors(passkeys=1)), None),
        (rules.why_not_reset(user("a1"), factors(True), ADMINISTRATOR), "the own second factors"),
        (rules.why_not_reset(user(), factors(), ADMINISTRATOR), "has no second factor"),
        (rules.why_not_reset(user(), factors(True), ADMINISTRATOR), None),
    ],
)
def test_each_reason_about_second_factors(reason: Message | None, words: str | None) -> None:
    assert (reason is None) if words is None else (words in str(reason))
