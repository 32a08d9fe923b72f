"""What is built and bought in the world's projects: a row of every table of works, equipment and photographs, made by
the commands; what is personal holds the word."""

from __future__ import annotations

from casetracker.community import inventory_commands, photo_commands
from casetracker.community.equipment_models import InventoryCheck
from casetracker.community.equipment_states import MissingSettlement
from casetracker.community.models import Site
from casetracker.community.photo_states import PhotoEntry
from casetracker.community.states import SiteStage
from casetracker.core.actor import Actor
from casetracker.core.db import db
from tests.factories import benefits, equipment, works


def built(site_id: str, word: str, actor: Actor, supervisor: Actor) -> None:
    """Equipment of which a piece was explained; the handover; a receipt, a check and the handover put right; later
    works that go back and forth, with a defect that was mended; others of both that were cancelled. The site stands
    afterwards where it stood."""
    stage = db.session.get_one(Site, site_id).stage
    benefits.put(site_id, SiteStage.ACCEPTED, actor=actor)
    computers = equipment.add(site_id, actor)
    equipment.receive(computers, actor)
    equipment.hold(computers, actor, contact_name=word)
    check = equipment.check(computers, actor, 9, note=word)
    settled = inventory_commands.SettleMissing(
        **equipment.place(computers), check_id=check, settlement=MissingSettlement.EXPLAINED, reason=word,
        version=db.session.get_one(InventoryCheck, check).version,
    )  # fmt: skip
    inventory_commands.settle_missing(settled, actor=supervisor)
    equipment.cancel(equipment.add(site_id, actor, title="Boards", serials=()), supervisor)
    equipment.correct_check(check, actor, note=word, uploads=(works.photograph(),))
    equipment.correct_receipt(computers, supervisor, 11)
    equipment.hand_over(site_id, actor)
    equipment.correct_handover(site_id, supervisor, receiver="Council of the town")
    equipment.hold(computers, actor, custodian="School", contact_name=word)
    item = works.add(site_id, actor, description=word)
    works.start(item, actor)
    works.log(item, actor, 60, days=9, note=word, uploads=(works.photograph(),))
    works.log(item, actor, 50, days=8, reason=word)
    defect = works.find_defect(item, actor)
    works.mend(item, defect, actor)
    works.cancel(works.add(site_id, actor, title="Gate"), supervisor)
    site = db.session.get_one(Site, site_id)
    shown = PhotoEntry(uploads=(works.photograph(),), day=None, caption=word, keeps_place=True)
    photographs = photo_commands.AddPhotographs(dossier_id=site.dossier_id, site_id=site_id, visit_id=None, entry=shown)
    photo_commands.add_photographs(photographs, actor=actor)
    benefits.put(site_id, stage, actor=actor)
