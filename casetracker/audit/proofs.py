"""Checking what `prove` printed, away from the database: against the public keys, and a head that was kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise

from casetracker.audit.checkpoints import Head
from casetracker.audit.keys import PublicKey, SealingFault, signed
from casetracker.audit.tree import includes, is_consistent


@dataclass(frozen=True)
class Told:
    """What `prove` printed: the head, where the entry's leaf stands, and both proofs (hashes as bytes)."""

    head: Head
    position: int
    leaf: bytes
    inclusion: list[bytes]
    since: int | None
    consistency: list[bytes]


def read_proof(text: bytes) -> Told:
    """The proof in a file of `prove`; SealingFault where it is none."""
    try:
        told = json.loads(text)
        head = Head(**told["head"])
        leaf, since = bytes.fromhex(told["leaf"]), told["since"]
        inclusion, consistency = ([bytes.fromhex(each) for each in told[name]] for name in ("inclusion", "consistency"))
        if not all(type(number) is int for number in (head.size, told["position"], 0 if since is None else since)):
            raise ValueError("a size or a place is no whole number")
        return Told(head, told["position"], leaf, inclusion, since, consistency)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SealingFault(f"this is no proof: {error}") from error


def find_fault(told: Told, keys: tuple[PublicKey, ...], kept: Head | None) -> str | None:
    """What does not hold: a key's endorsement, the head's signature, the entry under it, or that it goes on from the
    head that was kept. None where all does."""
    for before, key in pairwise((None, *keys)):
        if key is None or not key.is_right(before):
            return "a key was not endorsed by the one before"
    if not _is_signed(told.head, keys):
        return f"the head of {told.head.size} entries is not signed by one of these keys"
    if not includes(bytes.fromhex(told.head.root), told.head.size, told.position, told.leaf, told.inclusion):
        return "the entry is not under this head"
    return _why_not_from(told, keys, kept) if kept is not None else None


def _why_not_from(told: Told, keys: tuple[PublicKey, ...], kept: Head) -> str | None:
    if not _is_signed(kept, keys):
        return f"the head of {kept.size} entries that was kept is not signed by one of these keys"
    if kept.size not in (told.since, told.head.size):
        return f"the proof does not go on from {kept.size} entries: print it with --since {kept.size}"
    roots, proof = (bytes.fromhex(kept.root), bytes.fromhex(told.head.root)), told.consistency
    if kept.size == told.head.size:
        proof = []
    if not is_consistent(kept.size, roots[0], told.head.size, roots[1], proof):
        return f"the record does not go on from the head of {kept.size} entries that was kept"
    return None


def _is_signed(head: Head, keys: tuple[PublicKey, ...]) -> bool:
    return any(key.key_id == head.key_id and signed(key.public, head.signature, head.statement()) for key in keys)
