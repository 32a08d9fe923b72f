"""Judging a new password; hashing and checking with argon2id."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from casetracker.accounts import queries
from casetracker.accounts.models import User
from casetracker.accounts.password_rules import why_not_password
from casetracker.core.errors import refuse_if

# OWASP's profile of argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """argon2id hash of a password."""
    return _HASHER.hash(password)


def set_password(user: User, password: str) -> None:
    """Inside a command: the user's new password; Refused, beside the field `password`, where it is easily guessed."""
    words = queries.list_office_names()
    refusal = why_not_password(password, email=user.email, name=user.name, words=words)
    refuse_if(refusal and refusal.beside("password"))
    user.password_hash = hash_password(password)


def drop_password(user: User) -> None:
    """Inside a command: no password opens this account until its owner has set a new one by a one-time link."""
    user.password_hash = None


def password_fits(user: User | None, password: str) -> bool:
    """Whether the password is the active user's; takes the same time when there is no such user."""
    kept = user.password_hash if user is not None and user.is_active else None
    try:
        _HASHER.verify(kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
