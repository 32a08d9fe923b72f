"""Events of works at a site."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class WorksEvent(DossierEvent):
    """What every event of works says: which works, of which site."""

    site_id: str
    site: str
    item_id: str
    works: str


@dataclass(frozen=True, kw_only=True)
class WorksAdded(WorksEvent):
    """Works were entered with their bill of quantities; minor units."""

    kind = "works.added"
    icon = "hammer"
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class WorksEdited(WorksEvent):
    """Works were planned otherwise, with a reason; minor units."""

    kind = "works.edited"
    amount: int
    currency: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class WorksStarted(WorksEvent):
    """The works started."""

    kind = "works.started"
    icon = "hammer"


@dataclass(frozen=True, kw_only=True)
class WorksProgressLogged(WorksEvent):
    """How far the works have come; with a reason where it is less than before."""

    kind = "works.progress_logged"
    icon = "trending-up"
    percent: int
    photographs: int
    reason: str | None = personal(None)


@dataclass(frozen=True, kw_only=True)
class WorksMeasured(WorksEvent):
    """What was really built, or that anew with a reason; minor units."""

    kind = "works.measured"
    icon = "ruler"
    amount: int
    currency: str
    reason: str | None = personal(None)


@dataclass(frozen=True, kw_only=True)
class WorksDefectLogged(WorksEvent):
    """Something is wrong with the works."""

    kind = "works.defect_logged"
    icon = "triangle-alert"
    defect_id: str
    severity: str
    is_claim: bool
    what: str = personal()


@dataclass(frozen=True, kw_only=True)
class WorksDefectCorrected(WorksEvent):
    """What was entered of a defect was corrected, with a reason."""

    kind = "works.defect_corrected"
    defect_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class WorksDefectMended(WorksEvent):
    """A defect was mended."""

    kind = "works.defect_mended"
    icon = "wrench"
    defect_id: str
    what: str = personal()


@dataclass(frozen=True, kw_only=True)
class WorksAccepted(WorksEvent):
    """The works were accepted."""

    kind = "works.accepted"
    is_sealed_at_once = True
    icon = "circle-check"
    warranty_until: str


@dataclass(frozen=True, kw_only=True)
class WorksCancelled(WorksEvent):
    """The works are not done, for a reason."""

    kind = "works.cancelled"
    icon = "circle-x"
    reason: str = personal()
