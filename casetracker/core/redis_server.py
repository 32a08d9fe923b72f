"""The one client of the Valkey or Redis that REDIS_URL names: what several machines count and queue together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import redis
from flask import current_app
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from casetracker.core.errors import Message, Unavailable

PATIENCE = 3
"""Seconds that the server has to answer."""


def is_set() -> bool:
    """Whether a server is named."""
    return current_app.config["REDIS_URL"] is not None


def client() -> redis.Redis:
    """The client of this process, made once; it connects when it is first asked, and anew after a restart."""
    made = current_app.extensions
    if "redis_client" not in made:
        config = current_app.config
        made["redis_client"] = redis.Redis.from_url(config["REDIS_URL"], **options(config, PATIENCE))
    return cast(redis.Redis, made["redis_client"])


def options(config: dict[str, Any], patience: float) -> dict[str, Any]:
    """How to connect: with the password of the settings, and by TLS only to whom the named authority vouches for."""
    once_more = Retry(NoBackoff(), 1)  # a connection from before a restart is found out by using it
    given: dict[str, Any] = {"socket_timeout": patience, "socket_connect_timeout": patience, "retry": once_more}
    if config["REDIS_PASSWORD"]:
        given["password"] = config["REDIS_PASSWORD"]
    if config["REDIS_URL"].startswith("rediss://") and config["REDIS_CA_FILE"]:
        given["ssl_ca_certs"] = config["REDIS_CA_FILE"]
    return given


@contextmanager
def answering(sentence: Message) -> Iterator[None]:
    """Whatever the server's client raises is Unavailable with this sentence; the log has the kind of fault."""
    try:
        yield
    except (RedisError, OSError) as fault:
        current_app.logger.error("the server of limits and jobs failed with %s", type(fault).__name__)
        raise Unavailable(sentence) from fault
