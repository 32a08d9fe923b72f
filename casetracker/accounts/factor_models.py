"""Tables of second factors: authenticator apps, passkeys, recovery codes, and how far each has counted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import PERSONAL, SECRET, Base, Tracked


class Authenticator(Tracked, Base):
    """Somebody's authenticator app (TOTP, RFC 6238); its secret is encrypted under a key outside the database."""

    __tablename__ = "authenticator"
    __owner__ = "office_id"
    __part__ = "office"

    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), unique=True)
    sealed_secret: Mapped[bytes] = mapped_column(info=SECRET)
    added_at: Mapped[datetime]


class Passkey(Tracked, Base):
    """Somebody's passkey (WebAuthn); only public things are stored."""

    __tablename__ = "passkey"
    __owner__ = "office_id"
    __part__ = "office"

    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)
    """Base64url, as WebAuthn names it."""
    public_key: Mapped[bytes]
    """COSE."""
    name: Mapped[str] = mapped_column(info=PERSONAL)
    added_at: Mapped[datetime]


class RecoveryCode(Tracked, Base):
    """A code that stands in for the second factor once; 120 random bits, of which only the hash is kept."""

    __tablename__ = "recovery_code"
    __owner__ = "office_id"
    __part__ = "office"

    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True, info=SECRET)
    used_at: Mapped[datetime | None]


class FactorUse(Base):
    """How far a factor has counted, so that nothing opens twice. Bookkeeping: using a factor is an event."""

    __tablename__ = "factor_use"

    factor_id: Mapped[str] = mapped_column(primary_key=True)
    counter: Mapped[int]
    """Authenticator: the last time step used (30 seconds since 1970); passkey: its signature counter."""
    used_at: Mapped[datetime]
