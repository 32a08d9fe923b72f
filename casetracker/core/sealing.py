"""Encryption at rest: AES-256-GCM under keys that lie outside the database, each use under a key of its own.

A sealed content opens only for the purpose and the thing that it was sealed for; the newest key seals, all keys open.
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
KEY_ID, NONCE, TAG = 8, 12, 16
"""Bytes of a key's id, of a nonce, of the mark that GCM ends with."""


class CannotUnseal(Exception):
    """The content cannot be opened: another key, another purpose, or it was damaged. `message` says which."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Key:
    """32 secret bytes and the id by which sealed content names them (derived: it tells nothing of the key)."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """8 bytes."""
        return hashlib.sha256(b"casetracker sealing key id\0" + self.secret).digest()[:KEY_ID]

    def derived(self, purpose: str, salt: bytes = b"") -> bytes:
        """The 32 bytes that really encrypt, for one purpose (HKDF-SHA256, RFC 5869)."""
        info = b"casetracker sealing\0" + purpose.encode("utf-8")
        return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=info).derive(self.secret)


def keys() -> Sequence[Key]:
    """The program's keys: the first seals, all open."""
    return [Key(secret) for secret in current_app.config["SEALING_KEYS"]]


def key_named(key_id: bytes) -> Key:
    """The key that sealed content names; CannotUnseal where the program does not have it."""
    for key in keys():
        if key.id == key_id:
            return key
    raise CannotUnseal(
        Message(N_("This was sealed with the key %(key)s, which is not among the sealing keys."), {"key": key_id.hex()})
    )


def seal(content: bytes, purpose: str, bound_to: str = "") -> bytes:
    """The content encrypted, 40 bytes longer; it opens only with the same purpose and `bound_to`, for example
    the id of the row that it belongs to."""
    key = keys()[0]
    header = MAGIC + key.id + ids.random_bytes(NONCE)
    return header + AESGCM(key.derived(purpose)).encrypt(header[-NONCE:], content, _bound(header, bound_to))


def unseal(sealed: bytes, purpose: str, bound_to: str = "") -> bytes:
    """What `seal` was given; CannotUnseal where it was not sealed by one of our keys for this purpose and thing."""
    start = len(MAGIC) + KEY_ID + NONCE
    if not is_sealed(sealed) or len(sealed) < start + TAG:
        raise CannotUnseal(Message(N_("This is not sealed content.")))
    header, rest = sealed[:start], sealed[start:]
    key = key_named(header[len(MAGIC) : len(MAGIC) + KEY_ID])
    try:
        return AESGCM(key.derived(purpose)).decrypt(header[-NONCE:], rest, _bound(header, bound_to))
    except InvalidTag:
        raise CannotUnseal(Message(N_("The sealed content was damaged, or belongs to something else."))) from None


def is_sealed(content: bytes) -> bool:
    """Whether it begins as sealed content does (no PDF and no picture does)."""
    return content.startswith(MAGIC)


def is_newest(sealed: bytes) -> bool:
    """Whether it was sealed under the key that seals now; else it is to be sealed anew before the older key goes."""
    return is_sealed(sealed) and sealed[len(MAGIC) : len(MAGIC) + KEY_ID] == keys()[0].id


def _bound(header: bytes, bound_to: str) -> bytes:
    return header + bound_to.encode("utf-8")
