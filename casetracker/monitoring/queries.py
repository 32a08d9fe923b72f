"""Reading visits, complaints and the final report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from casetracker.cases.queries import list_persons
from casetracker.core.actor import Actor
from casetracker.core.db import db
from casetracker.core.errors import NotFound
from casetracker.core.permissions import Permission
from casetracker.documents.models import Document
from casetracker.dossiers.states import Sight
from casetracker.monitoring.models import Complaint, FinalReport, Visit, VisitPhotograph
from casetracker.monitoring.states import MonitoringFacts
from casetracker.returns.queries import journey_facts


@dataclass(frozen=True, kw_only=True)
class VisitRow:
    """A visit with its photographs and reports."""

    visit: Visit
    documents: tuple[Document, ...]


@dataclass(frozen=True, kw_only=True)
class MonitoringPanel:
    """What the panel of monitoring shows: visits and complaints newest first, the final report."""

    visits: tuple[VisitRow, ...]
    complaints: tuple[Complaint, ...]
    report: FinalReport | None
    report_document: Document | None
    may_log: bool


def load_panel(sight: Sight, actor: Actor) -> MonitoringPanel:
    """Three queries, however much there is."""
    report, document = find_report_with_document(sight.dossier_id)
    return MonitoringPanel(
        visits=tuple(list_visits(sight.dossier_id)),
        complaints=tuple(list_complaints(sight.dossier_id)),
        report=report,
        report_document=document,
        may_log=actor.may(Permission.MONITORING_LOG) and sight.relation is not None and not sight.is_closed,
    )


def list_visits(dossier_id: str) -> list[VisitRow]:
    """Visits, newest first."""
    query = (
        select(Visit, Document)
        .outerjoin(VisitPhotograph, VisitPhotograph.visit_id == Visit.id)
        .outerjoin(Document, Document.id == VisitPhotograph.document_id)
        .where(Visit.dossier_id == dossier_id)
        .order_by(Visit.visited_on.desc(), Visit.logged_at.desc(), Visit.id, Document.added_at, Document.id)
    )
    visits: dict[str, tuple[Visit, list[Document]]] = {}
    for visit, document in db.session.execute(query):
        papers = visits.setdefault(visit.id, (visit, []))[1]
        if document is not None:
            papers.append(document)
    return [VisitRow(visit=visit, documents=tuple(papers)) for visit, papers in visits.values()]


def list_complaints(dossier_id: str) -> list[Complaint]:
    """Complaints and feedback, newest first."""
    query = select(Complaint).where(Complaint.dossier_id == dossier_id)
    return list(db.session.scalars(query.order_by(Complaint.received_on.desc(), Complaint.id)))


def find_report(dossier_id: str) -> FinalReport | None:
    """The final report, if there is one."""
    return find_report_with_document(dossier_id)[0]


def find_report_with_document(dossier_id: str) -> tuple[FinalReport | None, Document | None]:
    """The final report and its file."""
    query = (
        select(FinalReport, Document)
        .join(Document, Document.id == FinalReport.document_id)
        .where(FinalReport.dossier_id == dossier_id)
    )
    row = db.session.execute(query).one_or_none()
    return (row[0], row[1]) if row else (None, None)


def monitoring_facts(dossier_id: str) -> MonitoringFacts:
    """Facts for the stage's requirements and for closing; three queries."""
    visits = list(db.session.scalars(select(Visit.visited_on).where(Visit.dossier_id == dossier_id)))
    unanswered = select(Complaint.id).where(Complaint.dossier_id == dossier_id, Complaint.answer.is_(None))
    report = find_report(dossier_id)
    return MonitoringFacts(
        visits=len(visits),
        last_visit_on=max(visits, default=None),
        open_complaints=len(list(db.session.scalars(unanswered))),
        reported_on=report.reported_on if report else None,
    )


def first_arrival(dossier_id: str) -> date | None:
    """The day on which the first of the family arrived."""
    days = [facts.arrived_on for facts in journey_facts(dossier_id).values() if facts.arrived_on]
    return min(days, default=None)


def person_ids(dossier_id: str) -> set[str]:
    """Ids of the persons of the case."""
    return {person.id for person in list_persons(dossier_id)}


def get_visit(dossier_id: str, visit_id: str) -> Visit:
    """A visit of this dossier; NotFound otherwise."""
    visit = db.session.get(Visit, visit_id)
    if visit is None or visit.dossier_id != dossier_id:
        raise NotFound("visit")
    return visit


def get_complaint(dossier_id: str, complaint_id: str) -> Complaint:
    """A complaint of this dossier; NotFound otherwise."""
    complaint = db.session.get(Complaint, complaint_id)
    if complaint is None or complaint.dossier_id != dossier_id:
        raise NotFound("complaint")
    return complaint
