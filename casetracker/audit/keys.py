"""The Ed25519 keys that sign heads: private ones in a file of their own, public ones in the record, each endorsed."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from casetracker.core.db import canonical_json
from casetracker.core.disk import write_whole

FORMAT = "casetracker.signing-key/1"
_BLOCK = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----\n?", re.S)


class SealingFault(Exception):
    """Heads cannot be signed or kept outside; nothing is lost, it is made up for when the cause is gone."""


@dataclass(frozen=True)
class PublicKey:
    """A key as the record and the checkpoint folder name it; `before` is the id of the key it replaced.

    signature: over the statement by the key itself; before_signature: by the key before. All hexadecimal.
    """

    key_id: str
    public: str
    signature: str
    before: str | None = None
    before_signature: str | None = None

    def statement(self) -> bytes:
        """What both keys sign."""
        return key_statement(self.key_id, self.public, self.before)

    def is_right(self, before: PublicKey | None) -> bool:
        """Whether the key has its own name, signed for itself, and was endorsed by the one before (None: the first)."""
        if self.key_id != id_of(self.public) or not signed(self.public, self.signature, self.statement()):
            return False
        if before is None:
            return self.before is None
        return self.before == before.key_id and signed(before.public, self.before_signature, self.statement())


def key_statement(key_id: str, public: str, before: str | None) -> bytes:
    """Canonical JSON that names a key and the one it replaces."""
    return canonical_json({"before": before, "format": FORMAT, "key": key_id, "public": public}).encode()


def id_of(public: str) -> str:
    """A key's name: the first 16 hexadecimal characters of SHA-256 of the raw public key (given in hexadecimal)."""
    try:
        return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]
    except (TypeError, ValueError):
        return ""


def signed(public: Any, signature: Any, content: bytes) -> bool:
    """Whether `signature` over `content` is by the public key (both hexadecimal, or whatever was found)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Signer:
    """A private key of the file."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The raw public key, hexadecimal."""
        return self.private.public_key().public_bytes_raw().hex()

    @property
    def key_id(self) -> str:
        """The key's name."""
        return id_of(self.public)

    def sign(self, content: bytes) -> bytes:
        """64 bytes."""
        return self.private.sign(content)


def signers(path: Path) -> dict[str, Signer]:
    """The keys in the file by name, in its order; none where there is no file. SealingFault if it cannot be read."""
    try:
        blocks = _BLOCK.findall(path.read_bytes())
        keys = [load_pem_private_key(block, None) for block in blocks]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SealingFault(f"the keys in {path} cannot be read: {error}") from error
    found = [Signer(key) for key in keys if isinstance(key, Ed25519PrivateKey)]
    return {signer.key_id: signer for signer in found}


def make_signer(path: Path) -> Signer:
    """A new key at the end of the file, which only its owner may read. SealingFault if it cannot be written."""
    key = Ed25519PrivateKey.generate()
    block = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_bytes() if path.exists() else b""
        write_whole(draft, before + block, 0o600)
        os.replace(draft, path)
    except OSError as error:
        raise SealingFault(f"{path} cannot be written: {error.strerror}") from error
    return Signer(key)
