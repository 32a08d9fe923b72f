"""Counts of tries in a real Valkey: the rules of the database, for any number at once, and closed where it is away."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from casetracker.accounts import limits
from casetracker.accounts.limit_rules import LINK, SIGN_IN
from casetracker.accounts.limits import Ask
from casetracker.accounts.models import AttemptLimit
from casetracker.core import clock, redis_server
from casetracker.core.db import db
from casetracker.core.errors import Unavailable
from tests.factories.queues import valkey_in


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server, which keeps nothing."""
    with valkey_in(tmp_path_factory.mktemp("valkey")) as address:
        yield address


@pytest.fixture
def counted(app: Flask, server: str) -> Iterator[Flask]:
    """The program with its counts there."""
    app.config["REDIS_URL"] = server
    redis_server.client().flushall()
    yield app
    app.config["REDIS_URL"] = None
    app.extensions.pop("redis_client").close()


def kept() -> dict[str, Any]:
    """key -> what lies there."""
    client = redis_server.client()
    return {key.decode(): client.get(key) for key in client.scan_iter()}


def test_nothing_is_counted_where_one_of_two_is_not_open(counted: Flask) -> None:
    account, address = Ask(limit=LINK, subject="a@example.org"), Ask(limit=SIGN_IN, subject="192.0.2.1")
    for _number in range(3):
        assert limits.take(account, address).wait is None
    taken = limits.take(account, address)
    assert taken.wait is not None and taken.reached == (account,) and taken.minutes <= 60
    assert limits.take(account, address).reached == (), "told of once"
    assert {key: text.count(b",") for key, text in kept().items()} == {
        f"casetracker:tries:{account.key}": 4, f"casetracker:tries:{address.key}": 4,
    }  # fmt: skip
    assert all(0 < redis_server.client().ttl(key) <= 86400 for key in kept())  # type: ignore[operator]
    limits.give_back(address)
    limits.forgive(account)
    assert {key: text.count(b",") for key, text in kept().items()} == {f"casetracker:tries:{address.key}": 3}
    assert limits.take(Ask(limit=LINK, subject=" A@Example.org "), address).wait is None
    assert db.session.scalar(select(func.count()).select_from(AttemptLimit)) == 0


def test_the_wait_is_told_by_the_programs_clock_and_grows(counted: Flask) -> None:
    ask = Ask(limit=SIGN_IN, subject="one account")
    now = clock.now()
    with clock.at(now):
        assert [limits.take(ask).wait for _number in range(11)] == [None] * 10 + [timedelta(minutes=5)]
    with clock.at(now + timedelta(minutes=5)):
        assert [limits.take(ask).wait for _number in range(6)] == [None] * 5 + [timedelta(minutes=10)]
    with clock.at(now + timedelta(hours=25)):
        assert limits.take(ask).wait is None


def test_thirty_two_at_once_are_ten(counted: Flask) -> None:
    barrier = Barrier(16)

    def two(_number: int) -> int:
        with counted.app_context():
            barrier.wait()
            return sum(limits.take(Ask(limit=SIGN_IN, subject="one account")).wait is None for _again in range(2))

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(two, range(16))) == 10


def test_nobody_is_let_through_while_the_server_is_away(counted: Flask, tmp_path: Path) -> None:
    counted.extensions.pop("redis_client").close()
    counted.config["REDIS_URL"] = f"unix://{tmp_path}/nobody"
    for act in (limits.take, limits.forgive, limits.give_back):
        with pytest.raises(Unavailable, match="not let through"):
            act(Ask(limit=SIGN_IN, subject="one account"))
    typed = {"email": "a@example.org", "password": "canary of a password", "form_token": secrets.token_hex(16)}
    answer = counted.test_client().post("/sign-in", data=typed)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "60"
    assert "not let through" in answer.text and "canary" not in answer.text
