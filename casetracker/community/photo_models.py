"""The table of photographs of a site."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casetracker.community.photo_states import PhotoAbout
from casetracker.core.db import PERSONAL, Base, Tracked


class SitePhotograph(Tracked, Base):
    """A photograph of a site; its file carries nothing but the picture. `about_id`: the progress, check or visit it
    was taken for. Coordinates, in millionths of a degree, only where somebody chose to keep them."""

    __tablename__ = "site_photograph"
    __table_args__ = (
        Index("ix_site_photograph_site_id", "site_id", "day"),
        Index("ix_site_photograph_dossier_id", "dossier_id"),
        Index("ix_site_photograph_about_id", "about_id"),
        CheckConstraint("(about = 'other') = (about_id IS NULL)", name="about"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place"),
        CheckConstraint("latitude IS NULL OR latitude BETWEEN -90000000 AND 90000000", name="latitude"),
        CheckConstraint("longitude IS NULL OR longitude BETWEEN -180000000 AND 180000000", name="longitude"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date]
    about: Mapped[PhotoAbout]
    about_id: Mapped[str | None]
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), unique=True)
    caption: Mapped[str] = mapped_column(info=PERSONAL)
    latitude: Mapped[int | None]
    longitude: Mapped[int | None]
