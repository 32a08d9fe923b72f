"""What happens to the donor's share of a project."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class ShareEvent(DossierEvent):
    """The base: which request, of which budget line, and the whole share that was asked for (minor units)."""

    category = Category.MONEY
    icon = "landmark"
    request_id: str
    budget_line: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class ShareAsked(ShareEvent):
    """Somebody asked that the project may spend so much of the line."""

    kind = "share.asked"


@dataclass(frozen=True, kw_only=True)
class ShareGranted(ShareEvent):
    """Another person awarded it."""

    kind = "share.granted"
    icon = "badge-check"
    is_sealed_at_once = True
    grant_id: str


@dataclass(frozen=True, kw_only=True)
class ShareRefused(ShareEvent):
    """Another person refused it, with a reason."""

    kind = "share.refused"
    icon = "ban"
    reason: str = personal()
