"""A file encrypted piece by piece, so that its length costs no memory; no piece can change, move, go or be added.

Format: `docs/backup.md`.
"""

from __future__ import annotations

import io
import secrets
import struct
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casetracker.core import encryption
from casetracker.core.encryption import KEY_ID, TAG, CannotDecrypt
from casetracker.core.errors import N_, Message

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

MAGIC = b"CTB1"
SALT = 16
PIECE = 1024 * 1024
"""Plain bytes of every piece but the last."""
_PURPOSE = "backup"
_MORE, _LAST = 0, 1
_FRAME = struct.Struct(">BI")


class EncryptedWriter(io.RawIOBase):
    """Takes plain bytes and writes them encrypted under the newest key; only `finish` makes the file a whole one."""

    def __init__(self, file: BinaryIO) -> None:
        key, salt = encryption.keys()[0], secrets.token_bytes(SALT)
        self._header = MAGIC + key.id + salt
        self._cipher = AESGCM(key.derived(_PURPOSE, salt))
        self._file, self._waiting, self._number = file, bytearray(), 0
        file.write(self._header)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, content: ReadableBuffer) -> int:
        """Keep the bytes until a piece is full."""
        plain = memoryview(content).cast("B")
        self._waiting += plain
        while len(self._waiting) > PIECE:
            self._put(_MORE, bytes(self._waiting[:PIECE]))
            del self._waiting[:PIECE]
        return len(plain)

    def finish(self) -> None:
        """Write the last piece, marked as the last."""
        self._put(_LAST, bytes(self._waiting))
        self._waiting.clear()

    def _put(self, mark: int, plain: bytes) -> None:
        self._number += 1
        encrypted = self._cipher.encrypt(_nonce(self._number, mark), plain, self._header)
        self._file.write(_FRAME.pack(mark, len(encrypted)) + encrypted)


class EncryptedReader(io.RawIOBase):
    """Gives back the plain bytes, each piece only after it was found to be whole, in its place and of this file.

    Reading raises CannotDecrypt where the key is another, or where the file was damaged, cut off or added to.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._waiting, self._number, self._ended = file, b"", 0, False
        self._header = file.read(len(MAGIC) + KEY_ID + SALT)
        if len(self._header) < len(MAGIC) + KEY_ID + SALT or not self._header.startswith(MAGIC):
            raise CannotDecrypt(Message(N_("This file is not a backup of this program, or its beginning is damaged.")))
        key = encryption.key_named(self._header[len(MAGIC) : len(MAGIC) + KEY_ID])
        self._cipher = AESGCM(key.derived(_PURPOSE, self._header[-SALT:]))

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer; 0 only after the piece that is marked as the last."""
        target = memoryview(buffer).cast("B")
        while not self._waiting and not self._ended:
            self._waiting = self._next_piece()
        count = min(len(target), len(self._waiting))
        target[:count] = self._waiting[:count]
        self._waiting = self._waiting[count:]
        return count

    def _next_piece(self) -> bytes:
        self._number += 1
        frame = self._file.read(_FRAME.size)
        if len(frame) < _FRAME.size:
            raise self._fault(N_("The backup is cut off in its piece %(number)s."))
        mark, length = _FRAME.unpack(frame)
        if mark not in (_MORE, _LAST) or not TAG <= length <= PIECE + TAG:
            raise self._fault(N_("The backup is damaged in its piece %(number)s."))
        encrypted = self._file.read(length)
        if len(encrypted) < length:
            raise self._fault(N_("The backup is cut off in its piece %(number)s."))
        try:
            plain = self._cipher.decrypt(_nonce(self._number, mark), encrypted, self._header)
        except InvalidTag:
            raise self._fault(N_("The backup is damaged in its piece %(number)s.")) from None
        self._ended = mark == _LAST
        if self._ended and self._file.read(1):
            raise self._fault(N_("The backup goes on after its last piece, %(number)s: it was added to."))
        return plain

    def _fault(self, words: str) -> CannotDecrypt:
        return CannotDecrypt(Message(words, {"number": self._number}))


def _nonce(number: int, mark: int) -> bytes:
    """12 bytes that no two pieces of a file share: eleven of the piece's number, one that tells the last."""
    return number.to_bytes(11, "big") + bytes([mark])
