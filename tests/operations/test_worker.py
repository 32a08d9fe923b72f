"""The worker: jobs asked for by name, by either queue; mail that waits for a better moment; one tick a day."""

from __future__ import annotations

import json
import os
import smtplib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from casetracker.accounts import mail
from casetracker.audit import sealing
from casetracker.casefile import operator
from casetracker.core import clock, jobs
from casetracker.core.db import db
from casetracker.documents.storage import ManyOrphans
from casetracker.events.models import UnsealedEvent
from casetracker.events.recording import Waiting
from casetracker.operations import worker
from tests.factories.accounts import make_office
from tests.factories.queues import do_next, forget_queue, valkey_in


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Valkey."""
    with valkey_in(tmp_path_factory.mktemp("valkey")) as address:
        yield address


@pytest.fixture
def own(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The program with a data folder, and so a queue, of its own."""
    before = dict(app.config)
    app.config |= {"DATA_FOLDER": str(tmp_path), "OUTBOX_FOLDER": str(tmp_path), "CHECKPOINT_DIR": str(tmp_path / "c"),
                   "SIGNING_KEY_FILE": str(tmp_path / "k" / "signing.pem")}  # fmt: skip
    forget_queue(app)
    yield app
    app.config |= before
    forget_queue(app)


@pytest.mark.parametrize("kind", ["file", "valkey"])
def test_what_is_asked_for_is_done_once_by_its_name(own: Flask, valkey: str, kind: str) -> None:
    own.config["REDIS_URL"] = valkey if kind == "valkey" else None
    done: list[str] = []
    before = dict(own.extensions["jobs"])
    jobs.add_job(own, "note", jobs.Job(lambda: done.append(own.name)))
    jobs.add_job(own, "fail", jobs.Job(lambda: 1 / 0))
    try:
        assert jobs.ask("note") and jobs.ask("fail") and not jobs.ask("unknown")
        [stored, _second] = jobs.queue(own).storage.enqueued_items()
        assert json.loads(bytes(stored))[1].endswith(".note"), "no object that whoever writes there could have run"
        assert [do_next(own), do_next(own), do_next(own)] == ["note", "fail", None]
        assert done == [own.name]
    finally:
        own.extensions["jobs"] = before


