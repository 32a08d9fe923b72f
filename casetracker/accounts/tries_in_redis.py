"""Keeps the counts of tries in Valkey or Redis, where one is set: the same rules, for processes of all machines."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import cast

from redis.exceptions import WatchError

from casetracker.accounts.limit_rules import EPOCH, FORGOTTEN_AFTER, Tries
from casetracker.core import redis_server
from casetracker.core.errors import N_, Message, Unavailable

AWAY = Message(N_("How often this may be done is limited, and it cannot be counted at the moment: so it is not let "
                  "through. Nothing was changed. Please try again in a minute, and tell your administrator if it "
                  "stays so."))  # fmt: skip
PATIENCE = 10
"""Seconds in which a change must have found its turn among others of the same count."""
_PREFIX = "casetracker:tries:"


def change(keys: Sequence[str], decide: Callable[[Mapping[str, Tries]], Mapping[str, Tries]]) -> None:
    """Keep what `decide` makes of the tries under the keys, as one step: where somebody else changed one of them
    meanwhile, it decides again. Unavailable, and nothing changed, where the server does not answer."""
    names = [_PREFIX + key for key in keys]
    until = time.monotonic() + PATIENCE
    with redis_server.answering(AWAY), redis_server.client().pipeline() as pipe:
        while time.monotonic() < until:
            try:
                pipe.watch(*names)  # type: ignore[no-untyped-call]  # the library has no types here
                found = cast("list[bytes | None]", pipe.mget(names))
                kept = decide({key: _read(text) for key, text in zip(keys, found, strict=True)})
                pipe.multi()
                for key, tries in kept.items():
                    if tries == Tries():
                        pipe.delete(_PREFIX + key)
                    else:
                        pipe.set(_PREFIX + key, _written(tries), ex=FORGOTTEN_AFTER)
                pipe.execute()
                return
            except WatchError:
                time.sleep(random.randint(1, 10) / 1000)  # noqa: S311  # jitter, not a secret
    raise Unavailable(AWAY)


def _read(text: bytes | None) -> Tries:
    if text is None:
        return Tries()
    told = json.loads(text)
    until = EPOCH + timedelta(microseconds=told["until"]) if told["until"] else None
    return Tries(times=tuple(told["times"]), strikes=told["strikes"], refused_until=until)


def _written(tries: Tries) -> str:
    until = tries.refused_until and (tries.refused_until - EPOCH) // timedelta(microseconds=1)
    return json.dumps({"times": list(tries.times), "strikes": tries.strikes, "until": until})
