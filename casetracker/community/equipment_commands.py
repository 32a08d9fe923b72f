"""Equipment of a site: entering it, its receipt, and who has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from casetracker.community import equipment_events, equipment_queries, equipment_rules, rules, works_rules
from casetracker.community.commands import require_project
from casetracker.community.equipment_models import EquipmentItem, EquipmentSerial
from casetracker.community.equipment_states import CustodyEntry, EquipmentEntry
from casetracker.community.models import Site
from casetracker.community.paid_line_queries import require_line
from casetracker.community.site_commands import correct_paper, lock_site, store_paper
from casetracker.community.works_queries import standing
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.db import db
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record
from casetracker.providers.queries import get_provider


@dataclass(frozen=True, kw_only=True)
class AddEquipment(Command):
    """Equipment for a site."""

    dossier_id: str
    site_id: str
    entry: EquipmentEntry


@command
def add_equipment(cmd: AddEquipment, *, actor: Actor) -> str:
    """Enter equipment, from the agreement on; returns its id."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    refuse_if(works_rules.why_not_enter(standing(site)))
    if entry.provider_id:
        get_provider(actor, entry.provider_id)
    require_line(site, entry.plan_line_id)
    last = db.session.scalar(select(func.max(EquipmentItem.position)).where(EquipmentItem.site_id == site.id)) or 0
    item = add(EquipmentItem(
        id=ids.new_id(), dossier_id=site.dossier_id, site_id=site.id, position=last + 1, kind=entry.kind,
        title=entry.title, quantity=entry.quantity, unit=entry.unit, provider_id=entry.provider_id,
        plan_line_id=entry.plan_line_id,
    ))  # fmt: skip
    _set_serials(item, entry.serials)
    record(equipment_events.EquipmentAdded(**about(site, item), quantity=item.quantity), actor=actor)
    return item.id


def _set_serials(item: EquipmentItem, serials: tuple[str, ...]) -> None:
    """The serial numbers as they are to stand, each once in the project."""
    elsewhere = equipment_queries.serials_elsewhere(item)
    refuse_if(equipment_rules.why_not_serials(serials, item.quantity, elsewhere))
    rows = {row.number: row for row in equipment_queries.list_serials([item.id]).get(item.id, [])}
    for number, row in rows.items():
        if number not in serials:
            db.session.delete(row)
    for number in serials:
        if number not in rows:
            add(EquipmentSerial(id=ids.new_id(), dossier_id=item.dossier_id, item_id=item.id, number=number))


def about(site: Site, item: EquipmentItem) -> dict[str, Any]:
    """What every event of equipment says."""
    return {"owner_id": site.dossier_id, "site_id": site.id, "site": site.name, "item_id": item.id,
            "equipment": item.title}  # fmt: skip


def lock_equipment(site: Site, equipment_id: str, version: int | None = None) -> EquipmentItem:
    """The equipment, locked; NotFound if it is another site's. A site that left the way has no acts on it."""
    refuse_if(rules.why_left(standing(site)))
    return lock(EquipmentItem, equipment_queries.get_equipment(site, equipment_id).id, version)


@dataclass(frozen=True, kw_only=True)
class EditEquipment(AddEquipment):
    """Equipment as it is to stand, and why it is changed."""

    equipment_id: str
    reason: str
    version: int


@command
def edit_equipment(cmd: EditEquipment, *, actor: Actor) -> None:
    """Change what the equipment is, with a reason, until it is handed over."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    item = lock_equipment(site, cmd.equipment_id, cmd.version)
    facts = equipment_queries.equipment_facts(item)
    refuse_if(equipment_rules.why_not_edit(facts) or equipment_rules.why_not_quantity(entry, facts))
    if entry.provider_id and entry.provider_id != item.provider_id:
        get_provider(actor, entry.provider_id)
    require_line(site, entry.plan_line_id, item.plan_line_id)
    item.kind, item.title, item.quantity, item.unit = entry.kind, entry.title, entry.quantity, entry.unit
    item.provider_id, item.plan_line_id = entry.provider_id, entry.plan_line_id
    _set_serials(item, entry.serials)
    record(equipment_events.EquipmentEdited(**about(site, item), reason=cmd.reason), actor=actor)


@dataclass(frozen=True, kw_only=True)
class ReceiveEquipment(Command):
    """The equipment came, with its receipt; from now on somebody has it."""

    dossier_id: str
    site_id: str
    equipment_id: str
    received_on: date
    custody: CustodyEntry
    serials: tuple[str, ...]
    upload: Upload
    version: int


@command
def receive_equipment(cmd: ReceiveEquipment, *, actor: Actor) -> None:
    """Enter the receipt, with the serial numbers as they stand on the pieces."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    item = lock_equipment(site, cmd.equipment_id, cmd.version)
    facts = equipment_queries.equipment_facts(item)
    handover, today = equipment_queries.find_handover(site), clock.today(actor.zone)
    owner = handover.receiver if handover is not None else None
    refuse_if(equipment_rules.why_not_receive(facts, cmd.received_on, cmd.custody.custodian, owner, today))
    receipt_id = store_paper(site, DocumentKind.EQUIPMENT_RECEIPT, item.title, cmd.received_on, cmd.upload, actor=actor)
    item.received_on, item.receipt_id = cmd.received_on, receipt_id
    _set_custody(item, cmd.custody)
    _set_serials(item, cmd.serials)
    received = equipment_events.EquipmentReceived(
        **about(site, item), day=cmd.received_on, custodian=cmd.custody.custodian
    )
    record(received, actor=actor)


