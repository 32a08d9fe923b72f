"""Every weak setting of what several machines share gets its one sentence, and a good one none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from casetracker.operations.sharing_rules import CHECKS, THIS_MACHINE, Sharing

ALONE = Sharing()
SHARED = replace(ALONE, redis_host="redis.example.org", store_host="s3.example.org", needs_worker=True)
NO_REDIS, NO_STORE = {"redis_host": None}, {"store_host": None}


def told(found: Sharing) -> list[str]:
    """The sentences, in the order of the checks."""
    return [str(message) for check in CHECKS if (message := check(found)) is not None]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"is_server_database": False}, "the database is a file of this one"),
        ({"is_server_database": False, **NO_STORE}, "the database is a file of this one"),
        ({"is_server_database": False, **NO_REDIS}, "the database is a file of this one"),
        ({"redis_answers": False}, "does not answer: nobody can sign in"),
        ({"redis_answers": False, "redis_keeps": False, "redis_evicts": True}, "does not answer: nobody can sign in"),
        ({"redis_is_tls": False}, "limits on redis.example.org is not encrypted"),
        ({"redis_has_password": False}, "asks for no password"),
        ({"redis_user": "default"}, "as its default user, who may do everything"),
        ({"redis_keeps": False}, "forgets all counts"),
        ({"redis_evicts": True}, "drops counts"),
        ({"store_is_tls": False}, "documents on s3.example.org is not encrypted"),
        ({"store_answers": False}, "does not answer, or does not let"),
        ({"has_worker": False}, "none is at work"),
    ],
)
def test_a_weak_setting_gets_one_sentence(setting: dict[str, Any], words: str) -> None:
    (sentence,) = told(replace(SHARED, **setting))
    assert words in sentence


@pytest.mark.parametrize(
    "setting",
    [
        {},
        {"redis_host": "", "redis_has_password": False, "redis_is_tls": False},
        *({"redis_host": here, "redis_is_tls": False} for here in THIS_MACHINE),
        *({"store_host": here, "store_is_tls": False} for here in THIS_MACHINE),
        {**NO_REDIS, "redis_answers": False, "redis_is_tls": False, "redis_keeps": False, "redis_evicts": True},
        {**NO_STORE, "store_answers": False, "store_is_tls": False},
        {"needs_worker": False, "has_worker": False},
        {**NO_REDIS, **NO_STORE, "is_server_database": False},
    ],
)
def test_what_is_good_is_not_scolded(setting: dict[str, Any]) -> None:
    assert told(replace(SHARED, **setting)) == []


def test_one_machine_alone_shares_nothing() -> None:
    assert told(ALONE) == told(replace(ALONE, is_server_database=False)) == []
    assert (ALONE.redis_host, ALONE.store_host, ALONE.needs_worker) == (None, None, False)
    assert {"localhost", "127.0.0.1", "[::1]", "::1", ""} == THIS_MACHINE
