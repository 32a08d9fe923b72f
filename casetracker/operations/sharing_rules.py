"""Which settings of what several machines share are weak: the server of limits and jobs, the store, the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casetracker.core.errors import N_, Message

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", ""})


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """`redis_host`, `store_host`: None where none is set, "" for a socket or the store's own default."""

    is_server_database: bool = True
    redis_host: str | None = None
    redis_is_tls: bool = True
    redis_has_password: bool = True
    redis_user: str = "casetracker"
    redis_answers: bool = True
    redis_keeps: bool = True
    redis_evicts: bool = False
    store_host: str | None = None
    store_is_tls: bool = True
    store_answers: bool = True
    needs_worker: bool = False
    has_worker: bool = True


def _database(found: Sharing) -> Message | None:
    if not found.is_server_database and (found.redis_host is not None or found.store_host is not None):
        return Message(N_("Limits or documents are shared between machines (REDIS_URL, S3_BUCKET), and the database "
                          "is a file of this one: name a PostgreSQL (DATABASE_URL)."))  # fmt: skip
    return None


def _redis_away(found: Sharing) -> Message | None:
    if found.redis_host is not None and not found.redis_answers:
        return Message(N_("The server that REDIS_URL names does not answer: nobody can sign in while it is away."))
    return None


def _redis_way(found: Sharing) -> Message | None:
    if found.redis_host is None:
        return None
    if not found.redis_is_tls and found.redis_host not in THIS_MACHINE:
        return Message(N_("The way to the server of limits on %(host)s is not encrypted: REDIS_URL begins with "
                          "rediss:// for TLS."), {"host": found.redis_host})  # fmt: skip
    if not found.redis_has_password and found.redis_host:
        return Message(N_("The server of limits asks for no password: whoever reaches it takes all limits away "
                          "(REDIS_PASSWORD_FILE)."))  # fmt: skip
    if found.redis_user == "default" and found.redis_host:
        return Message(N_("The server of limits knows the program as its default user, who may do everything: make "
                          "one for it alone, and name it in REDIS_URL (rediss://casetracker@…)."))  # fmt: skip
    return None


def _redis_memory(found: Sharing) -> Message | None:
    if found.redis_host is None or not found.redis_answers:
        return None
    if not found.redis_keeps:
        return Message(N_("The server of limits forgets all counts of tries when it is restarted (appendonly yes)."))
    if found.redis_evicts:
        return Message(N_("The server of limits drops counts of tries when its memory is full (maxmemory-policy "
                          "noeviction)."))  # fmt: skip
    return None


def _store(found: Sharing) -> Message | None:
    if found.store_host is None:
        return None
    if not found.store_is_tls and found.store_host not in THIS_MACHINE:
        return Message(N_("The way to the store of documents on %(host)s is not encrypted: S3_ENDPOINT begins with "
                          "https://."), {"host": found.store_host})  # fmt: skip
    if not found.store_answers:
        return Message(N_("The store of documents (S3_BUCKET) does not answer, or does not let the program in."))
    return None


def _worker(found: Sharing) -> Message | None:
    if found.needs_worker and not found.has_worker:
        return Message(N_("CASETRACKER_SEAL leaves the signing of heads to a worker, and none is at work on this "
                          "machine (flask --app casetracker work)."))  # fmt: skip
    return None


CHECKS: tuple[Callable[[Sharing], Message | None], ...] = (
    _database, _redis_away, _redis_way, _redis_memory, _store, _worker,
)  # fmt: skip
