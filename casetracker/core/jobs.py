"""The queue of work that no request waits for: a file in the data folder, or Valkey/Redis where REDIS_URL names one.

What is done under a name is registered at start-up (`add_job`); anybody asks for it (`ask`); `flask work` does it.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer
from redis import ConnectionPool

from casetracker.core import redis_server

NAME = "casetracker"
PATIENCE = 10
"""Seconds that the queue's server has to answer a worker, who waits there for work."""


class Job(NamedTuple):
    """What is done, and in which minutes of each hour by itself, as crontab has them (* is every one, "" none)."""

    work: Callable[[], object]
    minutes: str = ""


class PlainText(Serializer):  # type: ignore[misc]  # the library has no types
    """Jobs as JSON: whoever can write into the queue can ask for a job by its name, and have nothing else run."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        told = json.loads(bytes(data))
        return Message(*told) if isinstance(told, list) else told


def add_job(app: Flask, name: str, job: Job) -> None:
    """Register a job. It runs with the application's context, and must bear to be done twice, and by two at once."""
    cast("dict[str, Job]", app.extensions.setdefault("jobs", {}))[name] = job


def ask(name: str) -> bool:
    """Have the job done soon by a worker. False, and a line in the log, where nobody could be asked: what matters is
    also done by itself."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's documented way
    try:
        _tasks(app)[name]()
    except Exception as fault:
        app.logger.error("job %s could not be asked for: %s", name, type(fault).__name__)
        return False
    return True


def queue(app: Flask) -> Huey:
    """The queue, with a task for every job that is registered; made once in each process."""
    _tasks(app)
    return app.extensions["job_queue"]


def is_at_work(app: Flask) -> bool:
    """Whether a worker is at work on this data folder now."""
    with open(_lock_file(app), "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@contextmanager
def working(app: Flask) -> Iterator[bool]:
    """Be the one worker of this data folder, as long as the process lives; False where another one is."""
    with open(_lock_file(app), "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _lock_file(app: Flask) -> Path:
    return Path(app.config["DATA_FOLDER"]) / "worker.lock"


def _tasks(app: Flask) -> dict[str, Callable[[], object]]:
    made = app.extensions
    if "job_tasks" not in made:
        made["job_queue"] = jobs = _make_queue(app)
        made["job_tasks"] = {name: _task(jobs, app, name, job) for name, job in made.get("jobs", {}).items()}
    return cast("dict[str, Callable[[], object]]", made["job_tasks"])


def _make_queue(app: Flask) -> Huey:
    config = app.config
    if config["REDIS_URL"] is None:
        file = Path(config["DATA_FOLDER"]) / "jobs.sqlite3"
        return SqliteHuey(NAME, filename=str(file), results=False, serializer=PlainText(), journal_mode=None)
    pool = ConnectionPool.from_url(config["REDIS_URL"], **redis_server.options(config, PATIENCE))
    return RedisHuey(NAME, connection_pool=pool, results=False, serializer=PlainText())


def _task(jobs: Huey, app: Flask, name: str, job: Job) -> Callable[[], object]:
    def run() -> None:
        with app.app_context():
            try:
                job.work()
            except Exception:
                app.logger.exception("job %s failed; it is tried again when it is next asked for or due", name)

    task = jobs.periodic_task(crontab(minute=job.minutes), name=name) if job.minutes else jobs.task(name=name)
    return cast("Callable[[], object]", task(run))
