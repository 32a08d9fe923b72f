"""Tables of works at a site: items with their bills of quantities, progress and defects."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.community.works_states import DefectSeverity, WorksKind
from casetracker.core.db import PERSONAL, Base, Tracked


class WorksItem(Tracked, Base):
    """Works at a site. Who accepted them did not log their completion; amounts are minor units of `currency`.

    `plan_line_id`: the plan's line that pays for them, where there is one.
    """

    __tablename__ = "works_item"
    __table_args__ = (
        UniqueConstraint("site_id", "position"),
        Index("ix_works_item_dossier_id", "dossier_id"),
        Index("ix_works_item_plan_line_id", "plan_line_id"),
        CheckConstraint("planned_start <= planned_end", name="days"),
        CheckConstraint(
            "(accepted_on IS NULL) = (accepted_by IS NULL) AND (accepted_on IS NULL) = (completed_by IS NULL) AND "
            "(accepted_on IS NULL) = (act_id IS NULL) AND (accepted_on IS NULL) = (warranty_until IS NULL)",
            name="accepted",
        ),
        CheckConstraint("accepted_by <> completed_by", name="two_people"),
        CheckConstraint("(cancelled_on IS NULL) = (cancel_reason IS NULL)", name="cancelled"),
        CheckConstraint("cancelled_on IS NULL OR accepted_on IS NULL", name="one_end"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    position: Mapped[int]
    kind: Mapped[WorksKind]
    title: Mapped[str]
    description: Mapped[str | None] = mapped_column(info=PERSONAL)
    currency: Mapped[str]
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("provider.id"), index=True)
    contract_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    plan_line_id: Mapped[str | None] = mapped_column(ForeignKey("plan_line.id"))
    planned_start: Mapped[date]
    planned_end: Mapped[date]
    started_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    accepted_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    completed_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    """Who logged the last progress before the acceptance."""
    act_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    warranty_until: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


class WorksBillRow(Tracked, Base):
    """A row of a bill of quantities. Quantities are thousandths of `unit`; unit_price and actual_amount minor units of
    the item's currency; what was really built comes later."""

    __tablename__ = "works_bill_row"
    __table_args__ = (
        UniqueConstraint("item_id", "position"),
        Index("ix_works_bill_row_dossier_id", "dossier_id"),
        CheckConstraint("planned_quantity > 0 AND unit_price >= 0", name="planned"),
        CheckConstraint("(actual_quantity IS NULL) = (actual_amount IS NULL)", name="actual"),
        CheckConstraint("actual_quantity IS NULL OR (actual_quantity >= 0 AND actual_amount >= 0)", name="not_less"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("works_item.id"))
    position: Mapped[int]
    what: Mapped[str]
    unit: Mapped[str]
    planned_quantity: Mapped[int]
    unit_price: Mapped[int]
    actual_quantity: Mapped[int | None]
    actual_amount: Mapped[int | None]


class WorksProgress(Tracked, Base):
    """How far works had come on a day, in whole per cent; less than before only with a reason."""

    __tablename__ = "works_progress"
    __table_args__ = (
        UniqueConstraint("item_id", "position"),
        Index("ix_works_progress_dossier_id", "dossier_id"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("works_item.id"))
    position: Mapped[int]
    day: Mapped[date]
    percent: Mapped[int]
    note: Mapped[str | None] = mapped_column(info=PERSONAL)
    reason: Mapped[str | None] = mapped_column(info=PERSONAL)
    logged_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))


class WorksDefect(Tracked, Base):
    """What is wrong with works; found after the acceptance it is a claim under the warranty."""

    __tablename__ = "works_defect"
    __table_args__ = (
        Index("ix_works_defect_item_id", "item_id", "found_on"),
        Index("ix_works_defect_dossier_id", "dossier_id"),
        CheckConstraint("mended_on IS NULL OR mended_on >= found_on", name="days"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("works_item.id"))
    found_on: Mapped[date]
    what: Mapped[str] = mapped_column(info=PERSONAL)
    severity: Mapped[DefectSeverity]
    due_on: Mapped[date]
    mended_on: Mapped[date | None]
    mending_note: Mapped[str | None] = mapped_column(info=PERSONAL)
