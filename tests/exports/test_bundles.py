"""Bundles as jobs: whoever makes one may stop at any time, its asker may change his mind, and a mandate may end."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from flask import Flask
from sqlalchemy import func, select

from casetracker.accounts import commands as accounts
from casetracker.accounts.models import Mandate
from casetracker.core import clock, jobs
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound, Refused
from casetracker.documents import storage
from casetracker.documents.models import Document
from casetracker.events.models import EventRow
from casetracker.exports import bundle_commands as commands
from casetracker.exports import bundle_queries as queries
from casetracker.exports import making, pieces, verify
from casetracker.exports.bundle import BundleWriter
from casetracker.exports.bundle_states import (
    ABANDONED_AFTER,
    ATTEMPTS,
    DAYS_OVER,
    FILE_GONE,
    KEPT_FOR,
    NO_LONGER,
    NOT_OPEN,
    NOT_SIGNED,
    TOO_OFTEN,
    BundleState,
    Wanted,
)
from casetracker.exports.models import Bundle
from casetracker.exports.states import ABOUT_ASYLUM
from tests.accounts.test_factors_at_once import at_once
from tests.exports.test_export import AUTHORITY, auditor
from tests.factories.accounts import OPERATOR, People, make_people
from tests.factories.cases import Family, playroom_case
from tests.factories.erasure import due_case, erase, later
from tests.factories.queues import do_next, valkey_in


def ask(actor: Actor, **wanted: Any) -> str:
    """Ask for a bundle; its id."""
    return commands.ask_bundle(commands.AskBundle(wanted=Wanted(**wanted)), actor=actor)


def bundle_of(bundle_id: str) -> Bundle:
    """How it stands."""
    db.session.rollback()
    return db.session.get_one(Bundle, bundle_id, populate_existing=True)


def make(bundle_id: str) -> Bundle:
    """Make it, as a worker does; how it stands then."""
    making.make(bundle_id, patience=0, seals=True)
    return bundle_of(bundle_id)


def files_of(bundle: Bundle) -> dict[str, bytes]:
    """What is in it."""
    content = b"".join(pieces.read_pieces(bundle.id, bundle.attempt, bundle.pieces))
    assert len(content) == bundle.size and verify.sha(content) == bundle.sha256
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def stored() -> int:
    """How many pieces lie on the shelf."""
    return len(list(pieces.store().listed()))


def told(kind: str) -> list[dict[str, Any]]:
    """What the events of a kind say."""
    query = select(EventRow.body).where(EventRow.kind == kind).order_by(EventRow.at, EventRow.seq)
    return [json.loads(body)["data"] for body in db.session.scalars(query)]


def end_mandates_of(user_id: str) -> None:
    """Take every mandate back."""
    for row in db.session.scalars(select(Mandate).where(Mandate.user_id == user_id)).all():
        command = accounts.RevokeMandate(mandate_id=row.id, version=row.version)
        accounts.revoke_mandate(command, actor=OPERATOR)


def while_made(act: Callable[[], object]) -> Any:
    """Something happens after the first file of a bundle is written."""
    done: list[bool] = []
    before = commands.note_progress

    def note(*args: Any) -> None:
        if not done:
            done.append(True)
            act()
        before(*args)

    return mock.patch.object(commands, "note_progress", note)


def test_asked_made_and_taken_are_in_the_record(people: People, family: Family) -> None:
    bundle_id = ask(people.auditor, office_id=people.kyiv, formats=("csv",), first_day=date(2020, 1, 1))
    [asked] = told("bundle.asked")
    assert (asked["office_id"], asked["formats"], asked["cases"]) == (people.kyiv, ["csv"], 1)
    bundle = make(bundle_id)
    assert (bundle.state, bundle.done, bundle.is_signed, bundle.entries) == ("done", 1, True, asked["entries"])
    [made] = told("bundle.made")
    inside = files_of(bundle)
    assert made["manifest"] == verify.sha(inside["manifest.json"]) and made["entries"] == asked["entries"]
    manifest = json.loads(inside["manifest.json"])
    assert manifest["asked"]["office_id"] == people.kyiv and made["files"] == len(manifest["files"])
    commands.record_taken(commands.TakeBundle(bundle_id=bundle_id), actor=people.auditor)
    [taken] = told("bundle.taken")
    assert (taken["sha256"], taken["size"]) == (bundle.sha256, bundle.size)
    with pytest.raises(NotFound):
        commands.cancel_bundle(commands.CancelBundle(bundle_id=bundle_id), actor=auditor(people))
    with pytest.raises(NotFound):
        commands.record_taken(commands.TakeBundle(bundle_id=bundle_id), actor=people.supervisor_tallinn)


def test_what_is_asked_for_is_there_and_within_the_mandate(people: People, family: Family) -> None:
    other = playroom_case(people, actor=people.caseworker_tallinn)
    today = clock.today()
    for wanted, refused in (
        ({"references": ("EE-1999-00001",)}, "EE-1999-00001"),
        ({"last_day": today - timedelta(days=400)}, "No case"),
        ({"first_day": today, "last_day": today - timedelta(days=1)}, "last day"),
        ({"references": tuple(f"X{number}" for number in range(501))}, "too many"),
    ):
        with pytest.raises(Refused, match=refused):
            ask(people.auditor, **wanted)
    only_kyiv = auditor(people, office_ids=(people.kyiv,))
    with pytest.raises(Refused, match=other.reference):
        ask(only_kyiv, references=(other.reference,))
    assert told("bundle.asked") == []
    ask(people.auditor, references=(other.reference,))
    with pytest.raises(Refused, match="is being made"):
        ask(people.auditor)


def test_cancelled_before_and_while_it_is_made(people: People, family: Family) -> None:
    first = ask(people.auditor)
    commands.cancel_bundle(commands.CancelBundle(bundle_id=first), actor=people.auditor)
    assert make(first).state == BundleState.CANCELLED
    second = ask(people.auditor)
    cancel = commands.CancelBundle(bundle_id=second)
    with while_made(lambda: commands.cancel_bundle(cancel, actor=people.auditor)):
        assert make(second).state == BundleState.CANCELLED
    assert stored() == 0 and len(told("bundle.cancelled")) == 2 and told("bundle.made") == []
    with pytest.raises(Refused, match="not being made"):
        commands.cancel_bundle(cancel, actor=people.auditor)


def test_begun_anew_where_whoever_made_it_is_gone(people: People, family: Family) -> None:
    bundle_id = ask(people.auditor)
    assert commands.claim(bundle_id) == 1 and queries.find_next() is None
    assert make(bundle_id).state == BundleState.RUNNING, "somebody is at it"
    with clock.at(clock.now() + ABANDONED_AFTER + timedelta(seconds=1)):
        making.make_all()
        bundle = bundle_of(bundle_id)
        assert (bundle.state, bundle.attempt) == ("done", 2)
    with pytest.raises(commands.Superseded):
        commands.note_progress(bundle_id, 1, 1)


def test_a_fault_is_tried_again_and_not_for_ever(people: People, family: Family) -> None:
    bundle_id = ask(people.auditor)
    for _ in range(ATTEMPTS):
        with mock.patch.object(BundleWriter, "write_manifest", side_effect=OSError), pytest.raises(OSError):
            make(bundle_id)
        assert bundle_of(bundle_id).state == BundleState.ASKED and stored() == 0
    bundle = make(bundle_id)
    assert (bundle.state, bundle.why) == ("failed", TOO_OFTEN)


def test_without_a_signed_head_there_is_no_file(people: People, family: Family) -> None:
    bundle_id = ask(people.auditor)
    making.make(bundle_id, patience=0, seals=False)
    bundle = bundle_of(bundle_id)
    assert (bundle.state, bundle.why, stored()) == ("failed", NOT_SIGNED, 0)


def test_a_mandate_that_ends_ends_what_it_opened(people: People, family: Family) -> None:
    take = people.auditor
    before, made = ask(take), ""
    with while_made(lambda: end_mandates_of(take.id)):
        bundle = make(before)
    assert (bundle.state, bundle.why, stored()) == ("failed", NOT_OPEN, 0)
    second = auditor(people)
    made = ask(second)
    assert make(made).state == "done"
    assert making.remove_over() == 0
    end_mandates_of(second.id)
    with pytest.raises(Refused, match="mandate"):
        commands.record_taken(commands.TakeBundle(bundle_id=made), actor=replace(second, mandates=()))
    assert making.remove_over() == 1 and stored() == 0
    bundle = bundle_of(made)
    assert (bundle.state, bundle.why, bundle.sha256) == ("expired", NO_LONGER, None)


def test_gone_after_its_days_and_where_the_file_is_gone(people: People, family: Family) -> None:
    first, second = (bundle_of(make(ask(people.auditor)).id) for _ in range(2))
    take = commands.TakeBundle(bundle_id=first.id)
    pieces.remove(second.id, second.attempt, second.pieces)
    assert first.expires_at and first.ended_at and first.expires_at == first.ended_at + KEPT_FOR
    with clock.at(first.expires_at):
        with pytest.raises(Refused, match="no file"):
            commands.record_taken(take, actor=people.auditor)
        assert making.remove_over() == 2
    assert bundle_of(first.id).why == DAYS_OVER and bundle_of(second.id).why == FILE_GONE and stored() == 0


def test_pieces_that_nobody_names_go(people: People, family: Family) -> None:
    made = make(ask(people.auditor))
    writer = pieces.PieceWriter("a" * 26, 1)
    writer.write(b"left behind")
    writer.finish()
    with clock.at(datetime.now(UTC)):
        making.remove_over()
    assert stored() == made.pieces + 1, "whoever writes it may be at work"
    with clock.at(datetime.now(UTC) + timedelta(days=2)):
        making.remove_over()
    assert stored() == made.pieces


def test_a_file_of_many_pieces_lies_encrypted_and_comes_back(people: People, family: Family) -> None:
    with mock.patch.object(pieces, "PIECE", 1000):
        bundle = make(ask(people.auditor))
    assert bundle.pieces > 5
    for key, _written in pieces.store().listed():
        content = pieces.store().read(key)
        assert content.startswith(b"CTS1") and family.reference.encode() not in content
    assert files_of(bundle)["verify.py"] == Path(verify.__file__).read_bytes()


def test_without_clearance_there_is_no_asylum_part_and_the_same_sentence(people: People, family: Family) -> None:
    plain = auditor(people)
    bundles = [files_of(make(ask(each, formats=("json", "csv"), documents=True))) for each in (people.auditor, plain)]
    with_it, without = bundles
    assert any(AUTHORITY.encode() in content for content in with_it.values())
    assert not any(AUTHORITY.encode() in content or b'"asylum"' in content
                   for name, content in without.items() if name.startswith("cases/"))  # fmt: skip
    for inside in bundles:
        assert json.loads(inside["manifest.json"])["asylum"] == ABOUT_ASYLUM
        assert ABOUT_ASYLUM in inside["README.txt"].decode()
    assert any("/documents/" in name for name in without)


def test_a_document_whose_file_is_gone_is_named(people: People, family: Family) -> None:
    gone = db.session.scalars(select(Document).where(Document.dossier_id == family.dossier_id)).first()
    assert gone is not None
    document_id, key = gone.id, gone.storage_key
    content = storage.read_as_stored(key)
    storage.remove(key)
    try:
        manifest = json.loads(files_of(make(ask(people.auditor, documents=True)))["manifest.json"])
    finally:
        storage.keep_as_stored(key, content)
    missing = {each["document"] for each in manifest["missing"]}
    assert document_id in missing and not any(document_id in file["path"] for file in manifest["files"])


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Valkey."""
    with valkey_in(tmp_path_factory.mktemp("valkey")) as address:
        yield address


