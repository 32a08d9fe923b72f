"""Events of documents; each stands in the compartment of its document."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.events.states import Category, DossierEvent, Part, personal


@dataclass(frozen=True, kw_only=True)
class DocumentAdded(DossierEvent):
    """A document was added."""

    kind = "document.added"
    category = Category.DOCUMENTS
    icon = "file-text"
    document_id: str
    document_kind: str
    sha256: str
    title: str = personal()


@dataclass(frozen=True, kw_only=True)
class DocumentShared(DossierEvent):
    """The sending side shared a document of its own; the copy that both sides see has an event of its own."""

    kind = "document.shared"
    category = Category.DOCUMENTS
    icon = "share-2"
    document_id: str
    title: str = personal()


@dataclass(frozen=True, kw_only=True)
class DocumentCorrected(DossierEvent):
    """What was entered about a document was corrected; its file never changes."""

    kind = "document.corrected"
    category = Category.DOCUMENTS
    document_id: str
    title: str = personal()
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class DocumentOpened(DossierEvent):
    """Somebody opened a document of the asylum part; it stands there, not with the other reads."""

    kind = "document.opened"
    category = Category.ACCESS
    icon = "eye"
    part: str = Part.ASYLUM
    document_id: str
    title: str = personal()
