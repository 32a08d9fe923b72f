"""What the record says of its tree: signed heads, leaves, the keys, and proofs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select, tuple_

from casetracker.audit.checkpoints import Head, Leaf
from casetracker.audit.events import SigningKeyMade, SigningKeyRotated
from casetracker.audit.keys import PublicKey, SealingFault
from casetracker.audit.tree import HASH, Edge, Node, consistency_proof, inclusion_proof, leaf_hash, peaks
from casetracker.core.db import db
from casetracker.core.tracking import canon
from casetracker.events.models import Chain, EventRow, SignedHead, TreeLeaf, UnsealedEvent
from casetracker.events.states import Part

KEY_KINDS = (SigningKeyMade.kind, SigningKeyRotated.kind)


def is_anything_unsealed() -> bool:
    """Whether an event waits for a head, or there is no head at all yet."""
    waiting = db.session.scalar(select(UnsealedEvent.seq).limit(1))
    return waiting is not None or newest_size() == 0


def newest_size() -> int:
    """How many entries the newest head covers; 0 without a head."""
    return db.session.scalar(select(SignedHead.size).order_by(SignedHead.size.desc()).limit(1)) or 0


def newest_head() -> SignedHead | None:
    """The newest head's row."""
    return db.session.scalars(select(SignedHead).order_by(SignedHead.size.desc()).limit(1)).one_or_none()


def plain_head(row: SignedHead) -> Head:
    """A head as it is signed and kept outside."""
    return Head(row.size, bytes(row.root).hex(), str(canon(row.at)), row.key_id, bytes(row.signature).hex())


def is_head(head: Head) -> bool:
    """Whether the database holds this very head."""
    row = db.session.get(SignedHead, head.size)
    return row is not None and plain_head(row) == head


def heads_after(size: int) -> Iterator[Head]:
    """The heads of more than `size` entries, smallest first."""
    while True:
        query = select(SignedHead).where(SignedHead.size > size).order_by(SignedHead.size).limit(500)
        rows = db.session.scalars(query).all()
        if not rows:
            return
        for row in rows:
            yield plain_head(row)
            size = row.size


def leaves_between(start: int, end: int) -> list[Leaf]:
    """The leaves from position `start` up to `end`. SealingFault if one is missing."""
    query = (
        select(TreeLeaf.chain_id, TreeLeaf.seq, TreeLeaf.hash)
        .where(TreeLeaf.position >= start, TreeLeaf.position < end)
        .order_by(TreeLeaf.position)
    )
    leaves = [(row.chain_id, row.seq, bytes(row.hash).hex()) for row in db.session.execute(query)]
    if len(leaves) != end - start:
        raise SealingFault(f"the tree has not all leaves from {start} to {end}")
    return leaves


def nodes_of(wanted: list[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The hashes of whole subtrees by (level, index), in one query."""
    ends = {(level, index): ((index + 1) << level) - 1 for level, index in wanted}
    query = select(TreeLeaf.position, TreeLeaf.hash, TreeLeaf.nodes).where(TreeLeaf.position.in_(set(ends.values())))
    rows = {row.position: row for row in db.session.execute(query)}
    found = {}
    for (level, index), end in ends.items():
        if end not in rows or (level and len(rows[end].nodes) < level * HASH):
            raise SealingFault(f"the tree has no leaf {end}")
        row = rows[end]
        found[level, index] = bytes(row.nodes)[(level - 1) * HASH : level * HASH] if level else leaf_hash(row.hash)
    return found


def node_reader() -> Node:
    """Reads single subtrees, for proofs."""
    return lambda level, index: nodes_of([(level, index)])[level, index]


def load_edge(size: int) -> Edge:
    """The right edge of the tree over the first `size` leaves."""
    wanted = peaks(size)
    nodes = nodes_of(wanted) if wanted else {}
    return Edge(size, [nodes[place] for place in wanted])


def list_keys() -> tuple[PublicKey, ...]:
    """The public keys that the record names, oldest first. SealingFault where one was not endorsed."""
    query = (
        select(EventRow.body)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.part == str(Part.SYSTEM), EventRow.kind.in_(KEY_KINDS))
        .order_by(EventRow.seq)
    )
    keys = tuple(key_from(json.loads(body)["data"]) for body in db.session.scalars(query))
    for before, key in pairwise((None, *keys)):
        if key is None or not key.is_right(before):
            raise SealingFault("the record names a signing key that the one before did not endorse")
    return keys


def key_from(data: dict[str, str]) -> PublicKey:
    """A public key from an event's data."""
    return PublicKey(
        data["key_id"], data["public_key"], data["signature"], data.get("before_key_id"), data.get("before_signature")
    )


@dataclass(frozen=True)
class Proof:
    """That the newest head covers an event, and goes on from an older head (both proofs by RFC 6962)."""

    head: Head
    position: int
    leaf: str
    inclusion: list[str]
    since: int | None
    consistency: list[str]


def prove(chain_id: str, seq: int, since: int | None = None) -> Proof | None:
    """The proof for an event under the newest head, which goes on from that of `since` entries; None without a head.

    Raises ValueError where `since` is no number of entries of the tree.
    """
    newest, position = newest_head(), position_of(chain_id, seq)
    if newest is None or position is None:
        return None
    node = node_reader()
    leaf = db.session.scalar(select(TreeLeaf.hash).where(TreeLeaf.position == position)) or b""
    inclusion = [digest.hex() for digest in inclusion_proof(position, newest.size, node)]
    consistency = [digest.hex() for digest in consistency_proof(since, newest.size, node)] if since is not None else []
    return Proof(plain_head(newest), position, bytes(leaf).hex(), inclusion, since, consistency)


def position_of(chain_id: str, seq: int) -> int | None:
    """Where an event stands in the tree, if it is there."""
    query = select(TreeLeaf.position).where(tuple_(TreeLeaf.chain_id, TreeLeaf.seq) == (chain_id, seq))
    return db.session.scalar(query)
