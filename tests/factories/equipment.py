"""Equipment of a site for tests, built by the commands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from casetracker.community import equipment_commands, handover_commands, inventory_commands
from casetracker.community.equipment_models import EquipmentItem, InventoryCheck, SiteHandover
from casetracker.community.equipment_states import (
    CheckEntry,
    CustodyEntry,
    EquipmentCondition,
    EquipmentEntry,
    EquipmentKind,
    MissingSettlement,
)
from casetracker.community.models import Site
from casetracker.core.actor import Actor
from casetracker.core.db import db
from tests.factories.cases import pdf
from tests.factories.works import ago


def listing(**changes: Any) -> EquipmentEntry:
    """Ten computers with two serial numbers, unless changed."""
    typed: dict[str, Any] = {
        "kind": EquipmentKind.COMPUTERS, "title": "Computers", "quantity": 10, "unit": "piece",
        "serials": ("PC-1", "PC-2"), "provider_id": None,
    }  # fmt: skip
    return EquipmentEntry(**{**typed, **changes})


def add(site_id: str, actor: Actor, **changes: Any) -> str:
    """Equipment for the site; its id."""
    site = db.session.get_one(Site, site_id)
    cmd = equipment_commands.AddEquipment(dossier_id=site.dossier_id, site_id=site_id, entry=listing(**changes))
    return equipment_commands.add_equipment(cmd, actor=actor)


def place(equipment_id: str) -> dict[str, Any]:
    """Where the equipment is, for a command on it as it stands."""
    item = db.session.get_one(EquipmentItem, equipment_id, populate_existing=True)
    return {"dossier_id": item.dossier_id, "site_id": item.site_id, "equipment_id": equipment_id}


def version(equipment_id: str) -> int:
    """As it stands now."""
    return db.session.get_one(EquipmentItem, equipment_id, populate_existing=True).version


def held(**changes: Any) -> CustodyEntry:
    """The head of the club has it, in the hall, unless changed."""
    typed: dict[str, Any] = {"custodian": "Head of the club", "contact_name": "Olena", "place": "Hall"}
    return CustodyEntry(**{**typed, **changes})


def receive(
    equipment_id: str, actor: Actor, days: int = 10, serials: tuple[str, ...] = ("PC-1", "PC-2"), **custody: Any
) -> None:
    """It came so many days ago."""
    cmd = equipment_commands.ReceiveEquipment(
        **place(equipment_id), received_on=ago(days), custody=held(**custody), serials=serials,
        upload=pdf(mark=f"receipt{equipment_id}"), version=version(equipment_id),
    )  # fmt: skip
    equipment_commands.receive_equipment(cmd, actor=actor)


def hold(equipment_id: str, actor: Actor, **changes: Any) -> None:
    """Somebody else has it."""
    cmd = equipment_commands.ChangeCustody(
        **place(equipment_id), custody=held(**changes), reason="A new head.", version=version(equipment_id)
    )
    equipment_commands.change_custody(cmd, actor=actor)


def check(equipment_id: str, actor: Actor, found: int, days: int = 3, **changes: Any) -> str:
    """What was found so many days ago; the check's id."""
    typed: dict[str, Any] = {"missing": (), "condition": EquipmentCondition.GOOD, "note": None}
    uploads = changes.pop("uploads", ())
    cmd = inventory_commands.CheckInventory(
        **place(equipment_id), entry=CheckEntry(day=ago(days), found=found, **{**typed, **changes}), uploads=uploads,
        keeps_place=False,
    )  # fmt: skip
    return inventory_commands.check_inventory(cmd, actor=actor)


def settle(check_id: str, actor: Actor, settlement: MissingSettlement = MissingSettlement.WRITTEN_OFF) -> None:
    """Written off, unless said otherwise."""
    row = db.session.get_one(InventoryCheck, check_id, populate_existing=True)
    cmd = inventory_commands.SettleMissing(
        **place(row.item_id), check_id=check_id, settlement=settlement, reason="Stolen, the police know.",
        version=row.version,
    )  # fmt: skip
    inventory_commands.settle_missing(cmd, actor=actor)


def cancel(equipment_id: str, actor: Actor) -> None:
    """Not bought."""
    cmd = equipment_commands.CancelEquipment(
        **place(equipment_id), reason="The school has some.", version=version(equipment_id)
    )
    equipment_commands.cancel_equipment(cmd, actor=actor)


def hand_over(site_id: str, actor: Actor, days: int = 1) -> None:
    """To the council, so many days ago."""
    site = db.session.get_one(Site, site_id, populate_existing=True)
    cmd = handover_commands.HandOver(
        dossier_id=site.dossier_id, site_id=site_id, handed_on=ago(days), receiver="Town council",
        receiver_function="Deputy mayor", upload=pdf(mark=f"certificate{site_id}"), version=site.version,
    )  # fmt: skip
    handover_commands.hand_over(cmd, actor=actor)


def correct_receipt(equipment_id: str, actor: Actor, days: int, **changes: Any) -> None:
    """It came so many days ago."""
    typed: dict[str, Any] = {"upload": None, "version": version(equipment_id)}
    cmd = equipment_commands.CorrectReceipt(
        **place(equipment_id), received_on=ago(days), reason="The day was mistyped.", **{**typed, **changes}
    )
    equipment_commands.correct_receipt(cmd, actor=actor)


def correct_check(check_id: str, actor: Actor, **changes: Any) -> None:
    """The check as it stands, but for the changes; `uploads`: photographs beside those that it has."""
    row = db.session.get_one(InventoryCheck, check_id, populate_existing=True)
    typed: dict[str, Any] = {
        "day": row.checked_on, "found": row.found, "missing": tuple(row.missing_serials), "condition": row.condition,
        "note": row.note,
    }  # fmt: skip
    around: dict[str, Any] = {
        "uploads": changes.pop("uploads", ()), "version": changes.pop("version", row.version),
    }  # fmt: skip
    cmd = inventory_commands.CorrectCheck(
        **place(row.item_id), check_id=check_id, entry=CheckEntry(**{**typed, **changes}), keeps_place=False,
        reason="Counted again.", **around,
    )  # fmt: skip
    inventory_commands.correct_check(cmd, actor=actor)


def correct_handover(site_id: str, actor: Actor, **changes: Any) -> None:
    """The handover as it stands, but for the changes."""
    query = select(SiteHandover).where(SiteHandover.site_id == site_id)
    row = db.session.scalars(query.execution_options(populate_existing=True)).one()
    typed: dict[str, Any] = {
        "handed_on": row.handed_on, "receiver": row.receiver, "receiver_function": row.receiver_function,
        "upload": None, "version": row.version,
    }  # fmt: skip
    cmd = handover_commands.CorrectHandover(
        dossier_id=row.dossier_id, site_id=site_id, reason="As the certificate says.", **{**typed, **changes}
    )
    handover_commands.correct_handover(cmd, actor=actor)
