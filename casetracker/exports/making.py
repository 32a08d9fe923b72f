"""Makes the bundles that were asked for: a case at a time, begun anew where whoever was at it is gone."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

from flask import Flask, current_app
from sqlalchemy import select

from casetracker.accounts import queries as accounts
from casetracker.audit import sealing, tree_queries
from casetracker.audit.checkpoints import Head
from casetracker.core import clock, jobs, row_security
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.queries import sight_of
from casetracker.dossiers.rules import kind_of
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.exports import bundle_commands as commands
from casetracker.exports import bundle_queries as queries
from casetracker.exports import events, pieces
from casetracker.exports.bundle import BundleWriter
from casetracker.exports.bundle_commands import Superseded
from casetracker.exports.bundle_queries import Place
from casetracker.exports.bundle_states import (
    DAYS_OVER,
    FILE_GONE,
    NO_LONGER,
    NOT_OPEN,
    NOT_SIGNED,
    SMALL_CASES,
    SMALL_ENTRIES,
    Counts,
    wanted_from,
)
from casetracker.exports.models import Bundle
from casetracker.exports.queries import open_history
from casetracker.web.formats import written_in

JOB = "bundles"
"""What a worker is asked for, and does every minute."""
PAUSE_SECONDS = 1
"""Between two looks whether a head has come."""
_ORPHAN_AFTER = timedelta(hours=1)
_one_at_a_time = threading.Lock()


def init_app(app: Flask) -> None:
    """Register what a worker does."""
    jobs.add_job(app, JOB, jobs.Job(make_all, minutes="*"))


def make_all() -> None:
    """Take away the files whose time is over, then make one bundle after the other; a second thread finds nothing to
    do meanwhile."""
    if not _one_at_a_time.acquire(blocking=False):
        return
    try:
        remove_over()
        while (bundle_id := _next()) is not None:
            make(bundle_id, patience=600, seals=current_app.config["SEALED_BY"] != "hand")
    finally:
        _one_at_a_time.release()


def remove_over() -> int:
    """Take away files whose days are over or whose asker may not read all of it any more (a mandate ended, a case was
    erased), and pieces that nobody names; answers how many files."""
    with row_security.reading(row_security.EVERYTHING):  # whoever asked, whatever was erased
        over = [(b.id, b.attempt, b.pieces, why) for b in queries.list_done() if (why := _why_over(b))]
        for bundle_id, attempt, count, why in over:
            commands.expire(bundle_id, why)
            pieces.remove(bundle_id, attempt, count)
        kept = queries.list_kept_ids()
        db.session.rollback()
    pieces.remove_orphans(kept, clock.now() - _ORPHAN_AFTER)
    return len(over)


def _why_over(bundle: Bundle) -> str | None:
    if bundle.is_over(clock.now()):
        return DAYS_OVER
    try:
        actor = _asker(bundle.asked_by)
    except NotFound:
        return NO_LONGER
    if not pieces.is_there(bundle.id, bundle.attempt):
        return FILE_GONE
    return None if queries.is_still_open(bundle.id, actor) else NO_LONGER


def is_small(bundle: Bundle) -> bool:
    """Whether a request makes it itself, in a few seconds; with documents they may be many, so only without."""
    is_light = bundle.total <= SMALL_CASES and bundle.entries <= SMALL_ENTRIES and not bundle.wanted["documents"]
    return is_light and current_app.config["SEALED_BY"] == "process"


def is_worker_there() -> bool:
    """Whether a worker is at work on this machine."""
    return jobs.is_at_work(current_app._get_current_object())  # type: ignore[attr-defined]  # Flask's documented way


def _next() -> str | None:
    with row_security.reading(row_security.EVERYTHING):  # nothing of a case: whose turn it is
        found = queries.find_next()
        db.session.rollback()
    return found


def make(bundle_id: str, *, patience: int, seals: bool) -> None:
    """Make a bundle, as far as its asker may read. patience: seconds to wait for a signed head; seals: sign it here."""
    attempt = commands.claim(bundle_id)
    if attempt is None:
        return
    out = pieces.PieceWriter(bundle_id, attempt)
    try:
        _Making(bundle_id, attempt, out, patience, seals).run()
    except Superseded:
        pieces.remove(bundle_id, attempt, out.pieces)
    except NotFound:
        pieces.remove(bundle_id, attempt, out.pieces)
        commands.give_up(bundle_id, attempt, NOT_OPEN)
    except _Unsigned:
        pieces.remove(bundle_id, attempt, out.pieces)
        commands.give_up(bundle_id, attempt, NOT_SIGNED)
    except Exception:
        db.session.rollback()
        pieces.remove(bundle_id, attempt, out.pieces)
        commands.put_back(bundle_id, attempt)
        raise


class _Unsigned(Exception):
    """No signed head came to cover the bundle."""


class _Making:
    """One attempt at one bundle."""

    def __init__(self, bundle_id: str, attempt: int, out: pieces.PieceWriter, patience: int, seals: bool) -> None:
        self.bundle_id, self.attempt, self.out = bundle_id, attempt, out
        self.patience, self.seals, self.cases = patience, seals, 0

    def run(self) -> None:
        """From the first case to the file that is ready."""
        bundle = db.session.get_one(Bundle, self.bundle_id, populate_existing=True)
        asker, wanted = bundle.asked_by, wanted_from(bundle.wanted)
        actor = _asker(asker)
        with row_security.reading(row_security.reader_of(actor)), written_in(actor.zone):
            cases = queries.list_cases(self.bundle_id)
            writer = BundleWriter(self.out, self.bundle_id, wanted)
            for number, (reference, parts) in enumerate(cases, 1):
                self._add_case(writer, reference, parts, asker)
                self.cases = number
                self._note(number)
            if not queries.is_still_open(self.bundle_id, _asker(asker)):
                raise NotFound("mandate")
            is_signed = all(Part.SENDING in parts.split(",") for _reference, parts in cases)
            made = self._record(writer, is_signed, actor)
            if is_signed:
                self._sign(writer, made)
            writer.close()
            digest = self.out.finish()
        commands.finish(
            self.bundle_id, self.attempt, pieces=self.out.pieces, size=self.out.size, sha256=digest,
            is_signed=is_signed,
        )  # fmt: skip

    def _add_case(self, writer: BundleWriter, reference: str, parts: str, asker: str) -> None:
        """The mandate is looked at for each case anew; NotFound where it opens it otherwise than when it was asked."""
        sight = sight_of(_asker(asker), reference, kind_of(reference))
        if ",".join(sorted(sight.parts)) != parts:
            raise NotFound("mandate")
        for _path in writer.write_case(open_history(sight)):
            self._note(len(writer.cases))

    def _note(self, done: int) -> None:
        db.session.rollback()  # nothing is read on in an old snapshot, and nobody who writes waits for this
        commands.note_progress(self.bundle_id, self.attempt, done)

    def _record(self, writer: BundleWriter, is_signed: bool, actor: Actor) -> str:
        digest = writer.write_manifest(is_signed=is_signed)
        counts = Counts(cases=len(writer.cases), entries=writer.entries, files=len(writer.files))
        commands.record_made(self.bundle_id, self.attempt, digest, counts, actor=actor)
        return digest

    def _sign(self, writer: BundleWriter, manifest: str) -> None:
        chain, seq, body = _find_made(self.bundle_id, manifest)
        told = sorted(writer.cases, key=lambda case: str(case["reference"]))
        ends = [(each["id"], each["length"]) for case in told for each in case["chains"]]
        head, places = self._wait([(chain, seq), *ends])
        entry = next(places)
        writer.write_record(tree_queries.list_keys(), head, entry, body, places)

    def _wait(self, entries: Sequence[tuple[str, int]]) -> tuple[Head, Iterator[Place]]:
        """The newest head as soon as it covers these entries, and where each stands under it."""
        until = time.monotonic() + self.patience
        while True:
            if self.seals:
                sealing.seal_now()
            db.session.rollback()
            found = queries.find_places(entries)
            if found is not None:
                return found
            if time.monotonic() > until:
                raise _Unsigned
            time.sleep(PAUSE_SECONDS)
            self._note(self.cases)


def _asker(user_id: str) -> Actor:
    """Who asked, as the mandate stands now; NotFound for an account that takes nothing away any more."""
    user = accounts.get_user(user_id)
    actor = accounts.actor_of(user)
    if not user.is_active or not actor.may(Permission.AUDIT_EXPORT):
        raise NotFound("auditor")
    return actor


def _find_made(bundle_id: str, manifest: str) -> tuple[str, int, str]:
    """(chain, number, hashed text) of the entry that names this manifest."""
    query = (
        select(EventRow.chain_id, EventRow.seq, EventRow.body)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.part == str(Part.SYSTEM), EventRow.kind == events.BundleMade.kind)
        .order_by(EventRow.at.desc(), EventRow.seq.desc())
        .limit(100)
    )
    for chain, seq, content in db.session.execute(query):
        body = bytes(content).decode("utf-8")
        data = json.loads(body)["data"]
        if (data["bundle_id"], data["manifest"]) == (bundle_id, manifest):
            return chain, seq, body
    raise NotFound("entry")
