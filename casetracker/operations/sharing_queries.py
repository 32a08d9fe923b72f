"""How what several machines share stands, asked from the servers themselves."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, current_app
from redis.exceptions import RedisError

from casetracker.core import jobs, redis_server
from casetracker.core.errors import Unavailable
from casetracker.documents import storage
from casetracker.operations.sharing_rules import Sharing

NOBODYS = "0" * 26
"""A key under which nothing lies."""


def load_sharing(*, is_server_database: bool) -> Sharing:
    """The facts that the rules judge."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]  # Flask's documented way
    config = app.config
    redis_url = urlsplit(config["REDIS_URL"]) if config["REDIS_URL"] else None
    store_url = urlsplit(config["S3_ENDPOINT"] or "https:") if config["S3_BUCKET"] else None
    told = _ask_redis() if redis_url else {}
    return Sharing(
        is_server_database=is_server_database,
        redis_host=(redis_url.hostname or "") if redis_url else None,
        redis_is_tls=redis_url is None or redis_url.scheme == "rediss",
        redis_has_password=bool(config["REDIS_PASSWORD"] or (redis_url and redis_url.password)),
        redis_user=str(told.get("user", "")),
        redis_answers=bool(told) or redis_url is None,
        redis_keeps=bool(told.get("aof_enabled")) or not told,
        redis_evicts=str(told.get("maxmemory_policy", "noeviction")) != "noeviction",
        store_host=(store_url.hostname or "") if store_url else None,
        store_is_tls=store_url is None or store_url.scheme == "https",
        store_answers=store_url is None or _store_answers(),
        needs_worker=config["SEALED_BY"] == "worker",
        has_worker=jobs.is_at_work(app),
    )


def _ask_redis() -> dict[str, Any]:
    try:
        client = redis_server.client()
        told = {**cast("dict[str, Any]", client.info("persistence")), **cast("dict[str, Any]", client.info("memory"))}
        return told | {"user": client.acl_whoami()}
    except (RedisError, OSError):
        return {}


def _store_answers() -> bool:
    try:
        storage.is_stored(NOBODYS)
    except Unavailable:
        return False
    return True
