"""Which line of the plan pays for works or equipment of a site, and how its money stands."""

from __future__ import annotations

from collections.abc import Mapping

from casetracker.community.models import Site
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.plans.models import PlanLine
from casetracker.plans.queries import approved_lines
from casetracker.plans.states import ApprovedLine


def lines_of(site: Site) -> Mapping[str, ApprovedLine]:
    """plan line id -> the payable lines of activities that are for this site; three queries."""
    return {line.line_id: line for line in approved_lines(site.dossier_id) if site.id in line.beneficiary_ids}


def list_choices(site: Site, now_id: str | None = None) -> list[tuple[str, str]]:
    """The same as (id, words) for a form, and the line that stands there now, whatever became of it."""
    found = [(id, f"{line.activity_title}: {line.description}") for id, line in lines_of(site).items()]
    if now_id is not None and now_id not in dict(found):
        found.append((now_id, db.session.get_one(PlanLine, now_id).description))
    return found


def require_line(site: Site, line_id: str | None, now_id: str | None = None) -> None:
    """The line pays for something of this site, or stands there already; NotFound otherwise."""
    if line_id and line_id != now_id and line_id not in lines_of(site):
        raise NotFound("line of the plan for this site")


def find_line(site: Site, line_id: str | None) -> ApprovedLine | None:
    """The line with its figures; None where none is named, or it left the plan."""
    return lines_of(site).get(line_id) if line_id else None
