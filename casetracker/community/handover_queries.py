"""Reading a site's handover: what went with it, and what its correction is judged by."""

from __future__ import annotations

from sqlalchemy import select

from casetracker.community import equipment_queries, visit_queries, works_queries
from casetracker.community.equipment_models import EquipmentItem, HandoverPiece, SiteHandover
from casetracker.community.equipment_states import HandoverFacts
from casetracker.community.models import Site
from casetracker.core.db import db
from casetracker.core.errors import NotFound


def get_handover(site: Site) -> SiteHandover:
    """The site's handover; NotFound where none was entered."""
    found = equipment_queries.find_handover(site)
    if found is None:
        raise NotFound("handover")
    return found


def list_handed(handover: SiteHandover) -> list[EquipmentItem]:
    """The equipment that was handed over, in the order entered."""
    query = select(EquipmentItem).join(HandoverPiece, HandoverPiece.item_id == EquipmentItem.id)
    return list(
        db.session.scalars(query.where(HandoverPiece.handover_id == handover.id).order_by(EquipmentItem.position))
    )


def handover_facts(handover: SiteHandover, zone: str) -> HandoverFacts:
    """What the correction of this handover is judged by."""
    items = list_handed(handover)
    ready = [item.received_on for item in items]
    accepted = [works.accepted_on for works in works_queries.list_works([handover.site_id])]
    ready += [day for day in accepted if day is not None and day <= handover.handed_on]  # later works came after it
    used = [visit.visited_on for visit in visit_queries.list_visits(handover.site_id)]
    used_on = [day for day in (*used, equipment_queries.moved_on(items, zone, by_owner=True)) if day is not None]
    return HandoverFacts(
        handed_on=handover.handed_on,
        ready_on=max((day for day in ready if day is not None), default=None),
        used_on=min(used_on, default=None),
    )
