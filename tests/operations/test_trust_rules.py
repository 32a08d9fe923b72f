"""Every way in which an installation cannot be trusted gets its one sentence, and a good one none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from casetracker.operations.trust_rules import CHECKS, LONGEST_PASSWORD, SHOWN_ANEW, Trust

GOOD = Trust()
BY_PASSWORD = replace(GOOD, database_login="scram-sha-256", password_days=90)
NEVER_CHANGES = (
    "PostgreSQL lets the program in by a password that never changes: let it show a certificate (sslcert and sslkey in "
    "DATABASE_URL), use the machine's own socket, or end the password (VALID UNTIL; days at most: 90)."
)


def told(found: Trust) -> list[str]:
    """The sentences, in the order of the checks."""
    return [str(message) for check in CHECKS if (message := check(found)) is not None]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"address_answers": False, "address_fault": "timed out"},
            "https://cases.example.org did not answer, so nobody knows whether its certificate is trusted: timed out.",
        ),
        (
            {"address_fault": "self-signed certificate"},
            "Browsers do not trust the certificate of https://cases.example.org (self-signed certificate): give the "
            "proxy one of an authority that they know.",
        ),
        (
            {"database_login": "trust"},
            "PostgreSQL lets everybody in who only says the program's name: no line of pg_hba.conf may say trust.",
        ),
        (
            {"database_login": "trust", "is_socket": True, "password_days": 10},
            "PostgreSQL lets everybody in who only says the program's name: no line of pg_hba.conf may say trust.",
        ),
        ({"database_login": "scram-sha-256"}, NEVER_CHANGES),
        ({"database_login": "scram-sha-256", "password_days": 91}, NEVER_CHANGES),
        ({"database_login": "md5", "password_days": None}, NEVER_CHANGES),
        (
            {"told": ("MAIL_PASSWORD", "REDIS_URL")},
            "Secrets stand in the environment, or in the settings file that it comes from: MAIL_PASSWORD, REDIS_URL. "
            "Put each into a file of its own and name that (…_FILE).",
        ),
        (
            {"open_files": ("S3_SECRET_FILE", "SECRET_KEY_FILE")},
            "Others than the program can read the files of: S3_SECRET_FILE, SECRET_KEY_FILE (chmod go=).",
        ),
        (
            {"old_files": ("S3_SECRET_FILE", "MAIL_PASSWORD_FILE")},
            "Nobody has renewed these for too long (days at most: 90): S3_SECRET_FILE, MAIL_PASSWORD_FILE.",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_a_weak_place_gets_one_sentence(changes: dict[str, Any], words: str) -> None:
    assert told(replace(GOOD, **changes)) == [words]


@pytest.mark.parametrize(
    "good",
    [
        GOOD,
        BY_PASSWORD,
        replace(BY_PASSWORD, password_days=0),
        replace(BY_PASSWORD, is_socket=True, password_days=None),
        replace(GOOD, database_login=""),
        replace(GOOD, database_login="", password_days=91),
        *(replace(GOOD, database_login=way) for way in ("cert", "gss", "sspi", "peer")),
    ],
)
def test_what_is_shown_anew_or_ends_in_time_is_trusted(good: Trust) -> None:
    assert told(good) == []


def test_what_counts_as_too_long_is_a_quarter_and_only_what_shows_itself_needs_no_password() -> None:
    assert LONGEST_PASSWORD == 90 and {"cert", "gss", "sspi", "peer"} == SHOWN_ANEW


def test_every_weak_place_is_told_at_once() -> None:
    weak = Trust(address_fault="expired", database_login="trust", told=("A",), open_files=("B",), old_files=("C",))
    assert len(told(weak)) == len(CHECKS) == 5
