"""Events that any kind of dossier can have."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, Part, personal


@dataclass(frozen=True, kw_only=True)
class DossierRead(DossierEvent):
    """Somebody opened the dossier; once per person, dossier and hour."""

    kind = "dossier.read"
    category = Category.ACCESS
    icon = "eye"
    part: str = Part.ACCESS


@dataclass(frozen=True, kw_only=True)
class AttemptRefused(DossierEvent):
    """A command on the dossier was refused by a rule."""

    kind = "dossier.attempt_refused"
    category = Category.ACCESS
    icon = "shield-alert"
    part: str = Part.ACCESS
    attempted: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class AccessRefused(DossierEvent):
    """Somebody asked for an address of the dossier that is not open to them; once per person, address and hour."""

    kind = "dossier.access_refused"
    category = Category.ACCESS
    icon = "lock"
    part: str = Part.ACCESS
    attempted: str
    method: str


@dataclass(frozen=True, kw_only=True)
class PointRaised(DossierEvent):
    """Something has to be cleared."""

    kind = "point.raised"
    icon = "flag"
    point_id: str


@dataclass(frozen=True, kw_only=True)
class PointCleared(DossierEvent):
    """A point was cleared, with a reason."""

    kind = "point.cleared"
    icon = "check"
    point_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class DossierRestricted(DossierEvent):
    """The dossier is seen by named people only, or by everybody of its offices again."""

    kind = "dossier.restricted"
    category = Category.ACCESS
    icon = "lock"
    is_restricted: bool
    reason: str = personal()
