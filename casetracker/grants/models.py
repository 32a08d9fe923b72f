"""Tables of grants and of the extensions of their clocks."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import ERASABLE, PERSONAL, Base, Tracked
from casetracker.grants.states import Clock, GrantState


class Grant(Tracked, Base):
    """One person's entitlement under one package on one case, with a copy of the rule it was made from; or, without
    person and package, a donor's share that a dossier of another kind holds itself, out of one budget line.

    Its money stands on three accounts at once: its own, the budget line's and the programme's.
    """

    __tablename__ = "person_grant"
    __table_args__ = (
        UniqueConstraint("dossier_id", "person_id", "package_id"),
        UniqueConstraint("account_id"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("(person_id IS NULL) = (package_id IS NULL)", name="person_with_package"),
        CheckConstraint("NOT in_kind_only OR cash_cap IS NULL", name="in_kind_has_no_cash"),
        Index(
            "uq_person_grant_share", "dossier_id", "budget_account_id", unique=True,
            sqlite_where=column("person_id").is_(None), postgresql_where=column("person_id").is_(None),
        ),
        Index("ix_person_grant_due", "state", "contact_due_on", "use_due_on"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    package_id: Mapped[str | None] = mapped_column(ForeignKey("package.id"))
    package_name: Mapped[str]
    account_id: Mapped[str] = mapped_column(ForeignKey("ledger_account.id"))
    budget_account_id: Mapped[str] = mapped_column(ForeignKey("ledger_account.id"))
    programme_account_id: Mapped[str] = mapped_column(ForeignKey("ledger_account.id"))
    amount: Mapped[int]
    currency: Mapped[str]
    rule: Mapped[dict[str, Any]]
    basis_on: Mapped[date | None]
    made_on: Mapped[date]
    state: Mapped[GrantState]
    state_on: Mapped[date | None]
    state_reason: Mapped[str | None] = mapped_column(info=PERSONAL)
    needs_plan: Mapped[bool]
    in_kind_only: Mapped[bool]
    cash_cap: Mapped[int | None]
    contact_within_months: Mapped[int | None]
    use_within_months: Mapped[int | None]
    contact_due_on: Mapped[date | None]
    use_due_on: Mapped[date | None]

    @property
    def holder_id(self) -> str:
        """Whose it is: the person's id, without one the dossier's."""
        return self.person_id or self.dossier_id


class ClockExtension(Tracked, Base):
    """A supervisor gave a clock more time, with a reason."""

    __tablename__ = "clock_extension"
    __table_args__ = (
        CheckConstraint("until > was_due_on", name="later"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("person_grant.id"), index=True)
    clock: Mapped[Clock]
    was_due_on: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(info=ERASABLE)
    extended_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
