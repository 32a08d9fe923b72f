"""The donor's share of a project: what was asked for and decided, and what a plan's activities are for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from casetracker.accounts.queries import names_of
from casetracker.community.models import Project, Site
from casetracker.community.share_models import ActivitySite, ShareRequest
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.dossiers.states import Sight
from casetracker.grants.queries import list_grants
from casetracker.grants.states import GrantFacts, Holder
from casetracker.programmes.models import BudgetLine


def holders_of(dossier_ids: Iterable[str]) -> dict[str, list[Holder]]:
    """dossier id -> the project itself, which holds its share, and its sites in order; two queries."""
    wanted = sorted(set(dossier_ids))
    titles = db.session.execute(select(Project.id, Project.title).where(Project.id.in_(wanted)))
    found = {id: [Holder(id=id, name=title, is_person=False, is_dossier=True)] for id, title in titles}
    sites = select(Site.id, Site.dossier_id, Site.name).where(Site.dossier_id.in_(sorted(found)))
    for id, dossier_id, name in db.session.execute(sites.order_by(Site.position)) if found else ():
        found[dossier_id].append(Holder(id=id, name=name, is_person=False))
    return found


def served_by(dossier_id: str) -> dict[str, Sequence[str]]:
    """activity id -> the sites that it is for, or the project itself; one query."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in db.session.scalars(select(ActivitySite).where(ActivitySite.dossier_id == dossier_id)):
        found[row.activity_id].append(row.site_id or dossier_id)
    return dict(found)


def get_request(sight: Sight, request_id: str) -> ShareRequest:
    """A request of this project; NotFound if it is of another."""
    row = db.session.get(ShareRequest, request_id)
    if row is None or row.dossier_id != sight.dossier_id:
        raise NotFound("request for a share")
    return row


def is_waiting(dossier_id: str, budget_line_id: str) -> bool:
    """Whether a request for this line is undecided."""
    query = select(ShareRequest.id).where(
        ShareRequest.dossier_id == dossier_id, ShareRequest.budget_line_id == budget_line_id,
        ShareRequest.decided_by.is_(None),
    )  # fmt: skip
    return db.session.scalars(query).first() is not None


def find_share(dossier_id: str, line: BudgetLine) -> GrantFacts | None:
    """What the project holds of this line; None where nothing was awarded yet."""
    return next((g for g in list_grants(dossier_id) if g.budget_account_id == line.account_id), None)


@dataclass(frozen=True, kw_only=True)
class ShareRow:
    """A request with the words of its line and of who asked and decided."""

    request: ShareRequest
    budget_line: str
    asked_by: str
    decided_by: str | None


def list_requests(dossier_id: str) -> list[ShareRow]:
    """What was asked for, the newest first; two queries."""
    query = (
        select(ShareRequest, BudgetLine.name)
        .join(BudgetLine, BudgetLine.id == ShareRequest.budget_line_id)
        .where(ShareRequest.dossier_id == dossier_id)
        .order_by(ShareRequest.asked_at.desc(), ShareRequest.id)
    )
    found = db.session.execute(query).all()
    people = {who for row, _line in found for who in (row.asked_by, row.decided_by) if who}
    names = names_of(people)
    return [
        ShareRow(
            request=row, budget_line=line, asked_by=names.get(row.asked_by, ""),
            decided_by=names.get(row.decided_by, "") if row.decided_by else None,
        )
        for row, line in found
    ]  # fmt: skip
