"""Signing the record's heads, and the keys that do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import and_, bindparam, delete, insert, literal, select

from casetracker.audit import events, tree_queries
from casetracker.audit.checkpoints import Head
from casetracker.audit.keys import PublicKey, SealingFault, Signer, key_statement, make_signer, signers
from casetracker.core import clock
from casetracker.core.actor import SYSTEM, Actor
from casetracker.core.commands import bookkeeping, command
from casetracker.core.db import db, try_lock
from casetracker.core.tracking import canon
from casetracker.events.models import EventRow, SignedHead, TreeLeaf, UnsealedEvent
from casetracker.events.recording import record

SEALING_LOCK = 6962
BATCH = 5000
"""Events under one head at most, so that a head's line stays small."""


def begin_signing(key_file: Path) -> None:
    """See to it that the record names a key that signs; the first is made here."""
    if not tree_queries.list_keys():
        name_first_key(key_file)


@command
def name_first_key(key_file: Path) -> None:
    """Make the first key, unless the file holds one, and record it. SealingFault if another process is at it."""
    if not try_lock(db.session(), SEALING_LOCK) or tree_queries.list_keys():
        raise SealingFault("another process names the first key at this moment")
    signer = next(iter(signers(key_file).values()), None) or make_signer(key_file)
    key = endorsed(signer, None)
    record(events.SigningKeyMade(key_id=key.key_id, public_key=key.public, signature=key.signature), actor=SYSTEM)


def endorsed(signer: Signer, before: Signer | None) -> PublicKey:
    """The public key with the statement signed by itself and by the key that it replaces."""
    statement = key_statement(signer.key_id, signer.public, before.key_id if before else None)
    return PublicKey(
        signer.key_id, signer.public, signer.sign(statement).hex(), before.key_id if before else None,
        before.sign(statement).hex() if before else None,
    )  # fmt: skip


@command
def rotate_key(key_file: Path, *, actor: Actor) -> str:
    """Let a new key sign from here on; answers its name. The old one stays in the file: its owner takes it out."""
    before = _signer(key_file)
    key = endorsed(make_signer(key_file), before)
    record(
        events.SigningKeyRotated(
            key_id=key.key_id, public_key=key.public, signature=key.signature,
            before_key_id=before.key_id, before_signature=str(key.before_signature),
        ),
        actor=actor,
    )  # fmt: skip
    return key.key_id


def _signer(key_file: Path) -> Signer:
    """The private key that the record names last."""
    keys = tree_queries.list_keys()
    if not keys:
        raise SealingFault("no key signs the heads of this record yet")
    signer = signers(key_file).get(keys[-1].key_id)
    if signer is None:
        raise SealingFault(f"{key_file} does not hold the key {keys[-1].key_id} that signs the heads of this record")
    return signer


@bookkeeping("the tree repeats the events' hashes, and verification compares the two")
def sign_head(key_file: Path) -> int:
    """Put the events that wait (BATCH at most) into the tree and sign its root; how many, 0 if another is at it."""
    session = db.session()
    if not try_lock(session, SEALING_LOCK):
        return 0
    newest = tree_queries.newest_head()
    if newest is None:
        _queue_what_stood_before()
    waiting = session.execute(_WAITING.limit(BATCH)).all()
    if not waiting:
        return 0
    signer = _signer(key_file)  # read after the events: a key that they name signs the head over them
    edge = tree_queries.load_edge(newest.size if newest else 0)
    if newest is not None and edge.root() != bytes(newest.root):
        raise SealingFault(f"the tree's first {newest.size} leaves are not what was signed; `verify` tells more")
    leaves = [
        {"position": edge.size, "chain_id": row.chain_id, "seq": row.seq, "hash": row.hash,
         "nodes": edge.append(bytes(row.hash))}
        for row in waiting
    ]  # fmt: skip
    session.execute(insert(TreeLeaf), leaves)
    session.connection().execute(_TAKEN, [{"chain": row.chain_id, "number": row.seq} for row in waiting])
    now = clock.now()
    unsigned = Head(edge.size, edge.root().hex(), str(canon(now)), signer.key_id, "")
    session.execute(
        insert(SignedHead).values(
            size=edge.size, root=edge.root(), at=now, key_id=signer.key_id, signature=signer.sign(unsigned.statement())
        )
    )
    return len(waiting)


_WAITING = (
    select(UnsealedEvent.chain_id, UnsealedEvent.seq, EventRow.hash)
    .join(EventRow, and_(EventRow.chain_id == UnsealedEvent.chain_id, EventRow.seq == UnsealedEvent.seq))
    .order_by(UnsealedEvent.at, UnsealedEvent.chain_id, UnsealedEvent.seq)
)
_TAKEN = delete(UnsealedEvent.__table__).where(  # type: ignore[arg-type]  # always a Table
    UnsealedEvent.chain_id == bindparam("chain"), UnsealedEvent.seq == bindparam("number")
)


def _queue_what_stood_before() -> None:
    """Events that were recorded before there were heads wait for the first one."""
    columns = [EventRow.chain_id, EventRow.seq, EventRow.at]
    there = select(UnsealedEvent.seq).where(
        UnsealedEvent.chain_id == EventRow.chain_id, UnsealedEvent.seq == EventRow.seq
    )
    before = select(*columns, literal(False)).where(~there.exists())
    db.session.execute(insert(UnsealedEvent).from_select(["chain_id", "seq", "at", "at_once"], before))
