"""Events of taking away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.events.states import Category, Event


@dataclass(frozen=True, kw_only=True)
class CaseExported(Event):
    """A case's history was taken away as a file."""

    kind = "case.exported"
    category = Category.ACCESS
    icon = "download"
    is_sealed_at_once = True
    reference: str
    format: str
    entries: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ProjectPublished(Event):
    """What a project publishes about itself was taken away as a file."""

    kind = "project.published"
    category = Category.ACCESS
    icon = "download"
    is_sealed_at_once = True
    reference: str
    format: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class BundleEvent(Event):
    """Something about a bundle of many cases."""

    category = Category.ACCESS
    icon = "package"
    bundle_id: str


@dataclass(frozen=True, kw_only=True)
class BundleAsked(BundleEvent):
    """A bundle was asked for: by which filter, and how many cases and entries that was."""

    kind = "bundle.asked"
    office_id: str | None
    programme_id: str | None
    first_day: date | None
    last_day: date | None
    references: tuple[str, ...]
    formats: tuple[str, ...]
    documents: bool
    cases: int
    entries: int


@dataclass(frozen=True, kw_only=True)
class BundleMade(BundleEvent):
    """A bundle was made; `manifest` is the SHA-256 of its manifest, which names that of every file in it."""

    kind = "bundle.made"
    is_sealed_at_once = True
    manifest: str
    cases: int
    entries: int
    files: int


@dataclass(frozen=True, kw_only=True)
class BundleCancelled(BundleEvent):
    """Who had asked for a bundle called it off."""

    kind = "bundle.cancelled"


@dataclass(frozen=True, kw_only=True)
class BundleTaken(BundleEvent):
    """A bundle was downloaded; `sha256` is the whole file's."""

    kind = "bundle.taken"
    is_sealed_at_once = True
    sha256: str
    size: int
