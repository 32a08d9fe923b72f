"""`flask work` does what no request waits for, one worker on each machine; what it leaves undone waits for the next."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import click
from flask import Flask, current_app

from casetracker.accounts import mail
from casetracker.audit import sealing
from casetracker.casefile import operator as daily
from casetracker.core import clock, jobs
from casetracker.documents.storage import ManyOrphans
from casetracker.web import telemetry

LOOKS_EVERY = 2
"""Seconds between two looks into the outbox."""
HANDS = 2
"""Jobs at the same time: while one makes a long bundle, heads are signed all the same."""
TICKS_FROM = 2
"""The hour, UTC, from which on the day's tick is done; a worker that was away then makes up for it."""


def init_app(app: Flask) -> None:
    """Register the command, and what a worker does."""
    app.cli.add_command(work)
    jobs.add_job(app, sealing.JOB, jobs.Job(seal, minutes="*"))
    jobs.add_job(app, "tick", jobs.Job(tick_once_a_day, minutes="*/10"))


@click.command("work")
@click.option("--with-parent", is_flag=True, help="End when the process that started this one ends.")
@click.option("--only-mail", is_flag=True, help="Send this machine's mail; another machine's worker does the jobs.")
def work(with_parent: bool, only_mail: bool) -> None:
    """Send mail, sign heads every minute, tick every night, and do what else is queued, until it is stopped."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # Flask's documented way
    telemetry.take_in(app, "huey")
    with jobs.working(app) as is_alone:
        if not is_alone:
            raise click.ClickException("A worker is at work on this data folder already.")
        if with_parent:
            threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
        if only_mail:
            _deliver_mail(app)
            return
        threading.Thread(target=_deliver_mail, args=(app,), daemon=True).start()
        jobs.queue(app).create_consumer(workers=HANDS, max_delay=1, graceful_signal="TERM").run()


def seal() -> None:
    """Sign what was committed, unless the settings leave that to the operator's own hand."""
    if current_app.config["SEALED_BY"] != "hand":
        sealing.seal_now()


def tick_once_a_day() -> None:
    """The day's tick, unless this machine's worker has done it since midnight. Files that are too many to be leftovers
    are told once: nothing changes until somebody has looked at the settings, and all else is done."""
    now, done = clock.now(), Path(current_app.config["DATA_FOLDER"]) / "ticked"
    today = f"{now:%Y-%m-%d}"
    if now.hour < TICKS_FROM or (done.exists() and done.read_text() == today):
        return
    try:
        for sentence in daily.tick_all():
            current_app.logger.info("tick: %s", sentence)
    except ManyOrphans as why:
        current_app.logger.error("tick: %s; another installation's bucket, or an older database", why)
    done.write_text(today)


def _deliver_mail(app: Flask) -> None:
    office = mail.PostOffice()
    while True:
        with app.app_context():
            try:
                office.deliver()
            except Exception:
                app.logger.exception("mail was not delivered")
        time.sleep(LOOKS_EVERY)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
