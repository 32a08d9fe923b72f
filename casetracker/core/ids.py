"""Random identifiers: they show neither order nor number, so nothing counts across the asylum firewall."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable

SYSTEM_OWNER, SYSTEM_PART = "system", "system"
"""Owner and compartment of the chain that belongs to no dossier and no office."""


def _random_bytes(count: int) -> bytes:
    return secrets.token_bytes(count)


_source: Callable[[int], bytes] = _random_bytes


def use_source(source: Callable[[int], bytes] | None) -> None:
    """Replace the randomness (tests that compare two worlds byte for byte); None puts the real one back."""
    global _source
    _source = source or _random_bytes


def random_bytes(count: int) -> bytes:
    """`count` random bytes."""
    return _source(count)


def new_secret() -> str:
    """256 random bits as a cookie or an address carries them: 43 characters."""
    return base64.urlsafe_b64encode(_source(32)).decode("ascii").rstrip("=")


def new_id() -> str:
    """A new 128-bit identifier: 26 lower-case base-32 characters."""
    return base64.b32encode(_source(16)).decode("ascii").rstrip("=").lower()
