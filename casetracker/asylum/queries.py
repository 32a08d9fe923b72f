"""Reading the asylum part. Callers have seen to it that it exists for their reader."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select

from casetracker.asylum.models import AsylumApplication, AsylumCoverage
from casetracker.asylum.states import ApplicationFacts
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.dossiers.states import Relation, Sight


@dataclass(frozen=True, kw_only=True)
class ApplicationRow:
    """An application on the panel, with the ids of the persons it covers."""

    row: AsylumApplication
    person_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AsylumPanel:
    """The asylum part of a case, oldest application first; whether this actor may add to it."""

    applications: tuple[ApplicationRow, ...]
    may_edit: bool


def facts_of(row: AsylumApplication) -> ApplicationFacts:
    """The frozen value of an application."""
    return ApplicationFacts(
        outcome=row.outcome,
        filed_on=row.filed_on,
        decided_on=row.decided_on,
        appealed_on=row.appealed_on,
        appeal_decided_on=row.appeal_decided_on,
        withdrawn_on=row.withdrawn_on,
    )


def list_applications(dossier_id: str) -> list[AsylumApplication]:
    """What is recorded of the case, by the day of application."""
    query = select(AsylumApplication).where(AsylumApplication.dossier_id == dossier_id, ~AsylumApplication.is_void)
    rows = db.session.scalars(query).all()
    return sorted(rows, key=lambda row: (row.filed_on or date.min, row.id))


def is_recorded(dossier_id: str) -> bool:
    """Whether anything is recorded of the case, also that nobody applied."""
    query = select(exists().where(AsylumApplication.dossier_id == dossier_id, ~AsylumApplication.is_void))
    return bool(db.session.scalar(query))


def get_application(dossier_id: str, application_id: str) -> AsylumApplication:
    """An application of this case, else NotFound."""
    row = db.session.get(AsylumApplication, application_id)
    if row is None or row.dossier_id != dossier_id or row.is_void:
        raise NotFound("application")
    return row


def coverage_rows(application_id: str) -> list[AsylumCoverage]:
    """Who is covered by an application, by person id."""
    query = select(AsylumCoverage).where(AsylumCoverage.application_id == application_id)
    return list(db.session.scalars(query.order_by(AsylumCoverage.person_id)))


def load_panel(sight: Sight, actor: Actor) -> AsylumPanel:
    """What the asylum panel shows; two queries. NotFound for whom the part does not exist."""
    if not sight.sees_asylum or not actor.may(Permission.ASYLUM_READ):
        raise NotFound("asylum")
    covered = defaultdict(list)
    for each in db.session.scalars(select(AsylumCoverage).where(AsylumCoverage.dossier_id == sight.dossier_id)):
        covered[each.application_id].append(each.person_id)
    rows = [
        ApplicationRow(row=row, person_ids=tuple(sorted(covered[row.id])))
        for row in list_applications(sight.dossier_id)
    ]
    may_edit = actor.may(Permission.ASYLUM_EDIT) and sight.relation == Relation.SENDING and not sight.is_closed
    return AsylumPanel(applications=tuple(rows), may_edit=may_edit)
