"""Reading equipment: that of a site with what checks found, one item, and the handover to the owner."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from casetracker.accounts.queries import names_of as user_names
from casetracker.community import equipment_events, equipment_rules, photo_queries, works_rules
from casetracker.community.equipment_models import (
    EquipmentItem,
    EquipmentSerial,
    HandoverPiece,
    InventoryCheck,
    SiteHandover,
)
from casetracker.community.equipment_states import CheckFacts, EquipmentFacts, EquipmentState
from casetracker.community.models import Site
from casetracker.community.paid_line_queries import find_line
from casetracker.community.photo_models import SitePhotograph
from casetracker.community.states import SiteFacts
from casetracker.core.canonical_text import DataNames
from casetracker.core.db import canonical_json, db
from casetracker.core.errors import Message, NotFound
from casetracker.documents.models import Document
from casetracker.events.models import Chain, EventRow
from casetracker.events.states import Part
from casetracker.plans.states import ApprovedLine
from casetracker.providers.queries import names_of as provider_names


def count_open(site_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """site id -> (equipment that was not cancelled, that of it which was not received yet); one query."""
    query = select(EquipmentItem.site_id, func.count(EquipmentItem.id), func.count(EquipmentItem.received_on)).where(
        EquipmentItem.site_id.in_(sorted(site_ids)), EquipmentItem.cancelled_on.is_(None)
    )
    counted = db.session.execute(query.group_by(EquipmentItem.site_id))
    return {site_id: (number, number - received) for site_id, number, received in counted}


def list_handed_over(site_ids: Iterable[str]) -> set[str]:
    """Those of the sites that were handed over to their owner; one query."""
    query = select(SiteHandover.site_id).where(SiteHandover.site_id.in_(sorted(site_ids)))
    return set(db.session.scalars(query))


def get_equipment(site: Site, equipment_id: str) -> EquipmentItem:
    """Equipment of this site; NotFound if it is another's."""
    found = db.session.get(EquipmentItem, equipment_id)
    if found is None or found.site_id != site.id:
        raise NotFound("equipment")
    return found


def get_check(item: EquipmentItem, check_id: str) -> InventoryCheck:
    """A check of this equipment; NotFound if it is of other."""
    found = db.session.get(InventoryCheck, check_id)
    if found is None or found.item_id != item.id:
        raise NotFound("inventory check")
    return found


def list_equipment(site_ids: Iterable[str]) -> list[EquipmentItem]:
    """The equipment of these sites in the order entered."""
    query = select(EquipmentItem).where(EquipmentItem.site_id.in_(sorted(site_ids)))
    return list(db.session.scalars(query.order_by(EquipmentItem.site_id, EquipmentItem.position)))


def list_here(site: Site) -> list[EquipmentItem]:
    """The site's equipment that was received, in the order entered."""
    return [item for item in list_equipment([site.id]) if item.received_on is not None]


def list_serials(item_ids: Iterable[str]) -> dict[str, list[EquipmentSerial]]:
    """equipment id -> its serial numbers in their order; one query."""
    query = select(EquipmentSerial).where(EquipmentSerial.item_id.in_(sorted(item_ids)))
    found: dict[str, list[EquipmentSerial]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(EquipmentSerial.number)):
        found[row.item_id].append(row)
    return found


def serials_elsewhere(item: EquipmentItem) -> set[str]:
    """Serial numbers of other equipment of the same project."""
    query = select(EquipmentSerial.number).where(EquipmentSerial.dossier_id == item.dossier_id)
    return set(db.session.scalars(query.where(EquipmentSerial.item_id != item.id)))


def list_checks(item_ids: Iterable[str]) -> dict[str, list[InventoryCheck]]:
    """equipment id -> its checks, the newest first; one query."""
    query = select(InventoryCheck).where(InventoryCheck.item_id.in_(sorted(item_ids)))
    found: dict[str, list[InventoryCheck]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(InventoryCheck.checked_on.desc(), InventoryCheck.id)):
        found[row.item_id].append(row)
    return found


