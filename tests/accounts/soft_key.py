"""A passkey made of nothing but software: answers as a browser with a security key would."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url


@dataclass
class SoftKey:
    """One credential for one site; `counter` is what it tells as its signature counter."""

    origin: str = "http://localhost"
    host: str = "localhost"
    counter: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, challenge: bytes) -> str:
        """The answer to the question that makes a passkey."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        about = self._about(0x41) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        return self._answer("webauthn.create", challenge, {"attestationObject": bytes_to_base64url(attestation)})

    def use(self, challenge: bytes) -> str:
        """The answer to the question that uses it."""
        about = self._about(0x01)
        client = self._client("webauthn.get", challenge)
        signature = self.key.sign(about + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            "webauthn.get",
            challenge,
            {"authenticatorData": bytes_to_base64url(about), "signature": bytes_to_base64url(signature)},
        )

    def _about(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, challenge: bytes) -> bytes:
        told = {"type": kind, "challenge": bytes_to_base64url(challenge), "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, kind: str, challenge: bytes, response: dict[str, str]) -> str:
        name = bytes_to_base64url(self.id)
        client = bytes_to_base64url(self._client(kind, challenge))
        told = {"id": name, "rawId": name, "type": "public-key", "response": {"clientDataJSON": client, **response}}
        return json.dumps(told)
