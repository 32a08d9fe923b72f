"""Where a bundle's file lies: in pieces, each encrypted for its place, on a shelf of their own beside the documents."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime
from io import RawIOBase
from typing import Any

from casetracker.core.encryption import decrypt, encrypt
from casetracker.documents.stores import Store, shelf

SHELF = "bundles"
PIECE = 4 * 1024 * 1024
"""Bytes of a piece: what is held in memory of a file, whatever its size."""
ID = 26
"""Characters of a bundle's id, with which the keys of its pieces begin."""
_PURPOSE = "bundle"


def store() -> Store:
    """The shelf of bundles."""
    return shelf(SHELF)


def key_of(bundle_id: str, attempt: int, number: int) -> str:
    """The key of a piece."""
    return f"{bundle_id}a{attempt:02}p{number:06}"


class PieceWriter(RawIOBase):
    """A stream that cuts what is written into pieces and stores each; no seeking, constant memory."""

    def __init__(self, bundle_id: str, attempt: int) -> None:
        super().__init__()
        self.bundle_id, self.attempt = bundle_id, attempt
        self.pieces = self.size = 0
        self._held, self._hash = bytearray(), hashlib.sha256()

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, content: Any) -> int:
        """Take more of the file; stores a piece whenever one is full."""
        self._held += content
        self._hash.update(content)
        self.size += len(content)
        while len(self._held) >= PIECE:
            self._store(bytes(self._held[:PIECE]))
            del self._held[:PIECE]
        return len(content)

    def finish(self) -> str:
        """Store what is left; answers the file's SHA-256."""
        if self._held:
            self._store(bytes(self._held))
            self._held.clear()
        return self._hash.hexdigest()

    def _store(self, piece: bytes) -> None:
        key = key_of(self.bundle_id, self.attempt, self.pieces)
        store().write(key, encrypt(piece, _PURPOSE, key))
        self.pieces += 1


def read_pieces(bundle_id: str, attempt: int, pieces: int) -> Iterator[bytes]:
    """The file, piece by piece; NotFound where one is gone, CannotDecrypt where one is not what was stored."""
    files = store()
    for number in range(pieces):
        key = key_of(bundle_id, attempt, number)
        yield decrypt(files.read(key), _PURPOSE, key)


def is_there(bundle_id: str, attempt: int) -> bool:
    """Whether the file's beginning lies there; after a restore it does not."""
    return store().has(key_of(bundle_id, attempt, 0))


def remove(bundle_id: str, attempt: int, pieces: int) -> None:
    """Take a file away."""
    for number in range(pieces):
        store().remove(key_of(bundle_id, attempt, number))


def remove_orphans(named: Collection[str], before: datetime) -> int:
    """Take away pieces of bundles that are none of these, stored before that moment: whoever made them was killed."""
    files, gone = store(), 0
    files.forget_drafts(before)
    for key, written in files.listed():
        if key[:ID] not in named and written < before:
            files.remove(key)
            gone += 1
    return gone
