"""Logging visits, complaints and feedback, answers, and the final report; either office of a case may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casetracker.core import clock, ids
from casetracker.core.actor import Actor, require
from casetracker.core.commands import Command, add, command, lock
from casetracker.core.errors import NotFound, refuse_if
from casetracker.core.permissions import Permission
from casetracker.documents.commands import AddDocument, add_document
from casetracker.documents.states import DocumentKind, Upload
from casetracker.dossiers.models import Dossier
from casetracker.dossiers.queries import require_open
from casetracker.events.recording import record
from casetracker.events.states import Part
from casetracker.monitoring import events, queries, rules
from casetracker.monitoring.models import Complaint, FinalReport, Visit, VisitPhotograph
from casetracker.monitoring.states import ComplaintChannel, ComplaintKind, Use


def _start(actor: Actor, dossier_id: str) -> date:
    """Every act of this room: an office of the case, the dossier locked. Gives today's day."""
    require(actor, Permission.MONITORING_LOG)
    if require_open(actor, dossier_id).relation is None:
        raise NotFound("not an office of this case")
    lock(Dossier, dossier_id)
    return clock.today(actor.zone)


@dataclass(frozen=True, kw_only=True)
class LogVisit(Command):
    """A visit with its photographs and reports."""

    dossier_id: str
    visited_on: date
    place: str
    visitors: str
    findings: str
    use: Use
    uploads: tuple[Upload, ...]


@command
def log_visit(cmd: LogVisit, *, actor: Actor) -> str:
    """Enter a visit; its files are seen by both sides. Returns its id."""
    today = _start(actor, cmd.dossier_id)
    refuse_if(rules.why_not_visit(cmd.visited_on, today, queries.first_arrival(cmd.dossier_id)))
    documents = [_add(cmd.dossier_id, DocumentKind.VISIT_REPORT, upload, cmd.visited_on, "files", actor)
                 for upload in cmd.uploads]  # fmt: skip
    visit = add(Visit(
        id=ids.new_id(), dossier_id=cmd.dossier_id, visited_on=cmd.visited_on, place=cmd.place,
        visitors=cmd.visitors, findings=cmd.findings, use=cmd.use, logged_by=actor.id, logged_at=clock.now(),
    ))  # fmt: skip
    for document_id in documents:
        add(VisitPhotograph(
            id=ids.new_id(), dossier_id=cmd.dossier_id, visit_id=visit.id, document_id=document_id
        ))  # fmt: skip
    record(
        events.VisitMade(
            owner_id=cmd.dossier_id, day=cmd.visited_on, visit_id=visit.id, use=str(cmd.use), place=cmd.place
        ),
        actor=actor,
    )
    return visit.id


@dataclass(frozen=True, kw_only=True)
class CorrectVisit(Command):
    """A visit as it should have been logged, with the reason."""

    dossier_id: str
    visit_id: str
    visited_on: date
    place: str
    visitors: str
    findings: str
    use: Use
    version: int
    reason: str


@command
def correct_visit(cmd: CorrectVisit, *, actor: Actor) -> str:
    """Correct a visit; its files stay. Returns its id."""
    today = _start(actor, cmd.dossier_id)
    visit = lock(Visit, cmd.visit_id, cmd.version)
    if visit.dossier_id != cmd.dossier_id:
        raise NotFound("visit of another case")
    refuse_if(rules.why_not_visit(cmd.visited_on, today, queries.first_arrival(cmd.dossier_id)))
    visit.visited_on, visit.place, visit.visitors = cmd.visited_on, cmd.place, cmd.visitors
    visit.findings, visit.use = cmd.findings, cmd.use
    record(
        events.VisitCorrected(owner_id=cmd.dossier_id, day=cmd.visited_on, visit_id=visit.id, reason=cmd.reason),
        actor=actor,
    )
    return visit.id


@dataclass(frozen=True, kw_only=True)
class LogComplaint(Command):
    """A complaint or feedback; `person_id` where one of the family said it."""

    dossier_id: str
    kind: ComplaintKind
    channel: ComplaintChannel
    received_on: date
    person_id: str | None
    text: str


@command
def log_complaint(cmd: LogComplaint, *, actor: Actor) -> str:
    """Enter what somebody said; it waits for an answer. Returns its id."""
    today = _start(actor, cmd.dossier_id)
    if cmd.person_id is not None and cmd.person_id not in queries.person_ids(cmd.dossier_id):
        raise NotFound("person of this case")
    refuse_if(rules.why_not_day(cmd.received_on, today, "received_on"))
    complaint = add(Complaint(
        id=ids.new_id(), dossier_id=cmd.dossier_id, person_id=cmd.person_id, kind=cmd.kind,
        channel=cmd.channel, received_on=cmd.received_on, text=cmd.text, answer=None, answered_on=None,
        answered_by=None,
        logged_by=actor.id, logged_at=clock.now(),
    ))  # fmt: skip
    record(
        events.ComplaintReceived(
            owner_id=cmd.dossier_id, day=cmd.received_on, person_id=cmd.person_id, complaint_id=complaint.id,
            complaint_kind=str(cmd.kind),
        ),
        actor=actor,
    )  # fmt: skip
    return complaint.id


@dataclass(frozen=True, kw_only=True)
class AnswerComplaint(Command):
    """What the office answered, and when."""

    dossier_id: str
    complaint_id: str
    answered_on: date
    answer: str
    version: int


