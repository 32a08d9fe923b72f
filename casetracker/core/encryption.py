"""Encryption at rest: AES-256-GCM under keys that lie outside the database, each use under a key of its own.

What is encrypted opens only for its purpose and the thing that it belongs to; the newest key encrypts, all keys open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from casetracker.core import ids
from casetracker.core.errors import N_, Message

MAGIC = b"CTS1"
_ID_LABEL, _USE_LABEL = b"casetracker sealing key id\0", b"casetracker sealing\0"
"""What ids and keys are derived with. Fixed: whatever lies encrypted was made under these very bytes."""
KEY_ID, NONCE, TAG = 8, 12, 16
"""Bytes of a key's id, of a nonce, of the mark that GCM ends with."""


class CannotDecrypt(Exception):
    """The content cannot be opened: another key, another purpose, or it was damaged. `message` says which."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Key:
    """32 secret bytes and the id by which encrypted content names them (derived: it tells nothing of the key)."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """8 bytes."""
        return hashlib.sha256(_ID_LABEL + self.secret).digest()[:KEY_ID]

    def derived(self, purpose: str, salt: bytes = b"") -> bytes:
        """The 32 bytes that really encrypt, for one purpose (HKDF-SHA256, RFC 5869)."""
        info = _USE_LABEL + purpose.encode("utf-8")
        return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=info).derive(self.secret)


def keys() -> Sequence[Key]:
    """The program's keys: the first encrypts, all open."""
    return [Key(secret) for secret in current_app.config["ENCRYPTION_KEYS"]]


def key_named(key_id: bytes) -> Key:
    """The key that encrypted content names; CannotDecrypt where the program does not have it."""
    for key in keys():
        if key.id == key_id:
            return key
    raise CannotDecrypt(
        Message(
            N_("This was encrypted with the key %(key)s, which is not among the encryption keys."),
            {"key": key_id.hex()},
        )
    )


def encrypt(content: bytes, purpose: str, bound_to: str = "") -> bytes:
    """The content encrypted, 40 bytes longer; it opens only with the same purpose and `bound_to`, for example
    the id of the row that it belongs to."""
    key = keys()[0]
    header = MAGIC + key.id + ids.random_bytes(NONCE)
    return header + AESGCM(key.derived(purpose)).encrypt(header[-NONCE:], content, _bound(header, bound_to))


def decrypt(encrypted: bytes, purpose: str, bound_to: str = "") -> bytes:
    """What `encrypt` was given; CannotDecrypt where it was not for this purpose and thing, by one of our keys."""
    start = len(MAGIC) + KEY_ID + NONCE
    if not is_encrypted(encrypted) or len(encrypted) < start + TAG:
        raise CannotDecrypt(Message(N_("This is not encrypted content.")))
    header, rest = encrypted[:start], encrypted[start:]
    key = key_named(header[len(MAGIC) : len(MAGIC) + KEY_ID])
    try:
        return AESGCM(key.derived(purpose)).decrypt(header[-NONCE:], rest, _bound(header, bound_to))
    except InvalidTag:
        raise CannotDecrypt(Message(N_("The encrypted content was damaged, or belongs to something else."))) from None


def is_encrypted(content: bytes) -> bool:
    """Whether it begins as encrypted content does (no PDF and no picture does)."""
    return content.startswith(MAGIC)


def is_newest(encrypted: bytes) -> bool:
    """Whether it is under the key that encrypts now; else it is to be encrypted anew before the older key goes."""
    return is_encrypted(encrypted) and encrypted[len(MAGIC) : len(MAGIC) + KEY_ID] == keys()[0].id


def _bound(header: bytes, bound_to: str) -> bytes:
    return header + bound_to.encode("utf-8")
