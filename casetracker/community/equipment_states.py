"""What is bought for a site: kinds of equipment, what a check finds, and the frozen facts that rules judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casetracker.core.errors import N_
from casetracker.core.labels import name_values


class EquipmentKind(StrEnum):
    """What kind of things they are."""

    AUDIO_VIDEO = "audio_video"
    BOARD = "board"
    COMPUTERS = "computers"
    SEWING_MACHINES = "sewing_machines"
    OTHER = "other"


class EquipmentState(StrEnum):
    """How far equipment has come; made of what was entered, never stored."""

    PLANNED = "planned"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class EquipmentCondition(StrEnum):
    """In what condition a check finds it."""

    GOOD = "good"
    WORN = "worn"
    BROKEN = "broken"


class MissingSettlement(StrEnum):
    """What became of pieces that a check did not find."""

    EXPLAINED = "explained"
    WRITTEN_OFF = "written_off"


name_values({
    EquipmentKind.AUDIO_VIDEO: N_("Audio and video"), EquipmentKind.BOARD: N_("Interactive board"),
    EquipmentKind.COMPUTERS: N_("Computers"), EquipmentKind.SEWING_MACHINES: N_("Sewing machines"),
    EquipmentKind.OTHER: N_("Other equipment"),
})  # fmt: skip
name_values({
    EquipmentState.PLANNED: N_("Not received yet"), EquipmentState.RECEIVED: N_("Received"),
    EquipmentState.CANCELLED: N_("Cancelled"),
})  # fmt: skip
name_values({
    EquipmentCondition.GOOD: N_("Good"), EquipmentCondition.WORN: N_("Worn, in use"),
    EquipmentCondition.BROKEN: N_("Broken or partly so"),
})  # fmt: skip
name_values({
    MissingSettlement.EXPLAINED: N_("Explained: nothing is lost"),
    MissingSettlement.WRITTEN_OFF: N_("Written off"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class EquipmentEntry:
    """Equipment as entered; serials: one for each piece at most."""

    kind: EquipmentKind
    title: str
    quantity: int
    unit: str
    serials: tuple[str, ...]
    provider_id: str | None
    plan_line_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class CustodyEntry:
    """Who has the equipment, and where; contact_name: a person of theirs, where one is to be reached."""

    custodian: str
    contact_name: str | None
    place: str


@dataclass(frozen=True, kw_only=True)
class EquipmentFacts:
    """What acts on equipment are judged by. left: pieces that were not written off; checked_on: day of the last check;
    handed_on: the day on which it was handed over to the owner."""

    quantity: int
    left: int
    serials: frozenset[str] = frozenset()
    received_on: date | None = None
    checked_on: date | None = None
    handed_on: date | None = None
    is_cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckEntry:
    """What a check found; missing: serial numbers that were not there."""

    day: date
    found: int
    missing: tuple[str, ...]
    condition: EquipmentCondition
    note: str | None


@dataclass(frozen=True, kw_only=True)
class CheckFacts:
    """What the correction of a check is judged by. missing: serial numbers that were not there; written_off: pieces
    that went when it was settled."""

    day: date
    expected: int
    found: int
    written_off: int = 0
    missing: tuple[str, ...] = ()
    settled_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class HandoverFacts:
    """What the correction of a handover is judged by. ready_on: when the last of what was handed over was received or
    accepted; used_on: when it was first visited, or its owner first told who has something of it."""

    handed_on: date
    ready_on: date | None
    used_on: date | None
