"""Passwords at the very edge of being guessed first."""

from __future__ import annotations

import pytest

from casetracker.accounts.password_rules import why_not_password

KEYS, FIRST, OWN = "repeats few characters", "tried first everywhere", "mostly your own name"


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("abacadabcbdbcdc", KEYS),
        ("abacadaebcbdbec", None),
        ("x1y2zx1y2zx1y2z", KEYS),
        ("x1y2zx1y2zx1y2zx1", KEYS),
        ("x1y2z3x1y2z3x1y2z3", None),
        ("trustno1trustno1", FIRST),
        ("love love love 12", FIRST),
        ("monkey wrench blue", None),
        ("marianne bluetree", None),
        ("marianne bluetre", OWN),
        ("yul yul yul yul 9", OWN),
        ("boliboliboliboli 7x", None),
        ("com-com-com-com-8", None),
        ("org-org-org-org-8", None),
        ("net-net-net-net-8", None),
        ("a" * 7 + "bcdefgh", "at least 15"),
    ],
)
def test_what_is_guessed_first_and_what_is_just_not(password: str, words: str | None) -> None:
    for address in ("someone@example.com", "someone@example.org", "someone@example.net"):
        reason = why_not_password(password, email=address, name="Marianne Yul Bo Li")
        assert (reason is None) if words is None else (words in str(reason))