def test_a_queue_that_is_away_fails_no_act(own: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    own.config["REDIS_URL"] = f"unix://{tmp_path}/nobody"
    assert not jobs.ask(sealing.JOB)
    assert "job seal could not be asked for: ConnectionError" in caplog.text


def test_one_worker_serves_a_folder(own: Flask) -> None:
    assert not jobs.is_at_work(own)
    with jobs.working(own) as first, jobs.working(own) as second:
        assert first and not second and jobs.is_at_work(own)
        refused = own.test_cli_runner().invoke(args=["work"])
        assert refused.exit_code == 1 and "at work on this data folder already" in refused.output
    assert not jobs.is_at_work(own)


def test_a_worker_for_mail_alone_takes_no_job_from_the_one_that_has_the_key(
    own: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(worker, "_deliver_mail", lambda app: seen.append(jobs.is_at_work(app)))
    assert own.test_cli_runner().invoke(args=["work", "--only-mail"]).exit_code == 0
    assert seen == [True] and "job_queue" not in own.extensions


def test_heads_are_signed_by_the_worker_that_alone_has_the_key(own: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(own.config, "SEALED_BY", "worker")
    make_office("Tallinn")
    waiting = Waiting(sealing.MOST_EVENTS, None, False)
    sealing.witness(waiting)
    sealing.witness(Waiting(1, None, False))
    assert not Path(own.config["SIGNING_KEY_FILE"]).exists()
    assert do_next(own) == "seal" and do_next(own) is None, "only when one is due"
    assert db.session.scalar(select(func.count()).select_from(UnsealedEvent)) == 0
    assert (Path(own.config["CHECKPOINT_DIR"]) / "newest.json").exists()
    monkeypatch.setitem(own.config, "SEALED_BY", "hand")
    make_office("Kyiv")
    worker.seal()
    assert db.session.scalar(select(func.count()).select_from(UnsealedEvent)) != 0, "left to the operator's own hand"


def test_the_tick_comes_once_a_day_and_is_made_up_for(own: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[datetime] = []

    def tick() -> list[str]:
        done.append(clock.now())
        return ["0 cases changed."]

    monkeypatch.setattr(operator, "tick_all", tick)
    midnight = clock.now().replace(hour=0, minute=30)
    for hours in (0, 1, 2, 3, 23, 25, 47, 100):
        with clock.at(midnight + timedelta(hours=hours)):
            worker.tick_once_a_day()
    assert [(each - midnight) // timedelta(hours=1) for each in done] == [2, 47, 100]


def test_files_that_are_no_leftovers_are_told_once_a_day(
    own: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[datetime] = []

    def tick() -> Iterator[str]:
        begun.append(clock.now())
        yield "0 cases changed."
        raise ManyOrphans("90 of 100 stored files are named by no document: none was taken away")

    monkeypatch.setattr(operator, "tick_all", tick)
    noon = clock.now().replace(hour=12)
    for minutes in (0, 10, 20):
        with clock.at(noon + timedelta(minutes=minutes)):
            worker.tick_once_a_day()
    told = [each.getMessage() for each in caplog.records if "named by no document" in each.getMessage()]
    assert begun == [noon] and len(told) == 1 and told[0].startswith("tick: 90 of 100 stored files")


class Server(smtplib.SMTP):
    """Takes mail, or does not."""

    taken: list[str] = []
    fails = False

    def __init__(self, *_address: object, **_options: object) -> None:
        if self.fails:
            raise ConnectionRefusedError

    def __exit__(self, *_error: object) -> None:
        """Nothing to close."""

    def starttls(self, **_options: object) -> tuple[int, bytes]:  # type: ignore[override]
        return 220, b""

    def send_message(self, message: object, *_more: object) -> dict[str, tuple[int, bytes]]:
        self.taken.append(str(message["Subject"]))  # type: ignore[index]
        return {}


@pytest.fixture
def server(own: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Says whether the mail server takes mail."""
    monkeypatch.setitem(own.config, "MAIL_SERVER", "mail.example.org")
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(Server, "taken", [])
    return lambda works: monkeypatch.setattr(Server, "fails", not works)


def test_a_worker_takes_the_mail_and_nobody_waits_for_a_slow_server(own: Flask, server: Callable[[bool], None]) -> None:
    server(True)
    with jobs.working(own):
        mail.send("a@example.org", "Left to the worker", "Text")
        assert Server.taken == []
        assert mail.PostOffice().deliver() == 1 and Server.taken == ["Left to the worker"]
    mail.send("a@example.org", "Nobody at work", "Text")
    assert Server.taken == ["Left to the worker", "Nobody at work"]
    assert mail.PostOffice().deliver() == 0 and not list(Path(own.config["OUTBOX_FOLDER"]).glob("*.eml"))


def test_mail_is_tried_again_later_and_later(own: Flask, server: Callable[[bool], None]) -> None:
    server(False)
    now, office = clock.now(), mail.PostOffice()
    with jobs.working(own), clock.at(now):
        mail.send("a@example.org", "Kept", "Text")
    [path] = Path(own.config["OUTBOX_FOLDER"]).glob("*.eml")
    os.utime(path, (now.timestamp(), now.timestamp()))

    def look(minutes: float) -> int:
        with clock.at(now + timedelta(minutes=minutes)):
            return office.deliver()

    assert [look(0), look(1), look(3)] == [0, 0, 0]
    server(True)
    assert look(6.9) == 0, "the next try is due four minutes after the third"
    assert look(7) == 1 and Server.taken == ["Kept"] and not path.exists()
    path.write_bytes(b"Subject: old\n\nText")
    os.utime(path, (now.timestamp(), now.timestamp()))
    assert look(3 * 24 * 60) == 0 and path.exists(), "left for somebody to look at"
