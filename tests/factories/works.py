"""Works at a site for tests, built by the commands."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

from PIL import Image

from casetracker.community import progress_commands, works_commands
from casetracker.community.models import Site
from casetracker.community.works_models import WorksItem
from casetracker.community.works_states import (
    AcceptanceEntry,
    BillEntry,
    DefectEntry,
    DefectSeverity,
    ProgressEntry,
    WorksEntry,
    WorksKind,
)
from casetracker.core import clock
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.documents.states import DocumentKind, Upload
from tests.factories import community
from tests.factories.accounts import People
from tests.factories.cases import pdf
from tests.grounds import built_once


@built_once
def agreed_site(people: People) -> str:
    """A site of Kyiv's project that came to the agreement; its id."""
    supervisor = people.supervisor_kyiv
    dossier_id = community.project_id(community.open_project(people), supervisor)
    site_id = community.add_site(dossier_id, people.caseworker_kyiv)
    community.select(site_id, supervisor, community.set_criteria(dossier_id, supervisor, ("Use", 100)))
    community.add_paper(site_id, DocumentKind.SITE_AGREEMENT, people.caseworker_kyiv)
    community.move(site_id, people.caseworker_kyiv)
    return site_id


def ago(days: int) -> date:
    """So many days before today."""
    return clock.today("UTC") - timedelta(days=days)


def planning(**changes: Any) -> WorksEntry:
    """The roof: 120.5 m² of tiles at 31.15 and 3 days of a crane at 400.00, 4,953.58 together; unless changed."""
    typed: dict[str, Any] = {
        "kind": WorksKind.ROOF, "title": "Roof of the hall", "description": "New tiles and gutters.",
        "provider_id": None, "contract_id": None, "planned_start": ago(60), "planned_end": ago(-30),
        "bill": (
            BillEntry(id=None, what="Tiles", unit="m²", quantity=120_500, unit_price=31_15),
            BillEntry(id=None, what="Crane", unit="day", quantity=3_000, unit_price=400_00),
        ),
    }  # fmt: skip
    return WorksEntry(**{**typed, **changes})


def add(site_id: str, actor: Actor, **changes: Any) -> str:
    """Works at the site; their id."""
    site = db.session.get_one(Site, site_id)
    cmd = works_commands.AddWorks(dossier_id=site.dossier_id, site_id=site_id, entry=planning(**changes))
    return works_commands.add_works(cmd, actor=actor)


def place(works_id: str) -> dict[str, Any]:
    """Where the works are, for a command on them as they stand."""
    item = db.session.get_one(WorksItem, works_id, populate_existing=True)
    return {"dossier_id": item.dossier_id, "site_id": item.site_id, "works_id": works_id}


def version(works_id: str) -> int:
    """As it stands now."""
    return db.session.get_one(WorksItem, works_id, populate_existing=True).version


def start(works_id: str, actor: Actor, days: int = 50) -> None:
    """They started so many days ago."""
    cmd = works_commands.StartWorks(**place(works_id), started_on=ago(days), version=version(works_id))
    works_commands.start_works(cmd, actor=actor)


def log(works_id: str, actor: Actor, percent: int, days: int = 2, **changes: Any) -> str:
    """How far they were so many days ago; the progress's id."""
    typed: dict[str, Any] = {"note": None, "reason": None, "uploads": (), "keeps_place": False, **changes}
    entry = ProgressEntry(day=ago(days), percent=percent, note=typed.pop("note"), reason=typed.pop("reason"))
    return progress_commands.log_progress(
        progress_commands.LogProgress(**place(works_id), entry=entry, **typed), actor=actor
    )


def find_defect(works_id: str, actor: Actor, severity: DefectSeverity = DefectSeverity.SERIOUS, days: int = 3) -> str:
    """A leak found so many days ago, to be mended by tomorrow; its id."""
    entry = DefectEntry(found_on=ago(days), what="It leaks", severity=severity, due_on=ago(-1))
    return progress_commands.log_defect(progress_commands.LogDefect(**place(works_id), entry=entry), actor=actor)


def mend(works_id: str, defect_id: str, actor: Actor, days: int = 1) -> None:
    """Mended so many days ago."""
    cmd = progress_commands.MendDefect(
        **place(works_id), defect_id=defect_id, mended_on=ago(days), note="Sealed anew.", version=1
    )
    progress_commands.mend_defect(cmd, actor=actor)


def accept(works_id: str, actor: Actor, **changes: Any) -> None:
    """Accepted today, with 24 months of warranty, unless changed."""
    typed: dict[str, Any] = {"accepted_on": ago(0), "warranty_months": 24, "warranty_until": None}
    cmd = progress_commands.AcceptWorks(
        **place(works_id), entry=AcceptanceEntry(**{**typed, **changes}), upload=pdf(mark=f"act{works_id}"),
        version=version(works_id),
    )  # fmt: skip
    progress_commands.accept_works(cmd, actor=actor)


def cancel(works_id: str, actor: Actor) -> None:
    """Not done."""
    cmd = works_commands.CancelWorks(**place(works_id), reason="The council builds it.", version=version(works_id))
    works_commands.cancel_works(cmd, actor=actor)


def photograph(name: str = "roof.jpg", *, says_place: bool = True, day: str | None = "2026:03:02 10:11:12") -> Upload:
    """A picture as a telephone makes it: its device, the moment, and 48.5 north, 37.75 east."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of a person"
    if day:
        exif.get_ifd(0x8769)[0x9003] = day
    if says_place:
        exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 30.0, 0.0), 3: "E", 4: (37.0, 45.0, 0.0)})
    out = io.BytesIO()
    Image.new("RGB", (900, 600), (200, 120, 40)).save(out, "JPEG", exif=exif)
    return Upload(name, out.getvalue(), "image/jpeg")
