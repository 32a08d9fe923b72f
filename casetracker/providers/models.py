"""Tables of providers and their accounts in versions; both stand in the office's chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import PERSONAL, Base, Tracked, ignored
from casetracker.providers.states import AccountForm, comparable


def _number_key(context: Any) -> str | None:
    """Made of the number as the row is inserted, whoever inserts it: an account's number never changes."""
    return comparable(context.get_current_parameters()["number"])


class Provider(Tracked, Base):
    """Somebody who is paid: a shop, a school, a landlord. Belongs to one office."""

    __tablename__ = "provider"
    __owner__ = "office_id"
    __part__ = "office"
    __table_args__ = (
        UniqueConstraint("office_id", "registration_key"),
        Index("ix_provider_registration_key", "registration_key", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    name: Mapped[str] = mapped_column(info=PERSONAL)
    registration: Mapped[str | None] = mapped_column(info=PERSONAL)
    registration_key: Mapped[str | None] = mapped_column(info=PERSONAL)
    """The registration number as records are compared (`states.comparable`); None also on records that were
    entered before it was kept: the commands compare those themselves."""
    contact: Mapped[str | None] = mapped_column(info=PERSONAL)
    phone: Mapped[str | None] = mapped_column(info=PERSONAL)
    email: Mapped[str | None] = mapped_column(info=PERSONAL)
    is_active: Mapped[bool]


class ProviderAccount(Tracked, Base):
    """One version of a provider's account; a new number is a new row that a second person confirms."""

    __tablename__ = "provider_account"
    __owner__ = "office_id"
    __part__ = "office"
    __table_args__ = (
        UniqueConstraint("provider_id", "position"),
        CheckConstraint("confirmed_by <> added_by", name="two_people"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
        CheckConstraint("(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name="withdrawn"),
        Index("ix_provider_account_number_key", "number_key", "provider_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    provider_id: Mapped[str] = mapped_column(ForeignKey("provider.id"))
    position: Mapped[int]
    form: Mapped[AccountForm]
    number: Mapped[str] = mapped_column(info=PERSONAL)
    """IBAN without spaces in capitals, or another form as it was written."""
    number_key: Mapped[str | None] = mapped_column(
        default=_number_key, info=ignored("made of the number, which the history has; verification compares the two")
    )
    """The number as accounts are compared (`states.comparable`)."""
    holder: Mapped[str] = mapped_column(info=PERSONAL)
    bank: Mapped[str]
    country: Mapped[str]
    added_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime]
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(info=PERSONAL)
