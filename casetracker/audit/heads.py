"""Signed heads against the record: the tree is made again from the leaves and held to every root, in and outside."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, case, exists, select

from casetracker.audit.checkpoints import Checkpoint, CheckpointFolder, Extent, Head
from casetracker.audit.keys import PublicKey, signed
from casetracker.audit.states import Finding, Window
from casetracker.audit.tree import HASH, Edge
from casetracker.core.db import raw_column, raw_value
from casetracker.events.models import EventRow, SignedHead, TreeLeaf, UnsealedEvent

BATCH = 2000


@dataclass
class Seen:
    """What the walk along the chains saw of the tree: events, how many have a leaf, and the signing keys named.

    keys: (key, position of its event in the tree or None), in the order of the record.
    """

    events: int = 0
    leaves: int = 0
    keys: list[tuple[PublicKey, int | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Outside:
    """The checkpoint folder as it was before the snapshot was taken."""

    folder: CheckpointFolder
    extent: Extent


def check_heads(
    live: Connection, spill: sqlite3.Connection, seen: Seen, outside: Outside | None, window: Window
) -> Iterator[Finding]:
    """Every leaf, every signed root and its signature, every head outside, and what waits for one; fills `window`."""
    keys = [key for key, _position in seen.keys]
    if outside is not None and outside.extent.keys:
        yield from _compare_keys(outside.extent.keys, keys)
        keys = list(outside.extent.keys) + keys[len(outside.extent.keys) :]
    yield from _check_endorsements(keys)
    walk = _Walk(live, outside, {key.key_id: number for number, key in enumerate(keys)}, keys, seen)
    yield from walk.run()
    yield from _check_leaves(live, seen, walk.edge.size, walk.is_bent)
    yield from _check_waiting(live, spill, walk.newest)
    window.heads, window.newest = walk.heads, walk.newest
    window.covered = walk.outermost if outside is not None else walk.newest
    window.uncovered = seen.events - window.covered


def _compare_keys(outer: tuple[PublicKey, ...], recorded: list[PublicKey]) -> Iterator[Finding]:
    for number, key in enumerate(outer):
        if number >= len(recorded) or recorded[number] != key:
            yield Finding("event", "-", "data", f"the record does not name the key {key.key_id} that lies outside")
            return


def _check_endorsements(keys: list[PublicKey]) -> Iterator[Finding]:
    before: PublicKey | None = None
    for key in keys:
        if not key.is_right(before):
            yield Finding("event", "-", "data", f"the key {key.key_id} was not endorsed by the one before")
        before = key


def _raw(live: Connection, model: Any, *order: str) -> Iterator[tuple[Any, ...]]:
    """A table's rows as they lie there, bytes as bytes."""
    table, dialect = model.__table__, live.dialect.name
    query = select(*(raw_column(c, dialect).label(c.name) for c in table.columns))
    query = query.order_by(*(table.c[name] for name in order))
    with live.execute(query, execution_options={"yield_per": BATCH}) as rows:
        for row in rows:
            yield tuple(row)


def _heads(live: Connection) -> Iterator[Head]:
    """The heads of the database, smallest first; what has no proper form has none here either."""
    columns = list(SignedHead.__table__.columns)
    for row in _raw(live, SignedHead, "size"):
        size, root, at, key_id, signature = (
            raw_value(v, c, live.dialect.name) for v, c in zip(row, columns, strict=True)
        )
        yield Head(size, root, at, key_id, signature)


