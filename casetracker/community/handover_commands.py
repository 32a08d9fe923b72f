"""The handover of a site to its owner: entered with its certificate, and corrected by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.community import equipment_events, equipment_queries, equipment_rules, handover_queries, queries
from casetracker.community.commands import require_project
from casetracker.community.equipment_models import EquipmentItem, HandoverPiece, SiteHandover
from casetracker.community.site_commands import correct_paper, lock_site, store_paper
from casetracker.core import clock, ids
from casetracker.core.actor import Actor
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.states import DocumentKind, Upload
from casetracker.events.recording import record

CERTIFICATE_TITLE = "Handover certificate"


@dataclass(frozen=True, kw_only=True)
class HandOver(Command):
    """The site is handed over to its owner, with all equipment that is there; `version` is the site's."""

    dossier_id: str
    site_id: str
    handed_on: date
    receiver: str
    receiver_function: str
    upload: Upload
    version: int


@command
def hand_over(cmd: HandOver, *, actor: Actor) -> None:
    """Enter the handover with its certificate: from then on the owner has the equipment."""
    require_project(actor, cmd.dossier_id, Permission.PROJECT_EDIT)
    site = lock_site(cmd.dossier_id, cmd.site_id, cmd.version)
    items = [lock(EquipmentItem, item.id) for item in equipment_queries.list_here(site)]
    ready_on = handover_queries.ready_on(items, site.id)
    facts = queries.site_facts(site)
    refuse_if(equipment_rules.why_not_hand_over(facts, cmd.handed_on, ready_on, clock.today(actor.zone)))
    left = equipment_queries.facts_of(items)
    certificate_id = store_paper(
        site, DocumentKind.HANDOVER_CERTIFICATE, CERTIFICATE_TITLE, cmd.handed_on, cmd.upload, actor=actor
    )
    handover = add(SiteHandover(
        id=ids.new_id(), dossier_id=site.dossier_id, site_id=site.id, handed_on=cmd.handed_on, receiver=cmd.receiver,
        receiver_function=cmd.receiver_function, certificate_id=certificate_id,
    ))  # fmt: skip
    for item in items:
        add(HandoverPiece(
            id=ids.new_id(), dossier_id=site.dossier_id, handover_id=handover.id, item_id=item.id,
            quantity=left[item.id].left,
        ))  # fmt: skip
        item.custodian, item.contact_name = cmd.receiver, None
    handed = equipment_events.SiteHandedOver(
        owner_id=site.dossier_id, day=cmd.handed_on, site_id=site.id, site=site.name, receiver=cmd.receiver,
        equipment=len(items),
    )  # fmt: skip
    record(handed, actor=actor)


@dataclass(frozen=True, kw_only=True)
class CorrectHandover(Command):
    """The handover as it should have been entered, and why; without a file the certificate stored before stays.
    `version` is the handover's."""

    dossier_id: str
    site_id: str
    handed_on: date
    receiver: str
    receiver_function: str
    upload: Upload | None
    reason: str
    version: int


@command
def correct_handover(cmd: CorrectHandover, *, actor: Actor) -> None:
    """A supervisor who did not enter the handover puts it right; equipment that still names the receiver as it stood
    names the right one."""
    require_project(actor, cmd.dossier_id, Permission.SITE_DECIDE)
    site = lock_site(cmd.dossier_id, cmd.site_id)
    handover = lock(SiteHandover, handover_queries.get_handover(site).id, cmd.version)
    items = [lock(EquipmentItem, item.id) for item in handover_queries.list_handed(handover)]
    late = [lock(EquipmentItem, item.id) for item in equipment_queries.list_here(site) if item not in items]
    facts = handover_queries.handover_facts(handover, actor.zone)
    is_own = actor.id in equipment_queries.handers_of(handover)
    refuse_if(
        equipment_rules.why_not_correct_handover(
            queries.site_facts(site), facts, cmd.handed_on, clock.today(actor.zone), is_own=is_own
        )
    )
    if cmd.upload is not None:
        kind = DocumentKind.HANDOVER_CERTIFICATE
        handover.certificate_id = store_paper(site, kind, CERTIFICATE_TITLE, cmd.handed_on, cmd.upload, actor=actor)
    else:
        stood, told = (facts.handed_on, CERTIFICATE_TITLE), (cmd.handed_on, CERTIFICATE_TITLE)
        correct_paper(handover.certificate_id, stood, told, cmd.reason, actor=actor)
    for item in [*items, *late]:
        if item.custodian == handover.receiver:
            item.custodian = cmd.receiver
    handover.handed_on, handover.receiver = cmd.handed_on, cmd.receiver
    handover.receiver_function = cmd.receiver_function
    corrected = equipment_events.SiteHandoverCorrected(
        owner_id=site.dossier_id, day=cmd.handed_on, site_id=site.id, site=site.name, receiver=cmd.receiver,
        reason=cmd.reason,
    )  # fmt: skip
    record(corrected, actor=actor)
