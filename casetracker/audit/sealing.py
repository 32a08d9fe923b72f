"""The one sealer: puts committed events into the Merkle tree, signs its root, and keeps the signed head outside.

What goes wrong here never fails the act that was committed before: it is logged, and made up for at the next seal.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import func, select

from casetracker.audit import commands, tree_queries
from casetracker.audit.checkpoints import CheckpointFolder
from casetracker.audit.keys import SealingFault
from casetracker.core import clock, jobs, row_security
from casetracker.core.db import db
from casetracker.events import recording
from casetracker.events.models import UnsealedEvent
from casetracker.events.recording import Waiting

MOST_EVENTS, MOST_TIME = recording.QUEUE_COUNTED, timedelta(seconds=60)
"""As soon as so many events wait, or one for so long, a head covers them; some do not wait at all."""
JOB = "seal"
"""What a worker is asked for where it alone has the key."""
PAUSE_SECONDS = 30
"""After a failure the next try of this process comes with the first command that much later."""


def init_app(app: Flask) -> None:
    """After each commit, look whether a head is due."""
    recording.use_witness(witness)


def witness(waiting: Waiting) -> None:
    """Seal when it is due, or have the worker do it, unless the setting leaves it to an operator; never raises."""
    app = current_app
    if app.config["SEALED_BY"] == "worker" and is_due(waiting):
        jobs.ask(JOB)
    if not app.config["SEAL_AFTER_COMMIT"] or not is_due(waiting):
        return
    if time.monotonic() < app.extensions.get("sealing_paused_until", 0):
        return
    try:
        keep_up()
    except Exception:
        app.logger.exception("Events were not sealed; the next seal makes up for it")
        app.extensions["sealing_paused_until"] = time.monotonic() + PAUSE_SECONDS
    finally:
        db.session.rollback()


def is_due(waiting: Waiting) -> bool:
    """Whether what waits may not wait longer."""
    if waiting.at_once or waiting.events >= MOST_EVENTS:
        return True
    return waiting.since is not None and clock.now() - waiting.since >= MOST_TIME


def keep_up() -> None:
    """Seal until nothing is due. Whoever finds another sealer at work goes on: that one looks again when it ends."""
    while True:
        with _alone(waits=False) as is_mine:
            if not is_mine:
                return
            sealed = _seal_all()
        if not sealed or not is_due(_waiting()):
            return  # nothing was left, or the sealer of another machine has the database's lock and looks again


def seal_now() -> int:
    """Seal everything that is committed, waiting for another sealer to end; answers how many events that were."""
    with _alone(waits=True):
        return _seal_all()


def folder() -> CheckpointFolder:
    """The checkpoint folder of the settings."""
    return CheckpointFolder(Path(current_app.config["CHECKPOINT_DIR"]))


def key_file() -> Path:
    """The file of the private keys."""
    return Path(current_app.config["SIGNING_KEY_FILE"])


@contextmanager
def _alone(*, waits: bool) -> Iterator[bool]:
    """One sealer at a time on this machine (on others the database's lock holds them off)."""
    path = Path(current_app.config["DATA_FOLDER"]) / "sealing.lock"
    with open(path, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        with row_security.reading(row_security.EVERYTHING):  # every event is sealed, whoever's act came last
            yield True
            db.session.rollback()  # nothing is read on in this transaction, by whom it may be


def _waiting() -> Waiting:
    query = select(func.count(), func.min(UnsealedEvent.at))
    events, since = db.session.execute(query).one()
    at_once = db.session.scalar(select(UnsealedEvent.seq).where(UnsealedEvent.at_once).limit(1)) is not None
    db.session.rollback()
    return Waiting(events, since, at_once)


def _seal_all() -> int:
    if not tree_queries.is_anything_unsealed():
        publish(folder())
        return 0
    if not tree_queries.newest_size():
        commands.begin_signing(key_file())
    sealed = done = commands.sign_head(key_file())
    while done == commands.BATCH:
        done = commands.sign_head(key_file())
        sealed += done
    publish(folder())
    return sealed


def publish(outside: CheckpointFolder) -> None:
    """Put outside what is signed and does not lie there yet: keys, then heads in their order.

    Raises SealingFault where the folder holds what the database has not: then one of them is not what it was.
    """
    newest = outside.newest()
    if newest is not None and not tree_queries.is_head(newest):
        raise SealingFault(
            f"{outside.path} ends with a head of {newest.size} entries that the database does not have: "
            "an older copy was put back, or the record was changed; `verify` tells more"
        )
    there, recorded = outside.keys(), tree_queries.list_keys()
    if there != recorded[: len(there)]:
        raise SealingFault(f"{outside.path} holds other keys than the record")
    for key in recorded[len(there) :]:
        outside.add_key(key)
    head, before = None, newest.size if newest else 0
    for head in tree_queries.heads_after(before):
        outside.add(head, tree_queries.leaves_between(before, head.size))
        before = head.size
    if head is not None:
        outside.show_newest(head)