class _Walk:
    """One walk along the leaves, with the heads of the database and those outside beside it."""

    def __init__(
        self, live: Connection, outside: Outside | None, index: dict[str, int], keys: list[PublicKey], seen: Seen
    ) -> None:
        self.live, self.outside, self.index, self.keys, self.seen = live, outside, index, keys, seen
        self.edge, self.is_bent = Edge(), False
        self.inner = _heads(live)
        self.outer: Iterator[Checkpoint | str] = outside.folder.read(outside.extent) if outside else iter(())
        self.head: Head | None = None
        self.there: Checkpoint | None = None
        self.start = 0
        self.heads, self.newest, self.outermost = 0, 0, 0

    def run(self) -> Iterator[Finding]:
        """Everything that does not fit, in the order of the tree."""
        yield from self._next_inner()
        yield from self._next_outer()
        for position, chain_id, seq, digest, nodes in _raw(self.live, TreeLeaf, "position"):
            edge = self.edge
            if position != edge.size or type(digest) is not bytes or len(digest) != HASH:
                yield Finding("tree_leaf", str(position), "position", f"the leaf {edge.size} is not there before it")
                self.is_bent = True
                break
            if self.there is not None and not self.is_bent:
                expected = self.there.leaves[position - self.start]
                if expected != (chain_id, seq, digest.hex()):
                    yield from self._bent(position)
            if edge.append(digest) != nodes:
                yield Finding("tree_leaf", str(position), "nodes", "are not the hashes of what it completes")
            if (self.head and self.head.size == edge.size) or (self.there and self.there.head.size == edge.size):
                yield from self._heads_here()
        yield from self._left_over()

    def _bent(self, position: int) -> Iterator[Finding]:
        """Name what was signed at this place, and the first event from there on that is not what was signed."""
        self.is_bent = True
        start = position - self.start
        while self.there is not None:
            for number, (chain_id, seq, digest) in enumerate(self.there.leaves[start:], self.start + start):
                found = self._gone(chain_id, seq, digest, self.there.place)
                if found is not None:
                    yield found
                    return
                if number == position:
                    what = f"is not {chain_id}|{seq}, which stands signed outside ({self.there.place})"
                    yield Finding("tree_leaf", str(position), "seq", what)
            start = 0
            yield from self._next_outer()

    def _gone(self, chain_id: str, seq: int, digest: str, signed_in: str) -> Finding | None:
        """What became of an event that was signed, if it is not what it was."""
        name = f"{chain_id}|{seq}"
        query = select(raw_column(EventRow.__table__.c.hash, self.live.dialect.name))
        held = self.live.execute(query.where(EventRow.chain_id == str(chain_id), EventRow.seq == seq)).first()
        if held is None:
            return Finding("event", name, "seq", f"stands signed outside ({signed_in}), and is gone")
        if not isinstance(held[0], bytes) or held[0].hex() != digest:
            return Finding("event", name, "hash", f"is not what stands signed outside ({signed_in})")
        return None

    def _next_inner(self) -> Iterator[Finding]:
        self.head = next(self.inner, None)
        while self.head is not None and (type(self.head.size) is not int or self.head.size <= self.edge.size):
            yield Finding("signed_head", str(self.head.size), "size", "is no number of entries")
            self.head = next(self.inner, None)

    def _next_outer(self) -> Iterator[Finding]:
        before = self.there.head.size if self.there else self.start
        self.there = None
        while (line := next(self.outer, None)) is not None:
            if isinstance(line, str):
                yield Finding("checkpoint", line, "-", "is no signed head")
                continue
            if line.head.size - len(line.leaves) != before or not line.leaves:
                yield Finding("checkpoint", line.place, "leaves", f"does not follow the head of {before} entries")
                continue
            self.there, self.start = line, before
            return

    def _heads_here(self) -> Iterator[Finding]:
        """A head of just so many entries, in the database, outside, or in both."""
        size = self.edge.size
        inner = self.head if self.head and self.head.size == size else None
        outer = self.there if self.there and self.there.head.size == size else None
        if inner:
            self.heads, self.newest = self.heads + 1, size
            yield from self._check_signed(inner, "signed_head", str(size))
        if outer:
            self.outermost = size
            if inner != outer.head:
                what = "is not the head that lies outside" if inner else "the head that lies outside is gone"
                yield Finding("signed_head", str(size), "signature" if inner else "size", f"{what} ({outer.place})")
                yield from self._check_signed(outer.head, "checkpoint", outer.place)
        if inner:
            yield from self._next_inner()
        if outer:
            yield from self._next_outer()

    def _check_signed(self, head: Head, table: str, row: str) -> Iterator[Finding]:
        if head.root != self.edge.root().hex() and not self.is_bent:
            self.is_bent = True
            yield Finding(table, row, "root", f"is not the root over the first {head.size} entries")
        number = self.index.get(head.key_id)
        if number is None:
            yield Finding(table, row, "key_id", "is no key of this record")
        elif not signed(self.keys[number].public, head.signature, head.statement()):
            yield Finding(table, row, "signature", "is not by the key that it names")
        elif number < self._needed(head.size):
            yield Finding(table, row, "key_id", "had been replaced when this head was signed")

    def _needed(self, size: int) -> int:
        """The newest key that the first `size` entries name: older ones no longer sign."""
        named = [number for number, (_key, at) in enumerate(self.seen.keys) if at is not None and at < size]
        return named[-1] if named else 0

    def _left_over(self) -> Iterator[Finding]:
        """Heads beyond the last leaf."""
        if self.there is not None and not self.is_bent:
            yield from self._bent(self.edge.size)
        while self.head is not None:
            if not self.is_bent:
                what = f"the tree ends after {self.edge.size} entries"
                yield Finding("signed_head", str(self.head.size), "size", what)
            yield from self._next_inner()
        is_alone = self.outside is not None and self.heads and not self.outermost and not self.is_bent
        if self.outside is not None and is_alone and not self.outside.folder.extent().files:
            yield Finding("signed_head", str(self.newest), "-", f"no signed head lies in {self.outside.folder.path}")