def find_handover(site: Site) -> SiteHandover | None:
    """When and to whom the site was handed over, if it was."""
    return db.session.scalars(select(SiteHandover).where(SiteHandover.site_id == site.id)).one_or_none()


def receivers_of(item: EquipmentItem) -> frozenset[str]:
    """Who entered the receipt, and who stored the paper that stands: somebody else corrects it."""
    return _entered_by(item.dossier_id, equipment_events.EquipmentReceived.kind, item.id, item.receipt_id)


def handers_of(handover: SiteHandover) -> frozenset[str]:
    """Who entered the handover, and who stored the certificate that stands: somebody else corrects it."""
    kind = equipment_events.SiteHandedOver.kind
    return _entered_by(handover.dossier_id, kind, handover.site_id, handover.certificate_id)


def _entered_by(dossier_id: str, kind: str, id: str, document_id: str | None) -> frozenset[str]:
    query = (
        select(EventRow.actor_id)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id == dossier_id, Chain.part == Part.SHARED, EventRow.kind == kind)
        .where(DataNames(EventRow.body, canonical_json([id])))
    )
    document = db.session.get(Document, document_id) if document_id is not None else None
    return frozenset([*db.session.scalars(query), *([document.added_by] if document is not None else [])])


def check_facts(check: InventoryCheck) -> CheckFacts:
    """What the correction of this check is judged by."""
    return CheckFacts(
        day=check.checked_on, expected=check.expected, found=check.found, written_off=check.written_off,
        missing=tuple(check.missing_serials), settled_on=check.settled_on,
    )  # fmt: skip


def used_on(item: EquipmentItem, zone: str) -> date | None:
    """The first day after its receipt on which something was entered of the equipment; None without any."""
    checked = [check.checked_on for check in list_checks([item.id])[item.id]]
    days = [*checked, equipment_facts(item).handed_on, moved_on([item], zone)]
    return min((day for day in days if day is not None), default=None)


def moved_on(items: Iterable[EquipmentItem], zone: str, *, by_owner: bool = False) -> date | None:
    """The first day on which somebody else had one of them, as the record tells; `by_owner`: as an owner told. Days in
    the office's zone; one query over the project's open chain."""
    wanted = {item.id: item.dossier_id for item in items}
    query = (
        select(EventRow.at, EventRow.body)
        .join(Chain, Chain.id == EventRow.chain_id)
        .where(Chain.owner_id.in_(sorted(set(wanted.values()))), Chain.part == Part.SHARED)
        .where(EventRow.kind == equipment_events.EquipmentCustodyChanged.kind)
        .order_by(EventRow.at, EventRow.seq)
    )
    for at, body in db.session.execute(query):
        told = json.loads(bytes(body))["data"]
        if told["item_id"] in wanted and (told["is_told_by_owner"] or not by_owner):
            return at.astimezone(ZoneInfo(zone)).date()
    return None


def equipment_facts(item: EquipmentItem) -> EquipmentFacts:
    """What acts on this equipment are judged by."""
    return facts_of([item])[item.id]


def facts_of(items: Iterable[EquipmentItem]) -> dict[str, EquipmentFacts]:
    """equipment id -> what acts on it are judged by; three queries for any number."""
    wanted = {item.id: item for item in items}
    serials, checks = list_serials(wanted), list_checks(wanted)
    handed = select(HandoverPiece.item_id, SiteHandover.handed_on).join(
        SiteHandover, SiteHandover.id == HandoverPiece.handover_id
    )
    pairs = db.session.execute(handed.where(HandoverPiece.item_id.in_(sorted(wanted))))
    days = {id: day for id, day in pairs}  # noqa: C416  # rows are no pairs to dict()
    return {
        id: EquipmentFacts(
            quantity=item.quantity, left=item.quantity - sum(each.written_off for each in checks[id]),
            serials=frozenset(row.number for row in serials[id]), received_on=item.received_on,
            checked_on=checks[id][0].checked_on if checks[id] else None, handed_on=days.get(id),
            is_cancelled=item.cancelled_on is not None,
        )
        for id, item in wanted.items()
    }  # fmt: skip


