"""Tables of the history: chains, events, personal values that events hold only hashes of, and the signed tree."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import Base


class Chain(Base):
    """One chain per owner and compartment; `seq` and `hash` are its head. The row is locked while one appends."""

    __tablename__ = "chain"
    __table_args__ = (UniqueConstraint("owner_id", "part"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str]
    part: Mapped[str]
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class EventRow(Base):
    """One event. `body` is the hashed canonical JSON; the other columns repeat parts of it for the timeline."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_chain_at", "chain_id", "at"),
        Index("ix_event_actor_at", "actor_id", "at"),
        Index("ix_event_kind_at", "kind", "at"),
        Index("ix_event_at", "at", "chain_id", "seq"),
        {"info": {"append_only": True}},
    )

    chain_id: Mapped[str] = mapped_column(ForeignKey("chain.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    day: Mapped[date | None]
    kind: Mapped[str]
    category: Mapped[str]
    actor_id: Mapped[str]
    person_id: Mapped[str | None]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class PersonalValue(Base):
    """A personal value that a body holds as SHA-256(salt ‖ value). Salt and value can be emptied, nothing else."""

    __tablename__ = "personal_value"
    __table_args__ = (
        Index("ix_personal_value_cell", "tbl", "pk", "row_version"),
        Index("ix_personal_value_event", "chain_id", "seq"),
        {"info": {"append_only": True}},
    )

    hash: Mapped[str] = mapped_column(primary_key=True)
    tbl: Mapped[str]
    pk: Mapped[str]
    col: Mapped[str]
    row_version: Mapped[int]
    chain_id: Mapped[str]
    seq: Mapped[int]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary, info={"erasable": True})
    value: Mapped[str | None] = mapped_column(info={"erasable": True})


class UnsealedEvent(Base):
    """An event that no signed head covers yet; it goes when its leaf comes. `at_once`: it may not wait."""

    __tablename__ = "unsealed_event"
    __table_args__ = (
        ForeignKeyConstraint(["chain_id", "seq"], ["event.chain_id", "event.seq"]),
        Index("ix_unsealed_event_at", "at"),
    )

    chain_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    at_once: Mapped[bool]


class TreeLeaf(Base):
    """An event's place in the Merkle tree over the whole record (RFC 6962), counted from 0.

    hash: the event's; nodes: the hashes of the whole subtrees that this leaf completes, smallest first, 32 bytes each.
    """

    __tablename__ = "tree_leaf"
    __table_args__ = (
        UniqueConstraint("chain_id", "seq"),
        ForeignKeyConstraint(["chain_id", "seq"], ["event.chain_id", "event.seq"]),
        {"info": {"append_only": True}},
    )

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chain_id: Mapped[str]
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    nodes: Mapped[bytes] = mapped_column(LargeBinary)


class SignedHead(Base):
    """The tree's root over its first `size` leaves, signed with the Ed25519 key `key_id`; a copy lies outside."""

    __tablename__ = "signed_head"
    __table_args__ = ({"info": {"append_only": True}},)

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    key_id: Mapped[str]
    signature: Mapped[bytes] = mapped_column(LargeBinary)
