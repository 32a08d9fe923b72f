"""The Merkle tree of RFC 6962 over the events' hashes: roots, and short proofs that one holds an entry or a root."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

HASH = 32
"""Bytes of a hash."""
Node = Callable[[int, int], bytes]
"""(level, index) -> the hash of the whole subtree over the leaves index·2^level up to (index + 1)·2^level."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data), RFC 6962, 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), RFC 6962, 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def peaks(size: int) -> list[tuple[int, int]]:
    """(level, index) of the whole subtrees that a tree of `size` leaves consists of, left to right.

    >>> peaks(6)
    [(2, 0), (1, 2)]
    """
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


class Edge:
    """The right edge of a growing tree: enough to append to it and to know its root, in O(log n) memory."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size, self.hashes = size, list(hashes)

    def append(self, data: bytes) -> bytes:
        """Add a leaf; answers the hashes of the subtrees of two leaves and more that it completes, smallest first."""
        digest, completed, size = hashlib.sha256(b"\x00" + data).digest(), b"", self.size
        while size & 1:
            digest = hashlib.sha256(b"\x01" + self.hashes.pop() + digest).digest()
            completed += digest
            size >>= 1
        self.hashes.append(digest)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.hashes:
            return EMPTY_ROOT
        digest = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            digest = node_hash(left, digest)
        return digest


def _range_root(start: int, end: int, node: Node) -> bytes:
    """The root over the leaves start up to end, where start is where a subtree of that length may begin."""
    length = end - start
    edge = [node(level, index + (start >> level)) for level, index in peaks(length)]
    return Edge(length, edge).root()


def _split(length: int) -> int:
    """The largest power of two below `length`."""
    return 1 << (length - 1).bit_length() - 1


def inclusion_proof(position: int, size: int, node: Node) -> list[bytes]:
    """The hashes with which the leaf at `position` makes the root of `size` leaves (RFC 6962, 2.1.1)."""
    if not 0 <= position < size:
        raise ValueError("no such leaf in a tree of this size")
    start, end, proof = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            proof.append(_range_root(middle, end, node))
            end = middle
        else:
            proof.append(_range_root(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """The hashes that show that the tree of `new` leaves begins with that of `old` leaves (RFC 6962, 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError("a tree is consistent with one that is not longer, and not empty")
    start, end, proof, is_whole = 0, new, [], True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_root(middle, end, node))
            end = middle
        else:
            proof.append(_range_root(start, middle, node))
            start, is_whole = middle, False
    if not is_whole:
        proof.append(_range_root(start, end, node))
    return proof[::-1]


def includes(root: bytes, size: int, position: int, data: bytes, proof: list[bytes]) -> bool:
    """Whether the proof leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    index, last, digest = position, size - 1, leaf_hash(data)
    for other in proof:
        if not last:
            return False
        if index & 1 or index == last:
            digest = node_hash(other, digest)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            digest = node_hash(digest, other)
        index, last = index >> 1, last >> 1
    return not last and digest == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> bool:
    """Whether the proof shows that the longer tree begins with the shorter one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    if not old & (old - 1):
        proof = [old_root, *proof]
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    first = second = proof[0]
    for other in proof[1:]:
        if not last:
            return False
        if index & 1 or index == last:
            first, second = node_hash(other, first), node_hash(other, second)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            second = node_hash(second, other)
        index, last = index >> 1, last >> 1
    return not last and first == old_root and second == new_root