@command
def answer_complaint(cmd: AnswerComplaint, *, actor: Actor) -> str:
    """Enter the answer. Returns the complaint's id."""
    today = _start(actor, cmd.dossier_id)
    complaint = lock(Complaint, cmd.complaint_id, cmd.version)
    if complaint.dossier_id != cmd.dossier_id:
        raise NotFound("complaint of another case")
    is_answered = complaint.answer is not None
    refuse_if(rules.why_not_answer(complaint.received_on, cmd.answered_on, today, is_answered=is_answered))
    complaint.answer, complaint.answered_on, complaint.answered_by = cmd.answer, cmd.answered_on, actor.id
    record(
        events.ComplaintAnswered(
            owner_id=cmd.dossier_id, day=cmd.answered_on, person_id=complaint.person_id,
            complaint_id=complaint.id,
        ),
        actor=actor,
    )  # fmt: skip
    return complaint.id


@dataclass(frozen=True, kw_only=True)
class CorrectComplaint(Command):
    """A complaint or feedback, and its answer, as they should have been logged."""

    dossier_id: str
    complaint_id: str
    channel: ComplaintChannel
    received_on: date
    text: str
    answer: str | None
    answered_on: date | None
    version: int
    reason: str


@command
def correct_complaint(cmd: CorrectComplaint, *, actor: Actor) -> str:
    """Correct what was logged of a complaint and its answer. Returns its id."""
    today = _start(actor, cmd.dossier_id)
    complaint = lock(Complaint, cmd.complaint_id, cmd.version)
    if complaint.dossier_id != cmd.dossier_id:
        raise NotFound("complaint of another case")
    was_answered = complaint.answer is not None
    refuse_if(rules.why_not_correct_complaint(
        cmd.received_on, cmd.answered_on, cmd.answer, today, was_answered=was_answered
    ))  # fmt: skip
    complaint.channel, complaint.received_on, complaint.text = cmd.channel, cmd.received_on, cmd.text
    complaint.answer, complaint.answered_on = cmd.answer, cmd.answered_on
    record(
        events.ComplaintCorrected(
            owner_id=cmd.dossier_id, day=cmd.received_on, person_id=complaint.person_id,
            complaint_id=complaint.id, reason=cmd.reason,
        ),
        actor=actor,
    )  # fmt: skip
    return complaint.id


@dataclass(frozen=True, kw_only=True)
class WriteFinalReport(Command):
    """The final report with its signed file."""

    dossier_id: str
    reported_on: date
    summary: str
    upload: Upload


@command
def write_final_report(cmd: WriteFinalReport, *, actor: Actor) -> str:
    """Enter the one final report of the case. Returns its id."""
    today = _start(actor, cmd.dossier_id)
    refuse_if(rules.why_not_report(
        cmd.reported_on, today, is_written=queries.find_report(cmd.dossier_id) is not None,
        last_visit_on=queries.monitoring_facts(cmd.dossier_id).last_visit_on,
        first_arrival=queries.first_arrival(cmd.dossier_id),
    ))  # fmt: skip
    document_id = _add(cmd.dossier_id, DocumentKind.FINAL_REPORT, cmd.upload, cmd.reported_on, "file", actor)
    report = add(FinalReport(
        id=ids.new_id(), dossier_id=cmd.dossier_id, reported_on=cmd.reported_on, summary=cmd.summary,
        document_id=document_id, logged_by=actor.id, logged_at=clock.now(),
    ))  # fmt: skip
    record(
        events.FinalReportWritten(owner_id=cmd.dossier_id, day=cmd.reported_on, report_id=report.id),
        actor=actor,
    )
    return report.id


@dataclass(frozen=True, kw_only=True)
class CorrectFinalReport(Command):
    """The final report as it should have been; without a file the one that was stored stays."""

    dossier_id: str
    reported_on: date
    summary: str
    upload: Upload | None
    version: int
    reason: str


@command
def correct_final_report(cmd: CorrectFinalReport, *, actor: Actor) -> str:
    """Correct the final report. Returns its id."""
    today = _start(actor, cmd.dossier_id)
    standing = queries.find_report(cmd.dossier_id)
    if standing is None:
        raise NotFound("final report")
    report = lock(FinalReport, standing.id, cmd.version)
    refuse_if(rules.why_not_report(
        cmd.reported_on, today, is_written=False,
        last_visit_on=queries.monitoring_facts(cmd.dossier_id).last_visit_on,
        first_arrival=queries.first_arrival(cmd.dossier_id),
    ))  # fmt: skip
    if cmd.upload is not None:
        kind = DocumentKind.FINAL_REPORT
        report.document_id = _add(cmd.dossier_id, kind, cmd.upload, cmd.reported_on, "file", actor)
    report.reported_on, report.summary = cmd.reported_on, cmd.summary
    record(
        events.FinalReportCorrected(
            owner_id=cmd.dossier_id, day=cmd.reported_on, report_id=report.id, reason=cmd.reason
        ),
        actor=actor,
    )
    return report.id


def _add(dossier_id: str, kind: DocumentKind, upload: Upload, day: date, field: str, actor: Actor) -> str:
    title = upload.file_name if kind == DocumentKind.VISIT_REPORT else "Final report"
    document = AddDocument(
        dossier_id=dossier_id, part=Part.SHARED, kind=kind, title=title, upload=upload, day=day, field=field
    )  # fmt: skip
    return add_document(document, actor=actor)
