"""Erasures asked for, declined, taken back, and done."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, OfficeEvent, Part, personal


@dataclass(frozen=True, kw_only=True)
class ErasureEvent(DossierEvent):
    """Something about an erasure; the receiving office no longer sees the case by then."""

    category = Category.APPROVALS
    icon = "eraser"
    part: str = Part.SENDING
    erasure_id: str


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(ErasureEvent):
    """A supervisor asked; another one has to confirm."""

    kind = "erasure.asked"
    rows: int
    files: int


@dataclass(frozen=True, kw_only=True)
class ErasureDeclined(ErasureEvent):
    """The second supervisor declined; nothing was erased."""

    kind = "erasure.declined"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ErasureWithdrawn(ErasureEvent):
    """Who had asked took it back."""

    kind = "erasure.withdrawn"


@dataclass(frozen=True, kw_only=True)
class DossierErased(DossierEvent):
    """What was personal in this compartment is gone, from rows and history; `is_repeat`: again, after a restore."""

    kind = "dossier.erased"
    category = Category.APPROVALS
    icon = "eraser"
    is_sealed_at_once = True
    erasure_id: str
    rows: int
    files: int
    is_repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestErased(OfficeEvent):
    """What was personal in a request to open the case, in the asking office's chain, is gone."""

    kind = "case.retroactive_erased"
    category = Category.APPROVALS
    icon = "eraser"
    is_sealed_at_once = True
    erasure_id: str
    rows: int
