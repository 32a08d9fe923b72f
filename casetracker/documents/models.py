"""The table of documents: what a stored file proves; the bytes lie in the files folder under a random key."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import PERSONAL, Base, Tracked
from casetracker.documents.states import DocumentKind


class Document(Tracked, Base):
    """One document in one compartment. The bytes never change: a better scan is another document.

    `sha256` is of the bytes as stored (pictures are stored without what the camera wrote into them).
    `shared_id`: the copy of this row that both sides see, once it was shared.
    """

    __tablename__ = "document"
    __part__ = ".part"
    __table_args__ = (
        Index("ix_document_dossier_part", "dossier_id", "part"),
        CheckConstraint("part IN ('shared', 'sending', 'asylum')", name="part"),
        CheckConstraint("kind <> 'asylum_withdrawal' OR part = 'asylum'", name="firewall"),
        CheckConstraint("shared_id IS NULL OR part = 'sending'", name="sharing"),
        CheckConstraint("size > 0", name="size"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    part: Mapped[str]
    kind: Mapped[DocumentKind]
    title: Mapped[str] = mapped_column(info=PERSONAL)
    person_id: Mapped[str | None] = mapped_column(index=True)
    """The person of the case whom it is about; the row of a room above, so no key."""
    day: Mapped[date | None]
    """The day the document bears."""
    file_name: Mapped[str] = mapped_column(info=PERSONAL)
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    shared_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    added_by: Mapped[str]
    added_at: Mapped[datetime]
