"""Which cases a bundle holds, how bundles stand, and where their chains' newest entries stand under a signed head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_

from casetracker.audit import tree_queries
from casetracker.audit.checkpoints import Head
from casetracker.audit.tree import inclusion_proof
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.commands import end_reading
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.dossiers.models import Dossier, DossierAccess
from casetracker.dossiers.queries import reading_sending_side, visible
from casetracker.events.models import Chain, EventRow, TreeLeaf
from casetracker.events.states import Part
from casetracker.exports.bundle_states import ABANDONED_AFTER, MOST_CASES, OPEN, BundleState, Chosen, Wanted
from casetracker.exports.models import Bundle, BundleCase

# Cases


def choose(actor: Actor, wanted: Wanted) -> list[Chosen]:
    """The cases and projects of the mandate that fit, by reference, MOST_CASES and one more at most; two queries."""
    where, clauses = reading_sending_side(actor), (visible(actor), *_fitting(wanted))
    query = select(Dossier.id, Dossier.reference, where).where(*clauses).order_by(Dossier.reference)
    rows = db.session.execute(query.limit(MOST_CASES + 1)).all()
    sent = [Part.SENDING, Part.ACCESS, *([Part.ASYLUM] if actor.asylum_clearance else [])]
    counted = (
        select(Chain.owner_id, func.sum(Chain.seq))
        .join(Dossier, Dossier.id == Chain.owner_id)
        .where(*clauses, or_(Chain.part == Part.SHARED, and_(where, Chain.part.in_(sent))))
        .group_by(Chain.owner_id)
    )
    entries: dict[str, int] = {owner: int(count) for owner, count in db.session.execute(counted)}
    return [
        Chosen(
            dossier_id=dossier_id, reference=reference, entries=entries.get(dossier_id, 0),
            parts=tuple(sorted([Part.SHARED, *sent] if is_sending else [Part.SHARED])),
        )
        for dossier_id, reference, is_sending in rows
    ]  # fmt: skip


def _fitting(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.references:
        yield Dossier.reference.in_(wanted.references)
    if wanted.office_id:
        yield exists().where(DossierAccess.dossier_id == Dossier.id, DossierAccess.office_id == wanted.office_id)
    if wanted.programme_id:
        yield Dossier.programme_id == wanted.programme_id
    if wanted.first_day:
        yield or_(Dossier.closed_on.is_(None), Dossier.closed_on >= wanted.first_day)
    if wanted.last_day:
        yield Dossier.opened_on <= wanted.last_day


def list_cases(bundle_id: str) -> list[tuple[str, str]]:
    """(reference, compartments as they are stored) of the cases of a bundle, by reference."""
    return [(reference, parts) for _id, reference, parts in db.session.execute(_cases_of(bundle_id))]


def _cases_of(bundle_id: str) -> Select[str, str, str]:
    query = select(Dossier.id, Dossier.reference, BundleCase.parts).join(Dossier, Dossier.id == BundleCase.dossier_id)
    return query.where(_of(bundle_id)).order_by(Dossier.reference)


def list_entries(bundle: Bundle, *, offset: int, limit: int) -> list[Chosen]:
    """The cases of a bundle, by reference, each with how many entries of it there were when it was asked for; two
    queries."""
    cases = db.session.execute(_cases_of(bundle.id).offset(offset).limit(limit)).all()
    counted = (
        select(Chain.owner_id, Chain.part, func.max(EventRow.seq))
        .join(EventRow, EventRow.chain_id == Chain.id)
        .where(Chain.owner_id.in_([row[0] for row in cases]), EventRow.at <= bundle.asked_at)
        .group_by(Chain.owner_id, Chain.part)
    )
    entries = {(owner, str(part)): int(number) for owner, part, number in db.session.execute(counted)}
    return [
        Chosen(
            dossier_id=dossier_id, reference=reference, parts=tuple(parts.split(",")),
            entries=sum(entries.get((dossier_id, part), 0) for part in parts.split(",")),
        )
        for dossier_id, reference, parts in cases
    ]  # fmt: skip


def is_still_open(bundle_id: str, actor: Actor) -> bool:
    """Whether the actor's mandate opens all that was opened when the bundle was asked for, and nothing was erased."""
    rows = db.session.execute(select(BundleCase.dossier_id, BundleCase.parts).where(_of(bundle_id)))
    held = {dossier_id: parts for dossier_id, parts in rows}  # noqa: C416  # rows are no pairs to dict()
    inside = select(BundleCase.dossier_id).where(_of(bundle_id))
    query = select(Dossier.id, reading_sending_side(actor)).where(Dossier.id.in_(inside), visible(actor))
    seen = db.session.execute(query.where(~_erased_since(bundle_id)))
    sending = {dossier_id: is_sending for dossier_id, is_sending in seen}  # noqa: C416  # as above
    for dossier_id, parts in held.items():
        wanted = set(parts.split(","))
        if dossier_id not in sending or (wanted - {Part.SHARED} and not sending[dossier_id]):
            return False
        if Part.ASYLUM in wanted and not actor.asylum_clearance:
            return False
    return True


