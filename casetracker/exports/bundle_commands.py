"""Asking for a bundle, calling it off, taking it away; and how far whoever makes it has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update

from casetracker.accounts.models import User
from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, bookkeeping, command, lock
from casetracker.core.db import db
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.events.recording import record
from casetracker.exports import bundle_queries, bundle_rules, events, pieces
from casetracker.exports.bundle_states import (
    ABANDONED_AFTER,
    ATTEMPTS,
    KEPT_FOR,
    TOO_OFTEN,
    BundleState,
    Counts,
    Wanted,
)
from casetracker.exports.models import Bundle, BundleCase

_BOOKS = "how far a bundle is; asking for it, making it and taking it away are events"


@dataclass(frozen=True, kw_only=True)
class AskBundle(Command):
    """Ask for a bundle of these cases."""

    wanted: Wanted


@dataclass(frozen=True, kw_only=True)
class CancelBundle(Command):
    """Call it off."""

    bundle_id: str


@dataclass(frozen=True, kw_only=True)
class TakeBundle(Command):
    """Take its file away."""

    bundle_id: str


@command
def ask_bundle(cmd: AskBundle, *, actor: Actor) -> str:
    """Put the bundle in the queue; returns its id. Which cases it holds is settled here."""
    require(actor, Permission.AUDIT_EXPORT)
    lock(User, actor.id)  # two at once would both find none that is open
    chosen = bundle_queries.choose(actor, cmd.wanted)
    refuse_if(bundle_rules.why_not_ask(cmd.wanted, chosen, bundle_queries.find_open(actor) is not None))
    session, now, entries = db.session(), clock.now(), sum(case.entries for case in chosen)
    bundle_id = ids.new_id()
    session.execute(insert(Bundle).values(
        id=bundle_id, asked_by=actor.id, asked_at=now, wanted=cmd.wanted.plain(), state=BundleState.ASKED, attempt=0,
        done=0, total=len(chosen), entries=entries, touched_at=now, is_signed=False, pieces=0, size=0,
    ))  # fmt: skip
    rows = [{"bundle_id": bundle_id, "dossier_id": c.dossier_id, "parts": ",".join(c.parts)} for c in chosen]
    session.execute(insert(BundleCase), rows)
    told = cmd.wanted
    asked = events.BundleAsked(
        bundle_id=bundle_id, office_id=told.office_id, programme_id=told.programme_id, first_day=told.first_day,
        last_day=told.last_day, references=told.references, formats=told.formats, documents=told.documents,
        cases=len(chosen), entries=entries,
    )  # fmt: skip
    record(asked, actor=actor)
    return bundle_id


@command
def cancel_bundle(cmd: CancelBundle, *, actor: Actor) -> str:
    """Call it off; whoever makes it stops after the case at hand. Returns its id."""
    bundle = _lock_own(cmd.bundle_id, actor)
    refuse_if(bundle_rules.why_not_cancel(bundle.state))
    _set(bundle.id, state=BundleState.CANCELLED, ended_at=clock.now())
    record(events.BundleCancelled(bundle_id=bundle.id), actor=actor)
    return bundle.id


@command
def record_taken(cmd: TakeBundle, *, actor: Actor) -> str:
    """Record that the file is taken away, if it may be; returns the bundle's id."""
    bundle = _lock_own(cmd.bundle_id, actor)
    is_over = bundle.is_over(clock.now()) or not pieces.is_there(bundle.id, bundle.attempt)
    refuse_if(bundle_rules.why_not_take(bundle.state, is_over, bundle_queries.is_still_open(bundle.id, actor)))
    taken = events.BundleTaken(bundle_id=bundle.id, sha256=str(bundle.sha256), size=bundle.size)
    record(taken, actor=actor)
    return bundle.id


def _lock_own(bundle_id: str, actor: Actor) -> Bundle:
    require(actor, Permission.AUDIT_EXPORT)
    bundle = lock(Bundle, bundle_id)
    if bundle.asked_by != actor.id:
        raise NotFound("bundle")
    return bundle


# Whoever makes it


class Superseded(Exception):
    """The bundle was called off, or somebody else makes it: stop."""


@bookkeeping(_BOOKS)
def claim(bundle_id: str) -> int | None:
    """Begin to make it: the number of this attempt; None where it is somebody else's turn, or nobody's any more."""
    bundle = lock(Bundle, bundle_id)
    now = clock.now()
    is_abandoned = bundle.state == BundleState.RUNNING and bundle.touched_at < now - ABANDONED_AFTER
    if bundle.state != BundleState.ASKED and not is_abandoned:
        return None
    if bundle.attempt >= ATTEMPTS:
        _set(bundle_id, state=BundleState.FAILED, ended_at=now, why=TOO_OFTEN)
        return None
    attempt = bundle.attempt + 1
    _set(bundle_id, state=BundleState.RUNNING, attempt=attempt, done=0, touched_at=now)
    return attempt


@bookkeeping(_BOOKS)
def note_progress(bundle_id: str, attempt: int, done: int) -> None:
    """A sign of life: so many cases are in it. Superseded where it is not this attempt's any more."""
    _lock_attempt(bundle_id, attempt)
    _set(bundle_id, done=done, touched_at=clock.now())


@command
def record_made(bundle_id: str, attempt: int, manifest: str, counts: Counts, *, actor: Actor) -> None:
    """Record what its manifest is (SHA-256), before a signed head covers that."""
    _lock_attempt(bundle_id, attempt)
    made = events.BundleMade(
        bundle_id=bundle_id, manifest=manifest, cases=counts.cases, entries=counts.entries, files=counts.files
    )
    record(made, actor=actor)


@bookkeeping(_BOOKS)
def finish(bundle_id: str, attempt: int, **facts: Any) -> None:
    """It is ready: `pieces`, `size`, `sha256`, `is_signed`."""
    _lock_attempt(bundle_id, attempt)
    now = clock.now()
    _set(bundle_id, state=BundleState.DONE, ended_at=now, expires_at=now + KEPT_FOR, **facts)


@bookkeeping(_BOOKS)
def give_up(bundle_id: str, attempt: int, why: str) -> None:
    """It cannot be made."""
    _lock_attempt(bundle_id, attempt)
    _set(bundle_id, state=BundleState.FAILED, ended_at=clock.now(), why=why)


@bookkeeping(_BOOKS)
def put_back(bundle_id: str, attempt: int) -> None:
    """Something else than the bundle was in the way: another attempt follows."""
    _lock_attempt(bundle_id, attempt)
    _set(bundle_id, state=BundleState.ASKED)


@bookkeeping(_BOOKS)
def expire(bundle_id: str, why: str) -> None:
    """Its file goes."""
    if lock(Bundle, bundle_id).state == BundleState.DONE:
        _set(bundle_id, state=BundleState.EXPIRED, sha256=None, why=why)


def _lock_attempt(bundle_id: str, attempt: int) -> None:
    bundle = lock(Bundle, bundle_id)
    if bundle.attempt != attempt or bundle.state != BundleState.RUNNING:
        raise Superseded(bundle_id)


def _set(bundle_id: str, **values: Any) -> None:
    db.session.execute(update(Bundle).where(Bundle.id == bundle_id).values(**values))
