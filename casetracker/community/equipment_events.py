"""Events of a site's equipment, and of the handover to the owner."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class EquipmentEvent(DossierEvent):
    """What every event of equipment says: which equipment, of which site."""

    site_id: str
    site: str
    item_id: str
    equipment: str


@dataclass(frozen=True, kw_only=True)
class EquipmentAdded(EquipmentEvent):
    """Equipment was entered."""

    kind = "equipment.added"
    icon = "monitor"
    quantity: int


@dataclass(frozen=True, kw_only=True)
class EquipmentEdited(EquipmentEvent):
    """What the equipment is was changed, with a reason."""

    kind = "equipment.edited"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class EquipmentReceived(EquipmentEvent):
    """The equipment was received, and somebody has it."""

    kind = "equipment.received"
    icon = "package-check"
    custodian: str


@dataclass(frozen=True, kw_only=True)
class EquipmentReceiptCorrected(EquipmentEvent):
    """What was entered of the receipt was corrected, with a reason; an earlier paper stays stored."""

    kind = "equipment.receipt_corrected"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class EquipmentCustodyChanged(EquipmentEvent):
    """Somebody else has the equipment, or it stands elsewhere; after the handover it is the owner who told."""

    kind = "equipment.custody_changed"
    icon = "user-check"
    custodian: str
    is_told_by_owner: bool
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class EquipmentChecked(EquipmentEvent):
    """A check counted the equipment."""

    kind = "equipment.checked"
    icon = "clipboard-check"
    check_id: str
    expected: int
    found: int
    photographs: int


@dataclass(frozen=True, kw_only=True)
class EquipmentCheckCorrected(EquipmentEvent):
    """What was entered of a check was corrected, with a reason; so many photographs came with it."""

    kind = "equipment.check_corrected"
    check_id: str
    expected: int
    found: int
    photographs: int
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class EquipmentMissingSettled(EquipmentEvent):
    """What a check did not find was explained, or written off, with a reason."""

    kind = "equipment.missing_settled"
    icon = "clipboard-check"
    check_id: str
    missing: int
    written_off: int
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class EquipmentCancelled(EquipmentEvent):
    """The equipment is not bought, for a reason."""

    kind = "equipment.cancelled"
    icon = "circle-x"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class SiteHandedOver(DossierEvent):
    """The site was handed over to its owner, with so many kinds of equipment."""

    kind = "site.handed_over"
    icon = "handshake"
    site_id: str
    site: str
    receiver: str
    equipment: int


@dataclass(frozen=True, kw_only=True)
class SiteHandoverCorrected(DossierEvent):
    """What was entered of the handover was corrected, with a reason; an earlier certificate stays stored."""

    kind = "site.handover_corrected"
    site_id: str
    site: str
    receiver: str
    reason: str = personal()
