"""Notes that people write by hand; they stand in the timeline."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.core.db import ERASABLE, Base, Tracked


class Note(Tracked, Base):
    """A note; never changed, a correction is a further note."""

    __tablename__ = "note"
    __part__ = ".part"
    __table_args__ = (
        Index("ix_note_dossier", "dossier_id", "written_at"),
        CheckConstraint("part IN ('sending', 'shared')", name="part"),
        {"info": {"append_only": True}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    part: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str | None] = mapped_column(info=ERASABLE)
    day: Mapped[date]
    written_at: Mapped[datetime]
    written_by: Mapped[str]
