"""Tables of a site's equipment: items, serial numbers, inventory checks, and the handover to the owner."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.community.equipment_states import EquipmentCondition, EquipmentKind, MissingSettlement
from casetracker.core.db import PERSONAL, Base, Tracked


class EquipmentItem(Tracked, Base):
    """Equipment for a site, so many pieces alike, and who has it. `plan_line_id`: the plan's line that pays for it,
    where there is one."""

    __tablename__ = "equipment_item"
    __table_args__ = (
        UniqueConstraint("site_id", "position"),
        Index("ix_equipment_item_dossier_id", "dossier_id"),
        Index("ix_equipment_item_plan_line_id", "plan_line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "(received_on IS NULL) = (receipt_id IS NULL) AND (received_on IS NULL) = (custodian IS NULL) AND "
            "(received_on IS NULL) = (place IS NULL)",
            name="received",
        ),
        CheckConstraint("(cancelled_on IS NULL) = (cancel_reason IS NULL)", name="cancelled"),
        CheckConstraint("cancelled_on IS NULL OR received_on IS NULL", name="one_end"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    position: Mapped[int]
    kind: Mapped[EquipmentKind]
    title: Mapped[str]
    quantity: Mapped[int]
    unit: Mapped[str]
    provider_id: Mapped[str | None] = mapped_column(ForeignKey("provider.id"), index=True)
    plan_line_id: Mapped[str | None] = mapped_column(ForeignKey("plan_line.id"))
    received_on: Mapped[date | None]
    receipt_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    custodian: Mapped[str | None]
    """A function or an organisation, as in: head of the club."""
    contact_name: Mapped[str | None] = mapped_column(info=PERSONAL)
    place: Mapped[str | None]
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str | None] = mapped_column(info=PERSONAL)


class EquipmentSerial(Tracked, Base):
    """The serial number of one piece; a project has each number once."""

    __tablename__ = "equipment_serial"
    __table_args__ = (
        UniqueConstraint("dossier_id", "number"),
        Index("ix_equipment_serial_item_id", "item_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("equipment_item.id"))
    number: Mapped[str]


class InventoryCheck(Tracked, Base):
    """What a check found of an item, of how many pieces that should be there; what was missing waits until a supervisor
    explains it or writes it off."""

    __tablename__ = "inventory_check"
    __table_args__ = (
        Index("ix_inventory_check_item_id", "item_id", "checked_on"),
        Index("ix_inventory_check_dossier_id", "dossier_id"),
        CheckConstraint("found BETWEEN 0 AND expected", name="found"),
        CheckConstraint("written_off BETWEEN 0 AND expected - found", name="written_off"),
        CheckConstraint(
            "(settlement IS NULL) = (settled_on IS NULL) AND (settlement IS NULL) = (settled_by IS NULL) AND "
            "(settlement IS NULL) = (settlement_reason IS NULL)",
            name="settled",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("equipment_item.id"))
    checked_on: Mapped[date]
    expected: Mapped[int]
    found: Mapped[int]
    missing_serials: Mapped[list[Any]]
    """Serial numbers that were not there."""
    condition: Mapped[EquipmentCondition]
    note: Mapped[str | None] = mapped_column(info=PERSONAL)
    settlement: Mapped[MissingSettlement | None]
    settled_on: Mapped[date | None]
    settled_by: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    settlement_reason: Mapped[str | None] = mapped_column(info=PERSONAL)
    written_off: Mapped[int]


class SiteHandover(Tracked, Base):
    """The site was handed over to its owner, with a certificate: from then on custody is the owner's."""

    __tablename__ = "site_handover"
    __table_args__ = (Index("ix_site_handover_dossier_id", "dossier_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), unique=True)
    handed_on: Mapped[date]
    receiver: Mapped[str]
    """The owner, as the certificate names it."""
    receiver_function: Mapped[str]
    """The function of who signed for the owner."""
    certificate_id: Mapped[str] = mapped_column(ForeignKey("document.id"))


class HandoverPiece(Tracked, Base):
    """Equipment on the list that was handed over, with how many pieces of it."""

    __tablename__ = "handover_piece"
    __table_args__ = (
        Index("ix_handover_piece_handover_id", "handover_id"),
        Index("ix_handover_piece_dossier_id", "dossier_id"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    handover_id: Mapped[str] = mapped_column(ForeignKey("site_handover.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("equipment_item.id"), unique=True)
    quantity: Mapped[int]