def _of(bundle_id: str) -> ColumnElement[bool]:
    return BundleCase.bundle_id == bundle_id


def _erased_since(bundle_id: str) -> ColumnElement[bool]:
    asked = select(Bundle.asked_at).where(Bundle.id == bundle_id).scalar_subquery()
    return exists().where(
        Chain.owner_id == Dossier.id, EventRow.chain_id == Chain.id, EventRow.kind == "dossier.erased",
        EventRow.at >= asked,
    )  # fmt: skip


# Bundles


def list_bundles(actor: Actor, limit: int = 25) -> list[Bundle]:
    """The actor's own bundles, newest first."""
    query = select(Bundle).where(Bundle.asked_by == actor.id).order_by(Bundle.asked_at.desc(), Bundle.id)
    return list(db.session.scalars(query.limit(limit)))


def get_bundle(bundle_id: str, actor: Actor) -> Bundle:
    """One of the actor's own bundles; NotFound otherwise."""
    query = select(Bundle).where(Bundle.id == bundle_id, Bundle.asked_by == actor.id)
    bundle = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if bundle is None:
        raise NotFound("bundle")
    return bundle


def find_open(actor: Actor) -> Bundle | None:
    """The actor's bundle that is asked for or being made."""
    query = select(Bundle).where(Bundle.asked_by == actor.id, Bundle.state.in_(sorted(OPEN))).limit(1)
    return db.session.scalars(query).one_or_none()


def count_before(bundle: Bundle) -> int:
    """How many bundles are made before this one."""
    query = select(func.count(Bundle.id)).where(Bundle.state.in_(sorted(OPEN)), Bundle.asked_at < bundle.asked_at)
    return db.session.execute(query).scalar_one()


def find_next() -> str | None:
    """The bundle that is to be made next: asked for, or begun by somebody who gives no sign of life."""
    abandoned = and_(Bundle.state == BundleState.RUNNING, Bundle.touched_at < clock.now() - ABANDONED_AFTER)
    query = select(Bundle.id).where(or_(Bundle.state == BundleState.ASKED, abandoned))
    return db.session.scalar(query.order_by(Bundle.asked_at, Bundle.id).limit(1))


def list_done() -> list[Bundle]:
    """Bundles whose file lies there, whoever asked."""
    return list(db.session.scalars(select(Bundle).where(Bundle.state == BundleState.DONE).order_by(Bundle.id)))


def list_kept_ids() -> set[str]:
    """Bundles whose pieces lie there rightly."""
    states = sorted([BundleState.DONE, BundleState.RUNNING])
    return set(db.session.scalars(select(Bundle.id).where(Bundle.state.in_(states))))


# The signed head


@dataclass(frozen=True)
class Place:
    """An entry under a signed head, with RFC 6962's proof (hexadecimal)."""

    chain: str
    seq: int
    hash: str
    position: int
    inclusion: list[str]


def find_places(entries: Sequence[tuple[str, int]]) -> tuple[Head, Iterator[Place]] | None:
    """The newest signed head, and where these entries (chain, number) stand under it, in their order; None where it
    covers not all of them yet."""
    row = tree_queries.newest_head()
    if row is None:
        return None
    head, leaves = tree_queries.plain_head(row), dict[tuple[str, int], tuple[int, str]]()
    for start in range(0, len(entries), 500):
        portion = entries[start : start + 500]
        query = select(TreeLeaf.chain_id, TreeLeaf.seq, TreeLeaf.position, TreeLeaf.hash)
        for chain, seq, position, digest in db.session.execute(
            query.where(tuple_(TreeLeaf.chain_id, TreeLeaf.seq).in_(portion), TreeLeaf.position < head.size)
        ):
            leaves[chain, seq] = position, bytes(digest).hex()
    if set(entries) - leaves.keys():
        return None
    return head, (_place(chain, seq, *leaves[chain, seq], head.size) for chain, seq in _pausing(entries))


def _pausing(entries: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """The same one by one; nobody who writes waits until a proof was read for all of them."""
    for number, each in enumerate(entries):
        if number % 100 == 0:
            end_reading()
        yield each


def _place(chain: str, seq: int, position: int, digest: str, size: int) -> Place:
    """Its proof: first which subtrees it takes, then all of them in one query."""
    needed: list[tuple[int, int]] = []

    def note(level: int, index: int) -> bytes:
        needed.append((level, index))
        return b""

    inclusion_proof(position, size, note)
    nodes: dict[Any, bytes] = tree_queries.nodes_of(needed) if needed else {}
    proof = inclusion_proof(position, size, lambda level, index: nodes[level, index])
    return Place(chain, seq, digest, position, [node.hex() for node in proof])
