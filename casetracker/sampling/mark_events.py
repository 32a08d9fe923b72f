"""Events of examining: a tick mark, a visit; both stand in the case's record of access, which no office reads."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, Part


@dataclass(frozen=True, kw_only=True)
class ItemMarked(DossierEvent):
    """An auditor looked at an item of an own sample; wrong_amount: minor units of `currency`, None where none is."""

    kind = "sample.item_marked"
    category = Category.ACCESS
    icon = "list-checks"
    part: str = Part.ACCESS
    sample_id: str
    sample: str
    number: int
    document_seen: str
    agrees: str
    is_exception: bool
    wrong_amount: int | None
    currency: str | None


@dataclass(frozen=True, kw_only=True)
class SpotCheckEntered(DossierEvent):
    """An auditor entered what a visit found of a delivery; the event's day is the visit's."""

    kind = "spot_check.entered"
    category = Category.ACCESS
    icon = "map-pin-check"
    part: str = Part.ACCESS
    sample_id: str
    sample: str
    number: int
    found: str
    is_used: str
    signature_agrees: str