@dataclass(frozen=True, kw_only=True)
class CorrectReceipt(Command):
    """The receipt as it should have been entered, and why; without a file the one stored before stays."""

    dossier_id: str
    site_id: str
    equipment_id: str
    received_on: date
    upload: Upload | None
    reason: str
    version: int


@command
def correct_receipt(cmd: CorrectReceipt, *, actor: Actor) -> None:
    """A supervisor who did not enter the receipt puts its day right, or stores the right paper."""
    require_project(actor, cmd.dossier_id, Permission.SITE_DECIDE)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    item = lock_equipment(site, cmd.equipment_id, cmd.version)
    facts = equipment_queries.equipment_facts(item)
    used_on = equipment_queries.used_on(item, actor.zone)
    is_own = actor.id in equipment_queries.receivers_of(item)
    refuse_if(
        equipment_rules.why_not_correct_receipt(facts, cmd.received_on, used_on, clock.today(actor.zone), is_own=is_own)
    )
    if cmd.upload is not None:
        kind = DocumentKind.EQUIPMENT_RECEIPT
        item.receipt_id = store_paper(site, kind, item.title, cmd.received_on, cmd.upload, actor=actor)
    else:
        stood, told = (facts.received_on, item.title), (cmd.received_on, item.title)
        correct_paper(item.receipt_id, stood, told, cmd.reason, actor=actor)
    item.received_on = cmd.received_on
    corrected = equipment_events.EquipmentReceiptCorrected(**about(site, item), day=cmd.received_on, reason=cmd.reason)
    record(corrected, actor=actor)


def _set_custody(item: EquipmentItem, custody: CustodyEntry) -> None:
    item.custodian, item.contact_name, item.place = custody.custodian, custody.contact_name, custody.place


@dataclass(frozen=True, kw_only=True)
class ChangeCustody(Command):
    """Somebody else has the equipment, or it stands elsewhere, for a reason."""

    dossier_id: str
    site_id: str
    equipment_id: str
    custody: CustodyEntry
    reason: str
    version: int


@command
def change_custody(cmd: ChangeCustody, *, actor: Actor) -> None:
    """Enter who has the equipment now; after the handover that is what the owner told."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    item = lock_equipment(site, cmd.equipment_id, cmd.version)
    facts = equipment_queries.equipment_facts(item)
    now = CustodyEntry(custodian=item.custodian or "", contact_name=item.contact_name, place=item.place or "")
    refuse_if(equipment_rules.why_not_custody(facts, now, cmd.custody))
    _set_custody(item, cmd.custody)
    changed = equipment_events.EquipmentCustodyChanged(
        **about(site, item), custodian=cmd.custody.custodian, reason=cmd.reason,
        is_told_by_owner=equipment_queries.find_handover(site) is not None,
    )  # fmt: skip
    record(changed, actor=actor)


@dataclass(frozen=True, kw_only=True)
class CancelEquipment(Command):
    """The equipment is not bought, for a reason."""

    dossier_id: str
    site_id: str
    equipment_id: str
    reason: str
    version: int


@command
def cancel_equipment(cmd: CancelEquipment, *, actor: Actor) -> None:
    """A supervisor takes equipment that did not come off the site's list."""
    require_project(actor, cmd.dossier_id, Permission.SITE_DECIDE)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    item = lock_equipment(site, cmd.equipment_id, cmd.version)
    refuse_if(equipment_rules.why_not_cancel(equipment_queries.equipment_facts(item)))
    item.cancelled_on, item.cancel_reason = clock.today(actor.zone), cmd.reason
    record(equipment_events.EquipmentCancelled(**about(site, item), reason=cmd.reason), actor=actor)
