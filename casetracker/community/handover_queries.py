"""Reading a site's handover: what went with it, and what its correction is judged by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

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


def ready_on(items: Iterable[EquipmentItem], site_id: str, *, handed_on: date | None = None) -> date | None:
    """When the last of this equipment was received, or the last works accepted; handed_on: works that were accepted
    after this handover are none of it."""
    received = [item.received_on for item in items if item.received_on is not None]
    accepted = [works.accepted_on for works in works_queries.list_works([site_id]) if works.accepted_on is not None]
    return max((*received, *(day for day in accepted if handed_on is None or day <= handed_on)), default=None)


def handover_facts(handover: SiteHandover, zone: str) -> HandoverFacts:
    """What the correction of this handover is judged by."""
    items = list_handed(handover)
    used = [visit.visited_on for visit in visit_queries.list_visits(handover.site_id)]
    used_on = [day for day in (*used, equipment_queries.moved_on(items, zone, by_owner=True)) if day is not None]
    return HandoverFacts(
        handed_on=handover.handed_on,
        ready_on=ready_on(items, handover.site_id, handed_on=handover.handed_on),
        used_on=min(used_on, default=None),
    )