def _check_leaves(live: Connection, seen: Seen, walked: int, is_bent: bool) -> Iterator[Finding]:
    """Leaves whose event is gone."""
    if seen.leaves == walked and not is_bent:
        return
    there = exists().where(EventRow.chain_id == TreeLeaf.chain_id, EventRow.seq == TreeLeaf.seq)
    query = select(TreeLeaf.position, TreeLeaf.chain_id, TreeLeaf.seq).where(~there).order_by(TreeLeaf.position)
    for position, chain_id, seq in live.execute(query.limit(1)):
        yield Finding("event", f"{chain_id}|{seq}", "seq", f"has a place in the tree ({position}), and is gone")


def _check_waiting(live: Connection, spill: sqlite3.Connection, newest: int) -> Iterator[Finding]:
    """Before the first head nothing needs to wait; afterwards an event has its leaf or waits for it, never both, and
    since it was recorded: whoever could make it wait from a later day on would keep it from every head until then.

    Not looked at: whether it may not wait. That shortens a minute, and an older program knew fewer such kinds.
    """
    waits = UnsealedEvent
    is_moved = case((waits.at.is_distinct_from(EventRow.at), 1), else_=0)
    query = (
        select(waits.chain_id, waits.seq, is_moved)
        .outerjoin(EventRow, and_(EventRow.chain_id == waits.chain_id, EventRow.seq == waits.seq))
        .order_by(waits.chain_id, waits.seq)
    )
    with live.execute(query, execution_options={"yield_per": BATCH}) as rows:
        for chain_id, seq, moved in rows:
            row = f"{chain_id}|{seq}"
            found = spill.execute("UPDATE loose SET waits = 1 WHERE chain = ? AND seq = ?", (chain_id, seq)).rowcount
            if not found:
                yield Finding("unsealed_event", row, "seq", "is no event without a leaf")
            elif moved:
                yield Finding("unsealed_event", row, "at", "waits since another moment than its event was recorded")
    if newest:
        for chain_id, seq in spill.execute("SELECT chain, seq FROM loose WHERE waits = 0 ORDER BY chain, seq LIMIT 1"):
            yield Finding("event", f"{chain_id}|{seq}", "seq", "stands in no signed head and waits for none")