def missing_of(items: Iterable[EquipmentItem]) -> dict[str, list[Message]]:
    """site id -> pieces that checks did not find and nobody has settled; one query."""
    wanted = {item.id: item for item in items}
    query = select(InventoryCheck.item_id, InventoryCheck.checked_on, InventoryCheck.expected - InventoryCheck.found)
    unsettled = query.where(
        InventoryCheck.item_id.in_(sorted(wanted)), InventoryCheck.settlement.is_(None),
        InventoryCheck.found < InventoryCheck.expected,
    )  # fmt: skip
    found: dict[str, list[Message]] = defaultdict(list)
    for item_id, day, number in db.session.execute(unsettled.order_by(InventoryCheck.checked_on, InventoryCheck.id)):
        item = wanted[item_id]
        found[item.site_id] += equipment_rules.list_missing(item.title, [(day, number)])
    return found


@dataclass(frozen=True, kw_only=True)
class EquipmentRow:
    """Equipment on a site's page."""

    item: EquipmentItem
    facts: EquipmentFacts
    provider: str | None

    @property
    def state(self) -> EquipmentState:
        """How far it has come."""
        return equipment_rules.state_of(self.facts)


@dataclass(frozen=True, kw_only=True)
class EquipmentPanel:
    """The equipment of a site, what of it is missing, the handover and who entered it, and why none is entered or
    handed over."""

    rows: list[EquipmentRow]
    missing: list[Message]
    handover: SiteHandover | None
    handed_by: frozenset[str]
    why_not: Message | None
    why_not_hand_over: Message | None


def list_rows(site: Site) -> list[EquipmentRow]:
    """The site's equipment as pages show it, in the order entered."""
    items = list_equipment([site.id])
    judged = facts_of(items)
    names = provider_names(item.provider_id for item in items if item.provider_id)
    return [
        EquipmentRow(item=item, facts=judged[item.id], provider=names.get(item.provider_id or "")) for item in items
    ]


def load_equipment(site: Site, facts: SiteFacts, today: date) -> EquipmentPanel:
    """The equipment on a site's page; a constant number of queries."""
    rows, handover = list_rows(site), find_handover(site)
    return EquipmentPanel(
        rows=rows,
        missing=missing_of(row.item for row in rows).get(site.id, []),
        handover=handover,
        handed_by=handers_of(handover) if handover is not None else frozenset(),
        why_not=works_rules.why_not_enter(facts),
        why_not_hand_over=equipment_rules.why_not_hand_over(facts, None, None, today),
    )


@dataclass(frozen=True, kw_only=True)
class EquipmentPage:
    """What the page of equipment shows; `photographs` by the check that they are about; `received_by`: who entered the
    receipt."""

    line: ApprovedLine | None
    row: EquipmentRow
    received_by: frozenset[str]
    serials: list[EquipmentSerial]
    checks: list[InventoryCheck]
    photographs: dict[str, list[SitePhotograph]]
    names: dict[str, str]
    handover: SiteHandover | None


def load_page(site: Site, equipment_id: str) -> EquipmentPage:
    """Some equipment of this site; a constant number of queries."""
    item = get_equipment(site, equipment_id)
    checks = list_checks([item.id])[item.id]
    names = provider_names([item.provider_id] if item.provider_id else [])
    facts = equipment_facts(item)
    return EquipmentPage(
        line=find_line(site, item.plan_line_id),
        row=EquipmentRow(item=item, facts=facts, provider=names.get(item.provider_id or "")),
        received_by=receivers_of(item),
        serials=list_serials([item.id])[item.id],
        checks=checks,
        photographs=photo_queries.list_about([each.id for each in checks]),
        names=user_names(each.settled_by for each in checks if each.settled_by),
        handover=find_handover(site) if facts.handed_on else None,
    )
