"""Committed events come under signed heads, in the database and outside, whatever happens in between."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from casetracker.accounts.commands.sessions import RenameSelf, rename_self
from casetracker.audit import commands, keys, sealing, tree_queries
from casetracker.audit.checkpoints import CheckpointFolder
from casetracker.audit.keys import SealingFault
from casetracker.audit.states import Window
from casetracker.audit.tree import Edge, includes, inclusion_proof, is_consistent
from casetracker.audit.verification import verify
from casetracker.core import clock
from casetracker.core.commands import bookkeeping
from casetracker.core.db import db
from casetracker.core.permissions import Role
from casetracker.events.models import EventRow, SignedHead, TreeLeaf, UnsealedEvent
from casetracker.events.recording import Waiting
from casetracker.events.states import EVENT_KINDS
from tests.factories.accounts import make_office, make_people, make_user
from tests.factories.asylum import log_asylum
from tests.factories.cases import playroom_case, refer

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def watching_app(sealed_app: Flask) -> Flask:
    """The same, sealing after a commit when it is due, as it is served."""
    sealed_app.config["SEAL_AFTER_COMMIT"] = True
    return sealed_app


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def lines() -> list[dict]:
    folder = sealing.folder()
    return [json.loads(line) for file in sorted(folder.path.glob("heads-*")) for line in file.read_text().splitlines()]


@pytest.mark.usefixtures("sealed_app")
def test_everything_committed_comes_under_one_signed_head() -> None:
    make_office()
    make_office("Kyiv")
    assert count(UnsealedEvent) == count(EventRow) == 2
    assert sealing.seal_now() == 3, "two offices and the key"
    assert count(UnsealedEvent) == 0 and count(TreeLeaf) == count(EventRow) == 3
    head = tree_queries.newest_head()
    assert head is not None and head.size == 3
    [line] = lines()
    edge = Edge()
    for _chain, _seq, digest in line["leaves"]:
        edge.append(bytes.fromhex(digest))
    assert edge.root() == bytes(head.root) == bytes.fromhex(line["head"]["root"])
    [key] = sealing.folder().keys()
    assert keys.signed(key.public, line["signature"], tree_queries.plain_head(head).statement())
    assert not keys.signed(key.public, line["signature"], b"something else")
    assert sealing.seal_now() == 0 and count(SignedHead) == 1


@pytest.mark.usefixtures("sealed_app")
def test_the_tree_goes_on_from_head_to_head_and_proves_each_entry() -> None:
    for number in range(5):
        make_office(f"Office {number}")
        sealing.seal_now()
    head = tree_queries.newest_head()
    assert head is not None and head.size == 6 and count(SignedHead) == 5
    for leaf in db.session.scalars(select(TreeLeaf)):
        assert tree_queries.position_of(leaf.chain_id, leaf.seq) == leaf.position
        proof = inclusion_proof(leaf.position, head.size, tree_queries.node_reader())
        assert includes(bytes(head.root), head.size, leaf.position, bytes(leaf.hash), proof)
    assert [line["head"]["size"] for line in lines()] == [2, 3, 4, 5, 6]
    assert json.loads((sealing.folder().path / "newest.json").read_text())["head"]["size"] == 6


@pytest.mark.usefixtures("sealed_app")
def test_more_than_fits_under_one_head_takes_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "BATCH", 2)
    for number in range(4):
        make_office(f"Office {number}")
    assert sealing.seal_now() == 5
    assert [line["head"]["size"] for line in lines()] == [2, 4, 5]


@pytest.mark.parametrize(
    ("waiting", "is_due"),
    [
        (Waiting(), False),
        (Waiting(99, START - timedelta(seconds=59)), False),
        (Waiting(99, START - timedelta(seconds=60)), True),
        (Waiting(100, START), True),
        (Waiting(1, START, at_once=True), True),
    ],
)
def test_a_head_is_due(waiting: Waiting, is_due: bool) -> None:
    with clock.at(START):
        assert sealing.is_due(waiting) is is_due


@pytest.mark.usefixtures("watching_app")
def test_what_may_not_wait_is_sealed_with_the_commit_and_the_rest_after_a_minute() -> None:
    with clock.at(START):
        office_id = make_office()
        assert count(SignedHead) == 0 and count(UnsealedEvent) == 1
        make_user("a@example.org", Role.CASEWORKER, office_id)
        assert count(UnsealedEvent) == 0
        assert tree_queries.newest_size() == 3
        make_office("Kyiv")
        assert tree_queries.newest_size() == 3
    with clock.at(START + timedelta(seconds=61)):
        make_office("Lviv")
        assert tree_queries.newest_size() == 5 and count(UnsealedEvent) == 0


@pytest.mark.usefixtures("watching_app")
def test_what_the_last_actor_may_not_read_is_sealed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    people = make_people()
    family = playroom_case(people)
    log_asylum(family, people.caseworker_tallinn)
    refer(family, people)
    monkeypatch.setattr(sealing, "MOST_EVENTS", 1)
    rename = RenameSelf(name="Another name", version=1)
    rename_self(rename, actor=people.caseworker_kyiv)
    assert count(UnsealedEvent) == 0 and tree_queries.newest_size() == count(EventRow)


@pytest.mark.usefixtures("watching_app")
def test_a_hundred_events_are_sealed_without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_EVENTS", 3)
    with clock.at(START):
        for number in range(5):
            make_office(f"Office {number}")
        assert 4 <= tree_queries.newest_size() <= 6


def test_a_failure_fails_no_act_and_is_made_up_for(
    watching_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Path(watching_app.config["CHECKPOINT_DIR"])
    broken.write_text("a file where the folder should be")
    with clock.at(START):
        make_user("a@example.org", Role.CASEWORKER, make_office())
        assert "made up" not in caplog.text and "the next seal makes up for it" in caplog.text
        assert count(EventRow) >= 2
        logged = len(caplog.records)
        make_user("b@example.org", Role.CASEWORKER, make_office("Kyiv"))
        assert len(caplog.records) == logged, "it pauses after a failure"
    broken.unlink()
    sealing.seal_now()
    assert count(UnsealedEvent) == 0
    assert sum(len(line["leaves"]) for line in lines()) == count(EventRow)


@dataclass
class Whole:
    """What `os.write` says it wrote, less than it was given once."""

    left: int = 1

    def __call__(self, descriptor: int, content: bytes) -> int:
        if self.left and content.startswith(b'{"head"'):
            self.left -= 1
            return WRITE(descriptor, content[: len(content) // 2])
        return WRITE(descriptor, content)


WRITE = os.write


@pytest.mark.usefixtures("sealed_app")
def test_a_line_broken_off_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    make_office()
    monkeypatch.setattr(os, "write", Whole())
    with pytest.raises(SealingFault, match="could be written"):
        sealing.seal_now()
    assert tree_queries.newest_size() == 2
    sealing.seal_now()
    assert [line["head"]["size"] for line in lines()] == [2]


@pytest.mark.usefixtures("sealed_app")
def test_a_new_folder_gets_every_head() -> None:
    make_office()
    sealing.seal_now()
    make_office("Kyiv")
    sealing.seal_now()
    first = lines()
    folder = sealing.folder().path
    folder.rename(folder.with_name("elsewhere"))
    sealing.seal_now()
    assert lines() == first and len(first) == 2


@pytest.mark.usefixtures("sealed_app")
def test_a_folder_ahead_of_the_database_is_not_written_on() -> None:
    make_office()
    sealing.seal_now()
    folder = sealing.folder()
    head = folder.newest()
    assert head is not None
    forged = type(head)(head.size + 7, head.root, head.at, head.key_id, head.signature)
    folder.add(forged, [("x", 1, "00")] * 7)
    make_office("Kyiv")
    with pytest.raises(SealingFault, match="does not have"):
        sealing.seal_now()
    assert folder.newest() == forged


@pytest.mark.usefixtures("sealed_app")
def test_what_stood_before_there_were_heads_comes_under_the_first() -> None:
    make_office()
    make_office("Kyiv")
    forget_what_waits()
    assert count(UnsealedEvent) == 0
    sealing.seal_now()
    assert count(TreeLeaf) == count(EventRow) == 3


@bookkeeping("a database from before there were heads")
def forget_what_waits() -> None:
    db.session.execute(delete(UnsealedEvent))


def test_whoever_finds_a_sealer_at_work_goes_on(watching_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with sealing._alone(waits=False) as is_mine, clock.at(START):
        assert is_mine
        make_user("a@example.org", Role.CASEWORKER, make_office())
        assert count(SignedHead) == 0
    assert not caplog.records
    sealing.keep_up()
    assert count(UnsealedEvent) == 0


def test_the_sealer_of_another_machine_is_not_waited_for(watching_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(START):
        make_user("a@example.org", Role.CASEWORKER, make_office())
        monkeypatch.setattr(commands, "try_lock", lambda session, number: False)
        make_user("b@example.org", Role.CASEWORKER, make_office("Kyiv"))
        assert tree_queries.newest_size() == 3 and count(UnsealedEvent) == 2
    assert watching_app.extensions.get("sealing_paused_until") is None


def test_many_at_once_make_one_tree(sealed_fresh_app: Flask) -> None:
    office_id = make_office()
    sealing.seal_now()
    db.session.remove()

    def work(number: int) -> None:
        with sealed_fresh_app.app_context():
            for turn in range(4):
                make_user(f"u{number}.{turn}@example.org", Role.CASEWORKER, office_id)
            db.session.remove()

    sealed_fresh_app.config["SEAL_AFTER_COMMIT"] = True
    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(EventRow) == count(TreeLeaf) == 18 and count(UnsealedEvent) == 0
    db.session.remove()
    window = Window()
    assert list(verify(db.engine, sealing.folder(), window)) == []
    assert window.covered == 18 and window.uncovered == 0


def test_the_weighty_kinds_do_not_wait() -> None:
    at_once = {kind for kind, event in EVENT_KINDS.items() if event.is_sealed_at_once}
    assert at_once >= {
        "approval.given", "disbursement.approved", "plan.validated", "plan.approved", "reversal.approved",
        "instalment.paid", "eligibility.decided", "provider_account.confirmed", "case.exported", "user.created",
        "user.role_changed", "user.cleared", "user.clearance_ended", "mandate.given", "mandate.revoked",
        "substitute.named", "change.confirmed", "signing_key.rotated", "user.invited", "user.deactivated",
        "substitute.revoked", "works.accepted", "dossier.erased", "changes.exported", "bundle.made", "bundle.taken",
        "workpaper.exported", "project.published", "share.granted", "partner.report_accepted",
    }  # fmt: skip


def test_the_operators_commands(sealed_app: Flask) -> None:
    make_office()
    runner = sealed_app.test_cli_runner()
    sealed = runner.invoke(args=["seal"])
    assert sealed.exit_code == 0 and "2 events sealed; the newest head covers 2." in sealed.output
    rotated = runner.invoke(args=["rotate-key"])
    assert rotated.exit_code == 0, rotated.output
    assert tree_queries.list_keys()[-1].key_id in rotated.output
    sealing.key_file().unlink()
    make_office("Kyiv")
    for name in ("seal", "rotate-key"):
        refused = runner.invoke(args=[name])
        assert refused.exit_code == 1 and "does not hold the key" in refused.output


def check_offline(app: Flask, folder: Path, told: dict[str, Any]) -> None:
    """`check-proof` on what `prove` printed, with each part of it changed once, against a head that was kept."""
    heads = {
        each.head.size: each.head
        for each in sealing.folder().read(sealing.folder().extent())
        if not isinstance(each, str)
    }
    (folder / "keys.jsonl").write_bytes((sealing.folder().path / "keys.jsonl").read_bytes())
    for size, head in heads.items():
        (folder / f"{size}.json").write_bytes(head.line([]))

    def check(changed: dict[str, Any], kept: int | None = 3) -> str:
        (folder / "proof.json").write_text(json.dumps({**told, **changed}))
        args = ["check-proof", str(folder / "proof.json"), "--keys", str(folder)]
        answer = app.test_cli_runner().invoke(args=args + (["--head", str(folder / f"{kept}.json")] if kept else []))
        assert answer.exit_code == (
            0 if "does not hold" not in answer.output and "no proof" not in answer.output else 1
        )
        return answer.output

    assert "signed" in check({}) and "goes on from the one of 3" in check({})
    assert "nothing is said of what stood before" in check({}, None)
    assert "goes on from the one of 6" in check({}, 6)
    other = "00" * 32
    assert "is not under this head" in check({"leaf": other})
    assert "is not under this head" in check({"position": told["position"] + 1})
    assert "does not go on from the head of 3" in check({"consistency": told["consistency"][:-1]})
    assert "print it with --since 2" in check({}, 2)
    assert "is not signed" in check({"head": {**told["head"], "root": other}})
    assert "no proof" in check({"leaf": "none"})
    (folder / "keys.jsonl").write_text("")
    assert "is not signed" in check({})


def test_a_proof_holds_the_newest_head_to_an_older_one(sealed_app: Flask, tmp_path: Path) -> None:
    for number in range(5):
        make_office(f"Office {number}")
        sealing.seal_now()
    old, new = (db.session.get(SignedHead, size) for size in (3, 6))
    assert old is not None and new is not None
    event = db.session.scalars(select(EventRow).where(EventRow.kind == "office.opened")).first()
    assert event is not None
    chain, seq, roots = event.chain_id, str(event.seq), (bytes(old.root), bytes(new.root))
    run = sealed_app.test_cli_runner().invoke
    told = json.loads(run(args=["prove", chain, seq, "--since", "3"]).output)
    inclusion, consistency = ([bytes.fromhex(h) for h in told[name]] for name in ("inclusion", "consistency"))
    assert includes(roots[1], told["head"]["size"], told["position"], bytes.fromhex(told["leaf"]), inclusion)
    assert is_consistent(3, roots[0], told["head"]["size"], roots[1], consistency)
    assert told["head"]["root"] == roots[1].hex()
    check_offline(sealed_app, tmp_path, told)
    assert "No signed head covers entry 99" in run(args=["prove", chain, "99"]).output
    assert run(args=["prove", chain, seq, "--since", "7"]).exit_code == 1


def test_tick_seals_what_waits(watching_app: Flask) -> None:
    with clock.at(START):
        make_office()
        assert count(UnsealedEvent) == 1
        watching_app.test_cli_runner().invoke(args=["tick"])
        assert count(UnsealedEvent) == 0


def test_a_damaged_folder_is_said(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    (tmp_path / "heads-00000.jsonl").write_text("nonsense\n")
    with pytest.raises(SealingFault, match="no signed head"):
        folder.newest()
    (tmp_path / "keys.jsonl").write_text("{}\n")
    with pytest.raises(SealingFault, match="cannot be read"):
        folder.keys()
