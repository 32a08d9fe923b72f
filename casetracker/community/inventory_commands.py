"""Inventory checks of a site's equipment, their corrections, and what becomes of pieces that were not found."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.community import equipment_events, equipment_queries, equipment_rules, photo_commands, photo_queries
from casetracker.community.commands import require_project
from casetracker.community.equipment_commands import about, lock_equipment
from casetracker.community.equipment_models import EquipmentItem, InventoryCheck
from casetracker.community.equipment_states import CheckEntry, MissingSettlement
from casetracker.community.photo_states import PhotoAbout, PhotoEntry
from casetracker.community.site_commands import lock_site
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.states import Upload
from casetracker.events.recording import record


@dataclass(frozen=True, kw_only=True)
class CheckInventory(Command):
    """What a check found of some equipment, with photographs."""

    dossier_id: str
    site_id: str
    equipment_id: str
    entry: CheckEntry
    uploads: tuple[Upload, ...]
    keeps_place: bool


@command
def check_inventory(cmd: CheckInventory, *, actor: Actor) -> str:
    """Enter what a check found; returns its id. What was missing stands on the site until a supervisor settles it."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    item = lock_equipment(site, cmd.equipment_id)
    facts = equipment_queries.equipment_facts(item)
    refuse_if(equipment_rules.why_not_check(facts, entry, clock.today(actor.zone)))
    id = ids.new_id()
    photographs = PhotoEntry(
        uploads=cmd.uploads, day=entry.day, caption=_caption(item, entry.found, facts.left),
        keeps_place=cmd.keeps_place,
    )  # fmt: skip
    taken = photo_commands.store_photographs(site, PhotoAbout.INVENTORY, id, photographs, actor=actor)
    add(InventoryCheck(
        id=id, dossier_id=site.dossier_id, item_id=item.id, checked_on=entry.day, expected=facts.left,
        found=entry.found, missing_serials=sorted(set(entry.missing)), condition=entry.condition, note=entry.note,
        written_off=0,
    ))  # fmt: skip
    checked = equipment_events.EquipmentChecked(
        **about(site, item), day=entry.day, check_id=id, expected=facts.left, found=entry.found,
        photographs=len(taken),
    )  # fmt: skip
    record(checked, actor=actor)
    return id


def _caption(item: EquipmentItem, found: int, expected: int) -> str:
    """What photographs of a check show."""
    return f"{item.title}: {found} / {expected}"


def _caption_as_stored(item: EquipmentItem, check: InventoryCheck) -> str:
    """What photographs of the check were said to show, whatever the equipment was called then."""
    ends = _caption(item, check.found, check.expected).removeprefix(item.title)
    captions = (row.caption for row in photo_queries.list_about([check.id])[check.id])
    return next((caption for caption in captions if caption.endswith(ends)), item.title + ends)


@dataclass(frozen=True, kw_only=True)
class CorrectCheck(Command):
    """A check as it should have been entered, and why; `uploads`: photographs beside those that it has. `version` is
    the check's."""

    dossier_id: str
    site_id: str
    equipment_id: str
    check_id: str
    entry: CheckEntry
    uploads: tuple[Upload, ...]
    keeps_place: bool
    reason: str
    version: int


@command
def correct_check(cmd: CorrectCheck, *, actor: Actor) -> None:
    """Correct what a check found; its photographs follow. That fewer were missing is a supervisor's to say."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site, entry = lock_site(cmd.dossier_id, cmd.site_id), cmd.entry
    item = lock_equipment(site, cmd.equipment_id)
    check = lock(InventoryCheck, equipment_queries.get_check(item, cmd.check_id).id, cmd.version)
    rows = equipment_queries.list_checks([item.id])[item.id]
    refuse_if(
        equipment_rules.why_not_correct_check(
            equipment_queries.equipment_facts(item), equipment_queries.check_facts(check),
            [equipment_queries.check_facts(row) for row in rows if row.id != check.id], entry,
            clock.today(actor.zone), may_decide=actor.may(Permission.SITE_DECIDE),
        )
    )  # fmt: skip
    told = (entry.day, _caption(item, entry.found, check.expected))
    stood = (check.checked_on, _caption_as_stored(item, check))
    photo_commands.correct_photographs(check.id, stood, told, cmd.reason, actor=actor)
    photographs = PhotoEntry(uploads=cmd.uploads, day=told[0], caption=told[1], keeps_place=cmd.keeps_place)
    taken = photo_commands.store_photographs(site, PhotoAbout.INVENTORY, check.id, photographs, actor=actor)
    check.checked_on, check.found, check.missing_serials = entry.day, entry.found, sorted(set(entry.missing))
    check.condition, check.note = entry.condition, entry.note
    corrected = equipment_events.EquipmentCheckCorrected(
        **about(site, item), day=entry.day, check_id=check.id, expected=check.expected, found=entry.found,
        photographs=len(taken), reason=cmd.reason,
    )  # fmt: skip
    record(corrected, actor=actor)


@dataclass(frozen=True, kw_only=True)
class SettleMissing(Command):
    """What became of pieces that a check did not find, and why."""

    dossier_id: str
    site_id: str
    equipment_id: str
    check_id: str
    settlement: MissingSettlement
    reason: str
    version: int


@command
def settle_missing(cmd: SettleMissing, *, actor: Actor) -> None:
    """A supervisor explains what was not found, or writes it off."""
    require_project(actor, cmd.dossier_id, Permission.SITE_DECIDE)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    item = lock_equipment(site, cmd.equipment_id)
    check = lock(InventoryCheck, equipment_queries.get_check(item, cmd.check_id).id, cmd.version)
    refuse_if(equipment_rules.why_not_settle(check.expected, check.found, check.settlement))
    left = equipment_queries.equipment_facts(item).left
    check.settlement, check.settled_on = cmd.settlement, clock.today(actor.zone)
    check.settled_by, check.settlement_reason = actor.id, cmd.reason
    check.written_off = equipment_rules.count_written_off(
        cmd.settlement, expected=check.expected, found=check.found, left=left
    )
    settled = equipment_events.EquipmentMissingSettled(
        **about(site, item), check_id=check.id, missing=check.expected - check.found,
        written_off=check.written_off, reason=cmd.reason,
    )  # fmt: skip
    record(settled, actor=actor)
