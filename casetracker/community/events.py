"""Events of community projects."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class ProjectOpened(DossierEvent):
    """A project was opened."""

    kind = "project.opened"
    icon = "folder-plus"
    title: str


@dataclass(frozen=True, kw_only=True)
class ProjectEdited(DossierEvent):
    """What is known of the project was changed, with a reason."""

    kind = "project.edited"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class SiteAdded(DossierEvent):
    """An institution answered the call."""

    kind = "site.added"
    icon = "building"
    site_id: str
    site: str


@dataclass(frozen=True, kw_only=True)
class SiteEdited(DossierEvent):
    """What is known of the site was changed, with a reason."""

    kind = "site.edited"
    site_id: str
    site: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class SitePaperAdded(DossierEvent):
    """A document was stored with the site."""

    kind = "site.paper_added"
    category = Category.DOCUMENTS
    icon = "file-plus"
    site_id: str
    site: str
    document_id: str
    paper: str


@dataclass(frozen=True, kw_only=True)
class SiteMoved(DossierEvent):
    """The site came to its next stage."""

    kind = "site.moved"
    icon = "arrow-right"
    site_id: str
    site: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class SiteLeft(DossierEvent):
    """The site went no further on the way, for a reason."""

    kind = "site.left"
    icon = "circle-x"
    site_id: str
    site: str
    outcome: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class SiteTakenUp(DossierEvent):
    """The site goes on from where it stopped, for a reason."""

    kind = "site.taken_up"
    icon = "rotate-ccw"
    site_id: str
    site: str
    reason: str = personal()