@pytest.mark.parametrize("kind", ["file", "valkey"])
def test_a_worker_makes_what_is_asked_for(
    bundling: Flask, people: People, family: Family, valkey: str, kind: str
) -> None:
    bundling.config["REDIS_URL"] = valkey if kind == "valkey" else None
    ids = [ask(people.auditor), ask(auditor(people))]
    assert jobs.ask(making.JOB)
    assert [do_next(bundling), do_next(bundling)] == [making.JOB, None]
    assert [bundle_of(each).state for each in ids] == ["done", "done"]
    assert files_of(bundle_of(ids[0]))["manifest.json"]


def test_an_erasure_takes_bundles_away_with_its_commit(bundling: Flask) -> None:
    due = due_case()
    reader = auditor(due.people)
    made = make(ask(reader))
    assert made.state == "done" and stored() == made.pieces
    end_mandates_of(reader.id)
    with later():
        erase(due)
    assert bundle_of(made.id).state == "expired" and stored() == 0


def test_two_asked_for_at_once_are_one(fresh_app: Flask) -> None:
    people = make_people()
    playroom_case(people)
    acts: list[Callable[[], object]] = [partial(ask, people.auditor) for _browser in range(4)]
    db.session.remove()
    assert at_once(fresh_app, acts) == 1
    assert db.session.scalars(select(func.count(Bundle.id))).one() == 1
